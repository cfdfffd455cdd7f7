internal import TraceCore

/// The figures of the live screen: rate, errors and latencies, now, before, and over the last windows.
extension LiveScreen {
  enum FigureKind {
    case rate, share, latency

    /// As wide as its column at most.
    func text(_ value: Double?, _ style: Style) -> String {
      guard let value, value.isFinite, value >= 0 else { return "-" }
      return switch self {
      case .rate: LiveNumber.rate(value) + "/s"
      case .share: PercentText.text(value)
      case .latency: DurationText.text(Int64(saturating: min(value, 9e18)), unicode: style.unicode)
      }
    }
  }

  enum Change { case worse, better, same }

  /// A mark for the eye and no verdict, which is a gate's: a latency that is half as long again and 5 ms longer, or an error
  /// rate that has doubled and is a percent point higher, is worse; the other way round it is better.
  static func change(_ figure: LiveFigure, _ kind: FigureKind) -> Change {
    guard let now = figure.now, let before = figure.baseline, !figure.isThin else { return .same }
    let (factor, least): (Double, Double) =
      switch kind {
      case .rate: (.infinity, .infinity)
      case .share: (2, 0.01)
      case .latency: (1.5, 5e6)
      }
    if now >= before * factor, now - before >= least { return .worse }
    if before >= now * factor, before - now >= least { return .better }
    return .same
  }

  private static let nameWidth = 11
  private static let numberWidth = 11
  private static let changeWidth = 9

  static func figures(_ frame: Frame) -> Panel? {
    let view = frame.view
    var figures: [(name: String, figure: LiveFigure, kind: FigureKind)] = [
      ("requests", view.rate, .rate), ("errors", view.errorRate, .share), ("p95", view.p95, .latency),
      ("p50", view.p50, .latency), ("p99", view.p99, .latency),
    ]
    guard figures.contains(where: { $0.figure.now != nil || !$0.figure.series.isEmpty }) else { return nil }
    let marks = markColumns(view)
    return Panel(
      least: frame.rows >= full ? 6 : min(4, max(frame.rows - 4, 2)), most: 6 + (marks.isEmpty ? 0 : 1), weight: 0,
      rank: 0
    ) {
      width, height in
      if height >= 6 {
        // In their order where all fit.
        figures.swapAt(2, 3)
      } else {
        figures = Array(figures.prefix(height - 1))
      }
      let layout = FigureLayout(width, hasBaseline: figures.contains { $0.figure.baseline != nil })
      var lines = [heading(layout, frame)]
      for (name, figure, kind) in figures { lines.append(line(name, figure, kind, layout, frame)) }
      if height > lines.count, let marked = markLine(marks, layout, frame) { lines.append(marked) }
      return lines
    }
  }

  /// Which columns there is room for.
  private struct FigureLayout {
    let width: Int
    let hasBaseline: Bool
    let hasChange: Bool
    /// Columns of the windows; 0: none.
    let series: Int

    init(_ width: Int, hasBaseline: Bool) {
      self.width = width
      let rest = width - nameWidth - numberWidth - 3
      self.hasBaseline = hasBaseline && rest - numberWidth >= 12
      hasChange = hasBaseline && rest - numberWidth - changeWidth >= 12
      series = max(rest - (self.hasBaseline ? numberWidth : 0) - (hasChange ? changeWidth : 0), 0)
    }

    /// Where the windows begin.
    var start: Int { width - series }
  }

  private static func heading(_ layout: FigureLayout, _ frame: Frame) -> LiveLine {
    let (view, style) = (frame.view, frame.style)
    var line = LiveLine(style.rule + " ", .dim)
    line.add("NOW", .bold)
    func column(_ title: String, _ width: Int) {
      let next = line.width + width
      LiveTable.fill(&line, to: next - title.utf8.count - 1, style)
      line.pad(to: next - title.utf8.count)
      line.add(title, .dim)
    }
    LiveTable.fill(&line, to: nameWidth, style)
    column("last " + LiveNumber.span(view.window, style), numberWidth)
    if layout.hasBaseline { column("baseline", numberWidth) }
    if layout.hasChange { column("change", changeWidth) }
    if layout.series > 0 {
      let shown = min(layout.series, view.rate.series.count)
      let span = view.window.multipliedReportingOverflow(by: Int64(shown))
      line.pad(to: layout.start)
      if shown > 1, !span.overflow {
        var text = LiveNumber.span(span.partialValue, style)
        if layout.hasBaseline, !view.baseline.isEmpty { text += "\(style.dot)against \(view.baseline)" }
        line.add(LiveLine(text, .dim).fitted(layout.series, style))
      }
      LiveTable.fill(&line, to: layout.width, style)
    }
    return line
  }

