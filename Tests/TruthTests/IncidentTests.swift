import RulePack
import TestKit
import Testing
import TraceCore

/// The incident document on the captures against what the service itself wrote down.
struct IncidentTests {
  /// The document as JSON, and when phases of the rollout began.
  private static func document(
    _ capture: Capture, _ options: [String] = []
  ) throws -> (json: JSONValue, phases: [String: Int64]) {
    let run = try Command.run(["report", "--json"] + options + capture.appLogs)
    #expect(run.status == 0, "\(run.errors)")
    var phases: [String: Int64] = [:]
    for phase in try Truth(capture).json["phases"].array {
      phases[phase["phase"].string ?? ""] = phase["start_utc"].string.flatMap(OptionValue.time)
    }
    return (try JSONValue(parsing: run.output), phases)
  }

  private static func time(_ value: JSONValue) throws -> Int64 {
    try #require(value.string.flatMap(OptionValue.time))
  }

  /// Between the start of the 50 % phase and 15 s into the 100 % phase; until after the rollback began, and before 30 s into
  /// the recovery.
  @Test(arguments: Capture.allCases)
  func spanIsFoundByItself(capture: Capture) throws {
    let (json, phases) = try Self.document(capture)
    let (onset, recovery) = (try Self.time(json["span"]["onset"]), try Self.time(json["span"]["recovery"]))
    let second = EventTime.nanosecondsPerSecond
    #expect(onset >= (phases["deploy50"] ?? .max) - 3 * second && onset <= (phases["deploy100"] ?? 0) + 15 * second)
    #expect(recovery > phases["rollback"] ?? .max && recovery < (phases["recovery"] ?? 0) + 30 * second)
    #expect(json["state"].string == "over" && json["recovery"]["confirmed"] == .bool(true))
  }

