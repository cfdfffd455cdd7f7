internal import Analysis
package import TraceCore

/// The page about a load test: what was measured, which criteria are met, and how it is made again.
package enum BenchmarkReport {
  /// Routes shown; the rest is counted.
  private static let mostRoutes = 50
  private static let mostName = 120

  /// `benchmark_20261123_065300.md`, by the event time of the last record.
  package static func fileName(_ stats: StatsSummary) -> String {
    PageName.text("benchmark", at: stats.lastTime) + ".md"
  }

  /// Markdown.
  package static func markdown(_ document: BenchmarkDocument, into sink: inout TextSink) {
    sink.writeLine("# Benchmark of \(Escape.markdown(DisplayWidth.fit(document.title, mostName, ellipsis: "…")))")
    sink.writeLine()
    sink.writeLine(sentence(document))
    for note in document.notes {
      sink.writeLine()
      sink.writeLine("- \(Escape.markdown(note))")
    }
    figures(document.stats, into: &sink)
    criteria(document, into: &sink)
    routes(document.stats, into: &sink)
    sink.writeLine()
    sink.writeLine("## How to make it again")
    sink.writeLine()
    sink.writeLine("    \(Escape.terminal(document.command))")
    sink.writeLine()
    sink.writeLine(Escape.markdown(LedgerReport.summary(document.stats.ledger).replacing(", see below", with: "")))
    for warning in LedgerReport.warnings(document.stats.ledger) { sink.writeLine("- \(Escape.markdown(warning.text))") }
    if let note = RedactionNote.text(document.redacted) {
      sink.writeLine()
      sink.writeLine(Escape.markdown(note))
    }
  }

  /// Whether the criteria are met, first of all.
  private static func sentence(_ document: BenchmarkDocument) -> String {
    guard let criteria = document.criteria else {
      return "No criteria were given: what was measured is not judged (`--gate FILE` judges it)."
    }
    guard let verdict = criteria.verdict else { return "The criteria could not be judged: nothing was measured." }
    switch verdict.state {
    case .pass: return "**All criteria are met**, with 95 % confidence."
    case .fail:
      let missed = verdict.objectives.filter { $0.state == .fail && !$0.isInformative }.map {
        "`\(Escape.code($0.text))`"
      }
      var known: [String] = []
      for text in missed where !known.contains(text) { known.append(text) }
      return "**Criteria are not met**" + (known.isEmpty ? "." : ": \(known.joined(separator: ", ")).")
    case .inconclusive, .goesOn:
      return "**Whether all criteria are met is not decided**: see below. None is proven to be missed."
    }
  }

  // MARK: Figures

  private static func figures(_ stats: StatsSummary, into sink: inout TextSink) {
    let total = stats.total
    sink.writeLine()
    sink.writeLine("## Figures")
    sink.writeLine()
    sink.writeLine("| what | measured | note |")
    sink.writeLine("|---|---:|---|")
    func row(_ what: String, _ value: String, _ note: String = "") {
      sink.writeLine("| \(what) | \(value) | \(note) |")
    }
    func share(_ count: Int64) -> String {
      total.requests > 0 ? PercentText.text(Double(count) / Double(total.requests)) : ""
    }
    if stats.firstTime == EventTime.none {
      row("span", "-", "no record has a time")
    } else {
      row(
        "span", DurationText.short(TimeSpan.between(stats.firstTime, stats.lastTime)),
        "\(EventTime.rfc3339(stats.firstTime)) to \(EventTime.rfc3339(stats.lastTime))")
    }
    let source =
      stats.requestSource.map { "counted from \(Escape.markdown($0))" } ?? "no record has a method, a path and a status"
    row("requests", CountText.text(total.requests), source)
    row("throughput", total.ratePerSecond.map { ThreeDigits.text($0) + "/s" } ?? "-")
    row("failed (5xx, or an error without a status)", CountText.text(total.errors), share(total.errors))
    row("refused (4xx)", CountText.text(total.clientErrors), share(total.clientErrors))
    row("without an end", CountText.text(total.unfinished), total.unfinished > 0 ? "in none of the other figures" : "")
    inFlight(stats, row)
    for (name, value, isWeak) in [
      ("p50", total.p50, false), ("p95", total.p95, total.p95IsWeak), ("p99", total.p99, total.p99IsWeak),
      ("longest", total.max, false),
    ] {
      row(name, value.map { DurationText.text($0) + mark(isWeak) } ?? "-", latencyNote(name, total, isWeak))
    }
  }

  private static func latencyNote(_ name: String, _ total: GroupSummary, _ isWeak: Bool) -> String {
    if total.timed == 0 { return total.requests > 0 ? "no duration is logged" : "" }
    if isWeak { return "of only \(CountText.text(total.timed, "value"))" }
    guard name == "p50" else { return "" }
    let some = total.timed < total.requests ? "of the \(CountText.text(total.timed)) requests with a duration; " : ""
    return some + (total.approximate ? "percentiles are within 0.1 %" : "percentiles are exact")
  }

  private static func inFlight(_ stats: StatsSummary, _ row: (String, String, String) -> Void) {
    guard let inFlight = stats.inFlight else { return }
    let remarks = InFlightReport.remarks(inFlight).joined(separator: "; ")
    let unknown = inFlight.withoutStart > 0 ? "no duration is logged" : ""
    row(
      "in flight at once, on average", inFlight.mean.map(ThreeDigits.text) ?? "-",
      inFlight.requests > 0 ? remarks : unknown)
    let peak =
      inFlight.peakAt.map { "at \(InFlightReport.clock($0, day: stats.firstTime))" }
      ?? (inFlight.requests > 0 ? "not known: \(InFlightReport.unknownPeak(inFlight))" : unknown)
    row("in flight at once, at most", inFlight.peak.map(CountText.text) ?? "-", peak)
  }

  private static func mark(_ isWeak: Bool) -> String { isWeak ? " ~" : "" }

  // MARK: Criteria

  private static func criteria(_ document: BenchmarkDocument, into sink: inout TextSink) {
    guard let criteria = document.criteria, let verdict = criteria.verdict else { return }
    sink.writeLine()
    sink.writeLine("## Criteria of \(Escape.markdown(criteria.gate)): \(GateReport.word(verdict.state))")
    sink.writeLine()
    guard verdict.judgedFrom != EventTime.none else {
      for note in verdict.notes { sink.writeLine("- \(Escape.markdown(note))") }
      return
    }
    sink.writeLine("Judged from \(EventTime.rfc3339(verdict.judgedFrom)) to \(EventTime.rfc3339(verdict.judgedTo)).")
    sink.writeLine()
    GateReport.objectives(verdict, into: &sink)
  }

  // MARK: Routes

  private static func routes(_ stats: StatsSummary, into sink: inout TextSink) {
    guard !stats.groups.isEmpty else { return }
    sink.writeLine()
    sink.writeLine("## Latency by \(Escape.markdown(stats.by))")
    sink.writeLine()
    sink.writeLine("| \(Escape.markdown(stats.by)) | requests | a second | failed | p50 | p95 | p99 | longest |")
    sink.writeLine("|---|---:|---:|---:|---:|---:|---:|---:|")
    var isAnyWeak = false
    for group in stats.groups.prefix(mostRoutes) {
      func time(_ value: Int64?, _ isWeak: Bool = false) -> String {
        if value != nil, isWeak { isAnyWeak = true }
        return value.map { DurationText.text($0) + mark(isWeak) } ?? "-"
      }
      let rate = group.ratePerSecond.map(ThreeDigits.text) ?? "-"
      let failed = group.errorRate.map { PercentText.text($0) } ?? "-"
      sink.writeLine(
        "| \(Escape.markdown(DisplayWidth.fit(group.name, mostName, ellipsis: "…"))) | \(CountText.text(group.requests)) | "
          + "\(rate) | \(failed) | \(time(group.p50)) | \(time(group.p95, group.p95IsWeak)) | "
          + "\(time(group.p99, group.p99IsWeak)) | \(time(group.max)) |")
    }
    if stats.groups.count > mostRoutes {
      sink.writeLine()
      sink.writeLine(
        "\(CountText.text(stats.groups.count - mostRoutes)) more are not shown; `skein stats` has them all.")
    }
    if isAnyWeak {
      sink.writeLine()
      sink.writeLine("~ p95 of fewer than 20 or p99 of fewer than 100 values")
    }
  }
}
