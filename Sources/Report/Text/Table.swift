/// Rows and columns for people: measured in terminal columns, fitted to the width by shrinking the one flexible column.
///
/// When the natural widths do not fit, it first closes the gaps between columns of one section, then cuts the flexible
/// column down to its minimum, then leaves out columns that may be left out (the caller tells the reader), and never
/// writes past the width (but for columns of ids, which are never cut). Cells are escaped here, so no cell can act on a terminal. It holds all rows: not for millions.
package struct Table: Sendable {
  package struct Column: Sendable {
    package enum Alignment: Sendable { case left, right }
    package var header: String
    package var alignment: Alignment
    /// Least columns that this one may be shrunk to; nil: not flexible. At most one column of a table is.
    package var shrinksTo: Int?
    /// Columns with the lowest number are left out first; nil: never.
    package var dropOrder: Int?
    /// Starts a section: the gap before it stays wide.
    package var opensSection: Bool
    /// Cells are written whole, even past the width: ids, which are there to be copied.
    package var isWhole: Bool
    /// Title above all neighbouring columns that have the same.
    package var group: String?

    package init(
      _ header: String, _ alignment: Alignment = .right, shrinksTo: Int? = nil, dropOrder: Int? = nil,
      opensSection: Bool = false, isWhole: Bool = false, group: String? = nil
    ) {
      self.header = header
      self.alignment = alignment
      self.shrinksTo = shrinksTo
      self.dropOrder = dropOrder
      self.opensSection = opensSection
      self.isWhole = isWhole
      self.group = group
    }
  }

  package struct Cell: Sendable {
    let text: String
    let width: Int
    let paint: Style.Paint?

    /// - Parameter text: of any origin; controls are made visible.
    package init(_ text: String, _ paint: Style.Paint? = nil) {
      self.text = Escape.terminal(text)
      width = DisplayWidth.of(self.text)
      self.paint = paint
    }
  }

  private let columns: [Column]
  private var rows: [[Cell]] = []
  private var footer: [Cell]?

  package init(_ columns: [Column]) {
    precondition(columns.count { $0.shrinksTo != nil } <= 1, "a table with two flexible columns")
    self.columns = columns
  }

  /// Appends a row, as many cells as columns.
  package mutating func append(_ cells: [Cell]) {
    precondition(cells.count == columns.count)
    rows.append(cells)
  }

  /// The line below the rows, set off by a rule.
  package mutating func setFooter(_ cells: [Cell]) {
    precondition(cells.count == columns.count)
    footer = cells
  }

  /// Writes the table; returns the headers of the columns that were left out for want of width.
  @discardableResult
  package func write(_ style: Style, into sink: inout TextSink) -> [String] {
    let layout = fitted(to: style)
    if columns.contains(where: { $0.group != nil }) { writeGroups(layout, style, into: &sink) }
    write(columns.map { Cell($0.header) }, layout, style, rowPaint: .bold, into: &sink)
    let rule = String(repeating: style.rule, count: min(layout.total, style.width ?? layout.total))
    sink.writeLine(style.painted(rule, .dim))
    for row in rows { write(row, layout, style, rowPaint: nil, into: &sink) }
    if let footer {
      sink.writeLine(style.painted(rule, .dim))
      write(footer, layout, style, rowPaint: .bold, into: &sink)
    }
    return layout.dropped.map { columns[$0].header }
  }

  // MARK: Layout

  private struct Layout {
    var shown: [Int]
    var widths: [Int]
    /// Blanks before each shown column.
    var gaps: [Int]
    var dropped: [Int]
    var total: Int { widths.reduce(0, +) + gaps.reduce(0, +) }
  }

  private func fitted(to style: Style) -> Layout {
    var natural = columns.map { DisplayWidth.of($0.header) }
    for row in rows + (footer.map { [$0] } ?? []) {
      for (i, cell) in row.enumerated() { natural[i] = max(natural[i], cell.width) }
    }
    var shown = Array(columns.indices)
    var dropped: [Int] = []
    func layout(tight: Bool) -> Layout {
      let gaps = shown.enumerated().map { place, i in
        place == 0 ? 0 : tight && !columns[i].opensSection ? 1 : 2
      }
      return Layout(shown: shown, widths: shown.map { natural[$0] }, gaps: gaps, dropped: dropped.sorted())
    }
    guard let width = style.width else { return layout(tight: false) }
    while true {
      for tight in [false, true] {
        let attempt = layout(tight: tight)
        if attempt.total <= width { return attempt }
      }
      var attempt = layout(tight: true)
      if let flexible = shown.firstIndex(where: { columns[$0].shrinksTo != nil }) {
        let least = min(attempt.widths[flexible], columns[shown[flexible]].shrinksTo ?? 0)
        let room = attempt.widths[flexible] - (attempt.total - width)
        let next = nextToDrop(shown)
        if room >= least || next == nil {
          attempt.widths[flexible] = max(room, min(least, 4))
          return attempt
        }
      }
      guard let next = nextToDrop(shown) else { return attempt }
      shown.removeAll { $0 == next }
      dropped.append(next)
    }
  }

  private func nextToDrop(_ shown: [Int]) -> Int? {
    shown.filter { columns[$0].dropOrder != nil }
      .min { (columns[$0].dropOrder ?? 0, $0) < (columns[$1].dropOrder ?? 0, $1) }
  }

  // MARK: Lines

  private func write(
    _ cells: [Cell], _ layout: Layout, _ style: Style, rowPaint: Style.Paint?, into sink: inout TextSink
  ) {
    var line = LineBuilder(style)
    for (place, i) in layout.shown.enumerated() {
      let cell = cells[i]
      let width = layout.widths[place]
      let text = DisplayWidth.fit(cell.text, width, ellipsis: style.ellipsis)
      let missing = width - DisplayWidth.of(text)
      line.blanks(layout.gaps[place] + (columns[i].alignment == .right ? missing : 0))
      line.append(text, cell.paint ?? rowPaint, isWhole: columns[i].isWhole)
      if columns[i].alignment == .left { line.blanks(missing) }
    }
    sink.writeLine(line.text)
  }

  /// The titles above the columns, each centred in a thin line.
  private func writeGroups(_ layout: Layout, _ style: Style, into sink: inout TextSink) {
    var line = LineBuilder(style)
    var place = 0
    while place < layout.shown.count {
      var end = place + 1
      let title = columns[layout.shown[place]].group
      while end < layout.shown.count, columns[layout.shown[end]].group == title { end += 1 }
      line.blanks(layout.gaps[place])
      let width = layout.widths[place..<end].reduce(0, +) + layout.gaps[(place + 1)..<end].reduce(0, +)
      if let title {
        let text = DisplayWidth.fit(title, width, ellipsis: style.ellipsis)
        let free = width - DisplayWidth.of(text) - 2
        if free >= 2 {
          let left = String(repeating: style.rule, count: free / 2)
          line.append("\(left) \(text) \(String(repeating: style.rule, count: free - free / 2))", .dim)
        } else {
          line.append(DisplayWidth.pad(text, width), .dim)
        }
      } else {
        line.blanks(width)
      }
      place = end
    }
    sink.writeLine(line.text)
  }
}

