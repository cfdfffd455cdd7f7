import TestKit
import Testing
import TraceCore

@testable import RulePack

private let second = EventTime.nanosecondsPerSecond

/// Every kind against a model that works each answer out from all events.
struct CorrelationTests {
  typealias Comparisons = [(CorrelationCondition.Comparison, Double)]

  static func condition(
    _ kind: CorrelationCondition.Kind, _ comparisons: Comparisons = [], rules: [String] = ["a"], timespan: Int64 = 10,
    field: String? = nil, percentile: Double = 0
  ) -> CorrelationCondition {
    CorrelationCondition(
      kind: kind, rules: rules, groupBy: ["user"], timespan: timespan * second, comparisons: comparisons, field: field,
      percentile: percentile, generate: false, aliases: [:])
  }

  /// Compares answer by answer; gives the number of hits, so that a test can see that there were some.
  ///
  /// - Parameter remembersAll: the last of the windows that hold is found. Different values are remembered by fewer events:
  ///   of windows that end with one that is not, the next that holds is found.
  static func compare(
    _ condition: CorrelationCondition, _ events: inout RandomEvents, count: Int = 250, remembersAll: Bool = true,
    _ seed: UInt64, location: SourceLocation = #_sourceLocation
  ) -> Int {
    var correlation = Correlation(condition)
    var model = CorrelationModel(condition)
    let isRange = condition.comparisons.contains { [.lt, .lte, .eq].contains($0.0) }
    var hits = 0
    for number in 0..<count {
      let event = events.next()
      let hit = correlation.take(event)
      let answers = model.take(event)
      var isRight: Bool
      if let hit {
        hits += 1
        isRight = answers.contains { answer in
          (answer.time, answer.count, answer.value) == (hit.time, hit.count, hit.value)
            && answer.first ?? hit.first == hit.first
        }
        if remembersAll { isRight = isRight && answers[0].time == hit.time }
        let isInWindow = hit.first > hit.time - condition.timespan && hit.first <= hit.time
        isRight = isRight && isInWindow && hit.group == event.group.compactMap { $0 }
      } else {
        isRight = answers.isEmpty || !remembersAll && isRange && answers[0].time > event.time
      }
      #expect(isRight, "seed \(seed), event \(number): \(hit as Any) for \(answers)", sourceLocation: location)
      if !isRight { break }
    }
    let losses = correlation.losses
    #expect(losses == CorrelationLosses(), sourceLocation: location)
    return hits
  }

  static let lateness: [Int64] = [0, 3, 5]
  static let timespans: [Int64] = [1, 4, 10, 60]

  @Test(arguments: lateness, timespans)
  func countsOfEvents(lateness: Int64, timespan: Int64) {
    let cases: [Comparisons] = [
      [(.gte, 1)], [(.gte, 3)], [(.gt, 5)], [(.eq, 2)], [(.gte, 2), (.lte, 4)], [(.gt, 1), (.lt, 3)], [(.gte, 12)],
    ]
    var hits = 0
    for (index, comparisons) in cases.enumerated() {
      for stride in [0, 1, 3] {
        let seed = UInt64(index * 10 + stride)
        var events = RandomEvents(seed: seed)
        events.lateness = lateness * second
        events.stride = stride
        hits += CorrelationTests.compare(
          CorrelationTests.condition(.eventCount, comparisons, timespan: timespan), &events, seed)
      }
    }
    #expect(hits > 250)
  }

  @Test(arguments: lateness, timespans)
  func countsOfValues(lateness: Int64, timespan: Int64) {
    let cases: [Comparisons] = [[(.gte, 2)], [(.gte, 5)], [(.eq, 3)], [(.gte, 2), (.lt, 4)]]
    var hits = 0
    for (index, comparisons) in cases.enumerated() {
      for stride in [0, 1, 3] {
        let seed = UInt64(index * 10 + stride)
        var events = RandomEvents(seed: seed)
        events.lateness = lateness * second
        events.stride = stride
        hits += CorrelationTests.compare(
          CorrelationTests.condition(.valueCount, comparisons, timespan: timespan, field: "ip"), &events,
          remembersAll: lateness == 0, seed)
      }
    }
    #expect(hits > 150)
  }

