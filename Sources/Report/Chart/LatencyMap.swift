internal import Analysis
internal import TraceCore

/// How long requests took, over time: each column is a window, each row a bucket of durations (of equal ratio, so the axis
/// is logarithmic), the stronger the colour the more requests.
struct LatencyMap {
  /// Columns at most: narrower cells are not seen.
  static let mostColumns = 126
  private static let shades = 6

  private let series: ChartSeries
  private let plot: TimePlot
  /// Buckets that are shown, lowest first.
  let buckets: Range<Int>
  /// Requests in the fullest cell.
  let fullest: Int64

  /// Nil where no duration is logged.
  init?(_ windows: [SeriesWindow], _ plot: TimePlot) {
    let series = ChartSeries(windows, covered: nil, most: LatencyMap.mostColumns)
    self.series = series
    self.plot = plot
    let used = (0..<LatencyHistogram.buckets).filter { bucket in series.windows.contains { $0.latency[bucket] > 0 } }
    guard let first = used.first, let last = used.last else { return nil }
    buckets = max(first - 1, 0)..<min(last + 2, LatencyHistogram.buckets)
    var fullest: Int64 = 0
    for window in series.windows { for bucket in used { fullest = max(fullest, window.latency[bucket]) } }
    self.fullest = fullest
  }

  /// - Parameter joinsCells: neighbours in a row that have one colour are drawn as one: the same picture in fewer bytes.
  func drawing(description: String, joinsCells: Bool = false) -> SVGDrawing {
    let top = 30.0
    let height = min(max(Double(buckets.count) * 8, 120), 264)
    let bottom = top + height
    var drawing = SVGDrawing(
      name: "latency", title: "Latency of requests over time", description: description, width: TimePlot.width,
      height: Int(saturating: bottom) + 44)
    drawing.text(
      "name", x: TimePlot.left, y: top - 12, .start, "Latency, log scale; stronger colour, more requests")
    plot.drawSpan(&drawing, top: top, bottom: bottom)
    let row = height / Double(buckets.count)
    for (bucket, name) in LatencyMap.decades where buckets.contains(bucket) {
      let y = bottom - Double(bucket - buckets.lowerBound) * row
      drawing.line("grid", x1: TimePlot.left, y1: y, x2: TimePlot.left + plot.plotWidth, y2: y)
      drawing.text("soft", x: TimePlot.left - 8, y: y + 4, .end, name)
    }
    var cells = [String](repeating: "", count: LatencyMap.shades)
    func cell(_ shade: Int, _ bucket: Int, from start: Int64, to end: Int64) {
      let x = plot.x(start)
      let width = plot.x(end) - x
      let y = bottom - Double(bucket - buckets.lowerBound + 1) * row
      let size = "h\(SVGDrawing.number(width))v\(SVGDrawing.number(row))h\(SVGDrawing.number(-width))z"
      cells[shade - 1] += "M\(SVGDrawing.point(x, y))" + size
    }
    if joinsCells {
      for bucket in buckets { joined(bucket).forEach { cell($0.shade, bucket, from: $0.start, to: $0.end) } }
    } else {
      for window in series.windows {
        for bucket in buckets where window.latency[bucket] > 0 {
          cell(shade(window.latency[bucket]), bucket, from: window.start, to: window.end)
        }
      }
    }
    for (i, data) in cells.enumerated() where !data.isEmpty { drawing.path("h\(i + 1)", data) }
    drawing.line("axis", x1: TimePlot.left, y1: bottom, x2: TimePlot.left + plot.plotWidth, y2: bottom)
    // Above the cells, which would hide them.
    plot.drawMarks(&drawing, top: top, bottom: bottom, withLabels: false)
    plot.drawTimes(&drawing, y: bottom)
    legend(&drawing, y: bottom + 26)
    return drawing
  }

  /// The cells of a row, those of one colour that touch as one.
  private func joined(_ bucket: Int) -> [(shade: Int, start: Int64, end: Int64)] {
    var cells: [(shade: Int, start: Int64, end: Int64)] = []
    for window in series.windows where window.latency[bucket] > 0 {
      let shade = shade(window.latency[bucket])
      if let last = cells.last, last.shade == shade, last.end == window.start {
        cells[cells.count - 1].end = window.end
      } else {
        cells.append((shade, window.start, window.end))
      }
    }
    return cells
  }

  /// By the logarithm of the count, so that single slow requests are seen beside hundreds of fast ones.
  private func shade(_ count: Int64) -> Int {
    let part = LatencyMap.logarithm(count) / max(LatencyMap.logarithm(fullest), 1) * Double(LatencyMap.shades)
    return min(max(Int(saturating: part.rounded(.up)), 1), LatencyMap.shades)
  }

  /// Of `count` to the base of two, straight between powers of two: on any machine the same.
  private static func logarithm(_ count: Int64) -> Double {
    let value = Double(max(count, 1))
    return Double(value.exponent) + value.significand - 1
  }

  private func legend(_ drawing: inout SVGDrawing, y: Double) {
    let size = 14.0
    let right = TimePlot.left + plot.plotWidth - SVGDrawing.width(of: CountText.text(fullest)) - 6
    var x = right - Double(LatencyMap.shades) * size
    drawing.text("soft", x: x - 6, y: y + 11, .end, "requests in a cell: 1")
    for shade in 1...LatencyMap.shades {
      drawing.rect("h\(shade)", x: x, y: y, width: size, height: size)
      x += size
    }
    drawing.text("soft", x: x + 6, y: y + 11, .start, CountText.text(fullest))
  }

  /// Buckets whose lower border is a power of ten.
  private static let decades: [(bucket: Int, name: String)] = zip(
    stride(from: 1, to: LatencyHistogram.buckets, by: 8),
    ["100 µs", "1 ms", "10 ms", "100 ms", "1 s", "10 s", "100 s", "1,000 s"]
  ).map { (bucket: $0, name: $1) }
}
