import Analysis
import LogSource
import Pipeline
import TestKit
import TraceCore

/// A log that is followed while it is written and rotated, with a clock of its own; killed now and then, and begun again
/// from what was saved last.
struct FollowedRun {
  var writer: RotatedWriter
  var random: SplitMix64
  let lines = LiveLines()
  let plan: RunPlan
  private let clock = Clock()
  private var driver: FollowDriver
  private var saved: Block?
  /// Restarts that went on with a gate that had begun.
  private(set) var gatesResumed = 0

  final class Clock {
    var now: Int64 = 1_000_000_000
  }

  init(_ text: [UInt8], style: RotatedWriter.Style, seed: UInt64, plan: RunPlan) throws {
    writer = try RotatedWriter(text, style: style, seed: seed)
    random = SplitMix64(seed: seed &+ 1)
    self.plan = plan
    driver = try FollowDriver(plan: plan, clock: { 0 })
    try begin(nil)
  }

  /// Begins, from the start of the log or from a saved state.
  private mutating func begin(_ state: Block?) throws {
    let clock = clock
    driver = try FollowDriver(plan: plan, clock: { clock.now })
    driver.onEvent = lines.take
    let position = state.flatMap { try? FollowDriver.streams(of: $0.bytes).first?.position }
    let follower = StreamFollower(
      path: writer.path, display: "app.log", from: position.map(FollowStart.position) ?? .start,
      clock: { clock.now })
    driver.add(follower, name: "app.log")
  }

  /// Writes all of the text; `kills`: the follower is killed in between, some times.
  mutating func run(rotationsIn hundred: Int, kills: Bool) throws -> StatsSummary {
    // From the start: what is rotated away before it is looked at for the first time was never followed.
    try readAll()
    saved = try? driver.saved()
    while !writer.isDone {
      try writer.write()
      if random.below(100) < hundred { try writer.rotate() }
      clock.now += Int64(random.below(3_000)) * 1_000_000
      // Sometimes nobody looks for a while.
      if random.below(3) > 0 { try readAll() }
      guard kills, random.below(5) == 0 else { continue }
      if random.below(2) == 0, let state = try? driver.saved() { saved = state }
      if random.below(3) == 0 { try restart() }
    }
    for _ in 0..<60 {
      clock.now += 2_000_000_000
      try readAll()
    }
    return driver.finish().stats
  }

  /// What a service remembers, where the plan is of one.
  var service: ServiceSnapshot? { driver.service }

  private mutating func readAll() throws {
    while try driver.step() { clock.now += 1_000_000 }
  }

  private mutating func restart() throws {
    try begin(saved)
    guard let saved else { return }
    try driver.load(saved.bytes)
    if driver.gateStage != nil { gatesResumed += 1 }
  }
}