  @Test(arguments: [CorrelationCondition.Kind.temporal, .temporalOrdered], lateness)
  func rulesTogether(kind: CorrelationCondition.Kind, lateness: Int64) {
    var hits = 0
    for timespan in CorrelationTests.timespans {
      for rules in [["a", "b"], ["a", "b", "c"], ["d", "c", "b", "a"]] {
        let seed = UInt64(timespan) * 10 + UInt64(rules.count)
        var events = RandomEvents(seed: seed)
        events.lateness = lateness * second
        events.rules = rules.count
        events.stride = 2
        hits += CorrelationTests.compare(
          CorrelationTests.condition(kind, rules: rules, timespan: timespan), &events, seed)
      }
    }
    #expect(hits > 150)
  }

  @Test(arguments: lateness)
  func ruleNamedTwiceIsTwoSteps(lateness: Int64) {
    let condition = CorrelationTests.condition(.temporalOrdered, rules: ["fail", "ok", "fail"], timespan: 10)
    var events = RandomEvents(seed: 77)
    events.lateness = lateness * second
    events.rules = 2
    events.stride = 1
    let hits = CorrelationTests.compare(condition, &events, 77)
    #expect(hits > 25)
  }

  @Test(arguments: lateness, timespans)
  func percentiles(lateness: Int64, timespan: Int64) {
    var hits = 0
    for (index, percentile) in [1.0, 50, 95, 99.9].enumerated() {
      for comparisons: Comparisons in [[(.gt, 70)], [(.lte, 50.5)], [(.gte, 20), (.lt, 60)]] {
        let seed = UInt64(index)
        var events = RandomEvents(seed: seed)
        events.lateness = lateness * second
        events.values = { "\($0.below(100)).\($0.below(2) * 5)" }
        hits += CorrelationTests.compare(
          CorrelationTests.condition(
            .valuePercentile, comparisons, timespan: timespan, field: "size", percentile: percentile),
          &events, seed)
      }
    }
    #expect(hits > 250)
  }

  @Test(arguments: [CorrelationCondition.Kind.eventCount, .valueCount], lateness)
  func windowsOfAbsence(kind: CorrelationCondition.Kind, lateness: Int64) {
    for (index, comparisons) in ([[(.lt, 1)], [(.lt, 4)], [(.lte, 2)], [(.eq, 0)]] as [Comparisons]).enumerated() {
      let condition = CorrelationTests.condition(
        kind, comparisons, timespan: 7, field: kind == .valueCount ? "ip" : nil)
      var events = RandomEvents(seed: UInt64(index))
      events.lateness = lateness * second
      var all: [CorrelationEvent] = []
      var correlation = Correlation(condition)
      #expect(correlation.isAboutAbsence)
      var hits: [CorrelationHit] = []
      var newest: Int64 = 0
      for _ in 0..<250 {
        let event = events.next()
        all.append(event)
        newest = max(newest, event.time)
        hits += correlation.advance(to: newest - Correlation.reorderBound)
        #expect(correlation.take(event) == nil)
      }
      let end = newest + 30 * second
      hits += correlation.finish(at: end)
      // A hit for windows without events on end stands for each of them.
      let mine = hits.flatMap { hit in
        (0..<hit.windows).map { "\(hit.first + $0 * condition.timespan) \(hit.group) \(hit.count)" }
      }
      #expect(mine.sorted() == CorrelationModel.absences(condition, all, until: end))
      #expect(hits.count > 10)
      #expect(hits.allSatisfy { $0.time == $0.first + $0.windows * condition.timespan })
      let losses = correlation.losses
      #expect(losses == CorrelationLosses())
    }
  }

  @Test func howOftenTimeAdvancesDoesNotMatter() {
    let condition = CorrelationTests.condition(.eventCount, [(.lt, 2)], timespan: 7)
    var events = RandomEvents(seed: 5)
    let all = (0..<300).map { _ in events.next() }
    let answers = [1, 7, 1000].map { every in
      var correlation = Correlation(condition)
      var hits: [CorrelationHit] = []
      for (index, event) in all.enumerated() {
        if index % every == 0 { hits += correlation.advance(to: event.time) }
        _ = correlation.take(event)
      }
      hits += correlation.finish(at: all[299].time)
      return hits.flatMap { hit in
        (0..<hit.windows).map { "\(hit.first + $0 * condition.timespan) \(hit.group) \(hit.count)" }
      }.sorted()
    }
    #expect(answers[0] == answers[1] && answers[0] == answers[2])
    #expect(answers[0].count > 20)
  }
}
