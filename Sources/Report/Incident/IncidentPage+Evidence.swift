internal import Analysis
internal import RulePack
internal import TraceCore

/// What was measured and found: figures by route, findings, messages, and what sets requests apart.
extension IncidentPage {
  // MARK: Before, during, after

  mutating func segments() {
    let segments = document.segments
    guard !segments.isEmpty else { return }
    let isWhole = text.during == nil
    add(.section(isWhole ? "Figures by route" : "Before, during and after"))
    if !isWhole {
      let spans = segments.map { "\($0.name) \(text.clock.span($0.from, $0.to))" }
      add(.paragraph(PageText("In UTC: \(spans.joined(separator: "; ")).")))
    }
    let groups = segments.flatMap { $0.routes + [$0.total] }
    let scale = LatencyScale(typical: groups.compactMap(\.p50), unicode: true)
    let base = text.before ?? (text.during == nil ? nil : text.after)
    var columns: [PageTable.Column] = [.init("route")]
    if !isWhole { columns.append(.init("part")) }
    columns += [
      .init("requests", isNumber: true), .init("per s", isNumber: true), .init("failed", isNumber: true),
      .init("failed %", isNumber: true), .init("p50 \(scale.unit)", isNumber: true),
      .init("p95 \(scale.unit)", isNumber: true), .init("p99 \(scale.unit)", isNumber: true),
    ]
    if base != nil { columns += [.init("± points", isNumber: true), .init("p95 ×", isNumber: true)] }
    var table = PageTable(isWhole ? "Figures by route" : "Figures before, during and after, by route", columns)
    let names = routeNames()
    for name in [nil] + names.prefix(IncidentPage.mostRoutes).map(Optional.some) {
      func group(_ segment: IncidentDocument.Segment) -> GroupSummary? {
        name == nil ? segment.total : segment.routes.first { $0.name == name }
      }
      let rows = segments.filter { group($0) != nil }
      let reference = base.flatMap(group)
      for (i, segment) in rows.enumerated() {
        guard let figures = group(segment) else { continue }
        var cells = [
          name.map { PageText.code(clipped($0, IncidentPage.mostName)) } ?? PageText([.strong("all requests")])
        ]
        if !isWhole { cells.append(PageText(segment.name)) }
        cells += self.figures(figures, scale)
        if let base { cells += segment.name == base.name ? ["", ""] : change(figures, reference) }
        table.append(cells, isAccent: segment.name == "during", spans: i == 0 ? rows.count : 0)
      }
    }
    add(.table(table))
    var legend: [String] = []
    if groups.contains(where: { $0.p95 != nil && $0.p95IsWeak }) { legend.append("p95 of fewer than 20") }
    if groups.contains(where: { $0.p99 != nil && $0.p99IsWeak }) { legend.append("p99 of fewer than 100") }
    var notes = base.map { "± points and p95 × compare with \($0.name). " } ?? ""
    notes += legend.isEmpty ? "" : "~ \(legend.joined(separator: " or ")) values: hardly one. "
    if groups.contains(where: { $0.approximate && $0.p50 != nil }) {
      notes += "Quantiles of more than 1,000 values are within 0.1 % of the value. "
    }
    if groups.contains(where: { $0.unfinished > 0 }) {
      notes +=
        "Requests without an end are in no row: \(CountText.text(segments.reduce(0) { $0 + $1.total.unfinished })) in all."
    }
    if !notes.isEmpty { add(.paragraph(PageText(notes.hasSuffix(" ") ? String(notes.dropLast()) : notes))) }
    leftOut(names.count - IncidentPage.mostRoutes, "route")
  }

  /// Routes, most failures during the incident first, then most requests, then by name.
  private func routeNames() -> [String] {
    var counts: [String: (errors: Int64, requests: Int64)] = [:]
    for segment in document.segments {
      for route in segment.routes {
        let isDuring = segment.name == "during" || segment.name == "all"
        counts[route.name, default: (0, 0)].errors += isDuring ? route.errors : 0
        counts[route.name, default: (0, 0)].requests += route.requests
      }
    }
    return counts.sorted { a, b in
      (b.value.errors, b.value.requests, a.key) < (a.value.errors, a.value.requests, b.key)
    }.map(\.key)
  }

  private func figures(_ group: GroupSummary, _ scale: LatencyScale) -> [PageText] {
    func latency(_ value: Int64?, isWeak: Bool = false) -> PageText {
      PageText((isWeak && value != nil ? "~" : "") + scale.text(value))
    }
    return [
      PageText(CountText.text(group.requests)), PageText(group.ratePerSecond.map(ThreeDigits.text) ?? "-"),
      PageText(CountText.text(group.errors)), PageText(group.errorRate.map(PercentText.number) ?? "-"),
      latency(group.p50), latency(group.p95, isWeak: group.p95IsWeak), latency(group.p99, isWeak: group.p99IsWeak),
    ]
  }

