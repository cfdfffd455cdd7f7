import RulePack
import Testing
import TraceCore

@testable import Analysis
@testable import Report

/// What a gate says to people, to scripts and to a release ticket, word for word.
struct GateReportTests {
  static let names = ["pass", "fail", "inconclusive", "hostile"]

  private static func verdicts(_ name: String) -> [Verdict] {
    switch name {
    case "pass": GateReportSamples.pass
    case "fail": GateReportSamples.failEarly
    case "hostile": GateReportSamples.hostile
    default: GateReportSamples.inconclusive
    }
  }

  private static func gate(_ name: String) -> String { name == "hostile" ? GateReportSamples.hostileName : "rollout" }

  private static func text(_ name: String, _ style: Style) -> String {
    var sink = TextSink()
    for verdict in verdicts(name) { GateReport.text(verdict, gate: gate(name), style: style, into: &sink) }
    return sink.text
  }

  private static func markdown(_ name: String) -> String {
    var sink = TextSink()
    let isHostile = name == "hostile"
    let version = isHostile ? GateReportSamples.hostileName : "v2"
    GateReport.markdown(
      verdicts(name), gate: gate(name),
      command: isHostile ? "skein gate 'a\n# b' app.log" : "skein gate rollout.yml --from 2026-11-23T06:49:05Z app.log",
      marks: [EventMark(kind: .version, time: GateReportSamples.start, text: version)],
      findings: [("P1", "db-pool-exhausted", GateReportSamples.start + 90_000_000_000)], ledger: Samples.ledger(),
      into: &sink)
    return sink.text
  }

  @Test(arguments: names, GoldenTests.styles.map(\.0))
  func text(name: String, style: String) throws {
    let found = try #require(GoldenTests.styles.first { $0.0 == style }).1
    let text = Self.text(name, found)
    #expect(text.split(separator: "\n").allSatisfy { !$0.contains("\u{1b}]") && !$0.contains("\u{202e}") })
    try Golden.expect(text, "gate-\(name)-\(style).txt")
  }

  @Test(arguments: names)
  func json(name: String) throws {
    var sink = TextSink()
    for verdict in Self.verdicts(name) { GateReport.json(verdict, gate: Self.gate(name), into: &sink) }
    try Golden.expect(sink.text, "gate-\(name).jsonl")
  }

  @Test(arguments: names)
  func markdown(name: String) throws { try Golden.expect(Self.markdown(name), "gate-\(name).md") }

  /// The verdict on the whole repeats nothing that was said with its stage; the event has all of it.
  @Test func theLastVerdictIsTheDecision() {
    let last = GateReportSamples.failEarly[1]
    var (text, json) = (TextSink(), TextSink())
    GateReport.text(last, gate: "rollout", style: Style(width: 80), into: &text)
    GateReport.json(last, gate: "rollout", into: &json)
    #expect(text.text.split(separator: "\n").count == 1 && text.text.contains("FAIL  gate rollout, before its end"))
    #expect(json.text.contains("judged: the requests of version v2") && json.text.contains("error_rate < 2 %"))
  }

  /// What is known only after the last stage stands in the document, too.
  @Test func thePageHasTheNotesOfTheLastVerdict() {
    let lines = Self.markdown("inconclusive").split(separator: "\n")
    let note = lines.firstIndex(of: "- 1 of 3 stages were seen")
    let stage = lines.firstIndex { $0.hasPrefix("## ") }
    #expect(note != nil && stage != nil && (note ?? .max) < (stage ?? 0))
  }

  /// Outside of code no link, image, mention, issue, tag or cell can come of a name.
  @Test func hostileNamesAreInert() {
    let lines = Self.markdown("hostile").split(separator: "\n", omittingEmptySubsequences: false)
    let cells = lines.filter { $0.hasPrefix("|") }.map { line in
      // As a renderer cuts them: at bars without a backslash in front of them.
      zip(line.dropFirst(), line).count { $0 == "|" && $1 != "\\" }
    }
    #expect(cells.count == 4 && Set(cells) == [8])
    for line in lines where !line.hasPrefix("    ") {
      #expect(line.count { $0 == "`" }.isMultiple(of: 2) || line.contains("\\`"), "\(line)")
      var text = ""
      // Without the insides of code, and without what a backslash makes a plain character.
      for (index, part) in line.replacing("\\`", with: "").split(separator: "`", omittingEmptySubsequences: false)
        .enumerated()
      where index.isMultiple(of: 2) {
        text += part
      }
      for escaped in ["[", "]", "*", "_", "~", "\\"] { text = text.replacing("\\" + escaped, with: "") }
      #expect(
        text.replacing("&#8203;", with: "\u{200b}").firstMatch(of: #/[\[\]*<~]|:\/\/|@\w|#\d|www\.\w/#) == nil,
        "\(line)")
    }
    #expect(lines.count { $0.hasPrefix("# ") } == 1)
  }
}
