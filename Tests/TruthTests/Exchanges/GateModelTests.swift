import Analysis
import Foundation
import LogSource
import Pipeline
import TestKit
import Testing
import TraceCore

/// Gates over the logs of random services: none passes where the truth fails, in batch and followed; and they do pass.
struct GateModelTests {
  private static let cases = 400

  @Test(arguments: 0..<4)
  func neverAPassWhereTheTruthFails(part: Int) throws {
    let folder = try TemporaryFolder()
    var (passes, failing) = (0, 0)
    for number in 0..<Self.cases / 4 {
      let seed = UInt64(4 * number + part + 1)
      let services = ModelServices(seed: seed)
      let paths = try services.logs.flatMap {
        try ExchangeModelTests.write($0, to: URL(fileURLWithPath: folder.path("\(seed)")))
      }
      guard let stage = Stage(services) else { continue }
      // What the truth just does not keep, and what it keeps with much to spare.
      for limit in [stage.lowestRate, 0.95] {
        let plan = try stage.plan(limit: limit, try InputPlan.make(arguments: paths))
        var verdicts: [[Verdict]] = [[]]
        _ = try Driver(plan: plan).run { if case .verdict(let verdict, _) = $0 { verdicts[0].append(verdict) } }
        if number % 4 == 0 {
          var followed: [Verdict] = []
          var run = FollowedServices(
            services, URL(fileURLWithPath: folder.path("f\(seed)-\(limit)")), seed: seed)
          _ = try run.run(try stage.plan(limit: limit, InputPlan())) {
            if case .verdict(let verdict, _) = $0 { followed.append(verdict) }
          }
          verdicts.append(followed)
        }
        for verdict in verdicts.compactMap(\.last) where verdict.state == .pass {
          passes += 1
          #expect(
            stage.lowestRate < limit && stage.mayHave.contains(verdict.objectives[0].requests),
            "seed \(seed): \(services.summary); \(stage.errors) of \(stage.requests), limit \(limit)")
        }
        if stage.lowestRate >= limit { failing += 1 }
      }
    }
    #expect(failing > Self.cases / 8 && passes > Self.cases / 32, "\(failing) failing, \(passes) passes")
  }

  /// A stage that the log goes on beyond.
  private struct Stage {
    var start: Int
    var seconds: Int
    var requests = 0
    var errors = 0
    /// Requests of which nobody can say whether they are of the stage.
    var untimed: Int
    var lowestRate: Double { Double(errors) / Double(requests + untimed) }
    var mayHave: ClosedRange<Int64> { Int64(requests)...Int64(requests + untimed) }

    init?(_ services: ModelServices) {
      guard let first = services.told.map(\.end).min(), let last = services.told.map(\.end).max(), last - first > 8_000
      else { return nil }
      start = first / 1_000 * 1_000
      seconds = (last - start) / 1_000 - 4
      untimed = services.toldByServer
      for request in services.told where request.end >= start && request.end < start + seconds * 1_000 {
        requests += 1
        if request.isError { errors += 1 }
      }
      guard errors > 0, errors < requests else { return nil }
    }

    func plan(limit: Double, _ input: InputPlan) throws -> RunPlan {
      let gate = """
        min_requests: 5
        silence: allowed
        confidence: 80 %
        window: 1s
        stages: [{for: \(seconds)s}]
        include: [health_checks, static_files]
        objectives: ["error_rate < \(limit * 100) %"]
        """
      var plan = RunPlan(input: input)
      var live = LiveOptions()
      live.gate = GatePlan(
        definition: try GateReader.read(Array(gate.utf8), path: "gate.yml"),
        start: OptionValue.time("2026-11-23T00:00:00Z").map { $0 + Int64(start) * EventTime.nanosecondsPerMillisecond })
      plan.live = live
      return plan
    }
  }
}