/// One line put together from painted pieces, never wider than the style's width and without blanks at its end.
struct LineBuilder {
  private let style: Style
  private var out = ""
  private var room: Int
  private var pendingBlanks = 0

  init(_ style: Style) {
    self.style = style
    room = style.width ?? .max
  }

  var text: String { out }

  mutating func blanks(_ count: Int) { pendingBlanks += max(count, 0) }

  /// What was appended with all blanks after it, for a caller that goes on by itself.
  var textAndBlanks: String { out + String(repeating: " ", count: pendingBlanks) }

  /// - Parameters:
  ///   - piece: without controls.
  ///   - isWhole: not cut, whatever the width.
  mutating func append(_ piece: String, _ paint: Style.Paint? = nil, isWhole: Bool = false) {
    if piece.utf8.last == 0x20 {
      // Blanks at the end of a piece are blanks like others, so that no line ends with them.
      let count = piece.utf8.reversed().prefix { $0 == 0x20 }.count
      let trimmed = String(piece.utf8.dropLast(count)) ?? ""
      append(trimmed, paint, isWhole: isWhole)
      return blanks(count)
    }
    guard !piece.isEmpty else { return }
    if isWhole { room = .max }
    guard room > pendingBlanks else {
      room = 0
      return
    }
    let fitting = DisplayWidth.fit(piece, room - pendingBlanks, ellipsis: style.ellipsis)
    out += String(repeating: " ", count: pendingBlanks) + style.painted(fitting, paint)
    room -= pendingBlanks + DisplayWidth.of(fitting)
    pendingBlanks = 0
  }
}

/// Paragraphs of text for people.
enum Prose {
  /// `text` in lines that fit the style, those after the first indented.
  static func write(
    _ text: String, indent: Int = 0, hang: Int = 2, paint: Style.Paint? = nil, _ style: Style, into sink: inout TextSink
  ) {
    let first = style.width.map { $0 - indent }
    let lines = DisplayWidth.wrap(text, style.width.map { $0 - indent - hang }, first: first)
    for (i, line) in lines.enumerated() {
      sink.writeLine(String(repeating: " ", count: i == 0 ? indent : indent + hang) + style.painted(line, paint))
    }
  }
}
