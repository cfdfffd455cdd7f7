import TestKit
import Testing
import TraceCore

@testable import Analysis

/// Promise 3 of the design: a gate passes on what it counted, and not where what it left out could have changed that.
struct GateDoubtTests {
  private let second = GateFeed.second

  /// 20 requests a second for two minutes, 0.5 % of them errors, and beside them what `beside` gives at each of 2,500 steps.
  private func run(
    _ objectives: [Objective] = [.errors], _ change: (inout GateDefinition) -> Void = { _ in },
    beside: (inout GateFeed, Int, Int64) -> Void
  ) -> GateFeed {
    var definition = GateDefinition.simple(objectives)
    change(&definition)
    var feed = GateFeed(definition)
    for i in 0..<2_500 {
      let time = Int64(i) * second / 20
      feed.take(GateRequest(time: time, duration: 20_000_000, isError: i % 200 == 0, route: 0))
      beside(&feed, i, time)
    }
    return feed
  }

  private func uncounted(
    _ time: Int64, isError: Bool, duration: Int64 = 20_000_000, source: Int32 = 3
  ) -> GateUncounted {
    GateUncounted(GateRequest(time: time, duration: duration, isError: isError), source: source)
  }

  // MARK: Requests without an end, where only some are judged

  /// `open` requests that never end beside 20 a second that do.
  private func hanging(_ objective: Objective, open: Int, givenUp: Bool = false, selects: Bool = true) -> GateFeed {
    var feed = GateFeed(.simple([objective]))
    feed.gate.selectsRequests = selects
    if !givenUp { feed.open = { [second] _ in Array(repeating: (start: second, route: 0), count: open) } }
    feed.traffic(from: 0, to: 60, rate: 20)
    if givenUp { for _ in 0..<open { feed.gate.take(unfinished: second, route: 0) } }
    feed.traffic(from: 60, to: 125, rate: 20)
    return feed
  }

