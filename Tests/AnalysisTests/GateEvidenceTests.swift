import TestKit
import Testing
import TraceCore

@testable import Analysis

/// Which requests an objective is about: versions, routes, conditions, requests without an end, baselines.
struct GateEvidenceTests {
  private let second = GateFeed.second

  // MARK: Versions

  private func canary(_ objectives: [Objective]) -> GateDefinition {
    var definition = GateDefinition.simple(objectives)
    definition.versionField = "version"
    definition.stages[0].share = 0.1
    return definition
  }

  @Test func aPartialStageJudgesTheNewVersion() throws {
    var feed = GateFeed(canary([.errors, .floor]))
    feed.gate.noteVersion(0, name: "v1")
    feed.gate.noteVersion(1, name: "v2")
    feed.traffic(from: -10, to: 0, rate: 20, version: 0)
    for i in 0..<2_500 {
      // Of 20 a second every tenth is v2's; a quarter of those fail.
      let isNew = i % 10 == 0
      feed.take(
        GateRequest(
          time: Int64(i) * second / 20, duration: 1, isError: isNew && i % 40 == 0, version: isNew ? 1 : 0))
    }
    let verdict = try #require(feed.verdicts.first)
    #expect(verdict.state == .fail)
    #expect(verdict.objectives[0].state == .fail && verdict.objectives[0].requests < 100)
    // The floor is the service's.
    #expect(verdict.objectives[1].value ?? 0 > 19)
    #expect(verdict.notes.contains("judged: the requests of version v2"))
  }

  @Test func noNewVersionIsInconclusive() throws {
    var feed = GateFeed(canary([.errors]))
    feed.gate.noteVersion(0, name: "v1")
    feed.traffic(from: -5, to: 125, rate: 20, version: 0)
    let verdict = try #require(feed.verdicts.first)
    #expect(verdict.state == .inconclusive && verdict.objectives[0].requests == 0)
    #expect(verdict.notes == ["no request of a new version was seen (field version)"])
  }

  @Test func aNewerVersionBeginsAnew() throws {
    var feed = GateFeed(canary([.errors]))
    feed.gate.noteVersion(0, name: "v1")
    feed.gate.noteVersion(1, name: "v2")
    feed.traffic(from: 0, to: 60, rate: 20, version: 1)
    feed.gate.noteVersion(2, name: "v3")
    feed.traffic(from: 60, to: 125, rate: 20, version: 2)
    let verdict = try #require(feed.verdicts.first)
    #expect(verdict.objectives[0].requests == 1_200)
    #expect(verdict.notes.contains("judged: the requests of version v3"))
  }

  @Test func aNamedVersion() {
    var definition = canary([.errors])
    definition.version = "v2"
    var feed = GateFeed(definition)
    feed.gate.noteVersion(1, name: "v2")
    feed.gate.noteVersion(2, name: "v3")
    feed.traffic(from: 0, to: 125, rate: 20, version: 1)
    #expect(feed.verdicts.first?.objectives[0].requests == 2_400)
  }

  // MARK: Routes

  @Test func byRoute() throws {
    var objective = Objective.errors
    objective.per = .route
    var feed = GateFeed(.simple([objective]))
    for i in 0..<2_500 {
      let route: Int32 = i % 100 == 0 ? 7 : i % 2 == 0 ? 1 : 2
      feed.take(
        GateRequest(time: Int64(i) * second / 20, duration: 1, isError: route == 7, route: route))
    }
    let verdict = try #require(feed.verdicts.first)
    // Route 7 has too few requests to pass by itself, and enough to fail.
    #expect(verdict.objectives.map(\.route).first == "GET /7" && verdict.state == .fail)
    #expect(verdict.objectives[0].requests == 24 && verdict.objectives[0].bad == 24)
  }

  @Test func oneRouteFails() throws {
    var objective = Objective.slow
    objective.per = .route
    var feed = GateFeed(.simple([objective], seconds: 600))
    for i in 0..<12_000 {
      let route = Int32(i % 4)
      feed.take(
        GateRequest(time: Int64(i) * second / 20, duration: route == 3 ? second : 1, isError: false, route: route))
    }
    let verdict = try #require(feed.verdicts.first)
    #expect(verdict.state == .fail && verdict.isEarly && verdict.time <= 60 * second)
    #expect(verdict.objectives.filter { $0.state == .fail }.map(\.route) == ["GET /3"])
  }

