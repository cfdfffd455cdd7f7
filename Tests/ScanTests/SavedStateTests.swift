import RulePack
import TestKit
import Testing
import TraceCore

@testable import LogSource
@testable import Pipeline

/// A run that is saved and loaded at any place says what it would have said otherwise, to the byte.
struct SavedStateTests {
  static func plan(_ input: InputPlan, _ scan: Scan, blockSize: Int) -> RunPlan {
    var plan = RunPlan(input: input)
    plan.rules = ScanRules(set: scan.set, lines: RuleLoader.lines(scan.set))
    plan.every = 10 * EventTime.nanosecondsPerSecond
    plan.blockSize = blockSize
    return plan
  }

  /// Runs as it is, and cut before some of its steps; gives the run as it is.
  private func compare(_ run: SavedRun, _ seed: UInt64, most: Int, _ place: SourceLocation = #_sourceLocation) throws
    -> SavedRun.Outcome
  {
    let whole = try run.run()
    var random = SplitMix64(seed: seed)
    let at = Set((0..<most).map { _ in random.below(whole.steps) } + [whole.steps])
    let cut = try run.run(isCut: at.contains)
    #expect(cut.cuts > 0, "seed \(seed): the state was never saved", sourceLocation: place)
    #expect(cut.outcome.stats == whole.outcome.stats, "seed \(seed)", sourceLocation: place)
    #expect(cut.outcome.findings == whole.outcome.findings, "seed \(seed)", sourceLocation: place)
    #expect(cut.outcome.traces == whole.outcome.traces, "seed \(seed)", sourceLocation: place)
    #expect(
      whole.outcome.state != nil && cut.outcome.state == whole.outcome.state, "seed \(seed)", sourceLocation: place)
    return whole.outcome
  }

  /// One stream, in blocks of 64 bytes to 256 KiB; all rules, and the best traces, by route and by another field.
  @Test(arguments: UInt64(1)...12)
  func generatedLogs(seed: UInt64) throws {
    let scan = try Scan(BusyLog.rules, suppressions: BusyLog.suppressions)
    let log = BusyLog(seed: seed, lines: 2_600)
    let size = [64, 200, 1_000, 4_096, 20_000, 256 * 1024][Int(seed % 6)]
    var plan = Self.plan(.memory(Array(log.text.utf8), name: "app.log"), scan, blockSize: size)
    if seed % 3 == 0 { plan.groupBy = "user" }
    if seed % 4 == 0 { plan.idle = 5 * EventTime.nanosecondsPerSecond }
    var run = SavedRun(plan)
    run.keepsTraces = seed % 2 == 0
    let whole = try compare(run, seed, most: size < 1_000 ? 8 : 5)
    // Every rule has found something, so that every kind of state was there.
    guard seed == 1 else { return }
    for rule in scan.set.rules where !rule.id.hasPrefix("trace-lock") && !["query", "beat"].contains(rule.id) {
      #expect(whole.findings.contains("\"rule\":\"\(rule.id)\""), "\(rule.id)")
    }
    #expect(whole.stats.contains("\"unfinished\":") && whole.findings.contains("\"suppressed\":[{"))
  }

  /// Several streams: the state is cut in the middle of blocks.
  @Test(arguments: UInt64(21)...24)
  func severalStreams(seed: UInt64) throws {
    let scan = try Scan(BusyLog.rules, suppressions: BusyLog.suppressions)
    let streams = ["a.log", "b.log", "c.log"].enumerated().flatMap { index, name in
      InputPlan.memory(Array(BusyLog(seed: seed * 3 + UInt64(index), lines: 1_200).text.utf8), name: name).streams
    }
    let plan = Self.plan(InputPlan(streams: streams), scan, blockSize: [300, 5_000][Int(seed % 2)])
    _ = try compare(SavedRun(plan), seed, most: 6)
  }

  /// Real logs through their rotations, with the rules that are built in.
  @Test(arguments: Capture.allCases)
  func captures(capture: Capture) throws {
    let scan = try Scan.builtin()
    for (seed, size) in [(UInt64(1), 256 * 1024), (2, 30_000)] {
      // The last generations in small blocks: each run parses them twice.
      let paths = size > 100_000 ? capture.appLogs : Array(capture.appLogs.suffix(3))
      let plan = Self.plan(try InputPlan.make(arguments: paths), scan, blockSize: size)
      _ = try compare(SavedRun(plan), seed, most: 4)
    }
  }

