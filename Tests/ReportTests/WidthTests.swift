import Report
import Testing
import TraceCore

/// No line is wider than the style, and no text of a log reaches the terminal unescaped, whatever the log holds.
struct WidthTests {
  static let hostile = [
    "GET /\u{1B}[2J\u{1B}]0;owned\u{7}", "GET /日本語/日本語/日本語/日本語/日本語/日本語", "</script><script>alert(1)",
    "=cmd|'/c calc'!A1",
    "GET /e\u{301}\u{301}\u{301}e\u{301}", "\u{202E}gpj.exe", "a\tb\nc\rd", "", String(repeating: "x", count: 400),
    "👩‍👩‍👧‍👦🇩🇰👍🏽",
  ]

  static func hostileStats() -> StatsSummary {
    var summary = Samples.stats(every: true)
    for (i, name) in hostile.enumerated() {
      var group = summary.groups[i % 3]
      group.name = name
      group.unfinished = Int64(i)
      group.timed = Int64(i * 15)
      summary.groups.append(group)
    }
    summary.by = "user\u{1B}agent"
    summary.streams = 2
    summary.sources = hostile.map { TellingSummary(name: $0, stream: $0, requests: 1, hops: 3) }
    summary.ledger = hostileLedger()
    return summary
  }

  static func hostileLedger() -> Ledger {
    var ledger = Samples.troubledLedger()
    for (i, name) in hostile.enumerated() {
      ledger.sources[i % 4].path = name
      ledger.sources[i % 4].layouts.append(LayoutUse(name: name, records: 1, firstLine: 1))
      ledger.sources[i % 4].notes.append(LedgerNote(.possibleLoss, name))
    }
    return ledger
  }

  static func hostileRecords() -> [EvidenceRecord] {
    var records = Samples.traceRecords()
    for (i, text) in hostile.enumerated() {
      records.append(
        EvidenceRecord(
          time: i == 2 ? EventTime.none : records[0].time + Int64(i) * 7_654_321, level: Level.allCases[i % 8],
          logger: text, message: text, text: Array(text.utf8) + [0x0A, 0xFF, 0x1B] + Array(hostile[9 - i].utf8),
          path: text,
          line: i, step: i % 2 == 0 ? Int64(i) * 1_000_000_000 : nil, role: .plain))
    }
    return records
  }

  static func everything(_ style: Style) -> String {
    var sink = TextSink()
    for detail in [LedgerDetail.line, .full] {
      StatsReport.text(hostileStats(), style: style, ledger: detail, notes: hostile, into: &sink)
    }
    var traces = Samples.traces()
    for (i, name) in hostile.enumerated() {
      traces[i % 4].route = name
      traces[i % 4].start -= Int64(i) * 86_400_000_000_000
      TracesReport.text(
        traces, matched: 9, order: "longest first", style: style, ledger: hostileLedger(), notes: [name], into: &sink)
    }
    for full in [true, false] {
      ShowReport.text(
        Samples.trace(), hostileRecords(), style: style, options: .init(full: full), ledger: hostileLedger(),
        into: &sink)
    }
    return sink.text
  }

  @Test(arguments: [78, 80, 81, 97, 120, 200], [true, false])
  func noLineIsWider(width: Int, unicode: Bool) {
    let plain = WidthTests.everything(Style(width: width, unicode: unicode))
    for line in plain.split(separator: "\n") {
      #expect(DisplayWidth.of(String(line)) <= width, "\(line)")
    }
    #expect(!plain.unicodeScalars.contains { $0 != "\n" && Escape.isControl($0) })
  }

  /// Narrow terminals cut everything but trace ids, which wrap as the terminal likes.
  @Test(arguments: [1, 20, 33, 50, 64])
  func narrow(width: Int) {
    let style = Style(width: width)
    let ids = Samples.traces().map(\.id)
    for line in WidthTests.everything(style).split(separator: "\n") {
      #expect(DisplayWidth.of(String(line)) <= style.width ?? 0 || ids.contains { line.hasSuffix($0) }, "\(line)")
    }
  }

  /// Colour adds escapes and nothing else.
  @Test(arguments: [80, 120])
  func colourChangesNoText(width: Int) {
    let coloured = WidthTests.everything(Style(color: true, width: width))
    let plain = WidthTests.everything(Style(width: width))
    var stripped = ""
    var isEscape = false
    for scalar in coloured.unicodeScalars {
      if scalar == "\u{1B}" { isEscape = true } else if !isEscape { stripped.unicodeScalars.append(scalar) }
      if scalar == "m" { isEscape = false }
    }
    #expect(stripped == plain)
  }

  @Test func withoutAWidthNothingIsCutOrWrapped() {
    let text = WidthTests.everything(Style())
    #expect(text.contains(WidthTests.hostile[8]))
    #expect(!text.contains("left out at this width"))
  }

  @Test func asciiStyleWritesASCIIAlone() {
    for every in [false, true] {
      var sink = TextSink()
      let style = Style(width: 80, unicode: false)
      StatsReport.text(Samples.stats(every: every), style: style, ledger: .full, into: &sink)
      TracesReport.text(
        Samples.traces(), matched: 4, order: "longest first", style: style, ledger: Samples.ledger(), into: &sink)
      ShowReport.text(Samples.trace(), Samples.traceRecords(), style: style, ledger: Samples.ledger(), into: &sink)
      #expect(sink.bytes.allSatisfy { $0 < 0x80 })
    }
  }
}
