internal import Analysis
internal import TraceCore

/// Requests and stack traces that stand for many.
extension IncidentPage {
  // MARK: Exemplars

  mutating func exemplars() {
    guard !document.exemplars.isEmpty else { return }
    add(.section("Exemplars"))
    add(.paragraph("Requests of the span, line by line; each represents many like it."))
    for (i, exemplar) in document.exemplars.prefix(IncidentPage.mostExemplars).enumerated() {
      self.exemplar(exemplar, number: i + 1)
    }
    leftOut(document.exemplars.count - IncidentPage.mostExemplars, "exemplar")
  }

  private mutating func exemplar(_ exemplar: IncidentDocument.Exemplar, number: Int) {
    let trace = exemplar.trace
    var heading = trace.route.map { clipped($0, IncidentPage.mostName) } ?? "a trace without a request"
    if trace.status > 0 { heading += ": \(trace.status)" }
    if let duration = trace.duration {
      heading += " after \(DurationText.text(duration))\(trace.inferred ? " (not logged: first to last record)" : "")"
    }
    add(.heading(PageText(heading)))
    var facts: PageText = "\(clipped(exemplar.reason, IncidentPage.mostSentence)). Id \(code: clipped(trace.id, 160))"
    if trace.start != EventTime.none { facts += PageText(", \(text.clock.text(trace.start)) UTC") }
    facts += PageText(
      ", \(CountText.text(Int64(trace.records), "record")) in \(CountText.text(Int64(trace.lines), "line"))")
    if trace.requests > 1 { facts += PageText(", \(trace.requests) requests under this id") }
    if exemplar.place != nil { facts += ", from \(IncidentPage.place(exemplar.place))" }
    add(.paragraph(facts + "."))
    if let chart = waterfall(exemplar, number: number) {
      add(.chart(chart))
    } else {
      add(.paragraph("No step of it has a duration, so there is no waterfall."))
    }
    let lines = IncidentPage.logLines(exemplar.records)
    if !lines.isEmpty { add(.folded("Its lines in the log", [.lines(lines)])) }
  }

  private func waterfall(_ exemplar: IncidentDocument.Exemplar, number: Int) -> PageChart? {
    let trace = exemplar.trace
    let waterfall = Waterfall(trace, exemplar.records)
    let origin = trace.start == EventTime.none ? waterfall.bars.map(\.start).min() ?? 0 : trace.start
    let steps = waterfall.bars.filter { !$0.isRequest }
    guard let longest = steps.max(by: { $0.duration < $1.duration }) else { return nil }
    var caption: PageText =
      "\(CountText.text(Int64(steps.count), "step")) with a duration; the longest is \(code: clipped(longest.label, 80)), "
      + PageText(DurationText.text(longest.duration))
    if steps.count > WaterfallChart.mostSteps {
      caption += PageText("; the \(WaterfallChart.mostSteps) longest are drawn")
    }
    caption += "."
    guard
      let drawing = WaterfallChart.drawing(
        waterfall, origin: origin, name: "trace-\(number)",
        title: "Waterfall of \(trace.route.map { clipped($0, IncidentPage.mostName) } ?? "a trace")",
        description: caption.plain)
    else { return nil }
    var sink = TextSink()
    waterfall.write(origin: origin, limit: WaterfallChart.mostSteps, Style(width: 100), into: &sink)
    let lines = sink.text.split(separator: "\n", omittingEmptySubsequences: false).dropLast().map(String.init)
    return PageChart(drawing: drawing, caption: caption, lines: lines)
  }

  /// The records as logged; of very many lines the first and the last ones.
  static func logLines(_ records: [EvidenceRecord]) -> [String] {
    let all = records.flatMap { lines($0.text) }
    guard all.count > mostLogLines else { return all }
    // The end says how it went, the beginning what it was: both stay.
    let head = mostLogLines * 2 / 3
    let tail = mostLogLines - head
    let count = CountText.text(Int64(all.count - mostLogLines), "line")
    return all.prefix(head) + ["", "… \(count) left out …", ""] + all.suffix(tail)
  }

  // MARK: Stack traces

  mutating func stacks() {
    guard !document.stacks.isEmpty else { return }
    add(.section("Stack traces by cause"))
    let total = document.stacks.reduce(0) { $0 + $1.count }
    add(
      .paragraph(
        PageText(
          "\(CountText.text(total, "stack trace")) with \(CountText.text(Int64(document.stacks.count), "cause")), the most "
            + "frequent first.")))
    var table = PageTable(
      "Stack traces by cause",
      [
        .init("count", isNumber: true), .init("cause"), .init("raised in"), .init("message"), .init("first to last"),
        .init("example"),
      ])
    var examples: [PageBlock] = []
    for stack in document.stacks.prefix(IncidentPage.mostStacks) {
      var cause: PageText = "\(code: clipped(stack.cause, 100))"
      if let outermost = stack.outermost { cause += ", became \(code: clipped(outermost, 100))" }
      table.append([
        PageText(CountText.text(stack.count)), cause, stack.frame.map { .code(clipped($0, 100)) } ?? "-",
        PageText(clipped(stack.message, 160)),
        PageText(
          stack.first == EventTime.none
            ? "no time" : text.clock.span(stack.first, stack.last == EventTime.none ? stack.first : stack.last)),
        .code("\(clipped(stack.path, IncidentPage.mostName)):\(stack.line)"),
      ])
      examples.append(.paragraph("\(CountText.text(stack.count)) × \(code: clipped(stack.cause, 100))"))
      examples.append(.lines(IncidentPage.lines(stack.text)))
    }
    add(.table(table))
    add(.folded("The first of each", examples))
    leftOut(document.stacks.count - IncidentPage.mostStacks, "cause")
  }
}
