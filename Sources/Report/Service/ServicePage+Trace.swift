package import TraceCore

/// One request: its waterfall, and its lines as logged.
extension ServicePage {
  /// Lives of an id that are shown, lines of each, and columns of a line.
  static let mostLives = 5
  static let mostLines = 400

  /// - Parameters:
  ///   - lives: of the id, oldest first, each with its records in the order of the log; none: the request was not found.
  ///   - view: for the header; nil: it has the navigation alone.
  package static func trace(
    id: String, lives: [(trace: TraceSummary, records: [EvidenceRecord])], view: ServiceView? = nil,
    into sink: inout TextSink
  ) {
    let name = IncidentText.clipped(id, 160)
    guard !lives.isEmpty else {
      message(
        title: "No such request",
        text: "No line of the logs that are there carries the id \(name).\nIt may be in a log that was rotated away.",
        status: 404, address: ServiceAddress.trace(id), view: view, into: &sink)
      return
    }
    var main: ServiceMarkup = "<div class=\"lead\"><h1>Request <code>\(name)</code></h1></div>\n"
    if lives.count > 1 {
      main += "<p>The id stands for \(CountText.text(Int64(lives.count), "life", plural: "lives")): it was used again "
      main += "after it had ended. The oldest is first.</p>\n"
    }
    for (i, life) in lives.prefix(mostLives).enumerated() { main += self.life(life.trace, life.records, number: i + 1) }
    main += leftOut(
      lives.count - mostLives, "life", plural: "lives",
      "<code>skein show \(IncidentText.clipped(id, 60)) FILE</code> shows them all")
    let title = lives.first?.trace.route.map { "Request: \(IncidentText.clipped($0, 60))" } ?? "Request"
    let frame = ServiceFrame(
      title: title, kind: nil, view: view, isLive: false, address: ServiceAddress.trace(id))
    sink.write(frame.markup(main).html)
  }

  private static func life(_ trace: TraceSummary, _ records: [EvidenceRecord], number: Int) -> ServiceMarkup {
    let id = "life-\(number)"
    var title = trace.route.map { IncidentText.clipped($0, mostName) } ?? "A trace without a request"
    if trace.status > 0 { title += ": \(trace.status)" }
    if let duration = trace.duration {
      title += " after \(DurationText.text(duration))\(trace.inferred ? " (not logged: first to last record)" : "")"
    }
    var body: ServiceMarkup = "<p>\(facts(trace, records))</p>\n"
    let waterfall = Waterfall(trace, records)
    let origin = trace.start == EventTime.none ? waterfall.bars.map(\.start).min() ?? 0 : trace.start
    let steps = waterfall.bars.filter { !$0.isRequest }
    if let longest = steps.max(by: { $0.duration < $1.duration }),
      let drawing = WaterfallChart.drawing(
        waterfall, origin: origin, name: "waterfall-\(number)", title: "Waterfall of the request",
        description: "\(CountText.text(Int64(steps.count), "step")) with a duration")
    {
      var words: ServiceMarkup = "\(CountText.text(Int64(steps.count), "step")) with a duration; the longest is "
      words += "\(ServiceMarkup.code(longest.label, most: 80)), \(DurationText.text(longest.duration))"
      if steps.count > WaterfallChart.mostSteps {
        words += "; the \(String(WaterfallChart.mostSteps)) longest are drawn"
      }
      body +=
        """
        <figure>
        <div class="wide" id="\(id)-waterfall" tabindex="0" role="region" aria-label="Waterfall">
        \(ServiceMarkup(drawing))
        </div>
        <figcaption>\(words).</figcaption>
        </figure>

        """
    } else {
      body += "<p class=\"faint\">No step of it has a duration, so there is no waterfall.</p>\n"
    }
    body += "<h3>As logged</h3>\n<pre id=\"\(id)-lines\" tabindex=\"0\">\(lines(records))</pre>\n"
    return section(id, title, body)
  }

  private static func facts(_ trace: TraceSummary, _ records: [EvidenceRecord]) -> ServiceMarkup {
    var facts: [ServiceMarkup] = []
    if trace.start != EventTime.none { facts.append(ServiceMarkup(ServiceText.instant(trace.start))) }
    let count = CountText.text(Int64(trace.records), "record")
    facts.append("\(count) in \(CountText.text(Int64(trace.lines), "line"))")
    if trace.level >= .warning { facts.append("worst level \(trace.level.name)") }
    if trace.requests > 1 { facts.append("\(CountText.text(trace.requests)) requests under this id") }
    if trace.unfinished > 0 { facts.append("\(CountText.text(trace.unfinished)) without an end") }
    if trace.tracebacks > 0 { facts.append(ServiceMarkup(CountText.text(Int64(trace.tracebacks), "stack trace"))) }
    if let first = records.first {
      facts.append(
        "from \(ServiceMarkup.code("\(IncidentText.clipped(first.path, mostName)):\(first.line)", most: 120))")
    }
    return facts.joined(", ")
  }

  /// Of very many lines the first and the last: the beginning says what it was, the end how it went. What is left out is counted
  /// and not looked at.
  private static func lines(_ records: [EvidenceRecord]) -> ServiceMarkup {
    let counts = records.map { record in record.text.count { $0 == 0x0A } + 1 }
    let total = counts.reduce(0, +)
    let head = total > mostLines ? mostLines / 2 : total
    let tail = total > mostLines ? total - (mostLines - head) : total
    var shown: [ServiceMarkup] = []
    var place = 0
    for (record, count) in zip(records, counts) {
      defer { place += count }
      guard place < head || place + count > tail else { continue }
      for (i, line) in IncidentPage.lines(record.text).enumerated() where place + i < head || place + i >= tail {
        if place + i == tail {
          let left = CountText.text(Int64(tail - head), "line")
          shown.append("\n… \(left) left out; skein show has them all …\n")
        }
        shown.append(record.level >= .error ? "<span class=\"error\">\(line)</span>" : ServiceMarkup(line))
      }
    }
    return shown.joined("\n")
  }
}
