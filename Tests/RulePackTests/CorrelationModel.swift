import TestKit
import TraceCore

@testable import RulePack

/// What a correlation should say, worked out anew for each event from all events that came before: slow, and too simple to
/// be wrong in the same way.
struct CorrelationModel {
  let condition: CorrelationCondition
  let reorder: Int64
  /// By group, in the order of time; what came first of equal times stands first.
  private var events: [[String?]: [CorrelationEvent]] = [:]

  init(_ condition: CorrelationCondition, reorder: Int64 = Correlation.reorderBound) {
    self.condition = condition
    self.reorder = reorder
  }

  struct Answer: Equatable {
    var time: Int64
    /// Not of kinds that remember a part of the window's events.
    var first: Int64?
    var count: Int
    var value: Double
  }

  /// The answers of all windows that the event is in and that hold, the last first.
  mutating func take(_ event: CorrelationEvent) -> [Answer] {
    var group = events[event.group] ?? []
    group.insert(event, at: group.lastIndex { $0.time <= event.time }.map { $0 + 1 } ?? 0)
    events[event.group] = group
    let near = group.filter { abs($0.time - event.time) <= condition.timespan + reorder }
    let reach = min(event.time + reorder, event.time + condition.timespan - 1)
    let ends = Set(near.map(\.time)).filter { $0 >= event.time && $0 <= reach }.sorted(by: >)
    return ends.compactMap { end in
      answer(near.filter { $0.time > end - condition.timespan && $0.time <= end }, end)
    }
  }

  private func answer(_ window: [CorrelationEvent], _ end: Int64) -> Answer? {
    switch condition.kind {
    case .eventCount:
      guard holds(Double(window.count)) else { return nil }
      let enough = most
      let counted = window.suffix(enough)
      return Answer(time: end, first: counted.first?.time, count: counted.count, value: Double(counted.count))
    case .valueCount:
      let distinct = Set(window.compactMap(\.value)).count
      return holds(Double(distinct)) ? Answer(time: end, first: nil, count: distinct, value: Double(distinct)) : nil
    case .temporal:
      let rules = Set(window.map(\.rule)).count
      return rules == condition.rules.count ? Answer(time: end, first: nil, count: rules, value: Double(rules)) : nil
    case .temporalOrdered:
      // From each start on, the greedy chain; the latest start that reaches the end.
      for start in window.indices.reversed() {
        var step = 0
        for event in window[start...] where step < condition.rules.count {
          if condition.rules[event.rule] == condition.rules[step] { step += 1 }
        }
        if step == condition.rules.count {
          let steps = condition.rules.count
          return Answer(time: end, first: window[start].time, count: steps, value: Double(steps))
        }
      }
      return nil
    case .valuePercentile:
      let values = window.compactMap { $0.value.flatMap(Double.init) }.sorted()
      let rank = max(1, Int(saturating: (condition.percentile * Double(values.count) / 100 - 1e-9).rounded(.up)))
      let value = values[rank - 1]
      return holds(value) ? Answer(time: end, first: window.first?.time, count: values.count, value: value) : nil
    }
  }

  private func holds(_ value: Double) -> Bool {
    condition.comparisons.allSatisfy { comparison, limit in
      switch comparison {
      case .gt: value > limit
      case .gte: value >= limit
      case .lt: value < limit
      case .lte: value <= limit
      case .eq: value == limit
      }
    }
  }

  /// The largest count that a hit tells: of `gte: N` it is N.
  private var most: Int {
    if condition.comparisons.contains(where: { [.lt, .lte, .eq].contains($0.0) }) { return Int.max }
    return condition.comparisons.map { Int(saturating: $0.1) + ($0.0 == .gt ? 1 : 0) }.max() ?? Int.max
  }

  /// Windows of whole timespans behind each group's first event in which the condition holds, up to `end`.
  static func absences(
    _ condition: CorrelationCondition, _ events: [CorrelationEvent], until end: Int64
  ) -> [String] {
    let model = CorrelationModel(condition)
    var answers: [String] = []
    let groups = Set(events.map { $0.group.map { $0 ?? "" } })
    for group in groups {
      let own = events.filter { $0.group.map { $0 ?? "" } == group }
      guard let first = own.map(\.time).min() else { continue }
      var start = (first / condition.timespan + 1) * condition.timespan
      while start + condition.timespan <= end {
        let window = own.filter { $0.time >= start && $0.time < start + condition.timespan }
        let count = condition.kind == .valueCount ? Set(window.compactMap(\.value)).count : window.count
        if model.holds(Double(count)) { answers.append("\(start) \(group) \(count)") }
        start += condition.timespan
      }
    }
    return answers.sorted()
  }
}

/// Random events of a log whose lines stand a little out of order.
struct RandomEvents {
  var random: SplitMix64
  /// In steps that make equal times usual.
  var step = EventTime.nanosecondsPerSecond
  var groups = 3
  var rules = 1
  /// Nanoseconds that an event is late at most.
  var lateness: Int64 = 0
  /// Steps from one event to the next at most.
  var stride = 3
  var values: (inout SplitMix64) -> String? = { "\($0.below(6))" }
  private var clock: Int64 = 1_795_416_650_000_000_000

  init(seed: UInt64) { random = SplitMix64(seed: seed) }

  mutating func next() -> CorrelationEvent {
    clock += Int64(random.below(stride + 1)) * step
    if random.below(40) == 0 { clock += 40 * step }
    let late = lateness == 0 ? 0 : Int64(random.next() % UInt64(lateness / step + 1)) * step
    return CorrelationEvent(
      rule: random.below(rules), time: clock - late, life: 0, group: ["g\(random.below(groups))"],
      value: values(&random))
  }
}
