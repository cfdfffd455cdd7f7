package import TraceCore

/// What `skein stats` says, as text for people. JSON and CSV are in files beside this one.
///
/// Durations in text have three digits; the exact ones are in JSON and CSV.
package enum StatsReport {
  /// - Parameters:
  ///   - notes: sentences for the heading, such as how times without a zone were read.
  package static func text(
    _ summary: StatsSummary, style: Style, ledger: LedgerDetail = .line, notes: [String] = [], into sink: inout TextSink
  ) {
    writeHeading(summary, notes, style, into: &sink)
    if !summary.windows.isEmpty {
      writeSparklines(summary, style, into: &sink)
      sink.writeLine()
      writeWindows(summary, style, into: &sink)
    }
    sink.writeLine()
    writeGroups(summary, style, into: &sink)
    sink.writeLine()
    LedgerReport.text(summary.ledger, style: style, detail: ledger, into: &sink)
  }

  private static func writeHeading(
    _ summary: StatsSummary, _ notes: [String], _ style: Style, into sink: inout TextSink
  ) {
    if summary.firstTime != EventTime.none {
      Prose.write(span(summary.firstTime, summary.lastTime, style), paint: .bold, style, into: &sink)
    }
    var line =
      "\(CountText.text(summary.total.requests, "request")) in \(CountText.text(summary.traces, "trace"))"
    if let source = summary.requestSource { line += "\(style.dot)counted from \(Escape.terminal(source))" }
    if summary.instances > 1 { line += "\(style.dot)\(CountText.text(Int64(summary.instances), "instance"))" }
    Prose.write(line, style, into: &sink)
    if summary.requestSource == nil, summary.ledger.uncounted.isEmpty {
      Prose.write(
        "no source of requests: no record has a method, a path and a status", paint: .yellow, style, into: &sink)
    }
    if !summary.hopSources.isEmpty {
      let hops = summary.hopSources.map { "\(Escape.terminal($0.name)) (\(CountText.text($0.records)))" }
      Prose.write("hops, counted from other records: " + hops.joined(separator: ", "), paint: .dim, style, into: &sink)
    }
    if let line = InFlightReport.line(summary.inFlight, day: summary.firstTime) {
      Prose.write(line, style, into: &sink)
    }
    if summary.lateRequests > 0 {
      let late = CountText.text(summary.lateRequests, "late request")
      Prose.write("\(late): in the totals, in no window", paint: .dim, style, into: &sink)
    }
    for note in notes { Prose.write(Escape.terminal(note), paint: .dim, style, into: &sink) }
  }

  /// `2026-11-23 06:47:54.777 – 06:53:00.293 UTC · 5 m 06 s`
  static func span(_ start: Int64, _ end: Int64, _ style: Style) -> String {
    let day = EventTime.date(start) == EventTime.date(end) ? "" : EventTime.date(end) + " "
    return "\(EventTime.date(start)) \(EventTime.timeOfDay(start)) \(style.dash) \(day)\(EventTime.timeOfDay(end)) UTC"
      + style.dot + DurationText.short(TimeSpan.between(start, end), unicode: style.unicode)
  }

  // MARK: Tables

  private static func writeGroups(_ summary: StatsSummary, _ style: Style, into sink: inout TextSink) {
    let scale = LatencyScale(typical: summary.groups.compactMap(\.p50), unicode: style.unicode)
    let figures = Figures(summary.groups + [summary.total], scale, hasNinety: true)
    // Routes are text, and so are values of most fields; a column of its own would be needed to know better.
    var table = Table([.init(Escape.terminal(summary.by), .left, shrinksTo: 16)] + figures.columns)
    for group in summary.groups { table.append([.init(group.name)] + figures.cells(group)) }
    table.setFooter([.init("total", .bold)] + figures.cells(summary.total))
    leftOut(table.write(style, into: &sink), style, into: &sink)
    figures.writeLegend(style, into: &sink)
  }

  private static func writeWindows(_ summary: StatsSummary, _ style: Style, into sink: inout TextSink) {
    let totals = summary.windows.map(\.total)
    let scale = LatencyScale(typical: totals.compactMap(\.p50), unicode: style.unicode)
    let figures = Figures(totals, scale, hasNinety: false)
    var table = Table([.init("from (UTC)", .left)] + figures.columns)
    var day = ""
    for window in summary.windows {
      let date = EventTime.date(window.start)
      // The day stands where it changes; the first is in the heading.
      let isNew = !day.isEmpty && day != date
      day = date
      table.append([.init((isNew ? date + " " : "") + clock(window.start))] + figures.cells(window.total))
    }
    leftOut(table.write(style, into: &sink), style, into: &sink)
    figures.writeLegend(style, into: &sink)
  }

  private static func clock(_ time: Int64) -> String {
    let text = EventTime.timeOfDay(time)
    return text.hasSuffix(".000") ? String(text.dropLast(4)) : text
  }

  private static func writeSparklines(_ summary: StatsSummary, _ style: Style, into sink: inout TextSink) {
    guard style.unicode, summary.windows.count > 1, let first = summary.windows.first, let last = summary.windows.last
    else { return }
    let every = DurationText.short(summary.every ?? TimeSpan.between(first.start, first.end))
    let scale = LatencyScale(typical: summary.windows.compactMap(\.total.p50), unicode: true)
    let columns = min(summary.windows.count, max((style.width ?? 100) - 36, 4))
    let perWindow = summary.windows.map { Double($0.total.requests) }
    let rates = summary.windows.map(\.total.errorRate)
    let tails = summary.windows.map { $0.total.p95.map(Double.init) }
    func range(_ values: [Double?], _ text: (Double) -> String) -> String {
      let known = values.compactMap { $0 }
      guard let least = known.min(), let most = known.max() else { return "-" }
      return least == most ? text(most) : "\(text(least)) – \(text(most))"
    }
    sink.writeLine()
    func row(_ name: String, _ values: [Double?], _ paint: Style.Paint, _ text: String) {
      var line = LineBuilder(style)
      line.append(DisplayWidth.pad(name, 10) + "  ", .dim)
      line.append(Sparkline.text(values, columns: columns), paint)
      line.append("  " + text)
      sink.writeLine(line.text)
    }
    row("requests", perWindow, .cyan, range(perWindow) { CountText.text(Int64(saturating: $0)) } + " in \(every)")
    row("error rate", rates, .red, range(rates) { PercentText.number($0) } + " %")
    row("p95", tails, .yellow, range(tails) { scale.text(Int64(saturating: $0)) } + " " + scale.unit)
    let (from, to) = (clock(first.start), clock(last.start))
    let free = columns - from.count - to.count
    if free > 0 {
      var line = LineBuilder(style)
      line.blanks(12)
      line.append(from + String(repeating: " ", count: free) + to, .dim)
      sink.writeLine(line.text)
    }
  }

  /// Says which columns did not fit.
  static func leftOut(
    _ headers: [String], found: String = "--json and --csv have all", _ style: Style, into sink: inout TextSink
  ) {
    guard !headers.isEmpty else { return }
    let text = "left out at this width: \(headers.joined(separator: ", ")) (\(found))"
    Prose.write(text, paint: .dim, style, into: &sink)
  }
}

