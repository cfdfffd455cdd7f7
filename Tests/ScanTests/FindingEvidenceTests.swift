import LogSource
import RulePack
import TestKit
import Testing
import TraceCore

/// What a finding says: its message, group, count, times, traces, example.
struct FindingEvidenceTests {
  private static let pool = #"""
    - id: pool
      pattern: 'pool (?<name>\w+) of (?<size>\d+)(?: over (?<over>\d+))? (?:empty|full)'
      message: '{name}: {size}+{over} {{of}} {logger} at {level}, {status} {route} {duration} {user}'
      group-by: [name, user]
    """#

  @Test func messageAndGroup() throws {
    let log =
      Log.text(0, "pool a of 5 over 2 empty user=ana", level: "ERROR", logger: "db")
      + Log.text(10, "pool a of 6 full method=GET path=/items/77 status=503 duration_ms=12.34 user=ana", logger: "db")
      + Log.text(20, "pool b of 1 full", logger: "db")
      + Log.text(30, "pool b of 2 full user=\"\"", logger: "db")
    let found = try Scan(Self.pool).everywhere(log)
    #expect(
      found.map(\.message) == [
        "a: 5+2 {of} db at error, - - - ana", "b: 1+- {of} db at info, - - - -", "b: 2+- {of} db at info, - - - ",
      ])
    #expect(found.map { $0.group.map(\.value) } == [["a", "ana"], ["b", nil], ["b", ""]])
    #expect(found.map(\.count) == [2, 1, 1])
    #expect(found.map { $0.example?.line } == [1, 3, 4])
    let second = try Scan(Self.pool).everywhere(String(log.split(separator: "\n")[1]))
    #expect(second.first?.message == "a: 6+- {of} db at info, 503 GET /items/{id} 12.3ms ana")
  }

  @Test func withoutMessageTheTitle() throws {
    let found = try Scan("- id: x\n  pattern: 'needle'").everywhere(Log.text(0, "needle"))
    #expect(found.map(\.message) == ["t"] && found[0].group.isEmpty)
  }

  /// One storm is one finding; what comes later than the cooldown after the last hit is another.
  @Test func cooldown() throws {
    let rule = "- id: x\n  pattern: 'needle (?<n>\\d)'\n  group-by: [n]\n  cooldown: 1m"
    func log(_ hits: [(Int, Int)]) -> String {
      hits.map { Log.text($0.0, "needle \($0.1)", id: "r\($0.0)") }.joined()
    }
    func counts(_ hits: [(Int, Int)]) throws -> [[Int64]] {
      try Scan(rule).everywhere(log(hits)).map {
        [($0.first - Log.time(0)) / 1_000_000, ($0.last - Log.time(0)) / 1_000_000, $0.count]
      }
    }
    #expect(try counts([(0, 1), (60_000, 1), (120_000, 1)]) == [[0, 120_000, 3]])
    #expect(try counts([(0, 1), (60_001, 1)]) == [[0, 0, 1], [60_001, 60_001, 1]])
    // Another group's hits keep nothing open.
    #expect(
      try counts([(0, 1), (30_000, 2), (60_001, 1), (90_000, 2)]) == [
        [0, 0, 1], [30_000, 90_000, 2], [60_001, 60_001, 1],
      ])
    // Late hits join, and reach back.
    #expect(try counts([(10_000, 1), (9_000, 1), (69_500, 1)]) == [[9_000, 69_500, 3]])
  }

  @Test func traceIDs() throws {
    let rule = "- id: x\n  pattern: 'needle'"
    var log = Log.text(0, "needle")
    for i in 0..<1_500 { log += Log.text(i, "needle", id: "r\(i % 1_200)") }
    let found = try Scan(rule).result(.memory(Array(log.utf8), name: "app.log")).findings
    #expect(found.map(\.count) == [1_501])
    #expect(found[0].traces == ["r0", "r1", "r2", "r3", "r4"])
    #expect(found[0].traceCount == 1_000 && found[0].traceCountIsMinimum)
    let few = try Scan(rule).everywhere(
      Log.text(0, "needle", id: "b") + Log.text(0, "needle") + Log.text(1, "needle", id: "b"))
    #expect(few[0].traces == ["b"] && few[0].traceCount == 1 && few[0].count == 3)
  }

  /// The line of the file, also in what is packed, wrapped, or has empty lines and CR LF.
  @Test func linesOfTheExample() throws {
    let rule = "- id: x\n  pattern: 'needle (?<n>\\d)'\n  group-by: [n]"
    let folder = try TemporaryFolder()
    let older = Log.text(0, "x") + "\n\n" + Log.text(1, "needle 1") + "  at needle 2\r\n" + Log.text(2, "needle 3")
    try folder.file("app.log.2.gz", gzip(Array(older.utf8)))
    try folder.file("app.log.1", Log.text(3, "y") + Log.text(4, "needle 4"))
    try folder.file("app.log", Log.text(5, "needle 5"))
    let found = try Scan(rule).everywhere(InputPlan.make(arguments: [folder.path])).findings
    let places = found.map { "\($0.example?.path.split(separator: "/").last ?? ""):\($0.example?.line ?? 0)" }
    #expect(places == ["app.log.2.gz:4", "app.log.2.gz:5", "app.log.2.gz:6", "app.log.1:2", "app.log:1"])
    #expect(found.map { $0.group[0].value } == ["1", "2", "3", "4", "5"])
  }

  @Test func linesOfWrappedLogs() throws {
    func docker(_ text: String) -> String {
      "{\"log\":\"\(text.dropLast())\\n\",\"stream\":\"stdout\",\"time\":\"2026-11-23T06:00:00.1Z\"}\n"
    }
    let log = docker(Log.text(0, "x")) + docker(Log.text(1, "needle 1", id: "r1")) + docker("  at needle 2\n")
    let rule =
      "- id: x\n  pattern: 'needle (?<n>\\d)'\n  group-by: [n]\n- id: line\n  on: line\n  pattern: '^2026.*needle 1$'"
    let found = try Scan(rule).everywhere(log)
    #expect(found.map { $0.example?.line } == [2, 2, 3])
    #expect(Scan.ids(found) == ["line", "x"])
    #expect(found.first?.traces == ["r1"])
  }

  /// 1,000 groups of a rule are told apart; the rest is one and the reader is told.
  @Test func manyGroups() throws {
    let rule = "- id: x\n  pattern: 'needle (?<n>\\d+)'\n  group-by: [n]\n- id: y\n  pattern: 'needle (?<n>\\d+)'"
    let log = (0..<1_200).map { Log.text($0, "needle \($0)") }.joined() + Log.text(1_300, "needle 7")
    let input = InputPlan.memory(Array(log.utf8), name: "app.log")
    let all = try Scan(rule).result(input)
    let x = all.findings.filter { $0.rule.id == "x" }
    #expect(x.count == 1_001)
    #expect(x.filter { $0.count == 1 }.count == 999)
    #expect(x.first { $0.group[0].value == "7" }?.count == 2)
    #expect(x.first { $0.group[0].value == "(other)" }?.count == 200)
    #expect(all.findings.filter { $0.rule.id == "y" }.map(\.count) == [1_201])
    #expect(all.notes.contains { $0.contains("1000 groups") })
    let again = try Scan(rule).result(input, Way(threads: 2, blockSize: 500, groups: true))
    #expect(Scan.lines(again.findings) == Scan.lines(all.findings))
  }

  /// Beyond 10,000 findings they are counted, by severity.
  @Test func manyFindings() throws {
    let rule = "- id: x\n  pattern: 'needle'\n  cooldown: 1ms"
    let log = (0..<10_050).map { Log.text($0 * 2, "needle") }.joined()
    let found = try Scan(rule).result(.memory(Array(log.utf8), name: "app.log"))
    #expect(found.findings.count == 10_000)
    #expect(found.unkept == [.p2: 50])
  }

  /// The most urgent first, then by time.
  @Test func order() throws {
    let pack = """
      pack: p
      rules:
        - {id: note, title: note, severity: P3, pattern: 'a', samples: {hit: [a], miss: [x]}}
        - {id: page, title: page, severity: P0, pattern: 'c', samples: {hit: [c], miss: [x]}}
        - {id: look, title: look, severity: P2, pattern: 'b', cooldown: 1s, samples: {hit: [b], miss: [x]}}
      """
    let scan = Scan(try RuleSet(packs: [try PackReader.read(Array(pack.utf8), path: "p.yml")]))
    let log = Log.text(0, "a") + Log.text(1, "b") + Log.text(2, "c") + Log.text(5_000, "b")
    #expect(try scan.everywhere(log).map(\.rule.id) == ["page", "look", "look", "note"])
  }

  /// A pattern that is given up on is told, and is not the absence of a match; the others go on.
  @Test func matchLimits() throws {
    let rules = #"""
      - id: slow
        pattern: 'x(a+)+$'
      - id: slow-where
        where: 'message ~ "x(a+)+$"'
      - id: slow-condition
        pattern: 'x'
        where: 'message ~ "x(a+)+$"'
      - id: fast
        pattern: 'aaab'
      """#
    let log =
      Log.text(0, "x" + String(repeating: "a", count: 60) + "b", id: "r1") + Log.text(1, "xaaa") + Log.text(2, "xaaab")
    let found = try Scan(rules).everywhere(log)
    func lines(_ rule: String, _ kind: Finding.Kind) -> [Int?] {
      found.filter { $0.rule.id == rule && $0.kind == kind }.map { $0.example?.line }
    }
    for rule in ["slow", "slow-where", "slow-condition"] {
      #expect(lines(rule, .matchLimit) == [1], "\(rule)")
      #expect(lines(rule, .rule) == [2], "\(rule)")
    }
    #expect(lines("fast", .rule) == [1] && found.first { $0.rule.id == "fast" }?.count == 2)
    // In a line that goes on with a record, too.
    let behind = try Scan(rules).everywhere(Log.text(0, "q") + "  x" + String(repeating: "a", count: 60) + "b\n")
    #expect(behind.filter { $0.rule.id == "slow" }.map(\.kind) == [.matchLimit])
  }
}
