import TestKit
import Testing

@testable import RulePack
@testable import TraceCore

/// Correlations of every kind, saved and loaded before every event, beside ones that are left alone.
struct CorrelationStateTests {
  private static let second = EventTime.nanosecondsPerSecond

  private func copy(_ value: inout Correlation, _ condition: CorrelationCondition, _ limits: CorrelationLimits) throws
    -> Correlation
  {
    var coder = StateCoder()
    try coder.code(&value)
    let state = coder.written
    var loaded = Correlation(condition, limits: limits)
    try StateCoder.load(state.span) { coder throws(StateError) in try loaded.code(&coder) }
    var again = StateCoder()
    try again.code(&loaded)
    #expect(again.written == state)
    return loaded
  }

  private static let conditions: [CorrelationCondition] = [
    CorrelationTests.condition(.eventCount, [(.gte, 3)]),
    CorrelationTests.condition(.eventCount, [(.gte, 2), (.lte, 4)], timespan: 60),
    CorrelationTests.condition(.eventCount, [(.lt, 3)], timespan: 4),
    CorrelationTests.condition(.valueCount, [(.gte, 3)], field: "ip"),
    CorrelationTests.condition(.valueCount, [(.lt, 2)], field: "ip"),
    CorrelationTests.condition(.temporal, rules: ["a", "b", "c"]),
    CorrelationTests.condition(.temporalOrdered, rules: ["a", "b", "a"], timespan: 60),
    CorrelationTests.condition(.valuePercentile, [(.gt, 2)], timespan: 30, field: "n", percentile: 75),
  ]

  /// With room for all, and with so little that groups and events are forgotten.
  @Test(arguments: conditions.indices, [false, true])
  func everyKind(index: Int, isTight: Bool) throws {
    let condition = Self.conditions[index]
    var limits = CorrelationLimits()
    if isTight { (limits.groups, limits.remembered, limits.allRemembered, limits.allTexts) = (3, 8, 20, 20) }
    var hits = 0
    for seed in UInt64(0)..<4 {
      var events = RandomEvents(seed: seed)
      events.rules = condition.rules.count
      events.groups = 6
      events.lateness = Int64(seed % 3) * 3 * Self.second
      var (whole, cut) = (Correlation(condition, limits: limits), Correlation(condition, limits: limits))
      for _ in 0..<200 {
        cut = try copy(&cut, condition, limits)
        let event = events.next()
        var (a, b) = ([whole.take(event)].compactMap { $0 }, [cut.take(event)].compactMap { $0 })
        a += whole.advance(to: event.time - Correlation.reorderBound)
        b += cut.advance(to: event.time - Correlation.reorderBound)
        #expect(a == b, "seed \(seed)")
        hits += a.count
        #expect(whole.losses == cut.losses && whole.rememberedCount == cut.rememberedCount, "seed \(seed)")
        #expect(whole.groupCount == cut.groupCount)
      }
    }
    #expect(hits > 20)
  }

  @Test func anotherRule() throws {
    var correlation = Correlation(Self.conditions[0])
    var coder = StateCoder()
    try coder.code(&correlation)
    var other = Correlation(Self.conditions[3])
    #expect(throws: StateError.mismatch("rules: a correlation's type")) {
      try StateCoder.load(coder.written.span) { coder throws(StateError) in try other.code(&coder) }
    }
  }
}
