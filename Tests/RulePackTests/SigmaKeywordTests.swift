import Testing
import TraceCore

@testable import RulePack

/// Keywords are looked for in all of a record, whatever its log hides them behind.
struct SigmaKeywordTests {
  @Test func oneOfSeveral() throws {
    let detection = "  keywords:\n    - PermissionDenied\n    - 'near \"*\": syntax error'\n  condition: keywords"
    let condition = try SigmaSample.condition(detection, category: "application")
    #expect(condition.expression == nil && condition.target == .record && condition.rule.pattern != nil)
    let log = [
      "2026-11-23 06:47:55,003 ERROR [api] django.PERMISSIONDENIED: no", "2026-11-23 06:47:56,003 ERROR [api] failed",
      "Traceback (most recent call last):", #"sqlite3.OperationalError: near "x": syntax error"#,
      "2026-11-23 06:47:57,003 INFO [api] permission was denied",
    ]
    #expect(try SigmaSample.hits(condition, log, layout: "python-bracket-name") == [1, 4])
  }

  @Test func whatFormatsEscape() throws {
    let detection = "  keywords:\n    - '<script src=\"/x\">'\n    - '\u{C9}t\u{E9}'\n  condition: keywords"
    let log = [
      #"{"msg":"a","url":"<script src=\"/x\">"}"#, #"{"msg":"a","url":"\u003cscript src=\"\/x\"\u003E"}"#,
      #"{"msg":"a","ua":"\u00e9t\u00c9"}"#, #"{"msg":"\u003Cscript src=\u0022/x\u0022>"}"#, #"{"msg":"été"}"#,
      #"{"msg":"script src=/x"}"#, #"{"msg":"a","exc_info":"Error: x\nE: \"\u003cSCRIPT src=\"/x\">"}"#,
    ]
    #expect(try SigmaSample.hits(detection, log) == [1, 2, 3, 4, 5, 7])
  }

  /// All of `|all`, and nothing of what a `not` excludes, on one line.
  @Test func combinations() throws {
    let detection = """
        all_words:
          '|all': [alpha, beta]
        other: [gamma]
        excluded: [delta, epsilon]
        fields:
          sc-status: 200
        condition:
      """ + " "
    let log = [
      #"{"msg":"Beta, then ALPHA","status":200}"#, #"{"msg":"alpha","status":200}"#, #"{"msg":"gamma","status":404}"#,
      #"{"msg":"alpha beta delta","status":200}"#, #"{"msg":"nothing","status":200}"#, #"{"msg":"nothing"}"#,
    ]
    #expect(try SigmaSample.hits(detection + "all_words", log) == [1, 4])
    #expect(try SigmaSample.hits(detection + "all_words and not excluded", log) == [1])
    #expect(try SigmaSample.hits(detection + "(all_words or other) and not 1 of ex*", log) == [1, 3])
    #expect(try SigmaSample.hits(detection + "other or fields", log) == [1, 2, 3, 4, 5])
    #expect(try SigmaSample.hits(detection + "other and not fields", log) == [3])
    #expect(try SigmaSample.hits(detection + "fields and not (all_words or excluded)", log) == [2, 5])
    #expect(try SigmaSample.hits(detection + "not all_words", log) == [2, 3, 5, 6])
    #expect(try SigmaSample.hits(detection + "1 of them and not fields", log) == [3])
  }

  @Test func regexesAndCase() throws {
    let log = [#"{"msg":"Alpha 17"}"#, #"{"msg":"alpha"}"#, #"{"msg":"beta 3"}"#]
    #expect(try SigmaSample.hits("  k:\n    '|re': ['^.*Alpha', 'ta \\d']\n  condition: k", log) == [1, 3])
    #expect(try SigmaSample.hits("  k:\n    '|re|i': 'ALPHA \\d+'\n  condition: k", log) == [1])
    #expect(try SigmaSample.hits("  k:\n    '|cased': 'alpha'\n  condition: k", log) == [2])
    #expect(try SigmaSample.hits("  k: alpha\n  condition: k", log) == [1, 2])
  }
}
