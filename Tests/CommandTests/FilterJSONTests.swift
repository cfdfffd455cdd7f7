import TestKit
import Testing

/// `skein filter --json`, and that skein reads it again.
@Suite struct FilterJSONTests {
  private static let folder = Fixtures.path("logs/parkapi-text")

  private func run(_ arguments: [String], stdin: Command.Input = .nothing) throws -> Command.Result {
    try Command.run(arguments, stdin: stdin)
  }

  /// What is read back gives the figures that the log itself gives.
  @Test func recordsAreReadAgain() throws {
    let logs = (0...9).map { Self.folder + "/app.log" + ($0 == 0 ? "" : $0 == 1 ? ".1" : ".\($0).gz") }
    let records = try run(["filter", "status >= 0", "--json"] + logs)
    #expect(records.status == 0 && records.errors == "")
    // A ledger between them is no record, and belongs to none.
    let ledger = "{\"schema\":\"skein.traces/1\",\"ledger\":{\"bytes\":1,\"lines\":7}}\n"
    let input = records.output + Array(ledger.utf8)
    let again = try JSONValue(parsing: try run(["stats", "--json", "-"], stdin: .bytes(input)).output)
    let direct = try JSONValue(parsing: try run(["stats", "--json", "--where", "status >= 0"] + logs).output)
    let shares: Set = ["rate_per_s"]
    #expect(again["total"].without(shares) == direct["total"].without(shares))
    #expect(again["routes"].without(shares) == direct["routes"].without(shares))
    #expect(again["requests_from"].string == "api.access")
    #expect(again["ledger"]["records"].int == 6534 && again["ledger"]["unparsed_lines"].int == 1)
    #expect(again["ledger"]["continuation_lines"].int == 0)
    // Filtered once more, they are the same lines.
    let twice = try run(["filter", "status >= 500", "-c"], stdin: .bytes(input))
    let once = try run(["filter", "status >= 500", "-c"] + logs)
    #expect(twice.text == once.text)
  }

  @Test func aRecordHasAllThatItsLineTells() throws {
    let folder = try TemporaryFolder()
    let head =
      "2026-11-23 06:00:00,123 ERROR [api.access] [a1] request finished method=GET path=/a/17?x=1 status=500 duration_ms=2.5"
    let log = try folder.file(
      "app.log",
      "no record\n\(head)\r\nTraceback (most recent call last):\n  File\u{1B}\nKeyError: 1\n2026-11-23 06:00:01,000 INFO [x] [-] y\n"
    )
    for way in [[], ["--block-size", "1"]] {
      let lines = try JSONValue.lines(try run(["filter", "level = error", "--json", log] + way).output)
      try #require(lines.count == 1)
      let record = lines[0]
      #expect(record["schema"].string == "skein.record/1")
      #expect(record["time"].string == "2026-11-23T06:00:00.123Z" && record["level"].string == "error")
      #expect(record["logger"].string == "api.access" && record["trace_id"].string == "a1")
      #expect(record["method"].string == "GET" && record["path"].string == "/a/17?x=1")
      #expect(record["route"].string == "/a/{id}" && record["status"].int == 500)
      #expect(record["duration_ms"].double == 2.5)
      #expect(record["source"].string == log && record["line"].int == 2)
      #expect(record["text"].string == "\(head)\r\nTraceback (most recent call last):\n  File\u{1B}\nKeyError: 1")
      let others = try JSONValue.lines(try run(["filter", "level = error", "-v", "--json", log] + way).output)
      #expect(others.map { $0["message"].string } == ["no record", "y"])
      #expect(others[0]["time"] == .null && others[0]["line"].int == 1)
      #expect(others[1]["line"].int == 6 && others[1]["trace_id"] == .null)
    }
  }
}
