package import TraceCore

/// A hit of a line rule as a correlation sees it.
package struct CorrelationEvent: Sendable {
  /// Place of the line rule in `CorrelationCondition.rules`; of one that is named twice, the first.
  package var rule: Int
  /// Nanoseconds of event time; EventTime.none without one.
  package var time: Int64
  /// Life of its trace; 0: none.
  package var life: UInt64
  /// Values of `CorrelationCondition.groupBy`, with aliases resolved; nil where the record does not have it.
  package var group: [String?]
  /// Value of `CorrelationCondition.field`.
  package var value: String?

  package init(rule: Int, time: Int64, life: UInt64, group: [String?], value: String?) {
    self.rule = rule
    self.time = time
    self.life = life
    self.group = group
    self.value = value
  }
}

/// A window of one group in which a correlation's condition holds.
package struct CorrelationHit: Sendable, Equatable {
  /// Values of `CorrelationCondition.groupBy`.
  package var group: [String]
  /// Event time of the window's last event; of a condition about absence, the end of the window.
  package var time: Int64
  /// Event time of the window's first event that counts; of a condition about absence, its beginning.
  package var first: Int64
  /// What a finding calls {count}: events in the window (of `gte: N` never more than N); of value_count the different
  /// values, of temporal and temporal_ordered the rules.
  package var count: Int
  /// What a finding calls {value}: the percentile (durations in nanoseconds), else the count.
  package var value: Double
  /// Windows that this hit stands for: 1, but for windows without events on end.
  package var windows: Int64 = 1
}

/// What a correlation remembers at most.
package struct CorrelationLimits: Sendable {
  package var groups = 10_000
  /// Entries of one group; more where a condition asks for larger counts.
  package var remembered = 10_000
  /// Entries of all groups: numbers (16 bytes each), and texts of value_count.
  package var allRemembered = 1_000_000
  package var allTexts = 100_000

  package init() {}
}

/// Decides, event by event, whether a correlation rule holds: names and meaning of the Sigma correlation specification,
/// on event time.
///
/// A window is (t - timespan, t], for each event time t; a condition is asked at each event, about windows that the event
/// is in. Events may come up to `reorderBound` after newer ones. Events without a value for one of the group-by fields
/// form no group and do not count, as in Sigma's backends.
///
/// A condition on a count that holds for no events at all (`lt: 5`, `eq: 0`) is about absence: it is asked once for each
/// window of whole multiples of the timespan since 1970, of each group after its first event, when `advance` passes the
/// window's end.
///
/// It knows nothing of findings: what joins the hits of one group is the collector's. Memory stands under
/// `CorrelationLimits`; what is over them is counted in `losses`. The cost of an event in order is about constant.
package struct Correlation: Sendable {
  /// How long after a newer event one may come: more than the reorder bound of merged streams.
  package static let reorderBound = 5 * EventTime.nanosecondsPerSecond

  package let condition: CorrelationCondition
  /// The condition holds where nothing happens: hits come from `advance`, none from `take`.
  package let isAboutAbsence: Bool
  private let plan: CorrelationPlan
  private var account: CorrelationAccount
  /// Windows before this number have been judged; of conditions about absence.
  private var judged = Int64.min

  // Of these the one is used that the kind takes.
  private var counts = CorrelationGroups<EventCountWindow>()
  private var values = CorrelationGroups<ValueCountWindow>()
  private var temporals = CorrelationGroups<TemporalWindow>()
  private var chains = CorrelationGroups<OrderedWindow>()
  private var percentiles = CorrelationGroups<PercentileWindow>()
  private var absences = CorrelationGroups<AbsenceGroup>()

  package init(_ condition: CorrelationCondition, limits: CorrelationLimits = CorrelationLimits()) {
    self.condition = condition
    account = CorrelationAccount(
      groups: limits.groups, entries: condition.kind == .valueCount ? limits.allTexts : limits.allRemembered)
    plan = CorrelationPlan(condition, reorder: Correlation.reorderBound, rememberedLimit: limits.remembered)
    switch condition.kind {
    case .eventCount, .valueCount: isAboutAbsence = plan.holdsForNothing
    case .temporal, .temporalOrdered, .valuePercentile: isAboutAbsence = false
    }
  }

  package var losses: CorrelationLosses { account.losses }

  /// Groups that are remembered.
  package var groupCount: Int {
    counts.count + values.count + temporals.count + chains.count + percentiles.count + absences.count
  }

  /// Entries that are remembered of all groups.
  package var rememberedCount: Int { account.remembered }

  /// Takes an event; the hit, if a window that it is in holds.
  package mutating func take(_ event: CorrelationEvent) -> CorrelationHit? {
    guard event.time != EventTime.none else {
      account.losses.withoutTime += 1
      return nil
    }
    var key: [String] = []
    key.reserveCapacity(event.group.count)
    for value in event.group {
      guard let value else {
        account.losses.withoutGroup += 1
        return nil
      }
      key.append(value)
    }
    var seen = CorrelationWindowEvent(time: event.time, rule: event.rule, text: "", number: 0)
    switch condition.kind {
    case .eventCount, .temporal, .temporalOrdered: break
    case .valueCount:
      guard let value = event.value else { return withoutValue() }
      seen.text = value
    case .valuePercentile:
      let number = event.value.flatMap {
        OptionValue.measure($0, ofField: condition.field ?? "", asDuration: condition.measuresDurations)
      }
      guard let number else { return withoutValue() }
      seen.number = number
    }
    if isAboutAbsence {
      note(seen, key)
      return nil
    }
    let hit: CorrelationWindowHit? =
      switch condition.kind {
      case .eventCount: counts.take(seen, key, plan, &account)
      case .valueCount: values.take(seen, key, plan, &account)
      case .temporal: temporals.take(seen, key, plan, &account)
      case .temporalOrdered: chains.take(seen, key, plan, &account)
      case .valuePercentile: percentiles.take(seen, key, plan, &account)
      }
    return hit.map { CorrelationHit(group: key, time: $0.time, first: $0.first, count: $0.count, value: $0.value) }
  }

  private mutating func withoutValue() -> CorrelationHit? {
    account.losses.withoutValue += 1
    return nil
  }
}

