import Foundation
import TestKit
import Testing

/// `skein watch` over a day made of captures.
struct WatchCommandTests {
  private static let gate = """
    name: orders
    warm_up: 0s
    min_requests: 50
    version_field: version
    stages: [{for: 1m}]
    objectives: [error_rate < 5 %, p95 < 400 ms]
    """

  private struct Watched {
    var result: Command.Result
    var page: String
    var folder: TemporaryFolder
    var log: String
  }

  private func watch(_ day: WatchedDay, _ arguments: [String] = [], gate: Bool = true) throws -> Watched {
    let folder = try TemporaryFolder()
    let log = try folder.file("app.log", day.text)
    try folder.file("gate.yml", Self.gate)
    let result = try Command.run(
      ["watch", "-o", folder.path("watches")] + (gate ? ["--gate", folder.path("gate.yml")] : []) + arguments + [log])
    let path = folder.path("watches/watch_20261123_064905.md")
    let page = FileManager.default.fileExists(atPath: path) ? String(decoding: try readFile(path), as: UTF8.self) : ""
    return Watched(result: result, page: page, folder: folder, log: log)
  }

  private func expect(_ text: String, _ name: String) throws {
    let path = Fixtures.path("watch/" + name)
    if ProcessInfo.processInfo.environment["SKEIN_GOLDEN"] == "write" { try writeFile(path, Array(text.utf8)) }
    #expect(text == String(decoding: try readFile(path), as: UTF8.self), "\(name) differs")
  }

  @Test func aDay() throws {
    let watched = try watch(WatchedDay())
    #expect(watched.result.status == 1, "\(watched.result.errors)")
    let folder = watched.folder
    func withoutFolder(_ text: String) -> String {
      text.replacing(folder.path.replacing("_", with: "\\_"), with: "FOLDER").replacing(folder.path, with: "FOLDER")
    }
    try expect(withoutFolder(watched.page), "day.md")
    try expect(withoutFolder(watched.result.text), "day.txt")
  }

  /// The figures of each hour and of all are those of `stats` over the same span.
  @Test func itsFiguresAreThoseOfStats() throws {
    let folder = try TemporaryFolder()
    let log = try folder.file("app.log", WatchedDay(hours: 6).text)
    let watched = try JSONValue(
      parsing: Command.run(["watch", "--for", "5h", "--json", "--packs", "none", log]).output)
    func compare(_ span: JSONValue, _ start: JSONValue, _ end: JSONValue) throws {
      let stats = try JSONValue(
        parsing: Command.run(
          ["stats", "--json", "--since", start.string ?? "", "--until", end.string ?? "", log]
        ).output)
      for key in ["requests", "errors", "error_rate", "p50_ms", "p95_ms", "p99_ms"] {
        #expect(span[key] == stats["total"][key], "\(key) from \(start)")
      }
      #expect(span["requests"].int ?? 0 > 0)
    }
    #expect(watched["hours"].array.count == 5 && watched["release"].string == "v2")
    for hour in watched["hours"].array { try compare(hour, hour["start"], hour["end"]) }
    try compare(watched["total"], watched["start"], watched["end"])
    try compare(watched["before"], watched["before"]["start"], watched["before"]["end"])
  }

