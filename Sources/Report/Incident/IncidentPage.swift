internal import Analysis
internal import RulePack
internal import TraceCore

/// An incident document as the blocks of a page, in the order of the common post-mortem templates (Google's SRE book,
/// PagerDuty, Atlassian): summary, impact, timeline, evidence, causes, recovery, and what people have to add.
///
/// A part with nothing to say is left out, or says in half a sentence that there is nothing.
struct IncidentPage: Sendable {
  let document: IncidentDocument
  let text: IncidentText
  private(set) var blocks: [PageBlock] = []

  static let mostRoutes = 20
  static let mostMoments = 80
  static let mostFindings = 20
  static let mostTemplates = 30
  static let mostFacts = 12
  static let mostStacks = 10
  static let mostExemplars = 5
  /// Lines of log shown of one request, and columns of one of them.
  static let mostLogLines = 60
  static let mostLineColumns = 500
  static let mostMarks = 12
  static let mostAudiences = 6
  static let mostNotes = 20
  /// Columns of a route, and of a sentence that quotes the log.
  static let mostName = 120
  static let mostSentence = 600

  init(_ document: IncidentDocument) {
    self.document = document
    text = IncidentText(document)
    summary()
    if document.span != nil { impact() }
    overTime()
    timeline()
    segments()
    findings()
    templates()
    contrasts()
    exemplars()
    stacks()
    if document.span != nil {
      causes()
      recovery()
      people()
    }
    checks()
  }

  mutating func add(_ block: PageBlock) { blocks.append(block) }

  // MARK: First parts

  private mutating func summary() {
    add(.section("Summary"))
    add(.paragraph(PageText(text.summary.flatMap { $0.runs + [.plain(" ")] }.dropLast())))
    let total = (text.during ?? text.all)?.total
    if document.span != nil, let total {
      var figures: [PageBlock.Figure] = []
      let share = total.errorRate.map { "\(PercentText.text($0)) of \(CountText.text(total.requests, "request"))" }
      figures.append(
        .init(
          label: "failed requests", value: CountText.text(total.errors), note: PageText(share ?? "no request ended"),
          isAccent: total.errors > 0))
      if let span = document.span {
        figures.append(
          .init(
            label: "lasted", value: DurationText.short(TimeSpan.between(span.onset, span.recovery)),
            note: PageText(text.state == .ongoing ? "at least: the log ends inside it" : text.state.word)))
      }
      if let tail = total.p95 {
        let other = (text.before ?? text.after)?.total.p95
        let name = text.before != nil ? "before" : "afterwards"
        figures.append(
          .init(
            label: "p95", value: DurationText.text(tail),
            note: PageText(other.map { "\(name) \(DurationText.text($0))" } ?? "")))
      }
      if let first = document.audience.first {
        figures.append(
          .init(
            label: "affected, by \(IncidentText.clipped(first.field, 40))",
            value: (first.isEstimate ? "about " : "") + CountText.text(first.affected),
            note: PageText("of \(CountText.text(first.all))")))
      }
      add(.figures(figures))
    }
    add(.paragraph("How the span was found: \(IncidentText.clipped(document.method, IncidentPage.mostSentence))"))
    if !document.notes.isEmpty { add(.list(notes(document.notes))) }
  }

  private mutating func impact() {
    guard let during = text.during else { return }
    add(.section("Impact"))
    let total = during.total
    var table = PageTable("Impact", [.init("what"), .init("during", isNumber: true), .init("note")])
    func share(_ count: Int64) -> String {
      total.requests > 0 ? PercentText.text(Double(count) / Double(total.requests)) : "-"
    }
    let rate = total.ratePerSecond.map { "\(ThreeDigits.text($0)) a second" } ?? ""
    table.append(["requests that ended", "\(CountText.text(total.requests))", PageText(rate)])
    table.append(
      [
        "failed (status 5xx, or an error without a status)", PageText([.strong(CountText.text(total.errors))]),
        PageText(total.requests > 0 ? "\(share(total.errors)) of them" : ""),
      ], isAccent: true)
    if total.errors > 0, let rate = text.before?.total.errorRate ?? text.after?.total.errorRate {
      let expected = (rate * Double(total.requests)).rounded()
      let excess = max(total.errors - Int64(saturating: expected), 0)
      let name = text.before != nil ? "before" : "afterwards"
      table.append(
        [
          "of these in excess", "about \(CountText.text(excess))",
          PageText(
            "at the rate \(name) (\(PercentText.text(rate))) about \(CountText.text(Int64(saturating: expected))) would have failed"
          ),
        ])
    }
    table.append(["refused (status 4xx)", "\(CountText.text(total.clientErrors))", PageText(share(total.clientErrors))])
    if total.unfinished > 0 {
      table.append([
        "without an end", "\(CountText.text(total.unfinished))", "opened and never closed; not in the above",
      ])
    }
    if let inFlight = during.inFlight { table.append(inFlightRow(inFlight)) }
    let routes = during.routes.filter { $0.errors > 0 }.sorted { ($1.errors, $0.name) < ($0.errors, $1.name) }
    var note = PageText("of \(CountText.text(during.routes.count))")
    if !routes.isEmpty {
      let worst = routes.prefix(3).map { PageText.code(IncidentText.clipped($0.name, IncidentPage.mostName)) }
      note += ": \(worst.list(isWhole: routes.count <= 3))"
    }
    table.append(["routes with failures", "\(routes.count)", note])
    for audience in document.audience.prefix(IncidentPage.mostAudiences) {
      let about = audience.isEstimate ? "about " : ""
      table.append(
        [
          "different values of \(code: IncidentText.clipped(audience.field, 60)) on failed requests",
          "\(about)\(CountText.text(audience.affected))",
          PageText("of \(about)\(CountText.text(audience.all)) on all requests"),
        ])
    }
    if document.audience.isEmpty {
      table.append(["users or clients", "-", "no field that names them is logged"])
    }
    add(.table(table))
  }

