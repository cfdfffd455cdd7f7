import LogSource
import Pipeline
import Report
import TestKit
import Testing
import TraceCore

/// Promise 1 of the design: followed at any speed, through rotations and restarts, a log says what it says in batch.
@Suite struct FollowedIsBatchTests {
  /// Every capture, every way of rotating twice: more of them cost minutes and have shown no more.
  private static let logs: [(Capture, RotatedWriter.Style)] = [
    (.text, .rename), (.text, .copytruncate), (.json, .rename), (.copytruncate, .copytruncate),
  ]

  @Test(arguments: logs)
  func followedTellsTheSameEvents(capture: Capture, style: RotatedWriter.Style) throws {
    let text = try capture.appLogBytes()
    let expected = try LiveRun.batch(capture.appLogs).lines
    #expect(expected.lines.count { $0.contains("\"event\":\"window\"") } >= 25)
    #expect(expected.lines.contains { $0.contains("\"event\":\"verdict\"") && $0.contains("\"final\":true") })
    for seed in 0..<2 as Range<UInt64> {
      var run = try FollowedRun(text, style: style, seed: seed, plan: try LiveRun.plan())
      let stats = try run.run(rotationsIn: 15, kills: false)
      #expect(run.lines.difference(from: expected) == nil, "seed \(seed)")
      #expect(stats.ledger.totals.records > 0)
      #expect(run.lines.rotations.isEmpty == false)
    }
  }

  /// Events are told at least once, those that are told twice with the same bytes; records are counted exactly once.
  @Test(arguments: logs)
  func killedAndBegunAgainItCountsOnce(capture: Capture, style: RotatedWriter.Style) throws {
    let text = try capture.appLogBytes()
    let whole = try LiveRun.batch(capture.appLogs, hasGate: false).stats
    var gatesResumed = 0
    // 11: empty when it is found, then copied and cut before its first byte is read. 28: so before anything else was.
    // A gate that is over ends the run; the other one sees all of the log.
    for (seed, gate) in [(11, LiveRun.longGate), (28, LiveRun.gate)] as [(UInt64, String)] {
      let expected = try LiveRun.batch(capture.appLogs, gate: gate).lines
      var run = try FollowedRun(text, style: style, seed: seed, plan: try LiveRun.plan(gate: gate))
      let stats = try run.run(rotationsIn: 12, kills: true)
      gatesResumed += run.gatesResumed
      #expect(run.lines.differenceByID(from: expected) == nil, "seed \(seed)")
      guard gate == LiveRun.longGate else { continue }
      let (got, wanted) = (figures(stats).split(separator: "\n"), figures(whole).split(separator: "\n"))
      let different = zip(got, wanted).first { $0 != $1 }
      #expect(different == nil && got.count == wanted.count, "seed \(seed): \(different.map { "\($0)" } ?? "")")
    }
    #expect(gatesResumed > 0)
  }

  /// Everything that is counted, but for where it was read.
  private func figures(_ stats: StatsSummary) -> String {
    var stats = stats
    stats.ledger.sources = []
    stats.ledger.totals.stepsBack = 0
    stats.ledger.totals.largestStepBack = 0
    var sink = TextSink()
    StatsReport.json(stats, pretty: true, into: &sink)
    return sink.text
  }

  /// Threads and sizes of blocks change nothing, and neither does a pipe.
  @Test(arguments: [1, 64, 4_096])
  func blocksOfAnySizeTellTheSameEvents(blockSize: Int) throws {
    let capture = Capture.text
    let text = Array(try capture.appLogBytes().prefix(blockSize == 1 ? 300_000 : 1_000_000))
    func lines(_ size: Int, threads: Int) throws -> [String] {
      var plan = try LiveRun.plan(InputPlan.memory(text, name: "app.log"))
      plan.blockSize = size
      plan.threads = threads
      let lines = LiveLines()
      _ = try Driver(plan: plan).run(onEvent: lines.take)
      return lines.lines
    }
    #expect(try lines(blockSize, threads: 1) == lines(Block.standardCapacity, threads: 3))
  }
}
