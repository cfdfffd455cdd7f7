import Foundation
import TestKit
import Testing

/// `skein fill` as a process: figures equal to those of the commands that it names, documents, exit codes.
@Suite struct FillCommandTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  // MARK: Logs

  /// A second of a log: ten requests, a failed one for each of `errors`.
  private static func second(_ second: Int, errors: Int = 0, rest: String = "duration_ms=12.5") -> String {
    (0..<10).map { number in
      let time = String(format: "2026-11-23 07:%02d:%02d,%03d", second / 60, second % 60, number * 100)
      return "\(time) INFO [api.access] [r\(second)-\(number)] request finished method=GET path=/a "
        + "status=\(number < errors ? 500 : 200) \(rest)\n"
    }.joined()
  }

  private static let log = (0..<60).map { second($0, errors: $0 < 30 ? 0 : 2) }.joined()

  private func fill(
    _ template: String, _ options: [String] = [], log: String = FillCommandTests.log
  ) throws -> Command.Result {
    let path = try folder.file("t.md", template)
    return try Command.run(["fill", path] + options + [try folder.file("app.log", log)])
  }

  // MARK: Figures

  /// What a command of a footnote prints as JSON, run by a shell.
  private func replay(_ command: String) throws -> JSONValue {
    let process = Process()
    let pipe = Pipe()
    process.executableURL = URL(fileURLWithPath: "/bin/bash")
    process.arguments = ["-c", command + " --json"]
    let programs = (Command.path as NSString).deletingLastPathComponent
    process.environment = ["PATH": "\(programs):/usr/bin:/bin", "LC_ALL": "C.UTF-8"]
    process.standardOutput = pipe
    process.standardError = FileHandle.nullDevice
    process.standardInput = FileHandle.nullDevice
    try process.run()
    let data = pipe.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    return try JSONValue(parsing: Array(data))
  }

  private func measures(_ texts: [String], _ logs: [String], _ options: [String] = []) throws -> [JSONValue] {
    let result = try Command.run(
      ["fill", "--json"] + texts.flatMap { ["--measure", $0] } + options + logs)
    let values = try JSONValue(parsing: result.output)["values"].array
    #expect(values.count == texts.count && result.status == 0, "\(result.errors)")
    return values
  }

  /// Seconds since 1970 of an RFC 3339 time.
  private func seconds(_ time: JSONValue) throws -> Double {
    let formatter = ISO8601DateFormatter()
    formatter.formatOptions = [.withInternetDateTime, .withFractionalSeconds]
    return try #require(time.string.flatMap(formatter.date(from:))).timeIntervalSince1970
  }

  /// Each value against the command that it names; how many there were.
  private func compare(_ values: [JSONValue]) throws -> Int {
    var known: [String: JSONValue] = [:]
    var compared = 0
    for value in values {
      let command = try #require(value["command"].string)
      if known[command] == nil { known[command] = try replay(command) }
      guard let replayed = known[command], let figure = value["figure"].string else { continue }
      compared += 1
      if command.hasPrefix("skein fill") {
        #expect(replayed["values"][0]["value"] == value["value"], "\(command)")
        continue
      }
      func key(_ figure: String) -> String {
        figure == "rate" ? "rate_per_s" : figure.hasPrefix("p") || figure == "max" ? figure + "_ms" : figure
      }
      switch figure {
      case "first": #expect(replayed["start"] == value["value"], "\(command)")
      case "last": #expect(replayed["end"] == value["value"], "\(command)")
      case "traces": #expect(replayed["traces"] == value["value"], "\(command)")
      case "duration":
        let begun = try seconds(replayed["start"]), ended = try seconds(replayed["end"])
        #expect(value["value"].double.map { abs($0 / 1_000 - (ended - begun)) < 1e-3 } == true, "\(command)")
      default:
        if case .string(let field) = value["by"] {
          let groups = replayed[field == "route" ? "routes" : "groups"].array
          #expect(groups.count > 0 && groups.count == value["groups"].array.count, "\(command)")
          for (group, found) in zip(groups, value["groups"].array) {
            #expect(group[field] == found["name"] && group[key(figure)] == found["value"], "\(command) \(figure)")
          }
        } else {
          #expect(value["value"] != .null, "\(command) \(figure)")
          #expect(replayed["total"][key(figure)] == value["value"], "\(command) \(figure)")
        }
      }
      #expect(replayed["start"] == value["start"] && replayed["end"] == value["end"], "\(command)")
    }
    return compared
  }

  @Test(arguments: Capture.allCases)
  func figuresAreThoseOfTheCommandsInTheirFootnotes(capture: Capture) throws {
    let conditions = [
      "", " where route = \"/api/spots\"", " where version = v2 and not (status in (404, 422))",
    ]
    let spans = ["", " from +10.5s..+100s", " from deploy"]
    var texts = ["traces", "first", "last from deploy", "first from +10s..", "unfinished", "unfinished from deploy"]
    for condition in conditions {
      for span in spans {
        texts += ["requests", "errors", "client_errors", "error_rate", "rate", "p50", "p90", "p95", "p99", "max"]
          .map { $0 + condition + span }
        texts += ["requests\(condition)\(span) by route", "p95\(span)\(condition) by version"]
      }
    }
    texts += ["p99.9", "p75 where status < 400 from deploy", "duration from +3s.."]
    let values = try measures(texts, capture.appLogs, ["--span", "deploy=+70s..+165s"])
    #expect(try compare(values) == texts.count)
    // The service's own count of failed requests.
    let served = try capture.requests()
    #expect(values[7]["value"].int == served.count { $0.status >= 500 })
  }

  @Test func anyNumberOfConditionsAndFields() throws {
    let log = Capture.text.folder + "/app.log"
    var texts = (1...40).map { "requests where duration >= \($0)ms" }
    for field in ["version", "method", "status", "route", "version"] {
      texts += ["errors by \(field)", "p50 where duration < 200ms by \(field)"]
    }
    texts.append("requests where duration >= 1ms from +5s..")
    let values = try measures(texts, [log])
    #expect(try compare(values) == texts.count)
    #expect(Set(values.prefix(40).map { $0["value"].int }).count > 10)
    // From a pipe, which can be read only once.
    let piped = try Command.run(
      ["fill", "--json"] + texts.flatMap { ["--measure", $0] },
      stdin: .bytes(try Fixtures.plainBytes(ofFile: log)))
    #expect(try JSONValue(parsing: piped.output)["values"].array.map { $0["value"] } == values.map { $0["value"] })
  }

  @Test func relativeSpansBeginAtTheOldestRecord() throws {
    // The second record is 1.5 s older than the first, and counts as the log's beginning.
    let early = FillCommandTests.second(12).replacing("[r", with: "[e").split(separator: "\n")[5]
    var lines = (14..<30).map { FillCommandTests.second($0) }.joined().split(separator: "\n")
    lines.insert(early, at: 1)
    let log = lines.joined(separator: "\n") + "\n"
    let path = try folder.file("app.log", log)
    let values = try measures(["requests from +0..+1500ms", "requests from +1500ms..", "first"], [path])
    #expect(values.map { $0["value"] } == [.number(1), .number(160), .string("2026-11-23T07:00:12.500Z")])
    #expect(try compare(values) == 3)
  }

  @Test func theSameForAnyBlocksAndThreads() throws {
    let options = ["--measure", "p95 from +1s..+40s", "--measure", "errors by route", "--measure", "rate"]
    let log = try folder.file("app.log", FillCommandTests.log)
    let expected = try Command.run(["fill", "--json", log] + options).output
    #expect(!expected.isEmpty)
    for more in [["--block-size", "64", "--threads", "1"], ["--block-size", "1000", "--threads", "3"]] {
      #expect(try Command.run(["fill", "--json", log] + options + more).output == expected)
    }
  }

  // MARK: Documents

  @Test func aDocument() throws {
    let result = try fill(
      """
      # Incident

      [MEASURE requests] requests, [MEASURE error_rate] failed; before `[MEASURE error_rate from before]`.

      | | p95 |
      |---|---:|
      | a | [MEASURE p95 where route = "/a" from 2026-11-23T07:00:30Z..] |
      | b | [MEASURE p95 where route = "/b"] |

      [a link](https://example.org) and \\[MEASURE p95]
      """, ["--span", "before=..+30s"])
    let log = folder.path("app.log")
    let expected = """
      # Incident

      600[^skein-1] requests, 10.0 %[^skein-1] failed; before `0 %`[^skein-2].

      | | p95 |
      |---|---:|
      | a | 12.5 ms[^skein-3] |
      | b | [MEASURE p95 where route = "/b"] |

      [a link](https://example.org) and \\[MEASURE p95]

      [^skein-1]: `skein stats \(log)`
      [^skein-2]: `skein stats --until 2026-11-23T07:00:30.000Z \(log)`
      [^skein-3]: `skein stats --where 'route = "/a"' --since 2026-11-23T07:00:30.000Z \(log)`

      ledger: 1 file, 68.3 kB, 600 records in 600 lines; nothing lost

      """
    #expect(result.text == expected)
    #expect(
      result.errors == """
        \(folder.path("t.md")):8:7: no request has the route '/b'; did you mean '/a'? (skein stats lists the routes)
        skein: 1 of 5 placeholders left as they are

        """)
    #expect(result.status == 1)
  }

  @Test func writtenToAFile() throws {
    let template = "[MEASURE requests]\r\n"
    let path = folder.path("out.md")
    let result = try fill(template, ["-o", path])
    #expect(result.status == 0 && result.output.isEmpty)
    #expect(result.errors == "skein: wrote \(path)\n")
    let first = try readFile(path)
    #expect(first == (try fill(template).output))
    #expect(String(decoding: first, as: UTF8.self).hasPrefix("600[^skein-1]\r\n\r\n[^skein-1]: "))
    // Filled again it stays as it is.
    let again = try Command.run(["fill", path, folder.path("app.log"), "-o", path])
    #expect(again.status == 0)
    #expect(try readFile(path) == first)
  }

  @Test func anUnwritableFileLeavesNothing() throws {
    for (path, expected) in [
      (folder.path("none/out.md"), "there is no folder"), (folder.path, "is a folder"),
    ] {
      let result = try fill("[MEASURE requests]\n", ["-o", path])
      #expect(result.status == 3 && result.output.isEmpty)
      #expect(result.errors.contains(expected), "\(result.errors)")
    }
    let names = try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()
    #expect(names == ["app.log", "t.md"])
  }

  @Test func withoutPlaceholdersNothingChangesAndNothingIsRead() throws {
    let text = "no [MEASURED] thing"
    let result = try fill(text, log: "no log at all\n")
    #expect(result.text == text && result.status == 0)
    #expect(result.errors == "skein: \(folder.path("t.md")) has no placeholder ([MEASURE …]): it is as it was\n")
  }

  @Test func noFootnotes() throws {
    #expect(try fill("[MEASURE p50] `[MEASURE max in s]`", ["--no-footnotes"]).text == "12.5 ms `0.0125 s`")
  }

  @Test func optionsThatChangeFiguresStandInTheCommand() throws {
    let result = try fill(
      "[MEASURE requests where `a b` = 1 or status < 400]\n",
      ["--tz", "+01:00", "--idle", "5s", "--since", "2026-11-23T06:00:30Z"], log: FillCommandTests.log)
    #expect(
      result.text.contains(
        "[^skein-1]: `` skein stats --where '`a b` = 1 or status < 400' --since 2026-11-23T06:00:30.000Z --tz +01:00 "
          + "--idle 5s \(folder.path("app.log")) ``\n") || result.errors.contains("no record has a field 'a b'"))
    let known = try fill(
      "[MEASURE requests where status < 400]\n", ["--tz", "+01:00", "--idle", "5s", "--since", "2026-11-23T06:00:30Z"])
    #expect(known.text.hasPrefix("240[^skein-1]\n"))
    #expect(
      known.text.contains(
        "`skein stats --where 'status < 400' --since 2026-11-23T06:00:30.000Z --tz +01:00 --idle 5s \(folder.path("app.log"))`"
      ))
  }

  @Test func valuesOfHostileGroups() throws {
    let rest = "duration_ms=1 version=<b>|`x`"
    let result = try fill("| [MEASURE requests by version] |\n", log: FillCommandTests.second(0, rest: rest))
    #expect(result.text.hasPrefix("| &lt;b&gt;\\|\\`x\\` 10[^skein-1] |\n"))
  }

  // MARK: What cannot be measured

  /// The problem of the one placeholder, which is left.
  private func problem(_ measure: String, log: String = FillCommandTests.log) throws -> String {
    let result = try fill("[MEASURE \(measure)]", log: log)
    #expect(result.text == "[MEASURE \(measure)]" && result.status == 1)
    let prefix = "\(folder.path("t.md")):1:1: "
    let line = result.errors.split(separator: "\n").first.map(String.init) ?? ""
    #expect(line.hasPrefix(prefix), "\(result.errors)")
    return String(line.dropFirst(prefix.count))
  }

  @Test func whatCannotBeMeasured() throws {
    let noDuration = FillCommandTests.second(0, rest: "x=1")
    #expect(try problem("p95 from canary") == "there is no span called 'canary'; give --span canary=FROM..TO")
    #expect(
      try problem("errors from 2020-01-01..2020-01-02")
        == "the span 2020-01-01T00:00:00.000Z..2020-01-02T00:00:00.000Z is outside the log, which runs from "
        + "2026-11-23T07:00:00.000Z to 2026-11-23T07:00:59.900Z")
    #expect(try problem("errors from +5m..").hasPrefix("the span 2026-11-23T07:05:00.000Z.. is outside the log"))
    #expect(
      try problem("p95", log: noDuration)
        == "no duration is logged in any of the 10 requests: there is no p95; skein doctor says how to log it")
    #expect(try problem("error_rate where status = 404") == "no request is chosen by it: there is no error_rate")
    #expect(try problem("max where status = 404") == "no request is chosen by it: there is no max")
    #expect(
      try problem("requests where vrsion = v2", log: FillCommandTests.second(0, rest: "version=v1"))
        == "no record has a field 'vrsion' (did you mean 'version'?); skein doctor lists the fields that this log has")
    #expect(
      try problem("requests by nope")
        == "no record has a field 'nope'; skein doctor lists the fields that this log has")
    #expect(
      try problem("requests", log: "2026-11-23 07:00:00,000 INFO [a] [r1] started up\n")
        == "there are no requests: no record has a method, a path and a status; skein doctor says what to log")
    #expect(try problem("requests where route ~ \"^/b\"").hasPrefix("no request has such a route (skein stats"))
    #expect(try problem("requests where route in (\"/b\", '/c')").hasPrefix("no request has the route '/b'"))
  }

  @Test func noneIsANumberToo() throws {
    let texts = [
      "requests where status = 404", "errors where route = \"/a\" and status = 418", "client_errors", "unfinished",
    ]
    let values = try measures(texts, [try folder.file("app.log", FillCommandTests.log)])
    #expect(values.allSatisfy { $0["value"].int == 0 })
  }

  @Test func weakQuantilesSaySo() throws {
    let result = try fill("[MEASURE p95] [MEASURE p99] [MEASURE p50]", log: FillCommandTests.second(0))
    #expect(result.text.contains("`; p95 of only 10 values; p99 of only 10 values\n"))
    #expect(try !fill("[MEASURE p95] [MEASURE p99]").text.contains("only"))
  }

  // MARK: Mistakes

  @Test func documentsThatAreNone() throws {
    let log = try folder.file("app.log", FillCommandTests.log)
    func refuse(_ path: String, _ status: Int32, _ text: String) throws {
      let result = try Command.run(["fill", path, log])
      #expect(result.status == status && result.output.isEmpty)
      #expect(result.errors.contains(text), "\(result.errors)")
    }
    try refuse(folder.path("none.md"), 3, "none.md: there is no such file or folder")
    try refuse(try folder.folder("f"), 3, "is a folder where a file was expected")
    try refuse(try folder.file("l.md", [0x61, 0x0A, 0xE9, 0x0A]), 3, "l.md is not UTF-8: line 2 has other bytes")
    try refuse("-", 64, "the document must be a file")
  }

  @Test func wrongOptions() throws {
    func refuse(_ options: [String], _ text: String) throws {
      let result = try fill("[MEASURE requests]", options)
      #expect(result.status == 64 && result.output.isEmpty)
      #expect(result.errors.contains(text), "\(result.errors)")
    }
    try refuse(["--span", "before"], "--span: 'before' is not NAME=FROM..TO")
    try refuse(["--span", "a=..+1s", "--span", "a=+1s.."], "--span: 'a' is given twice")
    try refuse(["--span", "a=soon..later"], "--span a: 'soon' is neither a time")
    try refuse(["--measure", "p95 form x"], "--measure 'p95 form x', character 5: the figure is followed by")
    try refuse(["--measure", "p95", "--check"], "--measure prints figures")
    #expect(try Command.run(["fill"]).status == 64)
  }

  @Test func dataThatIsNone() throws {
    #expect(try fill("[MEASURE requests]", log: "not a line\nof a log\n").status == 3)
    let empty = try fill("[MEASURE requests]", log: "")
    #expect(empty.text == "[MEASURE requests]" && empty.status == 1)
    let missing = try Command.run(["fill", folder.path("t.md"), folder.path("none.log")])
    #expect(missing.status == 3 && missing.output.isEmpty)
  }

  @Test func check() throws {
    let path = try folder.file("t.md", "a [MEASURE p95 where\nstatus = 200]\n[MEASURE p9x] [MEASURE max from x]\n")
    let result = try Command.run(["fill", "--check", path])
    #expect(result.text == "\(path):1:3: [MEASURE p95 where status = 200]\n")
    #expect(
      result.errors == """
        \(path):3:10: nothing is measured by the name 'p9x'; did you mean 'p90'?
        \(path):3:15: there is no span called 'x'; give --span x=FROM..TO

        """)
    #expect(result.status == 1)
    #expect(try Command.run(["fill", "--check", path, "--span", "x=+1s.."]).errors.split(separator: "\n").count == 1)
  }

  @Test func jsonTellsWhatWasLeft() throws {
    let result = try fill("[MEASURE requests]\n[MEASURE p95 from x]\n", ["--json"])
    let json = try JSONValue(parsing: result.output)
    #expect(json["schema"].string == "skein.fill/1" && json.members.last?.key == "ledger")
    #expect(json["values"].array.map { $0["value"].int } == [600])
    #expect(json["left"][0]["line"].int == 2 && json["left"][0]["problem"].string?.contains("called 'x'") == true)
    #expect(json["ledger"]["records"].int == 600)
  }
}