  /// How the share of failures and p95 differ from the base's.
  private func change(_ group: GroupSummary, _ base: GroupSummary?) -> [PageText] {
    var cells: [PageText] = ["-", "-"]
    if let now = group.errorRate, let then = base?.errorRate {
      cells[0] = PageText(IncidentPage.points(now - then))
    }
    if let now = group.p95, let then = base?.p95, then > 0 {
      cells[1] = PageText(ThreeDigits.text(Double(now) / Double(then)))
    }
    return cells
  }

  /// Difference of shares in percentage points with its sign: `+44.1`, `±0`.
  static func points(_ difference: Double) -> String {
    let text = ThreeDigits.text(abs(difference) * 100)
    return (text == "0" ? "±" : difference < 0 ? "−" : "+") + text
  }

  // MARK: Findings

  mutating func findings() {
    guard let found = document.findings else { return }
    add(.section("Findings"))
    let counts = found.bySeverity
    let parts = Severity.allCases.compactMap { severity in
      counts[severity].flatMap { $0 > 0 ? "\(CountText.text($0)) \(severity.name)" : nil }
    }
    let rules = CountText.text(Int64(found.ruleCount), "rule")
    guard !found.findings.isEmpty else {
      add(.paragraph(PageText("None: \(rules) applied, no line of the log fits one.")))
      return
    }
    let sums = parts.isEmpty ? "" : " (\(parts.joined(separator: ", ")))"
    add(
      .paragraph(
        PageText("\(CountText.text(Int64(found.total), "finding"))\(sums) of \(rules) applied; P0 is the most urgent."))
    )
    var table = PageTable(
      "Findings",
      [
        .init("severity"), .init("finding"), .init("rule"), .init("hits", isNumber: true), .init("first to last"),
        .init("example"),
      ])
    var examples: [PageBlock] = []
    var told: Set<String> = []
    for (i, finding) in found.findings.prefix(IncidentPage.mostFindings).enumerated() {
      var message = PageText(clipped(ScanReport.message(finding), 240))
      let group = finding.group.map { "\($0.name)=\($0.value ?? "-")" }.joined(separator: ", ")
      if !group.isEmpty { message += " \(faint: "(\(clipped(group, 120)))")" }
      let place = document.findingPlaces.indices.contains(i) ? document.findingPlaces[i] : nil
      let example = finding.example
      let site: PageText =
        place != nil
        ? IncidentPage.place(place)
        : example.map { PageText.code("\(clipped($0.path, IncidentPage.mostName)):\($0.line)") } ?? ""
      table.append([
        PageText([.strong(finding.rule.severity.name)]), message, .code(finding.rule.id),
        PageText(CountText.text(finding.count)),
        PageText(
          finding.first == EventTime.none
            ? "no time" : text.clock.span(finding.first, finding.last == EventTime.none ? finding.first : finding.last)),
        site,
      ])
      if let example, !example.text.isEmpty, told.insert(finding.rule.id).inserted {
        examples.append(.paragraph("\(strong: finding.rule.severity.name) \(code: finding.rule.id)"))
        examples.append(.lines(IncidentPage.lines(example.text)))
      }
    }
    add(.table(table))
    if !examples.isEmpty { add(.folded("The lines of these findings", examples)) }
    leftOut(found.findings.count - IncidentPage.mostFindings, "finding")
    let unkept = found.unkept.values.reduce(0, +)
    if unkept > 0 {
      add(.paragraph(PageText("\(CountText.text(unkept, "finding")) beyond the limit were counted, not kept.")))
    }
    let hidden = found.suppressed.reduce(0) { $0 + $1.findings }
    if hidden > 0 { add(.paragraph(PageText("\(CountText.text(hidden, "finding")) hidden by suppressions."))) }
    if !found.notes.isEmpty { add(.list(notes(found.notes))) }
  }

  // MARK: Messages

