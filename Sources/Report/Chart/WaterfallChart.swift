internal import TraceCore

/// The steps of a trace as a picture: `Waterfall` on an axis of time since the trace's start.
enum WaterfallChart {
  static let mostSteps = 40
  private static let left = 300.0
  private static let right = 82.0
  private static let row = 20.0
  private static let mostLabel = 44

  /// Nil where no step has a duration.
  static func drawing(_ waterfall: Waterfall, origin: Int64, name: String, title: String, description: String)
    -> SVGDrawing?
  {
    guard waterfall.bars.contains(where: { !$0.isRequest }) else { return nil }
    let bars = waterfall.longest(mostSteps)
    let start = min(origin, bars.map(\.start).min() ?? origin)
    let longest = bars.map { TimeSpan.between(start, $0.end) }.max() ?? 0
    let (unit, divisor) = DurationUnit.of(longest)
    let scale = ValueAxis(maximum: Double(longest) / divisor, most: 5)
    let width = Double(TimePlot.width) - left - right
    func x(_ time: Int64) -> Double {
      left + width * min(max(Double(TimeSpan.between(start, time)) / divisor / scale.top, 0), 1)
    }
    let top = 28.0
    let bottom = top + row * Double(bars.count) + 4
    var drawing = SVGDrawing(
      name: name, title: title, description: description, width: TimePlot.width, height: Int(saturating: bottom) + 6)
    for tick in scale.ticks {
      let at = left + width * tick.value / scale.top
      drawing.line(tick.value == 0 ? "axis" : "grid", x1: at, y1: top - 6, x2: at, y2: bottom)
      drawing.text("soft", x: at, y: top - 12, .middle, tick.value == 0 ? "0" : "\(tick.text) \(unit)")
    }
    for (i, bar) in bars.enumerated() {
      let y = top + row * Double(i)
      let (from, to) = (x(bar.start), x(bar.end))
      let label = DisplayWidth.fit(Escape.terminal(bar.label) + suffix(bar.level), mostLabel, ellipsis: "…")
      drawing.text(bar.isRequest ? "name" : "label", x: left - 12, y: y + 14, .end, label)
      drawing.rect(style(bar), x: from, y: y + 4, width: max(to - from, 1.5), height: row - 8)
      drawing.text(
        "soft", x: Double(TimePlot.width) - 4, y: y + 14, .end, DurationText.text(bar.duration))
    }
    return drawing
  }

  private static func style(_ bar: Waterfall.Bar) -> String {
    bar.level >= .error ? "error" : bar.level == .warning ? "warning" : bar.isRequest ? "request" : "step"
  }

  /// What the colour says, for those who do not see it.
  private static func suffix(_ level: Level) -> String {
    level >= .error ? " (error)" : level == .warning ? " (warning)" : ""
  }
}
