internal import ArgumentParser
internal import Foundation

/// Times everything that is installed, prints the tables, and writes docs/performance.md.
struct Run: ParsableCommand {
  static let configuration = CommandConfiguration(abstract: "Time skein and its peers on generated logs.")

  @Option(help: "Size of the log in its text form.")
  var size = ByteSize(500_000_000)

  @Option(help: "Runs of each pair.")
  var runs = 3

  @Flag(help: "50 MB, one run, and no report written.")
  var quick = false

  @Option(help: "The skein to time.")
  var skein = ".build/release/skein"

  @Option(help: "Where logs and scripts are kept.")
  var folder = ".bench"

  @Option(help: "The report to write; with --quick none unless named.")
  var report: String?

  func run() throws {
    let bench = try Workbench(folder: folder)
    let program = SkeinPeer.Program(path: URL(fileURLWithPath: skein).path, in: bench)
    if program == nil { say("There is no \(skein): only its peers are timed. Build it with ./dev build.") }
    let runs = quick ? 1 : max(runs, 1)
    let comparison = Comparison(bench: bench, skein: program, runs: runs)

    var tables: [ResultTable] = []
    for format in LogFormat.allCases {
      let bytes = quick ? min(size.bytes, 50_000_000) : size.bytes
      say("Making the log (\(format), \(bytes / 1_000_000) MB) unless it is there")
      let log = try bench.log(bytes: bytes, format: format)
      tables.append(try comparison.compare(on: log))
      if format == .text, let table = try comparison.compareInflating(log) { tables.append(table) }
    }
    if let table = comparison.compareStarting() { tables.append(table) }

    let written = PerformanceReport(bench: bench, tables: tables, runs: runs)
    print(written.text, terminator: "")
    if let target = report ?? (quick ? nil : "docs/performance.md") {
      try written.markdown.write(toFile: target, atomically: true, encoding: .utf8)
      say("Wrote \(target)")
    }
  }

  private func say(_ text: String) { FileHandle.standardError.write(Data("\(text)\n".utf8)) }
}
