internal import ArgumentParser
internal import Foundation

/// Times skein against the programs that people use for the same job.
@main
struct SkeinBench: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Times skein against the programs that people use for the same job.",
    subcommands: [
      Run.self, Check.self, Scaling.self, Generate.self, Measure.self, RunStage.self, StateMeasurement.self,
      TemplateMeasurement.self, RedactionMeasurement.self, Simulate.self, CausesMeasurement.self,
      MemoryMeasurement.self,
    ],
    defaultSubcommand: Run.self)
}

/// Makes one log with its truth.
struct Generate: ParsableCommand {
  static let configuration = CommandConfiguration(abstract: "Make a log of any size, and the exact truth about it.")

  @Option(help: "Size of the log in its text form: 50MB, 500MB, 5GB. In JSON the same events take half as much again.")
  var size = ByteSize(500_000_000)

  @Option(help: "text or json.")
  var format = LogFormat.text

  @Option(help: "Lines that a handler logs for each that it usually does: fewer requests, longer traces.")
  var stretch = 1

  @Option(help: "Another seed makes another log.")
  var seed: UInt64 = 1

  @Option(help: "The log to write; its truth goes beside it, with .truth.json behind the name.")
  var out: String

  func run() throws {
    let stretch = max(stretch, 1)
    let requests = max(size.bytes / LogGenerator.bytesPerRequest(stretch: stretch), 1)
    var truth = try LogGenerator.make(path: out, format: format, requests: requests, seed: seed, stretch: stretch)
    truth.seed = seed
    try truth.write(besides: out)
    print("\(out): \(truth.bytes) bytes, \(truth.lines) lines, \(requests) requests")
  }
}

/// Runs one command and writes what it took: for `Run` itself, which has grown too large to do so.
struct Measure: ParsableCommand {
  static let configuration = CommandConfiguration(shouldDisplay: false)

  @Option var output: String
  @Option var errors: String
  @Option var report: String
  @Option var limit: Int?
  @Argument var command: [String]

  func run() throws {
    if let limit { try ChildProcess.limitProcessorTime(to: limit) }
    let measured = try ChildProcess.run(command, output: output, errors: errors)
    try JSONEncoder().encode(measured).write(to: URL(fileURLWithPath: report))
  }
}

/// A number of bytes, as people write it: 500MB, 5 GB, 1000.
struct ByteSize: ExpressibleByArgument {
  let bytes: Int

  init(_ bytes: Int) { self.bytes = bytes }

  init?(argument: String) {
    let units = ["": 1, "B": 1, "KB": 1_000, "MB": 1_000_000, "GB": 1_000_000_000]
    let digits = argument.prefix(while: \.isNumber)
    let unit = argument.dropFirst(digits.count).filter { $0 != " " }.uppercased()
    guard let number = Int(digits), number > 0, let factor = units[unit] else { return nil }
    bytes = number * factor
  }

  var defaultValueDescription: String { "\(bytes / 1_000_000)MB" }
}

extension LogFormat: ExpressibleByArgument {}
