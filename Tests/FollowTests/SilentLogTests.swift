import Foundation
import LogSource
import Pipeline
import TestKit
import Testing
import TraceCore

/// A log that falls silent holds neither a gate nor the other streams of a merge up.
@Suite struct SilentLogTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func line(_ second: Int, _ name: String) -> String {
    let time = String(format: "2026-11-23 07:%02d:%02d,000", second / 60, second % 60)
    return "\(time) INFO [api.access] [\(name)-\(second)] request finished method=GET path=/\(name) status=200 "
      + "duration_ms=12.5 version=v1\n"
  }

  private func follower(_ path: String, _ clock: @escaping () -> Int64) -> StreamFollower {
    StreamFollower(path: path, display: path, from: .start, clock: clock)
  }

  @Test func aStageEndsAtItsDeadlineWithTheVerdictThatTheReplayGives() throws {
    let text = try Capture.text.appLogBytes()
    // 20 s into the 50 % stage nothing more is written.
    let cut = try #require(String(decoding: text, as: UTF8.self).range(of: "2026-11-23 06:50:15")?.lowerBound)
    let bytes = Array(String(decoding: text, as: UTF8.self)[..<cut].utf8)
    let log = try folder.file("app.log", bytes)
    var now: Int64 = 0
    let lines = LiveLines()
    let driver = try FollowDriver(plan: try LiveRun.plan(), clock: { now })
    driver.onEvent = lines.take
    driver.add(follower(log) { now }, name: log)
    while try driver.step() { now += 1_000_000 }
    #expect(!driver.isFinished)
    var ends: [Int64] = []
    while !driver.isFinished, let stage = driver.gateStage {
      ends.append(stage.end)
      driver.expire(at: stage.end)
    }
    #expect(ends.count == 2)
    _ = driver.finish()
    let verdicts = lines.lines.filter { $0.contains("\"event\":\"verdict\"") }
    #expect(verdicts.last?.contains("\"final\":true") == true)

    var plan = try LiveRun.plan(try InputPlan.make(arguments: [log]))
    plan.live?.gate?.end = ends.last
    let replayed = LiveLines()
    _ = try Driver(plan: plan).run(onEvent: replayed.take)
    #expect(replayed.lines.filter { $0.contains("\"event\":\"verdict\"") } == verdicts)
  }

  @Test func twoStreamsAreMergedByTimeAndASilentOneIsWaitedForAWhile() throws {
    let (a, b) = (folder.path("a.log"), folder.path("b.log"))
    try folder.file("a.log", (0..<2_400).filter { $0 % 2 == 0 }.map { line($0, "a") }.joined())
    try folder.file("b.log", (0..<2_400).filter { $0 % 2 == 1 }.map { line($0, "b") }.joined())
    var now: Int64 = 0
    let lines = LiveLines()
    let driver = try FollowDriver(plan: try LiveRun.plan(hasGate: false), clock: { now })
    driver.onEvent = lines.take
    for path in [a, b] { driver.add(follower(path) { now }, name: path) }
    while try driver.step() { now += 1_000_000 }
    // Only one of them goes on: nothing is told of it until the other has been silent for the patience.
    let file = try FileHandle(forWritingTo: URL(fileURLWithPath: a))
    try file.seekToEnd()
    try file.write(contentsOf: Data((2_400..<2_500).map { line($0, "a") }.joined().utf8))
    let before = lines.lines.count
    now += 1_000_000
    while try driver.step() { now += 1_000_000 }
    #expect(lines.lines.count == before)
    now += FollowDriver.patience + 1_000_000
    while try driver.step() { now += 1_000_000 }
    #expect(lines.lines.count > before)
    let stats = driver.finish().stats
    #expect(stats.total.requests == 2_500)
    let batch = try LiveRun.batch([a, b], hasGate: false).lines
    #expect(lines.difference(from: batch) == nil)
  }

  /// `follow --once`: one log ends long before the other, and the other is read to its end in the same go.
  @Test func withoutPatienceEverythingThatIsThereIsMerged() throws {
    let (a, b) = (folder.path("a.log"), folder.path("b.log"))
    try folder.file("a.log", (0..<100).map { line($0, "a") }.joined())
    try folder.file("b.log", (0..<3_000).map { line($0, "b") }.joined())
    var plan = try LiveRun.plan(hasGate: false)
    plan.blockSize = 1_000
    let driver = try FollowDriver(plan: plan, patience: 0, clock: { 0 })
    for path in [a, b] { driver.add(follower(path) { 0 }, name: path) }
    while try driver.step() {}
    #expect(driver.finish().stats.ledger.totals.records == 3_100)
  }
}
