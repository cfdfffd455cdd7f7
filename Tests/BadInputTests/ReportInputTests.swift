import Glibc
import TestKit
import Testing

/// Logs and options that leave an incident document with little to say: it says that, and nothing is half-written.
struct ReportInputTests {
  /// `count` requests, one each 100 ms from 06:00:00; `status` says what each came to.
  private static func log(_ count: Int, status: (Int) -> Int = { _ in 200 }, id: Bool = true, duration: Bool = true)
    -> [UInt8]
  {
    var text = ""
    for index in 0..<count {
      let time = "06:\(two(index / 600)):\(two(index / 10 % 60)),\(index % 10)00"
      let name = id ? "req\(index)" : "-"
      let took = duration ? " duration_ms=\(5 + index * 7 % 11).5" : ""
      text +=
        "2026-11-23 \(time) INFO [api.access] [\(name)] request finished method=GET path=/x/\(index % 3) "
        + "status=\(status(index))\(took)\n"
    }
    return Array(text.utf8)
  }

  private static func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }

  private func report(_ log: [UInt8], _ options: [String] = []) throws -> JSONValue {
    let run = try Command.run(["report", "--json"] + options, stdin: .bytes(log))
    #expect(run.status == 0, "\(run.errors)")
    return try run.json()
  }

  /// All three formats, for whoever reads them.
  private func pages(_ log: [UInt8]) throws -> [String] {
    try ["md", "html"].map { format in
      let run = try Command.run(["report", "--format", format], stdin: .bytes(log))
      #expect(run.status == 0, "\(run.errors)")
      return run.text
    }
  }

  @Test func nothingIsWrong() throws {
    let log = Self.log(3_000, status: { $0 % 200 == 0 ? 500 : 200 })
    let json = try report(log)
    #expect(json["span"] == .null && json["state"].string == "none")
    #expect(json["segments"][0]["total"]["requests"].int == 3_000)
    for page in try pages(log) { #expect(page.contains("No incident")) }
  }

  @Test func noDurations() throws {
    let json = try report(Self.log(3_000, status: { (1_000..<1_600).contains($0) ? 500 : 200 }, duration: false))
    #expect(json["span"]["onset"].string == "2026-11-23T06:01:40.000Z")
    #expect(json["segments"][1]["total"]["p95_ms"] == .null)
    #expect(json["notes"].array.contains { $0.string?.contains("duration") == true })
  }

  @Test func noIDs() throws {
    let json = try report(Self.log(3_000, status: { (1_000..<1_600).contains($0) ? 500 : 200 }, id: false))
    #expect(json["span"]["onset"].string == "2026-11-23T06:01:40.000Z")
    #expect(json["segments"][1]["total"]["errors"].int == 600)
    #expect(json["exemplars"].array.isEmpty)
    #expect(json["notes"].array.contains { $0.string?.contains("request id") == true })
  }

  @Test func oneRequest() throws {
    for status in [200, 500] {
      let json = try report(Self.log(1, status: { _ in status }))
      #expect(json["segments"][0]["total"]["requests"].int == 1)
      _ = try pages(Self.log(1, status: { _ in status }))
    }
  }

  @Test func allFail() throws {
    let log = Self.log(3_000, status: { _ in 503 })
    let json = try report(log)
    #expect(json["span"]["begins_before"] == .bool(true) && json["span"]["ongoing"] == .bool(true))
    let during = try #require(json["segments"].array.first { $0["segment"].string == "during" })
    #expect(during["total"]["errors"].int == 3_000)
    for page in try pages(log) { #expect(page.contains("3,000")) }
  }

  /// What is no request has figures of nothing.
  @Test func noRequests() throws {
    let json = try report(
      Array("2026-11-23 06:00:00,000 INFO [job] [a1] tick\n2026-11-23 06:00:01,000 INFO [job] [a1] tock\n".utf8))
    #expect(json["span"] == .null && json["segments"][0]["total"]["requests"].int == 0)
    _ = try pages(Array("2026-11-23 06:00:00,000 INFO [job] [a1] tick\n".utf8))
  }

  @Test func emptyAndUnreadable() throws {
    let empty = try Command.run(["report"], stdin: .bytes([]))
    #expect(empty.status == 0 && empty.errors.contains("is empty"))
    let garbage = try Command.run(["report"], stdin: .bytes(Array("\u{1}\u{2}no log\nreally none\n".utf8)))
    #expect(garbage.status == 3 && garbage.errors.contains("could be read as a log record"))
  }

  @Test func spanOutsideTheLog() throws {
    let run = try Command.run(
      ["report", "--from", "2027-01-01T00:00:00Z", "--to", "2027-01-01T01:00:00Z"], stdin: .bytes(Self.log(100)))
    #expect(run.status == 64 && run.output.isEmpty)
    #expect(
      run.errors.contains("is outside the log, which runs from 2026-11-23T06:00:00.000Z to 2026-11-23T06:00:09.900Z"))
    let turned = try Command.run(
      ["report", "--from", "2026-11-23T06:00:05Z", "--to", "2026-11-23T06:00:01Z"], stdin: .bytes(Self.log(100)))
    #expect(turned.status == 64 && turned.errors.contains("must begin before it ends"))
    let wrong = try Command.run(["report", "--from", "noon"], stdin: .bytes(Self.log(100)))
    #expect(wrong.status == 64 && wrong.errors.contains("--from: 'noon' is not a time"))
    let mark = try Command.run(["report", "--mark", "rollback"], stdin: .bytes(Self.log(100)))
    #expect(mark.status == 64 && mark.errors.contains("--mark: 'rollback' is not a time and a text"))
  }

  /// A place that cannot be written is known before anything is read; what stands there stays.
  @Test func unwritableOutput() throws {
    let folder = try TemporaryFolder()
    let log = try folder.file("app.log", Self.log(100))
    let missing = try Command.run(["report", "-o", folder.path("none/incident.md"), log])
    #expect(missing.status == 3 && missing.errors.contains("none"))
    let old = try folder.file("old.md", Array("old".utf8))
    let link = folder.path("link.md")
    #expect(unsafe symlink(old, link) == 0)
    let linked = try Command.run(["report", "-o", link, log])
    #expect(linked.status == 3)
    #expect(try readFile(old) == Array("old".utf8))
    let full = try Command.run(["report", log], stdout: .file("/dev/full"))
    #expect(full.status == 3 && full.errors.contains("cannot write the output"))
  }

  @Test func formatsAndPlaces() throws {
    let folder = try TemporaryFolder()
    let log = try folder.file("app.log", Self.log(3_000, status: { (1_000..<1_600).contains($0) ? 500 : 200 }))
    let run = try Command.run(["report", "-o", folder.path(""), "--format", "md,html,json", "--charts", log])
    #expect(run.status == 0, "\(run.errors)")
    let stem = "incident_20261123_060140"
    for name in ["\(stem).md", "\(stem).html", "\(stem).json"] {
      #expect(try readFile(folder.path(name)).count > 1_000, "\(name)")
    }
    let markdown = String(decoding: try readFile(folder.path("\(stem).md")), as: UTF8.self)
    for part in markdown.split(separator: "](").dropFirst() where part.prefix(while: { $0 != ")" }).hasSuffix(".svg") {
      let svg = try readFile(folder.path(String(part.prefix { $0 != ")" })))
      #expect(String(decoding: svg.prefix(5), as: UTF8.self) == "<svg ")
    }
    #expect(markdown.contains(".svg)"))
    for (options, problem) in [
      (["--format", "pdf"], "'pdf' is no format"), (["--format", "md,html"], "need a place"),
      (["--charts"], "needs Markdown in a file"),
    ] {
      let run = try Command.run(["report"] + options + [log])
      #expect(run.status == 64 && run.errors.contains(problem), "\(options)")
    }
  }
}
