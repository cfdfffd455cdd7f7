/// The cost of skein against the size of its input, as a table.
struct ScalingTable {
  var rows: [ScalingRow]
  /// Whose figures need no mark; nil: all are of one skein.
  var skein: SkeinIdentity?

  private static let header = ["text log", "lines", "traces", "time", "MB/s", "a trace", "CPU", "memory", "answer"]

  private var cells: [[String]] {
    rows.map { row in
      let isOther = skein.map { $0 != row.skein } ?? false
      let wall = row.measured.wall
      return [
        Figure.size(row.bytes) + (isOther ? " (\(row.skein.name))" : ""), Figure.count(row.lines),
        Figure.count(row.traces), Figure.time(wall), Figure.rate(row.bytes, in: wall),
        Figure.microseconds(wall / Double(max(row.traces, 1))), Figure.time(row.measured.cpu),
        Figure.memory(row.measured), row.remark,
      ]
    }
  }

  /// For the terminal.
  var text: String { TextTable.aligned([Self.header] + cells, left: [0, Self.header.count - 1]) }

  /// For the repository.
  var markdown: String { MarkdownTable.text(header: Self.header, rows: cells, left: [0, Self.header.count - 1]) }
}
