internal import Analysis
internal import TraceCore

/// `skein diff --json`. The keys are documented in docs/json.md; to change one is a new schema.
extension DiffReport {
  package static let schema = "skein.diff/1"

  /// One object and a newline.
  package static func json(_ document: DiffDocument, pretty: Bool, into sink: inout TextSink) {
    JSONWriter.write(into: &sink, pretty: pretty) { json in
      json.beginObject()
      json.member("schema", schema)
      json.key("a")
      side(document.a, into: &json)
      json.key("b")
      side(document.b, into: &json)
      json.member("summary", document.sentence)
      json.object("dispersion") { json in
        json.member("errors", document.dispersion.errors)
        json.member("latency", document.dispersion.latency)
      }
      json.key("total")
      if let total = document.total { shift(total, name: nil, into: &json) } else { json.null() }
      json.array("routes", of: document.routes) { json, route in shift(route, name: route.route, into: &json) }
      json.array("templates", of: document.templates) { json, shift in
        json.beginObject()
        json.member("change", shift.kind.rawValue)
        json.member("id", shift.template.id)
        json.member("text", shift.template.text)
        json.member("level", shift.template.level)
        json.array("counts", of: shift.template.counts) { $0.int($1) }
        json.member("rate_a", shift.rateA)
        json.member("rate_b", shift.rateB)
        json.member("p", shift.p)
        json.member("q", shift.q)
        json.member("first", time: shift.template.first)
        json.member("path", shift.template.path)
        json.member("line", shift.template.line)
        json.member("example", shift.template.example)
        json.endObject()
      }
      json.array("contrasts", of: document.contrasts) { json, contrast in write(contrast, into: &json) }
      json.array("notes", of: document.notes) { $0.string($1) }
      json.array("commands", of: document.commands) { json, command in
        json.beginObject()
        json.member("purpose", command.purpose)
        json.member("command", command.command)
        json.endObject()
      }
      json.object("ledger") { json in
        json.key("a")
        LedgerReport.json(document.a.ledger, into: &json)
        json.key("b")
        LedgerReport.json(document.b.ledger, into: &json)
      }
      json.endObject()
    }
  }

  private static func side(_ side: DiffDocument.Side, into json: inout JSONWriter) {
    json.beginObject()
    json.member("name", side.name)
    json.member("start", time: side.from)
    json.member("end", time: side.to)
    json.key("total")
    StatsReport.object(side.total, nameKey: nil, into: &json)
    json.endObject()
  }

  private static func shift(_ shift: RouteShift, name: String?, into json: inout JSONWriter) {
    json.beginObject()
    if let name { json.member("route", name) }
    json.member("moved", shift.moved)
    for (key, summary) in [("a", shift.a), ("b", shift.b)] {
      json.key(key)
      if let summary { StatsReport.object(summary, nameKey: nil, into: &json) } else { json.null() }
    }
    change("error_rate_change", shift.errorRate, moved: shift.errorRateMoved, isTime: false, into: &json)
    change("p50_change", shift.p50, moved: shift.p50Moved, isTime: true, into: &json)
    change("p95_change", shift.p95, moved: shift.p95Moved, isTime: true, into: &json)
    json.endObject()
  }

  private static func change(
    _ name: String, _ change: RouteShift.Change?, moved: Bool, isTime: Bool, into json: inout JSONWriter
  ) {
    json.key(name)
    guard let change else { return json.null() }
    json.beginObject()
    interval(change.difference, isTime: isTime, into: &json)
    json.member("p", change.p)
    json.member("q", change.q)
    json.member("significant", change.isSignificant)
    json.member("moved", moved)
    json.endObject()
  }

  private static func interval(_ interval: Interval, isTime: Bool, into json: inout JSONWriter) {
    for (key, value) in [("difference", interval.value), ("lower", interval.lower), ("upper", interval.upper)] {
      if isTime {
        json.member(key + "_ms", milliseconds: Int64(saturating: value.rounded()))
      } else {
        json.member(key, value)
      }
    }
  }

  private static func write(_ contrast: Contrast, into json: inout JSONWriter) {
    json.beginObject()
    json.member("inside", contrast.inside)
    json.member("outside", contrast.outside)
    json.member("inside_requests", contrast.insideRequests)
    json.member("outside_requests", contrast.outsideRequests)
    json.member("compared", contrast.compared)
    json.array("left_out", of: contrast.leftOut) { $0.string($1) }
    json.array("facts", of: contrast.rows) { json, row in
      json.beginObject()
      fact(row.count.fact, into: &json)
      json.member("inside", row.count.inside)
      json.member("outside", row.count.outside)
      json.member("share_inside", row.shareInside)
      json.member("share_outside", row.shareOutside)
      interval(row.difference, isTime: false, into: &json)
      json.member("p", row.p)
      json.member("q", row.q)
      json.array("also", of: row.also) { json, other in
        json.beginObject()
        fact(other, into: &json)
        json.endObject()
      }
      json.endObject()
    }
    json.endObject()
  }

  private static func fact(_ fact: Contrast.Fact, into json: inout JSONWriter) {
    json.member("kind", fact.kind.rawValue)
    json.member("name", fact.name)
    json.member("value", fact.value)
  }
}
