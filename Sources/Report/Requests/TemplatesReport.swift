package import Analysis
package import TraceCore

/// What `skein templates` says: a table for people, JSON and CSV for programs.
package enum TemplatesReport {
  package static let schema = "skein.templates/1"

  // MARK: Text

  /// - Parameters:
  ///   - summary: rows in the order to show.
  ///   - top: rows that are shown; 0 for all.
  ///   - order: how the rows are ordered.
  ///   - notes: sentences for the heading.
  package static func text(
    _ summary: TemplateSummary, top: Int, order: TemplateSummary.Order, style: Style, ledger: Ledger,
    detail: LedgerDetail = .line, notes: [String] = [], into sink: inout TextSink
  ) {
    let times = summary.rows.flatMap { [$0.first, $0.last] }.filter { $0 != EventTime.none }
    let days = Set(times.map(EventTime.date))
    var heading =
      "\(CountText.text(Int64(summary.rows.count), "template")) in \(CountText.text(summary.records, "record"))"
    if summary.rows.count > 1 { heading += ", " + words(order) }
    if days.count == 1, let day = days.first { heading += "\(style.dot)\(day) UTC" }
    Prose.write(heading, paint: .bold, style, into: &sink)
    for note in notes { Prose.write(Escape.terminal(note), paint: .dim, style, into: &sink) }
    sink.writeLine()
    let shown = top > 0 ? Array(summary.rows.prefix(top)) : summary.rows
    if !shown.isEmpty {
      writeTable(shown, of: summary.records, oneDay: days.count == 1, style, into: &sink)
      if shown.count < summary.rows.count { writeRest(summary.rows[shown.count...], style, into: &sink) }
    }
    if summary.withoutMessage > 0 {
      let text = "\(CountText.text(summary.withoutMessage, "record")) have no message, as lines of an access log"
      Prose.write(text, paint: .dim, style, into: &sink)
    }
    if summary.other > 0 {
      let text = "\(CountText.text(summary.other, "record")) beyond the limit of templates are counted as (other)"
      Prose.write(text, paint: .yellow, style, into: &sink)
    }
    sink.writeLine()
    LedgerReport.text(ledger, style: style, detail: detail, into: &sink)
  }

  private static func words(_ order: TemplateSummary.Order) -> String {
    switch order {
    case .count: "most frequent first"
    case .first: "in the order in which they appeared"
    case .rare: "least frequent first"
    }
  }

  private static func writeRest(_ rest: ArraySlice<TemplateSummary.Row>, _ style: Style, into sink: inout TextSink) {
    let records = rest.reduce(0) { $0 + $1.count }
    let more = CountText.text(Int64(rest.count), "more template", plural: "more templates")
    Prose.write(
      "\(more) with \(CountText.text(records, "record")) (--top 0 shows all)", paint: .dim, style, into: &sink)
  }

  private static func writeTable(
    _ rows: [TemplateSummary.Row], of records: Int64, oneDay: Bool, _ style: Style, into sink: inout TextSink
  ) {
    let hasTimes = rows.contains { $0.first != EventTime.none }
    let hasLevels = rows.contains { $0.level != .none }
    var columns: [Table.Column] = [.init("count"), .init("%", dropOrder: 3)]
    if hasLevels { columns.append(.init("level", .left, dropOrder: 6)) }
    if hasTimes {
      columns.append(.init(oneDay ? "first" : "first (UTC)", .left, dropOrder: 4, opensSection: true))
      columns.append(.init(oneDay ? "last" : "last (UTC)", .left, dropOrder: 2))
    }
    columns.append(.init("id", .left, dropOrder: 5, opensSection: true))
    columns.append(.init("template", .left, shrinksTo: 40, opensSection: true))
    columns.append(.init("example", .left, dropOrder: 1, opensSection: true))
    var table = Table(columns)
    func time(_ time: Int64) -> Table.Cell {
      guard time != EventTime.none else { return .init("-", .dim) }
      return .init((oneDay ? "" : EventTime.date(time) + " ") + String(EventTime.timeOfDay(time).dropLast(4)))
    }
    for row in rows {
      var cells: [Table.Cell] = [
        .init(CountText.text(row.count)),
        .init(records > 0 ? PercentText.number(Double(row.count) / Double(records)) : "-"),
      ]
      if hasLevels { cells.append(.init(row.level.name, TracesReport.paint(level: row.level))) }
      if hasTimes { cells += [time(row.first), time(row.last)] }
      cells += [.init(row.id, .cyan), .init(row.text), .init("\(row.path):\(row.line)", .dim)]
      table.append(cells)
    }
    StatsReport.leftOut(table.write(style, into: &sink), style, into: &sink)
  }

  // MARK: JSON

  /// One object with all rows. The keys are documented in docs/json.md; to change one is a new schema.
  package static func json(_ summary: TemplateSummary, ledger: Ledger, pretty: Bool, into sink: inout TextSink) {
    let columns = columns(of: summary.records)
    JSONWriter.write(into: &sink, pretty: pretty) { json in
      json.beginObject()
      json.member("schema", schema)
      json.member("records", summary.records)
      json.member("without_message", summary.withoutMessage)
      json.member("other", summary.other)
      json.array("templates", of: summary.rows) { json, row in
        json.beginObject()
        json.members(columns, of: row)
        json.endObject()
      }
      json.key("ledger")
      LedgerReport.json(ledger, into: &json)
      json.endObject()
    }
  }

  /// What a template is for programs, among so many records.
  private static func columns(of records: Int64) -> [MachineColumn<TemplateSummary.Row>] {
    [
      .init("id") { .text($0.id) },
      .init("template") { .text($0.text) },
      .init("count") { .int($0.count) },
      .init("share") { .double(records > 0 ? Double($0.count) / Double(records) : nil) },
      .init("level") { .text($0.level == .none ? nil : $0.level.name) },
      .init("first") { .time($0.first) },
      .init("last") { .time($0.last) },
      .init("path") { .text($0.path) },
      .init("line") { .int(Int64($0.line)) },
      .init("example") { .text($0.example) },
    ]
  }

  // MARK: CSV

  package static func csv(_ summary: TemplateSummary, forTerminal: Bool = false, into sink: inout TextSink) {
    var csv = CSVWriter(sink: sink, forTerminal: forTerminal)
    sink = TextSink()
    let columns = columns(of: summary.records)
    csv.header(columns.map(\.name))
    for row in summary.rows {
      csv.cells(columns, of: row)
      csv.endRow()
    }
    sink = csv.sink
  }
}
