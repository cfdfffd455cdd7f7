internal import TraceCore

/// The lists of the live screen: routes, findings, failed requests, versions and warnings.
extension LiveScreen {
  static func routes(_ frame: Frame) -> Panel? {
    let (view, ui, style) = (frame.view, frame.ui, frame.style)
    let routes = view.routes(for: ui)
    guard !view.routes.isEmpty else { return nil }
    let rows = head(routes, frame) { $0.name == ui.selected[.routes] }.map { route in
      let hasErrors = route.errors > 0
      return LiveTable.Row(
        name: LiveLine(route.name),
        cells: [
          (LiveNumber.rate(route.rate), nil), (LiveNumber.count(route.errors), hasErrors ? .red : .dim),
          (PercentText.number(route.errorRate), hasErrors ? .red : .dim),
          (LiveNumber.count(route.open), route.open > 0 ? .yellow : .dim), (LiveNumber.milliseconds(route.p50), nil),
          (LiveNumber.milliseconds(route.p95), nil), (LiveNumber.milliseconds(route.p99), nil),
        ],
        isSelected: ui.selected[.routes] == route.name)
    }
    let (note, paint) = listNote(
      [span(view, style), ui.sort == .name ? "by name" : "by \(ui.sort.rawValue)"].compactMap(\.self)
        .joined(separator: ", "), frame)
    let table = LiveTable(
      title: "ROUTES", note: note, notePaint: paint, isFocused: ui.focus == .routes,
      columns: [
        .init(title: "req/s", width: 8, drop: 1), .init(title: "errors", width: 8, drop: 3),
        .init(title: "err %", width: 7), .init(title: "open", width: 7, drop: 5),
        .init(title: "p50 ms", width: 8, drop: 4), .init(title: "p95 ms", width: 8),
        .init(title: "p99 ms", width: 8, drop: 2),
      ],
      rows: rows, total: routes.count, empty: "no route contains the filter's text")
    return panel(table, least: 3, weight: 3, rank: 3, frame, style)
  }

  static func findings(_ frame: Frame) -> Panel? {
    let (view, ui, style) = (frame.view, frame.ui, frame.style)
    let findings = view.findings(for: ui)
    let rows = head(findings, frame) { $0.id == ui.selected[.findings] }.map { finding in
      let severity = min(max(finding.severity, 0), 3)
      let paint: Style.Paint = severity == 0 ? .boldRed : severity == 1 ? .red : severity == 2 ? .yellow : .dim
      var name = LiveLine("P\(severity)", paint)
      name.add("  ")
      name.add(finding.title.isEmpty ? finding.rule : finding.title)
      return LiveTable.Row(
        name: name,
        cells: [
          (finding.rule, .dim), (LiveNumber.count(finding.count), nil),
          (LiveNumber.age(from: finding.first, to: view.time), nil),
          (LiveNumber.age(from: finding.last, to: view.time), nil),
        ],
        isSelected: ui.selected[.findings] == finding.id)
    }
    let counts = view.findingCounts.prefix(4).enumerated().filter { $0.element > 0 }
      .map { "\(LiveNumber.count($0.element)) P\($0.offset)" }.joined(separator: ", ")
    let worst = view.findingCounts.prefix(2).contains { $0 > 0 }
    let (note, paint) = listNote(counts.isEmpty ? "none" : counts, frame)
    let table = LiveTable(
      title: "FINDINGS", note: note, notePaint: paint ?? (worst ? .red : nil), isFocused: ui.focus == .findings,
      columns: [
        .init(title: "rule", width: 24, drop: 3, isLeft: true), .init(title: "hits", width: 9),
        .init(title: "age", width: 7, drop: 1), .init(title: "last", width: 7, drop: 2),
      ],
      least: 46, rows: rows, total: findings.count,
      empty: !view.hasRules
        ? "no rules are applied" : view.findings.isEmpty ? "no rule has held" : "no finding contains the filter's text")
    return panel(table, least: rows.isEmpty ? 1 : 2, weight: 2, rank: 2, frame, style)
  }

  static func traces(_ frame: Frame) -> Panel? {
    let (view, ui, style) = (frame.view, frame.ui, frame.style)
    let traces = view.traces(for: ui)
    let rows = head(traces, frame) { $0.id == ui.selected[.traces] }.map { trace in
      var name = LiveLine(
        trace.time == EventTime.none ? "        " : String(EventTime.timeOfDay(trace.time).prefix(8)), .dim)
      name.add("  ")
      name.add(trace.route)
      return LiveTable.Row(
        name: name,
        cells: [
          (trace.status.map { String($0) } ?? "-", (trace.status ?? 500) >= 500 ? .red : nil),
          (LiveNumber.milliseconds(trace.duration), nil), (trace.id, .dim),
        ],
        isSelected: ui.selected[.traces] == trace.id)
    }
    let (note, paint) = listNote(view.traces.isEmpty ? "none" : "newest first", frame)
    var table = LiveTable(
      title: "FAILED REQUESTS", note: note, notePaint: paint, isFocused: ui.focus == .traces,
      columns: [
        .init(title: "status", width: 8, drop: 1), .init(title: "ms", width: 8),
        .init(title: "id", width: 38, drop: 2, isLeft: true),
      ],
      least: 26, rows: rows, total: traces.count,
      empty: view.traces.isEmpty ? "no request has failed" : "no request contains the filter's text"
    )
    return Panel(
      least: rows.isEmpty ? 1 : 2, most: max(rows.count, 1) + 1, weight: 2, rank: 4
    ) { width, height in
      // The head of an id is enough to tell them apart where the whole has no room.
      if width < 2 + table.least + 8 + 8 + 38 { table.columns[2].width = 11 }
      return table.lines(width: width, height: height, style: style)
    }
  }

