import Analysis
import Foundation
import LogSource
import Pipeline
import TestKit
import Testing
import TraceCore

/// Gates over the real captures, read from their files: a deploy whose new version loses its database pool at half of the
/// traffic (fixtures/logs/README.md).
struct GateOnCapturesTests {
  private static let second = EventTime.nanosecondsPerSecond

  /// When a phase began, by truth.json.
  private static func start(of phase: String, _ capture: Capture) throws -> Int64 {
    let truth = try JSONValue(parsing: try Fixtures.bytes("logs/parkapi-\(capture.rawValue)/truth.json"))
    let isWanted: (JSONValue) -> Bool = { $0["phase"].string == phase }
    let found = try #require(truth["phases"].array.first(where: isWanted))
    let text = try #require(found["start_utc"].string)
    return try #require(OptionValue.time(text))
  }

  private static func gate(_ stages: String, objectives: String = "[error_rate < 2 %, p95 < 300 ms]") throws
    -> GateDefinition
  {
    let text = "name: deploy\nversion_field: version\nstages: [\(stages)]\nobjectives: \(objectives)\n"
    return try GateReader.read(Array(text.utf8), path: "deploy.yml")
  }

  private static let rollout =
    "{name: deploy10, share: 10 %, for: 45s}, {name: deploy50, share: 50 %, for: 45s}, "
    + "{name: deploy100, share: 100 %, for: 55s}"

  private static func verdicts(_ input: InputPlan, _ gate: GateDefinition, from start: Int64, to end: Int64? = nil)
    throws -> [Verdict]
  {
    var plan = RunPlan(input: input)
    plan.groupBy = "version"
    var live = LiveOptions()
    live.versionField = "version"
    live.gate = GatePlan(definition: gate, start: start, end: end)
    plan.live = live
    let found = Found()
    _ = try Driver(plan: plan).run(onEvent: { if case .verdict(let verdict, _) = $0 { found.verdicts.append(verdict) } }
    )
    return found.verdicts
  }

  private final class Found {
    var verdicts: [Verdict] = []
  }

  private static func verdicts(_ capture: Capture, _ gate: GateDefinition, from start: Int64) throws -> [Verdict] {
    try verdicts(try InputPlan.make(arguments: capture.appLogs), gate, from: start)
  }

  /// Where half of the traffic is the new version's, it does not go on. In the text capture all failures of that stage are of one
  /// short burst: they speak against it and prove nothing, until the next requests come.
  @Test(arguments: Capture.allCases)
  func theRolloutDoesNotGoOnAtHalfOfTheTraffic(capture: Capture) throws {
    let start = try Self.start(of: "deploy10", capture)
    let verdicts = try Self.verdicts(capture, try Self.gate(Self.rollout), from: start)
    #expect(verdicts[0].state == .goesOn || verdicts[0].state == .inconclusive)
    let half = try #require(verdicts.first { $0.stageName == "deploy50" })
    #expect(half.time > start + 45 * Self.second && half.time <= start + 90 * Self.second)
    #expect(half.notes.contains("judged: the requests of version v2"))
    let last = try #require(verdicts.last)
    #expect(last.isFinal && last.state == .fail && last.exitCode == 1)
    if capture == .text {
      #expect(half.state == .inconclusive && half.notes.contains { $0.hasSuffix("do not widen yet") })
      #expect(last.time <= start + 105 * Self.second)
    } else {
      #expect(verdicts.map(\.stageName) == ["deploy10", "deploy50", nil] && half.state == .fail)
      #expect(half.objectives[0].state == .fail && half.objectives[0].text == "error_rate < 2 %")
    }
  }

  @Test(arguments: Capture.allCases)
  func theBaselinePasses(capture: Capture) throws {
    let verdicts = try Self.verdicts(
      capture, try Self.gate("{name: baseline, for: 70s}"), from: try Self.start(of: "baseline", capture))
    #expect(verdicts.map(\.state) == [.pass, .pass] && verdicts[1].exitCode == 0)
    #expect(verdicts[0].objectives.allSatisfy { $0.state == .pass && $0.requests > 1_400 })
    #expect(verdicts[0].objectives.allSatisfy { $0.upper ?? .infinity < $0.limit ?? 0 })
  }