  /// The state is there from the first records on.
  @Test func fromTheFirstRecordsOn() throws {
    let plan = Self.plan(
      .memory(Array(BusyLog(seed: 5, lines: 100).text.utf8), name: "app.log"), try Scan(BusyLog.rules), blockSize: 2_000
    )
    let run = try SavedRun(plan).run(isCut: { $0 > 0 })
    #expect(run.steps > 2 && run.cuts == run.steps && run.outcome.state != nil)
  }

  /// A member that is new to a stage is new to its state, unless the plan gives it: who adds one codes it, or says so here.
  @Test func noMemberIsForgotten() throws {
    func members(_ value: Any) -> Int { Mirror(reflecting: value).children.count }
    let scan = try Scan(BusyLog.rules)
    let plan = Self.plan(.memory([], name: "app.log"), scan, blockSize: 64)
    let stage = SavedRun(plan).makeStage()
    // Not: its settings, names of instances, where the last block came from, members, whom it tells (they save themselves).
    #expect(members(stage) == 9)
    // Not: what its groups are, and the length of its windows.
    #expect(members(stage.tally) == 6)
    // Not: the set, the span, what correlations count a line, silences, suppressions, redactor, scratch, the last group,
    // whom hits are told.
    #expect(members(RuleEngine(scan.set)) == 16)
    // Not: the rules, the plan, whom it tells of continuations, the layouts at hand.
    #expect(members(try #require(plan.ruleStage())) == 8)
    // Not: whom events are told, the rules, the length, marks, the gate's plan, a sample, the first atom, the request taken
    // last, whether it ends, what somebody watches; unread lines before the gate begins, the last cut, where the gate
    // stopped, the kinds of routes (by their names), what a service remembers (saved by itself).
    let feed = EventFeed(LiveOptions(), streams: 1, rules: [], firstAtom: 0)
    #expect(members(feed) == 32)
    // Not: what it reads and with what, what is open (its place in the file is saved), the time of the last look; whether it
    // ends, lines that are passed over, and what is said of them.
    let follower = StreamFollower(path: "app.log", display: "app.log", from: .start, clock: { 0 })
    let lane = FollowLane(
      index: 0, name: "app.log", follower: follower, plan: plan, parsePlan: plan.parsePlan(),
      detector: plan.detector(plan.parsePlan()), now: 0)
    #expect(members(lane) == 18)
  }

  /// A state of other options is refused, each time with the reason.
  @Test func otherOptions() throws {
    let scan = try Scan(BusyLog.rules)
    let input = InputPlan.memory(Array(BusyLog(seed: 6, lines: 2_600).text.utf8), name: "app.log")
    let plan = Self.plan(input, scan, blockSize: 4_096)
    let state = try #require(try SavedRun(plan).run().outcome.state)
    func refusal(_ change: (inout RunPlan) throws -> Void) rethrows -> StateError? {
      var other = plan
      try change(&other)
      do throws(StateError) {
        try SavedRun(other).load(state)
        return nil
      } catch {
        return error
      }
    }
    #expect(refusal { _ in } == nil)
    #expect(refusal { $0.every = nil } == .mismatch("--every"))
    #expect(refusal { $0.every = 1_000_000_000 } == .mismatch("--every"))
    #expect(refusal { $0.groupBy = "user" } == .mismatch("groups"))
    #expect(refusal { $0.rules = nil } == .mismatch("rules"))
    let others = try Scan.builtin()
    #expect(
      refusal { $0.rules = ScanRules(set: others.set, lines: RuleLoader.lines(others.set)) } != nil)
  }

  /// Damage that no checksum told of: every loss of the end, and random flips, give an error or some state, never a trap.
  @Test func damage() throws {
    let scan = try Scan(BusyLog.rules, suppressions: BusyLog.suppressions)
    let input = InputPlan.memory(Array(BusyLog(seed: 7, lines: 2_200).text.utf8), name: "app.log")
    let run = SavedRun(Self.plan(input, scan, blockSize: 4_096))
    let state = try #require(try run.run().outcome.state)
    var random = SplitMix64(seed: 8)
    var lengths = Array(stride(from: 0, to: state.count, by: state.count / 150)) + Array(state.count - 30..<state.count)
    lengths += Array(0..<60)
    for length in lengths {
      #expect(throws: StateError.self, "\(length) of \(state.count) bytes") { try run.load(Array(state[..<length])) }
    }
    #expect(throws: StateError.invalid("end")) { try run.load(state + [0]) }
    var refused = 0
    for _ in 0..<400 {
      var damaged = state
      for _ in 0...random.below(3) { damaged[random.below(state.count)] ^= 1 << UInt8(random.below(8)) }
      do throws(StateError) { try run.load(damaged) } catch { refused += 1 }
    }
    #expect(refused > 20)
  }
}