  /// How much went on at once, and how much before.
  private func inFlightRow(_ inFlight: InFlight) -> [PageText] {
    var notes: [String] = []
    if let mean = inFlight.mean { notes.append("\(ThreeDigits.text(mean)) on average") }
    if let time = inFlight.peakAt { notes.append("most at \(text.clock.text(time))") }
    if inFlight.requests == 0 {
      notes.append(inFlight.withoutStart > 0 ? "not known: no request has a duration" : "none")
    } else if inFlight.peak == nil {
      notes.append("the most is not known, since \(InFlightReport.unknownPeak(inFlight))")
    }
    if let other = text.before?.inFlight ?? text.after?.inFlight, other.requests > 0 {
      let figures = [
        other.mean.map { "\(ThreeDigits.text($0)) on average" }, other.peak.map { "\(CountText.text($0)) at most" },
      ].compactMap(\.self)
      notes.append((text.before?.inFlight != nil ? "before " : "afterwards ") + figures.joined(separator: " and "))
    }
    notes += InFlightReport.remarks(inFlight)
    return [
      "requests in flight at once", PageText(inFlight.peak.map(CountText.text) ?? "-"),
      PageText(notes.joined(separator: "; ")),
    ]
  }

  private mutating func overTime() {
    guard let charts = IncidentCharts(document, text) else { return }
    add(.section("Over time"))
    if let overview = charts.overview { add(.chart(overview)) }
    if let latency = charts.latency { add(.chart(latency)) }
  }

  private mutating func timeline() {
    guard !document.timeline.isEmpty else { return }
    add(.section("Timeline"))
    let day = text.clock.day.map { " of \($0)" } ?? ""
    add(.paragraph(PageText("All times are UTC\(day), as logged.")))
    var columns: [PageTable.Column] = [.init("time"), .init("from onset", isNumber: true), .init("what")]
    let moments = document.timeline.prefix(IncidentPage.mostMoments)
    let hasPlaces = moments.contains { $0.place != nil }
    if hasPlaces { columns.append(.init("where")) }
    var table = PageTable("Timeline", columns)
    for moment in moments {
      var offset = ""
      if let span = document.span, moment.time != EventTime.none {
        let distance = TimeSpan.between(span.onset, moment.time)
        offset = (distance > 0 ? "+" : "") + DurationText.short(distance)
        if distance == 0 { offset = "0" }
      }
      let what = IncidentText.clipped(moment.text, IncidentPage.mostSentence)
      let isEdge = moment.kind == .onset || moment.kind == .recovery
      let said: PageText = isEdge ? PageText([.strong(what)]) : PageText(what)
      table.append(
        [PageText(text.clock.text(moment.time)), PageText(offset), said]
          + (hasPlaces ? [IncidentPage.place(moment.place)] : []),
        isAccent: isEdge)
    }
    add(.table(table))
    leftOut(document.timeline.count - IncidentPage.mostMoments, "moment")
  }

  // MARK: Pieces

  /// `app.log:12 (sha256 1f0c…)`
  static func place(_ place: IncidentDocument.Place?) -> PageText {
    guard let place else { return "" }
    let path = IncidentText.clipped(place.path, mostName)
    return "\(code: "\(path):\(place.line)") \(faint: IncidentText.clipped(place.hash, 12))"
  }

  func notes(_ notes: [String]) -> [PageText] {
    let left = notes.count - IncidentPage.mostNotes
    return notes.prefix(IncidentPage.mostNotes).map { PageText(IncidentText.clipped($0, IncidentPage.mostSentence)) }
      + (left > 0 ? [PageText("and \(CountText.text(Int64(left), "more note"))")] : [])
  }

  /// Says how many were left out.
  mutating func leftOut(_ count: Int, _ noun: String) {
    guard count > 0 else { return }
    add(.paragraph(PageText("\(CountText.text(Int64(count), "more \(noun)")) left out here; the JSON has them all.")))
  }
}
