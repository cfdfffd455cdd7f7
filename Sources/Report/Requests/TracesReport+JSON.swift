package import TraceCore

/// `skein traces --json`: one object with all rows, streamed, or one object a line. The keys are documented in
/// docs/json.md; to change one is a new schema.
extension TracesReport {
  /// Writes `{"schema": …, "matched": …, "traces": [`, then rows, then `], "ledger": …}`.
  ///
  /// Memory is bounded by a row if the caller drains `json.sink` between them. Must be ended by `finish`.
  package struct JSONStream: Sendable {
    package var json: JSONWriter

    /// - Parameter matched: how many traces there are in all, shown or not; nil where it is not known yet.
    package init(matched: Int64?, pretty: Bool, sink: TextSink = TextSink()) {
      json = JSONWriter(pretty: pretty, sink: sink)
      json.beginObject()
      json.member("schema", TracesReport.schema)
      if let matched { json.member("matched", matched) }
      json.key("traces")
      json.beginArray()
    }

    /// - Parameter log: the trace's records (`--lines`); nil: no `log` key.
    package mutating func row(_ trace: TraceSummary, log: [EvidenceRecord]? = nil) {
      json.beginObject()
      TracesReport.members(trace, log: log, into: &json)
      json.endObject()
    }

    /// Ends the text and gives its sink back.
    package mutating func finish(_ ledger: Ledger) -> TextSink {
      json.endArray()
      json.key("ledger")
      LedgerReport.json(ledger, into: &json)
      json.endObject()
      return json.finish()
    }
  }

  /// One object with all rows.
  package static func json(
    _ traces: [TraceSummary], matched: Int64, ledger: Ledger, pretty: Bool, into sink: inout TextSink
  ) {
    var stream = JSONStream(matched: matched, pretty: pretty, sink: sink)
    sink = TextSink()
    for trace in traces { stream.row(trace) }
    sink = stream.finish(ledger)
  }

  /// One compact object and a newline, with the schema in it, for one object a line; the caller ends with `jsonLedgerLine`.
  package static func jsonLine(_ trace: TraceSummary, log: [EvidenceRecord]? = nil, into sink: inout TextSink) {
    JSONWriter.write(into: &sink, pretty: false) { json in
      json.beginObject()
      json.member("schema", schema)
      members(trace, log: log, into: &json)
      json.endObject()
    }
  }

  /// The last line of one object a line: `{"schema": …, "ledger": …}`.
  package static func jsonLedgerLine(_ ledger: Ledger, into sink: inout TextSink) {
    JSONWriter.write(into: &sink, pretty: false) { json in
      json.beginObject()
      json.member("schema", schema)
      json.key("ledger")
      LedgerReport.json(ledger, into: &json)
      json.endObject()
    }
  }

  /// What a trace is for programs. Without a request, route and status are null; without a level, so is that.
  private static let columns: [MachineColumn<TraceSummary>] = [
    .init("trace_id") { .text($0.id) },
    .init("start") { .time($0.start) },
    .init("end") { .time($0.end) },
    .init("duration_ms") { .milliseconds($0.duration) },
    .init("inferred") { .bool($0.inferred) },
    .init("route") { .text($0.route) },
    .init("status") { .int($0.status > 0 ? Int64($0.status) : nil) },
    .init("level") { .text($0.level == .none ? nil : $0.level.name) },
    .init("records") { .int(Int64($0.records)) },
    .init("lines") { .int(Int64($0.lines)) },
    .init("requests") { .int(Int64($0.requests)) },
    .init("unfinished") { .int(Int64($0.unfinished)) },
    .init("reopened") { .bool($0.reopened) },
    .init("tracebacks") { .int(Int64($0.tracebacks)) },
    .init("errors") { .int(Int64($0.errors)) },
  ]

  // MARK: CSV

  /// The first row of CSV.
  package static func csvHeader(into csv: inout CSVWriter) { csv.header(columns.map(\.name)) }

  /// One trace.
  package static func csvRow(_ trace: TraceSummary, into csv: inout CSVWriter) {
    csv.cells(columns, of: trace)
    csv.endRow()
  }

  /// The members of a trace in an object that is open.
  static func members(_ trace: TraceSummary, log: [EvidenceRecord]? = nil, into json: inout JSONWriter) {
    json.members(columns, of: trace)
    if let log {
      json.array("log", of: log) { json, record in Self.record(record, of: trace, into: &json) }
    }
  }

  /// One record of a trace as an object.
  static func record(_ record: EvidenceRecord, of trace: TraceSummary, into json: inout JSONWriter) {
    let hasOffset = record.time != EventTime.none && trace.start != EventTime.none
    json.beginObject()
    json.member("time", time: record.time)
    json.member("offset_ms", milliseconds: hasOffset ? TimeSpan.between(trace.start, record.time) : nil)
    json.member("level", record.level == .none ? nil : record.level.name)
    json.member("logger", record.logger)
    json.member("role", record.role.rawValue)
    json.member("message", record.message)
    json.member("step_ms", milliseconds: record.step)
    json.member("path", record.path)
    json.member("line", record.line)
    json.key("text")
    json.string(decoding: record.text)
    json.endObject()
  }
}
