/// A list on the live screen: a heading that is a line with the names of the columns in it, and rows of fixed widths, so that
/// numbers that change do not move what stands beside them.
///
/// The first column takes what the others leave; others are left out one by one where it would become too narrow.
struct LiveTable {
  struct Column {
    var title: String
    /// With the gap in front of it.
    var width: Int
    /// The highest is left out first; 0: never.
    var drop = 0
    var isLeft = false
  }

  struct Row {
    /// At most one column, in front of the name.
    var mark = ""
    var markPaint: Style.Paint?
    var name: LiveLine
    /// As many as columns.
    var cells: [(text: String, paint: Style.Paint?)]
    var isSelected = false
  }

  var title: String
  /// What the title is about, less loud.
  var note = ""
  var notePaint: Style.Paint?
  var isFocused = false
  var columns: [Column]
  /// Columns that the name needs.
  var least = 16
  var rows: [Row]
  /// How many there are, where `rows` holds only the first of them.
  var total: Int?
  /// What stands there without rows.
  var empty = ""

  /// The heading and as many rows as there is room for, the selected one among them.
  func lines(width: Int, height: Int, style: Style) -> [LiveLine] {
    guard height > 0 else { return [] }
    let shown = shownColumns(width)
    let room = height - 1
    var first = 0
    if let selected = rows.firstIndex(where: \.isSelected), selected >= room { first = selected - room + 1 }
    let visible = rows.dropFirst(first).prefix(room)
    var out = [heading(width, shown, shown: visible.count, style)]
    if rows.isEmpty, room > 0, !empty.isEmpty { out.append(LiveLine("  " + empty, .dim).fitted(width, style)) }
    for row in visible { out.append(line(row, width, shown, style)) }
    return out
  }

  private func shownColumns(_ width: Int) -> [Int] {
    var shown = Array(columns.indices)
    while shown.reduce(2, { $0 + columns[$1].width }) + least > width {
      guard let last = shown.filter({ columns[$0].drop > 0 }).max(by: { columns[$0].drop < columns[$1].drop }) else {
        break
      }
      shown.removeAll { $0 == last }
    }
    return shown
  }

  private func nameWidth(_ width: Int, _ shown: [Int]) -> Int {
    max(width - shown.reduce(2) { $0 + columns[$1].width }, 0)
  }

  private func line(_ row: Row, _ width: Int, _ shown: [Int], _ style: Style) -> LiveLine {
    var line = LiveLine()
    line.add(
      row.isSelected ? LiveGlyph.pointer(style) : row.mark, in: 2, row.isSelected ? .cyan : row.markPaint, style: style)
    let end = 2 + nameWidth(width, shown)
    line.add(row.name.fitted(end - 2, style))
    line.pad(to: end)
    for i in shown {
      let cell = row.cells[i]
      if columns[i].isLeft {
        line.blanks(2)
        line.add(cell.text, in: columns[i].width - 2, cell.paint, style: style)
      } else {
        line.add(cell.text, in: columns[i].width, toRight: true, cell.paint, style: style)
      }
    }
    return line.fitted(width, style)
  }

  private func heading(_ width: Int, _ shown: [Int], shown visible: Int, _ style: Style) -> LiveLine {
    var line = LiveLine()
    line.add(isFocused ? LiveGlyph.pointer(style) : style.rule, isFocused ? .cyan : .dim)
    line.add(" ")
    let end = 2 + nameWidth(width, shown)
    var name = LiveLine(title, .bold)
    if !note.isEmpty {
      name.add(" ")
      name.add(note, notePaint ?? .dim)
    }
    // The count is short and whole; the note gives way.
    var count = LiveLine()
    let total = total ?? rows.count
    if visible < total { count.add("\(style.dot)\(visible) of \(CountText.text(total))", .dim) }
    let room = max(end - 4, 0)
    name = name.fitted(max(room - count.width, 0), style)
    name.add(count)
    line.add(name.fitted(room, style))
    fill(&line, to: end, style)
    for i in shown {
      let column = columns[i]
      let title = DisplayWidth.fit(column.title, column.width - 1, ellipsis: "")
      let next = line.width + column.width
      if column.isLeft {
        line.add("  " + title, .dim)
        fill(&line, to: next, style)
      } else {
        fill(&line, to: next - DisplayWidth.of(title) - 1, style)
        line.pad(to: next - DisplayWidth.of(title))
        line.add(title, .dim)
      }
    }
    return line.fitted(width, style)
  }

  private func fill(_ line: inout LiveLine, to end: Int, _ style: Style) {
    LiveTable.fill(&line, to: end, style)
  }

  /// The line of a heading up to column `end`, with a blank after a word, if there is room for both.
  static func fill(_ line: inout LiveLine, to end: Int, _ style: Style) {
    let isLine = line.pieces.last?.text.hasSuffix(style.rule) == true
    if end - line.width >= (isLine ? 1 : 2) {
      if !isLine { line.add(" ") }
      line.add(String(repeating: style.rule, count: end - line.width), .dim)
    }
    line.pad(to: end)
  }
}
