internal import Foundation

/// The results as a table for the terminal and as docs/performance.md: no date in it, so that it changes only with
/// the figures.
struct PerformanceReport {
  var bench: Workbench
  var tables: [ResultTable]
  var runs: Int

  /// For the terminal: columns lined up.
  var text: String {
    tables.map { table in
      let cells = [Self.header] + table.rows.map { Self.cells($0, bytes: table.bytes) }
      let widths = Self.header.indices.map { column in cells.map { $0[column].count }.max() ?? 0 }
      let lines = cells.map { row in
        zip(row, widths).enumerated().map { column, cell in
          let pad = String(repeating: " ", count: cell.1 - cell.0.count)
          return column == 0 || column == Self.header.count - 1 ? cell.0 + pad : pad + cell.0
        }.joined(separator: "  ").replacing(/\s+$/, with: "")
      }
      return table.title + "\n" + lines.joined(separator: "\n") + "\n"
    }.joined(separator: "\n")
  }

  /// For the repository.
  var markdown: String {
    var out = """
      # Performance

      Written by `./dev bench`; do not edit by hand. Every program does the same job on the same generated log: requests,
      errors, and p50, p95 and p99 of the duration by route, over the lines grouped by request id. Each answer is held
      against the generator's exact truth: counts to the last one, quantiles within 1 %. A row that differs says WRONG.

      skein and each other program run in turn, \(runs == 1 ? "once" : "\(runs) times"); times are medians, by the wall clock, with the log in the
      page cache. *Ratio* is the other's time over that of skein's first row in the same turns. DuckDB and ClickHouse
      are given two threads; lnav, mawk and Python use one. Memory is the largest resident set (a small
      one cannot be told from the bench's own: `<`). What each program is made to run stands in `Tests/Bench/Peers`.


      """
    out += Machine.described + "\n"
    for table in tables {
      out += "\n## \(table.title)\n\n| " + Self.header.joined(separator: " | ") + " |\n|---|"
      out += String(repeating: "---:|", count: Self.header.count - 2) + "---|\n"
      for row in table.rows {
        let cells = Self.cells(row, bytes: table.bytes).map { $0.replacing("|", with: "\\|") }
        out += "| " + cells.joined(separator: " | ") + " |\n"
      }
    }
    out += "\n## Commands\n\n"
    var seen: Set<String> = []
    for row in tables.flatMap(\.rows) where !row.command.isEmpty {
      let command = row.command.map(shortened).joined(separator: " ")
      if seen.insert(command).inserted { out += "    \(command)\n" }
    }
    return out
  }

  private static let header = ["", "time", "MB/s", "CPU", "memory", "ratio", "answer"]

  private static func cells(_ row: ResultRow, bytes: Int?) -> [String] {
    let name = row.version.isEmpty ? row.name : "\(row.name) \(row.version)"
    guard let measured = row.measured else { return [name, "", "", "", "", "", row.remark] }
    return [
      name, time(measured.wall), bytes.map { String(Int((Double($0) / 1e6 / measured.wall).rounded())) } ?? "",
      time(measured.cpu), memory(measured), row.ratio.map { String(format: "%.1f", $0) } ?? "",
      row.remark,
    ]
  }

  private static func time(_ seconds: Double) -> String {
    seconds < 0.1 ? String(format: "%.1f ms", seconds * 1000) : String(format: "%.2f s", seconds)
  }

  /// "< 14 MB" where the child was smaller than what started it.
  private static func memory(_ measured: Measurement) -> String {
    (measured.peakMemory <= measured.floor ? "< " : "") + megabytes(max(measured.peakMemory, measured.floor))
  }

  private static func megabytes(_ bytes: Int) -> String { "\((bytes + 500_000) / 1_000_000) MB" }

  /// A word of a command without the folders of this machine.
  private func shortened(_ word: String) -> String {
    if word.hasPrefix(bench.folder) { return ".bench" + word.dropFirst(bench.folder.count) }
    return word.hasPrefix("/") ? URL(fileURLWithPath: word).lastPathComponent : word
  }
}
