package import Analysis
package import RulePack
package import TraceCore

/// The events of `follow` and `gate` as JSON, an object a line. The keys are documented in docs/json.md; to change one is a
/// new schema.
///
/// Windows, findings, marks and verdicts name no file: followed, replayed and piped they are the same bytes.
package enum EventReport {
  package static let schema = "skein.event/1"
  /// Routes of a window that are told.
  static let mostRoutes = 20

  package static func json(_ window: EventWindow, into sink: inout TextSink) {
    let summary = window.summary
    write(
      "window", ["skein.window/1", String(summary.start), String(summary.end - summary.start)], into: &sink
    ) { json in
      json.member("start", time: summary.start)
      json.member("end", time: summary.end)
      json.member("partial", window.isPartial)
      json.key("total")
      StatsReport.object(summary.total, nameKey: nil, into: &json)
      json.array("routes", of: summary.groups.prefix(mostRoutes)) { json, group in
        StatsReport.object(group, nameKey: "route", into: &json)
      }
      json.member("routes_left_out", Int64(max(0, summary.groups.count - mostRoutes)))
      json.array("versions", of: window.versions) { json, group in
        StatsReport.object(group, nameKey: "version", into: &json)
      }
      json.member("found_unfinished", window.unfinished)
      json.member("not_counted", window.uncounted)
      json.member("not_counted_errors", window.uncountedErrors)
      json.array("hits", of: window.hits) { json, count in
        json.beginObject()
        json.member("rule", count.rule)
        json.member("severity", count.severity)
        json.member("hits", count.hits)
        json.endObject()
      }
    }
  }

  /// A finding as it begins. Without the place of its example, which a rotation changes.
  package static func json(_ finding: Finding, into sink: inout TextSink) {
    write("finding", id: finding.eventID, into: &sink) { json in
      ScanReport.what(finding, into: &json)
      json.member("count", finding.count)
      json.member("first", time: finding.first)
      json.member("last", time: finding.last)
      json.key("example")
      if let example = finding.example {
        json.beginObject()
        json.member("text", example.text)
        json.endObject()
      } else {
        json.null()
      }
      json.array("trace_ids", of: finding.traces) { $0.string($1) }
      json.member("runbook", finding.rule.runbook)
      json.array("tags", of: finding.rule.tags) { $0.string($1) }
    }
  }

  package static func json(_ mark: EventMark, into sink: inout TextSink) {
    write("mark", ["skein.mark/1", mark.kind.rawValue, String(mark.time), mark.text], into: &sink) { json in
      json.member("time", time: mark.time)
      json.member("kind", mark.kind.rawValue)
      json.member("text", mark.text)
    }
  }

  /// Something that happened to a followed file.
  ///
  /// - Parameters:
  ///   - bytes: in question; -1 where that is not known.
  ///   - time: how far event time had come.
  ///   - number: of the event among those of its log.
  package static func json(
    rotation kind: String, path: String, text: String, bytes: Int64, time: Int64, number: Int, into sink: inout TextSink
  ) {
    write("rotation", ["skein.rotation/1", kind, path, text, String(number)], into: &sink) { json in
      json.member("time", time: time)
      json.member("kind", kind)
      json.member("path", path)
      json.member("text", text)
      json.member("bytes", bytes < 0 ? nil : bytes)
    }
  }

  /// The last event of a run.
  package static func json(_ summary: StatsSummary, into sink: inout TextSink) {
    write("ledger", ["skein.ledger/1", String(summary.firstTime), String(summary.lastTime)], into: &sink) { json in
      json.member("start", time: summary.firstTime)
      json.member("end", time: summary.lastTime)
      json.member("requests_from", summary.requestSource)
      json.member("late_requests", summary.lateRequests)
      json.key("total")
      StatsReport.object(summary.total, nameKey: nil, into: &json)
      json.array("routes", of: summary.groups) { json, group in
        StatsReport.object(group, nameKey: "route", into: &json)
      }
      json.key("ledger")
      LedgerReport.json(summary.ledger, into: &json)
    }
  }

  private static func write(
    _ event: String, _ parts: [String], into sink: inout TextSink, _ body: (inout JSONWriter) -> Void
  ) {
    write(event, id: EventID.make(parts), into: &sink, body)
  }

  static func write(
    _ event: String, id: String, into sink: inout TextSink, _ body: (inout JSONWriter) -> Void
  ) {
    JSONWriter.write(into: &sink, pretty: false) { json in
      json.beginObject()
      json.member("schema", schema)
      json.member("event", event)
      json.member("event_id", id)
      body(&json)
      json.endObject()
    }
  }
}
