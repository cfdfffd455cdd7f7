import Report
import RulePack
import TestKit
import Testing
import TraceCore

/// Findings as other programs read them: JSON, and SARIF.
struct ScanMachineOutputTests {
  private func lines(_ findings: Findings) throws -> [JSONValue] {
    var sink = TextSink()
    ScanReport.json(findings, ledger: Samples.ledger(), into: &sink)
    #expect(!sink.bytes.contains { $0 < 0x20 && $0 != 0x0A || $0 == 0x7F })
    return try JSONValue.lines(sink.bytes)
  }

  private func sarif(_ findings: Findings, rules: [Rule] = [], ledger: Ledger = Samples.ledger()) throws -> JSONValue {
    var sink = TextSink()
    SARIFReport.write(findings, rules: rules, version: "1.2.3", ledger: ledger, into: &sink)
    return try JSONValue(parsing: sink.bytes)
  }

  // MARK: JSON

  @Test func aFindingALineAndASummary() throws {
    let findings = try ScanSamples.findings()
    let values = try lines(findings)
    #expect(values.count == findings.findings.count + 1)
    let first = values[0]
    #expect(
      first.members.map(\.key) == [
        "schema", "event_id", "rule", "kind", "title", "severity", "message", "pack", "group", "count", "first", "last",
        "example", "trace_ids", "traces", "runbook", "tags",
      ])
    #expect(first["schema"].string == "skein.finding/1" && first["severity"].string == "P0")
    #expect(first["group"].members.map(\.key) == ["logger"] && first["group"]["logger"].string == "db.pool")
    #expect(first["first"].string == "2026-11-23T06:50:48.123Z" && first["last"].string == "2026-11-23T06:51:28.001Z")
    #expect(first["count"].int == 333 && first["traces"].int == 213 && first["trace_ids"].array.count == 2)
    #expect(first["example"]["line"].int == 3120)
    #expect(values[2]["message"].string == "A payment began and did not end" && values[2]["runbook"] == .null)
    let limit = values[values.count - 2]
    #expect(limit["kind"].string == "match-limit")
    #expect(limit["message"].string?.hasPrefix("the pattern of rule token-in-log was given up on 4 lines") == true)
    let last = values[values.count - 1]
    #expect(
      last.members.map(\.key) == [
        "schema", "findings", "unkept", "match_limits", "suppressed", "rules", "packs", "notes", "ledger",
      ])
    // What is not kept is found all the same; a pattern that was given up is not a finding of the rule.
    #expect(["P0", "P1", "P2", "P3"].map { last["findings"][$0].int } == [1, 2, 1, 36])
    #expect(last["unkept"]["P3"].int == 31 && last["match_limits"].int == 1 && last["rules"].int == 34)
    #expect(last["suppressed"][0]["where"].string == #"route = "GET /reports""#)
    #expect(last["suppressed"][0]["expires"].string == "2027-02-01T00:00:00.000Z")
    #expect(last["ledger"]["records"].int == 38_406)
  }

  @Test func hostileTextComesBackAsItWas() throws {
    let findings = try ScanSamples.hostileFindings()
    let values = try lines(findings)
    for (finding, value) in zip(findings.findings, values) {
      if finding.kind == .rule {
        #expect(value["message"].string == (finding.message.isEmpty ? finding.rule.title : finding.message))
      }
      #expect(value["group"][finding.group[0].name].string == finding.group[0].value)
      #expect(value["example"]["text"].string == finding.example?.text)
      #expect(value["trace_ids"].array.map(\.string) == finding.traces)
      #expect(value["tags"].array.map(\.string) == finding.rule.tags)
    }
    #expect(values.last?["notes"].array.map(\.string) == ScanSamples.hostile)
  }

  @Test func rulesAsJSON() throws {
    let rules = try ScanSamples.rules()
    var sink = TextSink()
    RulesReport.json(rules, pretty: false, into: &sink)
    let json = try JSONValue(parsing: sink.bytes)
    #expect(json["schema"].string == "skein.rules/1")
    #expect(json["rules"].array.map { $0["rule"].string } == rules.map(\.id))
    #expect(
      json["rules"].array.map { $0["kind"].string } == ["line", "line", "event_count", "trace", "line", "line"])
    #expect(json["rules"][2]["group_by"].array == [.string("route")])
    #expect(json["rules"][3]["status"].string == "experimental" && json["rules"][4]["secret"] == .bool(true))
    #expect(json["rules"][0]["cooldown_ms"].int == 300_000)
  }

  // MARK: Names of findings

  /// The same finding has the same name while it grows; no two have the same.
  @Test func eventIDs() throws {
    let finding = try ScanSamples.pool()
    // Given out once, it is what receivers know: this may never change.
    #expect(finding.eventID == "5884b60dedf024b2d88b875beea63bfd")
    // And so for every length that its parts may have.
    var long = finding
    func named(_ value: String) -> String {
      long.group[0].value = value
      return long.eventID
    }
    let all = (0..<130).map { named(String(repeating: "g", count: $0)) }.joined()
    #expect(named(all) == "ab495e3c6baa999071c7b8d37996fb20")
    var grown = finding
    (grown.count, grown.last, grown.message) = (999, grown.last + 1, "something else")
    (grown.traces, grown.traceCount, grown.example) = ([], 0, nil)
    #expect(grown.eventID == finding.eventID)

    var others: [Finding] = []
    func other(_ change: (inout Finding) -> Void) {
      var copy = finding
      change(&copy)
      others.append(copy)
    }
    other { $0.first += 1 }
    other { $0.kind = .matchLimit }
    other { $0.rule.id = "sqlalchemy-pool-timeou" }
    other { $0.group = [] }
    other { $0.group[0].value = nil }
    other { $0.group[0].value = "" }
    other { $0.group = [("logger", "db"), ("pool", "x")] }
    other { $0.group = [("logger", "db4:pool1:x")] }
    other { $0.group = [("logge", "rdb.pool")] }
    #expect(Set(others.map(\.eventID) + [finding.eventID]).count == others.count + 1)
    #expect(others.allSatisfy { $0.eventID.utf8.count == 32 })
  }

  // MARK: SARIF

  @Test func sarifHasWhatReadersAskFor() throws {
    let rules = try ScanSamples.rules()
    let json = try sarif(try ScanSamples.findings(), rules: rules)
    #expect(json["version"].string == "2.1.0" && json["$schema"].string?.hasSuffix("sarif-schema-2.1.0.json") == true)
    #expect(json["runs"].array.count == 1)
    let run = json["runs"][0]
    let driver = run["tool"]["driver"]
    #expect(driver["name"].string == "skein" && driver["version"].string == "1.2.3")
    #expect(driver["rules"].array.map { $0["id"].string } == rules.map(\.id))
    #expect(driver["rules"][0]["name"].string == "SqlalchemyPoolTimeout")
    #expect(driver["rules"][0]["helpUri"].string == "https://runbooks.example.org/db/pool")
    #expect(
      driver["rules"].array.map { $0["defaultConfiguration"]["level"].string }
        == ["error", "warning", "error", "error", "warning", "note"])
    #expect(
      driver["rules"][0]["help"]["text"].string
        == "Requests wait for connections that others hold; look for slow queries and leaked sessions. False positives: "
        + "a load test against a small pool. Runbook: https://runbooks.example.org/db/pool")
    #expect(driver["rules"][4]["properties"]["tags"].array == [.string("privacy"), .string("security")])
    #expect(driver["rules"][4]["properties"]["security-severity"].string == "5.5")
    #expect(driver["rules"][0]["properties"]["security-severity"] == .null)
    #expect(run["invocations"][0]["executionSuccessful"] == .bool(true))
    #expect(run["columnKind"].string == "unicodeCodePoints")

    let results = run["results"].array
    #expect(results.count == 9)
    for result in results {
      let rule = try #require(result["ruleIndex"].int)
      #expect(driver["rules"][rule]["id"] == result["ruleId"])
      #expect(result["message"]["text"].string?.isEmpty == false)
      #expect(result["partialFingerprints"]["eventId/v1"].string?.utf8.count == 32)
    }
    let place = results[0]["locations"][0]["physicalLocation"]
    #expect(place["artifactLocation"]["uri"].string == "app.log.1" && place["region"]["startLine"].int == 3120)
    #expect(results[0]["level"].string == "error" && results[0]["occurrenceCount"].int == 333)
    #expect(results[0]["properties"]["first"].string == "2026-11-23T06:50:48.123Z")
    #expect(results[0]["properties"]["severity"].string == "P0")
    #expect(results[0]["properties"]["traceIds"].array.count == 2)

    let notices = run["invocations"][0]["toolExecutionNotifications"].array
    #expect(notices.map { $0["level"].string } == ["warning", "warning", "note", "note"])
    #expect(notices[0]["associatedRule"]["id"].string == "token-in-log")
    #expect(notices[0]["locations"][0]["physicalLocation"]["region"]["startLine"].int == 4096)
  }

  @Test func sarifOfHostileText() throws {
    let findings = try ScanSamples.hostileFindings()
    let json = try sarif(findings, ledger: WidthTests.hostileLedger())
    let run = json["runs"][0]
    for rule in run["tool"]["driver"]["rules"].array {
      // The schema wants them distinct.
      let tags = rule["properties"]["tags"].array.map(\.string)
      #expect(Set(tags).count == tags.count && tags.contains("security"))
      #expect(rule["helpUri"] == .null)
    }
    let allowed = Set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~/%:".unicodeScalars)
    for result in run["results"].array {
      let text = try #require(result["message"]["text"].string)
      #expect(!text.unicodeScalars.contains(where: Escape.isControl))
      #expect(!text.contains("]("))
      let place = result["locations"][0]["physicalLocation"]
      let uri = try #require(place["artifactLocation"]["uri"].string)
      #expect(uri.unicodeScalars.allSatisfy(allowed.contains))
      // Line numbers begin at 1 in SARIF.
      #expect(place["region"] == .null || (place["region"]["startLine"].int ?? 0) > 0)
      #expect((result["occurrenceCount"].int ?? 0) > 0)
    }
  }

  @Test func sarifMessagesAreShownAsTheyStand() throws {
    var finding = try ScanSamples.pool()
    finding.message = "[here](https://evil.example) {0} \u{1B}[31m\u{202E}"
    func text(_ redact: (String) -> String = { $0 }) throws -> JSONValue {
      var sink = TextSink()
      SARIFReport.write(
        Findings(findings: [finding], ruleCount: 1, packs: []), rules: [], version: "1", ledger: Ledger(),
        redact: redact, into: &sink)
      return try JSONValue(parsing: sink.bytes)["runs"][0]["results"][0]
    }
    #expect(try text()["message"]["text"].string == #"[here] (https://evil.example) {{0}} \x1b[31m\u{{202e}}"#)
    let redacted = try text { $0.contains("pool") ? "<secret-1>" : "<secret-2>" }
    #expect(redacted["message"]["text"].string == "<secret-2>")
    #expect(redacted["properties"]["group"]["logger"].string == "<secret-1>")
  }

  @Test(arguments: [
    ("app.log", "app.log"), ("./logs/app.log", "logs/app.log"), (".//a", "a"), ("../a b.log", "../a%20b.log"),
    ("/var/log/app.log", "file:///var/log/app.log"), ("//x/y", "file:///x/y"), ("C:a", "C%3Aa"),
    ("ä?#", "%C3%A4%3F%23"),
    ("-", "-"), ("a\nb", "a%0Ab"),
  ])
  func paths(path: String, uri: String) throws {
    var finding = try ScanSamples.pool()
    finding.example?.path = path
    let json = try sarif(Findings(findings: [finding], ruleCount: 1, packs: []))
    let place = json["runs"][0]["results"][0]["locations"][0]["physicalLocation"]["artifactLocation"]
    #expect(place["uri"].string == uri)
    #expect(place["description"]["text"].string == (path == "-" ? "standard input" : nil))
  }

  @Test func sameBytesEachTime() throws {
    func bytes() throws -> [UInt8] {
      var sink = TextSink()
      SARIFReport.write(
        try ScanSamples.hostileFindings(), rules: try ScanSamples.rules(), version: "1.2.3",
        ledger: WidthTests.hostileLedger(), into: &sink)
      ScanReport.json(try ScanSamples.hostileFindings(), ledger: Samples.ledger(), into: &sink)
      return sink.bytes
    }
    #expect(try bytes() == bytes())
  }
}
