import Analysis
import LogSource
import Pipeline
import RulePack
import TestKit
import Testing
import TraceCore

/// What a gate says of a log, and what the ledger says of what it read: the same for blocks of any size, threads, a pipe, and
/// followed.
@Suite struct GateReadingTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  /// What one run says.
  private struct Said {
    var verdicts: [Verdict] = []
    var stats: StatsSummary
    var last: Verdict? { verdicts.last }
    /// Without places, which name files.
    var sentences: [String] { verdicts.flatMap { $0.notes + $0.objectives.map(\.reason) } }
  }

  private final class Found {
    var verdicts: [Verdict] = []
    func take(_ event: LiveEvent) { if case .verdict(let verdict, _) = event { verdicts.append(verdict) } }
  }

  private static func plan(_ gate: String, _ input: InputPlan, rules: String? = nil) throws -> RunPlan {
    var plan = RunPlan(input: input)
    if let rules {
      let set = try RuleSet(packs: [try PackReader.read(Array(rules.utf8), path: "rules.yml")])
      plan.rules = ScanRules(set: set, lines: RuleLoader.lines(set))
    }
    var live = LiveOptions()
    live.gate = GatePlan(
      definition: try GateReader.read(Array(gate.utf8), path: "gate.yml"),
      start: OptionValue.time("2026-11-23T06:02:00Z"))
    plan.live = live
    return plan
  }

  private func batch(_ plan: RunPlan, blockSize: Int = Block.standardCapacity, threads: Int = 1) throws -> Said {
    var plan = plan
    plan.blockSize = blockSize
    plan.threads = threads
    let found = Found()
    let result = try Driver(plan: plan).run(onEvent: found.take)
    return Said(verdicts: found.verdicts, stats: result.stats)
  }

  private func followed(_ gate: String, _ paths: [String], rules: String? = nil) throws -> Said {
    var now: Int64 = 0
    let driver = try FollowDriver(
      plan: try Self.plan(gate, InputPlan(), rules: rules), patience: 0, clock: { now })
    let found = Found()
    driver.onEvent = found.take
    for path in paths {
      driver.add(StreamFollower(path: path, display: path, from: .start, clock: { now }), name: path)
    }
    while try driver.step() { now += 1_000_000 }
    let stats = driver.finish().stats
    return Said(verdicts: found.verdicts, stats: stats)
  }

  /// Every way to read the files says the same; returns it.
  private func everywhere(_ gate: String, _ paths: [String], rules: String? = nil) throws -> Said {
    let plan = try Self.plan(gate, try InputPlan.make(arguments: paths), rules: rules)
    let first = try batch(plan)
    for (size, threads) in [(1, 1), (64, 3), (4_096, 1)] {
      let other = try batch(plan, blockSize: size, threads: threads)
      #expect(other.verdicts == first.verdicts, "blocks of \(size)")
      var (ledger, wanted) = (other.stats.ledger, first.stats.ledger)
      // How far each layout was in use counts whole blocks.
      for index in ledger.sources.indices { (ledger.sources[index].bytesRead, ledger.sources[index].layouts) = (0, []) }
      for index in wanted.sources.indices { (wanted.sources[index].bytesRead, wanted.sources[index].layouts) = (0, []) }
      #expect(ledger == wanted, "blocks of \(size)")
      #expect(other.stats.total == first.stats.total, "blocks of \(size)")
    }
    let followed = try followed(gate, paths, rules: rules)
    #expect(followed.verdicts == first.verdicts)
    return first
  }

  /// Two minutes of requests before the gate begins.
  private var before: String { (0..<2_400).map { request($0 * 50 - 120_000) }.joined() }

  /// Milliseconds after the gate's start, 06:02:00.
  private func time(_ millisecond: Int) -> String {
    func padded(_ value: Int, _ width: Int) -> String {
      let text = String(value)
      return String(repeating: "0", count: width - text.count) + text
    }
    let millisecond = millisecond + 120_000
    let seconds = millisecond / 1_000
    return "2026-11-23 06:\(padded(seconds / 60, 2)):\(padded(seconds % 60, 2)),\(padded(millisecond % 1_000, 3))"
  }

  private func request(_ millisecond: Int, status: Int = 200, id: String = "r") -> String {
    "\(time(millisecond)) INFO [api.access] [\(id)-\(millisecond)] request finished method=GET path=/a status=\(status) "
      + "duration_ms=12\n"
  }

  private static let short = "stages: [{for: 1m}]\nobjectives: [error_rate < 2 %]\n"

  // MARK: The ledger of a run that stops

  @Test func oneLogThatGoesOn() throws {
    // 5,000 requests in 4 minutes and 10 s, each tenth with a second line, some unread lines; a minute of it is judged.
    let lines = (0..<5_000).map { i in
      request(i * 50) + (i % 10 == 0 ? "  a second line\n" : "") + (i == 700 ? "Lorem ipsum\n" : "")
    }
    let path = try folder.file("app.log", before + lines.joined())
    let said = try everywhere(Self.short, [path])
    #expect(said.last?.state == .pass && said.verdicts[0].objectives[0].requests == 1_200)
    // Up to the record with which event time, 2 s back, reaches the end of the stage.
    let counts = said.stats.ledger.totals
    #expect(counts.records == 2_400 + 1_240 && counts.continuationLines == 124 && counts.unparsedLines == 1)
    #expect(counts.lines == 2_400 + 1_240 + 124 + 1)
    #expect(counts.bytes == Int64(before.utf8.count + lines.prefix(1_240).joined().utf8.count))
    #expect(said.stats.ledger.sources[0].lastTime == OptionValue.time("2026-11-23T06:03:01.950Z"))
  }

  @Test func twoLogsThatGoOn() throws {
    let paths = try ["a", "b"].map { name in
      try folder.file(
        "\(name).log", (-1_200..<2_500).map { request($0 * 100 + (name == "b" ? 50 : 0), id: name) }.joined())
    }
    let said = try everywhere(Self.short, paths)
    #expect(said.last?.state == .pass)
    let ledger = said.stats.ledger
    #expect(ledger.totals.records == 3_640 && ledger.sources.map(\.counts.records) == [1_820, 1_820])
    #expect(ledger.totals.bytes > 60_000 && ledger.sources.allSatisfy { $0.firstTime != EventTime.none })
  }

  // MARK: What could not be read

  @Test func linesThatCouldNotBeRead() throws {
    func log(unreadEach each: Int) -> String {
      before + (0..<1_500).map { request($0 * 50) + ($0 % each == each - 1 ? "Lorem ipsum dolor\n" : "") }.joined()
    }
    let few = try folder.file("few.log", log(unreadEach: 400))
    #expect(try everywhere(Self.short, [few]).last?.state == .pass)
    let many = try folder.file("many.log", log(unreadEach: 20))
    let said = try everywhere(Self.short, [many])
    #expect(said.last?.state == .inconclusive)
    #expect(said.verdicts[0].notes[0].hasPrefix("60 lines could not be read, beside 1200 judged requests"))
    #expect(said.verdicts[0].places[0].contains("many.log:2421;"))
  }

  /// In the other of two logs, which tells no requests.
  @Test func linesBeside() throws {
    let calm = try folder.file("calm.log", before + (0..<1_500).map { request($0 * 50, id: "c") }.joined())
    let torn = try folder.file(
      "torn.log",
      (0..<750).map {
        "\(time($0 * 100)) INFO [api.work] [c-\($0 * 100)] at work\n" + ($0 % 10 == 0 ? "Lorem ipsum dolor\n" : "")
      }.joined())
    let said = try everywhere(Self.short, [calm, torn])
    #expect(said.last?.state == .inconclusive)
    #expect(said.verdicts[0].places[0].contains("torn.log:2;"))
  }

  @Test func aLogWithoutTimes() throws {
    let good = try folder.file("good.log", before + (0..<1_500).map { request($0 * 50) }.joined())
    let timeless = try folder.file(
      "timeless.log", (0..<500).map { "INFO:     127.0.0.1:\(50_000 + $0) - \"GET /a HTTP/1.1\" 500\n" }.joined())
    let said = try everywhere(Self.short, [good, timeless])
    #expect(said.last?.state == .inconclusive)
    #expect(said.verdicts[0].notes.contains { $0.contains("timeless.log has no times") })
  }

  // MARK: What failed

  private static let rules = """
    pack: own
    rules:
      - id: ledger-corrupt
        title: The stock ledger is corrupt
        severity: P1
        description: Stop writes.
        message: the ledger of {shop} is corrupt
        pattern: 'ledger of (?<shop>\\w+) corrupt'
        samples: {hit: ['ledger of north corrupt'], miss: ['stock ledger fine']}
    """

  @Test func aFindingIsNamedAndNothingAfterItCounts() throws {
    let lines = (0..<1_200).map { i in
      request(i * 50) + (i == 410 ? "\(time(i * 50 + 7)) ERROR [api.work] [r-9] ledger of north corrupt\n" : "")
    }
    let path = try folder.file("app.log", before + lines.joined())
    let gate =
      "warm_up: 10s\nstages: [{for: 1m}]\nobjectives: [throughput > 5/s, findings(P1) = 0]\n"
    let said = try everywhere(gate, [path], rules: Self.rules)
    let verdict = try #require(said.verdicts.first)
    #expect(verdict.state == .fail && verdict.end == OptionValue.time("2026-11-23T06:02:20.507Z"))
    #expect(verdict.objectives[0].requests == 211 && (verdict.objectives[0].value ?? 0) < 20.2)
    #expect(verdict.objectives[1].reason.hasPrefix("1 finding, P1 ledger-corrupt: the ledger of north is corrupt"))
    #expect(verdict.objectives[1].finding?.trace == "r-9")
    #expect(verdict.places == ["the first finding is at \(path):2812"])
  }

  /// One counter: what the windows add up to is what a scan counts.
  @Test func hitsAreTheFindingsCount() throws {
    let rules = """
      pack: own
      rules:
        - id: stock-line
          title: Stock line
          severity: P3
          pattern: 'stock short'
          samples: {hit: ['stock short'], miss: ['fine']}
        - id: stock-many
          title: Stock is short again and again
          severity: P1
          description: Order more.
          message: 'stock short 3 times within 10 s'
          correlation: {type: event_count, rules: [stock-line], timespan: 10s, condition: {gte: 3}}
          samples:
            hit: ["2026-01-05 10:00:00,100 ERROR [a] [-] stock short"]
            miss: ['fine']
      """
    for count in [3, 4, 17, 60] {
      let lines = (0..<1_500).map { i in
        request(i * 50)
          + (i >= 500 && i < 500 + count * 7 && i % 7 == 3
            ? "\(time(i * 50 + 7)) ERROR [api.work] [-] stock short\n" : "")
      }
      let path = try folder.file("\(count).log", lines.joined())
      var plan = try Self.plan(Self.short, try InputPlan.make(arguments: [path]), rules: rules)
      plan.live?.gate = nil
      let found = Hits()
      let findings = try Driver(plan: plan).run(onEvent: found.take).findings?.findings ?? []
      for finding in findings {
        #expect(found.hits[finding.rule.id] == finding.count, "\(finding.rule.id) of \(count)")
      }
      #expect(findings.contains { $0.rule.id == "stock-many" })
    }
  }

  private final class Hits {
    var hits: [String: Int64] = [:]
    func take(_ event: LiveEvent) {
      guard case .window(let window) = event else { return }
      for count in window.hits { hits[count.rule, default: 0] += count.hits }
    }
  }

  // MARK: Silence

  @Test func trafficThatStops() throws {
    let beats = (0..<130).map { "\(time($0 * 1_000 + 1)) INFO [api.beat] [-] still here\n" }
    let requests = (0..<400).map { request($0 * 50) }
    let path = try folder.file("app.log", before + (beats + requests).sorted().joined())
    let gate = "stages: [{for: 2m}]\nobjectives: [error_rate < 5 %]\n"
    let said = try everywhere(gate, [path])
    #expect(said.last?.state == .inconclusive)
    #expect(said.verdicts[0].notes[0].hasPrefix("no request since 06:02:19.950 (1 m 40 s)"))
    let allowed = try everywhere("silence: allowed\n" + gate, [path])
    #expect(allowed.last?.state == .pass)
  }

  /// The log itself falls silent, and the clock ends the stage.
  @Test func aLogThatStops() throws {
    let path = try folder.file("app.log", before + (0..<400).map { request($0 * 50) }.joined())
    let gate = "stages: [{for: 2m}]\nobjectives: [error_rate < 5 %]\n"
    var now: Int64 = 0
    let driver = try FollowDriver(plan: try Self.plan(gate, InputPlan()), clock: { now })
    let found = Found()
    driver.onEvent = found.take
    driver.add(StreamFollower(path: path, display: path, from: .start, clock: { now }), name: path)
    while try driver.step() { now += 1_000_000 }
    while !driver.isFinished, let stage = driver.gateStage { driver.expire(at: stage.end) }
    #expect(found.verdicts.last?.state == .inconclusive)
    #expect(found.verdicts.first?.notes[0].hasPrefix("no request since 06:02:19.950") == true)
    var replayed = try Self.plan(gate, try InputPlan.make(arguments: [path]))
    replayed.live?.gate?.end = found.verdicts.first?.end
    #expect(try batch(replayed).verdicts == found.verdicts)
  }
}
