import TestKit
import Testing
import TraceCore

/// `skein diff` on the captures against what the service itself wrote down, and its mistakes.
struct DiffCommandTests {
  private func diff(_ arguments: [String]) throws -> JSONValue {
    let run = try Command.run(["diff", "--json"] + arguments)
    #expect(run.status == 0, "\(run.errors)")
    return try JSONValue(parsing: run.output)
  }

  @Test(arguments: [Capture.text, .json])
  func versionsAreThoseOfTheServer(capture: Capture) throws {
    let json = try diff(["--by", "version=v1,v2"] + capture.appLogs)
    let served = try capture.requests()
    for (side, version) in [("a", "v1"), ("b", "v2")] {
      let own = served.filter { $0.version == version }
      #expect(json[side]["total"]["requests"].int == own.count)
      #expect(json[side]["total"]["errors"].int == own.filter { $0.status >= 500 }.count)
    }
    let saves = try #require(json["routes"].array.first { $0["route"].string == "PUT /api/settings/{id}" })
    #expect((saves["error_rate_change"]["difference"].double ?? 0) > 0.1)
    // What moved most stands first.
    #expect(json["routes"][0]["error_rate_change"]["significant"] == .bool(true))
  }

  /// Two spans of one log, and the same two as logs of their own, say the same of routes.
  @Test func spansAreLogs() throws {
    let at = "2026-11-23T06:50:09Z"
    let folder = try TemporaryFolder()
    var halves: [String] = []
    for (name, option) in [("before.log", "--until"), ("after.log", "--since")] {
      let part = try Command.run(["filter", option, at, "has(level)"] + Capture.text.appLogs)
      halves.append(try folder.file(name, part.output))
    }
    let spans = try diff(["--at", at] + Capture.text.appLogs)
    let logs = try diff(halves)
    for key in ["a", "b"] { #expect(spans[key]["total"]["requests"] == logs[key]["total"]["requests"]) }
    func rates(_ json: JSONValue) -> [String] {
      json["routes"].array.map { "\($0["route"]) \($0["error_rate_change"]["difference"].double ?? 9)" }.sorted()
    }
    #expect(rates(spans) == rates(logs))
    let new = logs["templates"].array.filter { $0["change"].string == "new" }.compactMap { $0["text"].string }
    #expect(new.contains { $0.hasPrefix("pool exhausted") })
  }

  /// A log against itself: nothing moved.
  @Test func nothingMoves() throws {
    let log = Capture.text.appLogs[0]
    let run = try Command.run(["diff", log, log])
    #expect(run.status == 0 && run.text.contains("nothing moved"))
  }

  @Test func mistakes() throws {
    let log = Capture.text.appLogs[0]
    for (arguments, problem) in [
      ([log], "give two logs to compare"), (["--at", "noon", log], "--at: 'noon' is not a time"),
      (["--by", "version", log], "is not a field and two values"),
      (["--by", "v=a,a", log], "is not a field and two values"),
      (["--by", "vrsion=v1,v2", log], "did you mean 'version'?"), (["-", "-"], "only one of the two logs"),
      (["--at", "2026-11-23T06:50:00Z", "--by", "v=a,b", log], "give only one of them"),
    ] {
      let run = try Command.run(["diff"] + arguments)
      #expect(run.status == 64 && run.errors.contains(problem), "\(arguments): \(run.errors)")
    }
    let folder = try TemporaryFolder()
    let out = folder.path("none/diff.md")
    let run = try Command.run(["diff", "-o", out, log, log])
    #expect(run.status == 3 && run.errors.contains("none"))
  }
}
