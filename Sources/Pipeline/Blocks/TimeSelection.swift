internal import TraceCore

/// `--since` and `--until`: event times that count.
struct TimeSelection {
  /// Nanoseconds; nil for no bound.
  var since: Int64?
  var until: Int64?

  var isEverything: Bool { since == nil && until == nil }

  /// Whether a time is in it; one that is not known is in everything alone.
  func contains(_ time: Int64) -> Bool {
    if isEverything { return true }
    guard time != EventTime.none else { return false }
    return time >= since ?? .min && time < until ?? .max
  }
}
