package import TraceCore

/// What `skein traces` says: a table for people, rows of JSON and CSV for programs.
///
/// The table holds its rows (a top N); JSON and CSV can be streamed row by row for all traces.
package enum TracesReport {
  package static let schema = "skein.traces/1"

  // MARK: Text

  /// - Parameters:
  ///   - traces: the rows, in the order to show.
  ///   - matched: how many traces there are in all, shown or not.
  ///   - order: how they are ordered, in words ("longest first").
  ///   - notes: sentences for the heading.
  package static func text(
    _ traces: [TraceSummary], matched: Int64, order: String, style: Style, ledger: Ledger, detail: LedgerDetail = .line,
    notes: [String] = [], into sink: inout TextSink
  ) {
    let known = traces.filter { $0.start != EventTime.none }
    let first = known.map(\.start).min()
    let oneDay = Set(known.map { EventTime.date($0.start) }).count <= 1
    var heading = CountText.text(matched, "trace")
    if Int64(traces.count) < matched { heading = "\(CountText.text(traces.count)) of \(heading)" }
    if traces.count > 1 { heading += ", \(order)" }
    if oneDay, let first { heading += style.dot + EventTime.date(first) + " UTC" }
    Prose.write(heading, paint: .bold, style, into: &sink)
    for note in notes { Prose.write(Escape.terminal(note), paint: .dim, style, into: &sink) }
    sink.writeLine()
    if !traces.isEmpty {
      writeTable(traces, oneDay: oneDay, style, into: &sink)
      sink.writeLine()
    }
    LedgerReport.text(ledger, style: style, detail: detail, into: &sink)
  }

  private static func writeTable(_ traces: [TraceSummary], oneDay: Bool, _ style: Style, into sink: inout TextSink) {
    // Milliseconds of the start are the first to go, before any column.
    let isNarrow = (style.width ?? .max) < 100
    let anyInferred = traces.contains { $0.inferred && $0.duration != nil }
    let marks = traces.map(flags)
    let anyFlag = marks.contains { !$0.isEmpty }
    var columns: [Table.Column] = [
      .init(oneDay ? "start" : "start (UTC)", .left, dropOrder: 5), .init(anyInferred ? "duration " : "duration"),
      .init("status", dropOrder: 4, opensSection: true), .init("level", .left, dropOrder: 2),
      .init("lines", dropOrder: 1),
    ]
    if anyFlag { columns.append(.init("flags", .left, dropOrder: 3)) }
    columns += [
      .init("route", .left, shrinksTo: 14, opensSection: true), .init("id", .left, opensSection: true, isWhole: true),
    ]
    var table = Table(columns)
    for (trace, mark) in zip(traces, marks) {
      var start = "-"
      if trace.start != EventTime.none {
        let time = EventTime.timeOfDay(trace.start)
        start = (oneDay ? "" : EventTime.date(trace.start) + " ") + (isNarrow ? String(time.dropLast(4)) : time)
      }
      let duration = trace.duration.map { DurationText.cell($0, unicode: style.unicode) } ?? "-"
      let inferred = anyInferred ? (trace.inferred && trace.duration != nil ? "~" : " ") : ""
      var cells: [Table.Cell] = [
        .init(start, trace.start == EventTime.none ? .dim : nil), .init(duration + inferred),
        .init(trace.status > 0 ? String(trace.status) : "-", paint(status: trace.status)),
        .init(trace.level.name, paint(level: trace.level)), .init(CountText.text(trace.lines)),
      ]
      if anyFlag { cells.append(.init(mark, .yellow)) }
      cells += [.init(trace.route ?? "-", trace.route == nil ? .dim : nil), .init(trace.id, .cyan)]
      table.append(cells)
    }
    let dropped = table.write(style, into: &sink)
    StatsReport.leftOut(dropped, style, into: &sink)
    let showsFlags = !dropped.contains("flags")
    var legend: [String] = []
    if anyInferred { legend.append("~ not logged: from the first record to the last") }
    if showsFlags && traces.contains(where: { $0.requests > 1 }) { legend.append("3x: requests under one id") }
    if showsFlags && traces.contains(where: { $0.unfinished > 0 }) { legend.append("open: a request without an end") }
    if showsFlags && traces.contains(where: \.reopened) { legend.append("again: the id had ended before") }
    if !legend.isEmpty { Prose.write(legend.joined(separator: "; "), paint: .dim, style, into: &sink) }
  }

  /// What is unusual about a trace, in few letters; the table's legend explains them.
  static func flags(_ trace: TraceSummary) -> String {
    var out: [String] = []
    if trace.requests > 1 { out.append("\(trace.requests)x") }
    if trace.unfinished > 0 { out.append("open") }
    if trace.reopened { out.append("again") }
    return out.joined(separator: " ")
  }

  static func paint(status: Int) -> Style.Paint? {
    switch status {
    case 0: .dim
    case 500...: .red
    case 400...: .yellow
    default: nil
    }
  }

  static func paint(level: Level) -> Style.Paint? {
    switch level {
    case .critical: .boldRed
    case .error: .red
    case .warning: .yellow
    case .none, .trace, .debug: .dim
    case .info, .notice: nil
    }
  }
}
