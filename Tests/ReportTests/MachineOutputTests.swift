import Foundation
import Report
import Testing
import TraceCore

/// JSON and CSV as other programs read them.
struct MachineOutputTests {
  private func parsed(_ sink: TextSink) throws -> [String: Any] {
    try #require(try JSONSerialization.jsonObject(with: Data(sink.bytes)) as? [String: Any])
  }

  /// The keys of the outermost object in the order they are written (pretty output indents them by two).
  private func topKeys(_ sink: TextSink) -> [String] {
    sink.text.split(separator: "\n").filter { $0.hasPrefix("  \"") }.map { String($0.split(separator: "\"")[1]) }
  }

  @Test func statsKeysAndFigures() throws {
    var sink = TextSink()
    StatsReport.json(Samples.stats(), pretty: true, into: &sink)
    #expect(
      topKeys(sink) == [
        "schema", "by", "start", "end", "traces", "requests_from", "instances", "hops", "late_requests",
        "in_flight", "total", "routes", "ledger",
      ])
    let json = try parsed(sink)
    #expect(json["schema"] as? String == "skein.stats/1")
    #expect(json["start"] as? String == "2026-11-23T06:47:54.777Z")
    let total = try #require(json["total"] as? [String: Any])
    #expect(total["requests"] as? Int == 6534)
    #expect(total["p95_ms"] as? Double == 751.8)
    #expect(total["quantiles"] as? String == "sketch")
    #expect(sink.text.contains("\"p50_ms\": 28.9,"))
    let routes = try #require(json["routes"] as? [[String: Any]])
    #expect(routes.map { $0["route"] as? String } == Samples.groups.map(\.0))
    #expect(routes.last?["p99_weak"] as? Bool == true)
    #expect(routes.last?["p95_weak"] as? Bool == false)
  }

  @Test func statsOverTimeAndByAnotherField() throws {
    var summary = Samples.stats(every: true)
    summary.by = "version"
    summary.windows[0].groups = [summary.groups[0]]
    var sink = TextSink()
    StatsReport.json(summary, pretty: true, into: &sink)
    #expect(topKeys(sink).suffix(4) == ["groups", "every_s", "series", "ledger"])
    let json = try parsed(sink)
    #expect(json["every_s"] as? Int == 10)
    let series = try #require(json["series"] as? [[String: Any]])
    #expect(series.count == Samples.windows.count)
    #expect((series[0]["groups"] as? [[String: Any]])?.first?["version"] as? String == "GET /api/spots")
    #expect((series[0]["total"] as? [String: Any])?["requests"] as? Int == 109)
  }

  /// `--by errors` must give valid JSON without a key that stands twice.
  @Test func aFieldCalledLikeAFigureHidesNone() throws {
    var summary = Samples.stats()
    summary.by = "errors"
    var sink = TextSink()
    StatsReport.json(summary, pretty: false, into: &sink)
    let groups = try #require(try parsed(sink)["groups"] as? [[String: Any]])
    #expect(groups[0]["errors_value"] as? String == "GET /api/spots")
    #expect(groups[0]["errors"] as? Int == 75)
  }

  @Test func whatIsUnknownIsNull() throws {
    var sink = TextSink()
    StatsReport.json(
      StatsSummary(by: "route", total: GroupSummary(name: "total"), groups: []), pretty: false, into: &sink)
    #expect(
      sink.text.hasPrefix(
        """
        {"schema":"skein.stats/1","by":"route","start":null,"end":null,"traces":0,"requests_from":null,"instances":0,\
        "hops":[],\
        "late_requests":0,"in_flight":null,"total":{"requests":0,"unfinished":0,"client_errors":0,"errors":0,"error_rate":null,\
        "rate_per_s":null,"timed":0,"p50_ms":null,
        """))
    sink = TextSink()
    TracesReport.jsonLine(Samples.traces()[2], into: &sink)
    let trace = try parsed(sink)
    #expect(trace["route"] is NSNull && trace["status"] is NSNull && trace["inferred"] as? Bool == true)
  }

  @Test func tracesAsOneObjectAndOneALine() throws {
    var sink = TextSink()
    TracesReport.json(Samples.traces(), matched: 6327, ledger: Samples.ledger(), pretty: true, into: &sink)
    #expect(topKeys(sink) == ["schema", "matched", "traces", "ledger"])
    let rows = try #require(try parsed(sink)["traces"] as? [[String: Any]])
    #expect(rows.map { $0["trace_id"] as? String } == Samples.traces().map(\.id))

    var lines = TextSink()
    for trace in Samples.traces() { TracesReport.jsonLine(trace, log: Samples.traceRecords(), into: &lines) }
    TracesReport.jsonLedgerLine(Samples.ledger(), into: &lines)
    let texts = lines.text.split(separator: "\n")
    #expect(texts.count == 5 && texts.allSatisfy { $0.hasPrefix("{\"schema\":\"skein.traces/1\",") })
    let first = try #require(try JSONSerialization.jsonObject(with: Data(texts[0].utf8)) as? [String: Any])
    #expect((first["log"] as? [Any])?.count == 16)
  }

  /// Rows that are drained one by one make the same text.
  @Test func streamedRowsAreTheSameText() throws {
    var whole = TextSink()
    TracesReport.json(Samples.traces(), matched: 4, ledger: Samples.ledger(), pretty: true, into: &whole)
    var out: [UInt8] = []
    var stream = TracesReport.JSONStream(matched: 4, pretty: true)
    for trace in Samples.traces() {
      stream.row(trace)
      stream.json.sink.drain { for i in $0.indices { out.append($0[i]) } }
    }
    out += stream.finish(Samples.ledger()).bytes
    #expect(out == whole.bytes)
  }

  @Test func showCarriesTheRecordsAsLogged() throws {
    var records = Samples.traceRecords()
    records[0].text += [0xFF, 0x1B]
    var sink = TextSink()
    ShowReport.json(Samples.trace(), records, ledger: Samples.ledger(), pretty: true, into: &sink)
    #expect(topKeys(sink) == ["schema", "trace", "records", "ledger"])
    let json = try parsed(sink)
    let rows = try #require(json["records"] as? [[String: Any]])
    #expect(rows[2]["offset_ms"] as? Int == 16)
    #expect(rows[2]["step_ms"] as? Double == 15.5)
    #expect(rows.first?["role"] as? String == "opening" && rows.last?["role"] as? String == "closing")
    #expect((rows[0]["text"] as? String)?.hasSuffix("\u{FFFD}\u{1B}") == true)
    #expect(rows[14]["text"] as? String == String(decoding: records[14].text, as: UTF8.self))
    var first = TextSink()
    ShowReport.json(Samples.trace(), records, ledger: nil, pretty: false, into: &first)
    #expect(try parsed(first)["ledger"] == nil)
  }

  @Test func ledgerKeepsSourcesLastAndSpansExact() throws {
    var sink = TextSink()
    JSONWriter.write(into: &sink, pretty: true) { LedgerReport.json(Samples.troubledLedger(), into: &$0) }
    #expect(topKeys(sink).last == "sources")
    let json = try parsed(sink)
    let sources = try #require(json["sources"] as? [[String: Any]])
    let notes = try #require(sources[2]["notes"] as? [[String: Any]])
    #expect(notes[0]["kind"] as? String == "possible_loss" && notes[0]["span_ms"] as? Int == 14)
    #expect(notes[0]["bytes"] is NSNull && notes[0]["gap"] as? Bool == false)
    #expect((sources[0]["notes"] as? [[String: Any]])?[0]["gap"] as? Bool == true)
    let sum = sources.reduce(0) { $0 + ($1["records"] as? Int ?? 0) }
    #expect(sum == json["records"] as? Int)
  }

  @Test func statsCSV() throws {
    var summary = Samples.stats(every: true)
    summary.groups = Array(summary.groups.prefix(1))
    summary.groups[0].name = "=cmd|'/c calc', \"x\""
    summary.windows = Array(summary.windows.prefix(1))
    summary.windows[0].groups = summary.groups
    var sink = TextSink()
    StatsReport.csv(summary, rows: .groups, into: &sink)
    let figures =
      "requests,unfinished,client_errors,errors,error_rate,rate_per_s,timed,p50_ms,p90_ms,p95_ms,p99_ms,max_ms,"
    #expect(
      sink.text == """
        route,\(figures)p95_weak,p99_weak,quantiles
        "'=cmd|'/c calc', ""x""\",2201,0,0,75,0.034075420263516586,7.204205344400948,2201,9.9,66.3,115.7,752.7,892.5,\
        false,false,sketch

        """)
    sink = TextSink()
    StatsReport.csv(summary, rows: .windows, into: &sink)
    #expect(sink.text.hasPrefix("start,end,requests,"))
    #expect(sink.text.contains("\n2026-11-23T06:47:50.000Z,2026-11-23T06:48:00.000Z,109,0,3,0,0,10.9,109,40.5,"))
    sink = TextSink()
    StatsReport.csv(summary, rows: .windowGroups, into: &sink)
    #expect(sink.text.contains("06:48:00.000Z,\"'=cmd"))
  }

  @Test func tracesCSV() {
    var csv = CSVWriter()
    TracesReport.csvHeader(into: &csv)
    for trace in Samples.traces() { TracesReport.csvRow(trace, into: &csv) }
    let lines = csv.sink.text.split(separator: "\n")
    #expect(lines.count == 5)
    #expect(
      lines[1] == """
        0dc4db31-094f-4941-ab85-ef9612bbc599,2026-11-23T06:51:29.382Z,2026-11-23T06:51:29.464Z,1494.2,false,\
        GET /api/payments/{id},503,error,55,139,3,0,false,1,3
        """)
    #expect(lines[3].contains(",true,,,warning,"))
    #expect(Set(lines.map { $0.split(separator: ",", omittingEmptySubsequences: false).count }) == [15])
  }

  @Test func csvOnATerminalIsEscaped() {
    var csv = CSVWriter(forTerminal: true)
    csv.text("\u{1B}[2J")
    csv.text("a\nb")
    csv.endRow()
    #expect(csv.sink.text == "\\x1b[2J,a\\nb\n")
  }
}
