/// The span of event time in which a service was not as it was before and after.
package struct IncidentSpan: Sendable, Equatable {
  /// What left its baseline.
  package enum Signal: String, Sendable, CaseIterable {
    /// The share of failed requests.
    case errors
    /// The share of requests slower than the baseline's p95 (the next border of `LatencyHistogram`).
    case latency
  }

  /// Nanoseconds; the span is onset ..< recovery.
  package var onset: Int64
  package var recovery: Int64
  /// In the order of `Signal.allCases`; empty where the span was given.
  package var signals: [Signal]
  /// Routes that alone say so; empty where all requests together do.
  package var routes: [String]
  /// The input ends inside it: `recovery` is the end of the input.
  package var isOngoing: Bool
  /// The input begins inside it: there is no baseline before, and `onset` is its beginning.
  package var beginsBefore: Bool
  /// `--from`, `--to`.
  package var isGiven: Bool
  /// Slow at first and less and less so, as a service is that was just started.
  package var isSlowStart: Bool

  package init(
    onset: Int64, recovery: Int64, signals: [Signal] = [], routes: [String] = [], isOngoing: Bool = false,
    beginsBefore: Bool = false, isGiven: Bool = false, isSlowStart: Bool = false
  ) {
    self.onset = onset
    self.recovery = recovery
    self.signals = signals
    self.routes = routes
    self.isOngoing = isOngoing
    self.beginsBefore = beginsBefore
    self.isGiven = isGiven
    self.isSlowStart = isSlowStart
  }
}
