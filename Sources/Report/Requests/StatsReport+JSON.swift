package import TraceCore

/// `skein stats --json` and `--csv`. The keys are documented in docs/json.md; to change one is a new schema.
extension StatsReport {
  package static let schema = "skein.stats/1"

  /// One object and a newline.
  package static func json(_ summary: StatsSummary, pretty: Bool, into sink: inout TextSink) {
    JSONWriter.write(into: &sink, pretty: pretty) { json in
      json.beginObject()
      json.member("schema", schema)
      json.member("by", summary.by)
      json.member("start", time: summary.firstTime)
      json.member("end", time: summary.lastTime)
      json.member("traces", summary.traces)
      json.member("requests_from", summary.requestSource)
      json.member("instances", Int64(summary.instances))
      json.array("hops", of: summary.hopSources) { json, hop in
        json.beginObject()
        json.member("source", hop.name)
        json.member("records", hop.records)
        json.endObject()
      }
      json.member("late_requests", summary.lateRequests)
      json.key("total")
      object(summary.total, nameKey: nil, into: &json)
      groups(summary.groups, by: summary.by, into: &json)
      if let every = summary.every {
        json.key("every_s")
        json.double(Double(every) / 1e9)
        json.array("series", of: summary.windows) { json, window in
          json.beginObject()
          json.member("start", time: window.start)
          json.member("end", time: window.end)
          json.key("total")
          object(window.total, nameKey: nil, into: &json)
          groups(window.groups, by: summary.by, into: &json)
          json.endObject()
        }
      }
      json.key("ledger")
      LedgerReport.json(summary.ledger, into: &json)
      json.endObject()
    }
  }

  /// `routes`, or `groups` for another field than the route.
  private static func groups(_ list: [GroupSummary], by field: String, into json: inout JSONWriter) {
    json.array(field == "route" ? "routes" : "groups", of: list) { json, group in
      object(group, nameKey: nameKey(field), into: &json)
    }
  }

  /// A field that is called like one of the figures must not hide it.
  private static func nameKey(_ field: String) -> String { figureNames.contains(field) ? field + "_value" : field }

  private static let figureNames = [
    "requests", "unfinished", "client_errors", "errors", "error_rate", "rate_per_s", "timed", "p50_ms", "p90_ms",
    "p95_ms",
    "p99_ms", "max_ms", "p95_weak", "p99_weak", "quantiles",
  ]

  static func object(_ group: GroupSummary, nameKey: String?, into json: inout JSONWriter) {
    json.beginObject()
    if let nameKey { json.member(nameKey, group.name) }
    json.member("requests", group.requests)
    json.member("unfinished", group.unfinished)
    json.member("client_errors", group.clientErrors)
    json.member("errors", group.errors)
    json.member("error_rate", group.errorRate)
    json.member("rate_per_s", group.ratePerSecond)
    json.member("timed", group.timed)
    json.member("p50_ms", milliseconds: group.p50)
    json.member("p90_ms", milliseconds: group.p90)
    json.member("p95_ms", milliseconds: group.p95)
    json.member("p99_ms", milliseconds: group.p99)
    json.member("max_ms", milliseconds: group.max)
    json.member("p95_weak", group.p95IsWeak)
    json.member("p99_weak", group.p99IsWeak)
    json.member("quantiles", group.approximate ? "sketch" : "exact")
    json.endObject()
  }

  // MARK: CSV

  /// What a row of CSV is.
  package enum CSVRows: Sendable {
    /// A group (a route), over the whole span. There is no row for the total: a sum over the column would count it twice.
    case groups
    /// A window, all groups together.
    case windows
    /// A group in a window.
    case windowGroups
  }

  /// - Parameter forTerminal: controls in names are made visible.
  package static func csv(
    _ summary: StatsSummary, rows: CSVRows, forTerminal: Bool = false, into sink: inout TextSink
  ) {
    var csv = CSVWriter(sink: sink, forTerminal: forTerminal)
    sink = TextSink()
    switch rows {
    case .groups:
      csv.header([nameKey(summary.by)] + figureNames)
      for group in summary.groups {
        csv.text(group.name)
        figures(group, into: &csv)
      }
    case .windows:
      csv.header(["start", "end"] + figureNames)
      for window in summary.windows {
        csv.time(window.start)
        csv.time(window.end)
        figures(window.total, into: &csv)
      }
    case .windowGroups:
      csv.header(["start", "end", nameKey(summary.by)] + figureNames)
      for window in summary.windows {
        for group in window.groups {
          csv.time(window.start)
          csv.time(window.end)
          csv.text(group.name)
          figures(group, into: &csv)
        }
      }
    }
    sink = csv.sink
  }

  private static func figures(_ group: GroupSummary, into csv: inout CSVWriter) {
    csv.int(group.requests)
    csv.int(group.unfinished)
    csv.int(group.clientErrors)
    csv.int(group.errors)
    csv.double(group.errorRate)
    csv.double(group.ratePerSecond)
    csv.int(group.timed)
    csv.milliseconds(group.p50)
    csv.milliseconds(group.p90)
    csv.milliseconds(group.p95)
    csv.milliseconds(group.p99)
    csv.milliseconds(group.max)
    csv.bool(group.p95IsWeak)
    csv.bool(group.p99IsWeak)
    csv.text(group.approximate ? "sketch" : "exact")
    csv.endRow()
  }
}
