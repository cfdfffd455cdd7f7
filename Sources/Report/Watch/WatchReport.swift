internal import Analysis
internal import TraceCore

/// The hours after a deploy: a table for people, a page, and JSON.
package enum WatchReport {
  /// `watch_20261123_064905.md`, by the event time at which the watch began: one page a release, written anew each hour.
  package static func fileName(start: Int64) -> String {
    PageName.text("watch", at: start) + ".md"
  }

  /// `release v2 in app.log`, or `app.log`.
  static func subject(_ document: WatchDocument) -> String {
    document.release.map { "release \($0) in \(document.title)" } ?? document.title
  }

  /// `24 h from 2026-11-23T06:49:05Z`
  static func span(_ document: WatchDocument) -> String {
    "\(length(document.end.less(document.start))) from \(EventTime.rfc3339(document.start))"
  }

  /// `24 h`, `90 m`, `1 h 30 m`
  static func length(_ nanoseconds: Int64) -> String {
    let hour = 3_600 * EventTime.nanosecondsPerSecond
    return nanoseconds % hour == 0 ? "\(nanoseconds / hour) h" : DurationText.short(nanoseconds)
  }

  /// How a p95 stands to the one before: `x1.24`; empty where one is not known.
  static func change(_ p95: Int64?, _ before: WatchDocument.Baseline?) -> String {
    guard let p95, let known = before?.figures.p95, known > 0 else { return "" }
    return "x" + ThreeDigits.text(Double(p95) / Double(known))
  }

  // MARK: For people

  package static func text(_ document: WatchDocument, style: Style, detail: LedgerDetail, into sink: inout TextSink) {
    let what = Escape.terminal(DisplayWidth.fit(subject(document), 100, ellipsis: "…"))
    Prose.write("watch of \(what): \(GateReport.word(document.state))", paint: .bold, style, into: &sink)
    Prose.write("\(span(document)) (UTC)", style, into: &sink)
    for note in document.notes { Prose.write(Escape.terminal(note), style, into: &sink) }
    let findings = document.findings
    for text in findings.failed {
      Prose.write("! " + Escape.terminal(text), indent: 2, paint: .red, style, into: &sink)
    }
    for text in findings.unknown {
      Prose.write("? " + Escape.terminal(text), indent: 2, paint: .yellow, style, into: &sink)
    }
    sink.writeLine()
    var table = Table([
      .init("hour", .left), .init("from", .left, opensSection: true), .init("reqs", opensSection: true), .init("err"),
      .init("err %"),
      .init("p95", opensSection: true), .init("to before", dropOrder: 1), .init("gate", .left, opensSection: true),
      .init("alerts"), .init("new messages", dropOrder: 0),
    ])
    func figures(_ figures: GroupSummary) -> [Table.Cell] {
      [
        .init(CountText.text(figures.requests)), .init(CountText.text(figures.errors)),
        .init(figures.errorRate.map { PercentText.number($0) } ?? "-"),
        .init(figures.p95.map { DurationText.cell($0) + (figures.p95IsWeak ? "~" : "") } ?? "-"),
      ]
    }
    if let before = document.baseline {
      table.append(
        [.init("before"), .init(clock(before.start, document))] + figures(before.figures) + [
          .init(""), .init(""), .init(""), .init(""),
        ])
    }
    for hour in document.hours {
      table.append(
        [.init("\(hour.number)\(hour.isWhole ? "" : " (not over)")"), .init(clock(hour.start, document))]
          + figures(hour.figures) + [
            .init(change(hour.figures.p95, document.baseline)),
            .init(hour.verdict.map { GateReport.word($0.state) } ?? "-", paint(hour.verdict)),
            .init(count(hour.incidents)), .init(count(hour.newMessages)),
          ])
    }
    table.setFooter(
      [.init("all"), .init("")] + figures(document.total) + [
        .init(change(document.total.p95, document.baseline)),
        .init(document.verdict.map { GateReport.word($0.state) } ?? "-"),
        .init(count(document.incidents?.count)), .init(count(document.messages?.count)),
      ])
    let dropped = table.write(style, into: &sink)
    if !dropped.isEmpty {
      Prose.write(
        "columns left out for want of width: \(dropped.joined(separator: ", "))", paint: .dim, style, into: &sink)
    }
    if hasWeak(document) { sink.writeLine(style.painted("~ p95 of fewer than 20 values", .dim)) }
    sink.writeLine()
    LedgerReport.text(document.ledger, style: style, detail: detail, into: &sink)
  }

  /// `-` for what nobody knows; what is none is left blank, so that the rest is seen.
  private static func count(_ number: Int?) -> String {
    guard let number else { return "-" }
    return number == 0 ? "" : CountText.text(number)
  }

  static func hasWeak(_ document: WatchDocument) -> Bool {
    (document.hours.map(\.figures) + [document.total] + (document.baseline.map { [$0.figures] } ?? []))
      .contains { $0.p95 != nil && $0.p95IsWeak }
  }

  private static func paint(_ verdict: Verdict?) -> Style.Paint? {
    switch verdict?.state {
    case .fail: .red
    case .pass: .green
    case .inconclusive, .goesOn: .yellow
    case nil: nil
    }
  }

  /// The time, on another day than the start with its date.
  static func clock(_ time: Int64, _ document: WatchDocument) -> String {
    let date = EventTime.date(time)
    return (date == EventTime.date(document.start) ? "" : date + " ") + EventTime.timeOfDay(time).prefix(8)
  }
}
