internal import Analysis
internal import RulePack
internal import TraceCore

/// The document for scripts. The keys are documented in docs/json.md; to change one is a new schema.
extension IncidentReport {
  package static let schema = "skein.incident/1"

  /// One object and a newline.
  package static func json(_ document: IncidentDocument, pretty: Bool, into sink: inout TextSink) {
    let text = IncidentText(document)
    JSONWriter.write(into: &sink, pretty: pretty) { json in
      json.beginObject()
      json.member("schema", schema)
      json.member("title", document.title)
      json.member("state", word(text.state))
      json.array("summary", of: text.summary) { $0.string($1.plain) }
      span(document, into: &json)
      json.member("method", document.method)
      json.array("notes", of: document.notes) { $0.string($1) }
      json.array("segments", of: document.segments) { segment($1, into: &$0) }
      json.array("audience", of: document.audience) { json, audience in
        json.beginObject()
        json.member("field", audience.field)
        json.member("affected", audience.affected)
        json.member("all", audience.all)
        json.member("estimated", audience.isEstimate)
        json.endObject()
      }
      json.object("recovery") { json in
        json.member("clean_windows", document.cleanWindows)
        json.member("clean_windows_needed", document.cleanWindowsNeeded)
        json.member("confirmed", text.state == .over)
      }
      json.array("timeline", of: document.timeline) { json, moment in
        json.beginObject()
        json.member("time", time: moment.time)
        json.member("kind", moment.kind.rawValue)
        json.member("text", moment.text)
        place("place", moment.place, into: &json)
        json.endObject()
      }
      json.array("series", of: document.series) { window($1, into: &$0) }
      findings(document, into: &json)
      json.array("templates", of: document.templates) { template($1, into: &$0) }
      json.array("contrasts", of: document.contrasts) { contrast($1, into: &$0) }
      json.array("exemplars", of: document.exemplars) { json, exemplar in
        json.beginObject()
        json.member("reason", exemplar.reason)
        place("place", exemplar.place, into: &json)
        json.object("trace") { TracesReport.members(exemplar.trace, log: exemplar.records, into: &$0) }
        json.endObject()
      }
      json.array("stacks", of: document.stacks) { stack($1, into: &$0) }
      json.array("candidates", of: document.candidates) { json, candidate in
        json.beginObject()
        json.member("kind", candidate.kind.rawValue)
        json.member("text", candidate.text)
        json.array("evidence", of: candidate.evidence) { $0.string($1) }
        json.member("time", time: candidate.time ?? EventTime.none)
        if let cause = candidate.cause {
          json.object("cause") { write(cause, into: &$0) }
        } else {
          json.member("cause", nil as String?)
        }
        json.endObject()
      }
      json.array("commands", of: document.commands) { json, command in
        json.beginObject()
        json.member("purpose", command.purpose)
        json.member("command", command.command)
        json.endObject()
      }
      json.array("redacted", of: document.redacted) { json, item in
        json.beginObject()
        json.member("kind", item.kind)
        json.member("values", item.values)
        json.endObject()
      }
      json.key("ledger")
      LedgerReport.json(document.ledger, into: &json)
      json.endObject()
    }
  }

  private static func word(_ state: IncidentText.State) -> String {
    switch state {
    case .nothing: "none"
    case .ongoing: "ongoing"
    case .over: "over"
    case .unconfirmed: "unconfirmed"
    }
  }

  private static func span(_ document: IncidentDocument, into json: inout JSONWriter) {
    json.key("span")
    guard let span = document.span else { return json.null() }
    json.beginObject()
    json.member("onset", time: span.onset)
    json.member("recovery", time: span.recovery)
    json.member("duration_ms", milliseconds: TimeSpan.between(span.onset, span.recovery))
    json.array("signals", of: span.signals) { $0.string($1.rawValue) }
    json.array("routes", of: span.routes) { $0.string($1) }
    json.member("slow_start", document.slowStart)
    json.member("ongoing", span.isOngoing)
    json.member("begins_before", span.beginsBefore)
    json.member("given", span.isGiven)
    json.endObject()
  }

  /// Null where there is none.
  private static func place(_ name: String, _ place: IncidentDocument.Place?, into json: inout JSONWriter) {
    json.key(name)
    guard let place else { return json.null() }
    json.beginObject()
    json.member("path", place.path)
    json.member("line", place.line)
    json.member("hash", place.hash)
    json.endObject()
  }

  private static func segment(_ segment: IncidentDocument.Segment, into json: inout JSONWriter) {
    json.beginObject()
    json.member("segment", segment.name)
    json.member("start", time: segment.from)
    json.member("end", time: segment.to)
    json.key("total")
    StatsReport.object(segment.total, nameKey: nil, into: &json)
    InFlightReport.member(segment.inFlight, into: &json)
    json.array("routes", of: segment.routes) { StatsReport.object($1, nameKey: "route", into: &$0) }
    json.endObject()
  }