  /// Nobody knows whether they are of those that are selected: they let nothing fail, and nothing pass that could not with them.
  @Test(arguments: [Objective.slow, .unfinished], [false, true])
  func aRequestWithoutAnEndThatMayBeAnotherBlocks(_ objective: Objective, _ givenUp: Bool) throws {
    let verdict = try #require(hanging(objective, open: 400, givenUp: givenUp).verdicts.first)
    #expect(verdict.state == .inconclusive && verdict.objectives[0].state == .pass)
    #expect(
      verdict.notes == [
        "of requests without an end it is not known whether they are of these: if they were, `\(objective.text)` would "
          + "not pass: no pass"
      ])
    #expect(hanging(objective, open: 400, givenUp: givenUp, selects: false).verdicts.first?.state != .pass)
  }

  @Test func aFewOfThemDoNot() {
    #expect(hanging(.slow, open: 3).verdicts.map(\.state) == [.pass, .pass])
    #expect(hanging(.slow, open: 3, givenUp: true).verdicts.map(\.state) == [.pass, .pass])
    #expect(hanging(.errors, open: 400).verdicts.map(\.state) == [.pass, .pass])
  }

  // MARK: Records that are not counted

  @Test func uncountedFailuresBlock() throws {
    let feed = run { feed, i, time in feed.gate.takeUncounted(uncounted(time, isError: i % 2 == 0)) }
    let verdict = try #require(feed.verdicts.first)
    #expect(verdict.objectives[0].state == .pass && verdict.objectives[0].requests == 2_400)
    #expect(verdict.state == .inconclusive && feed.last?.state == .inconclusive)
    #expect(
      verdict.notes == [
        "not counted: 2400 requests of source-3, 1200 of them failed; they share no id with those that are; counted, "
          + "`error_rate < 2 %` would not pass: no pass; --requests-from source-3 counts only them, "
          + "--requests-from all counts them as well"
      ])
    #expect(feed.last?.stageNotes == verdict.notes)
  }

  /// What agrees is named and blocks nothing.
  @Test func uncountedSuccessesDoNot() throws {
    let feed = run { feed, i, time in feed.gate.takeUncounted(uncounted(time, isError: false)) }
    let verdict = try #require(feed.verdicts.first)
    #expect(verdict.state == .pass)
    #expect(
      verdict.notes == [
        "not counted: 2400 requests of source-3, none of them failed; they share no id with those that are"
      ])
  }

  @Test func aFewUncountedFailuresDoNotEither() {
    let feed = run { feed, i, time in
      if i % 600 == 0 { feed.gate.takeUncounted(uncounted(time, isError: true)) }
    }
    #expect(feed.verdicts.map(\.state) == [.pass, .pass])
  }

  /// Few among many counted ones, but bad by themselves.
  @Test func whatFailsAloneBlocks() {
    let feed = run([.slow]) { feed, i, time in
      if i % 20 == 0 { feed.gate.takeUncounted(uncounted(time, isError: false, duration: 2 * second)) }
    }
    #expect(feed.verdicts[0].objectives[0].state == .pass && feed.verdicts[0].state == .inconclusive)
  }

  @Test func manyKindsTogether() throws {
    let feed = run { feed, i, time in
      feed.gate.takeUncounted(uncounted(time, isError: i % 100 == 0, source: Int32(i % 40)))
    }
    let verdict = try #require(feed.verdicts.first)
    #expect(feed.gate.doubts.uncounted.count == GateDoubts.mostSources + 1)
    #expect(verdict.notes.contains { $0.contains("of other sources") })
  }

  /// Those of another stage, and of the warm-up, are not of this one.
  @Test func onlyThoseOfTheSpan() {
    let feed = run(change(warmUp: 30)) { feed, i, time in
      if time < 30 * second || time >= 120 * second { feed.gate.takeUncounted(uncounted(time, isError: true)) }
    }
    #expect(feed.verdicts.map(\.state) == [.pass, .pass])
    #expect(!feed.verdicts[0].notes.contains { $0.hasPrefix("not counted") })
  }

  private func change(warmUp seconds: Int64) -> (inout GateDefinition) -> Void {
    { $0.warmUp = seconds * GateFeed.second }
  }

  private func run(
    _ change: (inout GateDefinition) -> Void, beside: (inout GateFeed, Int, Int64) -> Void
  ) -> GateFeed { run([.errors], change, beside: beside) }

  /// A fail stays a fail, whatever was not counted.
  @Test func failsStayFails() throws {
    var feed = GateFeed(.simple([.errors]))
    for i in 0..<2_500 {
      let time = Int64(i) * second / 20
      feed.take(GateRequest(time: time, duration: 1, isError: i % 4 == 0))
      feed.gate.takeUncounted(uncounted(time, isError: false))
    }
    let verdict = try #require(feed.verdicts.first)
    #expect(verdict.state == .fail && verdict.notes.contains { $0.hasPrefix("not counted: ") })
  }

  /// Random services of which a part is not counted: whatever that part does, a gate that counts all of it and fails is
  /// never a pass of the gate that does not.
  @Test(arguments: UInt64(1)...60)
  func neverAPassThatCountingFails(seed: UInt64) {
    var random = SplitMix64(seed: seed)
    var definition = GateDefinition.simple([.errors, .slow], seconds: 60)
    definition.window = 4 * second
    let (rate, otherRate) = (random.unit() * 0.03, random.unit() * random.unit())
    let (slow, otherSlow) = (random.unit() * 0.08, random.unit() * 0.3)
    let part = random.unit()
    let sources = 1 + random.below(3)
    // Sometimes all at once: an incident that the stage as a whole would survive.
    let (incident, isIncident) = (random.below(40), random.below(3) == 0)
    var (some, whole) = (GateFeed(definition), GateFeed(definition))
    for i in 0..<1_300 {
      let isOther = random.unit() < part
      let fails = isIncident && isOther && (incident * 20..<incident * 20 + 120).contains(i)
      let request = GateRequest(
        time: Int64(i) * second / 20,
        duration: random.unit() < (isOther && !isIncident ? otherSlow : slow) ? second : 20_000_000,
        isError: fails || random.unit() < (isOther && !isIncident ? otherRate : rate), route: Int32(random.below(3)))
      whole.take(request)
      if isOther {
        some.gate.takeUncounted(GateUncounted(request, source: Int32(random.below(sources))))
        some.advance(to: request.time - 2 * second)
      } else {
        some.take(request)
      }
    }
    some.finish(reached: 65 * second)
    whole.finish(reached: 65 * second)
    if whole.last?.state == .fail { #expect(some.last?.state != .pass, "seed \(seed)") }
  }

  // MARK: Lines that could not be read

  @Test func aFewUnreadLinesDoNotBlock() {
    let feed = run { feed, i, time in
      if i % 500 == 0 { feed.gate.takeUnread(lines: 1, time: time, place: "app.log:\(i)") }
    }
    #expect(feed.verdicts.map(\.state) == [.pass, .pass] && feed.verdicts[0].notes == [])
  }

  @Test func manyUnreadLinesBlock() throws {
    let feed = run { feed, i, time in
      if i > 1_200, i % 4 == 0 { feed.gate.takeUnread(lines: 2, time: time, place: "app.log:\(i)") }
    }
    let verdict = try #require(feed.verdicts.first)
    #expect(verdict.state == .inconclusive)
    #expect(
      verdict.notes == [
        "598 lines could not be read, beside 2400 judged requests: if these were failed requests, `error_rate < 2 %` would "
          + "not pass: no pass"
      ])
    #expect(verdict.places == ["the first line that could not be read is app.log:1204; `skein doctor` says why"])
  }

  /// As many as could all have failed decide nothing: one less does.
  @Test func theBoundIsWhereTheObjectiveWouldTurn() throws {
    func state(_ lines: Int64) -> Verdict.State? {
      run { feed, i, time in
        if i == 1_000 { feed.gate.takeUnread(lines: lines, time: time, place: nil) }
      }.last?.state
    }
    let least = try #require((1...200 as ClosedRange<Int64>).first { state($0) == .inconclusive })
    #expect(state(least - 1) == .pass && least > 5)
    // The same number of requests that failed is what the bound says.
    func failed(_ more: Int) -> Verdict.State? {
      run { feed, i, time in
        if i == 1_000 {
          for _ in 0..<more { feed.take(GateRequest(time: time, duration: 20_000_000, isError: true)) }
        }
      }.last?.state
    }
    // All in one window they scatter besides: no later.
    #expect(failed(Int(least)) != .pass)
  }

  @Test func requestsWithoutATimeAreOfNoStage() {
    for (each, state) in [(1_000, Verdict.State.pass), (10, .inconclusive)] {
      let feed = run { feed, i, time in
        if i % each == 1 { feed.gate.take(GateRequest(time: EventTime.none, duration: 1, isError: false)) }
      }
      #expect(feed.verdicts.map(\.state) == [state, state], "\(each)")
    }
  }

  @Test func aLogWithoutTimes() {
    var feed = GateFeed(.simple([.errors]))
    feed.loss = GateLoss(missing: 0, read: 0, logsWithoutTime: ["proxy.log"])
    feed.traffic(from: 0, to: 125, rate: 20)
    #expect(feed.last?.state == .inconclusive && feed.verdicts[0].notes[0].hasPrefix("proxy.log has no times"))
  }

  /// Unread lines that come when their stage is over.
  @Test(arguments: [(2, .pass), (300, .inconclusive)] as [(Int64, Verdict.State)])
  func lateUnreadLines(lines: Int64, state: Verdict.State) {
    var definition = GateDefinition.simple([.errors], seconds: 60)
    definition.stages.append(.init(name: "b", duration: 60 * second))
    var feed = GateFeed(definition)
    feed.traffic(from: 0, to: 70, rate: 20)
    feed.gate.takeUnread(lines: lines, time: 50 * second, place: nil)
    feed.traffic(from: 70, to: 125, rate: 20)
    #expect(feed.verdicts.map(\.state) == [.pass, .pass, state])
  }

  /// A finding about a stage that is over is proven all the same.
  @Test func aLateFindingFailsTheWhole() throws {
    var definition = GateDefinition.simple([.errors, .findings], seconds: 60)
    definition.stages.append(.init(name: "b", duration: 60 * second))
    var feed = GateFeed(definition)
    feed.traffic(from: 0, to: 100, rate: 20)
    feed.gate.takeFinding(GateFinding(rule: "slow-trace", severity: 1, message: "m", time: 59 * second, trace: "r-1"))
    feed.traffic(from: 100, to: 125, rate: 20)
    #expect(feed.verdicts.map(\.state) == [.pass, .pass, .fail])
    #expect(
      feed.last?.notes == [
        "stage all was over when this was found about it: P1 slow-trace: m (id r-1): it does not hold"
      ])
  }

  // MARK: Nothing

  /// No verdict comes from nothing.
  @Test func nothingPassesNothing() {
    let partial = Objective(
      text: "error_rate < 2 %", metric: .errorRate, comparison: .less, limit: .init(offset: 0.02),
      condition: try? FilterExpression(parsing: "route = \"GET /0\""))
    for objectives in [[], [.findings], [.errors, .findings], [.slow], [partial]] as [[Objective]] {
      var silent = GateFeed(.simple(objectives))
      silent.finish(reached: 300 * second)
      #expect(silent.last?.state == .inconclusive && silent.last?.exitCode == 2, "\(objectives.map(\.text))")
    }
    var none = GateFeed(.simple([]))
    none.traffic(from: 0, to: 125, rate: 20)
    #expect(none.last?.state == .inconclusive)
    // Every condition is unknown.
    var unknown = GateFeed(.simple([partial]))
    unknown.traffic(from: 0, to: 125, rate: 20, truths: 2)
    #expect(unknown.last?.state == .inconclusive)
    var perRoute = Objective.errors
    perRoute.per = .route
    var few = GateFeed(.simple([perRoute]))
    for i in 0..<2_500 {
      few.take(GateRequest(time: Int64(i) * second / 20, duration: 1, isError: false, route: Int32(i)))
    }
    #expect(few.last?.state == .inconclusive)
  }

  /// A warm-up that leaves nothing of the stage: no file says so, but options could.
  @Test(arguments: [60, 61, 1_000] as [Int64])
  func aWarmUpAsLongAsTheStage(seconds: Int64) {
    var definition = GateDefinition.simple([.errors, .findings], seconds: 60)
    definition.warmUp = seconds * second
    var feed = GateFeed(definition)
    feed.traffic(from: 0, to: 125, rate: 20)
    #expect(feed.last?.state == .inconclusive)
  }

  /// The new version has no request, and only findings are asked for.
  @Test func noRequestOfTheNewVersion() {
    var definition = GateDefinition.simple([.findings])
    definition.versionField = "version"
    definition.version = "v2"
    definition.stages[0].share = 0.1
    var feed = GateFeed(definition)
    feed.gate.noteVersion(0, name: "v1")
    feed.traffic(from: 0, to: 125, rate: 20, version: 0)
    #expect(feed.last?.state == .inconclusive)
  }
}
