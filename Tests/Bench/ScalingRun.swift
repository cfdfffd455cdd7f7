internal import Foundation

/// What skein took for a log of one size.
struct ScalingRow: Codable {
  var skein: SkeinIdentity
  /// What tells the log from others: its file's name.
  var log: String
  var bytes: Int
  var lines: Int
  var traces: Int
  var command: [String]
  /// Medians.
  var measured: Measurement
  /// "right", or what is wrong.
  var remark: String
}

/// Runs skein alone over text logs of growing size, to see whether its cost for a byte and its memory stay the same.
struct ScalingRun {
  let bench: Workbench
  let skein: SkeinPeer.Program

  /// A log to run over.
  struct Step {
    /// Bytes, about.
    var size: Int
    /// Lines that a handler logs for each that it usually does.
    var stretch = 1
  }

  /// 1 MB to 500 MB, and 50 MB in fewer, longer traces.
  static let usual = [
    Step(size: 1_000_000), Step(size: 50_000_000), Step(size: 50_000_000, stretch: 20), Step(size: 500_000_000),
  ]
  /// Not kept on disk after it was measured.
  static let largest = Step(size: 5_000_000_000)

  /// A log of this size and more is run over once, and deleted.
  private static let large = 1_000_000_000

  func measure(_ step: Step, runs: Int) throws -> ScalingRow {
    let log = try bench.log(bytes: step.size, format: .text, stretch: step.stretch)
    let isLarge = step.size >= Self.large
    defer { if isLarge { bench.remove(log) } }
    // It meets the log in the page cache, as far as that goes.
    _ = try ChildProcess.run(["/bin/cat", log.path], output: "/dev/null", errors: "/dev/null")

    let contestant = SkeinPeer.prepare(skein, log: log.path, threads: skein.threads)
    let answer = bench.path("answer.out")
    let measured = try (0..<(isLarge ? 1 : runs)).map { _ in
      try ChildProcess.measure(
        contestant.command, environment: contestant.environment, output: answer, errors: bench.path("answer.err"),
        in: bench.folder)
    }
    return ScalingRow(
      skein: SkeinIdentity(skein, bench: bench), log: URL(fileURLWithPath: log.path).lastPathComponent,
      bytes: log.truth.bytes, lines: log.truth.lines, traces: log.truth.answer.traces ?? 0,
      command: contestant.command, measured: .median(measured),
      remark: try contestant.remark(stdout: answer, truth: log.truth.answer))
  }
}
