/// One line of the live screen: pieces with their paint, measured in terminal columns.
///
/// Painted only at the end, so that a line can be cut, padded and set beside another without counting escapes.
struct LiveLine: Sendable, Equatable {
  struct Piece: Sendable, Equatable {
    var text: String
    var paint: Style.Paint?
  }

  private(set) var pieces: [Piece] = []
  /// Columns.
  private(set) var width = 0

  init() {}

  /// - Parameter text: of any origin; controls are made visible.
  init(_ text: String, _ paint: Style.Paint? = nil) { add(text, paint) }

  /// - Parameter text: of any origin; controls are made visible.
  mutating func add(_ text: String, _ paint: Style.Paint? = nil) {
    guard !text.isEmpty else { return }
    let safe = Escape.terminal(text, tabs: 1)
    pieces.append(Piece(text: safe, paint: paint))
    width += DisplayWidth.of(safe)
  }

  mutating func add(_ line: LiveLine) {
    pieces += line.pieces
    width += line.width
  }

  /// `text` in exactly `columns` columns; cut if it is longer, and then marked.
  mutating func add(
    _ text: String, in columns: Int, toRight: Bool = false, _ paint: Style.Paint? = nil, style: Style
  ) {
    let cell = LiveLine(text, paint).fitted(columns, style)
    let missing = max(columns - cell.width, 0)
    if toRight { blanks(missing) }
    add(cell)
    if !toRight { blanks(missing) }
  }

  mutating func blanks(_ count: Int) {
    if count > 0 { add(String(repeating: " ", count: count)) }
  }

  /// Blanks up to column `columns`.
  mutating func pad(to columns: Int) { blanks(columns - width) }

  /// The line in at most `columns` columns; the mark of what was cut stands in them.
  func fitted(_ columns: Int, _ style: Style) -> LiveLine {
    guard width > columns else { return self }
    let mark = DisplayWidth.of(style.ellipsis) < columns ? style.ellipsis : ""
    var room = max(columns, 0) - DisplayWidth.of(mark)
    var out = LiveLine()
    for piece in pieces {
      let own = DisplayWidth.of(piece.text)
      if own <= room {
        out.add(piece.text, piece.paint)
        room -= own
        continue
      }
      out.add(DisplayWidth.fit(piece.text, room, ellipsis: ""), piece.paint)
      out.add(mark, piece.paint)
      break
    }
    return out
  }

  /// The line as the terminal gets it, without blanks at its end.
  func text(_ style: Style) -> String {
    var kept = pieces
    while let last = kept.last {
      let count = last.text.utf8.reversed().prefix { $0 == 0x20 }.count
      guard count > 0 else { break }
      kept.removeLast()
      guard count < last.text.utf8.count else { continue }
      kept.append(Piece(text: String(last.text.utf8.dropLast(count)) ?? "", paint: last.paint))
      break
    }
    return kept.reduce(into: "") { $0 += style.painted($1.text, $1.paint) }
  }

  /// A line that may be painted as `Style` paints. Every other escape is made visible, and so is one that does not end.
  init(painted text: String) {
    var rest = text[...]
    var paint: Style.Paint?
    while let start = rest.range(of: "\u{1B}[") {
      let tail = rest[start.upperBound...]
      guard let end = tail.firstIndex(of: "m"),
        let wanted = Style.Paint(rawValue: String(tail[..<end])).map(Optional.some)
          ?? (tail[..<end] == "0" ? .some(nil) : nil)
      else {
        add(String(rest[..<start.upperBound]), paint)
        rest = tail
        continue
      }
      add(String(rest[..<start.lowerBound]), paint)
      paint = wanted
      rest = tail[tail.index(after: end)...]
    }
    add(String(rest), paint)
  }
}

extension Substring {
  /// Where `text` (not empty) first stands.
  fileprivate func range(of text: String) -> Range<Index>? {
    var at = startIndex
    while at < endIndex {
      if self[at...].unicodeScalars.starts(with: text.unicodeScalars) {
        return at..<unicodeScalars.index(at, offsetBy: text.unicodeScalars.count)
      }
      at = unicodeScalars.index(after: at)
    }
    return nil
  }
}