  // MARK: Conditions

  @Test func conditionsAndRatios() throws {
    let ratio = Objective(
      text: "ratio(status = 429) < 1 %", metric: .ratio(try FilterExpression(parsing: "status = 429")),
      comparison: .less, limit: .init(offset: 0.01), condition: try FilterExpression(parsing: "route = \"GET /1\""))
    let good = Objective(
      text: "ratio(status < 400) > 95 %", metric: .ratio(try FilterExpression(parsing: "status < 400")),
      comparison: .greater, limit: .init(offset: 0.95))
    let definition = GateDefinition.simple([ratio, good])
    #expect(definition.requestConditions.map(\.source) == ["route = \"GET /1\"", "status = 429", "status < 400"])
    var feed = GateFeed(definition)
    for i in 0..<2_500 {
      // Bits: where, 429, under 400; every tenth's status is not known.
      let isUnknown = i % 10 == 9
      let where0: UInt32 = i % 2 == 0 ? 1 : 0
      let limited: UInt32 = isUnknown ? 2 : i % 2_000 == 0 ? 1 : 0
      let fine: UInt32 = isUnknown ? 2 : i % 50 == 0 ? 0 : 1
      feed.take(
        GateRequest(
          time: Int64(i) * second / 20, duration: 1, isError: false, truths: where0 | limited << 2 | fine << 4))
    }
    let verdict = try #require(feed.verdicts.first)
    #expect(verdict.objectives[0].requests == 1_200 && verdict.objectives[0].bad == 2)
    #expect(verdict.objectives[1].requests == 2_160 && verdict.objectives[1].bad == 48)
    #expect(abs((verdict.objectives[1].value ?? 0) - (1 - 48.0 / 2_160)) < 1e-12)
    #expect(verdict.objectives.map(\.state) == [.pass, .pass])
    #expect(
      verdict.notes.contains("ratio(status < 400) > 95 %: left out 240 requests for which its condition is unknown"))
  }

  @Test func fields() throws {
    let milliseconds = GateField(name: "db_ms", isDuration: true)
    let depth = GateField(name: "depth", isDuration: false)
    let definition = GateDefinition.simple([
      Objective(
        text: "p90(db_ms) < 100 ms", metric: .quantile(q: 0.9, of: .field(milliseconds)), comparison: .less,
        limit: .init(offset: 100e6)),
      Objective(
        text: "p50(depth) <= 2.5", metric: .quantile(q: 0.5, of: .field(depth)), comparison: .lessOrEqual,
        limit: .init(offset: 2_500)),
    ])
    #expect(definition.fieldNames == ["db_ms", "depth"])
    #expect(milliseconds.value(ofText: "12.5") == 12_500_000 && milliseconds.value(ofText: "1.5s") == 1_500_000_000)
    #expect(depth.value(ofText: "2.5") == 2_500)
    #expect(
      depth.value(ofText: "-1") == nil && depth.value(ofText: "many") == nil && depth.value(ofText: "3 ms") == nil)
    var feed = GateFeed(definition)
    for i in 0..<2_500 {
      let request = GateRequest(time: Int64(i) * second / 20, duration: -1, isError: false)
      feed.gate.take(request)
      feed.gate.take(value: i % 20 == 0 ? 500_000_000 : 5_000_000, field: 0, of: request)
      feed.gate.take(value: i % 2 == 0 ? 1_000 : 9_000, field: 1, of: request)
      feed.advance(to: request.time - 2 * second)
    }
    let verdict = try #require(feed.verdicts.first)
    #expect(verdict.objectives.map(\.requests) == [2_400, 2_400] && verdict.objectives.map(\.bad) == [120, 1_200])
    #expect(verdict.objectives.map(\.state) == [.pass, .inconclusive])
    #expect(verdict.objectives[1].unit == .thousandths && verdict.objectives[1].value == 1_000)
  }

  // MARK: Requests without an end

  /// A service that hangs: what is open counts as slow from the moment on at which it is older than the limit, once.
  @Test func aHangingServiceFails() throws {
    var feed = GateFeed(.simple([.slow], seconds: 120))
    feed.traffic(from: 0, to: 50, rate: 20)
    // From 50 s on nothing ends; requests go on beginning, twenty a second.
    feed.open = { (now: Int64) -> [OpenRequest] in
      let begin = 50 * GateFeed.second
      return stride(from: begin, to: now, by: 50_000_000).map { (start: $0, route: 0) }
    }
    feed.advance(to: 120 * second)
    let verdict = try #require(feed.verdicts.first)
    #expect(verdict.state == .fail && verdict.isEarly && verdict.time <= 80 * second)
    // Those that began at 50 s and up to 300 ms before.
    let open = (verdict.time - 50 * second - 300_000_000) / 50_000_000 + 1
    #expect(verdict.objectives[0].bad == open && verdict.objectives[0].requests == 1_000 + open)
  }

  /// Each slow request is open for 12 s, over two looks: it is counted once all the same.
  @Test func slowRequestsCountOnce() throws {
    var feed = GateFeed(.simple([.slow], seconds: 120))
    feed.open = { (now: Int64) -> [OpenRequest] in
      let begun = stride(from: Int64(0), to: now, by: 5_000_000_000)
      return begun.filter { $0 + 12 * GateFeed.second > now }.map { (start: $0, route: 0) }
    }
    for i in 0..<2_500 {
      let time = Int64(i) * second / 20
      feed.take(GateRequest(time: time, duration: 1, isError: false))
      if time % (5 * second) == 2 * second, time > 10 * second {
        feed.take(GateRequest(time: time, duration: 12 * second, isError: false))
      }
    }
    // Begun at 0, 5, … 115 s, and over 300 ms old at 120 s.
    #expect(feed.verdicts.first?.objectives[0].bad == 24)
    #expect(feed.verdicts.first?.state == .pass)
  }

  @Test func unfinishedRequests() throws {
    var feed = GateFeed(.simple([.unfinished, .slow], seconds: 120))
    feed.traffic(from: 0, to: 60, rate: 20)
    for i in 0..<30 { feed.gate.take(unfinished: Int64(i) * second, route: 0) }
    feed.open = { (_: Int64) -> [OpenRequest] in [(80 * GateFeed.second, 0), (110 * GateFeed.second, 0)] }
    feed.traffic(from: 60, to: 125, rate: 20)
    let verdict = try #require(feed.verdicts.first)
    // 30 given up, one open for more than 30 s; the other one is not old enough for that, but slow.
    #expect(verdict.objectives[0].bad == 31 && verdict.objectives[0].requests == 2_431)
    #expect(verdict.objectives[1].bad == 32)
    #expect(verdict.objectives[0].state != .pass)
  }

  /// They can fail an objective, never help it.
  @Test func youngOpenRequestsDoNotHelp() {
    var feed = GateFeed(.simple([.slow], seconds: 20))
    feed.open = { (now: Int64) -> [OpenRequest] in Array(repeating: (now - 200_000_000, 0), count: 5_000) }
    feed.traffic(from: 0, to: 25, rate: 2)
    #expect(feed.verdicts.first?.objectives[0].requests == 40 && feed.verdicts.first?.state == .inconclusive)
  }

  // MARK: Baselines

  private func relative(_ baseline: GateDefinition.Baseline) -> GateDefinition {
    var definition = GateDefinition.simple([
      Objective(
        text: "error_rate < baseline + 1 %", metric: .errorRate, comparison: .less,
        limit: .init(factor: 1, offset: 0.01)),
      Objective(
        text: "p95 < 1.2 * baseline", metric: .quantile(q: 0.95, of: .duration), comparison: .less,
        limit: .init(factor: 1.2, offset: 0)),
    ])
    definition.baseline = baseline
    definition.versionField = "version"
    return definition
  }

  @Test func anEarlierSpan() throws {
    var feed = GateFeed(relative(.span(60 * second)), start: 60 * second)
    feed.traffic(from: -20, to: 0, rate: 20, errorEach: 1)
    feed.traffic(from: 0, to: 60, rate: 20, errorEach: 100)
    feed.traffic(from: 60, to: 185, rate: 20, errorEach: 100)
    let verdict = try #require(feed.verdicts.first)
    #expect(verdict.objectives.map(\.state) == [.pass, .pass])
    #expect(verdict.objectives[0].baseline == 0.01 && abs((verdict.objectives[0].limit ?? 0) - 0.02) < 1e-12)
    #expect(verdict.objectives[1].limit == 24e6)
  }

  @Test func worseThanTheEarlierSpanFailsEarly() throws {
    for (errorEach, slowEach) in [(4, 0), (100, 4)] {
      var feed = GateFeed(relative(.span(60 * second)), start: 60 * second)
      feed.traffic(from: 0, to: 60, rate: 20, errorEach: 100)
      feed.traffic(from: 60, to: 185, rate: 20, errorEach: errorEach, slowEach: slowEach)
      #expect(feed.verdicts.first?.state == .fail && feed.verdicts.first?.isEarly == true, "\(errorEach)")
    }
  }

  @Test func noBaselineIsInconclusive() throws {
    var feed = GateFeed(relative(.span(60 * second)), start: 60 * second)
    feed.traffic(from: 60, to: 185, rate: 20)
    #expect(feed.verdicts.first?.objectives.map(\.state) == [.inconclusive, .inconclusive])
    #expect(feed.verdicts.first?.objectives[0].reason == "there is no baseline to compare with")
  }

  @Test func anotherLog() throws {
    let definition = relative(.log("before.log"))
    var sample = GateSample(definition)
    for i in 0..<2_000 {
      sample.take(
        GateRequest(time: 5_000 * second + Int64(i) * second / 20, duration: 40_000_000, isError: i % 100 == 0))
    }
    sample.finish(routeName: GateFeed.routeName)
    var feed = GateFeed(definition)
    feed.gate.setBaseline(sample)
    feed.traffic(from: 0, to: 125, rate: 20, errorEach: 100)
    #expect(feed.verdicts.first?.state == .pass)
    #expect(feed.verdicts.first?.objectives[1].limit == 48e6)
  }

  /// The new version gets only the route that is bad in both versions: by itself its error rate is ten times the other's, at
  /// the same mix of routes it is the same.
  @Test func theOtherVersionAtTheSameMixOfRoutes() throws {
    var feed = GateFeed(relative(.version))
    feed.gate.noteVersion(0, name: "v1")
    feed.gate.noteVersion(1, name: "v2")
    feed.traffic(from: -5, to: 0, rate: 40, version: 0)
    for i in 0..<5_000 {
      let isNew = i % 10 == 1
      let route: Int32 = isNew || i % 10 == 2 ? 1 : 0
      feed.take(
        GateRequest(
          time: Int64(i) * second / 40, duration: 20_000_000, isError: route == 1 && i / 10 % 20 == 0, route: route,
          version: isNew ? 1 : 0))
    }
    let objective = try #require(feed.verdicts.first?.objectives[0])
    #expect(objective.value == 0.05 && objective.baseline == 0.05)
    #expect(objective.state == .inconclusive && objective.requests == 480)
  }

  @Test func worseThanTheOtherVersionFails() throws {
    var feed = GateFeed(relative(.version))
    feed.gate.noteVersion(0, name: "v1")
    feed.gate.noteVersion(1, name: "v2")
    feed.traffic(from: -5, to: 0, rate: 40, version: 0)
    for i in 0..<5_000 {
      let isNew = i % 2 == 1
      feed.take(
        GateRequest(
          time: Int64(i) * second / 40, duration: isNew ? 60_000_000 : 20_000_000, isError: isNew && i % 10 == 1,
          version: isNew ? 1 : 0))
    }
    let verdict = try #require(feed.verdicts.first)
    // 20 % errors, three times as slow: within a minute.
    #expect(verdict.objectives.map(\.state) == [.fail, .fail] && verdict.isEarly && verdict.time <= 60 * second)
  }
}
