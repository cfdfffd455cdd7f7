package import TraceCore

/// Which records `filter` passes on: those for which its expression, the first predicate of the plan, is yes; or, inverted,
/// all others. `since` and `until` limit both.
package struct RecordSelection: Sendable {
  private let isInverted: Bool
  private let hasSpan: Bool
  private let since: Int64
  private let until: Int64

  /// - Parameters:
  ///   - since: event time from which on records are passed, in nanoseconds.
  ///   - until: event time before which they are.
  package init(isInverted: Bool = false, since: Int64? = nil, until: Int64? = nil) {
    self.isInverted = isInverted
    hasSpan = since != nil || until != nil
    self.since = since ?? .min
    self.until = until ?? .max
  }

  /// Lines that are no record are not what the expression means; and they have no time.
  package var passesUnparsed: Bool { isInverted && !hasSpan }

  /// Whether the expression is yes.
  @inline(__always)
  func isYes(_ record: Record) -> Bool { record.predicates & 3 == 1 }

  /// Whether a record of which `matches` is known is passed on.
  @inline(__always)
  func passes(_ record: Record, matches: Bool) -> Bool { matches != isInverted && isInSpan(record) }

  /// A record without a time is in no span.
  @inline(__always)
  func isInSpan(_ record: Record) -> Bool {
    !hasSpan || (record.time != EventTime.none && record.time >= since && record.time < until)
  }
}
