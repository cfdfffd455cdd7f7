import Config
import LogSource
import RulePack
import TestKit
import Testing
import TraceCore

/// Rules about whole traces.
struct TraceRuleTests {
  /// The ids of the traces that a rule finds, with the count of each.
  private func traces(_ rule: String, _ log: String, _ place: SourceLocation = #_sourceLocation) throws -> [String] {
    let found = try Scan("- id: x\n  trace:\n" + rule + "\n  group-by: [id]").everywhere(log, place)
    return found.map { "\($0.group[0].value ?? "-")\($0.count == 1 ? "" : " x\($0.count)")" }.sorted()
  }

  private static func request(_ time: Int, _ id: String, status: Int = 200, took: Int = 5, path: String = "/a/1")
    -> String
  {
    Log.text(time, "request finished method=GET path=\(path) status=\(status) duration_ms=\(took)", id: id)
  }

  @Test func count() throws {
    let log =
      (0..<6).map { Log.text($0, "q", logger: "db.query", id: $0 < 4 ? "a" : "b") }.joined()
      + Log.text(9, "q", logger: "db.query")
    #expect(try traces("    where: 'count(logger = db.query) >= 3'", log) == ["a"])
    #expect(try traces("    where: 'count(logger = db.query) = 2'", log) == ["b"])
    #expect(try traces("    where: 'count(logger = cache) = 0 and any(message = q)'", log) == ["a", "b"])
    #expect(try traces("    where: 'any(level >= error)'", log) == [])
    #expect(try traces("    where: 'records > 3 and level = info'", log) == ["a"])
    // Records without an id are in no trace.
    #expect(try traces("    where: 'count(logger = db.query) >= 1'", Log.text(0, "q", logger: "db.query")) == [])
  }

  @Test func requests() throws {
    let log =
      Self.request(0, "a", status: 503, took: 700) + Self.request(1, "b", took: 20) + Log.text(2, "no request", id: "c")
      + Self.request(3, "d", status: 503) + Self.request(4, "d", status: 200, took: 900)
    #expect(try traces("    where: 'status >= 500'", log) == ["a"])
    #expect(try traces("    where: 'duration > 500ms'", log) == ["a", "d"])
    #expect(try traces("    where: 'route = \"GET /a/{id}\" and status < 500'", log) == ["b", "d"])
    #expect(try traces("    where: 'requests = 2'", log) == ["d"])
    // Without a request there is no status, and what is not known does not match.
    #expect(try traces("    where: 'not (status >= 500)'", log) == ["b", "d"])
  }

  @Test func sequence() throws {
    func steps(_ times: [(Int, String)], _ more: String = "") throws -> [String] {
      try traces(
        "    sequence: ['message = one', 'message = two', 'message = three']" + more,
        times.map { Log.text($0.0, $0.1, id: "a") }.joined())
    }
    #expect(try steps([(0, "one"), (1, "two"), (2, "three")]) == ["a"])
    #expect(try steps([(0, "one"), (1, "x"), (2, "two"), (3, "one"), (4, "three"), (5, "three")]) == ["a"])
    #expect(try steps([(0, "two"), (1, "one"), (2, "three")]) == [])
    #expect(try steps([(0, "one"), (1, "three"), (2, "two")]) == [])
    let within = "\n    within: 2s"
    #expect(try steps([(0, "one"), (1_000, "two"), (2_000, "three")], within) == ["a"])
    #expect(try steps([(0, "one"), (1_000, "two"), (2_001, "three")], within) == [])
    // The later of two beginnings leaves more time.
    #expect(try steps([(0, "one"), (1_500, "one"), (2_000, "two"), (3_000, "three")], within) == ["a"])
    // Two traces do not make one sequence.
    let two = Log.text(0, "one", id: "a") + Log.text(1, "two", id: "b") + Log.text(2, "three", id: "a")
    #expect(try traces("    sequence: ['message = one', 'message = two', 'message = three']", two) == [])
    // A condition beside it.
    let log =
      Log.text(0, "one", id: "a") + Log.text(1, "two", id: "a") + Log.text(0, "one", id: "b")
      + Log.text(1, "two", level: "ERROR", id: "b")
    #expect(try traces("    sequence: ['message = one', 'message = two']\n    where: 'level >= error'", log) == ["b"])
  }

