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
  /// The input ends inside it: `recovery` is the end of the input.
  package var isOngoing: Bool
  /// The input begins inside it: there is no baseline before, and `onset` is its beginning.
  package var beginsBefore: Bool
  /// `--from`, `--to`.
  package var isGiven: Bool

  package init(
    onset: Int64, recovery: Int64, signals: [Signal] = [], isOngoing: Bool = false, beginsBefore: Bool = false,
    isGiven: Bool = false
  ) {
    self.onset = onset
    self.recovery = recovery
    self.signals = signals
    self.isOngoing = isOngoing
    self.beginsBefore = beginsBefore
    self.isGiven = isGiven
  }
}
