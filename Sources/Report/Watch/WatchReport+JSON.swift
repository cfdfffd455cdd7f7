internal import Analysis
internal import TraceCore

/// `skein.watch/1`.
extension WatchReport {
  private static let schema = "skein.watch/1"

  /// - Parameter page: where the Markdown page was written; nil where none was.
  package static func json(_ document: WatchDocument, page: String?, pretty: Bool, into sink: inout TextSink) {
    JSONWriter.write(into: &sink, pretty: pretty) { json in
      json.beginObject()
      json.member("schema", schema)
      json.member("release", document.release)
      json.member("start", time: document.start)
      json.member("end", time: document.end)
      json.member("first", time: document.first)
      json.member("last", time: document.last)
      json.member("state", document.state.rawValue)
      json.member("exit_code", Int64(document.state.exitCode))
      let findings = document.findings
      json.array("failed", of: findings.failed) { $0.string($1) }
      json.array("unknown", of: findings.unknown) { $0.string($1) }
      json.key("before")
      if let before = document.baseline {
        json.beginObject()
        json.member("start", time: before.start)
        json.member("end", time: before.end)
        figures(before.figures, into: &json)
        json.endObject()
      } else {
        json.null()
      }
      json.array("hours", of: document.hours) { json, hour in
        json.beginObject()
        json.member("hour", Int64(hour.number))
        json.member("start", time: hour.start)
        json.member("end", time: hour.end)
        json.member("is_whole", hour.isWhole)
        figures(hour.figures, into: &json)
        json.member("gate", hour.verdict?.state.rawValue)
        json.member("reason", hour.verdict?.reason)
        json.member("incidents", hour.incidents.map { Int64($0) })
        json.member("new_messages", hour.newMessages.map { Int64($0) })
        json.endObject()
      }
      json.key("total")
      json.beginObject()
      figures(document.total, into: &json)
      json.endObject()
      json.member("gate", document.gate)
      json.member("verdict", document.verdict?.state.rawValue)
      if let incidents = document.incidents {
        json.array("incidents", of: incidents) { write($1, into: &$0) }
      } else {
        json.key("incidents")
        json.null()
      }
      if let messages = document.messages {
        json.array("new_messages", of: messages) { write($1, into: &$0) }
      } else {
        json.key("new_messages")
        json.null()
      }
      json.member("page", page)
      json.member("report", document.report)
      json.member("command", document.command)
      json.key("ledger")
      LedgerReport.json(document.ledger, into: &json)
      json.endObject()
    }
  }

  private static func write(_ incident: AlertIncident, into json: inout JSONWriter) {
    json.beginObject()
    json.member("key", incident.key)
    json.member("severity", "P\(incident.severity)")
    json.member("title", incident.leader?.title)
    json.member("opened", time: incident.opened)
    json.member("closed", time: incident.closed)
    json.member("requests", incident.total.requests)
    json.member("errors", incident.total.errors)
    json.array("rules", of: incident.members.map(\.rule)) { $0.string($1) }
    json.member("trace", incident.leader?.trace)
    json.endObject()
  }

  private static func write(_ shape: ServiceMessages.Shape, into json: inout JSONWriter) {
    json.beginObject()
    json.member("level", shape.level == .none ? nil : shape.level.name)
    json.member("records", shape.count)
    json.member("first", time: shape.first)
    json.member("message", shape.text)
    json.member("trace", shape.trace)
    json.endObject()
  }

  private static func figures(_ figures: GroupSummary, into json: inout JSONWriter) {
    json.member("requests", figures.requests)
    json.member("errors", figures.errors)
    json.member("error_rate", figures.errorRate)
    json.member("p50_ms", milliseconds: figures.p50)
    json.member("p95_ms", milliseconds: figures.p95)
    json.member("p99_ms", milliseconds: figures.p99)
  }
}
