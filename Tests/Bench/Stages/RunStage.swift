internal import ArgumentParser
internal import Foundation

/// Runs one stage of skein's work on a log in memory, for `Check` to count.
struct RunStage: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "stage", abstract: "Run one stage on a log in memory.", shouldDisplay: false)

  @Argument(help: "split, parse, parse-filtered, parse-ruled, group, stats, sketch or route.")
  var name: StageName

  @Option(help: "The log; all of it is held in memory.")
  var log: String

  @Option(help: "How many times the log is gone through.")
  var passes = 1

  /// What is written to stdout, as JSON.
  struct Outcome: Codable {
    /// What one pass handled, by unit.
    var units: [String: Int]
    /// What the passes came to, added up.
    var sum: Int
  }

  func run() throws {
    var stage = try name.make(try StageLog(path: log))
    var sum = 0
    for _ in 0..<passes { sum &+= stage.pass() }
    let outcome = try JSONEncoder().encode(Outcome(units: stage.units, sum: sum))
    print(String(decoding: outcome, as: UTF8.self))
  }
}
