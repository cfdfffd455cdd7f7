import Foundation
import TestKit
import Testing

/// Numbers at the ends of what numbers can be, in a log, in options and in the dates of files: no command ends by them.
struct NumberTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  static let commands: [[String]] = [
    ["stats"], ["stats", "--json"], ["stats", "--every", "1h"], ["stats", "--every", "1h", "--json"], ["traces"],
    ["traces", "--json"],
    ["traces", "--where", "duration > 1s"], ["scan"], ["scan", "--format", "sarif"], ["report"], ["report", "--json"],
    ["show", "a1"], ["show", "a1", "--json"], ["filter", "duration > 1ms"], ["filter", "duration > 1ms", "--json"],
    ["doctor"],
    ["templates"], ["diff", "--at", "2026-11-23T06:00:05Z"], ["follow", "--once", "--plain"],
    ["follow", "--once", "--json"],
  ]

  private static let numbers = [
    "9223372036854775807", "9223372036854775808", "-9223372036854775808", "18446744073709551615",
    "99999999999999999999",
    "1e18", "1e19", "1e308", "1e309", "-1e300", "4294967296", "0", "-0", "nan",
  ]

  private static func log() -> String {
    var text = ""
    for (at, number) in numbers.enumerated() {
      for field in ["duration_ns", "duration_ms", "duration_s", "duration", "status", "level"] {
        text +=
          #"{"time":"2026-11-23T06:00:\#(at < 10 ? "0" : "")\#(at)Z","level":"error","msg":"request finished","request_id":"a1","#
          + #""method":"GET","path":"/x","status":500,"duration_ms":3,"\#(field)":\#(number == "nan" ? "\"nan\"" : number)}"#
          + "\n"
      }
      text += #"{"time":\#(number == "nan" ? "0" : number),"level":"error","msg":"x","request_id":"a1"}"# + "\n"
    }
    return text
  }

  /// Whatever it says, it ends by itself: 70 and a signal are faults of its own.
  private func holds(_ arguments: [String], _ what: String) throws {
    let result = try Command.run(arguments)
    #expect(
      [0, 1, 2, 3, 64].contains(result.status), "\(what): \(arguments): \(result.status) \(result.errors.suffix(300))")
  }

  @Test(arguments: commands) func valuesOfALog(_ command: [String]) throws {
    try holds(command + [folder.file("app.log", Self.log())], "values")
  }

  /// Records of 1969 and of 2200, beside each other, and none at all; a record without a time that closes a request.
  @Test(arguments: commands) func timesOfALog(_ command: [String]) throws {
    let last =
      #""level":"error","msg":"request finished","request_id":"a1","method":"GET","path":"/x","status":500,"duration_s":1e18}"#
    let lines = ["1969-01-01T00:00:00Z", "2026-11-23T06:00:00Z", "2200-12-31T23:59:59Z"].flatMap { time in
      [#"{"time":"\#(time)","# + last, #"{"time":"\#(time)","level":"info","msg":"x","request_id":"a1"}"#]
    }
    let text = (lines + ["{" + last, #"{"time":"zero","# + last] + lines.reversed()).joined(separator: "\n") + "\n"
    try holds(command + [folder.file("app.log", text)], "times")
  }

  @Test func datesOfFiles() throws {
    let log = try folder.file("app.log", "Nov 23 06:00:00 host app[1]: one\n" + Lines.request)
    for seconds in [-9_000_000_000, 0, 9_300_000_000, 15_000_000_000] {
      var times = [timespec(tv_sec: seconds, tv_nsec: 0), timespec(tv_sec: seconds, tv_nsec: 0)]
      unsafe utimensat(AT_FDCWD, log, &times, 0)
      for command in [["stats"], ["doctor"], ["follow", "--once", "--packs", "none"], ["stats", "-R"]] {
        try holds(command + [log], "\(seconds)")
      }
    }
  }

  @Test(arguments: [
    ["stats", "--every", "99999999h"], ["stats", "--idle", "9223372036s"], ["stats", "--max-open", "2562047h"],
    ["stats", "--since", "2562047h"], ["stats", "--since", "1678-01-01"], ["stats", "--until", "2261-12-31"],
    ["stats", "--since", "2200-12-31"], ["traces", "--top", "9223372036854775807"],
    ["templates", "--top", "9223372036854775807"],
    ["filter", "-A", "9223372036854775807", "status > 0"], ["filter", "-m", "9223372036854775807", "status > 0"],
    ["stats", "--threads", "9223372036854775807"], ["stats", "--max-line", "9223372036854775807"],
    ["follow", "--once", "--every", "300h"], ["follow", "--once", "--every", "87648h"],
    ["follow", "--once", "--idle", "87648h"],
    ["traces", "--where", "duration > 9223372036854775807ns"], ["traces", "--where", "duration > 1e400s"],
    ["report", "--from", "2200-12-31T23:59:59Z", "--to", "2200-12-31T23:59:59Z"],
  ])
  func options(_ command: [String]) throws {
    try holds(command + [folder.file("app.log", Lines.request + Lines.request(id: "7ab1"))], "options")
  }

  /// Options of a gate, and values that it measures.
  @Test(arguments: [
    "stages: [{for: 87648h}, {for: 87648h}, {for: 87648h}]", "stages: [{for: 87649h}]",
    "stages: [{for: 1m}]\nwindow: 87648h",
    "stages: [{for: 1m}]\nunfinished_after: 87648h", "stages: [{for: 1m}]\nbaseline: {span: 87648h}",
    "stages: [{for: 1m}]\nwarm_up: 59s",
  ])
  func gates(_ lines: String) throws {
    let gate = try folder.file(
      "gate.yml", "name: g\n\(lines)\nobjectives: [error_rate < 2 %, p95 < 300 ms, mean(pool_wait) < 1e300]\n")
    let log = try folder.file(
      "app.log",
      (0..<20).map { Lines.request(time: "06:47:\($0 + 10),000", id: "r\($0)", more: " pool_wait=1e308") }.joined())
    try holds(["gate", "--packs", "none", gate, log], lines)
    try holds(["follow", "--once", "--packs", "none", "--gate", gate, log], lines)
  }

  /// Values that a correlation counts with, and groups of a pattern that took no part in the match.
  @Test func rules() throws {
    let rules = try folder.file(
      "rules.yml",
      """
      pack: p
      rules:
        - id: optional
          title: x
          severity: P2
          pattern: '(?<a>foo)?(?<b>request)(?<c>bar)?'
          message: 'saw {a} and {b} and {c}'
          group-by: [a, b]
          samples: {hit: ['request', 'foorequestbar'], miss: ['x']}
      """)
    let log = try folder.file("app.log", Lines.request + Lines.request(more: " wait=1e308"))
    for command in [["scan"], ["scan", "--format", "sarif"], ["report"], ["follow", "--once"], ["rules", "bench"]] {
      try holds(command + ["--packs", "none", "--rules", rules, log], "rules")
    }
    try holds(["rules", "test", rules], "rules")
    try holds(["rules", "lint", rules], "rules")
  }
}
