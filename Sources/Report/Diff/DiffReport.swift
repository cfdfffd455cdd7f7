internal import TraceCore
internal import Analysis

/// What `skein diff` says, as text for people: what moved first, and plainly if nothing did. JSON and Markdown are in files
/// beside this one.
package enum DiffReport {
  package static func text(
    _ document: DiffDocument, style: Style, ledger: LedgerDetail = .line, into sink: inout TextSink
  ) {
    writeSide("A", document.a, style, into: &sink)
    writeSide("B", document.b, style, into: &sink)
    let hasMoved = !document.moved.isEmpty || !document.templates.isEmpty
    Prose.write(document.sentence, paint: hasMoved ? .bold : .green, style, into: &sink)
    for note in document.notes { Prose.write(Escape.terminal(note), paint: .dim, style, into: &sink) }
    writeRoutes(document, style, into: &sink)
    writeSingles(document, style, into: &sink)
    writeTemplates(document, style, into: &sink)
    for contrast in document.contrasts where !contrast.rows.isEmpty { write(contrast, style, into: &sink) }
    sink.writeLine()
    for (name, side) in [("A", document.a), ("B", document.b)] {
      Prose.write("\(name)  \(Escape.terminal(side.name))", paint: .dim, style, into: &sink)
      LedgerReport.text(side.ledger, style: style, detail: ledger, into: &sink)
    }
  }

  private static func writeSide(_ name: String, _ side: DiffDocument.Side, _ style: Style, into sink: inout TextSink) {
    var line = "\(name)  \(Escape.terminal(side.name))\(style.dot)\(CountText.text(side.total.requests, "request"))"
    if side.from != EventTime.none { line += style.dot + StatsReport.span(side.from, side.to, style) }
    Prose.write(line, hang: 3, style, into: &sink)
  }

  // MARK: Routes

  private static func writeRoutes(_ document: DiffDocument, _ style: Style, into sink: inout TextSink) {
    let moved = document.moved
    guard let total = document.total ?? moved.first else { return }
    let rows = moved + [total]
    let scale = LatencyScale(
      typical: rows.flatMap { [$0.a?.p50, $0.b?.p50].compactMap { $0 } }, unicode: style.unicode)
    let errors = "error rate, %"
    let (median, tail) = ("p50, \(scale.unit)", "p95, \(scale.unit)")
    var table = Table([
      .init("route", .left, shrinksTo: 16), .init("reqs A", dropOrder: 1, opensSection: true), .init("B", dropOrder: 2),
      .init("A", opensSection: true, group: errors), .init("B", group: errors), .init("change", group: errors),
      .init("A", dropOrder: 3, opensSection: true, group: median), .init("B", dropOrder: 4, group: median),
      .init("change", dropOrder: 5, group: median), .init("A", opensSection: true, group: tail),
      .init("B", group: tail), .init("change", group: tail),
    ])
    for shift in moved { table.append(cells(shift, shift.route, scale, style)) }
    // Where nothing moved, the total is all there is.
    if moved.isEmpty {
      table.append(cells(total, "total", scale, style))
    } else if document.total != nil {
      table.setFooter(cells(total, "total", scale, style))
    }
    sink.writeLine()
    StatsReport.leftOut(table.write(style, into: &sink), found: "--json has all", style, into: &sink)
    Prose.write("= no more than chance, or too little to matter", paint: .dim, style, into: &sink)
  }

  private static func cells(_ shift: RouteShift, _ name: String, _ scale: LatencyScale, _ style: Style) -> [Table.Cell]
  {
    func rate(_ summary: GroupSummary?) -> Table.Cell { .init(summary?.errorRate.map(PercentText.number) ?? "-") }
    func count(_ summary: GroupSummary?) -> Table.Cell { .init(summary.map { CountText.text($0.requests) } ?? "-") }
    func times(_ change: RouteShift.Change?, _ a: Int64?, _ b: Int64?, _ moved: Bool) -> Table.Cell {
      guard change != nil, let a, let b else { return .init("-", .dim) }
      guard moved else { return .init("=", .dim) }
      return .init(ratio(a, b, style), b > a ? .red : .green)
    }
    var change = Table.Cell("-", .dim)
    if let errorRate = shift.errorRate {
      let difference = errorRate.difference.value
      change = shift.errorRateMoved ? .init(points(difference), difference > 0 ? .red : .green) : .init("=", .dim)
    }
    return [
      .init(name), count(shift.a), count(shift.b), rate(shift.a), rate(shift.b), change,
      .init(scale.text(shift.a?.p50)),
      .init(scale.text(shift.b?.p50)), times(shift.p50, shift.a?.p50, shift.b?.p50, shift.p50Moved),
      .init(scale.text(shift.a?.p95)), .init(scale.text(shift.b?.p95)),
      times(shift.p95, shift.a?.p95, shift.b?.p95, shift.p95Moved),
    ]
  }

  /// `+44.2`, `-0.31`: points of a share.
  static func points(_ difference: Double) -> String {
    (difference < 0 ? "-" : "+") + PercentText.number(abs(difference))
  }

  /// `×3.41`, `×0.21`.
  static func ratio(_ a: Int64, _ b: Int64, _ style: Style) -> String {
    (style.unicode ? "×" : "x") + ThreeDigits.text(Double(b) / Double(max(1, a)))
  }

  private static func writeSingles(_ document: DiffDocument, _ style: Style, into sink: inout TextSink) {
    for (name, routes) in [("A", document.onlyA), ("B", document.onlyB)] where !routes.isEmpty {
      sink.writeLine()
      Prose.write("only in \(name)", paint: .bold, style, into: &sink)
      for shift in routes.prefix(mostSingles) {
        let requests = shift.a?.requests ?? shift.b?.requests ?? 0
        let text = "\(Escape.terminal(shift.route))\(style.dot)\(CountText.text(requests, "request"))"
        Prose.write(text, indent: 2, style, into: &sink)
      }
      let more = routes.count - mostSingles
      if more > 0 {
        Prose.write("and \(CountText.text(more)) more (--json has all)", indent: 2, paint: .dim, style, into: &sink)
      }
    }
  }

  static let mostSingles = 10

  // MARK: Log messages and contrasts

  private static func writeTemplates(_ document: DiffDocument, _ style: Style, into sink: inout TextSink) {
    guard !document.templates.isEmpty else { return }
    let byRequests = document.a.total.requests > 0 && document.b.total.requests > 0
    let unit = byRequests ? "in 1,000 requests" : "a second"
    var table = Table([
      .init("", .left), .init("A", opensSection: true), .init("B"),
      .init("level", .left, dropOrder: 1, opensSection: true),
      .init("log message", .left, shrinksTo: 24, opensSection: true),
    ])
    for shift in document.templates.prefix(mostTemplates) {
      let paint: Style.Paint? = shift.kind == .new ? .red : shift.kind == .gone ? .green : .yellow
      table.append([
        .init(shift.kind.rawValue, paint), .init(ThreeDigits.text(shift.rateA)), .init(ThreeDigits.text(shift.rateB)),
        .init(shift.template.level ?? ""), .init(shift.template.text),
      ])
    }
    sink.writeLine()
    Prose.write("log messages, records \(unit)", paint: .bold, style, into: &sink)
    table.write(style, into: &sink)
    let more = document.templates.count - mostTemplates
    if more > 0 { Prose.write("and \(CountText.text(more)) more (--json has all)", paint: .dim, style, into: &sink) }
  }

  static let mostTemplates = 20

  private static func write(_ contrast: Contrast, _ style: Style, into sink: inout TextSink) {
    sink.writeLine()
    let inside = Escape.terminal(contrast.inside)
    let outside = Escape.terminal(contrast.outside)
    Prose.write(
      "what sets \(CountText.text(contrast.insideRequests)) \(inside) apart from \(CountText.text(contrast.outsideRequests)) "
        + outside, paint: .bold, style, into: &sink)
    var table = Table([
      .init("these, %"), .init("others, %"), .init("fact", .left, shrinksTo: 24, opensSection: true),
    ])
    for row in contrast.rows {
      let more = row.also.isEmpty ? "" : " (and \(row.also.map(fact).joined(separator: ", ")))"
      table.append([
        .init(PercentText.number(row.shareInside)), .init(PercentText.number(row.shareOutside)),
        .init(fact(row.count.fact) + more),
      ])
    }
    table.write(style, into: &sink)
  }

  /// `version = v2`; the message of a template.
  static func fact(_ fact: Contrast.Fact) -> String {
    fact.kind != .template ? "\(fact.name) = \(fact.value)" : "logs \"\(fact.value)\""
  }
}
