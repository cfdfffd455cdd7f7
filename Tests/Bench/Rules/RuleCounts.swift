internal import Foundation

/// How many lines each of some rules hits.
struct RuleCounts: Equatable {
  /// By rule, in order.
  var lines: [Int]

  init(_ lines: [Int]) { self.lines = lines }

  /// The first thing that is wrong when this is held against the truth; nil if all is right.
  func fault(against truth: RuleCounts) -> String? {
    guard lines.count == truth.lines.count else { return "\(lines.count) rules, not \(truth.lines.count)" }
    for (index, pair) in zip(lines, truth.lines).enumerated() where pair.0 != pair.1 {
      return "\(ScanRules.id(index)): \(pair.0) hits, not \(pair.1)"
    }
    return nil
  }

  /// The first thing that is wrong with a number of lines that any of the rules hits; nil if it can be.
  func fault(ofLinesWithAny number: Int) -> String? {
    let least = lines.max() ?? 0
    let most = lines.reduce(0, +)
    return (least...most).contains(number) ? nil : "\(number) lines with a hit, not \(least) to \(most)"
  }

  // MARK: skein

  /// The part of `skein.finding/1` that is compared.
  private struct Finding: Decodable {
    var schema: String
    var rule: String?
    var kind: String?
    var count: Int?
  }

  /// The hits in what `skein scan --json` writes: an object a line, a finding or the summary.
  init(scan json: Data, rules: ScanRules) throws {
    lines = Array(repeating: 0, count: rules.patterns.count)
    let ids = Dictionary(uniqueKeysWithValues: lines.indices.map { (ScanRules.id($0), $0) })
    var isWhole = false
    do {
      for line in json.split(separator: UInt8(ascii: "\n")) {
        let finding = try JSONDecoder().decode(Finding.self, from: line)
        isWhole = isWhole || finding.schema == "skein.scan/1"
        guard finding.schema == "skein.finding/1", finding.kind == "rule" else { continue }
        guard let index = finding.rule.flatMap({ ids[$0] }), let count = finding.count else {
          throw BenchFault("skein found something for a rule that it was not given: \(finding.rule ?? "")")
        }
        lines[index] += count
      }
    } catch let error as DecodingError {
      throw BenchFault("skein's JSON is not that of skein.finding/1: \(error)")
    }
    guard isWhole else { throw BenchFault("skein's JSON has no summary") }
  }
}

/// Counts lines with ripgrep, one pattern after the other: slow, and nothing that several patterns at once could get wrong.
/// What was counted is kept beside the log.
struct RuleCounter {
  let bench: Workbench
  /// The path of ripgrep.
  let ripgrep: String

  /// What was counted in one log.
  private struct Kept: Codable {
    var bytes: Int
    var generator: Int
    var seed: UInt64
    var lines: [String: Int]
  }

  /// The lines that each of the rules hits.
  func count(_ rules: ScanRules, in log: Log) throws -> RuleCounts {
    let path = log.path + ".counts.json"
    var kept = Kept(bytes: log.truth.bytes, generator: log.truth.generator, seed: log.truth.seed, lines: [:])
    if let data = FileManager.default.contents(atPath: path),
      let old = try? JSONDecoder().decode(Kept.self, from: data),
      (old.bytes, old.generator, old.seed) == (kept.bytes, kept.generator, kept.seed)
    {
      kept = old
    }
    let missing = rules.patterns.filter { kept.lines[$0] == nil }
    if !missing.isEmpty {
      Progress.say("Counting the lines of \(missing.count) patterns, one after the other")
      for pattern in missing { kept.lines[pattern] = try count(pattern, in: log) }
      let encoder = JSONEncoder()
      encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
      try encoder.encode(kept).write(to: URL(fileURLWithPath: path))
    }
    return RuleCounts(rules.patterns.map { kept.lines[$0] ?? 0 })
  }

  private func count(_ pattern: String, in log: Log) throws -> Int {
    let output = bench.path("count.out")
    // It says nothing, and ends with 1, where no line has a hit.
    _ = try ChildProcess.run(
      RipgrepPeer.command(ripgrep) + ["-e", pattern, log.path], output: output, errors: bench.path("count.err"),
      statuses: 0...1)
    return try RipgrepPeer.number(FileManager.default.contents(atPath: output) ?? Data())
  }
}
