import Report
import RulePack
import Testing
import TraceCore

/// What people see of a scan.
struct ScanReportTests {
  static func text(
    _ findings: Findings, _ style: Style, ledger: Ledger = Samples.ledger(), full: Bool = false
  ) -> String {
    var sink = TextSink()
    ScanReport.text(findings, style: style, ledger: ledger, full: full, into: &sink)
    return sink.text
  }

  static let styles = GoldenTests.styles + [("40", Style(width: 40)), ("none", Style())]

  @Test(arguments: styles)
  func golden(name: String, style: Style) throws {
    try Golden.expect(ScanReportTests.text(try ScanSamples.findings(), style), "scan-\(name).txt")
  }

  @Test func asciiStyleWritesASCIIAlone() throws {
    let text = ScanReportTests.text(try ScanSamples.findings(), Style(width: 80, unicode: false))
    #expect(text.utf8.allSatisfy { $0 < 0x80 })
  }

  /// Most urgent first, whatever a storm of notes brings; a note takes two lines.
  @Test func aStormOfNotesBuriesNothing() throws {
    var findings = try ScanSamples.findings()
    findings.findings = [try ScanSamples.pool()]
    for i in 0..<500 {
      findings.findings.append(
        try ScanSamples.finding("cache-miss", "cache missed for \(i)", group: [("key", "\(i)")], count: 2))
    }
    let text = ScanReportTests.text(findings, Style(width: 80))
    let lines = text.split(separator: "\n")
    #expect(lines[0] == "532 findings: 1 P0, 531 P3 · 2026-11-23 UTC")
    #expect(lines.count < 30)
    #expect(text.contains("P3  497 more of cache-miss, 994 hits (--json has all)"))
    let full = ScanReportTests.text(findings, Style(width: 80), full: true)
    #expect(full.contains("cache missed for 499\n") && !full.contains("more of cache-miss"))
  }

  @Test func nothingFound() throws {
    var findings = Findings(findings: [], ruleCount: 34, packs: ["http", "parkapi"])
    func first() -> String { String(ScanReportTests.text(findings, Style()).split(separator: "\n")[0]) }
    #expect(first() == "No findings: 34 rules of 2 packs (http, parkapi) were applied to 38,406 records")
    findings.findings = [try ScanSamples.finding("http-5xx", count: 3, kind: .matchLimit)]
    (findings.ruleCount, findings.packs) = (1, ["http"])
    #expect(first() == "No findings: 1 rule of pack http was applied to 38,406 records; but see below")
    #expect(
      ScanReportTests.text(findings, Style()).contains(
        "\n! the pattern of rule http-5xx was given up on 3 lines, so it is not known whether it holds there; skein rules "
          + "bench says why\n"))
    findings = Findings(findings: [], ruleCount: 0, packs: [])
    #expect(first() == "No findings: there was no rule to apply")
    findings = Findings(findings: [], unkept: [.p1: 2], ruleCount: 3, packs: [])
    #expect(first() == "2 findings: 2 P1")
    try Golden.expect(
      ScanReportTests.text(Findings(findings: [], ruleCount: 34, packs: ["http", "parkapi"]), Style(width: 80)),
      "scan-nothing-80.txt")
  }

  /// Days stand in the heading, or where there are several, at each time.
  @Test func days() throws {
    var findings = Findings(findings: [try ScanSamples.pool()], ruleCount: 1, packs: ["parkapi"])
    findings.findings[0].last += 86_400_000_000_000
    let over = ScanReportTests.text(findings, Style())
    #expect(over.hasPrefix("1 finding: 1 P0 · UTC\n"))
    #expect(over.contains("333 × 2026-11-23 06:50:48.123 – 2026-11-24 06:51:28.001"))
    findings.findings[0].last = findings.findings[0].first
    #expect(ScanReportTests.text(findings, Style()).contains("333 × 06:50:48.123 · logger=db.pool\n"))
    (findings.findings[0].first, findings.findings[0].last) = (EventTime.none, EventTime.none)
    let without = ScanReportTests.text(findings, Style())
    #expect(without.hasPrefix("1 finding: 1 P0\n") && without.contains("333 ×, no time · logger=db.pool\n"))
  }

  /// Nothing is wider than the style but what is there to be copied; no text of the log reaches the terminal raw.
  @Test(arguments: [20, 40, 80, 120], [true, false])
  func widthIsKept(width: Int, unicode: Bool) throws {
    let style = Style(width: width, unicode: unicode)
    for findings in [try ScanSamples.findings(), try ScanSamples.hostileFindings()] {
      let text = ScanReportTests.text(findings, style, ledger: WidthTests.hostileLedger())
      #expect(!text.unicodeScalars.contains { $0 != "\n" && Escape.isControl($0) })
      let whole = Set(
        findings.findings.flatMap { finding in
          finding.traces.flatMap { [Escape.terminal($0), "request \(Escape.terminal($0))"] }
            + ["runbook \(Escape.terminal(finding.rule.runbook ?? ""))"]
            + (finding.example.map { ["\(Escape.terminal($0.path)):\($0.line)"] } ?? [])
        }.map { "    " + $0 })
      for line in text.split(separator: "\n") where DisplayWidth.of(String(line)) > width {
        #expect(whole.contains { $0 == String(line) }, "\(line.prefix(200))")
      }
    }
  }

  @Test(arguments: [40, 80, 120])
  func colourChangesNoText(width: Int) throws {
    let findings = try ScanSamples.hostileFindings()
    let coloured = ScanReportTests.text(findings, Style(color: true, width: width))
    var stripped = ""
    var isEscape = false
    for scalar in coloured.unicodeScalars {
      if scalar == "\u{1B}" { isEscape = true } else if !isEscape { stripped.unicodeScalars.append(scalar) }
      if scalar == "m" { isEscape = false }
    }
    #expect(stripped == ScanReportTests.text(findings, Style(width: width)))
  }

  @Test func withoutAWidthNothingIsCut() throws {
    var finding = try ScanSamples.pool()
    finding.message = String(repeating: "m", count: 10_000)
    finding.group[0].value = String(repeating: "g", count: 10_000)
    finding.example?.text = String(repeating: "e", count: 10_000)
    let text = ScanReportTests.text(Findings(findings: [finding], ruleCount: 1, packs: []), Style())
    for letter in ["m", "g", "e"] { #expect(text.contains(String(repeating: letter, count: 10_000))) }
    #expect(!text.contains("m…") && !text.contains("g…") && !text.contains("e…"))
  }

  @Test(arguments: [80, 120])
  func rulesList(width: Int) throws {
    var sink = TextSink()
    RulesReport.text(try ScanSamples.rules(), style: Style(width: width), into: &sink)
    sink.writeLine()
    var rules = try ScanSamples.rules()
    for i in [0, 3] { rules[i].pack = "postgres" }
    RulesReport.text(rules, style: Style(width: width), into: &sink)
    try Golden.expect(sink.text, "rules-\(width).txt")
  }

  @Test func rulesListWithHostileTitles() throws {
    var rules = try ScanSamples.rules()
    for (i, text) in ScanSamples.hostile.enumerated() {
      rules[i % rules.count].title = text
      rules[i % rules.count].pack = text
      for width in [40, 80] {
        var sink = TextSink()
        RulesReport.text(rules, style: Style(width: width), into: &sink)
        #expect(!sink.text.unicodeScalars.contains { $0 != "\n" && Escape.isControl($0) })
        for line in sink.text.split(separator: "\n") { #expect(DisplayWidth.of(String(line)) <= width, "\(line)") }
      }
    }
  }
}
