import Patterns
import Testing

@testable import TraceCore

/// A trace as its stream would tell it: records one by one, some of which close a request.
private struct SampleTrace {
  var records: [(record: SampleRecord, closes: Bool)] = []
  var id = "1f0cb4a2"
  var unfinished: Int64 = 0
  var reopened = false

  func evaluate(_ text: String) throws -> Truth {
    let expression = try TraceExpression(parsing: text)
    var facts = TraceFacts(for: expression)
    for (record, closes) in records {
      for (i, predicate) in expression.recordPredicates.enumerated() { facts.counts[i].add(record.evaluate(predicate)) }
      if closes {
        for (i, atom) in expression.requestAtoms.enumerated() { facts.atoms[i] = record.evaluate(atom) }
        facts.requests += 1
      }
      facts.records += 1
      facts.lines += 1
      facts.level = max(facts.level, record.level)
      if record.level >= .error { facts.errors += 1 }
      if record.time != EventTime.none {
        if facts.start == EventTime.none { facts.start = record.time }
        facts.end = record.time
      }
    }
    facts.unfinished = unfinished
    facts.reopened = reopened
    return expression.evaluate(facts, id: Array(id.utf8).span, scratch: MatchScratch())
  }
}

struct TraceExpressionTests {
  private static let second = EventTime.nanosecondsPerSecond
  /// A retry: 503, then 200; in between a slow query and an error.
  private static let sample = SampleTrace(
    records: [
      (SampleRecord(level: .info, time: 1_795_416_650 * second, texts: [.message: "request started"]), false),
      (SampleRecord(level: .debug, texts: [.logger: "db.query"], logged: [("ms", .number, "48.9")]), false),
      (SampleRecord(level: .debug, texts: [.logger: "db.query"], logged: [("ms", .number, "750.1")]), false),
      (SampleRecord(level: .error, texts: [.logger: "db.pool", .message: "pool exhausted"]), false),
      (
        SampleRecord(
          status: 503, duration: 800_000_000, level: .error, texts: [.logger: "api.access"], route: "GET /a",
          logged: [("version", .text, "v2")]), true
      ),
      (
        SampleRecord(
          status: 200, duration: 20_000_000, level: .info, time: 1_795_416_652 * second, texts: [.logger: "api.access"],
          route: "GET /a", logged: [("version", .text, "v1")]), true
      ),
    ], unfinished: 1)

  @Test(arguments: [
    // The last request's.
    ("status = 200", Truth.yes), ("status >= 500", .no), ("duration < 100ms", .yes), ("route ~ ^/a", .yes),
    ("version = v1", .yes), ("version = v2", .no), ("logger = api.access", .yes), ("message ~ x", .unknown),
    ("not (status < 500)", .no), ("has(version)", .yes), ("has(ms)", .no), ("ms > 1", .unknown),
    ("path = /a", .unknown),
    // The trace's own.
    ("level >= error", .yes), ("level > error", .no), ("records = 6", .yes), ("lines >= 6 and requests = 2", .yes),
    ("unfinished > 0", .yes), ("tracebacks = 0", .yes), ("errors = 2", .yes), ("errors in (1, 3..5)", .no),
    ("reopened", .no),
    ("not reopened", .yes), ("reopened = false", .yes), ("reopened != false", .no), ("id = 1f0cb4a2", .yes),
    ("id ~ ^1f", .yes),
    ("request_id = x", .no), ("has(id) and has(level) and has(lines)", .yes),
    ("start < \"2026-11-23T06:51:00Z\"", .yes),
    ("end > 2026-11-23T06:50:51", .yes), ("end = 2026-11-23T06:50:52Z", .yes), ("has(start)", .yes),
    // Its records.
    ("any(status >= 500)", .yes), ("any(status = 404)", .unknown), ("any(level >= critical)", .no),
    ("any(logger = db.query and ms > 500ms)", .yes), ("any(ms > 1s)", .unknown), ("any(has(ms) and ms > 1s)", .no),
    ("all(level >= debug)", .yes), ("all(level >= info)", .no), ("all(has(level))", .yes),
    ("all(logger ~ .)", .unknown),
    ("all(logger = db.query)", .no), ("count(logger = db.query) = 2", .yes), ("count(logger = db.query) > 2", .no),
    ("count(logger = nobody) = 0", .yes), ("count(level = error) in (2..3)", .yes),
    ("count(level = error) not in (2)", .no),
    ("count(level = error) != 2", .no), ("count(status = 503) = 1 and count(status = 200) >= 1", .yes),
    // Joined.
    ("status = 200 and any(status >= 500) and version = v1", .yes), ("status = 503 or any(status >= 500)", .yes),
    ("not (status = 200 and any(status >= 500))", .no), ("(status = 1 or records > 5) and level = error", .yes),
    ("not any(status >= 500) or reopened or id = x", .no), ("not not (status = 200 and not requests = 1)", .yes),
  ])
  func evaluates(text: String, expected: Truth) throws {
    #expect(try Self.sample.evaluate(text) == expected)
  }