  static func versions(_ frame: Frame) -> Panel? {
    let (view, style) = (frame.view, frame.style)
    guard !view.versions.isEmpty || !view.marks.isEmpty else { return nil }
    let versions = view.versions.map { version in
      let rate = version.requests > 0 ? Double(version.errors) / Double(version.requests) : 0
      return (
        time: version.first,
        row: LiveTable.Row(
          name: LiveLine(
            version.name + (version.isNew ? " (new)" : ""), version.isNew ? .bold : nil),
          cells: [
            (LiveNumber.count(version.requests), nil),
            (version.requests > 0 ? PercentText.number(rate) : "-", version.errors > 0 ? .red : .dim),
            (LiveNumber.milliseconds(version.p95), nil), (clock(version.first), .dim),
          ])
      )
    }
    let marks = view.marks.map { mark in
      (
        time: mark.time,
        row: LiveTable.Row(
          mark: LiveGlyph.up(style), markPaint: .cyan, name: LiveLine("mark: " + mark.text),
          cells: [("", nil), ("", nil), ("", nil), (clock(mark.time), .dim)])
      )
    }
    let title = view.versions.isEmpty ? "MARKS" : "VERSIONS"
    let note = view.versions.isEmpty ? "" : span(view, style) ?? ""
    let columns: [LiveTable.Column] = [
      .init(title: view.versions.isEmpty ? "" : "requests", width: 10, drop: 2),
      .init(title: view.versions.isEmpty ? "" : "err %", width: 7),
      .init(title: view.versions.isEmpty ? "" : "p95 ms", width: 8),
      .init(title: view.versions.isEmpty ? "at" : "since", width: 10, drop: 1),
    ]
    return Panel(
      least: 1 + min(versions.isEmpty ? 1 : versions.count, 2), most: 1 + min(versions.count + marks.count, 6),
      weight: 1,
      rank: view.versions.isEmpty ? 6 : 5
    ) { width, height in
      // The newest versions, then the newest marks, as many as there is room for; in the order of time.
      let room = max(height - 1, 0)
      let kept = versions.suffix(room) + marks.suffix(max(room - versions.count, 0))
      let ordered = kept.enumerated().sorted { ($0.element.time, $0.offset) < ($1.element.time, $1.offset) }
      return LiveTable(title: title, note: note, columns: columns, rows: ordered.map(\.element.row))
        .lines(width: width, height: height, style: style)
    }
  }

  static func warnings(_ frame: Frame) -> Panel? {
    let (view, style) = (frame.view, frame.style)
    guard !view.warnings.isEmpty else { return nil }
    return Panel(least: 1, most: min(view.warnings.count, 4), weight: 1, rank: 2) { width, height in
      let shown = view.warnings.suffix(height)
      let hidden = view.warnings.count - shown.count
      return shown.enumerated().map { i, text in
        var line = LiveLine("! ", .yellow)
        let more = i == 0 && hidden > 0 ? " (and \(CountText.text(hidden)) more)" : ""
        line.add(LiveLine(text, .yellow).fitted(max(width - 2 - more.utf8.count, 0), style))
        line.add(more, .dim)
        return line
      }
    }
  }

  /// As many as a screen can show, and what is selected: the rest need not become text.
  private static func head<T>(_ items: [T], _ frame: Frame, isSelected: (T) -> Bool) -> ArraySlice<T> {
    items.prefix(max(frame.rows, (items.firstIndex(where: isSelected) ?? 0) + 1))
  }

  private static func panel(
    _ table: LiveTable, least: Int, weight: Int, rank: Int, _ frame: Frame, _ style: Style
  ) -> Panel {
    Panel(least: least, most: max(table.rows.count, 1) + 1, weight: weight, rank: rank) { width, height in
      table.lines(width: width, height: height, style: style)
    }
  }

  /// What is said of a list: the filter, where there is one.
  private static func listNote(_ note: String, _ frame: Frame) -> (String, Style.Paint?) {
    let filter = frame.ui.filter
    return filter.isEmpty ? (note, nil) : ("with \"\(filter)\"", .yellow)
  }

  /// What the figures of routes and versions are of: `last 1 m 00 s`.
  private static func span(_ view: LiveView, _ style: Style) -> String? {
    view.listSpan.map { "last \(DurationText.short($0, unicode: style.unicode))" }
  }

  private static func clock(_ time: Int64) -> String {
    time == EventTime.none ? "-" : String(EventTime.timeOfDay(time).prefix(8))
  }
}
