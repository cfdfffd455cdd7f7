import TestKit
import Testing
import TraceCore

@testable import Analysis

/// Routes with few requests, few failures, and comparisons that are decided before a stage ends.
struct RareRequestsTests {
  private let second = GateFeed.second

  private func byRoute() -> Objective {
    var objective = Objective.errors
    objective.per = .route
    return objective
  }

  /// One failure in 110 requests is no proof of more than 0.1 %.
  @Test func oneFailureProvesNothing() {
    let objective = Objective(
      text: "error_rate < 0.1 %", metric: .errorRate, comparison: .less, limit: .init(offset: 0.001))
    for at in stride(from: 0, to: 110, by: 7) {
      var definition = GateDefinition.simple([objective], seconds: 60)
      definition.window = 4 * second
      var feed = GateFeed(definition)
      for i in 0..<110 {
        feed.take(GateRequest(time: Int64(i) * 60 * second / 110, duration: 1, isError: i == at))
      }
      feed.finish(reached: 60 * second)
      #expect(feed.last?.state == .inconclusive, "\(at)")
    }
  }

  /// At its limit a stage fails wrongly in 5 % of the runs at most, at any limit and any number of requests.
  @Test(arguments: [0.001, 0.005, 0.02, 0.05], [50, 110, 500, 5_000])
  func atAnyLimit(limit: Double, requests: Int) throws {
    let objective = Objective(
      text: "error_rate", metric: .errorRate, comparison: .less, limit: .init(offset: limit))
    var definition = GateDefinition.simple([objective], seconds: 60)
    definition.window = 4 * second
    let gate = try #require(SimulatedRollout(definition, objective: 0, rate: Double(requests) / 60))
    var traffic = SimulatedTraffic(.independent, share: limit, seed: UInt64(requests))
    let runs = (0..<300).map { _ in gate.run(&traffic).state }
    // 5 % of 300 are 15; more than 26 come by chance once in 200 times.
    #expect(runs.count { $0 == .fail } <= 26 && runs.count { $0 == .pass } <= 26)
  }

  // MARK: By route

  @Test func aDeadRouteFails() {
    for seed in UInt64(1)...60 {
      var random = SplitMix64(seed: seed)
      var feed = GateFeed(.simple([byRoute()]))
      for i in 0..<1_250 {
        let isDead = random.below(100) == 0
        feed.take(
          GateRequest(
            time: Int64(i) * second / 10, duration: 1, isError: isDead, route: isDead ? 9 : Int32(random.below(3))))
      }
      #expect(feed.last?.state == .fail, "seed \(seed)")
    }
  }

  /// Many routes, none with enough requests, each with some failures: together they are far over the limit.
  @Test func thePooledRemainderCounts() throws {
    var feed = GateFeed(.simple([byRoute()]))
    for i in 0..<2_500 {
      let isRare = i % 10 == 0
      feed.take(
        GateRequest(
          time: Int64(i) * second / 20, duration: 1, isError: isRare && i / 10 % 7 == 0,
          route: isRare ? Int32(10 + i / 10 % 30) : Int32(i % 2)))
    }
    let verdict = try #require(feed.verdicts.first)
    let pool = try #require(verdict.objectives.first { $0.route == "(other routes)" })
    #expect(verdict.state == .fail && pool.state == .fail && !pool.isInformative && pool.requests == 240)
  }

  /// A failure among few requests does not block, and a pool that looks bad does.
  @Test(arguments: [(1, Verdict.State.pass), (4, .inconclusive)])
  func aSmallPool(failures: Int, state: Verdict.State) {
    var feed = GateFeed(.simple([byRoute()]))
    for i in 0..<2_500 {
      let isRare = i % 50 == 0
      feed.take(
        GateRequest(
          time: Int64(i) * second / 20, duration: 1, isError: isRare && i < 2_400 && i / 50 % (48 / failures) == 5,
          route: isRare ? Int32(10 + i / 50 % 12) : Int32(i % 2)))
    }
    #expect(feed.last?.state == state, "\(feed.verdicts[0].objectives)")
  }

  // MARK: Against the other versions

  private func relative(_ seconds: Int64 = 900) -> GateDefinition {
    var definition = GateDefinition.simple(
      [
        Objective(
          text: "error_rate < baseline + 1 %", metric: .errorRate, comparison: .less,
          limit: .init(factor: 1, offset: 0.01)),
        Objective(
          text: "p95 < 1.2 * baseline", metric: .quantile(q: 0.95, of: .duration), comparison: .less,
          limit: .init(factor: 1.2, offset: 0)),
      ], seconds: seconds)
    definition.baseline = .version
    definition.versionField = "version"
    definition.version = "v2"
    return definition
  }

