internal import TraceCore

/// What a correlation decides by, worked out once: bounds instead of comparisons, and the places of its rules.
struct CorrelationPlan: Sendable {
  let timespan: Int64
  /// How much later than a newer event an event may come and still be right.
  let reorder: Int64
  /// Counts that hold: `least ... most`; without `most` all from `least` on.
  let least: Int
  let most: Int?
  /// Of percentiles: all must hold.
  let comparisons: [(CorrelationCondition.Comparison, Double)]
  /// From 0 to 1.
  let quantile: Double
  /// Of temporal_ordered: the number of the rule (its first place in `CorrelationCondition.rules`) at each step.
  let steps: [Int]
  /// Entries that a group remembers at most.
  let rememberedLimit: Int

  init(_ condition: CorrelationCondition, reorder: Int64, rememberedLimit: Int) {
    timespan = max(1, condition.timespan)
    self.reorder = reorder
    comparisons = condition.comparisons
    quantile = condition.percentile / 100
    steps = condition.rules.map { rule in condition.rules.firstIndex(of: rule) ?? 0 }
    switch condition.kind {
    case .temporal, .temporalOrdered:
      least = Set(condition.rules).count
      most = nil
    case .eventCount, .valueCount, .valuePercentile:
      (least, most) = CorrelationPlan.bounds(condition.comparisons)
    }
    // What a condition asks for must fit, with as many again that came out of order or that repeat.
    let asked = min(max(least, most ?? 0) + 1, Int.max / 4)
    self.rememberedLimit =
      switch condition.kind {
      case .eventCount: max(rememberedLimit, 2 * asked)
      case .valueCount: max(rememberedLimit, 4 * asked)
      case .temporal, .temporalOrdered, .valuePercentile: rememberedLimit
      }
  }

  /// Counts that hold for all comparisons; `most` below `least`: none does.
  static func bounds(_ comparisons: [(CorrelationCondition.Comparison, Double)]) -> (least: Int, most: Int?) {
    var least = 0
    var most: Int?
    for (comparison, value) in comparisons {
      let count = Int(saturating: min(max(value, 0), 1e15))
      switch comparison {
      case .gt: least = max(least, count + 1)
      case .gte: least = max(least, count)
      case .lt: most = min(most ?? Int.max, count - 1)
      case .lte: most = min(most ?? Int.max, count)
      case .eq:
        least = max(least, count)
        most = min(most ?? Int.max, count)
      }
    }
    return (least, most)
  }

  /// It holds where nothing happens at all.
  var holdsForNothing: Bool { holds(count: 0) }

  /// More events than that tell nothing new.
  var saturation: Int { most.map { $0 + 1 } ?? max(least, 1) }

  func holds(count: Int) -> Bool { count >= least && count <= most ?? Int.max }

  func holds(value: Double) -> Bool {
    comparisons.allSatisfy { comparison, limit in
      switch comparison {
      case .gt: value > limit
      case .gte: value >= limit
      case .lt: value < limit
      case .lte: value <= limit
      case .eq: value == limit
      }
    }
  }

  // MARK: Times; all saturate.

  /// Events of the window that ends at `time` come after this.
  func start(ofWindowEndingAt time: Int64) -> Int64 { CorrelationPlan.add(time, -timespan) }

  /// The last moment at which a window can end that an event at `time` changes.
  func reach(of time: Int64) -> Int64 { CorrelationPlan.add(time, min(reorder, timespan - 1)) }

  /// Events that no window needs any more, told by the last two arrivals of their group: up to `.older`, and beyond
  /// `.newer`.
  ///
  /// Two, so that one event with a poisoned time ahead or behind forgets nothing; and both sides, so that a clock that was
  /// set back is followed.
  func forgotten(_ time: Int64, _ previous: Int64) -> (older: Int64, newer: Int64) {
    let margin = CorrelationPlan.add(timespan, reorder)
    return (CorrelationPlan.add(min(time, previous), -margin), CorrelationPlan.add(max(time, previous), margin))
  }

  static func add(_ a: Int64, _ b: Int64) -> Int64 {
    let (sum, ranOver) = a.addingReportingOverflow(b)
    return ranOver ? (b < 0 ? Int64.min : Int64.max) : sum
  }
}
