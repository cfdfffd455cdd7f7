import Config
import Testing

@testable import RulePack

/// Files of redactions.
struct RedactionReaderTests {
  private func rules(_ text: String) throws -> RedactionRules {
    RedactionRules([try RedactionReader.read(Array(text.utf8), path: "r.yml")])
  }

  private func problems(_ text: String) -> [String] {
    do throws(ConfigurationProblems) {
      _ = try RedactionReader.read(Array(text.utf8), path: "r.yml")
      return []
    } catch {
      return error.problems.map(\.description)
    }
  }

  @Test func rulesAreAddedAndBuiltInOnesSwitchedOff() throws {
    let redactor = Redactor(
      try rules(
        #"""
        redactions:
          - name: customer
            pattern: 'C-\d{6}'
          - name: plate
            pattern: 'plate=(?<number>\S+)'
            group: number
          - name: seat
            pattern: 'seat \d+'
            replace: a seat
          - name: phone
            pattern: 'ext\d{4}'
        disable: [phone, ip]
        """#))
    #expect(
      redactor.redacted("C-123456 plate=WX-09 seat 12 ext1234 +49 30 1234567 10.0.0.7 C-123456 ana@example.org")
        == "<customer-1> plate=<plate-1> a seat <phone-1> +49 30 1234567 10.0.0.7 <customer-1> <email-1>")
    #expect(redactor.values.map(\.kind) == ["email", "phone", "customer", "plate", "seat"])
  }

  /// A rule of the user's looks first, at ids too.
  @Test func ownRulesComeFirst() throws {
    let redactor = Redactor(try rules("redactions: [{name: order, pattern: '[0-9a-f]{32}'}]"))
    #expect(redactor.redacted("id 4bf92f3577b34da6a3ce929d0e0e4736") == "id <order-1>")
  }

  @Test func aFixedTextStaysAsItIs() throws {
    let redactor = Redactor(try rules(#"redactions: [{name: n, pattern: '\bx\w+', replace: 'ten 4111111111111111'}]"#))
    let once = redactor.redacted("a xyz b")
    #expect(redactor.redacted(once) == once)
  }

  @Test(arguments: [
    ("", "r.yml:1:1: there is nothing in this file; write `redactions: []` for none"),
    ("- a", "r.yml:1:1: a file of redactions is a mapping (key: value), not a list"),
    ("redaction: []", "r.yml:1:1: unknown key 'redaction'; did you mean 'redactions'?"),
    ("redactions: x", "r.yml:1:13: 'redactions' is a list (- name: …), not a text"),
    (
      "disable: [phon]",
      "r.yml:1:11: 'disable' names what is built in: secret, email, iban, card, phone, ip, mac; 'phon' is not; did you mean 'phone'?"
    ),
    ("redactions:\n  - name: a", "r.yml:2:5: 'pattern' is missing; write for example `pattern: 'C-\\d{6}'`"),
    ("redactions:\n  - pattern: a", "r.yml:2:5: 'name' is missing; write for example `name: customer`"),
    (
      "redactions: [{name: A b, pattern: a}]",
      "r.yml:1:14: 'name' is a name of a-z, 0-9 and -, and begins with a letter; 'A b' is not"
    ),
    (
      "redactions: [{name: a, pattern: '(x'}]",
      "r.yml:1:33: 'pattern' is not valid: missing closing parenthesis (at character 3 of the pattern)\n  (x\n    ^"
    ),
    (
      "redactions: [{name: a, pattern: 'x*'}]",
      "r.yml:1:33: 'pattern' matches an empty text, so there is nothing to replace: make a part of it required"
    ),
    (
      "redactions: [{name: a, pattern: 'x(?<n>y)', group: m}]",
      "r.yml:1:52: 'group': the pattern has no group named 'm'; it has n"
    ),
    (
      "redactions: [{name: a, pattern: x, replace: xx}]",
      "r.yml:1:45: 'replace' is matched by the pattern itself: give text that it does not match"
    ),
    ("redactions: [{name: a, pattern: x, grup: y}]", "r.yml:1:36: unknown key 'grup'; did you mean 'group'?"),
  ])
  func mistakesAreTold(text: String, expected: String) {
    #expect(problems(text) == [expected])
  }

  @Test func otherReadersSayWhereItBelongs() {
    #expect(
      throws: ConfigurationProblems([
        ConfigurationProblem(
          path: "r.yml", line: 1, column: 1, "this is a file of redactions, not of rules; give it to --redact")
      ])
    ) {
      try PackReader.read(Array("redactions: []".utf8), path: "r.yml")
    }
  }
}
