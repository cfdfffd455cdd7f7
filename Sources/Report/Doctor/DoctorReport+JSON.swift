package import Config
package import TraceCore

/// `skein doctor --json`. The keys are documented in docs/json.md; to change one is a new schema.
extension DoctorReport {
  package static let schema = "skein.doctor/1"

  /// One object and a newline. Parameters as in `text`.
  package static func json(
    _ diagnoses: [Diagnosis], requestSource: String?, hops: [(name: String, records: Int64)], zone: String,
    isZoneGiven: Bool, settings: [ProjectSettings.Value] = [], ledger: Ledger, pretty: Bool, into sink: inout TextSink
  ) {
    JSONWriter.write(into: &sink, pretty: pretty) { json in
      json.beginObject()
      json.member("schema", schema)
      json.member("zone", zone)
      json.member("zone_given", isZoneGiven)
      json.array("settings", of: settings) { json, value in
        json.beginObject()
        json.member("name", value.name)
        json.member("value", value.values.joined(separator: ","))
        json.member("from", value.origin)
        json.endObject()
      }
      json.member("requests_from", requestSource)
      json.array("hops", of: hops) { json, hop in
        json.beginObject()
        json.member("source", hop.name)
        json.member("records", hop.records)
        json.endObject()
      }
      json.array("streams", of: diagnoses) { stream($1, into: &$0) }
      json.array("advice", of: advice(for: diagnoses)) { json, given in
        json.beginObject()
        json.member("id", given.advice.id)
        json.array("streams", of: given.streams) { $0.string($1) }
        json.member("title", given.advice.title)
        json.member("why", given.advice.why)
        json.member("file", given.advice.file)
        json.member("language", given.advice.language)
        json.member("code", given.advice.code)
        json.member("run", given.advice.run)
        json.member("command", given.advice.command)
        json.member("sample", given.advice.sample)
        json.endObject()
      }
      json.key("ledger")
      LedgerReport.json(ledger, into: &json)
      json.endObject()
    }
  }

  private static func stream(_ diagnosis: Diagnosis, into json: inout JSONWriter) {
    let works = LogCapabilities(diagnosis)
    json.beginObject()
    json.member("stream", diagnosis.stream)
    json.array("files", of: diagnosis.files) { $0.string($1) }
    json.array("layouts", of: diagnosis.layouts) { json, layout in
      json.beginObject()
      json.member("name", layout.name)
      json.member("format", layout.source)
      json.member("fits", layout.fits)
      json.endObject()
    }
    json.array("later_layouts", of: diagnosis.laterLayouts) { json, use in
      json.beginObject()
      json.member("name", use.name)
      json.member("records", use.records)
      json.member("first_line", use.firstLine)
      json.endObject()
    }
    json.array("unread", of: diagnosis.unread) { $0.string($1) }
    json.member("sampled", diagnosis.sampled)
    json.member("named", diagnosis.isNamed)
    json.member("reason", diagnosis.reason)
    json.array("wrappers", of: diagnosis.wrappers) { $0.string($1) }
    json.member("lines", diagnosis.counts.lines)
    json.member("records", diagnosis.counts.records)
    json.member("continuation_lines", diagnosis.counts.continuationLines)
    json.member("unparsed_lines", diagnosis.counts.unparsedLines)
    json.member("notice_lines", diagnosis.counts.noticeLines)
    json.member("parsed_share", diagnosis.parsedShare)
    json.array("unparsed", of: diagnosis.unparsed) { example($1, into: &$0) }
    json.array("checks", of: diagnosis.coverage) { json, coverage in
      json.beginObject()
      json.member("field", coverage.field.rawValue)
      json.member("state", LogCapabilities.state(coverage).rawValue)
      json.member("found", coverage.found)
      json.member("of", coverage.of)
      json.member("missing", coverage.missing, into: example)
      json.endObject()
    }
    json.member("durations_without_unit", diagnosis.durationsWithoutUnit)
    json.member("duration_without_unit", diagnosis.durationWithoutUnit, into: example)
    json.member("duration_name", diagnosis.durationName)
    json.member("openings", diagnosis.openings)
    json.member("closings", diagnosis.closings)
    json.member("outbound", diagnosis.outbound)
    json.array("fields", of: diagnosis.fields) { json, field in
      json.beginObject()
      json.member("name", field.name)
      json.member("records", field.records)
      json.endObject()
    }
    json.object("works") { json in
      json.member("traces", works.traces.rawValue)
      json.member("statistics", works.statistics.rawValue)
      json.member("latency", works.latency.rawValue)
      json.member("windows", works.windows.rawValue)
    }
    json.member("verdict", works.verdict)
    json.endObject()
  }

  private static func example(_ example: Diagnosis.Example, into json: inout JSONWriter) {
    json.beginObject()
    json.member("path", example.path)
    json.member("line", example.line)
    json.member("text", example.text)
    json.endObject()
  }
}

extension JSONWriter {
  /// A member that is null or what `body` writes.
  fileprivate mutating func member<Value>(
    _ name: String, _ value: Value?, into body: (Value, inout JSONWriter) -> Void
  ) {
    key(name)
    if let value { body(value, &self) } else { null() }
  }
}
