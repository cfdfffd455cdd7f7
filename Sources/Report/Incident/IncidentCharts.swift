internal import Analysis
internal import TraceCore

/// The charts of a document, each with the words and the lines of text that stand for it.
struct IncidentCharts: Sendable {
  let overview: PageChart?
  let latency: PageChart?

  /// Columns of sparklines.
  private static let columns = 60

  /// Nil without windows.
  init?(_ document: IncidentDocument, _ text: IncidentText) {
    let series = ChartSeries(document.series, covered: text.covered)
    guard !series.windows.isEmpty else { return nil }
    let marks = IncidentCharts.marks(document, text)
    let span = document.span.flatMap { $0.onset < $0.recovery ? $0.onset..<$0.recovery : nil }
    let plot = TimePlot(
      axis: TimeAxis(start: series.start, end: series.end), span: span,
      marks: Array(marks.prefix(IncidentPage.mostMarks)))
    var caption = text.overview
    if series.joined > 1 {
      caption += PageText(
        " Each point of the chart represents \(series.joined) windows; for quantiles, the highest of them.")
    }
    caption += PageText(text.key)
    let unlabelled = plot.unlabelled + max(marks.count - IncidentPage.mostMarks, 0)
    if unlabelled > 0 {
      caption += PageText(" \(CountText.text(Int64(unlabelled), "more mark")) in the timeline.")
    }
    overview = PageChart(
      drawing: OverviewChart(series, plot).drawing(description: caption.plain), caption: caption,
      lines: IncidentCharts.sparklines(series, span, text))
    guard let map = LatencyMap(document.series, plot) else {
      latency = nil
      return
    }
    let words = IncidentCharts.latency(document, text)
    latency = PageChart(drawing: map.drawing(description: words.plain), caption: words, lines: [])
  }

  /// What has a place on the charts: edges of the incident, releases, marks, verdicts.
  private static func marks(_ document: IncidentDocument, _ text: IncidentText) -> [TimePlot.Mark] {
    document.timeline.compactMap { moment in
      guard moment.time != EventTime.none else { return nil }
      let clock = IncidentClock.timeOfDay(moment.time)
      switch moment.kind {
      case .onset: return TimePlot.Mark(time: moment.time, text: "onset \(clock)", isEdge: true)
      case .recovery: return TimePlot.Mark(time: moment.time, text: "recovery \(clock)", isEdge: true)
      case .mark, .release, .verdict: return TimePlot.Mark(time: moment.time, text: moment.text, isEdge: false)
      case .begin, .end, .finding, .peak: return nil
      }
    }
  }

  /// Where the middle of the durations lies, for those who do not see the map.
  private static func latency(_ document: IncidentDocument, _ text: IncidentText) -> PageText {
    var parts: [String] = []
    for segment in document.segments {
      guard let p50 = segment.total.p50, let p95 = segment.total.p95 else { continue }
      let name = segment.name == "all" ? "over the whole span" : segment.name
      parts.append(
        "\(name), half of the requests took \(DurationText.text(p50)) or less, 95 % \(DurationText.text(p95)) or less")
    }
    guard !parts.isEmpty else { return "How long requests took, over time." }
    let first = parts[0].prefix(1).uppercased() + parts[0].dropFirst()
    return PageText(([first] + parts.dropFirst()).joined(separator: "; ") + ".")
  }

  // MARK: Lines of text

  private static func sparklines(_ series: ChartSeries, _ span: Range<Int64>?, _ text: IncidentText) -> [String] {
    let windows = series.windows
    let columns = min(windows.count, columns)
    var rows: [(name: String, line: String, range: String)] = []
    func row(_ name: String, _ values: [Double?], _ number: (Double) -> String) {
      let known = values.compactMap { $0 }
      guard let least = known.min(), let most = known.max() else { return }
      let (low, high) = (number(least), number(most))
      let range = low == high ? high : "\(low) to \(high)"
      rows.append((name, Sparkline.text(values, columns: columns), range))
    }
    row("error rate", windows.map(\.errorRate)) { PercentText.text($0) }
    row("p50", windows.map { $0.p50.map(Double.init) }) { DurationText.text(Int64(saturating: $0)) }
    row("p95", windows.map { $0.p95.map(Double.init) }) { DurationText.text(Int64(saturating: $0)) }
    row("p99", windows.map { $0.p99.map(Double.init) }) { DurationText.text(Int64(saturating: $0)) }
    row("requests/s", series.throughput) { ThreeDigits.text($0) }
    guard columns > 1 else { return rows.map { "\(DisplayWidth.pad($0.name, 10))  \($0.range)" } }
    var lines = rows.map { "\(DisplayWidth.pad($0.name, 10))  \($0.line)  \($0.range)" }
    if let span {
      // The columns whose windows lie in the span.
      let inside = (0..<columns).filter { column in
        let first = windows[column * windows.count / columns]
        let last = windows[(column + 1) * windows.count / columns - 1]
        return first.start < span.upperBound && last.end > span.lowerBound
      }
      if let first = inside.first, let last = inside.last {
        let bar = String(repeating: " ", count: first) + String(repeating: "▔", count: last - first + 1)
        lines.append("\(DisplayWidth.pad("incident", 10))  \(bar)")
      }
    }
    let (from, to) = (text.clock.text(series.start), text.clock.text(series.end))
    let free = columns - from.count - to.count
    lines.append(
      free > 0
        ? String(repeating: " ", count: 12) + from + String(repeating: " ", count: free) + to + "  UTC"
        : "\(DisplayWidth.pad("from, to", 10))  \(from), \(to) UTC")
    return lines
  }
}
