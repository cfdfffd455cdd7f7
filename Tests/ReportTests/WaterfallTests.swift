import Report
import TestKit
import Testing
import TraceCore

struct WaterfallTests {
  private func record(
    _ message: String, _ time: Int64, step: Int64? = nil, _ role: EvidenceRecord.Role = .plain, text: String? = nil
  ) -> EvidenceRecord {
    EvidenceRecord(
      time: time, level: .info, logger: "db", message: message, text: Array((text ?? message).utf8), path: "app.log",
      line: 1,
      step: step, role: role)
  }

  @Test(arguments: [
    ("query query=payment_by_id conn=8 rows=1 ms=15.5", "payment_by_id: query"),
    ("upstream call failed, will retry op=ledger attempt=1", "ledger: upstream call failed"),
    (
      "POST https://pay.example/v1/charges -> 200 in 159.0 ms op=charge",
      "charge: POST https://pay.example/v1/charges -> 200"
    ),
    ("connection acquired conn=8 wait_ms=0.0", "connection acquired"),
    ("cache get key=\"search:rue de l:500\" ms=1", "search:rue de l:500: cache get"),
    ("key=\"never closed", "never closed"), ("", "db"), ("= = =", "= = ="), ("done:", "done"),
  ])
  func labels(message: String, label: String) {
    #expect(StepLabel.of(record(message, 0)) == label)
  }

  @Test func labelOfJSONTakesTheTellingMember() {
    let text = #"{"msg":"query","query": "payment_by_id","ms":15.5}"#
    #expect(StepLabel.of(record("query", 0, text: text)) == "payment_by_id: query")
  }

  @Test func stepsBeginBeforeTheirRecordAndRequestsComeFirst() {
    let records = [
      record("started", 1_000_000, .opening), record("b op=b", 9_000_000, step: 2_000_000),
      record("a op=a", 10_000_000, step: 8_000_000), record("plain", 10_000_000),
      record("finished", 11_000_000, step: 9_900_000, .closing), record("retry", 20_000_000, step: 5_000_000, .closing),
    ]
    let bars = Waterfall(Samples.trace(), records).bars
    #expect(bars.map(\.isRequest) == [true, true, false, false])
    #expect(bars.map(\.start) == [1_000_000, 15_000_000, 2_000_000, 7_000_000])
    #expect(bars.map(\.duration) == [9_900_000, 5_000_000, 8_000_000, 2_000_000])
  }

  @Test func withoutStepsNothingIsDrawn() {
    var sink = TextSink()
    let waterfall = Waterfall(Samples.trace(), [record("started", 0, .opening), record("finished", 5, .closing)])
    waterfall.write(origin: 0, limit: 40, Style(width: 80), into: &sink)
    #expect(sink.bytes.isEmpty)
  }

  @Test func onlyTheLongestStepsAreDrawn() {
    let records = (0..<60).map { record("step op=s\($0)", Int64($0) * 10_000_000, step: Int64($0 + 1) * 1000) }
    var sink = TextSink()
    Waterfall(Samples.trace(), records).write(origin: 0, limit: 40, Style(width: 80), into: &sink)
    #expect(sink.text.contains("20 shorter steps not drawn"))
    #expect(!sink.text.contains("s19:") && sink.text.contains("s20:"))
  }

  @Test(arguments: [
    (0, 80, "██████████"), (0, 1, "▏"), (40, 41, "     ▏"), (79, 80, "         ▕"), (0, 44, "█████▌"),
    (44, 80, "     ▐████"),
    (80, 80, "         ▕"), (36, 60, "    ▐██▌"), (0, 0, "▏"),
  ])
  func barsAreExactToAnEighth(from: Int64, to: Int64, drawn: String) {
    let (blanks, blocks) = Waterfall.bar(from: from, to: to, of: 80, columns: 10, unicode: true)
    #expect(String(repeating: " ", count: blanks) + blocks == drawn)
  }

