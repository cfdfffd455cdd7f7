internal import TraceCore

/// temporal_ordered of one group: the rules hit in their order, the first and the last less than the timespan apart.
///
/// It remembers for each step the latest start of a chain of hits up to it, which is all that a later event needs; and, so
/// that one which comes late goes where it belongs, the hits of the reorder bound. Of an event in order the cost is the
/// number of rules. An event from before that bound is counted as late and has no part, unless the one before it was such
/// as well: then the clock was set back, and the chains begin anew.
struct OrderedWindow: CorrelationWindow {
  /// For each step the start of the latest chain that ends with it.
  private struct Chains: Sendable {
    private(set) var starts: [Int64]

    init(steps: Int) { starts = Array(repeating: Chains.none, count: steps) }

    static let none = Int64.min

    mutating func take(_ rule: Int, at time: Int64, _ steps: [Int]) {
      // Backwards, so that one event is not two steps of a rule that is named twice.
      for step in steps.indices.reversed() where steps[step] == rule {
        let start = step == 0 ? time : starts[step - 1]
        if start <= time { starts[step] = max(starts[step], start) }
      }
    }

    mutating func code(_ coder: inout StateCoder) throws(StateError) {
      try coder.check(starts.count, "rules: a correlation's steps")
      for step in starts.indices { try coder.code(time: &starts[step]) }
    }

    /// The start of the latest whole chain.
    var whole: Int64 { starts.last ?? Chains.none }
  }

  /// Up to the newest event that nothing can come in front of.
  private var settled: Chains
  private var settledTime = Int64.min
  /// Events after that, in the order of time.
  private var pending: ContiguousArray<(time: Int64, rule: Int)> = []
  /// With the pending ones.
  private var current: Chains
  private var previous: Int64?

  init(_ plan: CorrelationPlan) {
    settled = Chains(steps: plan.steps.count)
    current = settled
  }

  var remembered: Int { pending.count }

  mutating func take(_ event: CorrelationWindowEvent, _ plan: CorrelationPlan, _ losses: inout CorrelationLosses)
    -> CorrelationWindowHit?
  {
    let before = previous ?? event.time
    previous = event.time
    forget(event.time, before, plan)
    settle(upTo: CorrelationPlan.add(min(event.time, before), -plan.reorder), plan)
    guard event.time >= settledTime else {
      losses.late += 1
      return nil
    }
    if event.time >= pending.last?.time ?? Int64.min {
      pending.append((event.time, event.rule))
      current.take(event.rule, at: event.time, plan.steps)
      return hit(current, at: event.time, plan)
    }
    var index = pending.count
    while index > 0, pending[index - 1].time > event.time { index -= 1 }
    pending.insert((event.time, event.rule), at: index)
    return replay(from: index, plan)
  }

  mutating func code(_ coder: inout StateCoder) throws(StateError) {
    try settled.code(&coder)
    try coder.code(time: &settledTime)
    try coder.code(&pending, empty: (time: 0, rule: 0)) { event, coder throws(StateError) in
      try coder.code(time: &event.time)
      try coder.code(&event.rule)
    }
    try current.code(&coder)
    try coder.code(&previous)
  }

  func isSpent(at time: Int64, _ plan: CorrelationPlan) -> Bool {
    max(pending.last?.time ?? settledTime, settledTime) <= plan.forgotten(time, time).older
  }

  private func hit(_ chains: Chains, at time: Int64, _ plan: CorrelationPlan) -> CorrelationWindowHit? {
    guard chains.whole != Chains.none, chains.whole > plan.start(ofWindowEndingAt: time) else { return nil }
    return CorrelationWindowHit(
      time: time, first: chains.whole, count: plan.steps.count, value: Double(plan.steps.count))
  }

  /// Follows the chains through what is pending, for an event that came late; gives the hit of the last window that ends
  /// within its reach.
  private mutating func replay(from index: Int, _ plan: CorrelationPlan) -> CorrelationWindowHit? {
    let reach = plan.reach(of: pending[index].time)
    var last: CorrelationWindowHit?
    current = settled
    for (i, event) in pending.enumerated() {
      current.take(event.rule, at: event.time, plan.steps)
      guard i >= index, event.time <= reach else { continue }
      if i + 1 < pending.count, pending[i + 1].time == event.time { continue }
      last = hit(current, at: event.time, plan) ?? last
    }
    return last
  }

  /// Follows a clock that was set back, and drops what a poisoned time left ahead.
  private mutating func forget(_ time: Int64, _ before: Int64, _ plan: CorrelationPlan) {
    let newer = plan.forgotten(time, before).newer
    let isSetBack = time < settledTime && before < settledTime
    guard isSetBack || pending.last?.time ?? Int64.min > newer else { return }
    while let last = pending.last, last.time > newer { pending.removeLast() }
    if isSetBack {
      settled = Chains(steps: plan.steps.count)
      settledTime = Int64.min
    }
    current = settled
    for event in pending { current.take(event.rule, at: event.time, plan.steps) }
  }

  private mutating func settle(upTo bound: Int64, _ plan: CorrelationPlan) {
    var count = 0
    while count < pending.count, pending[count].time <= bound || pending.count - count >= plan.rememberedLimit {
      settled.take(pending[count].rule, at: pending[count].time, plan.steps)
      settledTime = max(settledTime, pending[count].time)
      count += 1
    }
    // In bulk: taking single ones from the front would move all others each time.
    if count > 0 { pending.removeFirst(count) }
  }
}
