internal import TraceCore

/// A span of event time, from a time up to and without another: `2026-11-23T06:47:54Z..2026-11-23T06:49:05Z`, `+70s..`,
/// `..2026-11-23T06:49:05Z`.
package struct MeasureSpan: Sendable, Equatable {
  package enum Bound: Sendable, Equatable {
    /// Nanoseconds of event time.
    case time(Int64)
    /// Nanoseconds after the first record of the log: `+70s`.
    case afterFirst(Int64)
  }

  /// Nil: as the log begins.
  package var from: Bound?
  /// Nil: as the log ends.
  package var to: Bound?

  package static let whole = MeasureSpan()

  package init(from: Bound? = nil, to: Bound? = nil) {
    self.from = from
    self.to = to
  }

  /// - Parameters:
  ///   - since: nanoseconds of event time; nil as the log begins.
  ///   - until: nanoseconds of event time, not part of it; nil as the log ends.
  package init(since: Int64?, until: Int64?) {
    self.init(from: since.map(Bound.time), to: until.map(Bound.time))
  }

  /// Why a text is no span: one sentence, and the character where it is wrong, from 0.
  package struct Fault: Error, Equatable {
    package var message: String
    package var offset: Int
  }

  package static let examples = "`2026-11-23T06:47:54Z..2026-11-23T06:49:05Z`, `+70s..+2m`, `..2026-11-23T06:49:05Z`"

  /// Reads `FROM..TO`; one of the two may be left out.
  package init(parsing text: String) throws(Fault) {
    guard let dots = text.firstRange(of: "..") else {
      throw Fault(message: "a span is written FROM..TO, as \(MeasureSpan.examples)", offset: 0)
    }
    let end = text.distance(from: text.startIndex, to: dots.upperBound)
    from = try MeasureSpan.bound(text[..<dots.lowerBound], at: 0)
    to = try MeasureSpan.bound(text[dots.upperBound...], at: end)
    guard from != nil || to != nil else {
      throw Fault(
        message: "a span has a beginning, an end or both: \(MeasureSpan.examples); for the whole log leave it out",
        offset: 0)
    }
    let isEmpty =
      switch (from, to) {
      case (.time(let from), .time(let to)): to <= from
      case (.afterFirst(let from), .afterFirst(let to)): to <= from
      default: false
      }
    if isEmpty {
      throw Fault(message: "this span ends before it begins, or where it begins", offset: end)
    }
  }

  private static func bound(_ text: Substring, at offset: Int) throws(Fault) -> Bound? {
    var part = text
    var offset = offset
    while part.first?.isWhitespace == true {
      part = part.dropFirst()
      offset += 1
    }
    while part.last?.isWhitespace == true { part = part.dropLast() }
    guard let first = part.first else { return nil }
    if first == "+" {
      let digits = String(part.dropFirst())
      if digits == "0" { return .afterFirst(0) }
      if let duration = OptionValue.duration(digits), duration >= 0 { return .afterFirst(duration) }
      throw Fault(
        message: "'\(part)' is not a duration after the first record; write +70s, +2m or +1h30m", offset: offset)
    }
    if let time = OptionValue.time(String(part)) { return .time(time) }
    throw Fault(
      message: "'\(part)' is neither a time (2026-11-23T06:50:00Z) nor a duration after the first record (+70s)",
      offset: offset)
  }

  /// Whether it counts from the first record.
  package var isRelative: Bool {
    [from, to].contains { if case .afterFirst = $0 { true } else { false } }
  }

  /// The same with times, once the first record's is known; without one nothing lies in a relative span.
  package func resolved(first: Int64) -> MeasureSpan {
    func time(_ bound: Bound?) -> Bound? {
      guard case .afterFirst(let duration) = bound else { return bound }
      guard first != EventTime.none else { return .time(.max) }
      let (sum, overflow) = first.addingReportingOverflow(duration)
      return .time(overflow ? .max : sum)
    }
    return MeasureSpan(from: time(from), to: time(to))
  }

  /// Nanoseconds of event time, where that is known.
  package var since: Int64? { if case .time(let time) = from { time } else { nil } }
  package var until: Int64? { if case .time(let time) = to { time } else { nil } }

  /// As it is written.
  package var text: String {
    func text(_ bound: Bound?) -> String {
      switch bound {
      case nil: ""
      case .time(let time): EventTime.rfc3339(time)
      case .afterFirst(let duration): "+\(duration)ns"
      }
    }
    return text(from) + ".." + text(to)
  }
}
