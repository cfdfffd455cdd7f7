import Config
import TestKit
import Testing
import TraceCore

@testable import RulePack

private let second = EventTime.nanosecondsPerSecond

/// Correlations as people write them, and what happens at their limits.
struct CorrelationExamplesTests {
  static func condition(_ text: String) throws(ConfigurationProblems) -> CorrelationCondition {
    let document: YAMLNode
    do throws(ConfigurationProblem) {
      document = try YAMLReader.documents(Array(text.utf8), path: "p.yml")[0]
    } catch {
      throw ConfigurationProblems([error])
    }
    var mapping = MappingReader(document, path: "p.yml", what: "'correlation'")
    let condition = CorrelationReader.read(&mapping, generate: false)
    let problems = mapping.finish()
    guard problems.isEmpty, let condition else { throw ConfigurationProblems(problems) }
    return condition
  }

  static func event(
    _ seconds: Int64, _ group: String? = "ana", rule: Int = 0, value: String? = nil
  ) -> CorrelationEvent {
    CorrelationEvent(rule: rule, time: seconds * second, life: 0, group: [group], value: value)
  }

  @Test func failedLoginsFollowedBySuccess() throws {
    var correlation = Correlation(
      try CorrelationExamplesTests.condition(
        "{type: temporal_ordered, rules: [login-failed, login-ok], group-by: [user], timespan: 5m}"))
    #expect(correlation.take(CorrelationExamplesTests.event(0, rule: 1)) == nil)
    #expect(correlation.take(CorrelationExamplesTests.event(100, rule: 0)) == nil)
    #expect(correlation.take(CorrelationExamplesTests.event(110, "bob", rule: 1)) == nil)
    let hit = correlation.take(CorrelationExamplesTests.event(130, rule: 1))
    #expect(
      hit == CorrelationHit(group: ["ana"], time: 130 * second, first: 100 * second, count: 2, value: 2))
    // 300 s after the failure the window does not hold it any more.
    #expect(correlation.take(CorrelationExamplesTests.event(399, rule: 1)) != nil)
    #expect(correlation.take(CorrelationExamplesTests.event(400, rule: 1)) == nil)
  }

  @Test func manyFailuresInAMinute() throws {
    var correlation = Correlation(
      try CorrelationExamplesTests.condition(
        "{type: event_count, rules: [login-failed], group-by: [user], timespan: 1m, condition: {gte: 3}}"))
    let hits = [0, 30, 60, 89, 90].map { correlation.take(CorrelationExamplesTests.event($0)) }
    #expect(hits.map { $0?.first } == [nil, nil, nil, 30 * second, 60 * second])
    #expect(hits.map { $0?.count } == [nil, nil, nil, 3, 3])
  }

  @Test func withoutGroupByAllEventsAreOneGroup() throws {
    var correlation = Correlation(
      try CorrelationExamplesTests.condition("{type: event_count, rules: [a], timespan: 1m, condition: {gte: 2}}"))
    let events = (0..<2).map { CorrelationEvent(rule: 0, time: $0 * second, life: 0, group: [], value: nil) }
    #expect(correlation.take(events[0]) == nil)
    #expect(correlation.take(events[1])?.group == [])
  }

  @Test func whatCannotCountIsTold() throws {
    var correlation = Correlation(
      try CorrelationExamplesTests.condition(
        "{type: value_count, rules: [a], group-by: [ip], timespan: 1m, condition: {field: user, gte: 2}}"))
    #expect(correlation.take(CorrelationExamplesTests.event(0, value: "x")) == nil)
    #expect(correlation.take(CorrelationExamplesTests.event(1, nil, value: "y")) == nil)
    #expect(correlation.take(CorrelationExamplesTests.event(1, value: nil)) == nil)
    #expect(
      correlation.take(CorrelationEvent(rule: 0, time: EventTime.none, life: 0, group: ["ana"], value: "y")) == nil)
    #expect(correlation.take(CorrelationExamplesTests.event(2, value: "y"))?.count == 2)
    let losses = correlation.losses
    #expect(losses.withoutGroup == 1 && losses.withoutValue == 1 && losses.withoutTime == 1)
  }

  @Test func percentilesReadDurations() throws {
    let source =
      "{type: value_percentile, rules: [a], group-by: [route], timespan: 1m, condition: {field: FIELD, percentile: 50, gt: 500ms}}"
    var correlation = Correlation(
      try CorrelationExamplesTests.condition(source.replacing("FIELD", with: "duration")))
    #expect(correlation.take(CorrelationExamplesTests.event(0, value: "812.5ms"))?.value == 812_500_000)
    #expect(correlation.take(CorrelationExamplesTests.event(1, value: "100ms")) == nil)
    // A number without a unit is no duration, unless the field's name has it.
    #expect(correlation.take(CorrelationExamplesTests.event(2, value: "9000")) == nil)
    #expect(correlation.take(CorrelationExamplesTests.event(2, value: "1.5s"))?.count == 3)
    #expect(correlation.losses.withoutValue == 1)
    var named = Correlation(try CorrelationExamplesTests.condition(source.replacing("FIELD", with: "wait_ms")))
    #expect(named.take(CorrelationExamplesTests.event(0, value: "501"))?.value == 501_000_000)
    #expect(named.take(CorrelationExamplesTests.event(1, value: "0.2")) == nil)
  }

  @Test func silenceIsOneHitForAllItsWindows() throws {
    var correlation = Correlation(
      try CorrelationExamplesTests.condition(
        "{type: event_count, rules: [heartbeat], group-by: [host], timespan: 1m, condition: {lt: 1}}"))
    for time in [30, 90, 130] as [Int64] { #expect(correlation.take(CorrelationExamplesTests.event(time)) == nil) }
    #expect(correlation.advance(to: 239 * second) == [])
    let hits = correlation.advance(to: 500 * second)
    #expect(
      hits == [
        CorrelationHit(group: ["ana"], time: 480 * second, first: 180 * second, count: 0, value: 0, windows: 5)
      ])
    // What comes into a window that was judged is late.
    _ = correlation.take(CorrelationExamplesTests.event(200))
    #expect(correlation.losses.late == 1)
    #expect(correlation.finish(at: 539 * second) == [])
    #expect(correlation.finish(at: 540 * second).map(\.windows) == [1])
  }

  // MARK: Limits

  @Test func groupsLeaveInTheOrderOfTheirUse() throws {
    var limits = CorrelationLimits()
    limits.groups = 2
    var correlation = Correlation(
      try CorrelationExamplesTests.condition(
        "{type: event_count, rules: [a], group-by: [user], timespan: 1m, condition: {gte: 2}}"), limits: limits)
    for (time, group) in [(0, "a"), (1, "b"), (2, "a"), (3, "c")] as [(Int64, String)] {
      _ = correlation.take(CorrelationExamplesTests.event(time, group))
    }
    #expect(correlation.groupCount == 2)
    #expect(correlation.losses.groupsForgotten == 1)
    // a was used later than b: it is still there.
    #expect(correlation.take(CorrelationExamplesTests.event(4, "a")) != nil)
    #expect(correlation.take(CorrelationExamplesTests.event(5, "b")) == nil)
    // Groups whose windows are over are no loss.
    let before = correlation.losses.groupsForgotten
    for number in 0..<100 as Range<Int64> {
      _ = correlation.take(CorrelationExamplesTests.event(1000 + 100 * number, "n\(number)"))
    }
    #expect(correlation.losses.groupsForgotten == before)
    #expect(correlation.groupCount == 2)
  }

  @Test(arguments: [
    "{type: event_count, rules: [a], group-by: [user], timespan: 1h, condition: {eq: 100}}",
    "{type: value_count, rules: [a], group-by: [user], timespan: 1h, condition: {field: ip, gte: 70}}",
    "{type: value_percentile, rules: [a], group-by: [user], timespan: 1h, condition: {field: ms, percentile: 95, gt: 1}}",
  ])
  func aGroupRemembersSoMuch(source: String) throws {
    var limits = CorrelationLimits()
    limits.remembered = 300
    var correlation = Correlation(try CorrelationExamplesTests.condition(source), limits: limits)
    for number in 0..<1000 as Range<Int64> {
      let event = CorrelationEvent(
        rule: 0, time: number * 100_000_000, life: 0, group: ["ana"], value: "\(number)")
      _ = correlation.take(event)
    }
    #expect(correlation.rememberedCount <= 300)
    if correlation.condition.kind != .eventCount { #expect(correlation.losses.eventsForgotten == 700) }
  }

  @Test func allGroupsTogetherRememberSoMuch() throws {
    var limits = CorrelationLimits()
    limits.allTexts = 50
    var correlation = Correlation(
      try CorrelationExamplesTests.condition(
        "{type: value_count, rules: [a], group-by: [user], timespan: 1h, condition: {field: ip, gte: 1000}}"),
      limits: limits)
    for number in 0..<400 as Range<Int64> {
      _ = correlation.take(CorrelationExamplesTests.event(number, "g\(number % 20)", value: "\(number)"))
      #expect(correlation.rememberedCount <= 50)
    }
    #expect(correlation.losses.groupsForgotten > 0)
  }

  @Test func aStormIsRememberedByWhatMatters() throws {
    var counts = Correlation(
      try CorrelationExamplesTests.condition(
        "{type: event_count, rules: [a], group-by: [user], timespan: 1h, condition: {gte: 50}}"))
    var values = Correlation(
      try CorrelationExamplesTests.condition(
        "{type: value_count, rules: [a], group-by: [user], timespan: 1h, condition: {field: ip, gte: 7}}"))
    for number in 0..<30_000 as Range<Int64> {
      let event = CorrelationEvent(
        rule: 0, time: number * 1_000_000, life: 0, group: ["ana"], value: number < 2 ? "first" : "\(number % 5)")
      #expect((counts.take(event) != nil) == (number >= 49))
      #expect(values.take(event) == nil)
    }
    #expect(counts.rememberedCount <= 50 && values.rememberedCount < 30)
    // 29 s later the two first ones still count.
    #expect(values.take(CorrelationExamplesTests.event(31, value: "seventh"))?.count == 7)
    #expect(counts.losses == CorrelationLosses() && values.losses == CorrelationLosses())
  }

  // MARK: Clocks

  @Test func onePoisonedTimeForgetsNothing() throws {
    for source in [
      "{type: event_count, rules: [a, b, c], group-by: [user], timespan: 1m, condition: {gte: 3}}",
      "{type: temporal, rules: [a, b, c], group-by: [user], timespan: 1m}",
      "{type: temporal_ordered, rules: [a, b, c], group-by: [user], timespan: 1m}",
    ] {
      for poison in [100_000_000, -100_000_000] as [Int64] {
        var correlation = Correlation(try CorrelationExamplesTests.condition(source))
        #expect(correlation.take(CorrelationExamplesTests.event(1000, rule: 0)) == nil)
        #expect(correlation.take(CorrelationExamplesTests.event(1010, rule: 1)) == nil)
        #expect(correlation.take(CorrelationExamplesTests.event(1010 + poison, rule: 1)) == nil)
        #expect(correlation.take(CorrelationExamplesTests.event(1020, rule: 2)) != nil, "\(source) \(poison)")
      }
    }
  }

  @Test func aClockThatWasSetBackIsFollowed() throws {
    for source in [
      "{type: event_count, rules: [a, b], group-by: [user], timespan: 10s, condition: {gte: 2, lte: 2}}",
      "{type: event_count, rules: [a, b], group-by: [user], timespan: 10s, condition: {gte: 2}}",
      "{type: temporal, rules: [a, b], group-by: [user], timespan: 10s}",
      "{type: temporal_ordered, rules: [a, b], group-by: [user], timespan: 10s}",
    ] {
      var correlation = Correlation(try CorrelationExamplesTests.condition(source))
      for number in 0..<10 as Range<Int64> { _ = correlation.take(CorrelationExamplesTests.event(5000 + number * 20)) }
      // The first events behind the step may be taken for late ones.
      for time in [1400, 1440] as [Int64] { #expect(correlation.take(CorrelationExamplesTests.event(time)) == nil) }
      #expect(correlation.take(CorrelationExamplesTests.event(1500, rule: 0)) == nil)
      #expect(correlation.take(CorrelationExamplesTests.event(1501, rule: 1)) != nil, "\(source)")
    }
  }

  @Test func extremeTimesDoNotTrap() throws {
    for source in [
      "{type: event_count, rules: [a], group-by: [user], timespan: 366d, condition: {gte: 2}}",
      "{type: event_count, rules: [a], group-by: [user], timespan: 366d, condition: {lt: 2}}",
      "{type: temporal_ordered, rules: [a, b], group-by: [user], timespan: 366d}",
      "{type: value_count, rules: [a], group-by: [user], timespan: 366d, condition: {field: x, gte: 2}}",
    ] {
      var correlation = Correlation(try CorrelationExamplesTests.condition(source))
      for time in [Int64.max, Int64.min + 1, 0, Int64.max, Int64.min + 1, Int64.min + 1] {
        _ = correlation.take(CorrelationEvent(rule: 0, time: time, life: 0, group: ["a"], value: "\(time)"))
      }
      _ = correlation.advance(to: Int64.min + 1)
      _ = correlation.finish(at: Int64.max)
      #expect(correlation.groupCount == 1)
    }
  }

  // MARK: What is wrong with a condition

  @Test(arguments: [
    ("type: event_count\nrules: [a]\ntimespan: 1m\ncondition: {lt: 5, gt: 9}", "4:12: 'condition' never holds"),
    ("type: event_count\nrules: [a]\ntimespan: 1m\ncondition: {lt: 0}", "4:12: 'condition' never holds"),
    ("type: event_count\nrules: [a]\ntimespan: 1m\ncondition: {gte: 0}", "4:12: 'condition' always holds"),
    (
      "type: event_count\nrules: [a]\ntimespan: 1m\ncondition: {gte: 100001}",
      "4:18: 'gte' is a whole number here, 100000"
    ),
    ("type: event_count\nrules: [a]\ntimespan: 1m\ncondition: {gte: 2.5}", "4:18: 'gte' is a whole number"),
    ("type: event_count\nrules: [a]\ntimespan: 1m\ncondition: {}", "4:12: 'condition' compares with nothing"),
    ("type: event_count\nrules: [a]\ntimespan: 1m\ncondition: {field: x, gte: 1}", "4:13: unknown key 'field'"),
    ("type: event_count\nrules: [a, a]\ntimespan: 1m\ncondition: {gte: 2}", "2:12: 'rules' names 'a' twice"),
    ("type: event_count\nrules: [a]\ntimespan: 400d\ncondition: {gte: 2}", "3:11: 'timespan' is a year"),
    ("type: event_count\nrules: [a]\ntimespan: 5\ncondition: {gte: 2}", "3:11: 'timespan' is a duration with its unit"),
    ("type: temporal\nrules: [a]\ntimespan: 1m", "2:9: 'temporal' needs two rules or more"),
    ("type: temporal\nrules: [a, b]\ntimespan: 1m\ncondition: {gte: 2}", "4:12: 'condition' of temporal"),
    ("type: value_count\nrules: [a]\ntimespan: 1m\ncondition: {gte: 2}", "4:12: 'field' is missing"),
    (
      "type: value_percentile\nrules: [a]\ntimespan: 1m\ncondition: {field: ms, percentile: 95, gt: 1s, lt: 20}",
      "4:12: 'condition' compares with a duration and with a number"
    ),
    (
      "type: temporal\nrules: [login-failed, b]\ntimespan: 1m\naliases:\n  ip:\n    login-faild: src",
      "6:5: the alias 'ip' is about 'login-faild', which 'rules' does not name; did you mean 'login-failed'?"
    ),
    ("type: temporal\nrules: [a, b]\ntimespan: 1m\naliases:\n  ip:\n    a: [x]", "6:8: an alias is a mapping of rules"),
    ("type: event_cnt\nrules: [a]\ntimespan: 1m", "1:7: 'type' is one of"),
  ])
  func mistakesAreToldAtTheirPlace(source: String, message: String) {
    do throws(ConfigurationProblems) {
      _ = try CorrelationExamplesTests.condition(source)
      Issue.record("no problem told: \(source)")
    } catch {
      #expect(error.problems.map(\.description).contains { $0.hasPrefix("p.yml:" + message) }, "\(error.problems)")
    }
  }
}
