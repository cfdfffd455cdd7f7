internal import Analysis
internal import TraceCore

/// The charts of the incident report, over the windows of a view and with its marks.
///
/// A page is bounded: so many windows are drawn, neighbours joined, and of the map of latency so many bytes.
enum ServiceCharts {
  static let mostWindows = 100
  static let mostMapBytes = 34_000
  static let mostMarks = 12

  static func markup(_ view: ServiceView) -> ServiceMarkup {
    let covered = view.range.isEmpty ? nil : view.range
    let series = ChartSeries(view.windows, covered: covered, most: mostWindows)
    guard !series.windows.isEmpty, series.windows.contains(where: { $0.requests > 0 }) else { return "" }
    let marks = view.marks.filter { $0.time != EventTime.none }.map {
      TimePlot.Mark(time: $0.time, text: $0.text, isEdge: false)
    }
    let plot = TimePlot(
      axis: TimeAxis(start: series.start, end: series.end), span: nil, marks: Array(marks.suffix(mostMarks)))
    let unlabelled = plot.unlabelled + max(marks.count - mostMarks, 0)
    let words = caption(series, unlabelled: unlabelled, now: view.time)
    var out = figure(OverviewChart(series, plot).drawing(description: words), words)
    if let map = map(view.windows, plot) { out += figure(map, mapWords) }
    return "<div class=\"charts\">\n\(out)</div>\n"
  }

  private static let mapWords =
    "How many requests took how long: each column is a time, each row a length of time, and the dashed lines are the marks."

  private static func figure(_ drawing: SVGDrawing, _ words: String) -> ServiceMarkup {
    """
    <figure>
    <div class="wide" id="\(drawing.name)" tabindex="0" role="region" aria-label="\(drawing.title)">
    \(ServiceMarkup(drawing))
    </div>
    <figcaption>\(words)</figcaption>
    </figure>

    """
  }

  /// The map with as many columns as there is room for; nil where no duration is logged.
  private static func map(_ windows: [SeriesWindow], _ plot: TimePlot) -> SVGDrawing? {
    var drawing: SVGDrawing?
    for most in [90, 60, 45, 30, 20] {
      drawing = LatencyMap(ChartSeries(windows, covered: nil, most: most).windows, plot)?
        .drawing(description: mapWords, joinsCells: true)
      if drawing.map({ $0.body.utf8.count <= mostMapBytes }) ?? true { break }
    }
    return drawing
  }

  /// What the curves say, in words.
  private static func caption(_ series: ChartSeries, unlabelled: Int, now: Int64) -> String {
    let windows = series.windows
    var parts: [String] = []
    if let highest = windows.compactMap(\.errorRate).max() {
      let at = windows.first { $0.errorRate == highest }.map { ServiceText.clock($0.start, now: now) } ?? ""
      parts.append(highest > 0 ? "most failed at \(at), \(PercentText.text(highest))" : "no request failed")
    }
    let tails = windows.compactMap(\.p95)
    if let least = tails.min(), let most = tails.max() {
      parts.append("p95 between \(DurationText.text(least)) and \(DurationText.text(most))")
    }
    let rates = series.throughput.compactMap { $0 }
    if let least = rates.min(), let most = rates.max() {
      parts.append("between \(LiveNumber.rate(least)) and \(LiveNumber.rate(most)) requests a second")
    }
    let empty = windows.count { $0.requests == 0 }
    if empty > 0 { parts.append("nothing ended in \(CountText.text(Int64(empty), "window"))") }
    let length = windows.first.map { LiveNumber.span($0.length, Style()) } ?? ""
    var text = "\(CountText.text(Int64(windows.count), "window")) of \(length): \(parts.joined(separator: "; "))."
    if series.joined > 1 { text += " Of the quantiles of joined windows, the highest is drawn." }
    if unlabelled > 0 { text += " \(CountText.text(Int64(unlabelled), "more mark")) without a label." }
    return text
  }
}
