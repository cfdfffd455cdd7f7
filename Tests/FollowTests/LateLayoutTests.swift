import LogSource
import Pipeline
import Report
import TestKit
import Testing
import TraceCore

/// Logs whose lines change in the middle: followed from their first bytes on, in any pieces, they say what they say in batch.
@Suite struct LateLayoutTests {
  private static func text(_ second: Int, status: Int = 200) -> String {
    "\(time(second, " ", ",003")) INFO [api.access] [t\(second)] request finished method=GET path=/a status=\(status) "
      + "duration_ms=5.0\n"
  }

  private static func json(_ second: Int, status: Int = 500) -> String {
    "{\"ts\":\"\(time(second, "T", ".003Z"))\",\"level\":\"error\",\"logger\":\"api.access\",\"msg\":\"request finished\","
      + "\"method\":\"GET\",\"path\":\"/a\",\"status\":\(status),\"duration_ms\":5,\"request_id\":\"j\(second)\"}\n"
  }

  private static func time(_ second: Int, _ middle: String, _ end: String) -> String {
    func two(_ value: Int) -> String { value < 10 ? "0\(value)" : "\(value)" }
    return "2026-11-23\(middle)\(two(6 + second / 3600)):\(two(second / 60 % 60)):\(two(second % 60))\(end)"
  }

  private static func docker(_ line: String, _ second: Int) -> String {
    let inner = line.dropLast().map { $0 == "\"" ? "\\\"" : String($0) }.joined()
    return "{\"log\":\"\(inner)\\n\",\"stream\":\"stdout\",\"time\":\"\(time(second, "T", ".500Z"))\"}\n"
  }

  /// A name, and a log: what it has is said by its records.
  private static let logs: [(name: String, records: Int64, text: String)] = {
    let start = "INFO:     Started server process [7]\nINFO:     Waiting for application startup.\n"
    func lines(_ range: Range<Int>, _ line: (Int) -> String) -> String { range.map(line).joined() }
    var logs: [(String, Int64, String)] = []
    logs.append(("start-up lines", 202, start + lines(0..<200) { text($0, status: $0 % 2 == 0 ? 200 : 500) }))
    logs.append(("30 JSON, 30 text", 60, lines(0..<30) { json($0) } + lines(30..<60) { text($0) }))
    logs.append(
      (
        "text, JSON, text", 1_500,
        lines(0..<500) { text($0) } + lines(500..<1_000) { json($0) } + lines(1_000..<1_500) { text($0) }
      ))
    logs.append(
      ("a banner of 500 lines", 700, lines(0..<500) { "INFO: loading module m\($0)\n" } + lines(0..<200) { json($0) }))
    logs.append(("half of each", 600, lines(0..<600) { $0 % 2 == 0 ? text($0) : json($0) }))
    logs.append(
      ("Docker after plain lines", 220, lines(0..<20) { text($0) } + lines(20..<220) { docker(text($0), $0) }))
    logs.append(
      ("Docker after 100 plain lines", 300, lines(0..<100) { json($0) } + lines(100..<300) { docker(text($0), $0) }))
    logs.append(
      (
        "one foreign line", 401,
        lines(0..<200) { text($0) }
          + "[2026-11-23 06:03:20 +0000] [7] [CRITICAL] WORKER TIMEOUT (pid:12)\n" + lines(201..<401) { text($0) }
      ))
    return logs
  }()

  private func figures(_ stats: StatsSummary) -> String {
    var stats = stats
    let layouts = stats.ledger.sources.flatMap(\.layouts).reduce(into: [String: Int64]()) {
      $0[$1.name, default: 0] += $1.records
    }
    stats.ledger.sources = []
    stats.ledger.totals.bytes = 0
    var sink = TextSink()
    StatsReport.json(stats, pretty: true, into: &sink)
    return sink.text + layouts.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }.joined(separator: ", ")
  }

  private func batch(_ text: [UInt8], blockSize: Int? = nil, threads: Int = 1) throws -> (
    String, LiveLines, StatsSummary
  ) {
    var plan = try LiveRun.plan(InputPlan.memory(text, name: "app.log"), hasGate: false)
    if let blockSize { plan.blockSize = blockSize }
    plan.threads = threads
    let lines = LiveLines()
    let stats = try Driver(plan: plan).run(onEvent: lines.take).stats
    return (figures(stats), lines, stats)
  }

  @Test(arguments: logs.map(\.name))
  func followedIsBatch(name: String) throws {
    let log = try #require(LateLayoutTests.logs.first { $0.name == name })
    let bytes = Array(log.text.utf8)
    let (figures, events, stats) = try batch(bytes)
    #expect(stats.ledger.totals.records == log.records)
    #expect(stats.ledger.totals.unparsedLines == 0)
    for seed in [3, 7] as [UInt64] {
      var run = try FollowedRun(bytes, style: .rename, seed: seed, plan: try LiveRun.plan(hasGate: false))
      let followed = try run.run(rotationsIn: 0, kills: false)
      #expect(self.figures(followed) == figures, "seed \(seed)")
      #expect(run.lines.differenceByID(from: events) == nil, "seed \(seed)")
    }
  }

  @Test(arguments: logs.map(\.name), [1, 64, 1_000])
  func blocksOfAnySize(name: String, size: Int) throws {
    let log = try #require(LateLayoutTests.logs.first { $0.name == name })
    let bytes = Array(log.text.utf8)
    let (figures, events, _) = try batch(bytes)
    let other = try batch(bytes, blockSize: size, threads: 3)
    #expect(other.0 == figures)
    #expect(other.1.difference(from: events) == nil)
  }
}
