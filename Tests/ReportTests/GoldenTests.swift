import Report
import Testing
import TraceCore

/// What people see, word for word.
struct GoldenTests {
  static let styles: [(String, Style)] = [
    ("80", Style(width: 80)), ("120", Style(width: 120)), ("80-color", Style(color: true, width: 80)),
    ("120-color", Style(color: true, width: 120)), ("80-ascii", Style(width: 80, unicode: false)),
  ]

  @Test(arguments: styles)
  func stats(name: String, style: Style) throws {
    var sink = TextSink()
    StatsReport.text(Samples.stats(), style: style, notes: ["times without a zone were read as UTC"], into: &sink)
    try Golden.expect(sink.text, "stats-\(name).txt")
  }

  @Test(arguments: styles)
  func statsOverTime(name: String, style: Style) throws {
    var summary = Samples.stats(every: true)
    summary.groups[0].unfinished = 3
    summary.total.unfinished = 3
    summary.lateRequests = 2
    summary.streams = 2
    summary.sources.append(TellingSummary(name: "uvicorn", stream: "access.log", requests: 0, hops: 6534))
    var sink = TextSink()
    StatsReport.text(summary, style: style, into: &sink)
    try Golden.expect(sink.text, "stats-every-\(name).txt")
  }

  @Test(arguments: styles)
  func traces(name: String, style: Style) throws {
    var sink = TextSink()
    TracesReport.text(
      Samples.traces(), matched: 6327, order: "longest first", style: style, ledger: Samples.ledger(), into: &sink)
    try Golden.expect(sink.text, "traces-\(name).txt")
  }

  @Test(arguments: styles)
  func show(name: String, style: Style) throws {
    var sink = TextSink()
    ShowReport.text(Samples.trace(), Samples.traceRecords(), style: style, ledger: Samples.ledger(), into: &sink)
    try Golden.expect(sink.text, "show-\(name).txt")
  }

  @Test(arguments: styles)
  func ledger(name: String, style: Style) throws {
    var sink = TextSink()
    LedgerReport.text(Samples.troubledLedger(), style: style, detail: .full, into: &sink)
    sink.writeLine()
    LedgerReport.text(Samples.troubledLedger(), style: style, detail: .line, into: &sink)
    try Golden.expect(sink.text, "ledger-\(name).txt")
  }
}
