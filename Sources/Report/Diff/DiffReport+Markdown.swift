internal import Analysis
internal import TraceCore

/// The page of a comparison, for a ticket.
extension DiffReport {
  package static func markdown(_ document: DiffDocument, into sink: inout TextSink) {
    sink.writeLine("# What changed: \(Escape.markdown(document.a.name)) to \(Escape.markdown(document.b.name))")
    sink.writeLine()
    sink.writeLine(upper(Escape.markdown(document.sentence)) + ".")
    sink.writeLine()
    sink.writeLine("| | set | from (UTC) | to (UTC) | requests | errors |")
    sink.writeLine("|---|---|---|---|---:|---:|")
    for (name, side) in [("A", document.a), ("B", document.b)] {
      sink.writeLine(
        "| \(name) | \(Escape.markdown(side.name)) | \(time(side.from)) | \(time(side.to)) | "
          + "\(CountText.text(side.total.requests)) | \(CountText.text(side.total.errors)) |")
    }
    if !document.notes.isEmpty { sink.writeLine() }
    for note in document.notes { sink.writeLine("- \(Escape.markdown(note))") }
    routes(document, into: &sink)
    templates(document, into: &sink)
    for contrast in document.contrasts where !contrast.rows.isEmpty { write(contrast, into: &sink) }
    if !document.commands.isEmpty {
      sink.writeLine()
      sink.writeLine("## How to check it")
      for command in document.commands {
        sink.writeLine()
        sink.writeLine("\(upper(Escape.markdown(command.purpose))):")
        sink.writeLine()
        sink.writeLine("    \(Escape.terminal(command.command))")
      }
    }
    sink.writeLine()
    sink.writeLine("A: \(Escape.markdown(LedgerReport.summary(document.a.ledger)))")
    sink.writeLine()
    sink.writeLine("B: \(Escape.markdown(LedgerReport.summary(document.b.ledger)))")
  }

  private static func routes(_ document: DiffDocument, into sink: inout TextSink) {
    var rows = document.moved
    if let total = document.total { rows.append(total) }
    if !rows.isEmpty {
      sink.writeLine()
      sink.writeLine("## Routes")
      sink.writeLine()
      sink.writeLine("Differences with their 95 % interval; = is no more than chance, or too little to matter.")
      sink.writeLine()
      sink.writeLine(
        "| route | requests A | B | error rate A | B | difference | p50 A | B | difference | p95 A | B | difference |")
      sink.writeLine("|---|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|")
      for row in rows { sink.writeLine("| \(cells(row).joined(separator: " | ")) |") }
    }
    for (name, routes) in [("A", document.onlyA), ("B", document.onlyB)] where !routes.isEmpty {
      sink.writeLine()
      sink.writeLine("Only in \(name):")
      sink.writeLine()
      for shift in routes.prefix(mostSingles) {
        let requests = shift.a?.requests ?? shift.b?.requests ?? 0
        sink.writeLine("- \(Escape.markdown(shift.route)), \(CountText.text(requests, "request"))")
      }
      let more = routes.count - mostSingles
      if more > 0 { sink.writeLine("- and \(CountText.text(more)) more") }
    }
  }

  private static func cells(_ shift: RouteShift) -> [String] {
    func latency(_ a: Int64?, _ b: Int64?, _ change: RouteShift.Change?, _ moved: Bool) -> [String] {
      var text = change == nil ? "-" : "="
      if let change, moved {
        let interval = change.difference
        text = "\(signed(interval.value)) (\(signed(interval.lower)) to \(signed(interval.upper)))"
      }
      return [a.map { DurationText.text($0) } ?? "-", b.map { DurationText.text($0) } ?? "-", text]
    }
    var errors = shift.errorRate == nil ? "-" : "="
    if let change = shift.errorRate, shift.errorRateMoved {
      let interval = change.difference
      errors = "\(points(interval.value)) (\(points(interval.lower)) to \(points(interval.upper))) points"
    }
    return [
      Escape.markdown(shift.route), shift.a.map { CountText.text($0.requests) } ?? "-",
      shift.b.map { CountText.text($0.requests) } ?? "-", shift.a?.errorRate.map(PercentText.text) ?? "-",
      shift.b?.errorRate.map(PercentText.text) ?? "-", errors,
    ] + latency(shift.a?.p50, shift.b?.p50, shift.p50, shift.p50Moved)
      + latency(shift.a?.p95, shift.b?.p95, shift.p95, shift.p95Moved)
  }

  private static func signed(_ nanoseconds: Double) -> String {
    (nanoseconds < 0 ? "-" : "+") + DurationText.text(Int64(saturating: abs(nanoseconds).rounded()))
  }

  private static func templates(_ document: DiffDocument, into sink: inout TextSink) {
    guard !document.templates.isEmpty else { return }
    let byRequests = document.a.total.requests > 0 && document.b.total.requests > 0
    sink.writeLine()
    sink.writeLine("## Log messages")
    sink.writeLine()
    sink.writeLine("Records \(byRequests ? "in 1,000 requests" : "a second").")
    sink.writeLine()
    sink.writeLine("| change | A | B | level | message | first in |")
    sink.writeLine("|---|---:|---:|---|---|---|")
    for shift in document.templates.prefix(mostTemplates) {
      let template = shift.template
      sink.writeLine(
        "| \(shift.kind.rawValue) | \(ThreeDigits.text(shift.rateA)) | \(ThreeDigits.text(shift.rateB)) | "
          + "\(Escape.markdown(template.level ?? "")) | \(Escape.markdown(template.text)) | "
          + "\(Escape.markdown(template.path)):\(template.line) |")
    }
    let more = document.templates.count - mostTemplates
    if more > 0 {
      sink.writeLine()
      sink.writeLine("And \(CountText.text(more)) more.")
    }
  }

  private static func write(_ contrast: Contrast, into sink: inout TextSink) {
    sink.writeLine()
    sink.writeLine("## What sets \(Escape.markdown(contrast.inside)) apart")
    sink.writeLine()
    sink.writeLine(
      "\(CountText.text(contrast.insideRequests)) \(Escape.markdown(contrast.inside)), against "
        + "\(CountText.text(contrast.outsideRequests)) \(Escape.markdown(contrast.outside)); "
        + "\(CountText.text(Int64(contrast.compared), "fact")) compared.")
    sink.writeLine()
    sink.writeLine("| fact | of these | of the others | difference, points |")
    sink.writeLine("|---|---:|---:|---:|")
    for row in contrast.rows {
      let names = ([row.count.fact] + row.also).map { Escape.markdown(fact($0)) }.joined(separator: "; ")
      sink.writeLine(
        "| \(names) | \(PercentText.text(row.shareInside)) | \(PercentText.text(row.shareOutside)) | "
          + "\(points(row.difference.value)) (\(points(row.difference.lower)) to \(points(row.difference.upper))) |")
    }
  }

  private static func time(_ time: Int64) -> String { time == EventTime.none ? "-" : EventTime.rfc3339(time) }

  private static func upper(_ text: String) -> String { text.prefix(1).uppercased() + text.dropFirst() }
}