  private static func window(_ window: SeriesWindow, into json: inout JSONWriter) {
    json.beginObject()
    json.member("start", time: window.start)
    json.member("end", time: window.end)
    json.member("requests", window.requests)
    json.member("client_errors", window.clientErrors)
    json.member("errors", window.errors)
    json.member("error_rate", window.errorRate)
    json.member("timed", window.timed)
    json.member("p50_ms", milliseconds: window.p50)
    json.member("p95_ms", milliseconds: window.p95)
    json.member("p99_ms", milliseconds: window.p99)
    let used = (0..<LatencyHistogram.buckets).filter { window.latency[$0] > 0 }
    json.array("latency", of: used) { json, bucket in
      json.beginObject()
      json.member("from_ms", milliseconds: LatencyHistogram.border(bucket))
      json.member("requests", window.latency[bucket])
      json.endObject()
    }
    json.endObject()
  }

  private static func findings(_ document: IncidentDocument, into json: inout JSONWriter) {
    json.key("findings")
    guard let found = document.findings else { return json.null() }
    json.beginArray()
    for (i, finding) in found.findings.enumerated() {
      json.beginObject()
      ScanReport.what(finding, into: &json)
      json.member("count", finding.count)
      json.member("first", time: finding.first)
      json.member("last", time: finding.last)
      json.key("example")
      if let example = finding.example { json.string(example.text) } else { json.null() }
      place("place", document.findingPlaces.indices.contains(i) ? document.findingPlaces[i] : nil, into: &json)
      json.array("trace_ids", of: finding.traces) { $0.string($1) }
      json.endObject()
    }
    json.endArray()
  }

  private static func template(_ shift: TemplateShift, into json: inout JSONWriter) {
    let template = shift.template
    json.beginObject()
    json.member("kind", shift.kind.rawValue)
    json.member("template_id", template.id)
    json.member("template", template.text)
    json.member("level", template.level)
    json.array("counts", of: template.counts) { $0.int($1) }
    number("rate_a", shift.rateA, into: &json)
    number("rate_b", shift.rateB, into: &json)
    number("p", shift.p, into: &json)
    number("q", shift.q, into: &json)
    json.member("first", time: template.first)
    json.member("path", template.path)
    json.member("line", template.line)
    json.member("example", template.example)
    json.endObject()
  }

  private static func contrast(_ contrast: Contrast, into json: inout JSONWriter) {
    json.beginObject()
    json.member("inside", contrast.inside)
    json.member("outside", contrast.outside)
    json.member("requests_inside", contrast.insideRequests)
    json.member("requests_outside", contrast.outsideRequests)
    json.member("compared", contrast.compared)
    json.array("left_out", of: contrast.leftOut) { $0.string($1) }
    json.array("facts", of: contrast.rows) { json, row in
      json.beginObject()
      json.member("kind", row.count.fact.kind.rawValue)
      json.member("name", row.count.fact.name)
      json.member("value", row.count.fact.value)
      json.member("inside", row.count.inside)
      json.member("outside", row.count.outside)
      number("share_inside", row.shareInside, into: &json)
      number("share_outside", row.shareOutside, into: &json)
      number("difference", row.difference.value, into: &json)
      number("lower", row.difference.lower, into: &json)
      number("upper", row.difference.upper, into: &json)
      number("p", row.p, into: &json)
      number("q", row.q, into: &json)
      json.endObject()
    }
    json.endObject()
  }

  private static func write(_ cause: Cause, into json: inout JSONWriter) {
    func facts(_ name: String, _ list: [Contrast.Fact], _ json: inout JSONWriter) {
      json.array(name, of: list) { json, fact in
        json.beginObject()
        json.member("name", fact.name)
        json.member("value", fact.value)
        json.endObject()
      }
    }
    facts("facts", cause.facts, &json)
    facts("same", cause.same, &json)
    facts("explains", cause.explains, &json)
    facts("fixed", cause.fixed.flatMap { $0 }, &json)
    number("share_inside", cause.shareInside, into: &json)
    number("share_outside", cause.shareOutside, into: &json)
    number("excess", cause.excess, into: &json)
    number("odds_ratio", cause.odds?.value ?? .infinity, into: &json)
    number("lower", cause.odds?.lower ?? .infinity, into: &json)
    number("upper", cause.odds?.upper ?? .infinity, into: &json)
    number("p", cause.p, into: &json)
    json.member("chronic", cause.isChronic)
  }

  private static func stack(_ stack: StackGroup, into json: inout JSONWriter) {
    json.beginObject()
    json.member("cause", stack.cause)
    json.member("outermost", stack.outermost)
    json.member("message", stack.message)
    json.member("frame", stack.frame)
    json.member("count", stack.count)
    json.member("first", time: stack.first)
    json.member("last", time: stack.last)
    json.member("path", stack.path)
    json.member("line", stack.line)
    json.member("text", stack.text)
    json.endObject()
  }

  /// Null where it is no number.
  private static func number(_ name: String, _ value: Double, into json: inout JSONWriter) {
    json.member(name, value.isFinite ? value : nil)
  }
}
