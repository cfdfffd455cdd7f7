import Analysis
import Report
import Testing
import TraceCore

/// The table, JSON and CSV of templates.
struct TemplatesReportTests {
  private static let start: Int64 = 1_795_416_300_000_000_000

  private static func row(_ text: String, _ count: Int64, _ level: Level, at seconds: Int64) -> TemplateSummary.Row {
    TemplateSummary.Row(
      id: TemplateMiner.id(of: text), text: text, count: count, level: level,
      first: start + seconds * 1_000_000_000, last: start + (seconds + 60) * 1_000_000_000, path: "app.log",
      line: Int(seconds) + 1, example: "2026-11-23 … \(text)")
  }

  private static func summary() -> TemplateSummary {
    var summary = TemplateSummary()
    summary.rows = [
      row("cache hit key=<*>", 70, .debug, at: 3), row("pool exhausted owner=<*>", 2, .error, at: 9),
      row("starting pid=<*>", 20, .none, at: 0),
    ]
    summary.records = 100
    summary.withoutMessage = 5
    summary.other = 3
    return summary
  }

  private func text(_ summary: TemplateSummary, top: Int = 0, width: Int? = nil) -> [String] {
    var sink = TextSink()
    TemplatesReport.text(
      summary, top: top, order: .count, style: Style(color: false, width: width, unicode: true), ledger: Ledger(),
      into: &sink)
    return sink.text.split(separator: "\n").map(String.init)
  }

  @Test(arguments: [
    (TemplateSummary.Order.count, ["cache hit key=<*>", "starting pid=<*>", "pool exhausted owner=<*>"]),
    (.rare, ["pool exhausted owner=<*>", "starting pid=<*>", "cache hit key=<*>"]),
    (.first, ["starting pid=<*>", "cache hit key=<*>", "pool exhausted owner=<*>"]),
  ])
  func orders(order: TemplateSummary.Order, expected: [String]) {
    var summary = Self.summary()
    summary.sort(by: order)
    #expect(summary.rows.map(\.text) == expected)
  }

  @Test func whatIsNotShownIsCounted() {
    let lines = text(Self.summary(), top: 1)
    #expect(lines[0].hasPrefix("3 templates in 100 records, most frequent first"))
    #expect(lines.contains { $0 == "2 more templates with 22 records (--top 0 shows all)" })
    #expect(lines.contains { $0 == "5 records have no message, as lines of an access log" })
    #expect(lines.contains { $0.hasPrefix("3 records beyond the limit of templates") })
    #expect(!lines.contains { $0.contains("starting") })
  }

  @Test func fitsTheWidth() {
    for width in [40, 60, 80, 100, 140] {
      #expect(text(Self.summary(), width: width).allSatisfy { $0.count <= width }, "\(width)")
    }
  }

  @Test func logTextIsEscaped() {
    var summary = Self.summary()
    summary.rows[0].text = "a\u{1B}[31m\u{202E}"
    #expect(!text(summary).joined().contains("\u{1B}"))
    summary.rows[0].text = "=cmd|x"
    var sink = TextSink()
    TemplatesReport.csv(summary, into: &sink)
    #expect(
      sink.text.contains(",'=cmd|x,") && sink.text.hasPrefix("id,template,count,share,level,first,last,path,line,"))
  }

  @Test func jsonSaysAll() {
    var sink = TextSink()
    TemplatesReport.json(Self.summary(), ledger: Ledger(), pretty: false, into: &sink)
    let text = sink.text
    #expect(text.hasPrefix("{\"schema\":\"skein.templates/1\",\"records\":100,\"without_message\":5,\"other\":3,"))
    #expect(
      text.contains("\"template\":\"cache hit key=<*>\",\"count\":70,\"share\":0.7,\"level\":\"debug\",\"first\":"))
    #expect(text.contains("\"share\":0.2,\"level\":null"))
    #expect(text.hasSuffix("}}\n") && text.contains("\"ledger\":{"))
  }
}
