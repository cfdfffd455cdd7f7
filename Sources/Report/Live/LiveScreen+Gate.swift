internal import TraceCore

/// The gate on the live screen: its stages, its objectives, and what each still needs.
extension LiveScreen {
  static func gate(_ frame: Frame) -> Panel? {
    guard let gate = frame.view.gate else { return nil }
    let style = frame.style
    // What fails first, then what is open: a long list is cut where it says least.
    let order: [LiveGate.State] = [.fail, .open, .goesOn, .pass]
    let objectives = order.flatMap { state in gate.objectives.filter { $0.state == state } }
    let stages = stageLine(gate, style)
    let table = LiveTable(
      title: "GATE", note: gate.name,
      columns: [
        .init(title: "value", width: 10), .init(title: "interval", width: 19, drop: 2),
        .init(title: "limit", width: 9, drop: 3), .init(title: "requests", width: 10, drop: 4),
        .init(title: "state", width: 15, drop: 1, isLeft: true),
      ],
      least: 18, rows: objectives.map { row($0, style) }, empty: "no objective")
    return Panel(
      least: 1 + min(max(objectives.count, 1), frame.rows >= full ? 3 : 2),
      most: 1 + max(objectives.count, 1) + (stages == nil ? 0 : 1),
      weight: 0, rank: 1
    ) { width, height in
      var lines = table.lines(width: width, height: height, style: style)
      if let stages, lines.count < height { lines.append(stages.fitted(width, style)) }
      return lines
    }
  }

  private static func row(_ objective: LiveGate.Objective, _ style: Style) -> LiveTable.Row {
    let paint: Style.Paint? = objective.state == .pass ? nil : LiveGlyph.paint(objective.state)
    let word =
      switch objective.state {
      case .pass: "holds"
      case .fail: "fails"
      case .open, .goesOn:
        objective.needed.flatMap { $0 > 0 ? "\(LiveNumber.count($0)) to go" : nil } ?? "open"
      }
    return LiveTable.Row(
      mark: LiveGlyph.state(objective.state, style), markPaint: LiveGlyph.paint(objective.state),
      name: LiveLine(name(objective)),
      cells: [
        (LiveNumber.value(objective.value, objective.unit, style), paint ?? .bold),
        (LiveNumber.interval(objective.lower, objective.upper, objective.unit, style), nil),
        (LiveNumber.limit(objective.limit, objective.unit, style), nil),
        (LiveNumber.count(objective.requests), nil), (word, LiveGlyph.paint(objective.state)),
      ])
  }

  /// `stages: ✓ 10 %, ▸ 50 %, then 1 more`; nil where there is but one and nothing was decided.
  private static func stageLine(_ gate: LiveGate, _ style: Style) -> LiveLine? {
    guard gate.stages > 1 || !gate.verdicts.isEmpty else { return nil }
    var line = LiveLine("  stages: ", .dim)
    for verdict in gate.verdicts {
      line.add("\(LiveGlyph.state(verdict.state, style)) \(verdict.stage) ", LiveGlyph.paint(verdict.state))
      let word =
        switch verdict.state {
        case .pass: "passed"
        case .fail: "failed"
        case .open: "inconclusive"
        case .goesOn: "goes on"
        }
      line.add(word + (verdict.isEarly ? " early" : "") + "  ", LiveGlyph.paint(verdict.state))
    }
    var ahead = gate.stages - gate.verdicts.count
    if gate.stage != nil, gate.final == nil {
      line.add("\(LiveGlyph.pointer(style)) \(gate.stageName)", .bold)
      line.add("  ")
      ahead -= 1
    }
    if ahead > 0 { line.add(gate.final == nil ? "then \(ahead) more" : "\(ahead) not reached", .dim) }
    return line
  }
}
