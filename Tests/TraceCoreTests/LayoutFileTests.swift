import Config
import Testing
import TraceCore

/// Files of layouts: what is read, what is refused and where, and samples that say what a line means.
struct LayoutFileTests {
  private static func read(_ text: String) throws -> LayoutFile {
    try LayoutFile.read(Array(text.utf8), path: "own.yml")
  }

  /// The mistakes of a file, as they are shown.
  private static func mistakes(_ text: String) -> [String] {
    do throws(ConfigurationProblems) {
      _ = try LayoutFile.read(Array(text.utf8), path: "own.yml")
      return []
    } catch {
      return error.problems.map(\.description)
    }
  }

  private static let orders = """
    layouts:
      - name: orders
        format: '%(asctime)s %(levelname)s [%(name)s] [%(correlation_id)s] %(message)s'
        fields: { took: duration_ms, outcome: status }
        samples:
          - line: '2026-11-23 06:47:55,003 INFO [api] [8165e189] done method=GET path=/a outcome=503 took=12.5'
            time: 2026-11-23T06:47:55.003Z
            level: info
            logger: api
            request_id: 8165e189
            status: 503
            duration: 12.5ms
          - line: '2026-11-23 06:47:55,003 INFO [api] [-] hello user=7'
            request_id: ~
            user: 7
      - name: billing
        regex: '^(?<time>\\S+ \\S+) (?<level>\\w+) \\((?<request_id>\\w*)\\) (?<message>.*)$'
        time: '%d.%m.%Y %H:%M:%S,%f'
        levels: { W2: warning, "7": error }
        samples:
          - line: '23.11.2026 06:47:55,003 W2 (a1) GET'
            time: 2026-11-23T06:47:55.003Z
            level: warning
            request_id: a1
            message: GET
          - line: '23.11.2026 06:47:55,003 7 () x'
            level: error
            request_id: ~
          - line: '2026-11-23 06:47:55,003 W2 (a1) GET'
            fits: false
    """

  @Test func samplesAreReadAsTheySay() throws {
    let file = try Self.read(Self.orders)
    #expect(file.definitions.map(\.name) == ["orders", "billing"])
    let outcomes = LayoutSampleCheck(file).outcomes()
    #expect(outcomes.count == 5)
    for outcome in outcomes { #expect(outcome.differences.isEmpty, "\(outcome.differences)") }
  }

  @Test func whatDiffersIsSaidAtItsPlace() throws {
    let text = """
      layouts:
        - name: a
          format: '%(asctime)s %(levelname)s %(message)s'
          samples:
            - line: '2026-11-23 06:47:55,003 INFO hello'
              level: error
              time: 2026-11-23T06:47:56Z
              request_id: a1
            - line: 'no line of it'
            - line: '2026-11-23 06:47:55,003 INFO hello'
              fits: false
      """
    let outcomes = LayoutSampleCheck(try Self.read(text)).outcomes()
    #expect(
      outcomes.flatMap(\.differences).map(\.description) == [
        "own.yml:6:16: level is 'info', not 'error'",
        "own.yml:7:15: time is '2026-11-23T06:47:55.003Z', not '2026-11-23T06:47:56Z'",
        "own.yml:8:21: request_id is missing, not 'a1'",
        "own.yml:9:9: the layout does not fit this line",
        "own.yml:10:9: the layout fits this line, and should not",
      ])
  }

  @Test(arguments: [
    ("", "own.yml:1:1: there is nothing in this file"),
    ("- a", "own.yml:1:1: a file of layouts is a mapping"),
    ("layouts: []", "own.yml:1:10: 'layouts' is empty"),
    ("layouts: x", "own.yml:1:10: 'layouts' is a list"),
    ("layout: []", "own.yml:1:1: unknown key 'layout'; did you mean 'layouts'?"),
    ("layouts:\n- name: a", "own.yml:2:3: a layout has a 'format'"),
    ("layouts:\n- name: A b\n  format: '%h %t'", "own.yml:2:3: 'name' is a name of a-z"),
    ("layouts:\n- name: json\n  format: '%h %t'", "own.yml:2:3: 'json' is the name of a layout that is built in"),
    (
      "layouts:\n- name: a\n  format: '%h'\n  regex: '(?<a>b)'",
      "own.yml:4:10: a layout has a 'format' or a 'regex', not both"
    ),
    ("layouts:\n- name: a\n  regex: '(?<a>b'", "own.yml:3:10: 'regex': missing closing parenthesis"),
    ("layouts:\n- name: a\n  regex: 'abc'", "own.yml:3:10: 'regex' has no named group"),
    ("layouts:\n- name: a\n  regex: '(?<time>.*)'", "own.yml:3:10: 'regex' fits an empty line"),
    ("layouts:\n- name: a\n  format: 'abc'", "own.yml:3:11: 'format': 'abc' is neither a layout's name nor a format"),
    ("layouts:\n- name: a\n  format: '%d %notEmpty{x} %m'", "own.yml:3:11: 'format': column 4"),
    ("layouts:\n- name: a\n  format: '%h %t'\n  time: '%Q'", "own.yml:4:9: 'time': '%Q': %Q is not read"),
    (
      "layouts:\n- name: a\n  format: '%h %t'\n  time: '%H:%M'",
      "own.yml:4:9: 'time': '%H:%M' has no date and clock time"
    ),
    (
      "layouts:\n- name: a\n  format: '%h %t'\n  fields: { a: statsu }",
      "own.yml:4:16: no field is named 'statsu' (did you mean 'status'?)"
    ),
    (
      "layouts:\n- name: a\n  format: '%h %t'\n  levels: { a: info }",
      "own.yml:2:3: 'levels' belongs to a regular expression"
    ),
    ("layouts:\n- name: a\n  regex: '(?<a>b)'\n  levels: { a: loud }", "own.yml:4:16: 'loud' is no level"),
    ("layouts:\n- name: a\n  format: '%h %t'\n  samples:\n  - level: info", "own.yml:5:5: 'line' is missing"),
    (
      "layouts:\n- name: a\n  format: '%h %t'\n  smaples: []",
      "own.yml:4:3: unknown key 'smaples'; did you mean 'samples'?"
    ),
    ("layouts:\n- name: a\n  format: '%h %t'\n- name: a\n  format: '%h %t'", "own.yml:4:3: two layouts are named 'a'"),
    ("a: [", "own.yml:2:1: this is no YAML"),
  ])
  func mistakesAreToldAtTheirPlace(_ text: String, _ message: String) {
    let found = Self.mistakes(text)
    #expect(found.contains { $0.hasPrefix(message) }, "\(found)")
  }