  private static func line(
    _ name: String, _ figure: LiveFigure, _ kind: FigureKind, _ layout: FigureLayout, _ frame: Frame
  ) -> LiveLine {
    let style = frame.style
    let change = change(figure, kind)
    let paint: Style.Paint? =
      switch change {
      case .worse: .boldRed
      case .better: .green
      case .same: nil
      }
    var line = LiveLine()
    line.add(change == .worse ? LiveGlyph.up(style) : "", in: 2, paint, style: style)
    line.add(name, in: nameWidth - 2, style: style)
    line.add(
      kind.text(figure.now, style) + (figure.isThin ? "~" : ""), in: numberWidth, toRight: true, paint ?? .bold,
      style: style)
    if layout.hasBaseline { line.add(kind.text(figure.baseline, style), in: numberWidth, toRight: true, style: style) }
    if layout.hasChange { line.add(ratio(figure, style), in: changeWidth, toRight: true, paint, style: style) }
    if layout.series > 0 {
      let values = figure.series.suffix(layout.series).map { $0.flatMap { $0.isFinite && $0 >= 0 ? $0 : nil } }
      let text = Sparkline.text(Array(values), unicode: style.unicode)
      line.pad(to: layout.width - values.count)
      line.add(text, change == .worse ? .red : .cyan)
    }
    return line
  }

  /// Now in multiples of the baseline.
  private static func ratio(_ figure: LiveFigure, _ style: Style) -> String {
    guard let now = figure.now, let before = figure.baseline, before > 0, now >= 0, (now / before).isFinite else {
      return "-"
    }
    let ratio = now / before
    let times = LiveGlyph.times(style)
    return ratio >= 999.5 ? ">999\(times)" : ThreeDigits.text(ratio) + times
  }

  // MARK: Marks

  /// Marks within the windows shown: how many windows before the last, and the text. The newest is last.
  private static func markColumns(_ view: LiveView) -> [(back: Int, text: String)] {
    guard view.window > 0, view.lastWindow != EventTime.none else { return [] }
    // Windows begin at multiples of their length.
    let end = EventTime.floorDivide(view.lastWindow, view.window).quotient
    return view.marks.compactMap { mark in
      guard mark.time != EventTime.none else { return nil }
      let back = TimeSpan.between(EventTime.floorDivide(mark.time, view.window).quotient, end)
      return back >= 0 && back < 1000 ? (Int(back), mark.text) : nil
    }
  }

  /// An arrow below each window with a mark, and the text of the newest beside its arrow.
  private static func markLine(_ marks: [(back: Int, text: String)], _ layout: FigureLayout, _ frame: Frame)
    -> LiveLine?
  {
    let shown = marks.filter { $0.back < layout.series }
    guard let newest = shown.last else { return nil }
    var cells = Array(repeating: " ", count: layout.width)
    for mark in shown { cells[layout.width - 1 - mark.back] = LiveGlyph.up(frame.style) }
    let at = layout.width - 1 - newest.back
    var line = LiveLine(cells[..<at].joined(), .cyan)
    line.add(LiveGlyph.up(frame.style), .cyan)
    let label = LiveLine(" " + newest.text, .cyan)
    if at + 1 + label.width <= layout.width {
      line.add(label)
    } else if label.width + 1 < at {
      // On the other side; arrows that stand there give way.
      let text = DisplayWidth.fit(Escape.terminal(newest.text, tabs: 1), at - 1, ellipsis: frame.style.ellipsis)
      line = LiveLine(cells[..<max(at - 1 - DisplayWidth.of(text), 0)].joined(), .cyan)
      line.add(text + " " + LiveGlyph.up(frame.style), .cyan)
    }
    return line
  }
}
