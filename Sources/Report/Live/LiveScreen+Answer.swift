internal import TraceCore

/// The top of the live screen: what is followed, and whether it is good or bad.
extension LiveScreen {
  // MARK: The title

  static func title(_ frame: Frame) -> LiveLine {
    let (view, style) = (frame.view, frame.style)
    let (state, paint) = stateText(frame)
    var right = LiveLine(state, paint)
    func prepend(_ text: String, ifWide columns: Int) {
      guard !text.isEmpty, frame.columns >= columns else { return }
      var line = LiveLine(text + "  ")
      line.add(right)
      right = line
    }
    if view.time != EventTime.none {
      let clock = String(EventTime.timeOfDay(view.time).prefix(8))
      let date = frame.columns >= 100 ? EventTime.date(view.time) + " " : ""
      prepend(frame.columns >= 60 ? "\(date)\(clock) UTC" : clock, ifWide: 30)
      if let lag = view.lag, lag >= 0 {
        prepend((lag < 1_000_000_000 ? "<1 s" : LiveNumber.age(lag)) + " behind", ifWide: 70)
      }
    }
    var line = LiveLine("skein", .bold)
    line.add("  ")
    line.add(view.files.isEmpty ? "no log" : view.files.joined(separator: ", "))
    let room = frame.columns - right.width - 2
    guard room >= 5 else { return right.fitted(frame.columns, style) }
    line = line.fitted(room, style)
    line.pad(to: frame.columns - right.width)
    line.add(right)
    return line
  }

  private static func stateText(_ frame: Frame) -> (String, Style.Paint) {
    if frame.ui.isPaused { return ("PAUSED", .yellow) }
    switch frame.view.progress {
    case .following: return ("following", .green)
    case .catchingUp(let bytes):
      let left = frame.columns >= 60 ? bytes.map { ", \(BytesText.text(max($0, 0))) left" } ?? "" : ""
      return ("catching up" + left, .yellow)
    case .waiting: return ("waiting", .yellow)
    case .ended: return ("ended", .bold)
    }
  }

  // MARK: The answer

  /// One line, and a second with the reason where there is one and room for it.
  static func headline(_ frame: Frame) -> [LiveLine] {
    var (line, reason) = answer(frame)
    if frame.rows < 20, !reason.isEmpty {
      line.add(": " + reason)
      reason = ""
    }
    var lines = [line]
    if !reason.isEmpty { lines.append(LiveLine("  " + reason)) }
    if let text = notCounted(frame.view) { lines.append(LiveLine("  " + text, .yellow)) }
    return lines
  }

  /// Requests that are told and not counted: whose, and how many.
  private static func notCounted(_ view: LiveView) -> String? {
    guard let first = view.uncounted.first else { return nil }
    let requests = view.uncounted.reduce(0) { $0 + $1.requests }
    let errors = view.uncounted.reduce(0) { $0 + $1.errors }
    let more = view.uncounted.count > 1 ? " and \(view.uncounted.count - 1) more" : ""
    return
      "not counted: \(CountText.text(requests, "request")) of \(first.source)\(more), \(CountText.text(errors)) failed"
  }

  private static func answer(_ frame: Frame) -> (line: LiveLine, reason: String) {
    let view = frame.view
    switch view.progress {
    case .waiting where view.time == EventTime.none: return (LiveLine("waiting for a log to read", .cyan), "")
    default: break
    }
    if let gate = view.gate { return answer(gate, frame) }
    guard view.time != EventTime.none, view.rate.now != nil || view.rate.series.contains(where: { $0 != nil }) else {
      return (LiveLine("no request yet", .cyan), "")
    }
    return comparison(frame)
  }