/// The columns of figures that tables of groups and of windows share: each with its cell.
private struct Figures {
  private struct Column {
    let head: Table.Column
    let cell: (GroupSummary) -> Table.Cell

    init(_ head: Table.Column, _ cell: @escaping (GroupSummary) -> Table.Cell) {
      self.head = head
      self.cell = cell
    }
  }

  private let list: [Column]
  private let hasUnfinished: Bool
  private let weak95: Bool
  private let weak99: Bool
  private let isApproximate: Bool

  var columns: [Table.Column] { list.map(\.head) }

  func cells(_ group: GroupSummary) -> [Table.Cell] { list.map { $0.cell(group) } }

  init(_ groups: [GroupSummary], _ scale: LatencyScale, hasNinety: Bool) {
    let hasUnfinished = groups.contains { $0.unfinished > 0 }
    let weak95 = groups.contains { $0.p95 != nil && $0.p95IsWeak }
    let weak99 = groups.contains { $0.p99 != nil && $0.p99IsWeak }
    isApproximate = groups.contains { $0.approximate && $0.p50 != nil }
    let latency = "latency, \(scale.unit)"
    func count(_ count: Int64, _ paint: Style.Paint?) -> Table.Cell {
      .init(CountText.text(count), count == 0 ? .dim : paint)
    }
    func time(_ value: Int64?, mark: String = "", isWeak: Bool = false) -> Table.Cell {
      .init(scale.text(value) + mark, value == nil || isWeak ? .dim : nil)
    }
    func tail(_ value: Int64?, _ isWeak: Bool, _ anyWeak: Bool) -> Table.Cell {
      time(value, mark: anyWeak ? (isWeak && value != nil ? "~" : " ") : "", isWeak: isWeak)
    }
    let all: [Column?] = [
      Column(.init("reqs", opensSection: true)) { .init(CountText.text($0.requests)) },
      Column(.init("/s", dropOrder: 2)) { .init($0.ratePerSecond.map(ThreeDigits.text) ?? "-") },
      Column(.init("4xx", dropOrder: 5, opensSection: true)) { count($0.clientErrors, .yellow) },
      Column(.init("err")) { count($0.errors, .red) },
      Column(.init("err %")) { .init($0.errorRate.map(PercentText.number) ?? "-", $0.errors > 0 ? .red : .dim) },
      hasUnfinished ? Column(.init("open", dropOrder: 6)) { count($0.unfinished, .yellow) } : nil,
      Column(.init("p50", opensSection: true, group: latency)) { time($0.p50) },
      hasNinety ? Column(.init("p90", dropOrder: 1, group: latency)) { time($0.p90) } : nil,
      Column(.init(weak95 ? "p95 " : "p95", dropOrder: 7, group: latency)) { tail($0.p95, $0.p95IsWeak, weak95) },
      Column(.init(weak99 ? "p99 " : "p99", dropOrder: 4, group: latency)) { tail($0.p99, $0.p99IsWeak, weak99) },
      Column(.init("max", dropOrder: 3, group: latency)) { time($0.max) },
    ]
    list = all.compactMap(\.self)
    (self.hasUnfinished, self.weak95, self.weak99) = (hasUnfinished, weak95, weak99)
  }

  func writeLegend(_ style: Style, into sink: inout TextSink) {
    var parts: [String] = []
    if weak95 || weak99 {
      let limits = [weak95 ? "p95 of fewer than 20" : nil, weak99 ? "p99 of fewer than 100" : nil].compactMap { $0 }
      parts.append("~ \(limits.joined(separator: " or ")) values")
    }
    if hasUnfinished { parts.append("open: requests without an end") }
    if isApproximate { parts.append("quantiles of over 1,000 values are within 0.1 %") }
    if !parts.isEmpty { Prose.write(parts.joined(separator: "; "), paint: .dim, style, into: &sink) }
  }
}
