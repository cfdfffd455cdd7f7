import TestKit
import Testing

@testable import RulePack

/// The table of forms (fixtures/redaction/forms.tsv, shown in docs/redaction.md), each where a log has it, and what stays.
struct RedactionFormsTests {
  /// Where a text stands in a log.
  enum Surroundings: String, CaseIterable {
    case alone, line, json, jsonInJSON, url, traceback

    func around(_ text: String) -> String {
      switch self {
      case .alone: text
      case .line: "2026-11-23 06:50:48,123 ERROR [svc] [a1] config dump: " + text
      case .json: #"{"ts":"2026-11-23T06:50:48Z","msg":""# + RedactionForm.json(text) + #"","n":1}"#
      case .jsonInJSON:
        #"{"level":"error","body":"{\"msg\":\""# + RedactionForm.json(RedactionForm.json(text)) + #"\"}"}"#
      case .url: "GET /x?n=1&q=" + RedactionForm.percentEncoded(text) + " HTTP/1.1"
      case .traceback: "Traceback (most recent call last):\n  File \"a.py\", line 1, in f\nValueError: \(text)"
      }
    }

    /// As the value stands there.
    func spelling(_ value: String) -> String {
      switch self {
      case .alone, .line, .traceback: value
      case .json: RedactionForm.json(value)
      case .jsonInJSON: RedactionForm.json(RedactionForm.json(value))
      case .url: RedactionForm.percentEncoded(value)
      }
    }
  }

  @Test(arguments: try RedactionForm.all())
  func isReplacedWhereverItStands(form: RedactionForm) {
    for surroundings in Surroundings.allCases {
      let text = surroundings.around(form.text)
      let result = Redactor(RedactionRules()).redacted(text)
      let value = surroundings.spelling(form.value)
      if surroundings == .alone || surroundings == .line {
        let expected = surroundings.around(form.before + "<\(form.kind)-1>" + form.after)
        #expect(result == expected, "\(surroundings.rawValue): \(text) -> \(result)")
      }
      #expect(!(form.value.utf8.count > 3 && result.contains(value)), "\(surroundings.rawValue): \(text) -> \(result)")
      // Nor a part of it that is not in the text beside it.
      for part in form.value.split(whereSeparator: { !$0.isLetter && !$0.isNumber }) where part.utf8.count >= 4 {
        #expect(
          !result.contains(part) || surroundings.around(form.before + form.after).contains(part) || part == "secret",
          "\(part) in \(surroundings.rawValue): \(text) -> \(result)")
      }
      #expect(Redactor(RedactionRules()).redacted(result) == result, "twice: \(text) -> \(result)")
      #expect(result.hasPrefix(surroundings.around("~").prefix { $0 != "~" }), "\(surroundings.rawValue): \(result)")
    }
  }

  static func staying() throws -> [String] {
    try RedactionForm.lines("redaction/stays.txt").map { $0.replacing("\\n", with: "\n") }
  }

  @Test(arguments: try staying())
  func stays(text: String) {
    for surroundings in Surroundings.allCases {
      let whole = surroundings.around(text)
      let result = Redactor(RedactionRules()).redacted(whole)
      #expect(result == whole, "\(surroundings.rawValue): \(whole) -> \(result)")
    }
  }
}
