import LogSource
import Pipeline
import RulePack
import TestKit
import Testing
import TraceCore

/// One way to run a scan that must not matter.
struct Way: CustomStringConvertible {
  var threads: Int
  var blockSize: Int
  /// Traces are made, whether a rule asks for them or not.
  var groups: Bool

  var description: String { "\(threads) threads, blocks of \(blockSize), \(groups ? "with" : "without") traces" }

  static let all: [Way] = [(1, 256 * 1024), (1, 1), (1, 64), (3, 200), (2, 4096)].flatMap { threads, blockSize in
    [false, true].map { Way(threads: threads, blockSize: blockSize, groups: $0) }
  }
}

extension Scan {
  /// Everything that one run says.
  func result(_ input: InputPlan, _ way: Way = Way.all[0], change: (inout RunPlan) -> Void = { _ in }) throws
    -> Findings
  {
    var plan = RunPlan(input: input)
    plan.rules = ScanRules(set: set, lines: RuleLoader.lines(set, mode: mode))
    plan.threads = way.threads
    plan.blockSize = way.blockSize
    change(&plan)
    let driver = Driver(plan: plan)
    return way.groups ? try #require(try driver.run().findings) : try driver.scan().findings
  }

  /// What is found, which must be the same in every way.
  func everywhere(
    _ input: InputPlan, change: (inout RunPlan) -> Void = { _ in }, _ place: SourceLocation = #_sourceLocation
  ) throws -> Findings {
    let expected = try result(input, change: change)
    for way in Way.all.dropFirst() {
      let found = try result(input, way, change: change)
      #expect(Scan.lines(found.findings) == Scan.lines(expected.findings), "\(way)", sourceLocation: place)
      #expect(found.notes == expected.notes, "\(way)", sourceLocation: place)
      #expect(
        found.suppressed.map { [$0.findings, $0.hits] } == expected.suppressed.map { [$0.findings, $0.hits] }, "\(way)",
        sourceLocation: place)
    }
    return expected
  }

  func everywhere(_ log: String, _ place: SourceLocation = #_sourceLocation) throws -> [Finding] {
    try everywhere(.memory(Array(log.utf8), name: "app.log"), place).findings
  }

  /// Ids of the rules found, each once, by name.
  static func ids(_ findings: [Finding]) -> [String] { Set(findings.map(\.rule.id)).sorted() }
}

/// Lines of logs, at milliseconds behind 2026-11-23 06:00:00 UTC.
enum Log {
  static let start = EventTime.rfc3339(Log.time(0))

  /// Event time.
  static func time(_ milliseconds: Int) -> Int64 { 1_795_413_600_000_000_000 + Int64(milliseconds) * 1_000_000 }

  static func text(
    _ milliseconds: Int, _ message: String, level: String = "INFO", logger: String = "app", id: String = "-"
  ) -> String {
    let clock = EventTime.timeOfDay(time(milliseconds)).replacing(".", with: ",")
    return "2026-11-23 \(clock) \(level) [\(logger)] [\(id)] \(message)\n"
  }

  /// - Parameter more: members, as `, "user": "ana"`.
  static func json(
    _ milliseconds: Int, _ message: String, level: String = "info", logger: String = "app", id: String = "-",
    more: String = ""
  ) -> String {
    let quoted = message.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"").replacing("\n", with: "\\n")
    let identity = id == "-" ? "" : ", \"request_id\": \"\(id)\""
    return "{\"ts\": \"\(EventTime.rfc3339(time(milliseconds)))\", \"level\": \"\(level)\", \"logger\": \"\(logger)\""
      + "\(identity), \"msg\": \"\(quoted)\"\(more)}\n"
  }

  static func logfmt(
    _ milliseconds: Int, _ message: String, level: String = "info", logger: String = "app", id: String = "-",
    more: String = ""
  ) -> String {
    let identity = id == "-" ? "" : " request_id=\(id)"
    return "time=\(EventTime.rfc3339(time(milliseconds))) level=\(level) logger=\(logger)\(identity) "
      + "msg=\"\(message)\"\(more)\n"
  }
}
