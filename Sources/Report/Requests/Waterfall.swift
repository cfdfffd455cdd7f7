package import TraceCore

/// The steps of a trace as bars on one scale: when each began, how long it took, what ran beside what.
///
/// The log tells of a step when it is over, so a bar ends where its record stands and begins a step's duration before.
/// Requests (opening to closing record) come first, steps follow by their start.
package struct Waterfall: Sendable {
  package struct Bar: Sendable, Equatable {
    package var label: String
    /// Event times in nanoseconds; start <= end.
    package var start: Int64
    package var end: Int64
    /// Nanoseconds to print: as logged, which may differ from end - start by what a log's clock rounds.
    package var duration: Int64
    package var level: Level
    package var isRequest: Bool
  }

  /// Requests first, then steps by start, then as logged.
  package let bars: [Bar]
  private let start: Int64
  private let end: Int64

  /// - Parameter records: of one trace, in the order of the log.
  package init(_ trace: TraceSummary, _ records: [EvidenceRecord]) {
    var requests: [Bar] = []
    var steps: [(order: Int, bar: Bar)] = []
    var openings: [EvidenceRecord] = []
    for (order, record) in records.enumerated() where record.time != EventTime.none {
      switch record.role {
      case .opening:
        openings.append(record)
      case .closing:
        let opening = openings.isEmpty ? nil : openings.removeFirst()
        let step = record.step.map { max($0, 0) }
        guard let start = opening?.time ?? step.map({ TimeSpan.between($0, record.time) }) else { continue }
        requests.append(
          Bar(
            label: trace.route ?? "request", start: min(start, record.time), end: record.time,
            duration: step ?? max(TimeSpan.between(start, record.time), 0), level: record.level, isRequest: true))
      case .plain, .hop:
        guard let step = record.step, step >= 0 else { continue }
        let bar = Bar(
          label: StepLabel.of(record), start: TimeSpan.between(step, record.time), end: record.time, duration: step,
          level: record.level,
          isRequest: false)
        steps.append((order, bar))
      }
    }
    steps.sort { ($0.bar.start, $0.order) < ($1.bar.start, $1.order) }
    bars = requests + steps.map(\.bar)
    start = bars.map(\.start).min() ?? 0
    end = bars.map(\.end).max() ?? 0
  }

  /// Draws the bars; nothing where there is no step.
  ///
  /// - Parameters:
  ///   - origin: event time that offsets count from (the trace's start).
  ///   - limit: at most so many steps, the longest ones; a line tells how many are not drawn.
  package func write(origin: Int64, limit: Int, _ style: Style, into sink: inout TextSink) {
    guard bars.contains(where: { !$0.isRequest }) else { return }
    let shown = longest(limit)
    let offsets = OffsetScale(shown.map { TimeSpan.between(origin, $0.start) })
    let offsetTexts = shown.map { offsets.text(TimeSpan.between(origin, $0.start)) }
    let durations = shown.map { DurationText.cell($0.duration, unicode: style.unicode) }
    let labels = shown.map { Escape.terminal($0.label) }
    let width = style.width ?? 120
    let offsetWidth = offsetTexts.map(\.count).max() ?? 0
    let durationWidth = durations.map(DisplayWidth.of).max() ?? 0
    let labelWidth = min(labels.map(DisplayWidth.of).max() ?? 0, max(8, width * 3 / 8))
    let lane = max(8, min(width, 160) - offsetWidth - labelWidth - durationWidth - 6)
    for (i, bar) in shown.enumerated() {
      var line = LineBuilder(style)
      line.blanks(offsetWidth - offsetTexts[i].count)
      line.append(offsetTexts[i], .dim)
      line.blanks(2)
      let label = DisplayWidth.fit(labels[i], labelWidth, ellipsis: style.ellipsis)
      line.append(label, bar.isRequest ? .bold : nil)
      line.blanks(labelWidth - DisplayWidth.of(label) + 2)
      let (blanks, blocks) = Waterfall.bar(
        from: TimeSpan.between(start, bar.start), to: TimeSpan.between(start, bar.end),
        of: TimeSpan.between(start, end), columns: lane, unicode: style.unicode)
      line.blanks(blanks)
      line.append(blocks, paint(bar))
      line.blanks(lane - blanks - DisplayWidth.of(blocks) + 2 + durationWidth - DisplayWidth.of(durations[i]))
      line.append(durations[i])
      sink.writeLine(line.text)
    }
    if shown.count < bars.count {
      let text = "\(CountText.text(Int64(bars.count - shown.count), "shorter step")) not drawn"
      Prose.write(text, indent: offsetWidth + 2, paint: .dim, style, into: &sink)
    }
  }

  private func paint(_ bar: Bar) -> Style.Paint {
    bar.level >= .error ? .red : bar.level == .warning ? .yellow : bar.isRequest ? .dim : .cyan
  }

  /// All requests and the longest of the steps, in their order.
  func longest(_ limit: Int) -> [Bar] {
    let steps = bars.indices.filter { !bars[$0].isRequest }
    guard steps.count > limit else { return bars }
    let kept = Set(
      steps.sorted { (bars[$0].duration, $1) > (bars[$1].duration, $0) }.prefix(limit))
    return bars.indices.filter { bars[$0].isRequest || kept.contains($0) }.map { bars[$0] }
  }

  /// The blanks before a bar and its blocks, in a lane of `columns`; from, to and of in nanoseconds, `0 <= from <= to <= of`.
  ///
  /// Ends are exact to an eighth of a column (U+2588 to U+258F); beginnings to a half, because Unicode has no other block
  /// that is filled on the right. Every bar shows, however short.
  package static func bar(
    from: Int64, to: Int64, of span: Int64, columns: Int, unicode: Bool
  ) -> (blanks: Int, blocks: String) {
    let parts = unicode ? 8 : 1
    let scale = span > 0 ? Double(columns * parts) / Double(span) : 0
    // The last part of the lane is there for bars that begin at its end.
    let first = min(Int(saturating: Double(from) * scale), columns * parts - 1)
    let last = min(max(Int(saturating: (Double(to) * scale).rounded()), first + 1), columns * parts)
    guard unicode else { return (first, String(repeating: "#", count: last - first)) }
    let eighths = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉", "█"]
    let cell = first / 8
    let lead = first % 8
    if last <= (cell + 1) * 8 {
      // Within one column: a block from its left edge, or one at its right.
      if lead < 3 { return (cell, eighths[max(last - first, 1)]) }
      return (cell, lead < 6 && last - first > 2 ? "▐" : "▕")
    }
    let head = lead < 3 ? "█" : lead < 7 ? "▐" : "▕"
    let full = last / 8 - cell - 1
    return (cell, head + String(repeating: "█", count: full) + eighths[last % 8])
  }
}
