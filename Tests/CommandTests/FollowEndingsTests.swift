import Foundation
import TestKit
import Testing

/// How following ends: what the last line is, what a state that cannot be kept means, and what an old clock does.
@Suite struct FollowEndingsTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func line(_ number: Int, status: Int = 200, time: String = "2026-11-23 06:00") -> String {
    "\(time):\(number < 10 ? "0" : "")\(number),000 INFO [api.access] [r\(number)] request finished method=GET path=/a "
      + "status=\(status) duration_ms=5.0"
  }

  private func total(_ result: Command.Result) throws -> JSONValue {
    // Of following the last event, of a command its one value.
    let last = result.text.split(separator: "\n").last { $0.contains("\"event\":\"ledger\"") }
    return try JSONValue(parsing: last.map { Array($0.utf8) } ?? result.output)
  }

  /// The line of a service that died, half of one, a head whose message is missing, and wrapped ones: as in batch.
  @Test(arguments: [
    "",
    "2026-11-23 06:00:09,000 ERROR [api.access] [r9] request finished method=GET path=/a status=500 duration_ms=5.0",
    "2026-11-23 06:00:09,000 INFO [api.access] [r9] request fini", "    at com.example.Main", "\u{0}\u{0}\u{0}",
    String(repeating: "x", count: 3 << 20),
    #"{"log":"2026-11-23 06:00:09,000 INFO [api] [r9] half","stream":"stdout","time":"2026-11-23T06:00:09Z"}"#,
  ])
  func onceReadsTheLastLine(_ last: String) throws {
    for head in [[line(1), line(2)], []] {
      let log = try folder.file("app.log", (head + [last]).joined(separator: "\n"))
      let batch = try Command.run(["stats", "--json", log])
      let once = try Command.run(["follow", "--once", "--json", "--packs", "none", log])
      let (read, followed) = (try total(batch), try total(once))
      for name in [
        "bytes", "lines", "records", "unparsed_lines", "continuation_lines", "long_lines", "long_line_bytes",
      ] {
        #expect(followed["ledger"][name] == read["ledger"][name], "\(name) of \(last.prefix(40))")
      }
      #expect(followed["total"]["requests"] == read["total"]["requests"])
    }
  }

  /// With a checkpoint the half line waits for its other half.
  @Test func withACheckpointTheLastLineIsLeftForLater() throws {
    let log = try folder.file("app.log", line(1) + "\n" + line(2).prefix(60))
    let arguments = ["follow", "--once", "--json", "--packs", "none", "--checkpoint", folder.path("state"), log]
    #expect(try total(Command.run(arguments))["total"]["requests"].int == 1)
    _ = try folder.file("app.log", line(1) + "\n" + line(2) + "\n")
    #expect(try total(Command.run(arguments))["total"]["requests"].int == 2)
  }

  @Test func aCheckpointThatCannotBeWrittenIsAnError() throws {
    let log = try folder.file("app.log", line(1) + "\n")
    let result = try Command.run(
      ["follow", "--once", "--packs", "none", "--checkpoint", folder.path("none/state"), log])
    #expect(result.status == 3)
    #expect(result.errors.contains("there is no folder"))
    #expect(result.output.isEmpty)
  }

  @Test func twoFollowersDoNotShareACheckpoint() throws {
    let log = try folder.file("app.log", line(1) + "\n")
    let state = folder.path("state")
    let first = try Command.start(["follow", "--plain", "--packs", "none", "--checkpoint", state, log])
    for _ in 0..<1_000 where !FileManager.default.fileExists(atPath: state + ".lock") { usleep(20_000) }
    // The lock is taken right after its file is made.
    var second: Command.Result?
    for _ in 0..<100 {
      second = try Command.run(["follow", "--once", "--packs", "none", "--checkpoint", state, log])
      if second?.status == 3 { break }
      usleep(20_000)
    }
    #expect(second?.status == 3)
    #expect(second?.errors.contains("is the checkpoint of another skein that is running") == true)
    first.kill(SIGTERM)
    #expect(try first.finish().status == 0)
    #expect(try Command.run(["follow", "--once", "--packs", "none", "--checkpoint", state, log]).status == 0)
  }

  /// What was counted of a short log is in the state.
  @Test func theCheckpointOfAShortLogHoldsWhatWasCounted() throws {
    let log = try folder.file("app.log", (0..<50).map { line($0) + "\n" }.joined())
    let arguments = ["follow", "--once", "--json", "--packs", "none", "--checkpoint", folder.path("state"), log]
    #expect(try total(Command.run(arguments))["total"]["requests"].int == 50)
    _ = try folder.file("app.log", (0..<3).map { line($0, time: "2026-11-23 07:00") + "\n" }.joined())
    #expect(try total(Command.run(arguments))["total"]["requests"].int == 53)
  }

  /// A clock that stood at 1970 gives no window for every ten seconds of fifty years.
  @Test func aGapOfYearsIsOneLine() throws {
    let old = (0..<3).map { line($0, time: "1970-01-01 00:00") + "\n" }.joined()
    let log = try folder.file("app.log", old + (0..<20).map { line($0) + "\n" }.joined())
    for every in ["1s", "10s", "300h", "87648h"] {
      let result = try Command.run(["follow", "--once", "--json", "--packs", "none", "--every", every, log])
      #expect(result.status == 0)
      let events = try result.text.split(separator: "\n").map { try JSONValue(parsing: Array($0.utf8)) }
      #expect(events.count < 2_000)
      #expect(events.last?["total"]["requests"].int == 23)
      let windows = events.filter { $0["event"].string == "window" }
      #expect(windows.reduce(0) { $0 + ($1["total"]["requests"].int ?? 0) } == 23)
      let gaps = events.filter { $0["event"].string == "mark" && $0["kind"].string == "gap" }
      #expect(gaps.count == (every == "300h" || every == "87648h" ? (every == "300h" ? 1 : 0) : 1))
    }
    let gate = try folder.file("gate.yml", "name: d\nstages: [{for: 9m}]\nobjectives: [error_rate < 2 %]\n")
    for options in [[], ["--full"]] {
      let result = try Command.run(["gate", "--packs", "none"] + options + [gate, log])
      #expect(result.status == 2)
      #expect(result.output.count < 20_000)
    }
  }
}
