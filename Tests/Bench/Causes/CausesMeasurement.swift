internal import ArgumentParser
import Foundation

/// How often the first candidate of `skein report` is the cause that was planted, and how often a report names a fact where
/// there is none: the tables of docs/incidents.md.
struct CausesMeasurement: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "causes",
    abstract: "Plant causes in simulated logs, and count how often skein report names the right one first.")

  @Option(help: "Logs of each cause.")
  var runs = 40

  @Option(help: "Incidents without a cause, of each kind of traffic.")
  var nulls = 2_000

  @Option(help: "Another seed makes other logs.")
  var seed: UInt64 = 2_026

  @Option(help: "The skein to ask.")
  var skein = ".build/release/skein"

  @Option(help: "One cause alone.")
  var only: String?

  @Option(help: "A folder for the logs that were not right.")
  var keep: String?

  @Flag(help: "Say of each log that was not right what came first.")
  var verbose = false

  func run() throws {
    let folder = NSTemporaryDirectory() + "skein-causes-\(getpid())"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    if runs > 0 {
      print("| cause | named first | among the first three | no span found |")
      print("|---|---:|---:|---:|")
    }
    for (number, cause) in PlantedLog.Cause.allCases.enumerated()
    where runs > 0 && only.map({ $0 == cause.rawValue }) ?? true {
      var (first, among, unfound) = (0, 0, 0)
      for run in 0..<runs {
        let seed = seed &+ UInt64(number) &* 1_000_003 &+ UInt64(run) &* 7_919
        let log = PlantedLog(cause, seed: seed)
        let answer = try CausesMeasurement.ask(skein, log, seed: seed, in: folder)
        let place = answer.place(of: log)
        if place == 0 { first += 1 }
        if let place, place < 3 { among += 1 }
        if !answer.hasSpan { unfound += 1 }
        if place != 0, let keep {
          try? FileManager.default.createDirectory(atPath: keep, withIntermediateDirectories: true)
          let path = "\(keep)/\(cause)-\(seed).log"
          try? FileManager.default.removeItem(atPath: path)
          try FileManager.default.copyItem(atPath: folder + "/app.log", toPath: path)
        }
        if verbose, place != 0 { print("  \(cause.rawValue) \(seed): \(log.facts), but \(answer.summary)") }
      }
      print("| \(cause.rawValue) | \(first) of \(runs) | \(among) of \(runs) | \(unfound) |")
    }
    guard nulls > 0, only == nil else { return }
    print("\n| failures without a cause | incidents | a candidate is a fact | a fact stands out anywhere |")
    print("|---|---:|---:|---:|")
    for (number, null) in PlantedLog.Null.allCases.enumerated() {
      var (named, shown) = (0, 0)
      for run in 0..<nulls {
        let seed = seed &+ UInt64(100 + number) &* 1_000_003 &+ UInt64(run) &* 7_919
        let answer = NullCauses(PlantedLog(nil, null: null, seed: seed, rate: 20))
        if answer.names { named += 1 }
        if answer.names || answer.shows { shown += 1 }
      }
      func percent(_ count: Int) -> String { String(format: "%.1f %%", 100 * Double(count) / Double(nulls)) }
      print("| \(null.rawValue) | \(nulls) | \(percent(named)) | \(percent(shown)) |")
    }
  }

  /// What a report says.
  struct Answer {
    struct Candidate {
      var kind: String
      var text: String
      var facts: Set<String>
      var time: Double?
      var isChronic: Bool
    }
    var candidates: [Candidate] = []
    var hasSpan = false

    var summary: String {
      hasSpan ? candidates.prefix(4).map { "'\($0.text)'" }.joined(separator: ", ") : "no span"
    }

    /// Where the planted cause stands among the candidates.
    func place(of log: PlantedLog) -> Int? {
      let wanted = Set(log.facts.map { "\($0.name)=\($0.value)" })
      return candidates.firstIndex { candidate in
        guard log.cause == .deploy else { return candidate.facts == wanted }
        return candidate.kind == "deploy" && candidate.time.map { abs($0 - log.deploy) < 60 } ?? false
      }
    }
  }

  private static func ask(_ skein: String, _ log: PlantedLog, seed: UInt64, in folder: String) throws -> Answer {
    let (path, output) = (folder + "/app.log", folder + "/report.json")
    try log.write(to: path, format: seed % 2 == 0 ? .text : .json, seed: seed)
    _ = try ChildProcess.run(
      [skein, "report", "--format", "json", "--no-redaction", path], output: output, errors: folder + "/errors")
    let data = try Data(contentsOf: URL(fileURLWithPath: output))
    return try answer(data)
  }

  static func answer(_ data: Data) throws -> Answer {
    struct Document: Decodable {
      struct Fact: Decodable {
        var name: String
        var value: String
      }
      struct Cause: Decodable {
        var facts: [Fact]
        var chronic: Bool
      }
      struct Candidate: Decodable {
        var kind: String
        var text: String
        var time: String?
        var cause: Cause?
      }
      struct Span: Decodable { var onset: String }
      var span: Span?
      var candidates: [Candidate]
    }
    let document = try JSONDecoder().decode(Document.self, from: data)
    var answer = Answer(hasSpan: document.span != nil)
    let clock = Date.ISO8601FormatStyle(includingFractionalSeconds: true)
    answer.candidates = document.candidates.map { candidate in
      let time = candidate.time.flatMap { try? clock.parse($0) }
      return Answer.Candidate(
        kind: candidate.kind, text: candidate.text,
        facts: Set((candidate.cause?.facts ?? []).map { "\($0.name)=\($0.value)" }),
        time: time.map { $0.timeIntervalSince1970 - Double(EventWriter.start) / 1_000 },
        isChronic: candidate.cause?.chronic ?? false)
    }
    return answer
  }
}
