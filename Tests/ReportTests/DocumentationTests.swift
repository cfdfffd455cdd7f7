import Foundation
import Report
import RulePack
import Testing
import TraceCore

/// The examples of docs/json.md are what the writers write. With SKEIN_GOLDEN=write they are put there.
struct DocumentationTests {
  private static func smallLedger() -> Ledger {
    var ledger = Ledger()
    var source = SourceLedger(path: "app.log.1", stream: "app.log", compression: "none")
    source.bytesRead = 631_936
    (source.counts.bytes, source.counts.lines, source.counts.records) = (631_936, 5102, 4500)
    (source.counts.continuationLines, source.counts.recordsWithoutID, source.counts.tracebacks) = (602, 90, 41)
    (source.counts.stepsBack, source.counts.largestStepBack) = (3, 1_000_000)
    source.firstTime = 1_795_416_689_382_000_000
    source.lastTime = 1_795_416_761_627_000_000
    source.layouts = [LayoutUse(name: "parkapi", records: 1, firstLine: 1)]
    source.notes = [
      LedgerNote(
        .possibleLoss, "copied and truncated while written: lines of up to 14 ms may be lost", span: 14_000_000)
    ]
    ledger.sources = [source]
    ledger.totals = source.counts
    ledger.distinctIDs = 812
    ledger.uncounted = [
      UncountedTellings(source: "nginx-timed", stream: "access.log", requests: 7_012, errors: 31, reason: .sharesNoIDs)
    ]
    return ledger
  }

  private static func example(_ name: String) throws -> String {
    // Elsewhere than in its own section the ledger is left out for brevity.
    var text = try whole(name).text
    if name != "ledger", let ledger = text.range(of: "\"ledger\": {") {
      let indent = String(text[..<ledger.lowerBound].reversed().prefix { $0 == " " })
      let end = try #require(text.range(of: "\n\(indent)}", range: ledger.upperBound..<text.endIndex))
      text = text[..<ledger.lowerBound] + "\"ledger\": {…}" + text[end.upperBound...]
    }
    return text
  }

  private static func whole(_ name: String) throws -> TextSink {
    var sink = TextSink()
    switch name {
    case "stats":
      var summary = Samples.stats(every: true)
      summary.groups = [summary.groups[0]]
      summary.windows = [summary.windows[18]]
      summary.streams = 2
      summary.sources.append(TellingSummary(name: "uvicorn", stream: "access.log", requests: 0, hops: 6534))
      summary.ledger = Ledger()
      StatsReport.json(summary, pretty: true, into: &sink)
    case "traces":
      TracesReport.json([Samples.traces()[0]], matched: 6327, ledger: Ledger(), pretty: true, into: &sink)
    case "show":
      let records = [2, 3].map { Samples.traceRecords()[$0] }
      ShowReport.json(Samples.trace(), records, ledger: Ledger(), pretty: true, into: &sink)
    case "record":
      RecordReport.jsonLine(Samples.record(), into: &sink)
    case "doctor":
      DoctorReport.json(
        [DoctorSamples.shortJSON()], requestSource: "app.log, json", hops: [], zone: "UTC", isZoneGiven: false,
        ledger: Ledger(), pretty: true, into: &sink)
    case "finding":
      ScanReport.jsonLine(try ScanSamples.pool(), pretty: true, into: &sink)
    case "scan":
      ScanReport.jsonSummary(try ScanSamples.findings(), ledger: Ledger(), pretty: true, into: &sink)
    case "diff":
      var document = DiffSamples.release()
      document.routes = [document.routes[0]]
      document.templates = [document.templates[0]]
      document.total = nil
      (document.a.ledger, document.b.ledger) = (Ledger(), Ledger())
      DiffReport.json(document, pretty: true, into: &sink)
    case "rules":
      RulesReport.json([try ScanSamples.rule("http-5xx-burst")], pretty: true, into: &sink)
    case "fill":
      FillReport.json(
        template: "postmortem.md", [try FillSamples.entry(), try FillSamples.grouped()], left: [FillSamples.left],
        ledger: Ledger(), pretty: true, into: &sink)
    case "watch":
      WatchReport.json(WatchSamples.document(), page: "watch_20261123_064905.md", pretty: true, into: &sink)
    case "ready":
      ReadyReport.json(
        ReadySamples.result(), page: "deployment_checklist_20261123_120000.md", pretty: true, into: &sink)
    case "incident":
      var document = IncidentSamples.small()
      document.series = [document.series[4]]
      document.segments = [document.segments[1]]
      document.ledger = Ledger()
      IncidentReport.json(document, pretty: true, into: &sink)
    default:
      JSONWriter.write(into: &sink, pretty: true) { LedgerReport.json(smallLedger(), into: &$0) }
    }
    return sink
  }

