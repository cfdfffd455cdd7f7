/// One job's results in the cells of a table.
struct ComparisonTable {
  var table: ResultTable

  static let header = ["", "time", "MB/s", "CPU", "memory", "ratio", "answer"]
  /// Columns flush left.
  static let left: Set = [0, header.count - 1]

  var cells: [[String]] {
    table.rows.map { row in
      let name = row.version.isEmpty ? row.name : "\(row.name) \(row.version)"
      guard let measured = row.measured else { return [name, "", "", "", "", "", row.remark] }
      return [
        name, Figure.time(measured.wall), table.bytes.map { Figure.rate($0, in: measured.wall) } ?? "",
        Figure.time(measured.cpu), Figure.memory(measured), row.ratio.map(Figure.ratio) ?? "", row.remark,
      ]
    }
  }

  /// For the terminal.
  var text: String { table.title + "\n" + TextTable.aligned([Self.header] + cells, left: Self.left) }

  /// For the repository.
  var markdown: String { MarkdownTable.text(header: Self.header, rows: cells, left: Self.left) }
}

extension ResultTable {
  /// For the terminal.
  var text: String { job == .rules ? RulesTable(table: self).text : ComparisonTable(table: self).text }

  /// For the repository.
  var markdown: String { job == .rules ? RulesTable(table: self).markdown : ComparisonTable(table: self).markdown }
}
