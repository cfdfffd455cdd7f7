internal import TraceCore

/// value_percentile of one group: the nearest rank among the values in the window.
///
/// Exact up to the limit of remembered values, beyond which the oldest do not count. An event costs a search among the
/// window's values and the room for it: microseconds at 10,000 values.
struct PercentileWindow: CorrelationWindow {
  /// The values in the window, in order.
  struct Sorted: WindowAggregate {
    private(set) var values: ContiguousArray<Double> = []

    mutating func add(_ value: Double) { values.insert(value, at: place(of: value)) }

    mutating func remove(_ value: Double) { values.remove(at: place(of: value)) }

    /// The first place at which nothing smaller stands.
    private func place(of value: Double) -> Int {
      var (low, high) = (0, values.count)
      while low < high {
        let middle = (low + high) / 2
        if values[middle] < value { low = middle + 1 } else { high = middle }
      }
      return low
    }

    /// The ceil(q n)-th value; there must be one.
    func quantile(_ q: Double) -> Double { values[Int(QuantileSketch.rank(q, of: Int64(values.count))) - 1] }
  }

  private var window = SlidingWindow(Sorted())
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
    let index = window.insert(event.time, event.number)
    let end = window.last(with: index, plan) { sorted, _ in plan.holds(value: sorted.quantile(plan.quantile)) }
    guard let end else { return nil }
    return CorrelationWindowHit(
      time: end, first: window.windowStart, count: window.windowCount, value: window.aggregate.quantile(plan.quantile))
  }

  mutating func code(_ coder: inout StateCoder) throws(StateError) {
    try window.code(&coder, empty: 0) { value, coder throws(StateError) in try coder.code(&value) }
    try coder.code(&previous)
  }

  func isSpent(at time: Int64, _ plan: CorrelationPlan) -> Bool {
    window.count == 0 || window[window.count - 1].time <= plan.forgotten(time, time).older
  }
}
