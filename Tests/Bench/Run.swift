internal import ArgumentParser
internal import Foundation

/// Times everything that is installed, then skein alone on growing logs; prints the tables and writes docs/performance.md.
struct Run: ParsableCommand {
  static let configuration = CommandConfiguration(abstract: "Time skein and its peers on generated logs.")

  @Option(help: "Size of the log in its text form.")
  var size = ByteSize(500_000_000)

  @Option(help: "Runs of each pair.")
  var runs = 3

  @Flag(help: "50 MB, one run, and no report.")
  var quick = false

  @OptionGroup var options: BenchOptions

  @Option(help: "The report to write; with --quick none is.")
  var report = PerformanceReport.path

  func run() throws {
    let bench = try Workbench(folder: options.folder)
    let program = options.program(in: bench)
    if program == nil {
      Progress.say(
        "There is no \(options.skein): only its peers are timed, and no report is written. Build it with ./dev build.")
    }
    let runs = quick ? 1 : max(runs, 1)
    let comparison = Comparison(bench: bench, skein: program, runs: runs)

    var tables: [ResultTable] = []
    var unicode: UnicodeSearch?
    for format in LogFormat.allCases {
      let bytes = quick ? min(size.bytes, Self.small) : size.bytes
      let log = try log(bytes, format, bench)
      let table = try comparison.compare(on: log)
      tables.append(table)
      guard format == .text else { continue }
      if let table = try comparison.compareInflating(log) { tables.append(table) }
      let part = try self.log(min(bytes, Self.small), format, bench)
      tables.append(try comparison.comparePartly(on: part, skeinRate: table.skeinRate))
      if let table = try comparison.compareScanning(log) { tables.append(table) }
      if let table = try comparison.compareFiltering(log) { tables.append(table) }
      unicode = try comparison.measureUnicode(try self.log(max(bytes / 10, 1_000_000), format, bench))
    }
    if let table = try comparison.compareStarting() { tables.append(table) }
    print(tables.map(\.text).joined(separator: "\n"))
    if let unicode { print("\n\(unicode.sentence)") }

    guard let program, !quick else { return }
    let store = try ResultStore(bench)
    try store.keep(
      KeptComparison(
        skein: SkeinIdentity(program, bench: bench), runs: runs, tables: tables, unicode: unicode))
    let steps = ScalingRun.usual.filter { $0.size <= size.bytes }
    let rows = try Scaling.measure(steps, program, bench, runs: runs, store)
    print(ScalingTable(rows: rows).text, terminator: "")
    try PerformanceReport(bench: bench, store: store).write(to: report)
  }

  /// What a quick run takes, and what those get who are slow and do a part of the job.
  private static let small = 50_000_000

  private func log(_ bytes: Int, _ format: LogFormat, _ bench: Workbench) throws -> Log {
    Progress.say("Making the log (\(format), \(bytes / 1_000_000) MB) unless it is there")
    return try bench.log(bytes: bytes, format: format)
  }
}
