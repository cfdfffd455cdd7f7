import LogSource
import RulePack
import TestKit
import Testing

/// What rules about secrets match is in nothing that a finding says, whichever rule it is of.
struct SecretTests {
  private func found(_ rules: String, _ log: String) throws -> [Finding] { try Scan(rules).everywhere(log) }

  /// All text of findings.
  private func text(_ findings: [Finding]) -> String { Scan.lines(findings).joined(separator: "\n") }

  private static let password = #"""
    - id: password
      on: line
      pattern: 'password=\S{6,}'
      secret: true
    """#

  @Test func alsoInWhatOtherRulesSay() throws {
    let rules =
      Self.password + "\n" + #"""
        - id: login
          pattern: 'login (?<who>\w+) password=(?<pw>\S+)'
          message: '{who} came with {pw}, {password}'
          group-by: [pw]
        - id: where
          where: 'has(password)'
          message: '{password}'
          group-by: [password, user]
        - id: burst
          correlation:
            type: event_count
            rules: [login]
            group-by: [password]
            timespan: 1m
            condition: {gte: 1}
          message: '{count} with {password}'
          generate: true
        """#
    let log = Log.text(0, "login ana password=hunter22 user=ana", id: "r1")
    let found = try found(rules, log)
    #expect(Scan.ids(found) == ["burst", "login", "password", "where"])
    #expect(!text(found).contains("hunter22"))
    #expect(found.first { $0.rule.id == "login" }?.message == "ana came with <secret>, <secret>")
    #expect(found.first { $0.rule.id == "where" }?.group.map(\.value) == ["<secret>", "ana"])
    #expect(found.first { $0.rule.id == "burst" }?.message == "1 with <secret>")
    #expect(
      found.allSatisfy { $0.example?.text == "2026-11-23 06:00:00,000 INFO [app] [r1] login ana <secret> user=ana" })
  }

  /// A group named `secret` is what is taken out, and nothing besides.
  @Test func aGroupNamedSecret() throws {
    let rules = #"""
      - id: key
        pattern: 'key (?<kind>\w+) is (?<secret>(?<head>sk-)\w+)'
        message: '{kind} {secret} {head} {tail}'
        group-by: [kind, secret]
        secret: true
      """#
    let found = try found(rules, Log.text(0, "key api is sk-1234567890 tail=567890"))
    #expect(found.map(\.message) == ["api <secret> sk- <secret>"])
    #expect(found[0].group.map(\.value) == ["api", "<secret>"])
    #expect(found[0].example?.text.hasSuffix("key api is <secret> tail=567890") == true)
  }

  /// What a rule matched is known also where its pattern does not fit the whole line: anchors, a field, escapes.
  @Test func anchoredAndEscaped() throws {
    let rules = #"""
      - id: message
        on: message
        pattern: '^token [\w/]{8,}$'
        secret: true
      - id: field
        on: credential
        pattern: '^[a-z]{8}$'
        secret: true
      - id: other
        on: logger
        pattern: 'app'
        group-by: [credential]
        message: '{message}'
      """#
    for log in [Log.text(0, "token abcd1234x"), Log.json(0, "token abcd1234x"), Log.logfmt(0, "token abcd1234x")] {
      let found = try found(rules, log)
      #expect(Scan.ids(found) == ["message", "other"])
      #expect(!text(found).contains("abcd1234"), "\(text(found))")
      #expect(found.allSatisfy { $0.example?.text.contains("<secret>") == true })
    }
    let escaped =
      #"{"ts": "2026-11-23T06:00:00.000Z", "level": "info", "logger": "app", "msg": "token \u0061bcd\/1234x"}"#
    let inJSON = try found(rules, escaped + "\n")
    #expect(Scan.ids(inJSON) == ["message", "other"])
    #expect(!text(inJSON).contains("1234") && !text(inJSON).contains("bcd"), "\(text(inJSON))")
    for log in [Log.text(0, "x credential=opensesa"), Log.json(0, "x", more: #", "credential": "\u006fpensesa""#)] {
      let found = try found(rules, log)
      #expect(Scan.ids(found) == ["field", "other"])
      #expect(!text(found).contains("pensesa"), "\(text(found))")
    }
    // What a rule about one field looks like is nothing to hide elsewhere.
    let plain = try self.found(rules, Log.text(0, "anything goes"))
    #expect(plain.map(\.message) == ["anything goes"])
  }

  /// A pattern of slashes as JSON writes them.
  @Test func escapedSlashes() throws {
    let rules = #"""
      - id: auth
        on: line
        pattern: 'Bearer [\w/+]{8,}'
        secret: true
      """#
    let line =
      #"{"ts": "2026-11-23T06:00:00.000Z", "level": "info", "logger": "app", "msg": "Bearer abcdefgh\/ijkl\/mnop"}"#
    let found = try found(rules, line + "\n")
    #expect(found.count == 1)
    for part in ["abcdefgh", "ijkl", "mnop"] { #expect(!text(found).contains(part), "\(text(found))") }
  }

  /// Neither a part of it at the end of a value that is cut, nor at the end of an example.
  @Test func onTheEdge() throws {
    let secret = "gh_" + String(repeating: "s3cr3t", count: 6)
    let rules = #"""
      - id: token
        pattern: '\bgh_[a-z0-9]{36}\b'
        secret: true
      - id: all
        pattern: '^go (?<all>.*)$'
        message: '{all}'
      """#
    for room in 230...256 {
      let found = try Scan(rules).result(
        .memory(Array(Log.text(0, "go " + String(repeating: ".", count: room) + " " + secret).utf8), name: "a"))
      #expect(!text(found.findings).contains("s3cr3t"), "\(room)")
    }
    let far = String(repeating: ".", count: 16 * 1024 - 60) + " " + secret
    let found = try found(rules, Log.text(0, "go " + far))
    #expect(!text(found).contains("s3cr3t"))
    #expect(found.allSatisfy { $0.example?.text.utf8.count ?? 0 <= 16 * 1024 })
    // A secret longer than what is kept of a value.
    let long = try self.found(
      "- id: x\n  on: message\n  pattern: '^key=\\w{300,}$'\n  secret: true",
      Log.text(0, "key=" + String(repeating: "abcdefghij", count: 60)))
    #expect(long.count == 1 && !text(long).contains("abc"))
  }

  /// A rule about secrets that says no place hides the line.
  @Test func withoutAPattern() throws {
    let rules = #"""
      - id: word
        keywords: [topsecret]
        secret: true
      - id: field
        where: 'has(pin)'
        group-by: [pin, user]
        secret: true
      - id: other
        pattern: 'login'
        message: 'pin {pin} of {user}'
      """#
    let found = try found(rules, Log.text(0, "login topsecret 0815 pin=4711 user=ana"))
    #expect(Scan.ids(found) == ["field", "other", "word"])
    #expect(!text(found).contains("4711") && !text(found).contains("0815"))
    #expect(found.first { $0.rule.id == "other" }?.message == "pin <secret> of ana")
  }

  /// Where PCRE2 gives a rule about secrets up, the line is not shown.
  @Test func givenUp() throws {
    let rules = #"""
      - id: slow
        on: user
        pattern: '^(a+)+$'
        secret: true
      - id: other
        pattern: 'login'
      """#
    let found = try found(rules, Log.text(0, "login user=" + String(repeating: "a", count: 60) + "b"))
    #expect(found.map(\.kind.rawValue).sorted() == ["match-limit", "rule"])
    #expect(!text(found).contains("aaaa"))
  }

  /// A request id may be a token.
  @Test func idsOfRequests() throws {
    let rules = #"""
      - id: token
        on: line
        pattern: 'gh_\w{8,}'
        secret: true
      - id: trace
        trace:
          where: 'records >= 1'
        group-by: [id]
        message: 'a trace'
      """#
    let found = try found(rules, Log.text(0, "x", id: "gh_12345678"))
    #expect(Scan.ids(found) == ["token", "trace"])
    #expect(!text(found).contains("12345678"))
    #expect(found.allSatisfy { $0.traces == ["<secret>"] })
  }
}