  /// Whatever the numbers, a bar shows and stays in its lane.
  @Test func barsStayInTheirLane() {
    var random = SplitMix64(seed: 23)
    for _ in 0..<2000 {
      let span = Int64.random(in: 0...1_000_000, using: &random)
      let from = Int64.random(in: 0...span, using: &random)
      let to = Int64.random(in: from...span, using: &random)
      let columns = Int.random(in: 1...120, using: &random)
      for unicode in [true, false] {
        let (blanks, blocks) = Waterfall.bar(from: from, to: to, of: span, columns: columns, unicode: unicode)
        #expect(!blocks.isEmpty && blanks >= 0 && blanks + DisplayWidth.of(blocks) <= columns)
      }
    }
  }
}

struct ShowReportTests {
  private func shown(_ text: String, _ options: ShowReport.Options, level: Level = .error) -> String {
    var sink = TextSink()
    let record = EvidenceRecord(
      time: Samples.trace().start, level: level, logger: nil, message: String(text.prefix { !$0.isNewline }),
      text: Array(text.utf8), path: "app.log", line: 1, step: nil, role: .plain)
    ShowReport.text(Samples.trace(), [record], style: Style(width: 80), options: options, ledger: nil, into: &sink)
    return sink.text
  }

  @Test func longTracebacksAreFoldedInTheMiddle() {
    let text = "boom\n" + (1...100).map { "  frame \($0)" }.joined(separator: "\n")
    let folded = shown(text, .init())
    #expect(folded.contains("frame 6\n") && !folded.contains("frame 7\n"))
    #expect(folded.contains("… 80 lines folded (--full)"))
    #expect(!folded.contains("frame 86\n") && folded.contains("frame 87\n") && folded.contains("frame 100\n"))
    #expect(shown(text, .init(full: true)).contains("frame 50\n"))
  }

  @Test func logTextIsEscapedUnlessRaw() {
    let text = "a\u{1B}[31mb\r\n\tat \u{202E}x\r"
    let escaped = shown(text, .init())
    #expect(escaped.contains("a\\x1b[31mb\n    │     at \\u{202e}x\n"))
    #expect(shown(text, .init(raw: true)).contains("a\u{1B}[31mb"))
    #expect(shown(text, .init(raw: true)).contains("\tat \u{202E}x\r\n"))
  }

  /// A poisoned clock: times at the ends of what an Int64 holds.
  @Test func extremeTimesDoNoHarm() {
    var trace = Samples.trace()
    (trace.start, trace.end, trace.duration) = (.min + 1, .max, .max)
    var records = Samples.traceRecords()
    for i in records.indices {
      records[i].time = i % 2 == 0 ? .min + 1 : .max
      records[i].step = .max
    }
    var summary = Samples.stats(every: true)
    (summary.firstTime, summary.lastTime) = (.min + 1, .max)
    (summary.windows[0].start, summary.windows[0].end) = (.min + 1, .max)
    summary.every = nil
    var sink = TextSink()
    ShowReport.text(trace, records, style: Style(width: 80), ledger: nil, into: &sink)
    ShowReport.json(trace, records, ledger: nil, pretty: true, into: &sink)
    TracesReport.text(
      [trace], matched: 1, order: "as logged", style: Style(width: 80), ledger: Ledger(), into: &sink)
    StatsReport.text(summary, style: Style(width: 80), into: &sink)
    #expect(sink.text.contains("2262-04-11"))
  }

  @Test func aMessageWithLineBreaksIsShownAsRecordAndContinuation() {
    var record = Samples.traceRecords()[0]
    record.message = "first\nsecond"
    record.text = Array(#"{"msg":"first\nsecond"}"#.utf8)
    var sink = TextSink()
    ShowReport.text(Samples.trace(), [record], style: Style(width: 80), ledger: nil, into: &sink)
    #expect(sink.text.contains("  first\n    │ second\n"))
  }
}