  mutating func templates() {
    guard !document.templates.isEmpty else { return }
    add(.section("Messages that changed"))
    add(
      .paragraph(
        "Log messages by template, values replaced by \(code: "<*>"): those that are new in the incident, those whose rate "
          + "changed by more than chance, and those that stopped."))
    let names = document.segments.map(\.name)
    let parts = document.templates.map(\.template.counts.count).max() ?? 0
    let headers =
      names.count == parts ? names : (0..<parts).map { $0 < 26 ? String(UnicodeScalar(UInt8(65 + $0))) : "\($0)" }
    let unit = (text.during ?? text.all).map { $0.total.requests > 0 } ?? false ? "per 1,000 requests" : "per second"
    var table = PageTable(
      "Messages that changed",
      [.init("change"), .init("message"), .init("level")] + headers.map { .init($0, isNumber: true) }
        + [.init(unit, isNumber: true), .init("first")])
    for shift in document.templates.prefix(IncidentPage.mostTemplates) {
      let template = shift.template
      let counts = (0..<parts).map { i in
        PageText(template.counts.indices.contains(i) ? CountText.text(template.counts[i]) : "-")
      }
      table.append(
        [
          PageText([.strong(shift.kind.rawValue)]), .code(clipped(template.text, 200)), PageText(template.level ?? "-"),
        ] + counts + [
          PageText("\(ThreeDigits.text(shift.rateA)) → \(ThreeDigits.text(shift.rateB))"),
          "\(text.clock.text(template.first)) \(code: "\(clipped(template.path, IncidentPage.mostName)):\(template.line)")",
        ])
    }
    add(.table(table))
    leftOut(document.templates.count - IncidentPage.mostTemplates, "message")
  }

  // MARK: Contrasts

  mutating func contrasts() {
    guard !document.contrasts.isEmpty else { return }
    add(.section("What sets these requests apart"))
    add(
      .paragraph(
        "Values of fields, and messages in their traces, that are true of a greater share of these requests than of the "
          + "others. This is where to look, not yet a cause."))
    for contrast in document.contrasts {
      add(.heading(PageText(clipped(contrast.inside.prefix(1).uppercased() + contrast.inside.dropFirst(), 240))))
      let inside = CountText.text(contrast.insideRequests, "request")
      let outside = CountText.text(contrast.outsideRequests, "request")
      var sentence =
        "\(inside), compared with \(clipped(contrast.outside, 240)) (\(outside)); "
        + "\(CountText.text(Int64(contrast.compared), "fact")) compared."
      if contrast.rows.isEmpty { sentence += " None of them stands out." }
      add(.paragraph(PageText(sentence)))
      if !contrast.rows.isEmpty {
        var table = PageTable(
          "What sets these requests apart",
          [
            .init("what"), .init("of these", isNumber: true), .init("of the others", isNumber: true),
            .init("difference, points (95 %)", isNumber: true),
          ])
        for row in contrast.rows.prefix(IncidentPage.mostFacts) {
          let difference = row.difference
          table.append([
            fact(row.count.fact),
            PageText("\(PercentText.text(row.shareInside)) (\(CountText.text(row.count.inside)))"),
            PageText("\(PercentText.text(row.shareOutside)) (\(CountText.text(row.count.outside)))"),
            PageText(
              "\(IncidentPage.points(difference.value)) (\(IncidentPage.points(difference.lower)) to "
                + "\(IncidentPage.points(difference.upper)))"),
          ])
        }
        add(.table(table))
        leftOut(contrast.rows.count - IncidentPage.mostFacts, "fact")
      }
      if !contrast.leftOut.isEmpty {
        let names = contrast.leftOut.prefix(20).map { PageText.code(clipped($0, 60)) }.list()
        add(.paragraph("Too many different values to be compared: \(names)."))
      }
    }
  }

  private func fact(_ fact: Contrast.Fact) -> PageText {
    switch fact.kind {
    case .field, .step: "\(code: clipped(fact.name, 60)) = \(code: clipped(fact.value, 120))"
    case .template: "message \(code: clipped(fact.value, 160))"
    }
  }

  // MARK: Pieces

  func clipped(_ text: String, _ columns: Int) -> String { IncidentText.clipped(text, columns) }

  /// Text of the log as lines for a page, each cut where it is very long.
  static func lines(_ text: String) -> [String] { lines(Array(text.utf8)) }

  static func lines(_ bytes: [UInt8]) -> [String] {
    bytes.split(separator: 0x0A, omittingEmptySubsequences: false).map { line in
      // What is cut away is not escaped first: lines may be a megabyte long.
      let head = line.prefix(4 * mostLineColumns)
      let shown = Escape.terminal(
        bytes: head.last == 0x0D && head.count == line.count ? head.dropLast() : head, tabs: 4)
      let cut = DisplayWidth.fit(shown, mostLineColumns, ellipsis: "…")
      return head.count < line.count && cut == shown ? cut + "…" : cut
    }
  }
}
