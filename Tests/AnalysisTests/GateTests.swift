import TestKit
import Testing
import TraceCore

@testable import Analysis

/// What a gate says of a stage, and when.
struct GateTests {
  private let second = GateFeed.second

  @Test func passesAtTheEndOfTheStage() throws {
    var feed = GateFeed(.simple([.errors, .slow]))
    feed.traffic(from: 0, to: 119.9, rate: 20, errorEach: 200, slowEach: 50)
    #expect(feed.verdicts.isEmpty)
    feed.traffic(from: 119.9, to: 125, rate: 20)
    let verdict = try #require(feed.verdicts.first)
    #expect(verdict.state == .pass && verdict.stage == 0 && !verdict.isFinal && !verdict.isEarly)
    #expect(verdict.time == 120 * second && verdict.start == 0 && verdict.end == 120 * second)
    // Requests that end after the stage are not of it.
    #expect(verdict.objectives.map(\.requests) == [2_400, 2_400])
    #expect(verdict.objectives.map(\.bad) == [12, 48])
    #expect(verdict.objectives[0].value == 0.005)
    // Beyond 1,000 values a quantile is off by a thousandth at most.
    #expect(abs((verdict.objectives[1].value ?? 0) - 20e6) <= 20e3)
    #expect(verdict.objectives[0].needed == nil)
    #expect(feed.last?.isFinal == true && feed.last?.state == .pass && feed.last?.exitCode == 0)
    #expect(feed.gate.isOver && feed.gate.due == .max)
  }

  @Test func failsEarly() throws {
    var feed = GateFeed(.simple([.errors, .slow], seconds: 600))
    feed.traffic(from: 0, to: 600, rate: 20, errorEach: 3)
    let verdict = try #require(feed.verdicts.first)
    #expect(verdict.state == .fail && verdict.isEarly && verdict.time == 20 * second)
    #expect(verdict.objectives.map(\.state) == [.fail, .inconclusive] || verdict.objectives[1].state == .pass)
    #expect(feed.verdicts.count == 2 && feed.last?.isFinal == true && feed.last?.exitCode == 1)
  }

  @Test func looksInARow() {
    var definition = GateDefinition.simple([.errors], seconds: 600)
    definition.consecutiveFailures = 3
    var feed = GateFeed(definition)
    feed.traffic(from: 0, to: 600, rate: 20, errorEach: 3)
    #expect(feed.verdicts.first?.time == 40 * second)
  }

  @Test func tenRequestsAreInconclusive() throws {
    for errorEach in [0, 10] {
      var feed = GateFeed(.simple([.errors, .slow]))
      feed.traffic(from: 0, to: 120, rate: 10.0 / 120, errorEach: errorEach)
      feed.finish(reached: 120 * second)
      let verdict = try #require(feed.verdicts.first)
      #expect(verdict.state == .inconclusive && feed.last?.exitCode == 2)
      #expect(verdict.objectives[0].reason == "only 10 requests of at least 100")
      #expect((verdict.objectives[0].needed ?? 0) >= 90)
    }
  }

  /// Half of ten: what is proven is proven.
  @Test func tenRequestsCanFail() {
    var feed = GateFeed(.simple([.errors, .slow]))
    feed.traffic(from: 0, to: 120, rate: 10.0 / 120, errorEach: 2)
    feed.finish(reached: 120 * second)
    #expect(feed.last?.state == .fail)
  }

  @Test func silence() throws {
    var feed = GateFeed(.simple([.errors, .floor]))
    feed.finish(reached: 300 * second)
    let verdict = try #require(feed.verdicts.first)
    #expect(verdict.objectives[0].reason == "no request to judge")
    // Nothing is known of errors; that nothing came is known.
    #expect(verdict.objectives.map(\.state) == [.inconclusive, .fail] && verdict.state == .fail)
    // By the bet, before the stage's end: empty windows double the capital.
    #expect(verdict.isEarly && verdict.time < 120 * second && verdict.time >= 60 * second)
  }

  @Test func trafficAboveTheFloor() {
    var feed = GateFeed(.simple([.floor]))
    feed.traffic(from: 0, to: 130, rate: 6.5)
    #expect(feed.verdicts.first?.objectives[0].state == .pass)
    var slow = GateFeed(.simple([.floor]))
    slow.traffic(from: 0, to: 130, rate: 4)
    #expect(slow.verdicts.first?.state == .fail)
  }

