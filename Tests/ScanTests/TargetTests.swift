import Pipeline
import RulePack
import Testing
import TraceCore

/// What the pattern of a rule is about: the message, the lines behind it, the whole line, a field.
struct TargetTests {
  private static let rules = #"""
    - id: text
      pattern: '^needle \d$'
    - id: text-behind
      pattern: '^\s+at needle'
    - id: message
      on: message
      pattern: '^needle \d$'
    - id: message-behind
      on: message
      pattern: 'at needle'
    - id: line
      on: line
      pattern: 'db\.pool.*needle'
    - id: line-behind
      on: line
      pattern: 'at needle'
    - id: logger
      on: logger
      pattern: '^db\.pool$'
    - id: user
      on: user
      pattern: '^ana$'
    - id: level
      on: level
      pattern: '^error$'
    - id: status
      on: status
      pattern: '^50\d$'
    - id: absent
      on: nothing
      pattern: '.'
    - id: keyword
      keywords: [NEEDLE 1, other]
    - id: keyword-in-message-only
      on: message
      keywords: [db.pool]
    """#

  private static let all = ["keyword", "level", "line", "logger", "message", "status", "text", "user"]

  @Test func inText() throws {
    let event = Log.text(0, "needle 1", level: "ERROR", logger: "db.pool")
    let pairs = Log.text(0, "x user=ana status=503", level: "INFO", logger: "db.pools")
    #expect(
      try Scan.ids(Scan(Self.rules).everywhere(event)) == ["keyword", "level", "line", "logger", "message", "text"])
    #expect(try Scan.ids(Scan(Self.rules).everywhere(pairs)) == ["status", "user"])
    let trace = event + "Traceback (most recent call last):\n  at needle 1\n"
    #expect(try Scan.ids(Scan(Self.rules).everywhere(trace)).contains("text-behind"))
    #expect(
      !(try Scan.ids(Scan(Self.rules).everywhere(trace)).contains { $0 == "message-behind" || $0 == "line-behind" }))
  }

  @Test func inJSON() throws {
    let event = Log.json(
      0, "needle 1", level: "error", logger: "db.pool",
      more: #", "user": "ana", "status": 503, "path": "/", "method": "GET""#)
    // In JSON logs the message stands behind the logger in the line, as in text.
    #expect(try Scan.ids(Scan(Self.rules).everywhere(event)) == Self.all)
  }

  @Test func inLogfmt() throws {
    let event = Log.logfmt(
      0, "needle 1", level: "error", logger: "db.pool", more: " user=ana status=503 path=/ method=GET")
    #expect(try Scan.ids(Scan(Self.rules).everywhere(event)) == Self.all)
  }

  /// A message of several lines in JSON is what a message and its continuation lines are in text: each line by itself.
  @Test func linesOfAMessage() throws {
    let rules = #"""
      - id: begin
        pattern: '^SELECT'
      - id: end
        pattern: 'failed$'
      - id: across
        pattern: 'failed\s+SELECT'
      - id: message
        on: message
        pattern: 'failed\s+SELECT'
      - id: each
        pattern: '\bid\b'
      """#
    let message = "id failed\nSELECT id FROM t\n  WHERE id = 1"
    let json = try Scan(rules).everywhere(Log.json(0, message, level: "error"))
    #expect(Scan.ids(json) == ["begin", "each", "end", "message"])
    #expect(json.first { $0.rule.id == "each" }?.count == 3)
    let text = try Scan(rules).everywhere(Log.text(0, message, level: "ERROR"))
    #expect(Scan.ids(text) == ["begin", "each", "end"])
    #expect(text.first { $0.rule.id == "each" }?.count == 3)
    var literals = try Scan(rules)
    literals.mode = .none
    #expect(Scan.ids(try literals.everywhere(Log.json(0, message, level: "error"))) == Scan.ids(json))
  }

  /// Escapes of JSON are no part of the text.
  @Test func escapes() throws {
    let rules = #"""
      - id: quote
        pattern: 'say "needle"'
      - id: field
        on: user
        pattern: '^a"n\\a$'
      - id: raw
        on: line
        pattern: 'say \\"needle\\"'
      - id: never
        pattern: '\\"'
      """#
    let log = Log.json(0, #"say "needle""#, more: #", "user": "a\"n\\a""#)
    #expect(try Scan.ids(Scan(rules).everywhere(log)) == ["field", "quote", "raw"])
    let escaped = Log.json(0, "x", more: #", "user": "\u0061\"n\\a""#)
    #expect(try Scan.ids(Scan(rules).everywhere(escaped)) == ["field"])
  }

  /// A line that fits no layout is its own text and has no fields.
  @Test func unparsedLines() throws {
    let rules = #"""
      - id: text
        pattern: '^Killed needle$'
      - id: message
        on: message
        pattern: 'needle'
      - id: line
        on: line
        pattern: '^Killed'
      - id: keyword
        keywords: [needle]
      - id: field
        on: logger
        pattern: 'app'
        where: 'level = error'
      - id: where
        pattern: 'needle'
        where: 'level = info'
      - id: absent
        pattern: 'needle'
        where: 'not has(user)'
      """#
    let killed = "Killed needle\n"
    for log in [killed + Log.text(0, "x"), Log.text(0, "x") + killed, Log.text(0, "x", id: "r1") + killed + killed] {
      let found = try Scan(rules).everywhere(log)
      #expect(Scan.ids(found) == ["keyword", "line", "message", "text"])
      // It is in no trace; its time is that of the record before it.
      #expect(found.allSatisfy { $0.traces.isEmpty })
      #expect(found.allSatisfy { $0.first == (log.hasPrefix(killed) ? .min : Log.time(0)) })
    }
  }

  /// A field that stands twice says nothing.
  @Test func ambiguousFields() throws {
    let rules = #"""
      - id: user
        on: user
        pattern: 'ana'
      - id: where
        where: 'user = ana'
      """#
    #expect(try Scan(rules).everywhere(Log.text(0, "in user=ana user=bob")).isEmpty)
    #expect(try Scan.ids(Scan(rules).everywhere(Log.text(0, "in user=ana"))) == ["user", "where"])
  }

  @Test func keywords() throws {
    let rules = #"""
      - id: any
        keywords: ['out of Memory', 'ENOSPC']
      - id: with
        keywords: [needle]
        pattern: '\d{3}'
      - id: short
        keywords: ['%']
      - id: umlaut
        keywords: ['Öl']
      """#
    func ids(_ message: String) throws -> [String] { try Scan.ids(Scan(rules).everywhere(Log.text(0, message))) }
    #expect(try ids("OUT OF MEMORY") == ["any"])
    #expect(try ids("write: enospc") == ["any"])
    #expect(try ids("needle 12") == [])
    #expect(try ids("123 Needle") == ["with"])
    #expect(try ids("100 %") == ["short"])
    // ASCII case alone is ignored.
    #expect(try ids("ÖL") == ["umlaut"])
    #expect(try ids("öl") == [])
    // The keyword and the pattern in one text, not one here and one there.
    #expect(try ids("needle\n  at 123") == [])
  }
}
