package import Analysis
internal import TraceCore

/// `skein.ready/1`.
extension ReadyReport {
  private static let schema = "skein.ready/1"

  /// - Parameter page: where the Markdown page was written.
  package static func json(_ result: ReadyResult, page: String, pretty: Bool, into sink: inout TextSink) {
    JSONWriter.write(into: &sink, pretty: pretty) { json in
      json.beginObject()
      json.member("schema", schema)
      json.member("name", result.name)
      json.member("checklist", result.path)
      json.member("sha256", result.digest)
      json.member("time", time: result.time)
      json.member("state", result.state.rawValue)
      json.member("exit_code", Int64(result.state.exitCode))
      for state in ReadyState.allCases { json.member(state.rawValue, result.count(state)) }
      json.member("left_out", result.leftOut)
      json.array("only", of: result.only) { $0.string($1) }
      json.array("sections", of: result.sections) { json, section in
        json.beginObject()
        json.member("title", section.title)
        json.array("items", of: section.items) { write($1, into: &$0) }
        json.endObject()
      }
      json.member("page", page)
      json.member("command", result.command)
      json.array("ledgers", of: result.readings) { json, reading in
        json.beginObject()
        json.array("logs", of: reading.logs) { $0.string($1) }
        json.key("ledger")
        LedgerReport.json(reading.ledger, into: &json)
        json.endObject()
      }
      json.endObject()
    }
  }

  private static func write(_ item: ReadyResult.Item, into json: inout JSONWriter) {
    json.beginObject()
    json.member("title", item.title)
    json.member("kind", item.kind)
    json.member("state", item.found.state.rawValue)
    json.member("reason", item.found.reason)
    json.member("why", item.why)
    json.array("advice", of: [item.found.advice, item.how].compactMap(\.self)) { $0.string($1) }
    var notes: [String] = []
    var output: (lines: [String], omitted: Int64)?
    for evidence in item.found.evidence {
      switch evidence {
      case .note(let text): notes.append(text)
      case .output(let lines, let omitted): output = (lines, omitted)
      }
    }
    json.array("notes", of: notes) { $0.string($1) }
    json.array("output", of: output?.lines ?? []) { $0.string($1) }
    json.member("output_omitted_bytes", output?.omitted ?? 0)
    json.endObject()
  }
}