  @Test func lnavsFormatsAreRead() throws {
    let text = #"""
      {
        "$schema": "https://lnav.org/schemas/format-v1.schema.json", // which one
        "shop_log": {
          "title": "Shop", /* of ours */
          "regex": {
            "std": { "pattern": "^(?<when>\\d{2}:\\d{2}:\\d{2} \\d{4}/\\d{2}/\\d{2})\\|(?<sev>\\d)\\|(?<op>\\w+)\\|(?<text>.*)$" },
            "web": { "pattern": "^W (?<when>\\d{2}:\\d{2}:\\d{2} \\d{4}/\\d{2}/\\d{2}) (?<cs_method>\\w+) (?<cs_uri_stem>\\S+) (?<sc_status>\\d+)$" }
          },
          "timestamp-field": "when", "timestamp-format": ["%H:%M:%S %Y/%m/%d"],
          "level-field": "sev", "level": { "error": "[01]", "info": "2" },
          "body-field": "text", "opid-field": "op",
          "value": { "op": { "kind": "string", "identifier": true }, "cs_method": { "kind": "string" },
            "cs_uri_stem": { "kind": "string" }, "sc_status": { "kind": "integer" } },
          "sample": [
            { "line": "06:47:55 2026/11/23|1|a1|boom user=7", "level": "error" },
            { "line": "06:47:55.250 2026/11/23|2|a1|hello" },
            { "line": "W 06:47:55 2026/11/23 GET /a 503" }
          ]
        }
      }
      """#
    let file = try Self.read(text)
    #expect(file.definitions.map(\.name) == ["shop_log/std", "shop_log/web"])
    let outcomes = LayoutSampleCheck(file).outcomes()
    func said(_ index: Int, _ name: String) -> String? { outcomes[index].read.first { $0.name == name }?.value }
    #expect(outcomes[0].differences.isEmpty && outcomes[2].differences.isEmpty)
    #expect(said(0, "time") == "2026-11-23T06:47:55.000Z" && said(0, "request_id") == "a1")
    #expect(said(0, "level") == "error" && said(0, "message") == "boom user=7")
    // The expression does not fit, whatever the form of times may be.
    #expect(outcomes[1].differences.count == 1)
    #expect(said(2, "status") == "503" && said(2, "method") == "GET" && said(2, "path") == "/a")
  }

  @Test(arguments: [
    ("\"converter\": { \"type\": \"x\" }, \"json\": true", "'converter' is not supported"),
    ("\"level-pointer\": \"x\", \"json\": true", "'level-pointer' is not supported"),
    ("\"json\": true, \"level\": { \"error\": 3 }", "'level' of a JSON format is not supported"),
    ("\"json\": true, \"frobnicate\": 3", "unknown key 'frobnicate'"),
    ("\"title\": \"x\", \"regex\": { \"a\": { \"pattern\": \"(?<a>b\" } }", "missing closing parenthesis"),
    ("\"timestamp-format\": [\"%q\"], \"regex\": { \"a\": { \"pattern\": \"(?<a>b)\" } }", "%q is not supported"),
    ("\"file-type\": \"sqlite\", \"json\": true", "is not supported"),
  ])
  func lnavsFormatsAreRefusedByName(_ members: String, _ reason: String) {
    let found = Self.mistakes("{ \"x_log\": { \(members) } }")
    #expect(found.contains { $0.contains(reason) && $0.hasPrefix("own.yml:1:") }, "\(found)")
  }

  /// A match that is given up is neither a fit nor a silent miss.
  @Test func aMatchThatIsGivenUpIsCounted() throws {
    let file = try Self.read(
      "layouts:\n- name: a\n  regex: '^(?<x>(a+)+)$'\n  samples: ['\(String(repeating: "a", count: 40))!']")
    let outcomes = LayoutSampleCheck(file).outcomes()
    #expect(outcomes[0].differences.first?.message.contains("given up at the limit") == true)
  }

  /// Whatever is in a file: a layout file or an error.
  @Test func noFileEndsTheProgram() {
    var random = SystemRandomNumberGenerator()
    let parts = [
      "layouts:\n", "- name: a\n", "  format: '%h %t'\n", "  regex: '(?<a>b)'\n", "  samples:\n", "  - line: x\n",
      "    time: y\n",
      "{", "}", "\"regex\"", ":", "[", "]", ",", "//", "/*", "\u{0}", "é", "\t", "  fields: { a: b }\n",
      "  time: '%Y'\n", "&a", "*a", "!x",
    ]
    for _ in 0..<2000 {
      let text = (0..<Int.random(in: 0...12, using: &random)).map { _ in parts.randomElement(using: &random) ?? "" }
        .joined()
      guard let file = try? LayoutFile.read(Array(text.utf8), path: "own.yml") else { continue }
      _ = LayoutSampleCheck(file).outcomes()
    }
  }
}
