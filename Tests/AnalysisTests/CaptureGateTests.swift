import TestKit
import Testing
import TraceCore

@testable import Analysis

/// The gate on the requests of the real captures, as the service itself noted them.
struct CaptureGateTests {
  private static let second = GateFeed.second

  /// What `GateFeed` takes of a capture, and when each phase begins: with its first request.
  private struct Traffic {
    var requests: [GateRequest] = []
    var phases: [String: Int64] = [:]

    init(_ capture: Capture) throws {
      var routes: [String: Int32] = [:]
      for request in try capture.requests() {
        let time = OptionValue.time(request.time) ?? 0
        if phases[request.phase] == nil { phases[request.phase] = time }
        let route = routes[request.method + request.route] ?? Int32(routes.count)
        routes[request.method + request.route] = route
        let isSave = request.method == "PUT" || request.method == "POST" || request.method == "PATCH"
        requests.append(
          GateRequest(
            time: time, duration: Int64(request.tenthsOfMillisecond) * 100_000, isError: request.status >= 500,
            route: route, version: request.version == "v2" ? 1 : 0, truths: isSave ? 1 : 0))
      }
    }

    func judge(_ definition: GateDefinition, from start: Int64, most: Int = .max) -> [Verdict] {
      var feed = GateFeed(definition, start: start)
      feed.gate.noteVersion(0, name: "v1")
      feed.gate.noteVersion(1, name: "v2")
      let end = start + definition.duration
      for request in requests where request.time < start { feed.take(request) }
      for request in requests.filter({ start..<end ~= $0.time }).prefix(most) { feed.take(request) }
      feed.finish(reached: end)
      return feed.verdicts
    }
  }

  private static func gate(_ stages: [(Double?, Int64)]) -> GateDefinition {
    var definition = GateDefinition(
      name: "t", stages: stages.map { .init(name: "\($0.1) s", share: $0.0, duration: $0.1 * second) },
      objectives: [.errors, .slow])
    definition.versionField = "version"
    return definition
  }

  /// Wherever exactly it begins. One of the captures has 1.4 % errors: with that it is at its edge.
  @Test(arguments: Capture.allCases)
  func theBaselinePasses(capture: Capture) throws {
    let traffic = try Traffic(capture)
    let start = try #require(traffic.phases["baseline"])
    for tenths: Int64 in -5...5 {
      let verdicts = traffic.judge(Self.gate([(nil, 70)]), from: start + tenths * Self.second / 10)
      let isEdge = capture == .copytruncate && verdicts[0].state == .inconclusive
      #expect(verdicts.map(\.state) == [.pass, .pass] || isEdge, "\(tenths) \(verdicts[0].objectives)")
    }
  }

  /// Seven windows of 10 s know too little of the scatter of sixteen to twenty errors: this is why short stages have shorter ones.
  @Test(arguments: Capture.allCases)
  func sevenWindowsAreTooFew(capture: Capture) throws {
    let traffic = try Traffic(capture)
    let start = try #require(traffic.phases["baseline"])
    var definition = Self.gate([(nil, 70)])
    definition.window = 10 * Self.second
    let verdict = try #require(traffic.judge(definition, from: start).first)
    #expect(verdict.state == .inconclusive && verdict.objectives.map(\.state) == [.inconclusive, .pass])
    #expect(verdict.notes == ["only 7 windows: how much requests scatter is poorly known"])
  }

  @Test(arguments: Capture.allCases)
  func theHalfStageFails(capture: Capture) throws {
    let traffic = try Traffic(capture)
    let start = try #require(traffic.phases["deploy50"])
    let verdicts = traffic.judge(Self.gate([(0.5, 45)]), from: start)
    #expect(verdicts.map(\.state) == [.fail, .fail], "\(verdicts[0].objectives)")
  }

  @Test(arguments: Capture.allCases)
  func theRolloutFailsInItsSecondStage(capture: Capture) throws {
    let traffic = try Traffic(capture)
    let start = try #require(traffic.phases["deploy10"])
    let verdicts = traffic.judge(Self.gate([(0.1, 45), (0.5, 45), (1, 55)]), from: start)
    #expect(verdicts.map(\.stage) == [0, 1, nil] && verdicts.dropFirst().map(\.state) == [.fail, .fail])
    #expect(verdicts[0].state == .goesOn || verdicts[0].state == .inconclusive)
  }

  @Test(arguments: Capture.allCases)
  func tenRequestsAreInconclusive(capture: Capture) throws {
    let traffic = try Traffic(capture)
    for phase in ["baseline", "deploy50"] {
      let start = try #require(traffic.phases[phase])
      #expect(
        traffic.judge(Self.gate([(nil, 45)]), from: start, most: 10).map(\.state) == [.inconclusive, .inconclusive])
    }
  }
}
