import Analysis
import TestKit
import Testing
import TraceCore

@testable import Report

/// Placeholders in documents: found where they are, and nothing else changed.
struct FillTemplateTests {
  private func template(_ text: String) throws -> FillTemplate { try FillTemplate(Array(text.utf8)) }

  /// The document with `v` for every placeholder that was understood.
  private func fill(
    _ text: String, footnotes: Bool = false, value: FilledValue = FilledValue(.text("v"), command: "skein stats a.log")
  ) throws -> String {
    let template = try template(text)
    var filled = FilledDocument()
    filled.hasFootnotes = footnotes
    let values = template.placeholders.map { placeholder in
      if case .success = placeholder.reading { value } else { FilledValue?.none }
    }
    return String(decoding: filled.bytes(template, values, ledger: "ledger: x"), as: UTF8.self)
  }

  private func problems(_ text: String) throws -> [String] {
    try template(text).placeholders.compactMap { placeholder in
      if case .failure(let problem) = placeholder.reading { problem.text(path: "t.md") } else { nil }
    }
  }

  @Test func whatIsAPlaceholder() throws {
    let cases: [(String, String)] = [
      ("a [MEASURE p95] b", "a v b"), ("[measure p95]", "v"), ("[MEASURE\tp95 ]", "v"),
      ("[MEASURE p50][MEASURE p95]", "vv"), ("[[MEASURE p95]]", "[v]"), ("**[MEASURE p95]**", "**v**"),
      ("| a | [MEASURE p95] |\n", "| a | v |\n"), ("> [MEASURE p95]\n", "> v\n"),
      ("[MEASURE p95 where route ~ \"[a-z]+\"]!", "v!"), ("[MEASURE p95 where\nstatus = 500]", "v"),
      ("[MEASURE p95 where a = 'x]y' or `b]c` = 1]", "v"), ("\\\\[MEASURE p95]", "\\\\v"),
      ("<!-- [MEASURE p95] -->", "<!-- v -->"), ("[MEASURE p95][^1]", "v[^1]"), ("[MEASURE p95] (all)", "v (all)"),
    ]
    for (text, expected) in cases { #expect(try fill(text) == expected) }
  }

  @Test func whatIsNone() throws {
    let texts = [
      "", "[text](url)", "[ ] task", "[MEASURED p95]", "[MEASUREp95]", "\\[MEASURE p95]", "MEASURE p95",
      "[measure twice](https://example.org)", "\\\\\\[MEASURE p95]", "(MEASURE p95)", "[remeasure p95]",
    ]
    for text in texts {
      #expect(try template(text).placeholders.isEmpty, "\(text)")
      #expect(try fill(text, footnotes: true) == text)
    }
  }

  @Test func whatIsLeftAndWhere() throws {
    let quote = "this quote is never closed"
    #expect(try problems("é [MEASURE p95 where a = \"b]\n") == ["t.md:1:26: \(quote)"])
    #expect(
      try problems("a\n\nb [MEASURE p95\n\n]") == [
        "t.md:3:3: this placeholder is never closed: a `]` is missing in its paragraph"
      ])
    #expect(
      try problems("x [MEASURE p95](y) [MEASURE foo](y)") == [
        "t.md:1:3: followed by `(` this is a link: put a blank between them, or a backslash before the bracket to keep it"
      ])
    #expect(try problems("[MEASURE p95\nwhere status => 5]") == ["t.md:2:14: `=>` is no operator here: write `>=`"])
    #expect(try problems("[MEASURE]").count == 1)
    #expect(try problems("[MEASURE [MEASURE p95]]").count == 1)
  }

  @Test func inTheRowOfATableABarIsWrittenWithABackslash() throws {
    let row = "| a | [MEASURE p95 where route ~ \"a\\|b\"] |"
    for (text, source) in [(row, "route ~ \"a|b\""), ("a" + row, "route ~ \"a\\|b\"")] {
      let placeholder = try #require(try template(text).placeholders.first)
      #expect(try placeholder.reading.get().condition?.source == source)
    }
  }

  @Test func footnotesShareCommands() throws {
    #expect(
      try fill("a [MEASURE p50] b [MEASURE p95]\n", footnotes: true)
        == "a v[^skein-1] b v[^skein-1]\n\n[^skein-1]: `skein stats a.log`\n\nledger: x\n")
    let odd = FilledValue(.text("v"), command: "skein stats --where '`a b` = 1' x", remarks: ["p95 of only 3 values"])
    #expect(
      try fill("[MEASURE p50]", footnotes: true, value: odd)
        == "v[^skein-1]\n\n[^skein-1]: `` skein stats --where '`a b` = 1' x ``; p95 of only 3 values\n\nledger: x\n")
  }

  @Test func filledAgainNumberingGoesOn() throws {
    let once = try fill("[MEASURE p50]\n", footnotes: true)
    #expect(try fill(once, footnotes: true) == once)
    #expect(
      try fill(once + "\n[MEASURE p95]\n", footnotes: true)
        == once + "\nv[^skein-2]\n\n[^skein-2]: `skein stats a.log`\n\nledger: x\n")
  }

  @Test func lineEndsAreThoseOfTheDocument() throws {
    #expect(
      try fill("# a\r\n\r\n[MEASURE p50]", footnotes: true)
        == "# a\r\n\r\nv[^skein-1]\r\n\r\n[^skein-1]: `skein stats a.log`\r\n\r\nledger: x\r\n")
    #expect(try fill("# a\r\n[MEASURE p50\r\nfrom x]\r\n") == "# a\r\nv\r\n")
  }

  @Test func marksStandBehindCodeSpans() throws {
    func first(_ text: String) throws -> String {
      try String(fill(text, footnotes: true).prefix { !$0.isNewline })
    }
    #expect(try first("`[MEASURE p50]`.") == "`v`[^skein-1].")
    #expect(try first("``a ` [MEASURE p50] [MEASURE p95]`` b") == "``a ` v v``[^skein-1] b")
    #expect(try first("`a [MEASURE p50]") == "`a v[^skein-1]")
    #expect(try first("\\`[MEASURE p50]`") == "\\`v[^skein-1]`")
    #expect(try first("`a` [MEASURE p50] `b`") == "`a` v[^skein-1] `b`")
    #expect(try first("`[MEASURE p50]` and `[MEASURE p50]`") == "`v`[^skein-1] and `v`[^skein-1]")
    // Code spans end with their paragraph; in fenced code there are none.
    #expect(try fill("`a\n\n[MEASURE p50]`", footnotes: true).contains("\n\nv[^skein-1]`\n"))
    #expect(try fill("```\n`[MEASURE p50]`\n```\n", footnotes: true).contains("`v[^skein-1]`\n"))
    #expect(try fill("~~~ x\n```\n[MEASURE p50]\n~~~\n`[MEASURE p50]`\n", footnotes: true).contains("`v`[^skein-1]\n"))
  }

  @Test func namesOfGroupsAreHarmlessWhereTheyStand() throws {
    let names = ["a|b", "<script>", "`x`", "[l](u)"]
    let value = FilledValue(
      .groups(names.map { FilledValue.Group(name: $0, text: "1 %") } + [.init(name: "n", text: nil)], more: 3),
      command: "c")
    #expect(
      try fill("[MEASURE error_rate by x]", value: value)
        == "a\\|b 1 %, &lt;script&gt; 1 %, \\`x\\` 1 %, \\[l\\](u) 1 %, n - and 3 more")
    #expect(
      try fill("`[MEASURE error_rate by x]`", value: value)
        == "`a\\|b 1 %, <script> 1 %, 'x' 1 %, [l](u) 1 %, n - and 3 more`")
  }

  @Test func whatGoesOutIsRedacted() throws {
    let template = try template("[MEASURE errors by user]")
    var filled = FilledDocument()
    filled.redact = { $0.replacing("bob", with: "<user-1>") }
    let value = FilledValue(.groups([.init(name: "bob", text: "1")], more: 0), command: "skein stats /home/bob/a.log")
    let text = String(decoding: filled.bytes(template, [value], ledger: "bob"), as: UTF8.self)
    #expect(
      text
        == "&lt;user-1&gt; 1[^skein-1]\n\n[^skein-1]: `skein stats /home/<user-1>/a.log`\n\n&lt;user-1&gt;\n")
  }

  @Test func unitsOfValues() {
    let cases: [(MeasuredValue, MeasureUnit?, String)] = [
      (.count(6_534), nil, "6,534"), (.share(0.10453), nil, "10.5 %"), (.share(0.5), .percent, "50.0 %"),
      (.rate(21.3868), nil, "21.4/s"), (.rate(21.3868), .perMinute, "1,283/min"),
      (.duration(115_700_000), nil, "116 ms"),
      (.duration(115_700_000), .seconds, "0.116 s"), (.duration(1_494_200_000), .milliseconds, "1,494 ms"),
      (.duration(115_700), .milliseconds, "0.116 ms"), (.duration(1_230), .seconds, "0.00000123 s"),
      (.duration(115_700), .microseconds, "116 µs"), (.duration(306_000_000_000), nil, "5 m 06 s"),
      (.duration(306_000_000_000), .minutes, "5.10 min"), (.duration(0), .seconds, "0 s"),
      (.time(1_795_416_474_777_000_000), nil, "2026-11-23T06:47:54.777Z"),
    ]
    for (value, unit, text) in cases { #expect(value.text(in: unit) == text) }
  }

  @Test func whatIsNoDocument() {
    #expect(throws: FillTemplate.Fault.tooLarge) { try FillTemplate([UInt8](repeating: 0x61, count: 16 << 20 + 1)) }
    #expect(throws: FillTemplate.Fault.notUTF8(line: 3)) { try FillTemplate(Array("a\né\n".utf8) + [0x61, 0xFF]) }
    #expect(throws: FillTemplate.Fault.notUTF8(line: 1)) { try FillTemplate([0x1F, 0x8B, 8, 0]) }
  }

  // MARK: Properties

  private static let pieces = [
    "[MEASURE p95]", "[measure error_rate from x]", "[MEASURE nothing]", "[MEASURE p95 where a = \"", "]", "[", "`",
    "``",
    "```", "```\n", "~~~\n", "\n", "\n\n", "\r\n", "\\", "(", ")", "|", "> ", "é", "\u{1F600}", "e\u{301}", "<b>", "'",
    "\"", " ", "    ", "word", "[^skein-7]", "\u{0}", "\u{202E}",
  ]

  private func randomText(_ random: inout SplitMix64) -> String {
    (0..<random.below(30)).map { _ in FillTemplateTests.pieces[random.below(FillTemplateTests.pieces.count)] }.joined()
  }

  @Test func onlyPlaceholdersChange() throws {
    var random = SplitMix64(seed: 41)
    var filled = 0
    for _ in 0..<4_000 {
      let text = randomText(&random)
      let template = try template(text)
      var expected: [UInt8] = []
      var at = 0
      var values: [FilledValue?] = []
      for placeholder in template.placeholders {
        #expect(placeholder.range.lowerBound >= at)
        expected += template.bytes[at..<placeholder.range.lowerBound]
        at = placeholder.range.lowerBound
        if case .success = placeholder.reading {
          expected += Array("v".utf8)
          at = placeholder.range.upperBound
          values.append(FilledValue(.text("v"), command: "c"))
          filled += 1
        } else {
          values.append(nil)
        }
      }
      expected += template.bytes[at...]
      var document = FilledDocument()
      document.hasFootnotes = false
      #expect(document.bytes(template, values, ledger: "") == expected, "\(text.debugDescription)")
      // Footnotes add marks, and lines at the end, and nothing else.
      document.hasFootnotes = true
      let noted = String(decoding: document.bytes(template, values, ledger: "l"), as: UTF8.self)
      let mark = "[^skein-\(template.lastFootnote + 1)]"
      let head = noted.unicodeScalars.split(separator: "\u{1}").map { String($0) }.joined()
      #expect(
        Array(head.replacing(mark, with: "").utf8).starts(with: expected) || text.contains(mark),
        "\(text.debugDescription)")
    }
    #expect(filled > 1_000)
  }

  @Test func placesAreThoseOfTheText() throws {
    var random = SplitMix64(seed: 42)
    for _ in 0..<2_000 {
      let text = randomText(&random)
      for placeholder in try template(text).placeholders {
        let before = String(decoding: Array(text.utf8)[..<placeholder.range.lowerBound], as: UTF8.self).unicodeScalars
        #expect(placeholder.line == 1 + before.count { $0 == "\n" })
        #expect(placeholder.column == 1 + before.reversed().prefix { $0 != "\n" }.count)
      }
    }
  }

  @Test func textWithoutPlaceholdersStays() throws {
    var random = SplitMix64(seed: 43)
    for _ in 0..<500 {
      let text = String(
        String.UnicodeScalarView(
          (0..<random.below(200)).compactMap { _ in
            Unicode.Scalar(UInt32(random.below(random.below(2) == 0 ? 128 : 0x3000)))
          }))
      #expect(try fill(text, footnotes: true) == text)
    }
  }
}
