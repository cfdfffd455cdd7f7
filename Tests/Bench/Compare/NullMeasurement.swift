internal import ArgumentParser

/// Measures how often `skein diff` says that something moved where nothing did.
struct NullMeasurement: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "nulls", abstract: "Compare spans of one traffic, and count how often a diff calls them different.",
    shouldDisplay: false)

  @Option(help: "Comparisons of each kind of traffic.")
  var runs = 2_000

  @Option(help: "Seconds of each set.")
  var seconds = 900

  @Option(help: "Another seed makes other traffic.")
  var seed: UInt64 = 1

  func run() throws {
    print("| traffic | comparisons that report a change | p95 intervals that hold the truth | a fact stands out |")
    print("|---|---|---|---|")
    for traffic in NullComparisons.Traffic.allCases {
      let result = NullComparisons(traffic: traffic, seconds: seconds).run(runs, seed: seed)
      func percent(_ part: Int, _ all: Int) -> String {
        let tenths = all > 0 ? (part * 1_000 + all / 2) / all : 0
        return "\(tenths / 10).\(tenths % 10) %"
      }
      print(
        "| \(traffic.rawValue) | \(percent(result.wrong, result.runs)) | \(percent(result.covered, result.intervals)) | "
          + "\(percent(result.wrongFacts, result.runs)) |")
    }
  }
}
