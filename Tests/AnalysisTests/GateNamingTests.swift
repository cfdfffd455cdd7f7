import TestKit
import Testing
import TraceCore

@testable import Analysis

/// A verdict names what failed, and all of its figures are of one span.
struct GateNamingTests {
  private let second = GateFeed.second

  private func finding(_ time: Int64, _ severity: Int = 1, rule: String = "pool") -> GateFinding {
    GateFinding(
      rule: rule, severity: severity, message: "no connection left", time: time, trace: "r-17", place: "app.log:212")
  }

  @Test func theFirstFindingIsNamed() throws {
    var feed = GateFeed(.simple([.findings, .floor]))
    feed.traffic(from: 0, to: 30, rate: 20)
    feed.gate.takeFinding(finding(29 * second, 2, rule: "mild"))
    feed.gate.takeFinding(finding(29 * second + 500_000_000))
    feed.gate.takeFinding(finding(29 * second + 700_000_000, rule: "later"))
    feed.traffic(from: 30, to: 35, rate: 20)
    let verdict = try #require(feed.verdicts.first)
    let failed = verdict.objectives[0]
    #expect(failed.state == .fail && failed.finding?.rule == "pool" && failed.finding?.trace == "r-17")
    #expect(failed.value == 1 && failed.reason == "1 finding, P1 pool: no connection left (id r-17)")
    #expect(verdict.places == ["the first finding is at app.log:212"])
    // 29.5 s at 20 a second; what ended later was read and is not counted.
    #expect(verdict.end == 29 * second + 500_000_000 && verdict.judgedTo == verdict.end)
    #expect(verdict.objectives[1].requests == 590 && verdict.objectives[1].value == 20)
  }

  /// Wherever the finding falls, and in whatever order it comes with the requests around it.
  @Test(arguments: UInt64(1)...40)
  func onlyWhatEndedBefore(seed: UInt64) throws {
    var random = SplitMix64(seed: seed)
    var definition = GateDefinition.simple([.findings, .floor, .errors], seconds: 60)
    definition.warmUp = Int64(random.below(5)) * second
    definition.window = Int64(1 + random.below(9)) * second
    let instant = definition.warmUp + Int64(random.below(40_000)) * 1_000_000
    let times = (0..<1_200).map { _ in Int64(random.below(60_000)) * 1_000_000 }.sorted()
    var feed = GateFeed(definition)
    var isFound = false
    // Read some time before or after what ended beside it, within the reorder bound.
    let shift = Int64(random.below(3_800) - 1_900) * 1_000_000
    for time in times {
      if !isFound, time >= instant + shift {
        isFound = true
        feed.gate.takeFinding(finding(instant))
      }
      feed.take(GateRequest(time: time, duration: 1, isError: false))
    }
    feed.finish(reached: 60 * second)
    let verdict = try #require(feed.verdicts.first)
    #expect(verdict.state == .fail && verdict.end >= instant && verdict.end <= instant + 2 * second)
    let counted = Int64(times.count { $0 >= definition.warmUp && $0 < verdict.end })
    #expect(verdict.objectives[2].requests == counted, "seed \(seed)")
    if shift <= 0 { #expect(verdict.end == instant) }
  }

  @Test func theWorstRouteAndInstance() throws {
    var feed = GateFeed(.simple([.errors]))
    for i in 0..<2_500 {
      feed.take(
        GateRequest(
          time: Int64(i) * second / 20, duration: 1, isError: i % 4 == 0, route: Int32(i % 4 == 0 ? 1 : i % 3),
          instance: Int32(i % 4 == 0 ? 2 : 1)))
    }
    let verdict = try #require(feed.verdicts.first?.objectives.first)
    #expect(verdict.worstRoute?.name == "GET /1" && verdict.worstInstance?.name == "web-2")
    #expect(verdict.worstInstance?.bad == verdict.bad && verdict.worstInstance?.requests == verdict.bad)
  }

  @Test func perInstance() throws {
    var objective = Objective.errors
    objective.per = .instance
    var feed = GateFeed(.simple([objective], seconds: 600))
    for i in 0..<12_500 {
      let instance = Int32(i % 3)
      feed.take(
        GateRequest(
          time: Int64(i) * second / 20, duration: 1, isError: instance == 2 && i % 2 == 0, instance: instance))
    }
    let verdict = try #require(feed.verdicts.first)
    #expect(verdict.state == .fail && verdict.isEarly)
    #expect(verdict.objectives.map(\.instance).first == "web-2" && verdict.objectives[0].state == .fail)
    #expect(verdict.objectives.allSatisfy { $0.route == nil })
  }

  /// A replica that joins late and serves less than is needed to judge it does not block, and is named.
  @Test func aLateInstanceIsPooled() throws {
    var objective = Objective.errors
    objective.per = .instance
    var feed = GateFeed(.simple([objective]))
    for i in 0..<2_500 {
      let instance: Int32 = i > 2_300 && i % 4 == 0 ? 7 : Int32(i % 2)
      feed.take(GateRequest(time: Int64(i) * second / 20, duration: 1, isError: false, instance: instance))
    }
    let verdict = try #require(feed.verdicts.first)
    #expect(verdict.state == .pass && verdict.objectives.count == 3)
    #expect(verdict.objectives[2].instance == "(other instances)" && verdict.objectives[2].isInformative)
    #expect(verdict.objectives[2].reason == "too few requests on their own: web-7")
  }

  /// Against a baseline each instance is compared with the whole service before.
  @Test func perInstanceAgainstASpan() throws {
    var objective = Objective(
      text: "error_rate < baseline + 1 %", metric: .errorRate, comparison: .less,
      limit: .init(factor: 1, offset: 0.01))
    objective.per = .instance
    var definition = GateDefinition.simple([objective])
    definition.baseline = .span(100 * second)
    var feed = GateFeed(definition, start: 100 * second)
    for i in 0..<4_500 {
      let instance: Int32 = i < 2_000 ? 5 : Int32(i % 2)
      feed.take(
        GateRequest(
          time: Int64(i) * second / 20, duration: 1, isError: i > 2_000 && i % 10 == 1, instance: instance))
    }
    let verdict = try #require(feed.verdicts.first)
    #expect(verdict.objectives.map(\.instance).first == "web-1" && verdict.objectives[0].state == .fail)
    #expect(verdict.state == .fail && verdict.isEarly)
  }
}
