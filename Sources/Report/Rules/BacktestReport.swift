package import RulePack
package import TraceCore

/// What `skein rules backtest` says: alerts per hour by rule.
package enum BacktestReport {
  package static let schema = "skein.backtest/1"

  /// - Parameter notes: sentences for the heading, such as how times without a zone were read.
  package static func text(
    _ backtest: Backtest, style: Style, ledger: Ledger, detail: LedgerDetail = .line, notes: [String] = [],
    into sink: inout TextSink
  ) {
    writeHeading(backtest, notes, style, into: &sink)
    let loud = backtest.lines.filter { $0.findings > 0 || $0.suppressed > 0 || $0.givenUp > 0 }
    if !loud.isEmpty {
      sink.writeLine()
      writeTable(loud, backtest, style, into: &sink)
    }
    let silent = backtest.lines.filter { $0.findings == 0 && $0.suppressed == 0 && $0.givenUp == 0 }
    if !silent.isEmpty {
      sink.writeLine()
      let names = silent.map { Escape.terminal($0.rule.id) }.joined(separator: ", ")
      Prose.write(
        "no findings of \(CountText.text(Int64(silent.count), "rule")): \(names)", paint: .dim, style, into: &sink)
    }
    if !backtest.servants.isEmpty {
      let names = backtest.servants.map { Escape.terminal($0.id) }.joined(separator: ", ")
      Prose.write("only counted by others: \(names)", paint: .dim, style, into: &sink)
    }
    for line in loud where line.givenUp > 0 {
      Prose.write(
        "! the pattern of \(Escape.terminal(line.rule.id)) was given up on \(CountText.text(line.givenUp, "line")): "
          + "skein rules bench says why", paint: .yellow, style, into: &sink)
    }
    if backtest.unkept > 0 {
      Prose.write(
        "! \(CountText.text(backtest.unkept, "finding")) more than are kept: they count by severity, and for no rule",
        paint: .yellow, style, into: &sink)
    }
    for note in backtest.notes { Prose.write("! " + Escape.terminal(note), paint: .yellow, style, into: &sink) }
    sink.writeLine()
    LedgerReport.text(ledger, style: style, detail: detail, into: &sink)
  }

  private static func writeHeading(
    _ backtest: Backtest, _ notes: [String], _ style: Style, into sink: inout TextSink
  ) {
    if backtest.start != EventTime.none {
      Prose.write(StatsReport.span(backtest.start, backtest.end, style), paint: .bold, style, into: &sink)
    } else {
      Prose.write("no record has a time, so there are no rates", paint: .yellow, style, into: &sink)
    }
    let parts = Severity.allCases.compactMap { severity -> String? in
      guard let count = backtest.bySeverity[severity], count > 0 else { return nil }
      let rate = backtest.perHour(count).map { " (\(ThreeDigits.text($0)) an hour)" } ?? ""
      return "\(CountText.text(count)) \(severity.name)\(rate)"
    }
    let total = backtest.bySeverity.values.reduce(0, +)
    let packs =
      backtest.packs.isEmpty ? "" : " of \(backtest.packs.map { Escape.terminal($0) }.joined(separator: ", "))"
    let rules = "\(CountText.text(Int64(backtest.lines.count + backtest.servants.count), "rule"))\(packs)"
    Prose.write(
      total == 0
        ? "\(rules) would have raised nothing"
        : "\(rules) would have raised \(CountText.text(total, "finding")): \(parts.joined(separator: ", "))", style,
      into: &sink)
    if total > 0 && backtest.hours > 0 && backtest.hours < 1 {
      Prose.write("less than an hour of log: the rate per hour is a guess", paint: .dim, style, into: &sink)
    }
    for note in notes { Prose.write(Escape.terminal(note), paint: .dim, style, into: &sink) }
  }

  private static func writeTable(
    _ lines: [Backtest.Line], _ backtest: Backtest, _ style: Style, into sink: inout TextSink
  ) {
    let hasSuppressed = lines.contains { $0.suppressed > 0 }
    var columns: [Table.Column] = [
      .init("rule", .left, isWhole: true), .init("severity", .left), .init("findings"), .init("/hour"),
      .init("hits", dropOrder: 2), .init("hits each", dropOrder: 1),
    ]
    if hasSuppressed { columns.append(.init("suppressed", dropOrder: 3)) }
    columns.append(.init("most of them", .left, shrinksTo: 16, dropOrder: 0, opensSection: true))
    var table = Table(columns)
    for line in lines {
      var cells: [Table.Cell] = [
        .init(line.rule.id), .init(line.rule.severity.name, FindingText.paint(line.rule.severity)),
        .init(CountText.text(line.findings)), .init(backtest.perHour(line.findings).map(ThreeDigits.text) ?? "-"),
        .init(CountText.text(line.hits)),
        .init(line.findings == 0 ? "-" : ThreeDigits.text(Double(line.hits) / Double(line.findings))),
      ]
      if hasSuppressed {
        let all = line.findings + line.suppressed
        cells.append(.init(line.suppressed == 0 ? "-" : PercentText.text(Double(line.suppressed) / Double(all))))
      }
      cells.append(.init(noisiest(line), .dim))
      table.append(cells)
    }
    StatsReport.leftOut(table.write(style, into: &sink), found: "--json has all", style, into: &sink)
  }

  /// `GET /orders 12, GET /spots 3, 5 more`
  private static func noisiest(_ line: Backtest.Line) -> String {
    guard line.groupCount > 0 else { return "" }
    var parts = line.groups.map { group in
      "\(group.values.map { $0.value ?? "-" }.joined(separator: " ")) \(CountText.text(group.findings))"
    }
    if line.groupCount > line.groups.count {
      parts.append("\(CountText.text(line.groupCount - line.groups.count)) more")
    }
    return parts.joined(separator: ", ")
  }

  // MARK: JSON

  package static func json(_ backtest: Backtest, ledger: Ledger, pretty: Bool, into sink: inout TextSink) {
    JSONWriter.write(into: &sink, pretty: pretty) { json in
      json.beginObject()
      json.member("schema", schema)
      json.member("start", time: backtest.start)
      json.member("end", time: backtest.end)
      json.member("hours", backtest.hours)
      json.array("packs", of: backtest.packs) { $0.string($1) }
      json.array("severities", of: Severity.allCases) { json, severity in
        json.beginObject()
        let count = backtest.bySeverity[severity] ?? 0
        json.member("severity", severity.name)
        json.member("findings", count)
        json.member("per_hour", backtest.perHour(count))
        json.endObject()
      }
      json.array("rules", of: backtest.lines) { rule($1, backtest, &$0) }
      json.array("only_counted", of: backtest.servants) { $0.string($1.id) }
      json.member("unkept", backtest.unkept)
      json.array("notes", of: backtest.notes) { $0.string($1) }
      json.key("ledger")
      LedgerReport.json(ledger, into: &json)
      json.endObject()
    }
  }

  private static func rule(_ line: Backtest.Line, _ backtest: Backtest, _ json: inout JSONWriter) {
    json.beginObject()
    json.member("rule", line.rule.id)
    json.member("pack", line.rule.pack)
    json.member("severity", line.rule.severity.name)
    json.member("status", line.rule.status.rawValue)
    json.member("findings", line.findings)
    json.member("per_hour", backtest.perHour(line.findings))
    json.member("hits", line.hits)
    json.member("suppressed", line.suppressed)
    json.member("given_up", line.givenUp)
    json.member("group_count", line.groupCount)
    json.array("groups", of: line.groups) { json, group in
      json.beginObject()
      json.object("group") { json in for (name, value) in group.values { json.member(name, value) } }
      json.member("findings", group.findings)
      json.member("hits", group.hits)
      json.endObject()
    }
    json.endObject()
  }
}
