/// The cost of a scan against the number of its rules, beside ripgrep: one line a number.
struct RulesTable {
  /// Of `Job.rules`.
  var table: ResultTable

  private static let header = [
    "", "skein", "MB/s", "CPU", "memory", "first run", "rg -c -f", "MB/s", "CPU", "memory", "ratio", "answers",
  ]
  private static let left: Set = [0, header.count - 1]

  private var cells: [[String]] {
    var names: [String] = []
    for row in table.rows where !names.contains(row.name) { names.append(row.name) }
    return names.flatMap { name -> [[String]] in
      let rows = table.rows.filter { $0.name == name }
      func row(_ peer: String) -> ResultRow? { rows.first { $0.peer == peer } }
      let (skein, other) = (row(SkeinPeer.name), row(RipgrepPeer.name))
      let first = row(SkeinPeer.firstScan)
      let cells =
        [name] + figures(skein) + [first?.measured.map { Figure.time($0.wall) } ?? ""] + figures(other)
        + [other?.ratio.map(Figure.ratio) ?? "", remarks(skein, [first, other])]
      guard let single = row(SkeinPeer.singleScan) else { return [cells] }
      return [cells, ["\(name), 1 thread"] + figures(single) + ["", "", "", "", "", "", single.remark]]
    }
  }

  private func figures(_ row: ResultRow?) -> [String] {
    guard let measured = row?.measured else { return ["", "", "", ""] }
    let rate = table.bytes.map { Figure.rate($0, in: measured.wall) } ?? ""
    return [Figure.time(measured.wall), rate, Figure.time(measured.cpu), Figure.memory(measured)]
  }

  /// What skein's answer is worth, and what is wrong with the others.
  private func remarks(_ skein: ResultRow?, _ others: [ResultRow?]) -> String {
    let faults = others.compactMap { $0 }.filter { !$0.isSound }.map { "\($0.peer): \($0.remark)" }
    return ([skein?.remark ?? ""] + faults).filter { !$0.isEmpty }.joined(separator: "; ")
  }

  /// For the terminal.
  var text: String { table.title + "\n" + TextTable.aligned([Self.header] + cells, left: Self.left) }

  /// For the repository.
  var markdown: String { MarkdownTable.text(header: Self.header, rows: cells, left: Self.left) }
}
