internal import TraceCore

/// Times of an incident as people read them, in UTC: the day only where it is not clear, milliseconds only where there are.
struct IncidentClock: Sendable, Equatable {
  /// The only day of all times; nil where there are several, or none.
  let day: String?

  init(_ times: [Int64]) {
    var days: Set<String> = []
    for time in times where time != EventTime.none { days.insert(EventTime.date(time)) }
    day = days.count == 1 ? days.first : nil
  }

  /// `06:50:35`, `06:50:35.120`, `2026-11-23 06:50:35`; `-` without a time.
  func text(_ time: Int64) -> String {
    guard time != EventTime.none else { return "-" }
    return (day == nil ? EventTime.date(time) + " " : "") + IncidentClock.timeOfDay(time)
  }

  static func timeOfDay(_ time: Int64) -> String {
    let clock = EventTime.timeOfDay(time)
    return clock.hasSuffix(".000") ? String(clock.dropLast(4)) : clock
  }

  /// `2026-11-23 06:50:35 to 06:51:30`, whatever other times there are.
  static func span(_ from: Int64, _ to: Int64) -> String {
    let day = EventTime.date(from)
    let end = EventTime.date(to) == day ? "" : EventTime.date(to) + " "
    return "\(day) \(timeOfDay(from)) to \(end)\(timeOfDay(to))"
  }

  /// `06:50:35 to 06:51:30`, with days where they are not clear.
  func span(_ from: Int64, _ to: Int64) -> String { from == to ? text(from) : "\(text(from)) to \(text(to))" }

  /// `2026-11-23`, `2026-11-23 to 2026-11-25`.
  static func days(_ from: Int64, _ to: Int64) -> String {
    let (first, last) = (EventTime.date(from), EventTime.date(to))
    return first == last ? first : "\(first) to \(last)"
  }
}
