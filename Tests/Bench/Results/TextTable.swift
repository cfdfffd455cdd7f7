/// A table for the terminal.
enum TextTable {
  /// Columns lined up, two blanks between them; those named are flush left, the others right.
  static func aligned(_ rows: [[String]], left: Set<Int>) -> String {
    let columns = rows.map(\.count).max() ?? 0
    let widths = (0..<columns).map { column in rows.map { column < $0.count ? $0[column].count : 0 }.max() ?? 0 }
    let lines = rows.map { row in
      row.enumerated().map { column, cell in
        let pad = String(repeating: " ", count: widths[column] - cell.count)
        return left.contains(column) ? cell + pad : pad + cell
      }.joined(separator: "  ").replacing(/\s+$/, with: "")
    }
    return lines.joined(separator: "\n") + "\n"
  }
}
