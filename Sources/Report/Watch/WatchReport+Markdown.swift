internal import Analysis
internal import TraceCore

/// The page for the release's ticket.
extension WatchReport {
  private static let mostName = 120
  private static let mostMessages = 30
  private static let mostText = 300

  package static func markdown(_ document: WatchDocument, into sink: inout TextSink) {
    let what = Escape.markdown(DisplayWidth.fit(subject(document), mostName, ellipsis: "…"))
    sink.writeLine("# Watch of \(what): \(GateReport.word(document.state))")
    sink.writeLine()
    sink.writeLine("\(span(document)). \(sentence(document))")
    list(document.findings.failed, "What speaks against it", into: &sink)
    list(document.findings.unknown, "What is not known", into: &sink)
    for note in document.notes {
      sink.writeLine()
      sink.writeLine("- \(Escape.markdown(note))")
    }
    hours(document, into: &sink)
    incidents(document, into: &sink)
    messages(document, into: &sink)
    if let gate = document.gate, let verdict = document.verdict {
      sink.writeLine()
      sink.writeLine("## Gate \(Escape.markdown(gate)) over all hours: \(GateReport.word(verdict.state))")
      sink.writeLine()
      GateReport.objectives(verdict, into: &sink)
    }
    sink.writeLine()
    sink.writeLine("## How to make it again")
    sink.writeLine()
    sink.writeLine("    \(Escape.terminal(document.command))")
    sink.writeLine("    \(Escape.terminal(document.statsCommand))")
    sink.writeLine()
    sink.writeLine("The second command prints the figures of all hours.")
    sink.writeLine()
    sink.writeLine(Escape.markdown(LedgerReport.summary(document.ledger).replacing(", see below", with: "")))
    for warning in LedgerReport.warnings(document.ledger) { sink.writeLine("- \(Escape.markdown(warning.text))") }
    if let note = RedactionNote.text(document.redacted) {
      sink.writeLine()
      sink.writeLine(Escape.markdown(note))
    }
  }

  private static func sentence(_ document: WatchDocument) -> String {
    switch document.state {
    case .pass: "Every objective is met, nobody had to look, and all of it was seen."
    case .fail: "Something speaks against it."
    case .inconclusive, .goesOn: "Nothing is proven against it, and not all is known."
    }
  }

  private static func list(_ texts: [String], _ title: String, into sink: inout TextSink) {
    guard !texts.isEmpty else { return }
    sink.writeLine()
    sink.writeLine("## \(title)")
    sink.writeLine()
    for text in texts { sink.writeLine("- \(Escape.markdown(DisplayWidth.fit(text, mostText, ellipsis: "…")))") }
  }

  private static func hours(_ document: WatchDocument, into sink: inout TextSink) {
    sink.writeLine()
    sink.writeLine("## Hours")
    sink.writeLine()
    sink.writeLine("| hour | from | requests | failed | share | p95 | to before | gate | alerts | new messages |")
    sink.writeLine("|---|---|---:|---:|---:|---:|---:|---|---:|---:|")
    func row(_ name: String, _ from: String, _ figures: GroupSummary, _ rest: [String]) {
      let share = figures.errorRate.map { PercentText.text($0) } ?? "-"
      let p95 = figures.p95.map { DurationText.text($0) + (figures.p95IsWeak ? " ~" : "") } ?? "-"
      let cells =
        [name, from, CountText.text(figures.requests), CountText.text(figures.errors), share, p95] + rest
      sink.writeLine("| \(cells.joined(separator: " | ")) |")
    }
    if let before = document.baseline {
      row("before", clock(before.start, document), before.figures, ["", "", "", ""])
    }
    for hour in document.hours {
      row(
        "\(hour.number)\(hour.isWhole ? "" : ", not over")", clock(hour.start, document), hour.figures,
        [
          change(hour.figures.p95, document.baseline), hour.verdict.map { GateReport.word($0.state) } ?? "-",
          count(hour.incidents), count(hour.newMessages),
        ])
    }
    row(
      "all", "", document.total,
      [
        change(document.total.p95, document.baseline), document.verdict.map { GateReport.word($0.state) } ?? "-",
        count(document.incidents?.count), count(document.messages?.count),
      ])
    if hasWeak(document) {
      sink.writeLine()
      sink.writeLine("~ p95 of fewer than 20 values")
    }
    if document.baseline == nil {
      sink.writeLine()
      sink.writeLine(
        "The log has nothing from before the start: there is nothing to compare with, and which messages are new is not known."
      )
    }
  }

  private static func count(_ number: Int?) -> String { number.map { CountText.text($0) } ?? "-" }

  private static func incidents(_ document: WatchDocument, into sink: inout TextSink) {
    guard let incidents = document.incidents, !incidents.isEmpty else { return }
    sink.writeLine()
    sink.writeLine("## Incidents")
    for incident in incidents {
      let leader = incident.leader
      let title = leader.map { "\($0.title.isEmpty ? $0.rule : $0.title)" } ?? ""
      sink.writeLine()
      sink.writeLine("### P\(incident.severity) \(Escape.markdown(title))")
      sink.writeLine()
      let end =
        incident.state == .over
        ? "over at \(EventTime.rfc3339(incident.closed)), after \(DurationText.short(incident.last.less(incident.opened)))"
        : "still open where the log ends"
      sink.writeLine("- since \(EventTime.rfc3339(incident.opened)), \(end)")
      sink.writeLine(
        "- \(CountText.text(incident.total.errors)) of \(CountText.text(incident.total.requests, "request")) failed in that time"
      )
      if let worst = incident.worstRoute {
        sink.writeLine(
          "- worst route: \(Escape.markdown(DisplayWidth.fit(worst.name, mostName, ellipsis: "…"))), "
            + "\(CountText.text(worst.counts.errors)) of \(CountText.text(worst.counts.requests)) failed")
      }
      let rules = incident.members.map(\.rule)
      sink.writeLine("- rules: \(Escape.markdown(rules.joined(separator: ", ")))")
      if let trace = leader?.trace { sink.writeLine("- first trace: `\(Escape.code(trace))`") }
      if let runbook = leader?.runbook { sink.writeLine("- runbook: \(Escape.markdown(runbook))") }
    }
    if let report = document.report {
      sink.writeLine()
      sink.writeLine("The incident document: \(Escape.markdown(report))")
    }
  }

  private static func messages(_ document: WatchDocument, into sink: inout TextSink) {
    guard let messages = document.messages, !messages.isEmpty else { return }
    sink.writeLine()
    sink.writeLine("## Messages that are new")
    sink.writeLine()
    sink.writeLine("| level | records | first | message |")
    sink.writeLine("|---|---:|---|---|")
    for shape in messages.prefix(mostMessages) {
      let text = Escape.markdown(DisplayWidth.fit(shape.text, mostText, ellipsis: "…"))
      let level = shape.level == .none ? "-" : shape.level.name
      sink.writeLine("| \(level) | \(CountText.text(shape.count)) | \(clock(shape.first, document)) | \(text) |")
    }
    if messages.count > mostMessages {
      sink.writeLine()
      sink.writeLine("\(CountText.text(messages.count - mostMessages)) more are not shown.")
    }
  }
}
