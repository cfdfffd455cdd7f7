import Foundation
import TestKit
import Testing

/// What leaves the terminal to be shared is redacted; what stays on it is not.
@Suite struct RedactionCommandTests {
  private let folder: TemporaryFolder
  private let rules: String

  init() throws {
    folder = try TemporaryFolder()
    rules = try folder.file(
      "r.yml",
      """
      pack: p
      rules:
        - id: failed
          title: t
          severity: P1
          where: status >= 500
          group-by: [client]
          message: '{user} from {client}'
          samples: {hit: ['2026-11-23 07:00:00,000 ERROR [a] [r] x status=500'], miss: [x]}
      """)
  }

  /// Ten requests a second, one of them failing.
  private func log(_ seconds: Range<Int>, client: String = "10.0.0.7") -> String {
    seconds.flatMap { second in
      (0..<10).map { number in
        let time = String(format: "2026-11-23 07:%02d:%02d,%03d", second / 60, second % 60, number * 100)
        let isBad = number == 0
        return "\(time) \(isBad ? "ERROR" : "INFO") [api.access] [r\(second)-\(number)] request finished "
          + "client=\(client):4711 user=ana@example.org method=GET path=/a status=\(isBad ? 500 : 200) duration_ms=12.5 "
          + "version=build-for-ana@example.org\n"
      }
    }.joined()
  }

  private func scan(_ options: [String]) throws -> Command.Result {
    try Command.run(["scan", "--packs", "none", "--rules", rules, try folder.file("app.log", log(0..<60))] + options)
  }

  @Test func sarifIsRedactedAndTextIsNot() throws {
    let sarif = try scan(["--format", "sarif"])
    #expect(sarif.status == 0, "\(sarif.errors)")
    #expect(sarif.text.contains("<email-1> from <ip-1>:4711") && sarif.text.contains("\"client\":\"<ip-1>:4711\""))
    #expect(!sarif.text.contains("ana@") && !sarif.text.contains("10.0.0.7"))
    #expect(try scan(["--format", "sarif"]).text == sarif.text)
    #expect(try scan([]).text.contains("ana@example.org from 10.0.0.7:4711"))
    #expect(try scan(["--format", "sarif", "--no-redaction"]).text.contains("ana@example.org from 10.0.0.7:4711"))
    // One event, redacted or not.
    let id = try #require(sarif.text.firstMatch(of: /"eventId\/v1":"([0-9a-f]{32})"/)?.1)
    #expect(try scan(["--json"]).text.contains(id))
  }

