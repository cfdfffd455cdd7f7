internal import ArgumentParser
internal import Foundation

/// Times skein alone from 1 MB to 5 GB, and writes the figures into docs/performance.md.
struct Scaling: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Time skein on logs from 1 MB to 5 GB.",
    discussion: "The log of 5 GB is made in the bench's folder and deleted afterwards.")

  @Option(help: "Largest log.")
  var upTo = ByteSize(ScalingRun.largest.size)

  @Option(help: "Runs of each size; over 1 GB one.")
  var runs = 3

  @OptionGroup var options: BenchOptions

  @Option(help: "The report to write, with what was measured before.")
  var report = PerformanceReport.path

  func run() throws {
    let bench = try Workbench(folder: options.folder)
    let program = try options.builtProgram(in: bench)
    let store = try ResultStore(bench)
    let steps = (ScalingRun.usual + [ScalingRun.largest]).filter { $0.size <= upTo.bytes }
    let rows = try Self.measure(steps, program, bench, runs: max(runs, 1), store)
    print(ScalingTable(rows: rows).text, terminator: "")
    try PerformanceReport(bench: bench, store: store).write(to: report)
  }

  /// Measures and keeps each row at once, so that a run that is broken off loses nothing.
  static func measure(
    _ steps: [ScalingRun.Step], _ program: SkeinPeer.Program, _ bench: Workbench, runs: Int, _ store: ResultStore
  ) throws -> [ScalingRow] {
    let scaling = ScalingRun(bench: bench, skein: program)
    return try steps.map { step in
      Progress.say("  skein on \(step.size / 1_000_000) MB")
      let row = try scaling.measure(step, runs: runs)
      try store.keep(store.scaling.replacing(with: [row]))
      return row
    }
  }
}
