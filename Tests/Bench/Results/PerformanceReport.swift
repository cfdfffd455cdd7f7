internal import Foundation

/// The results as docs/performance.md: no date in it, so that it changes only with the figures. Made from what is kept:
/// a part that was not measured this time is there as it was measured last, with the name of the skein that it was.
struct PerformanceReport {
  /// Where it lies in the repository.
  static let path = "docs/performance.md"

  private let bench: Workbench
  private let comparison: KeptComparison?
  private let scaling: KeptScaling
  private let instructions: InstructionTable?

  init(bench: Workbench, store: ResultStore) throws {
    self.bench = bench
    comparison = store.comparison
    scaling = store.scaling
    instructions = try InstructionTable(at: InstructionTable.path)
  }

  /// Writes it, and says so.
  func write(to path: String) throws {
    let memory = MemorySection.text(in: (try? String(contentsOfFile: path, encoding: .utf8)) ?? "")
    try markdown(memory: memory).write(toFile: path, atomically: true, encoding: .utf8)
    Progress.say("Wrote \(path)")
  }

  /// Whose figures they are, unless a row says otherwise.
  private var skein: SkeinIdentity? { comparison?.skein ?? scaling.rows.last?.skein }

  /// - Parameter memory: the section that `MemoryMeasurement` has written.
  private func markdown(memory: String) -> String {
    let sections = [targets, tables, cost, counted, memory, commands].filter { !$0.isEmpty }
    return introduction + "\n" + sections.joined(separator: "\n")
  }

  private var introduction: String {
    """
    # Performance

    Written by `./dev bench` and `./dev bench --scaling`; do not edit by hand. Every program does the same job on the same
    generated log: requests, errors, and p50, p95 and p99 of the duration by route, over the lines grouped by request id
    (*Rules* and *Filter* are other jobs, told there). Each answer is held against the generator's exact truth: counts to
    the last one, quantiles within 1 %. A row that differs says WRONG.

    \(skein.map { $0.machine + " It was \($0.name)." } ?? Machine.described)

    """
  }

  private var targets: String {
    guard let comparison else { return "" }
    let rows = Target.all(comparison.tables, scaling.rows).map(\.cells)
    return """
      ## Targets

      Computed from the measurements below; *skein* is what it took in turn with the other. Rates are bytes of the plain
      log by the wall clock, also where it is read from a .gz.

      \(MarkdownTable.text(header: Target.header, rows: rows, left: [0, 1, 2, 3, 4, 5]))
      """
  }

  private var tables: String {
    guard let comparison else { return "" }
    let runs = comparison.runs == 1 ? "once" : "\(comparison.runs) times"
    var out = """
      ## How it is measured

      skein and each other program run in turn, \(runs); times are medians, by the wall clock, with the log in the page
      cache. *Ratio* is the other's time over that of skein's first row in the same turns. DuckDB and ClickHouse are given
      two threads; lnav, mawk and Python use one. mtail and GoAccess can do a part of the job only, and do it on a smaller
      log: there the ratio is that of bytes a second, skein's on the large log over theirs on the small one. Memory is the
      largest resident set (a small one cannot be told from the bench's own: `<`). What each program is made to run stands
      in `Tests/Bench/Peers`.

      """
    for table in comparison.tables {
      out += "\n## \(table.title)\n\n"
      if let note = note(table.job) { out += note + "\n\n" }
      out += table.markdown
    }
    return out
  }

  /// What stands above a table whose job is not the one that the introduction tells.
  private func note(_ job: ResultTable.Job) -> String? {
    switch job {
    case .rules:
      [
        """
        The first patterns of a list (`Tests/Bench/Rules/ScanRules.swift`), each of which means the same to PCRE2 and to
        ripgrep: a rule of skein for each, and a file of them for `rg -c -f`. skein parses each line, says which rule hit and
        for which requests; ripgrep counts the lines with a hit. skein's hits are held against what `rg -c -e` counts for each
        pattern by itself. *First run* is one that has to compile the rules; the others find that in the cache. ripgrep uses
        one thread, and its memory is mostly the log, which it maps.
        """, comparison?.unicode?.sentence,
      ].compactMap(\.self).joined(separator: "\n")
    case .filter:
      """
      `skein filter` writes the records whose level is at least error with all their lines; its bytes are held against what
      the header of each record says. mawk does the same for this one layout; ripgrep writes first lines only. Output goes to
      /dev/null.
      """
    default: nil
    }
  }

  private var cost: String {
    guard !scaling.rows.isEmpty else { return "" }
    return """
      ## Cost against size

      skein alone. Rows of about the same size differ in the lines of a trace.

      \(ScalingTable(rows: scaling.rows, skein: skein).markdown)
      """
  }

  private var counted: String {
    guard let instructions else { return "" }
    let rows = instructions.rows.map { [$0.part, $0.unit, $0.shown] }
    return """
      ## Counted, not timed

      From `\(InstructionTable.path)`, which `./dev bench --check` holds the code against: what each part costs, counted
      under valgrind on one thread, each figure the difference between a small and a large run. *filter* is what
      `\(StageName.filter)` adds to the parse of a record, *line rule* what `\(StageName.rule)` does. Limits, in
      `\(InstructionCheck.limited)`: \(InstructionCheck.mostAllocations) allocations, and \(InstructionCheck.mostReferenceCounts) retains and releases, a line. \
      Counted with \(instructions.tool).

      \(MarkdownTable.text(header: ["part", "unit", "count"], rows: rows, left: [0, 1]))
      """
  }

  private var commands: String {
    var seen: Set<String> = []
    let all = (comparison?.tables.flatMap(\.rows).map(\.command) ?? []) + scaling.rows.map(\.command)
    let lines = all.filter { !$0.isEmpty }
      .map { "    " + $0.map(shortened).joined(separator: " ") + "\n" }
      .filter { seen.insert($0).inserted }
    return "## Commands\n\n" + lines.joined()
  }

  /// A word of a command without the folders of this machine, quoted where a shell would split it.
  private func shortened(_ word: String) -> String {
    if word.hasPrefix(bench.folder) { return ".bench" + word.dropFirst(bench.folder.count) }
    if word.hasPrefix("/") { return URL(fileURLWithPath: word).lastPathComponent }
    return word.contains(" ") ? "'\(word)'" : word
  }
}
