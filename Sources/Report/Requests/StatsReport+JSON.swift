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
      InFlightReport.member(summary.inFlight, into: &json)
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
  private static func nameKey(_ field: String) -> String {
    figures.contains { $0.name == field } ? field + "_value" : field
  }

  /// The figures of a group, for JSON and CSV.
  private static var figures: [MachineColumn<GroupSummary>] {
    [
      .init("requests") { .int($0.requests) },
      .init("unfinished") { .int($0.unfinished) },
      .init("client_errors") { .int($0.clientErrors) },
      .init("errors") { .int($0.errors) },
      .init("error_rate") { .double($0.errorRate) },
      .init("rate_per_s") { .double($0.ratePerSecond) },
      .init("timed") { .int($0.timed) },
      .init("p50_ms") { .milliseconds($0.p50) },
      .init("p90_ms") { .milliseconds($0.p90) },
      .init("p95_ms") { .milliseconds($0.p95) },
      .init("p99_ms") { .milliseconds($0.p99) },
      .init("max_ms") { .milliseconds($0.max) },
      .init("p95_weak") { .bool($0.p95IsWeak) },
      .init("p99_weak") { .bool($0.p99IsWeak) },
      .init("quantiles") { .text($0.approximate ? "sketch" : "exact") },
    ]
  }

  static func object(_ group: GroupSummary, nameKey: String?, into json: inout JSONWriter) {
    json.beginObject()
    if let nameKey { json.member(nameKey, group.name) }
    json.members(figures, of: group)
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
    let (figures, name) = (figures, nameKey(summary.by))
    let span: [MachineColumn<WindowSummary>] = [.init("start") { .time($0.start) }, .init("end") { .time($0.end) }]
    switch rows {
    case .groups:
      csv.header([name] + figures.map(\.name))
      for group in summary.groups {
        csv.text(group.name)
        csv.cells(figures, of: group)
        csv.endRow()
      }
    case .windows:
      csv.header(span.map(\.name) + figures.map(\.name))
      for window in summary.windows {
        csv.cells(span, of: window)
        csv.cells(figures, of: window.total)
        csv.endRow()
      }
    case .windowGroups:
      csv.header(span.map(\.name) + [name] + figures.map(\.name))
      for window in summary.windows {
        for group in window.groups {
          csv.cells(span, of: window)
          csv.text(group.name)
          csv.cells(figures, of: group)
          csv.endRow()
        }
      }
    }
    sink = csv.sink
  }
}
