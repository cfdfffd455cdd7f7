/// Decides whether a line that fits no layout continues the open record.
///
/// A pure state machine over line shapes: the same shapes in the same order give the same answer wherever a block ends.
/// After a line that does not belong, the record is closed and nothing continues it.
package struct Continuation: BitwiseCopyable, Sendable, Equatable {
  private enum State: UInt8, BitwiseCopyable {
    /// No record is open.
    case closed
    /// The record's first line, or text that says no more than that.
    case head
    /// Inside a stack trace, before its exception's line.
    case trace
    /// After an exception's line.
    case raised
  }
  private var state = State.closed

  package init() {}

  /// A record has begun.
  @inline(__always)
  package mutating func begin() { state = .head }

  /// No record is open any more.
  package mutating func close() { state = .closed }

  package var isOpen: Bool { state != .closed }

  /// Whether a line of this shape belongs to the open record; closes the record if not.
  package mutating func accepts(_ shape: LineShape) -> Bool {
    guard state != .closed else { return false }
    switch shape {
    case .blank, .indented, .bracketed, .sql, .context:
      return true
    case .tracebackHead, .stackFrame, .margin, .chained:
      state = .trace
      return true
    case .exceptionName:
      state = .raised
      return true
    case .nameColon where state == .trace:
      state = .raised
      return true
    case .nameColon, .other:
      state = .closed
      return false
    }
  }
}

extension LineShape {
  /// Whether a record with such a line holds a traceback.
  package var isTraceback: Bool { self == .tracebackHead || self == .stackFrame }
}

extension Continuation: StateCodable {
  package mutating func code(_ coder: inout StateCoder) throws(StateError) { try coder.code(choice: &state) }
}