  @Test(arguments: Capture.allCases, ["baseline", "deploy100"])
  func tenRequestsAreInconclusive(capture: Capture, phase: String) throws {
    let start = try Self.start(of: phase, capture)
    let requests = try capture.requests().compactMap { OptionValue.time($0.time) }.filter { $0 >= start }.sorted()
    var definition = try Self.gate("{name: short, for: 10s}")
    // Up to the eleventh.
    definition.stages[0] = GateDefinition.Stage(name: "short", duration: requests[10] - start)
    let verdicts = try Self.verdicts(capture, definition, from: start)
    // No pass; where half of them fail, ten are enough to prove it.
    #expect(verdicts.last?.state == .inconclusive || (phase == "deploy100" && verdicts.last?.state == .fail))
    for objective in verdicts[0].objectives {
      #expect((4...12).contains(objective.requests) && objective.state != .pass, "\(objective.requests)")
    }
  }

  /// What the new version breaks first, in the stage of 10 %: so few requests of one kind pass nothing, and may prove a fail.
  @Test(arguments: Capture.allCases)
  func settingsSavesOfTheNewVersion(capture: Capture) throws {
    let start = try Self.start(of: "deploy10", capture)
    let saves = #"{objective: error_rate < 2 %, where: 'route = "PUT /api/settings/{id}"'}"#
    let definition = try Self.gate("{name: deploy10, share: 10 %, for: 45s}", objectives: "[\(saves)]")
    let verdicts = try Self.verdicts(capture, definition, from: start)
    let objective = verdicts[0].objectives[0]
    #expect(verdicts.map(\.state) == (objective.state == .fail ? [.fail, .fail] : [.inconclusive, .inconclusive]))
    // The service's own record of them.
    let served = try capture.requests().filter {
      let time = OptionValue.time($0.time) ?? 0
      return time >= start && time < start + 45 * Self.second && $0.version == "v2" && $0.method == "PUT"
        && $0.route.hasPrefix("/api/settings/")
    }
    #expect(objective.requests == Int64(served.count) && objective.bad == Int64(served.count { $0.status >= 500 }))
    #expect(objective.requests < 100)
    #expect(objective.state == .fail || objective.needed ?? 0 >= 100 - objective.requests)
  }

  /// A log that falls silent: the gate ends where it is known to have been silent, with a verdict.
  @Test(arguments: Capture.allCases, [Int64(5), 40])
  func aLogThatFallsSilent(capture: Capture, behind: Int64) throws {
    let half = try Self.start(of: "deploy50", capture)
    let start = try Self.start(of: "deploy10", capture)
    let silence = half + 20 * Self.second
    let text = try Self.cut(try capture.appLogBytes(), at: silence)
    let (stageEnd, end) = (start + 90 * Self.second, start + (90 + behind) * Self.second)
    let verdicts = try Self.verdicts(.memory(text, name: "app.log"), try Self.gate(Self.rollout), from: start, to: end)
    let last = try #require(verdicts.last)
    let stage = try #require(verdicts.first { $0.stageName == "deploy50" })
    #expect(last.isFinal && last.state != .pass && last.time <= end)
    #expect(stage.time <= stageEnd && stage.objectives[0].requests < 400)
    if stage.state == .fail {
      #expect(last.state == .fail && verdicts.count == 3)
    } else {
      // 25 s of silence say nothing of the stage's requests, and the next stage has none.
      #expect(stage.time == stageEnd && last.state == .inconclusive && last.time == end)
      let counted = stage.objectives[0].requests
      #expect(verdicts.last { !$0.isFinal }?.objectives.allSatisfy { $0.requests <= counted + 100 } == true)
    }
    // Without the end it is not known that the log was silent: the stage was cut.
    let open = try Self.verdicts(.memory(text, name: "app.log"), try Self.gate(Self.rollout), from: start)
    #expect(open.last?.isFinal == true && open.last?.time ?? .max <= silence)
  }

  /// The lines in front of the first one of a second.
  private static func cut(_ text: [UInt8], at time: Int64) throws -> [UInt8] {
    let second = Array(EventTime.timeOfDay(time).prefix(8).utf8)
    let data = Data(text)
    let found = try #require(data.range(of: Data(second)))
    let end = try #require(data[..<found.lowerBound].lastIndex(of: 0x0A))
    return Array(data[...end])
  }
}