  /// What a rule about secrets matched is a part of the secret: the rest of it goes too, in every document and on the terminal.
  @Test func theWholeSecretGoesWhereARuleSawAPart() throws {
    let log = try folder.file(
      "secrets.log",
      """
      2026-11-23 06:00:00,000 ERROR [svc] [a1] config dump: key=-----BEGIN PRIVATE KEY----- MIIEvQIBADANBgkqhkiG9w0BAQEFmadeup -----END PRIVATE KEY----- user=x
      2026-11-23 06:00:00,100 ERROR [svc] [a1] config dump: password="correct horse battery" user=x
      2026-11-23 06:00:00,200 ERROR [svc] [a1] upstream refused, request had Authorization: Digest username="someone", realm="x"
      Traceback (most recent call last):
        File "x.py", line 1, in f
      KeyError: 'Authorization: Digest username="someone", realm="x"'
      2026-11-23 06:00:01,500 ERROR [api.access] [a1] request finished method=GET path=/r status=500 duration_ms=5.0

      """)
    for command in [
      ["report"], ["report", "--format", "html"], ["report", "--format", "json"], ["scan", "--format", "sarif"],
      ["scan"],
      ["scan", "--json"], ["report", "--no-redaction"],
    ] {
      let result = try Command.run(command + [log])
      #expect(result.status == 0, "\(command) \(result.errors)")
      let isRedacted = command != ["report", "--no-redaction"] && command.first == "report"
      for part in ["MIIEvQ", "END PRIVATE", "horse"] where isRedacted || command.first == "scan" {
        #expect(!result.text.contains(part), "\(command) shows \(part)")
      }
      if isRedacted { #expect(!result.text.contains("someone"), "\(command)") }
      if command == ["report", "--format", "json"] {
        #expect(result.text.contains("Authorization: Digest <secret-"), "\(result.text)")
      }
    }
  }

  @Test func rulesOfAFile() throws {
    let own = try folder.file("own.yml", "redactions: [{name: user, pattern: '\\bana\\b'}]\ndisable: [email, ip]")
    let sarif = try scan(["--format", "sarif", "--redact", own])
    #expect(sarif.text.contains("<user-1>@example.org from 10.0.0.7:4711"))
    let bad = try folder.file("bad.yml", "redactions: [{name: user}]")
    let result = try scan(["--redact", bad])
    #expect(result.status == 64 && result.errors.contains("bad.yml:1:14: 'pattern' is missing"), "\(result.errors)")
    #expect(try scan(["--redact", folder.path("none.yml")]).status == 3)
    let both = try scan(["--redact", own, "--no-redaction"])
    #expect(both.status == 64 && both.errors.contains("contradict each other"))
  }

  @Test func thePageOfAGateIsRedacted() throws {
    let gate = try folder.file(
      "gate.yml",
      "name: g\nwindow: 5s\nmin_requests: 50\nversion_field: version\nstages: [{for: 1m}]\nobjectives: [error_rate < 2 %]\n"
    )
    let log = try folder.file("app.log", log(0..<60))
    let page = folder.path("page.md")
    for (option, isShown) in [([], false), (["--no-redaction"], true)] {
      let result = try Command.run(
        ["gate", gate, log, "--packs", "none", "--mark", "called +49 30 1234567", "-o", page] + option)
      #expect(result.status == 1, "\(result.errors)")
      #expect(result.text.contains("build-for-ana@example.org"))
      let text = try String(contentsOfFile: page, encoding: .utf8)
      #expect(text.contains("&lt;email-1&gt; appears") == !isShown && text.contains("1234567") == isShown)
      #expect(text.contains("Redacted: 1 different value of email, 1 of phone.") == !isShown)
    }
  }

  @Test func whatAHookIsToldIsRedacted() throws {
    let path = try folder.file("app.log", log(0..<230))
    let output = try folder.file("out", "")
    let told = folder.path("told")
    let running = try Command.start(
      [
        "follow", "--json", "--every", "1s", "--packs", "none", "--rules", rules, "--on-alert",
        "sh -c 'cat >> \(told)'", path,
      ], stdout: .file(output))
    // What is there is not alerted; what comes is, once the program is up: each second another client, so another finding.
    for second in 230..<530 where !FileManager.default.fileExists(atPath: told) {
      let file = try FileHandle(forWritingTo: URL(fileURLWithPath: path))
      try file.seekToEnd()
      try file.write(contentsOf: Data(log(second..<second + 1, client: "10.0.1.\(second - 229)").utf8))
      try file.close()
      usleep(100_000)
    }
    var heard = ""
    for _ in 0..<300 where !heard.hasSuffix("\n") {
      heard = (try? String(contentsOfFile: told, encoding: .utf8)) ?? ""
      usleep(20_000)
    }
    running.kill(SIGINT)
    _ = try running.finish()
    #expect(heard.contains("<email-1> from <ip-1>:4711"))
    #expect(!heard.contains("ana@example.org") && !heard.contains("10.0."))
    let id = try #require(heard.firstMatch(of: /"event_id":"([0-9a-f]{32})"/)?.1)
    let shown = try String(contentsOfFile: output, encoding: .utf8)
    #expect(shown.contains(id) && shown.contains("ana@example.org from 10.0.1."))
  }
}