  @Test func warmUpIsNotJudged() {
    var definition = GateDefinition.simple([.errors], seconds: 120)
    definition.warmUp = 30 * second
    var feed = GateFeed(definition)
    feed.traffic(from: 0, to: 29.9, rate: 20, errorEach: 1)
    feed.traffic(from: 30, to: 125, rate: 20, errorEach: 500)
    #expect(feed.verdicts.first?.state == .pass)
    #expect(feed.verdicts.first?.start == 30 * second)
    #expect(feed.verdicts.first?.objectives[0].requests == 1_800)
  }

  @Test func stagesInOrder() {
    var definition = GateDefinition.simple([.errors], seconds: 60)
    definition.stages = ["a", "b", "c"].map { .init(name: $0, duration: 60 * second) }
    var feed = GateFeed(definition, start: 100 * second)
    feed.traffic(from: 90, to: 165, rate: 20)
    #expect(feed.verdicts.map(\.stageName) == ["a"] && feed.gate.stage == 1)
    feed.traffic(from: 165, to: 218, rate: 20, errorEach: 60)
    feed.traffic(from: 218, to: 290, rate: 20)
    #expect(feed.verdicts.map(\.stageName) == ["a", "b", "c", nil])
    #expect(feed.verdicts.map(\.state) == [.pass, .inconclusive, .pass, .inconclusive])
    #expect(feed.verdicts.map(\.start) == [100, 160, 220, 100].map { $0 * second })
  }

  @Test func shortStagesHaveShortWindows() {
    func window(_ seconds: Int64...) -> Int64 {
      GateDefinition.standardWindow(seconds.map { .init(name: "", duration: $0 * second) }) / second
    }
    #expect(window(600, 600) == 10 && window(120) == 8 && window(600, 45) == 3 && window(5) == 1 && window() == 1)
  }

  /// Those that come when their stage is over count in no stage; more of them than it could have borne keep the gate from
  /// passing.
  @Test(arguments: [(2, .pass), (100, .inconclusive)] as [(Int64, Verdict.State)])
  func lateRequests(count: Int64, whole: Verdict.State) {
    var definition = GateDefinition.simple([.errors], seconds: 60)
    definition.stages.append(.init(name: "b", duration: 60 * second))
    var feed = GateFeed(definition)
    feed.traffic(from: 0, to: 70, rate: 20)
    for _ in 0..<count { feed.take(GateRequest(time: 30 * second, duration: 1, isError: true)) }
    feed.traffic(from: 70, to: 125, rate: 20)
    #expect(feed.verdicts.map(\.state) == [.pass, .pass, whole])
    #expect(feed.verdicts[1].notes.first == "\(count) requests came after their stage was over")
    #expect(feed.verdicts[1].notes.last == "only 6 windows: how much requests scatter is poorly known")
    #expect(feed.verdicts[2].notes.count == (whole == .pass ? 0 : 1))
  }

  @Test func findingsFailAtOnce() throws {
    var feed = GateFeed(.simple([.findings, .errors], seconds: 600))
    feed.traffic(from: 0, to: 33, rate: 20)
    feed.gate.takeFinding(severity: 2, time: 32 * second)
    feed.advance(to: 32 * second)
    #expect(feed.verdicts.isEmpty && feed.gate.due == 33 * second)
    feed.gate.takeFinding(severity: 1, time: 33 * second)
    // It waits for what ended before that instant, a second at most.
    feed.advance(to: 33 * second)
    #expect(feed.verdicts.isEmpty && feed.gate.due == 34 * second)
    feed.advance(to: 34 * second)
    let verdict = try #require(feed.verdicts.first)
    #expect(verdict.state == .fail && verdict.time == 33 * second && verdict.objectives[0].value == 1)
    #expect(verdict.objectives[1].requests == 33 * 20 && verdict.end == 33 * second)
  }

  @Test func aFindingOfTheNextStageWaits() {
    var definition = GateDefinition.simple([.findings], seconds: 60)
    definition.stages.append(.init(name: "b", duration: 60 * second))
    var feed = GateFeed(definition)
    feed.traffic(from: 0, to: 59, rate: 5)
    feed.gate.takeFinding(severity: 0, time: 61 * second)
    feed.advance(to: 70 * second)
    #expect(feed.verdicts.map(\.state) == [.pass, .fail, .fail])
  }