  private static func answer(_ gate: LiveGate, _ frame: Frame) -> (LiveLine, String) {
    let style = frame.style
    if let final = gate.final {
      let word =
        switch final.state {
        case .pass: "PASS"
        case .fail: "FAIL"
        case .open: "INCONCLUSIVE"
        case .goesOn: "CONTINUE"
        }
      var line = LiveLine(
        "\(LiveGlyph.state(final.state, style)) \(word)", final.state == .pass ? .green : LiveGlyph.paint(final.state))
      line.add("  gate \(gate.name)", .bold)
      if !final.stage.isEmpty { line.add(", stage \(final.stage)") }
      if final.time != EventTime.none { line.add(" at \(EventTime.timeOfDay(final.time).prefix(8))") }
      return (line, final.reason)
    }
    guard let stage = gate.stage else {
      var line = LiveLine("\(LiveGlyph.state(.open, style)) NOT STARTED", .cyan)
      line.add("  gate \(gate.name)", .bold)
      return (line, "")
    }
    let failing = gate.objectives.filter { $0.state == .fail }
    let holding = gate.objectives.count { $0.state == .pass }
    let state: LiveGate.State =
      !failing.isEmpty ? .fail : !gate.objectives.isEmpty && holding == gate.objectives.count ? .pass : .open
    let word =
      switch state {
      case .pass: "GOOD SO FAR"
      case .fail: "BAD SO FAR"
      case .open, .goesOn: "NOT DECIDED"
      }
    var line = LiveLine("\(LiveGlyph.state(state, style)) \(word)", LiveGlyph.paint(state))
    line.add("  gate \(gate.name)", .bold)
    line.add(", stage \(stage + 1) of \(gate.stages)")
    if !gate.stageName.isEmpty {
      line.add(" (\(gate.stageName))")
    } else if let share = gate.share {
      line.add(" (\(LiveNumber.limit(share, .share, style)))")
    }
    if let left = gate.left {
      let time = DurationText.text(max(left, 0) / 1_000_000_000 * 1_000_000_000, unicode: style.unicode)
      line.add(gate.isWarmingUp ? ", warming up for \(time)" : ", \(time) left")
    }
    // What fails is first in the gate's own list.
    if gate.objectives.isEmpty || frame.rows < 30 { return (line, "") }
    if let first = failing.first {
      let more = failing.count > 1 ? " (and \(failing.count - 1) more)" : ""
      return (line, (first.reason.isEmpty ? "\(name(first)) does not hold" : first.reason) + more)
    }
    let open = gate.objectives.count - holding
    return (line, "\(holding) of \(gate.objectives.count) objectives hold" + (open > 0 ? ", \(open) open" : ""))
  }

  static func name(_ objective: LiveGate.Objective) -> String {
    objective.route.map { "\(objective.text), \($0)" } ?? objective.text
  }

  /// Without a gate: now against the baseline, by the marks of the figures.
  private static func comparison(_ frame: Frame) -> (LiveLine, String) {
    let view = frame.view
    let figures: [(String, LiveFigure, FigureKind)] = [
      ("errors", view.errorRate, .share), ("p50", view.p50, .latency), ("p95", view.p95, .latency),
      ("p99", view.p99, .latency),
    ]
    let known = figures.filter { $0.1.now != nil && $0.1.baseline != nil }
    guard !known.isEmpty else {
      return (LiveLine("no baseline to compare with yet", .cyan), "")
    }
    func text(_ list: [(String, LiveFigure, FigureKind)]) -> String {
      list.map { name, figure, kind in
        "\(name) \(kind.text(figure.now, frame.style)), before \(kind.text(figure.baseline, frame.style))"
      }.joined(separator: "; ")
    }
    let worse = known.filter { change($0.1, $0.2) == .worse }
    if !worse.isEmpty {
      return (LiveLine("\(LiveGlyph.up(frame.style)) WORSE than before", .boldRed), text(worse))
    }
    let better = known.filter { change($0.1, $0.2) == .better }
    if !better.isEmpty { return (LiveLine("BETTER than before", .green), text(better)) }
    return (LiveLine("AS BEFORE", .green), text(known.filter { $0.0 == "errors" || $0.0 == "p95" }))
  }
}
