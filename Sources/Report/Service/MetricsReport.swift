package import Analysis
package import TraceCore

/// All that a scraper is given at one moment.
package struct ServiceMetrics: Sendable {
  package var snapshot: ServiceSnapshot
  package var ledger: Ledger
  /// Event time in nanoseconds, or `EventTime.none`; and how far the wall clock is ahead of it.
  package var time: Int64
  package var lag: Int64?
  /// Old bytes are still being read.
  package var isBehind: Bool
  package var gate: LiveGate?
  package var version: String
  /// Of the server: open connections, accepted and refused ones, requests answered.
  package var connections: Int64 = 0
  package var accepted: Int64 = 0
  package var refused: Int64 = 0
  package var answered: Int64 = 0

  package init(
    snapshot: ServiceSnapshot, ledger: Ledger, time: Int64, lag: Int64?, isBehind: Bool, gate: LiveGate?,
    version: String
  ) {
    self.snapshot = snapshot
    self.ledger = ledger
    self.time = time
    self.lag = lag
    self.isBehind = isBehind
    self.gate = gate
    self.version = version
  }
}

/// `/metrics`: Prometheus' text format 0.0.4, or OpenMetrics 1.0, which has examples with ids. Names and labels of requests are
/// OpenTelemetry's (semantic conventions for HTTP metrics).
package struct MetricsReport {
  private let metrics: ServiceMetrics
  private let isOpen: Bool
  private var sink = TextSink()

  package static func contentType(isOpenMetrics: Bool) -> String {
    isOpenMetrics
      ? "application/openmetrics-text; version=1.0.0; charset=utf-8" : "text/plain; version=0.0.4; charset=utf-8"
  }

  /// Whether a scraper asks for OpenMetrics: it names it, and not with a quality of 0.
  package static func wantsOpenMetrics(accept: String?) -> Bool {
    accept?.split(separator: ",").contains { part in
      let words = part.split(separator: ";").map { $0.drop { $0 == " " }.lowercased() }
      return words.first?.hasPrefix("application/openmetrics-text") == true
        && !words.contains { $0.hasPrefix("q=0") && !$0.contains { $0 > "0" && $0 <= "9" } }
    } ?? false
  }

  package static func bytes(_ metrics: ServiceMetrics, isOpenMetrics: Bool) -> [UInt8] {
    var report = MetricsReport(metrics: metrics, isOpen: isOpenMetrics)
    report.writeRequests()
    report.writeLedger()
    report.writeState()
    if isOpenMetrics { report.sink.write("# EOF\n") }
    return report.sink.bytes
  }

  private init(metrics: ServiceMetrics, isOpen: Bool) {
    self.metrics = metrics
    self.isOpen = isOpen
  }

  // MARK: Requests

  private mutating func writeRequests() {
    var order: [String] = []
    var sums: [String: RequestMetrics.Series] = [:]
    for series in metrics.snapshot.series {
      let labels = Self.labels(of: series)
      guard var sum = sums[labels] else {
        order.append(labels)
        sums[labels] = series.counts
        continue
      }
      // Two numbers under one name: one line, since a scraper refuses two.
      sum.merge(series.counts)
      sums[labels] = sum
    }
    head("skein_requests", .counter, "Requests that were counted, with or without a duration.")
    for labels in order { sample("skein_requests_total", labels, String(sums[labels]?.requests ?? 0)) }
    let name = "http_server_request_duration_seconds"
    head(name, .histogram, "Durations of requests, as logged.", unit: "seconds")
    for labels in order {
      guard let sum = sums[labels], sum.timed > 0 else { continue }
      var below: Int64 = 0
      for (place, count) in sum.buckets.enumerated() {
        below += count
        let bound = place < metrics.snapshot.bounds.count ? Self.seconds(metrics.snapshot.bounds[place]) : "+Inf"
        let example = isOpen ? sum.exemplars[place].map(Self.example) ?? "" : ""
        sample(
          "\(name)_bucket", labels.isEmpty ? "le=\"\(bound)\"" : "\(labels),le=\"\(bound)\"", String(below) + example)
      }
      sample("\(name)_sum", labels, Self.seconds(sum.sum))
      sample("\(name)_count", labels, String(below))
    }
  }

  private static func labels(of series: ServiceSnapshot.Series) -> String {
    var labels: [String] = []
    let parts = series.route.split(separator: " ", maxSplits: 1).map(String.init)
    if parts.count == 2, parts[1].hasPrefix("/") {
      labels.append(label("http_request_method", parts[0]))
      labels.append(label("http_route", parts[1]))
    } else {
      labels.append(label("http_route", series.route))
    }
    if series.status > 0 { labels.append(label("http_response_status_code", String(series.status))) }
    if series.isError { labels.append(label("error_type", series.status > 0 ? String(series.status) : "_OTHER")) }
    if let version = series.version { labels.append(label("service_version", version)) }
    return labels.joined(separator: ",")
  }

  /// A label with its value as both formats escape it; what is no character of a text becomes U+FFFD.
  private static func label(_ name: String, _ value: String) -> String {
    var text = ""
    for scalar in value.unicodeScalars {
      switch scalar {
      case "\\": text += "\\\\"
      case "\"": text += "\\\""
      case "\n": text += "\\n"
      case _ where scalar.value < 0x20 || scalar.value == 0x7F: text += "\u{FFFD}"
      default: text.unicodeScalars.append(scalar)
      }
    }
    return "\(name)=\"\(text)\""
  }

  /// Nanoseconds as seconds, without a rounding.
  static func seconds(_ nanoseconds: Int64) -> String {
    let sign = nanoseconds < 0 ? "-" : ""
    let (whole, rest) = nanoseconds.magnitude.quotientAndRemainder(dividingBy: 1_000_000_000)
    guard rest > 0 else { return sign + String(whole) + ".0" }
    let digits = String(rest)
    var part = String(repeating: "0", count: 9 - digits.count) + digits
    while part.hasSuffix("0") { part.removeLast() }
    return sign + String(whole) + "." + part
  }

  /// OpenMetrics allows 128 characters of labels; a longer id is left out.
  private static func example(_ example: RequestMetrics.Exemplar) -> String {
    guard example.id.unicodeScalars.count <= 100 else { return "" }
    return " # {\(label("trace_id", example.id))} \(seconds(example.duration)) \(seconds(example.time))"
  }

  // MARK: What was read

  private mutating func writeLedger() {
    let totals = metrics.ledger.totals
    head("skein_log_records", .counter, "Records read.")
    sample("skein_log_records_total", "", String(totals.records))
    head("skein_log_lines", .counter, "Lines read, by what they are.")
    for (kind, count) in [
      ("record", totals.records), ("continuation", totals.continuationLines), ("unparsed", totals.unparsedLines),
      ("notice", totals.noticeLines),
    ] { sample("skein_log_lines_total", Self.label("kind", kind), String(count)) }
    head("skein_log_bytes", .counter, "Bytes of log read, decompressed.", unit: "bytes")
    sample("skein_log_bytes_total", "", String(totals.bytes))
    head("skein_ledger_gaps", .counter, "Places where something is proven missing, by what is.")
    var gaps: [String: Int64] = ["damaged_lines": totals.damagedLines, "undecided_records": totals.undecidedRecords]
    // All kinds from the start: whoever looks at increases would miss the first gap of a kind.
    for kind in LedgerNote.Kind.allCases where kind.isGap { gaps[kind.rawValue] = 0 }
    for source in metrics.ledger.sources {
      for note in source.notes where note.isGap { gaps[note.kind.rawValue, default: 0] += 1 }
    }
    for (kind, count) in gaps.sorted(by: { $0.key < $1.key }) {
      sample("skein_ledger_gaps_total", Self.label("kind", kind), String(count))
    }
    head("skein_requests_uncounted", .counter, "Requests that were logged and are not counted, by source.")
    for source in metrics.ledger.uncounted {
      let labels = [Self.label("source", source.source)] + (source.stream.map { [Self.label("log", $0)] } ?? [])
      sample("skein_requests_uncounted_total", labels.joined(separator: ","), String(source.requests))
    }
  }

  // MARK: How it stands

  private mutating func writeBudgets() {
    let budgets = metrics.snapshot.budgets
    guard !budgets.isEmpty else { return }
    head(
      "skein_budget_remaining_ratio", .gauge,
      "Part of the error budget that is left: 1 all of it, under 0 more than all is used up.", unit: "ratio")
    for budget in budgets {
      guard let left = budget.left else { continue }
      sample("skein_budget_remaining_ratio", Self.label("objective", budget.name), Self.decimal(left))
    }
    head("skein_budget_burning", .gauge, "1 while it is proven that an objective is not kept.")
    for budget in budgets {
      sample("skein_budget_burning", Self.label("objective", budget.name), budget.burningSince == nil ? "0" : "1")
    }
  }

  /// Six decimals.
  private static func decimal(_ value: Double) -> String {
    let millionths = Int64(saturating: (value * 1e6).rounded())
    let digits = String(millionths.magnitude % 1_000_000)
    return (millionths < 0 ? "-" : "") + String(millionths.magnitude / 1_000_000) + "."
      + String(repeating: "0", count: 6 - digits.count) + digits
  }

  private mutating func writeState() {
    head("skein_findings", .counter, "Findings that began, by severity.")
    for (severity, count) in metrics.snapshot.findingCounts.enumerated() {
      sample("skein_findings_total", Self.label("severity", "P\(severity)"), String(count))
    }
    if metrics.time != EventTime.none {
      head("skein_log_time_seconds", .gauge, "How far event time has come, since 1970.", unit: "seconds")
      sample("skein_log_time_seconds", "", Self.seconds(metrics.time))
    }
    if let lag = metrics.lag {
      head("skein_lag_seconds", .gauge, "How far the wall clock is ahead of event time.", unit: "seconds")
      sample("skein_lag_seconds", "", Self.seconds(lag))
    }
    head("skein_catching_up", .gauge, "1 while old bytes are still being read.")
    sample("skein_catching_up", "", metrics.isBehind ? "1" : "0")
    writeBudgets()
    if let gate = metrics.gate {
      head("skein_gate_state", .gauge, "1 for the state of the gate: running, pass, fail, inconclusive.")
      let now = gate.final.map { $0.state == .open ? "inconclusive" : $0.state.rawValue } ?? "running"
      for state in ["running", "pass", "fail", "inconclusive"] {
        sample(
          "skein_gate_state", [Self.label("gate", gate.name), Self.label("state", state)].joined(separator: ","),
          state == now ? "1" : "0")
      }
    }
    head("skein_history_late_requests", .counter, "Requests logged so late that their hour of the history was over.")
    sample("skein_history_late_requests_total", "", String(metrics.snapshot.late))
    head("skein_history_files_lost", .counter, "Hours of the history that could not be written.")
    sample("skein_history_files_lost_total", "", String(metrics.snapshot.forgotten))
    head("skein_http_connections", .gauge, "Connections to skein's own pages that are open.")
    sample("skein_http_connections", "", String(metrics.connections))
    head("skein_http_connections_accepted", .counter, "Connections to skein's own pages.")
    sample("skein_http_connections_accepted_total", "", String(metrics.accepted))
    head("skein_http_connections_refused", .counter, "Connections beyond the limit.")
    sample("skein_http_connections_refused_total", "", String(metrics.refused))
    head("skein_http_requests", .counter, "Requests to skein's own pages.")
    sample("skein_http_requests_total", "", String(metrics.answered))
    head("skein_build_info", .gauge, "1, with the version of skein.")
    sample("skein_build_info", Self.label("version", metrics.version), "1")
  }

  // MARK: Lines

  private enum Kind: String { case counter, gauge, histogram }

  /// - Parameter name: without `_total`.
  private mutating func head(_ name: String, _ kind: Kind, _ help: String, unit: String? = nil) {
    let shown = !isOpen && kind == .counter ? name + "_total" : name
    sink.write("# HELP \(shown) \(help)\n# TYPE \(shown) \(kind.rawValue)\n")
    if isOpen, let unit { sink.write("# UNIT \(name) \(unit)\n") }
  }

  private mutating func sample(_ name: String, _ labels: String, _ value: String) {
    sink.write(labels.isEmpty ? "\(name) \(value)\n" : "\(name){\(labels)} \(value)\n")
  }
}
