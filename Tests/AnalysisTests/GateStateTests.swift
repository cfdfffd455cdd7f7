import TestKit
import Testing

@testable import Analysis
@testable import TraceCore

/// A gate that is saved and loaded at any place says what one that is left alone says.
struct GateStateTests {
  private static let second = GateFeed.second

  /// Loads what is saved into a new gate, and sees that it is saved again with the same bytes.
  private func copy(_ gate: Gate) throws -> Gate {
    let state = try Self.state(gate)
    var loaded = Gate(gate.definition, start: gate.start)
    loaded.selectsRequests = gate.selectsRequests
    try StateCoder.load(state.span) { coder throws(StateError) in try loaded.code(&coder) }
    #expect(try Self.state(loaded) == state)
    return loaded
  }

  static func state(_ gate: Gate) throws -> [UInt8] {
    var (gate, coder) = (gate, StateCoder())
    try gate.code(&coder)
    return coder.written
  }

  /// Every baseline, several times; what is cut away from some seeds shows in others.
  @Test(arguments: ["absolute", "span", "log", "version"], UInt64(1)...3)
  func cutAnywhere(baseline: String, seed: UInt64) throws {
    var traffic = RandomRollout(seed: seed)
    let definition = try GateSamples.definition(baseline, isLenient: seed % 2 == 0)
    var whole = Gate(definition, start: traffic.start)
    whole.selectsRequests = seed == 3
    if baseline == "log" { whole.setBaseline(traffic.sample(definition)) }
    var cut = whole
    var (cuts, judged) = (0, 0)
    while let step = traffic.next() {
      if traffic.random.below(500) == 0 {
        cut = try copy(cut)
        cuts += 1
        let progress = whole.progress(names: GateFeed.names)
        #expect(cut.progress(names: GateFeed.names) == progress, "step \(traffic.steps)")
        judged += progress?.objectives.count ?? 0
      }
      let verdicts = step.apply(&whole)
      let same = step.apply(&cut) == verdicts && cut.due == whole.due && cut.stage == whole.stage
      try #require(same, "step \(traffic.steps)")
    }
    #expect(try Self.state(cut) == Self.state(whole))
    let end = RandomRollout.Step.finish(traffic.now)
    var again = try copy(cut)
    let last = end.apply(&whole)
    #expect(end.apply(&again) == last && whole.isOver)
    #expect(cuts > 2 && judged > 0)
  }

  /// The kinds of state that the test above must have met.
  @Test func theRolloutsAreVaried() throws {
    var (verdicts, pending, refuted, restarts, sketches): ([Verdict], Int, Int, Int64, Int64) = ([], 0, 0, 0, 0)
    for baseline in ["span", "version"] {
      for seed: UInt64 in 1...3 {
        var traffic = RandomRollout(seed: seed)
        var gate = Gate(try GateSamples.definition(baseline, isLenient: seed % 2 == 0), start: traffic.start)
        while let step = traffic.next() {
          verdicts += step.apply(&gate)
          pending = max(pending, min(gate.pending.count, gate.pendingFindings.count + 1))
          refuted = max(refuted, gate.evidence.refuted.count)
          restarts = max(restarts, gate.notes.restarts)
          sketches = max(sketches, gate.evidence.all.map(\.overall.sketch.count).max() ?? 0)
        }
      }
    }
    #expect(
      Set(verdicts.map(\.state)).count >= 2 && verdicts.contains { $0.stage == 1 }
        && verdicts.contains(where: \.isEarly))
    #expect(pending > 1)
    #expect(refuted > 0)
    #expect(restarts > 0)
    #expect(sketches > 300)
    #expect(verdicts.contains { $0.objectives.contains { $0.route != nil && !$0.isInformative } })
  }

  /// Of another gate nothing is taken.
  @Test func anotherGate() throws {
    let definition = try GateSamples.definition("span", isLenient: true)
    let state = try Self.state(Gate(definition, start: 0))
    func refusal(_ change: (inout GateDefinition) -> Void) -> StateError? {
      var other = definition
      change(&other)
      var gate = Gate(other, start: 0)
      do throws(StateError) {
        try StateCoder.load(state.span) { coder throws(StateError) in try gate.code(&coder) }
        return nil
      } catch {
        return error
      }
    }
    #expect(refusal { _ in } == nil)
    #expect(refusal { $0.objectives.removeLast() } == .mismatch("objectives"))
    #expect(refusal { $0.objectives[0].text = "error_rate < 3 %" } == .mismatch("objectives"))
    #expect(refusal { $0.stages.removeLast() } == .mismatch("stages"))
    #expect(refusal { $0.stages[0].duration += 1 } == .mismatch("stages"))
    #expect(refusal { $0.window *= 2 } == .mismatch("windows of the gate"))
  }

  /// Every loss of the end, and random flips, give an error or some state, never a trap.
  @Test func damage() throws {
    var traffic = RandomRollout(seed: 3)
    let definition = try GateSamples.definition("span", isLenient: true)
    var gate = Gate(definition, start: traffic.start)
    while traffic.steps < 1_500, let step = traffic.next() { _ = step.apply(&gate) }
    let state = try Self.state(gate)
    func load(_ bytes: [UInt8]) throws(StateError) {
      var gate = Gate(definition, start: traffic.start)
      try StateCoder.load(bytes.span) { coder throws(StateError) in try gate.code(&coder) }
    }
    for length in Array(stride(from: 0, to: state.count, by: state.count / 80)) + Array(state.count - 20..<state.count)
    {
      #expect(throws: StateError.self, "\(length)") { try load(Array(state[..<length])) }
    }
    var random = SplitMix64(seed: 4)
    var refused = 0
    for _ in 0..<200 {
      var damaged = state
      damaged[random.below(min(state.count, 2_000))] ^= 1 << UInt8(random.below(8))
      do throws(StateError) { try load(damaged) } catch { refused += 1 }
    }
    #expect(refused > 20)
  }

  /// A member that is new is new to the state too, unless the definition gives it: who adds one codes it, or says so here.
  @Test func noMemberIsForgotten() throws {
    func members(_ value: Any) -> Int { Mirror(reflecting: value).children.count }
    let definition = try GateSamples.definition("span", isLenient: true)
    let gate = Gate(definition, start: 0)
    let track = try #require(gate.evidence.all.first)
    // Not: the definition, the start, the plans, whether there are findings or instances, or only some requests are judged.
    #expect(members(gate) == 34)
    // Not: what is made anew for each window.
    #expect(members(gate.doubts) == 9)
    #expect(members(gate.evidence) == 6)
    #expect(members(VersionWatch()) == 6)
    #expect(members(gate.traffic) == 3)
    #expect(members(PassedStage.empty) == 7)
    #expect(members(GateFinding.empty) == 6)
    #expect(members(gate.notes) == 3)
    #expect(members(GateRequest(time: 0, duration: 0, isError: false)) == 8)
    // Not: the definition, the window.
    #expect(members(try #require(gate.baseline)) == 10)
    // Not: the plan, places, whether open requests are known.
    #expect(members(track) == 14)
    // Not: what the objective is, the bar.
    #expect(members(track.overall) == 16)
    #expect(members(WindowCounts()) == 7)
    #expect(members(RateCounts()) == 5)
    // Not: the limit, what is kept for later windows.
    #expect(members(BettingProcess(limit: 0.5, windows: 3)) == 4)
    #expect(members(ObjectiveEvidence.Bar.empty) == 3)
    #expect(members(ObjectiveTrack.Stratum()) == 2)
  }
}
