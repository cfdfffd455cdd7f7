internal import TraceCore

/// The last line of the live screen, and the pages that take all of it: an opened text, and what the keys do.
extension LiveScreen {
  /// The keys, or the filter while it is typed.
  static func keys(_ frame: Frame) -> LiveLine {
    let (ui, style) = (frame.ui, frame.style)
    if ui.isTyping {
      var line = LiveLine("filter: ", .bold)
      // The end of it, where the typing is.
      let hint = "   Enter keeps it, Esc does not"
      let room = max(frame.columns - line.width - 1 - (frame.columns >= 60 ? hint.utf8.count : 0), 1)
      var typed = Escape.terminal(ui.filter, tabs: 1)
      while DisplayWidth.of(typed) > room { typed.removeFirst() }
      line.add(typed + "_", .yellow)
      if frame.columns >= 60 { line.add(hint, .dim) }
      return line
    }
    var hints: [(String, String)] = [("q", "quit"), ("?", "help"), ("p", ui.isPaused ? "go on" : "pause")]
    if !ui.filter.isEmpty { hints.append(("Esc", "unfilter")) }
    hints += [("/", "filter"), ("s", "sort: \(ui.sort.rawValue)"), ("Tab", "list")]
    hints += [(style.unicode ? "↑↓" : "j k", "select"), ("Enter", "open")]
    return hintLine(hints, frame)
  }

  /// As many as there is room for.
  private static func hintLine(_ hints: [(String, String)], _ frame: Frame) -> LiveLine {
    var line = LiveLine()
    for (key, what) in hints {
      var next = line
      if next.width > 0 { next.add("  ") }
      next.add(key, .bold)
      next.add(" " + what, .dim)
      if next.width > frame.columns { break }
      line = next
    }
    return line
  }

  // MARK: An opened text

  static func detailPage(_ detail: LiveUI.Detail, _ frame: Frame) -> [LiveLine] {
    let style = frame.style
    let length = LiveUI.pageLength(rows: frame.rows)
    let top = min(max(detail.top, 0), max(detail.lines.count - length, 0))
    let shown = detail.lines[top..<min(top + length, detail.lines.count)]
    var title = LiveLine(style.rule + " ", .dim)
    title.add(detail.title, .bold)
    title = title.fitted(frame.columns, style)
    LiveTable.fill(&title, to: frame.columns, style)
    var lines = [title] + shown.map { LiveLine(painted: $0) }
    while lines.count < frame.rows - 1 { lines.append(LiveLine()) }
    let place =
      detail.lines.count > length ? "\(top + 1)\(style.dash)\(top + shown.count) of \(detail.lines.count)" : ""
    var hints = [("Esc", "back"), ("q", "quit")]
    if !place.isEmpty { hints += [(style.unicode ? "↑↓" : "j k", place), ("PgUp PgDn g G", "page")] }
    return lines + [hintLine(hints, frame)]
  }

  // MARK: Help

  static func helpPage(_ frame: Frame) -> [LiveLine] {
    let style = frame.style
    let keys: [(String, String)] = [
      ("q, Ctrl-C", "quit"), ("p, blank", "freeze the screen; reading continues"),
      ("s", "order of the routes: errors, p95, rate, name"),
      ("/", "list only what contains a text; Enter keeps it, Esc clears it"), ("Tab", "next list"),
      ("\(style.unicode ? "↑ ↓" : "arrows"), j k", "select; g and G: first and last"),
      ("Enter", "open the request; a route becomes the filter"), ("Esc", "back, or clear"), ("Ctrl-L", "draw anew"),
      ("Ctrl-Z", "stop; fg continues"),
    ]
    let marks: [(String, String)] = [
      (
        "\(LiveGlyph.state(.pass, style)) \(LiveGlyph.state(.fail, style)) \(LiveGlyph.state(.open, style))",
        "an objective holds, fails, is open"
      ),
      (LiveGlyph.up(style), "clearly worse than the baseline; below the windows: a mark"),
      ("~", "from too few requests to be trusted"), ("!", "a warning of the ledger or of a hook"),
      ("age, last", "since the first hit of a finding, since the last"),
    ]
    var lines = [LiveLine("KEYS", .bold)]
    func add(_ list: [(String, String)]) {
      for (key, what) in list {
        var line = LiveLine("  ")
        line.add(key, in: 11, .cyan, style: style)
        line.add(" " + what)
        lines.append(line.fitted(frame.columns, style))
      }
    }
    add(keys)
    lines += [LiveLine(), LiveLine("MARKS", .bold)]
    add(marks)
    if frame.rows >= 22 {
      lines += [LiveLine(), LiveLine("Times are those of the log, in UTC. The gate decides, not the screen.", .dim)]
    }
    lines = Array(lines.prefix(max(frame.rows - 1, 1)))
    while lines.count < frame.rows - 1 { lines.append(LiveLine()) }
    return lines + [hintLine([("any key", "back")], frame)]
  }
}
