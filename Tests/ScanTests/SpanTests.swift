import LogSource
import Pipeline
import RulePack
import TestKit
import Testing
import TraceCore

/// `--since` and `--until` of a scan: records in the span, traces that end in it.
struct SpanTests {
  private static let rules = #"""
    - id: hit
      pattern: 'needle'
      cooldown: 1h
    - id: slow
      pattern: 'x(a+)+$'
    - id: pair
      correlation:
        type: event_count
        rules: [hit]
        timespan: 1h
        condition: {gte: 2}
      generate: true
    - id: trace
      trace:
        where: 'count(message ~ "needle") >= 2'
      group-by: [id]
    """#

  private static let log =
    Log.text(0, "needle", id: "a") + Log.text(10_000, "needle", id: "a") + "  at needle\n"
    + Log.text(20_000, "needle", id: "b") + Log.text(20_000, "x" + String(repeating: "a", count: 60) + "b")
    + Log.text(30_000, "needle", id: "b") + "needle without a record\n" + Log.text(40_000, "end", id: "c")

  private func scan(_ since: Int?, _ until: Int?, log: String = log) throws -> [Finding] {
    try Scan(Self.rules).everywhere(.memory(Array(log.utf8), name: "app.log")) { plan in
      plan.since = since.map(Log.time)
      plan.until = until.map(Log.time)
    }.findings
  }

  private func summary(_ findings: [Finding]) -> [String] {
    findings.map {
      "\($0.rule.id)\($0.kind == .rule ? "" : "!") \($0.group.map { $0.value ?? "-" }.joined())\($0.count)"
    }.sorted()
  }

  @Test func without() throws {
    #expect(summary(try scan(nil, nil)) == ["hit 6", "pair 6", "slow! 1", "trace a1", "trace b1"])
  }

  @Test func since() throws {
    // The record at the bound is in it, and what goes on with it.
    #expect(summary(try scan(10_000, nil)) == ["hit 5", "pair 5", "slow! 1", "trace a1", "trace b1"])
    let late = try scan(10_001, nil)
    #expect(summary(late) == ["hit 3", "pair 3", "slow! 1", "trace b1"])
    #expect(late.first { $0.rule.id == "hit" }?.first == Log.time(20_000))
    #expect(late.first { $0.rule.id == "hit" }?.example?.line == 4)
    #expect(late.first { $0.rule.id == "pair" }?.first == Log.time(20_000))
  }

  @Test func until() throws {
    #expect(summary(try scan(nil, 20_000)) == ["hit 3", "pair 3", "trace a1"])
    #expect(summary(try scan(nil, 30_000)) == ["hit 4", "pair 4", "slow! 1", "trace a1"])
    // A correlation counts what is in the span alone.
    #expect(summary(try scan(nil, 10_000)) == ["hit 1"])
    #expect(summary(try scan(nil, 0)) == [])
  }

  /// A trace is judged whole, by its end.
  @Test func both() throws {
    #expect(summary(try scan(10_000, 20_000)) == ["hit 2", "pair 2", "trace a1"])
    #expect(summary(try scan(25_000, 35_000)) == ["hit 2", "pair 2", "trace b1"])
    #expect(summary(try scan(50_000, 60_000)) == [])
  }

  /// What has no time is in no span.
  @Test func withoutTime() throws {
    let log = "needle before all\n" + Log.text(0, "x")
    #expect(summary(try scan(nil, nil, log: log)) == ["hit 1"])
    #expect(summary(try scan(0, nil, log: log)) == [])
  }

  @Test func throughTheCommand() throws {
    let folder = try TemporaryFolder()
    let log = try folder.file("app.log", Self.log)
    let rules = try folder.file(
      "r.yml",
      "pack: r\nrules:\n  - {id: hit, title: t, severity: P1, pattern: needle, samples: {hit: [needle], miss: [x]}}\n")
    let command = ["scan", "--rules", rules, "--packs", "none", "--json"]
    func count(_ options: [String]) throws -> Int? {
      let result = try Command.run(command + options)
      #expect(result.status == 0, "\(result.errors)")
      return try JSONValue.lines(result.output)[0]["count"].int
    }
    #expect(try count([log]) == 6)
    // Back from the newest record.
    #expect(try count([log, "--since", "20s"]) == 3)
    #expect(try count([log, "--since", "2026-11-23T06:00:10Z", "--until", "2026-11-23T06:00:30Z"]) == 3)
    let failing = try Command.run(command + ["--fail-on", "P1", "--until", "2026-11-23T06:00:00Z", log])
    #expect(failing.status == 0)
    let piped = try Command.run(command + ["--since", "20s"], stdin: .bytes(Array(Self.log.utf8)))
    #expect(try JSONValue.lines(piped.output)[0]["count"].int == 3)
  }
}
