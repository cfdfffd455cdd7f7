package import TraceCore

/// What `skein filter --json` says of one record: one object a line.
package enum RecordReport {
  package static let schema = "skein.record/1"

  /// Writes the record as one line.
  package static func jsonLine(_ record: RecordDetail, into sink: inout TextSink) {
    JSONWriter.write(into: &sink, pretty: false) { json in
      json.beginObject()
      json.member("schema", schema)
      json.member("time", time: record.time)
      json.member("level", record.level == .none ? nil : record.level.name)
      json.member("logger", record.logger)
      json.member("trace_id", record.id)
      json.member("method", record.method)
      json.member("path", record.path)
      json.member("route", record.route)
      json.member("status", record.status > 0 ? Int64(record.status) : nil)
      json.member("duration_ms", milliseconds: record.duration)
      json.member("message", record.message)
      json.member("source", record.source)
      json.member("line", record.line)
      json.key("text")
      json.string(decoding: record.text)
      json.endObject()
    }
  }
}
