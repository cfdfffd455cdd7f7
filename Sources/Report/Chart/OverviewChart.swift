internal import Analysis
internal import TraceCore

/// Error rate, latency and throughput over time, one below the other on one axis of time.
struct OverviewChart {
  private let series: ChartSeries
  private let plot: TimePlot
  private static let panelHeight = 124.0
  private static let headingHeight = 30.0
  private static let gap = 22.0

  init(_ series: ChartSeries, _ plot: TimePlot) {
    self.series = series
    self.plot = plot
  }

  /// - Parameter description: what it shows, in words.
  func drawing(description: String) -> SVGDrawing {
    let panels = series.isTimed ? 3 : 2
    let top = plot.headHeight + OverviewChart.headingHeight
    let pitch = OverviewChart.panelHeight + OverviewChart.headingHeight + OverviewChart.gap
    let bottom = top + pitch * Double(panels - 1) + OverviewChart.panelHeight
    let names = series.isTimed ? "Error rate, latency and throughput" : "Error rate and throughput"
    var drawing = SVGDrawing(
      name: "over-time", title: "\(names) over time", description: description, width: TimePlot.width,
      height: Int(saturating: bottom) + 42)
    plot.drawSpan(&drawing, top: plot.headHeight, bottom: bottom)
    plot.drawMarks(&drawing, top: plot.headHeight, bottom: bottom, withLabels: true)
    errors(&drawing, top: top)
    if series.isTimed { latency(&drawing, top: top + pitch) }
    throughput(&drawing, top: top + pitch * Double(panels - 1))
    plot.drawTimes(&drawing, y: bottom)
    return drawing
  }

  // MARK: Panels

  private func errors(_ drawing: inout SVGDrawing, top: Double) {
    let shares = series.windows.map { $0.errorRate.map { $0 * 100 } }
    let highest = shares.compactMap { $0 }.max() ?? 0
    let scale = ValueAxis(maximum: highest, least: 1)
    plot.drawScale(&drawing, "Failed requests, % of all", scale, top: top, height: OverviewChart.panelHeight)
    curve(&drawing, "failed", shares, scale, top: top, hasArea: true)
    guard highest > 0, let at = shares.firstIndex(where: { $0 == highest }) else { return }
    let point = point(at, highest, scale, top)
    drawing.dot("failed", x: point.x, y: point.y, radius: 3)
    // Above the point; where the panel's name stands, below it.
    let text = PercentText.text(highest / 100)
    let half = SVGDrawing.width(of: text) / 2
    let x = min(max(point.x, TimePlot.left + half + 2), TimePlot.left + plot.plotWidth - half - 2)
    let isAtName = point.x < TimePlot.left + 210 && point.y - 7 < top + 6
    drawing.text("strong", x: x, y: isAtName ? point.y + 17 : point.y - 7, .middle, text)
  }

  private func latency(_ drawing: inout SVGDrawing, top: Double) {
    let longest = series.windows.compactMap { $0.p99 ?? $0.p95 ?? $0.p50 }.max() ?? 0
    let (unit, divisor) = DurationUnit.of(longest)
    let values = [
      ("p50", series.windows.map(\.p50)), ("p99", series.windows.map(\.p99)), ("p95", series.windows.map(\.p95)),
    ].map { ($0.0, $0.1.map { $0.map { Double($0) / divisor } }) }
    let scale = ValueAxis(maximum: Double(longest) / divisor)
    plot.drawScale(
      &drawing, "Latency of all requests, \(unit)", scale, top: top, height: OverviewChart.panelHeight)
    for (name, values) in values { curve(&drawing, name, values, scale, top: top) }
    labels(
      &drawing,
      ["p99", "p95", "p50"].compactMap { name in
        guard let last = values.first(where: { $0.0 == name })?.1.compactMap({ $0 }).last else { return nil }
        return (name, last)
      }, scale, top)
  }

  private func throughput(_ drawing: inout SVGDrawing, top: Double) {
    let (all, failed) = (series.throughput, series.failures)
    let scale = ValueAxis(maximum: all.compactMap { $0 }.max() ?? 0)
    plot.drawScale(&drawing, "Requests per second", scale, top: top, height: OverviewChart.panelHeight)
    curve(&drawing, "all", all, scale, top: top, hasArea: true)
    if series.windows.contains(where: { $0.errors > 0 }) {
      curve(&drawing, "failed", failed, scale, top: top, hasArea: true)
      labels(
        &drawing, [("all", all.compactMap { $0 }.last ?? 0), ("failed", failed.compactMap { $0 }.last ?? 0)], scale, top
      )
    }
  }

  // MARK: Pieces

  private func point(_ index: Int, _ value: Double, _ scale: ValueAxis, _ top: Double) -> (x: Double, y: Double) {
    let window = series.windows[index]
    return (plot.x(window.start + window.length / 2), top + OverviewChart.panelHeight * (1 - value / scale.top))
  }

  /// A line through the values; where there is none it breaks off, and a value between two gaps is a dot.
  private func curve(
    _ drawing: inout SVGDrawing, _ style: String, _ values: [Double?], _ scale: ValueAxis, top: Double,
    hasArea: Bool = false
  ) {
    var (line, area) = ("", "")
    var run: [(x: Double, y: Double)] = []
    var lone: [(x: Double, y: Double)] = []
    func endRun() {
      defer { run = [] }
      guard let first = run.first, let last = run.last else { return }
      if run.count == 1 { return lone.append(first) }
      let points = run.map { SVGDrawing.point($0.x, $0.y) }.joined(separator: "L")
      line += "M" + points
      let base = SVGDrawing.number(top + OverviewChart.panelHeight)
      area += "M\(SVGDrawing.number(first.x)) \(base)L\(points)L\(SVGDrawing.number(last.x)) \(base)Z"
    }
    for (i, value) in values.enumerated() {
      if let value { run.append(point(i, value, scale, top)) } else { endRun() }
    }
    endRun()
    if hasArea { drawing.path("\(style)-area", area) }
    drawing.path(style, line)
    for point in lone { drawing.dot(style, x: point.x, y: point.y, radius: 2.5) }
  }

  /// Names of lines at their right ends, pushed apart where they would touch. Highest first.
  private func labels(
    _ drawing: inout SVGDrawing, _ names: [(name: String, value: Double)], _ scale: ValueAxis, _ top: Double
  ) {
    let height = OverviewChart.panelHeight
    var places = names.map { top + height * (1 - $0.value / scale.top) + 4 }
    for i in places.indices.dropFirst() { places[i] = max(places[i], places[i - 1] + 14) }
    let excess = (places.last ?? 0) - (top + height + 4)
    if excess > 0 {
      places[places.count - 1] -= excess
      for i in places.indices.dropLast().reversed() { places[i] = min(places[i], places[i + 1] - 14) }
    }
    for (i, name) in names.enumerated() {
      drawing.text("soft", x: TimePlot.left + plot.plotWidth + 8, y: places[i], .start, name.name)
    }
  }
}

/// The unit in which an axis of durations has small numbers.
enum DurationUnit {
  /// The unit and the nanoseconds in it.
  static func of(_ longest: Int64) -> (name: String, divisor: Double) {
    switch longest {
    case ..<1_000_000: ("µs", 1e3)
    case ..<10_000_000_000: ("ms", 1e6)
    case ..<600_000_000_000: ("s", 1e9)
    default: ("min", 6e10)
    }
  }
}