  /// A beginning that was begun again after the first steps is not forgotten while the first one can still end.
  @Test func sequenceBegunAgain() throws {
    let log = [(0, "one"), (1_000, "two"), (1_500, "one"), (2_100, "two"), (3_000, "three")].map {
      Log.text($0.0, $0.1, id: "a")
    }
    #expect(
      try traces("    sequence: ['message = one', 'message = two', 'message = three']\n    within: 2s", log.joined())
        == ["a"])
  }

  /// One record is one step, whatever it fits.
  @Test func oneRecordIsOneStep() throws {
    let rule = "    sequence: ['message ~ retry', 'message ~ retry', 'level >= info']"
    #expect(try traces(rule, Log.text(0, "retry", id: "a") + Log.text(1, "retry", id: "a")) == [])
    #expect(
      try traces(rule, Log.text(0, "retry", id: "a") + Log.text(1, "retry", id: "a") + Log.text(1, "x", id: "a")) == [
        "a"
      ])
  }

  @Test func begunAndEnded() throws {
    let rule = "    begun: 'message ~ \"^payment started\"'\n    ended: 'message ~ \"^payment (done|failed)\"'"
    func log(_ messages: [String], id: String) -> String {
      messages.enumerated().map { Log.text($0.offset, $0.element, id: id) }.joined()
    }
    #expect(try traces(rule, log(["payment started", "x"], id: "a")) == ["a"])
    #expect(try traces(rule, log(["payment started", "payment done"], id: "a")) == [])
    #expect(try traces(rule, log(["payment done", "payment started"], id: "a")) == ["a"])
    #expect(try traces(rule, log(["payment started", "payment failed", "payment started"], id: "a")) == ["a"])
    #expect(try traces(rule, log(["x"], id: "a")) == [])
    #expect(try traces(rule, log(["payment started"], id: "a") + log(["payment done"], id: "b")) == ["a"])
  }

  /// An id that is seen again later is another trace: counts, steps and beginnings do not run over.
  @Test func reopenedIDs() throws {
    let log =
      Log.text(0, "one", id: "a") + Log.text(1, "q", logger: "db", id: "a") + Log.text(200_000, "other", id: "z")
      + Log.text(200_001, "two", id: "a") + Log.text(200_002, "q", logger: "db", id: "a")
    #expect(try traces("    where: 'count(logger = db) >= 2'", log) == [])
    #expect(try traces("    where: 'count(logger = db) = 1'", log) == ["a x2"])
    #expect(try traces("    sequence: ['message = one', 'message = two']", log) == [])
    #expect(try traces("    begun: 'message = one'\n    ended: 'message = two'", log) == ["a"])
    #expect(try traces("    where: 'reopened and count(message = two) = 1'", log) == ["a"])
  }

  /// Findings of traces: first and last record, the route in the message, one finding for a group.
  @Test func evidence() throws {
    let rules = """
      - id: x
        trace:
          where: 'status >= 500'
        message: '{route} ended with {status} after {duration}'
        group-by: [route]
      """
    let pack =
      "pack: p\nrules:\n  - {id: x, title: slow, severity: P1, trace: {where: 'status >= 500'}, group-by: [route, status], samples: {hit: [a], miss: [b]}}"
    let told = try Scan(rules).everywhere(Self.request(1_500, "a", status: 500))
    #expect(told.first?.message == "GET /a/{id} ended with 500 after 5ms")
    #expect(throws: ConfigurationProblems.self) { try Scan(rules.replacing("{status}", with: "{user}")) }
    let scan = Scan(try RuleSet(packs: [try PackReader.read(Array(pack.utf8), path: "p.yml")]))
    let log =
      Log.text(0, "start", id: "a") + Self.request(1_000, "a", status: 500, path: "/a/1")
      + Self.request(2_000, "b", status: 500, path: "/a/2") + Self.request(3_000, "c", status: 502, path: "/a/3")
    let found = try scan.everywhere(log)
    #expect(found.map { $0.group.map { $0.value ?? "-" } } == [["GET /a/{id}", "500"], ["GET /a/{id}", "502"]])
    #expect(found.map(\.count) == [2, 1] && found.map(\.traceCount) == [2, 1])
    #expect(found[0].traces == ["a", "b"] && found[0].first == Log.time(0) && found[0].last == Log.time(2_000))
    #expect(found.allSatisfy { $0.message == "slow" && $0.example == nil })
  }

  /// A pattern that is given up on in a rule about traces is told.
  @Test func matchLimit() throws {
    let rule = "- id: x\n  trace:\n    where: 'any(message ~ \"x(a+)+$\")'"
    let log = Log.text(0, "x" + String(repeating: "a", count: 60) + "b", id: "a") + Log.text(1, "xaaa", id: "b")
    let found = try Scan(rule).everywhere(log)
    #expect(found.map(\.kind) == [.matchLimit, .rule])
    #expect(found.map(\.traces) == [["a"], ["b"]])
  }

  /// Traces of two streams are one trace where the id is one; line rules count in between.
  @Test func overStreams() throws {
    let folder = try TemporaryFolder()
    let a = try folder.file("a.log", Log.text(0, "one", id: "r") + Log.text(20, "three", id: "r"))
    let b = try folder.file("b.log", Log.text(10, "two", id: "r") + "  behind two\n")
    let rules = """
      - id: x
        trace:
          sequence: ['message = one', 'message = two', 'message = three']
      - id: line
        pattern: 'behind two'
      """
    let found = try Scan(rules).everywhere(InputPlan.make(arguments: [a, b])).findings
    #expect(Scan.ids(found) == ["line", "x"] && found.allSatisfy { $0.traces == ["r"] })
  }
}
