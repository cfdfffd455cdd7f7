internal import TraceCore

/// event_count of one group: how many events lie in the window.
///
/// Of a condition `gte: N` it keeps about the last N times alone, whatever the number of events.
struct EventCountWindow: CorrelationWindow {
  /// Counting needs no more than the number of entries.
  struct Nothing: WindowAggregate {
    func add(_ value: Void) {}
    func remove(_ value: Void) {}
  }

  private var window = SlidingWindow(Nothing())
  private var previous: Int64?

  init(_ plan: CorrelationPlan) {}

  var remembered: Int { window.count }

  mutating func take(_ event: CorrelationWindowEvent, _ plan: CorrelationPlan, _ losses: inout CorrelationLosses)
    -> CorrelationWindowHit?
  {
    let bounds = plan.forgotten(event.time, previous ?? event.time)
    previous = event.time
    while window.popFirst(notAfter: bounds.older) != nil {}
    while window.popLast(after: bounds.newer) != nil {}
    while window.count >= plan.rememberedLimit, window.popFarthest(from: event.time) != nil {
      losses.eventsForgotten += 1
    }
    let index = window.insert(event.time, ())
    defer { trim(event.time, plan) }
    guard let end = window.last(with: index, plan, where: { _, count in plan.holds(count: count) }) else { return nil }
    let count = min(window.windowCount, plan.saturation)
    return CorrelationWindowHit(
      time: end, first: window[window.windowEnd - count].time, count: count, value: Double(count))
  }

  mutating func code(_ coder: inout StateCoder) throws(StateError) {
    try window.code(&coder, empty: ()) { _, _ in }
    try coder.code(&previous)
  }

  func isSpent(at time: Int64, _ plan: CorrelationPlan) -> Bool {
    window.count == 0 || window[window.count - 1].time <= plan.forgotten(time, time).older
  }

  /// Drops the oldest while as many as matter lie after them.
  private mutating func trim(_ time: Int64, _ plan: CorrelationPlan) {
    let enough = plan.saturation
    while window.count > enough {
      let newest = window[window.count - 1].time
      // An event from before the reorder bound must not lose what it stands beside.
      guard time >= CorrelationPlan.add(newest, -plan.reorder) else { return }
      // Either as many are settled, or the newest alone fill a window that every late event is in.
      let isSettled = window[enough].time <= CorrelationPlan.add(newest, -plan.reorder)
      let isFull =
        plan.most == nil && plan.timespan > plan.reorder
        && window[window.count - enough].time > plan.start(ofWindowEndingAt: newest)
      guard isSettled || isFull else { return }
      _ = window.remove(at: 0)
    }
  }
}