  @Test func loss() {
    for (loss, state) in [
      (GateLoss(missing: 1, read: 10_000), Verdict.State.pass), (GateLoss(missing: 20, read: 10_000), .inconclusive),
      (GateLoss(missing: 0, read: 10_000, isUnbounded: true), .inconclusive),
    ] {
      var feed = GateFeed(.simple([.errors]))
      feed.loss = loss
      feed.traffic(from: 0, to: 125, rate: 20)
      #expect(feed.verdicts.map(\.state) == [state, state], "\(loss)")
      #expect(feed.verdicts[0].notes.count == 1)
    }
  }

  // MARK: The end of the input

  @Test func aLogThatEndsTooEarly() {
    var feed = GateFeed(.simple([.errors], seconds: 600))
    feed.traffic(from: 0, to: 300, rate: 20)
    feed.finish(reached: 300 * second)
    #expect(feed.verdicts.map(\.state) == [.inconclusive, .inconclusive])
    #expect(feed.verdicts[0].objectives[0].state == .pass)
    #expect(feed.verdicts[0].notes == ["the log ends 5 min before the stage does"])
  }

  @Test func aLogThatEndsInTheLastWindow() {
    var feed = GateFeed(.simple([.errors], seconds: 600))
    feed.traffic(from: 0, to: 594, rate: 20)
    feed.finish()
    #expect(feed.verdicts.map(\.state) == [.pass, .pass])
    #expect(feed.verdicts[0].objectives[0].requests == 594 * 20)
  }

  @Test func aLogThatEndsBetweenStages() {
    var definition = GateDefinition.simple([.errors], seconds: 60)
    definition.stages.append(.init(name: "b", duration: 600 * second))
    var feed = GateFeed(definition)
    feed.traffic(from: 0, to: 55, rate: 20)
    feed.finish()
    #expect(feed.verdicts.map(\.state) == [.pass, .inconclusive] && feed.last?.isFinal == true)
    var none = GateFeed(definition, start: 1_000 * second)
    none.traffic(from: 0, to: 55, rate: 20)
    none.finish()
    #expect(none.verdicts.map(\.notes) == [["the log ends before the gate begins"]])
  }

  @Test func aCutStageCanFail() {
    var feed = GateFeed(.simple([.errors], seconds: 600))
    feed.traffic(from: 0, to: 9, rate: 20, errorEach: 5)
    feed.finish(reached: 9 * second)
    #expect(feed.verdicts.map(\.state) == [.fail, .fail])
  }

  // MARK: The same however it is called

  /// Calling `advance` more often, and requests in the disorder that the watermark allows, change no verdict.
  @Test func sameVerdictsHoweverDriven() {
    var definition = GateDefinition.simple([.errors, .slow, .floor, .unfinished], seconds: 60)
    definition.warmUp = 5 * second
    definition.stages.append(.init(name: "b", duration: 45 * second))
    for seed in 0..<20 {
      var random = SplitMix64(seed: UInt64(seed))
      let requests = (0..<2_400).map { i in
        GateRequest(
          time: Int64(i) * second / 20, duration: Int64(random.below(320)) * 1_000_000,
          isError: random.below(60) == 0, route: Int32(random.below(3)))
      }
      var calm = GateFeed(definition)
      for request in requests { calm.take(request) }
      calm.finish(reached: 120 * second)
      var nervous = GateFeed(definition)
      for request in requests {
        nervous.take(request)
        _ = nervous.gate.advance(to: request.time - 2 * second, open: [], names: GateFeed.names)
      }
      nervous.finish(reached: 120 * second)
      #expect(calm.verdicts == nervous.verdicts && !calm.verdicts.isEmpty)
      // Neighbours less than 2 s apart swapped: each request is still in its own window.
      var shuffled = requests
      for i in stride(from: 0, to: shuffled.count - 20, by: 20) { shuffled[i..<i + 20].shuffle(using: &random) }
      var disorderly = GateFeed(definition)
      for request in shuffled { disorderly.take(request) }
      disorderly.finish(reached: 120 * second)
      #expect(calm.verdicts == disorderly.verdicts)
    }
  }
}