  /// Requests, failures and routes of the span are those of the finish lines in it.
  @Test(arguments: Capture.allCases)
  func impactIsThatOfTheServer(capture: Capture) throws {
    let (json, _) = try Self.document(capture)
    let span = try Self.time(json["span"]["onset"])..<Self.time(json["span"]["recovery"])
    let lost = try Truth(capture).lostFinishes.compactMap { $0["request_id"].string }
    let served = try capture.requests().filter {
      span.contains(OptionValue.time($0.time) ?? 0) && !lost.contains($0.id)
    }
    let during = try #require(json["segments"].array.first { $0["segment"].string == "during" })
    #expect(during["total"]["requests"].int == served.count)
    #expect(during["total"]["errors"].int == served.filter { $0.status >= 500 }.count)
    #expect(during["total"]["client_errors"].int == served.filter { (400..<500).contains($0.status) }.count)
    let routes = Set(served.filter { $0.route != "-" }.map { route($0.method, $0.route) })
    for name in routes {
      let own = served.filter { route($0.method, $0.route) == name }
      let row = during["routes"].array.first { $0["route"].string == name }
      #expect(row?["requests"].int == own.count, "\(name)")
      #expect(row?["errors"].int == own.filter { $0.status >= 500 }.count, "\(name)")
      #expect(
        isNear(
          row?["p95_ms"].double.map { Int64(saturating: ($0 * 1e6).rounded()) },
          nearestRank(own.map(\.tenthsOfMillisecond), percent: 95)))
    }
    #expect(routes.count >= 6)
  }

  /// Version 2 sets the failing settings saves apart, and is a candidate.
  @Test(arguments: Capture.allCases)
  func versionTwoIsNamed(capture: Capture) throws {
    let (json, _) = try Self.document(capture)
    let saves = try #require(
      json["contrasts"].array.first { $0["inside"].string?.contains("PUT /api/settings/{id}") == true })
    let row = try #require(saves["facts"].array.first)
    #expect(row["kind"].string == "field" && row["name"].string == "version" && row["value"].string == "v2")
    #expect((row["share_inside"].double ?? 0) > (row["share_outside"].double ?? 1))
    #expect(json["candidates"][0]["text"].string?.contains("version=v2") == true)
  }

  /// The payment provider comes before the pool: on the timeline, and among the findings.
  @Test(arguments: Capture.allCases)
  func providerComesBeforePool(capture: Capture) throws {
    let (json, _) = try Self.document(capture)
    let rules = json["findings"].array.compactMap { $0["rule"].string }
    let provider = try #require(rules.firstIndex(of: "upstream-failing"))
    let pool = try #require(rules.firstIndex(of: "pool-exhaustion"))
    #expect(provider < pool)
    let texts = json["timeline"].array.compactMap { $0["text"].string }
    let gaveUp = try #require(texts.firstIndex { $0.contains("payments.client gave up") })
    let empty = try #require(texts.firstIndex { $0.contains("nothing left in the pool") })
    #expect(gaveUp < empty)
    #expect(texts.contains { $0.contains("rollout release=v2 from_pct=50 to_pct=100") })
    #expect(texts.contains { $0.contains("rollback release=v2") })
  }

  /// Every place names a line whose hash is the one that is told.
  @Test func evidenceIsFoundAgain() throws {
    let (json, _) = try Self.document(.text)
    var lines: [String: [Substring]] = [:]
    var checked = 0
    for finding in json["findings"].array {
      let place = finding["place"]
      guard let path = place["path"].string, let line = place["line"].int, let hash = place["hash"].string else {
        continue
      }
      if lines[path] == nil {
        lines[path] = String(decoding: try Fixtures.plainBytes(ofFile: path), as: UTF8.self)
          .split(separator: "\n", omittingEmptySubsequences: false)
      }
      let text = String(try #require(lines[path])[line - 1])
      #expect(SHA256.lineHash(Array(text.utf8)) == hash, "\(path):\(line)")
      checked += 1
    }
    #expect(checked > 10)
    // As FIPS 180-4 has it for "abc".
    #expect(SHA256.lineHash(Array("abc\r\n".utf8)) == "ba7816bf8f01")
  }

  /// The same bytes a second time, in every format, with any threads and blocks; redaction on and off.
  @Test func theSameEveryTime() throws {
    for format in ["md", "html", "json"] {
      let options = ["report", "--format", format]
      let first = try Command.run(options + Capture.json.appLogs)
      let second = try Command.run(
        options + ["--threads", "3", "--block-size", "20000"] + Capture.json.appLogs.reversed())
      #expect(first.status == 0 && first.output == second.output, "\(format)")
      #expect(first.output.count > 20_000)
    }
  }

  @Test func addressesAreRedactedUnlessAskedFor() throws {
    let plain = try Command.run(["report", "--no-redaction"] + Capture.text.appLogs).text
    let shared = try Command.run(["report"] + Capture.text.appLogs).text
    #expect(plain.contains("client=127.0.0.1:"))
    #expect(!shared.contains("127.0.0.1") && shared.contains("client=<ip-1>:"))
  }

  /// The span can be given; the numbers are then those of `skein stats` on it.
  @Test func aGivenSpanIsTaken() throws {
    let times = ["2026-11-23T06:50:35Z", "2026-11-23T06:51:30Z"]
    let (json, _) = try Self.document(.text, ["--from", times[0], "--to", times[1], "--packs", "none"])
    #expect(json["span"]["given"] == .bool(true))
    let run = try Command.run(["stats", "--json", "--since", times[0], "--until", times[1]] + Capture.text.appLogs)
    let stats = try JSONValue(parsing: run.output)
    let during = try #require(json["segments"].array.first { $0["segment"].string == "during" })
    for key in ["requests", "errors", "client_errors", "p50_ms", "p95_ms", "p99_ms"] {
      #expect(during["total"][key] == stats["total"][key], "\(key)")
    }
    #expect(json["findings"] == .array([]) || json["findings"] == .null)
    #expect(json["method"].string?.hasPrefix("it was given; a search finds 2026-11-23T06:50:09.000Z") == true)
    #expect(json["recovery"]["confirmed"] == .bool(false), "the search finds that it went on")
  }

  /// `fill` knows the spans before, during and after the incident, unless they are given.
  @Test func fillKnowsTheSpans() throws {
    let (json, _) = try Self.document(.text, ["--packs", "none"])
    let measures = ["requests from before", "errors from during", "requests from after"]
    let run = try Command.run(["fill", "--json"] + measures.flatMap { ["--measure", $0] } + Capture.text.appLogs)
    #expect(run.status == 0, "\(run.errors)")
    let values = try JSONValue(parsing: run.output)["values"].array.map { $0["value"].int }
    let totals = json["segments"].array.map { $0["total"] }
    #expect(values == [totals[0]["requests"].int, totals[1]["errors"].int, totals[2]["requests"].int])
    let given = try Command.run(
      ["fill", "--measure", "requests from during", "--span", "during=..+10s"] + Capture.text.appLogs)
    #expect(given.status == 0 && given.text != "\(totals[1]["requests"].int ?? 0)\n")
  }

  /// Marks, releases and a gate's verdicts stand on the timeline.
  @Test func marksAndVerdicts() throws {
    let (json, _) = try Self.document(
      .text,
      ["--mark", "2026-11-23T06:51:20Z rollback ordered", "--gate", Fixtures.path("../rules/gates/rollout.yml")])
    let moments = json["timeline"].array.map {
      ($0["kind"].string ?? "", $0["text"].string ?? "", $0["time"].string ?? "")
    }
    #expect(moments.contains { $0.0 == "mark" && $0.1 == "rollback ordered" && $0.2 == "2026-11-23T06:51:20.000Z" })
    #expect(moments.contains { $0.0 == "verdict" && $0.1.contains("FAIL") })
    #expect(moments.map(\.2) == moments.map(\.2).sorted())
  }
}
