internal import TraceCore

/// What one group of a correlation remembers, and how it decides at an event.
///
/// Answers depend on the events taken alone. An event that comes at most `CorrelationPlan.reorder` after a newer one
/// counts as if it had come in order: it raises a hit if a window holds that it has a part in and that ends at an event
/// within that bound; the hit is that of the last such window.
protocol CorrelationWindow: Sendable, StateCodable {
  init(_ plan: CorrelationPlan)

  /// Entries remembered.
  var remembered: Int { get }

  mutating func take(_ event: CorrelationWindowEvent, _ plan: CorrelationPlan, _ losses: inout CorrelationLosses)
    -> CorrelationWindowHit?

  /// Nothing in it matters to an event at `time`.
  func isSpent(at time: Int64, _ plan: CorrelationPlan) -> Bool
}

/// An event as one group sees it.
struct CorrelationWindowEvent {
  var time: Int64
  /// First place of its rule in `CorrelationCondition.rules`.
  var rule: Int
  /// Of value_count.
  var text: String
  /// Of value_percentile.
  var number: Double
}

/// A window that holds.
struct CorrelationWindowHit {
  /// Time of its last and of its first event.
  var time: Int64
  var first: Int64
  var count: Int
  var value: Double
}
