import LogSource
import RulePack
import TestKit
import Testing
import TraceCore

/// Rules on what stands behind a record's first line, wherever blocks, files and other streams part them.
struct ContinuationTests {
  private static let rules = #"""
    - id: cause
      pattern: '^(?<exception>[\w.]+Error): (?<what>.+)$'
      message: '{exception} in {logger}: {what} for {user}'
      group-by: [exception, user, logger]
    - id: cause-of-errors
      pattern: 'TimeoutError'
      where: 'level >= error and user = ana and route = "GET /items/{id}"'
      group-by: [route]
    - id: cause-elsewhere
      pattern: 'TimeoutError'
      where: 'user = bob'
    - id: first-line
      on: line
      pattern: 'TimeoutError'
    """#

  private static let traceback =
    "Traceback (most recent call last):\n  File \"a.py\", line 1, in f\n    await g()\n"
    + "asyncio.TimeoutError: no answer in 5 s\n"

  private static func head(_ time: Int = 0, id: String = "r1") -> String {
    Log.text(
      time, "request failed user=ana method=GET path=/items/77 status=500", level: "ERROR", logger: "api", id: id)
  }

  private func check(_ found: [Finding], count: Int64 = 1, at first: Int = 0, line: Int?) throws {
    #expect(Scan.ids(found) == ["cause", "cause-of-errors"])
    let cause = try #require(found.first { $0.rule.id == "cause" })
    #expect(cause.message == "asyncio.TimeoutError in api: no answer in 5 s for ana")
    #expect(cause.group.map { $0.value ?? "-" } == ["asyncio.TimeoutError", "ana", "api"])
    #expect(cause.count == count && cause.first == Log.time(first))
    #expect(cause.traces.first == "r1")
    if let line {
      #expect(cause.example?.line == line)
      #expect(cause.example?.text == "asyncio.TimeoutError: no answer in 5 s")
    }
    #expect(found.first { $0.rule.id == "cause-of-errors" }?.group.first?.value == "GET /items/{id}")
  }

  @Test func inText() throws {
    try check(try Scan(Self.rules).everywhere(Self.head() + Self.traceback + Log.text(10, "next")), line: 5)
    // At the end of the input, too, and without its last newline.
    try check(try Scan(Self.rules).everywhere(String((Self.head() + Self.traceback).dropLast())), line: 5)
  }

  /// The same event in JSON, where the traceback is a field.
  @Test func inJSON() throws {
    let escaped = Self.traceback.dropLast().replacing("\"", with: "\\\"").replacing("\n", with: "\\n")
    let log = Log.json(
      0, "request failed", level: "error", logger: "api", id: "r1",
      more: #", "user": "ana", "method": "GET", "path": "/items/77", "status": 500, "exc_info": "\#(escaped)""#)
    let found = try Scan(Self.rules).everywhere(log).filter { $0.rule.id != "first-line" }
    try check(found, line: nil)
    #expect(found.allSatisfy { $0.example?.line == 1 })
  }

  /// The traceback goes on in the next generation; a copy that is packed does not matter, nor does a pipe.
  @Test(arguments: [1, 2, 3, 4]) func acrossGenerations(lines: Int) throws {
    let all = (Self.head() + Self.traceback).split(separator: "\n").map { $0 + "\n" }
    let older = all.prefix(lines).joined()
    let newer = all.dropFirst(lines).joined() + Log.text(10, "next", id: "r2")
    let folder = try TemporaryFolder()
    try folder.file("app.log.1", older)
    try folder.file("app.log", newer)
    let scan = try Scan(Self.rules)
    let plain = try scan.everywhere(InputPlan.make(arguments: [folder.path])).findings
    try check(plain, line: 5 - lines)
    #expect(plain.allSatisfy { $0.example?.path.hasSuffix("/app.log") == true })

    let packed = try TemporaryFolder()
    try packed.file("app.log.1.gz", gzip(Array(older.utf8)))
    try packed.file("app.log", newer)
    try check(try scan.everywhere(InputPlan.make(arguments: [packed.path])).findings, line: 5 - lines)
    try check(try scan.everywhere(older + newer), line: 5)
  }

  /// Between the lines of a traceback come records of another stream, and of another trace.
  @Test func withAnotherStreamBetween() throws {
    let folder = try TemporaryFolder()
    var one = ""
    var other = ""
    for round in 0..<20 {
      one += Self.head(round * 10, id: round == 0 ? "r1" : "r\(round % 3 + 1)") + Self.traceback
      other += Log.text(
        round * 10 + 1, "user=bob level=x status=200 method=GET path=/b", logger: "web", id: "b\(round)")
      other += "  at something else\n"
    }
    try folder.file("api.log", one)
    try folder.file("web.log", other)
    let found = try Scan(Self.rules).everywhere(InputPlan.make(arguments: [folder.path])).findings
    try check(found, count: 20, line: 5)
    #expect(found.allSatisfy { $0.traces == ["r1", "r2", "r3"] && $0.traceCount == 3 })
    #expect(found.allSatisfy { $0.last == Log.time(190) })
  }

  /// What follows no record continues nothing: its text alone is known.
  @Test func withoutARecord() throws {
    let found = try Scan(Self.rules).everywhere(Self.traceback + Log.text(0, "user=ana status=500", level: "ERROR"))
    #expect(Scan.ids(found) == ["cause", "first-line"])
    #expect(found.first?.group.map { $0.value ?? "-" } == ["asyncio.TimeoutError", "-", "-"])
    #expect(found.allSatisfy { $0.first == EventTime.none && $0.traces.isEmpty })
  }

  @Test func whatIsNoContinuationBelongsToNothing() throws {
    let found = try Scan(Self.rules).everywhere(Self.head() + "app.TimeoutError: plain\n" + Log.text(10, "x"))
    // Whatever it is taken for, it is taken for the same in every block.
    #expect(found.contains { $0.rule.id == "cause" })
  }
}