// MARK: Windows of absence

extension Correlation {
  /// Judges the windows that have ended at `time`, for conditions about absence; hits in the order of their times, then of
  /// their groups.
  ///
  /// - Parameter time: event time that the input has passed: its watermark, so that what comes late is in time. Call it
  ///   at the same records whatever the chunks of the input; an event in a window that was judged is counted as late.
  package mutating func advance(to time: Int64) -> [CorrelationHit] {
    guard isAboutAbsence, time != EventTime.none else { return [] }
    let end = AbsenceGroup.number(of: time, plan)
    guard end > judged else { return [] }
    var hits: [CorrelationHit] = []
    let (from, plan) = (judged, plan)
    var left = 0
    absences.forEach { key, group in
      for held in group.judge(from: from, to: end, plan) {
        hits.append(
          CorrelationHit(
            group: key, time: held.end * plan.timespan, first: held.first * plan.timespan, count: held.count,
            value: Double(held.count), windows: held.end - held.first))
      }
      left += group.remembered
    }
    account.remembered = left
    judged = end
    hits.sort { a, b in
      (a.time, a.first) == (b.time, b.first)
        ? a.group.lexicographicallyPrecedes(b.group) : (a.time, a.first) < (b.time, b.first)
    }
    return hits
  }

  /// As `advance`, at the end of the input.
  ///
  /// - Parameter time: of the newest record. A window that it lies in is not judged: the input may not tell all of it.
  package mutating func finish(at time: Int64) -> [CorrelationHit] { advance(to: time) }

  private mutating func note(_ event: CorrelationWindowEvent, _ key: [String]) {
    let number = AbsenceGroup.number(of: event.time, plan)
    let value = condition.kind == .valueCount ? event.text : nil
    absences.take(number, value: value, key, judged: judged, plan, &account)
  }
}

// MARK: State

extension CorrelationLosses: StateCodable {
  package mutating func code(_ coder: inout StateCoder) throws(StateError) {
    try coder.code(count: &withoutTime)
    try coder.code(count: &withoutGroup)
    try coder.code(count: &withoutValue)
    try coder.code(count: &late)
    try coder.code(count: &groupsForgotten)
    try coder.code(count: &eventsForgotten)
  }
}

extension Correlation: StateCodable {
  package mutating func code(_ coder: inout StateCoder) throws(StateError) {
    try coder.check(condition.kind.rawValue, "rules: a correlation's type")
    try coder.code(&judged)
    try coder.code(&account.losses)
    let plan = plan
    if isAboutAbsence {
      try absences.code(&coder) { AbsenceGroup(first: 0) }
    } else {
      switch condition.kind {
      case .eventCount: try counts.code(&coder) { EventCountWindow(plan) }
      case .valueCount: try values.code(&coder) { ValueCountWindow(plan) }
      case .temporal: try temporals.code(&coder) { TemporalWindow(plan) }
      case .temporalOrdered: try chains.code(&coder) { OrderedWindow(plan) }
      case .valuePercentile: try percentiles.code(&coder) { PercentileWindow(plan) }
      }
    }
    guard coder.isLoading else { return }
    account.remembered =
      counts.remembered + values.remembered + temporals.remembered + chains.remembered + percentiles.remembered
    absences.forEach { _, group in account.remembered += group.remembered }
  }
}

extension CorrelationGroups where State: CorrelationWindow {
  /// Entries of all groups.
  fileprivate var remembered: Int {
    var groups = self
    var sum = 0
    groups.forEach { _, window in sum += window.remembered }
    return sum
  }
}