  /// Traffic of two versions; `body` changes a request of the new one.
  private func run(
    _ definition: GateDefinition, rate: Int64, newEach: Int = 10, seed: UInt64 = 1,
    routes: (Bool, Double) -> Int32 = { _, _ in 0 },
    body: (inout GateRequest, Double) -> Void
  ) -> GateFeed {
    var random = SplitMix64(seed: seed)
    var feed = GateFeed(definition)
    feed.gate.noteVersion(0, name: "v1")
    feed.gate.noteVersion(1, name: "v2")
    let end = definition.duration + 10 * second
    for i in 0..<end * rate / second {
      let isNew = i % Int64(newEach) == 1
      let route = routes(isNew, random.unit())
      var request = GateRequest(
        time: i * second / rate, duration: Int64((20 + 10 * random.unit()) * (route == 1 ? 10 : 1) * 1e6),
        isError: random.unit() < 0.01, route: route, version: isNew ? 1 : 0)
      if isNew { body(&request, random.unit()) }
      feed.take(request)
      if feed.gate.isOver { break }
    }
    return feed
  }

  @Test func aDeadCanaryFailsWithinAMinute() throws {
    let feed = run(relative(), rate: 2) { request, _ in request.isError = true }
    let verdict = try #require(feed.verdicts.first)
    #expect(verdict.state == .fail && verdict.isEarly && verdict.time <= 60 * second)
  }

  @Test func aSlowCanaryFailsEarly() throws {
    let feed = run(relative(), rate: 20) { request, _ in request.duration *= 2 }
    let verdict = try #require(feed.verdicts.first)
    #expect(verdict.state == .fail && verdict.isEarly && verdict.time <= 120 * second)
  }

  @Test func aDeadRouteOfTheCanaryFailsEarly() throws {
    var definition = relative()
    definition.objectives[0].per = .route
    let feed = run(definition, rate: 10, routes: { _, u in u < 0.2 ? 1 : 0 }) { request, _ in
      if request.route == 1 { request.isError = true }
    }
    let verdict = try #require(feed.verdicts.first)
    #expect(verdict.state == .fail && verdict.isEarly && verdict.time <= 180 * second)
  }

  /// Ninety looks at a canary that is as good as the others fail it hardly ever.
  @Test func anEqualCanaryDoesNotFail() {
    let failed = (1...40).count { seed in
      run(relative(600), rate: 5, seed: UInt64(seed)) { _, _ in }.last?.state == .fail
    }
    // 5 % of 40 are 2; more than 6 come by chance once in 300 times.
    #expect(failed <= 6)
  }

  // MARK: The mix of routes

  /// Both are equally fast on each route; the new version gets more of the slow one.
  @Test func moreOfTheSlowRouteIsNotSlower() throws {
    let feed = run(relative(120), rate: 40, newEach: 2, routes: { isNew, u in u < (isNew ? 0.2 : 0.03) ? 1 : 0 }) {
      _, _ in
    }
    let verdict = try #require(feed.verdicts.first)
    #expect(verdict.objectives[1].state == .pass, "\(verdict.objectives[1])")
  }

  /// It gets less of the slow route, and is half as slow again on both.
  @Test func lessOfTheSlowRouteHidesNothing() throws {
    let feed = run(relative(120), rate: 40, newEach: 2, routes: { isNew, u in u < (isNew ? 0.03 : 0.2) ? 1 : 0 }) {
      request, _ in
      request.duration = request.duration * 3 / 2
    }
    let verdict = try #require(feed.verdicts.first)
    #expect(verdict.objectives[1].state == .fail, "\(verdict.objectives[1])")
  }

  /// Routes that only the new version has are compared with nothing.
  @Test func newRoutesAreLeftOut() throws {
    let some = run(relative(120), rate: 40, newEach: 2, routes: { isNew, u in isNew && u < 0.2 ? 1 : 0 }) { _, _ in }
    #expect(some.verdicts[0].objectives[1].state == .pass, "\(some.verdicts[0].objectives[1])")
    let most = run(relative(120), rate: 40, newEach: 2, routes: { isNew, u in isNew && u < 0.8 ? 1 : 0 }) { _, _ in }
    let verdict = most.verdicts[0].objectives[1]
    #expect(verdict.state == .inconclusive && verdict.reason.hasSuffix("are of routes that the baseline does not have"))
  }
}