  @Test(arguments: [
    "stats", "traces", "show", "record", "doctor", "finding", "scan", "rules", "fill", "ready", "watch", "diff",
    "incident",
    "ledger",
  ])
  func exampleIsRealOutput(name: String) throws {
    let file = Golden.documentation.appendingPathComponent("json.md")
    var page = try String(contentsOf: file, encoding: .utf8)
    let start = try #require(page.range(of: "<!-- example: \(name) -->\n```json\n")).upperBound
    let end = try #require(page.range(of: "```", range: start..<page.endIndex)).lowerBound
    let text = try DocumentationTests.example(name)
    if ProcessInfo.processInfo.environment["SKEIN_GOLDEN"] == "write" {
      // One example after the other: tests with arguments may run at the same time.
      try DocumentationTests.lock.withLock {
        page = try String(contentsOf: file, encoding: .utf8)
        let start = try #require(page.range(of: "<!-- example: \(name) -->\n```json\n")).upperBound
        let end = try #require(page.range(of: "```", range: start..<page.endIndex)).lowerBound
        page.replaceSubrange(start..<end, with: text)
        try page.write(to: file, atomically: true, encoding: .utf8)
      }
    } else {
      #expect(String(page[start..<end]) == text)
    }
  }

  private static let lock = NSLock()

  /// Every key that is written stands on the page.
  @Test func everyKeyIsDocumented() throws {
    let page = try String(contentsOf: Golden.documentation.appendingPathComponent("json.md"), encoding: .utf8)
    var keys: Set<String> = []
    func collect(_ value: Any) {
      if let object = value as? [String: Any] {
        keys.formUnion(object.keys)
        object.values.forEach(collect)
      }
      if let array = value as? [Any] { array.forEach(collect) }
    }
    var sink = TextSink()
    StatsReport.json(Samples.stats(every: true), pretty: false, into: &sink)
    collect(try JSONSerialization.jsonObject(with: Data(sink.bytes)))
    sink = TextSink()
    ShowReport.json(
      Samples.trace(), Samples.traceRecords(), ledger: Samples.troubledLedger(), pretty: false, into: &sink)
    collect(try JSONSerialization.jsonObject(with: Data(sink.bytes)))
    for name in ["finding", "scan", "rules", "fill", "ready", "watch", "diff"] {
      collect(try JSONSerialization.jsonObject(with: Data(try DocumentationTests.whole(name).bytes)))
    }
    sink = TextSink()
    var document = try IncidentSamples.capture()
    // Groups of the others have keys that are names of fields.
    document.findings?.findings.removeLast(8)
    IncidentReport.json(document, pretty: false, into: &sink)
    collect(try JSONSerialization.jsonObject(with: Data(sink.bytes)))
    for verdict in GateReportSamples.failEarly {
      sink = TextSink()
      GateReport.json(verdict, gate: "g", into: &sink)
      collect(try JSONSerialization.jsonObject(with: Data(sink.bytes)))
    }
    sink = TextSink()
    RecordReport.jsonLine(Samples.record(), into: &sink)
    collect(try JSONSerialization.jsonObject(with: Data(sink.bytes)))
    #expect(keys.count > 90)
    // In tables, p90_ms and p95_ms stand between their neighbours' names; examples show all.
    for key in keys { #expect(page.contains("`\(key)`") || page.contains("\"\(key)\":"), "\(key)") }
  }
}