  /// Without a request nothing about one is known; what is about the trace or its records still is.
  @Test(arguments: [
    ("status >= 500", Truth.unknown), ("not (status < 500)", .unknown), ("not (status >= 500)", .unknown),
    ("duration > 1s", .unknown), ("has(status)", .no), ("not has(status)", .yes), ("requests = 0", .yes),
    ("status = 500 or requests = 0", .yes), ("status = 500 and requests = 1", .no), ("any(status = 500)", .unknown),
    ("level = info", .yes), ("start > 2026-01-01", .unknown), ("has(end)", .no),
  ])
  func withoutRequest(text: String, expected: Truth) throws {
    let trace = SampleTrace(records: [(SampleRecord(level: .info), false)])
    #expect(try trace.evaluate(text) == expected)
  }

  @Test func emptyTrace() throws {
    #expect(try SampleTrace().evaluate("any(status = 1)") == .no)
    #expect(try SampleTrace().evaluate("all(status = 1)") == .yes)
    #expect(try SampleTrace().evaluate("level >= info") == .unknown)
    #expect(try SampleTrace(id: "").evaluate("id = x") == .unknown)
  }

  /// What is about the request alone becomes as few atoms as possible; equal parts are one.
  @Test func parts() throws {
    var expression = try TraceExpression(
      parsing: "status >= 500 and any(a = 1) and route ~ x and not (b = 2 or c = 3) and records > 1 and any(a  = 1)")
    #expect(expression.requestAtoms.count == 1 && expression.recordPredicates.count == 1)
    #expect(expression.fieldNames == ["a", "b", "c"] && expression.needsRoute)
    #expect(expression.requestAtomDefaults == [.unknown])
    expression.bind(wantedNames: ["z", "c", "b", "a"])
    expression = try TraceExpression(parsing: "(status = 1 and records = 1) or (status = 1 and lines = 1) or has(x)")
    #expect(expression.requestAtoms.count == 2 && expression.requestAtomDefaults == [.no, .unknown])
    #expect(expression.unknownFields(given: ["x"]) == [])
    #expect(expression.unknownFields(given: ["X2"]) == [UnknownField(name: "x", suggestion: nil)])
    #expect(try !TraceExpression(parsing: "records > 1").needsRoute)
    #expect(try TraceExpression(parsing: "any(route ~ x)").needsRoute)
  }

  @Test(arguments: [
    ("any(any(a = 1))", 5, "cannot be inside"), ("count(a = 1)", 1, "is compared with a number"),
    ("count(a = 1) > 1.5", 16, "whole number"), ("count(a = 1) ~ x", 16, "takes no pattern"),
    ("any a = 1", 5, "operator"),
    ("any()", 4, "nothing between"), ("any(a = 1", 4, "never closed"), ("lines > many", 9, "whole number"),
    ("reopened = 5", 12, "true or false"), ("any(reopened)", 5, "is not compared"), ("level = loud", 9, "trace, debug"),
    ("start > noon", 9, "2026-11-23T06:50:00Z"), ("any(duration > 5)", 16, "needs a unit"), ("foo(a = 1)", 1, "any(…)"),
    ("lines", 1, "is not compared"), ("lines ~ 5", 9, "takes no pattern"),
  ])
  func errors(text: String, column: Int, words: String) {
    do throws(FilterError) {
      _ = try TraceExpression(parsing: text)
      Issue.record("`\(text)` was taken")
    } catch {
      #expect(error.column == column && error.message.contains(words), "\(text): \(error)")
    }
  }

  @Test func partsAreLimited() throws {
    func any(_ count: Int) -> String { (0..<count).map { "any(a = \($0))" }.joined(separator: " or ") }
    func atoms(_ count: Int) -> String {
      (0..<count).map { "(status = \($0 + 100) and records = \($0))" }.joined(separator: " or ")
    }
    #expect(try TraceExpression(parsing: any(16)).recordPredicates.count == 16)
    #expect(try TraceExpression(parsing: atoms(16)).requestAtoms.count == 16)
    #expect(throws: FilterError.self) { try TraceExpression(parsing: any(17)) }
    #expect(throws: FilterError.self) { try TraceExpression(parsing: atoms(17)) }
  }

  @Test func countsMerge() {
    var counts = PredicateCounts()
    for truth in [Truth.yes, .no, .no, .unknown, .unknown, .unknown] { counts.add(truth) }
    var other = PredicateCounts()
    other.add(counts)
    other.add(.yes)
    #expect(other.yes == 2 && other.no == 2 && other.unknown == 3)
  }
}