  /// What was not seen is no pass: a log that ends before, hours without requests, no gate.
  @Test func whatIsNotKnownIsSaid() throws {
    let quiet = WatchedDayLog.quiet(hours: 24)
    let folder = try TemporaryFolder()
    try folder.file("gate.yml", Self.gate)
    let log = try folder.file("app.log", quiet)
    let gate = ["--gate", folder.path("gate.yml"), "--from", "2026-11-23T00:00:00Z"]
    let passed = try Command.run(["watch"] + gate + [log])
    #expect(passed.status == 0, "\(passed.text)\(passed.errors)")
    let short = try Command.run(["watch", "--for", "25h"] + gate + [log])
    #expect(short.status == 2 && short.text.contains("the log ends"), "\(short.text)")
    let ungated = try Command.run(["watch", "--packs", "none", "--from", "2026-11-23T00:00:00Z", log])
    #expect(ungated.status == 2 && ungated.text.contains("no gate was given"), "\(ungated.text)")
    let holed = try folder.file("holed.log", WatchedDayLog.quiet(hours: 24, without: [3, 7, 8, 20, 21, 22]))
    let silent = try Command.run(["watch"] + gate + [holed])
    #expect(
      silent.status == 2 && silent.text.contains("hours 4, 8, 9, 21 to 23 have no request at all"), "\(silent.text)")
    let unruled = try Command.run(["watch", "--packs", "none"] + gate + [log])
    #expect(unruled.status == 2 && unruled.text.contains("no rules were applied"), "\(unruled.text)")
    let early = ["--gate", folder.path("gate.yml"), "--from", "2026-11-22T23:20:00Z", "--for", "20h"]
    let late = try Command.run(["watch"] + early + [log])
    #expect(late.status == 2 && late.text.contains("the log begins 40 m 00 s after the start"), "\(late.text)")
    let elsewhere = try Command.run(
      ["watch", "--baseline", "2020-01-01T00:00:00Z..2020-01-02T00:00:00Z"] + gate + [log])
    #expect(elsewhere.text.contains("the log has no record in the span of --baseline"), "\(elsewhere.text)")
    let all = try JSONValue(parsing: Command.run(["watch", "--json"] + gate + [log]).output)
    // Where nothing was before, nothing is new.
    #expect(all["new_messages"] == .null && all["incidents"].array.isEmpty && all["incidents"] != .null)
    let nothing = try Command.run(["watch", "--packs", "none", log])
    #expect(nothing.text.contains("no release was seen in the log (field 'version')"), "\(nothing.text)")
  }

  /// Each hour is compared with the time before the release, also after one that failed.
  @Test func anHourThatFailsIsNoBaseline() throws {
    let lines = WatchedDayLog.quiet(hours: 6).split(separator: "\n").map { line in
      let isSlow = ["03", "04"].contains(line.dropFirst(11).prefix(2))
      return isSlow ? line.split(separator: " ").dropLast().joined(separator: " ") + " duration_ms=900" : String(line)
    }
    let folder = try TemporaryFolder()
    let log = try folder.file("app.log", lines.joined(separator: "\n") + "\n")
    try folder.file(
      "gate.yml",
      "name: slow\nmin_requests: 50\nbaseline: {span: 1h}\nstages: [{for: 1m}]\nobjectives: ['p95 < 3 * baseline']\n")
    let watched = try Command.run([
      "watch", "--json", "--gate", folder.path("gate.yml"), "--from", "2026-11-23T02:00:00Z", "--for", "4h", log,
    ])
    let hours = try JSONValue(parsing: watched.output)["hours"].array
    #expect(hours.map { $0["gate"].string ?? "-" } == ["pass", "fail", "fail", "pass"], "\(watched.errors)")
  }

  @Test(arguments: [
    (["--from", "yesterday"], 64, "--from: 'yesterday' is not a time"),
    (["--from", "2026-11-30T00:00:00Z"], 64, "there is nothing to watch yet"),
    (["--for", "10s"], 64, "--for: from 1m to 31d"),
    (["--baseline", "+1m.."], 64, "--baseline: give both times"),
    (["--baseline", "nonsense"], 64, "--baseline: a span is written FROM..TO"),
    (["--gate", "missing.yml"], 3, "missing.yml"),
  ])
  func mistakes(arguments: [String], status: Int32, message: String) throws {
    let folder = try TemporaryFolder()
    let log = try folder.file("app.log", WatchedDayLog.quiet(hours: 2))
    let result = try Command.run(["watch"] + arguments + [log])
    #expect(result.status == status && result.errors.contains(message), "\(result.errors)")
  }

  @Test func nothingToWatch() throws {
    let folder = try TemporaryFolder()
    let empty = try Command.run(["watch", "-o", folder.path("pages"), try folder.file("empty.log", "")])
    #expect(empty.status == 3 && empty.errors.contains("there are no hours to watch"), "\(empty.errors)")
    let none = try Command.run(["watch", try folder.file("text.log", "no log at all\nnothing\n")])
    #expect(none.status == 3, "\(none.errors)")
  }
}

/// A log without any fault: a request every ten seconds.
enum WatchedDayLog {
  static func quiet(hours: Int, without: Set<Int> = []) -> String {
    var text = ""
    for second in stride(from: 0, through: hours * 3_600, by: 10) where !without.contains(second / 3_600) {
      let (day, clock) = (second / 86_400, second % 86_400)
      let time = String(
        format: "2026-11-%02d %02d:%02d:%02d,%03d", 23 + day, clock / 3_600, clock / 60 % 60, clock % 60, second % 997)
      text +=
        "\(time) INFO [api.access] [r\(second)] finished method=GET path=/a status=200 duration_ms=\(20 + second % 7)\n"
    }
    return text
  }
}
