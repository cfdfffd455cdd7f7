package import Config
internal import LogSource
package import RulePack
internal import TraceCore

/// Runs the samples of rules through the whole of a scan: each hit must raise its rule, each miss must not.
///
/// Each rule is scanned for with those that it counts alone: what a sample costs does not depend on how many rules there are.
package struct SampleCheck {
  /// A sample that does not do as it says.
  package struct Failure: Sendable, Equatable {
    package var rule: String
    package var problem: ConfigurationProblem
  }

  private let set: RuleSet
  private let byID: [String: Rule]

  /// - Parameter set: with all rules raising findings, also those that only serve a correlation (`RuleSet(raisesAll:)`).
  package init(_ set: RuleSet) {
    self.set = set
    byID = Dictionary(set.rules.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
  }

  /// Checks every sample of a rule.
  package func failures(of rule: Rule) throws(RunError) -> [Failure] {
    var failures: [Failure] = []
    let rules = try alone(rule)
    for sample in rule.samples.hits where try !raises(rule.id, sample, rules) {
      failures.append(failure(rule, sample, "this sample is given as a hit of '\(rule.id)', which passes it over"))
    }
    for sample in rule.samples.misses where try raises(rule.id, sample, rules) {
      failures.append(failure(rule, sample, "this sample is given as a miss of '\(rule.id)', which it hits"))
    }
    return failures
  }

  private func failure(_ rule: Rule, _ sample: Rule.Samples.Sample, _ message: String) -> Failure {
    let first = sample.text.split(separator: "\n", maxSplits: 1).first.map(String.init) ?? ""
    return Failure(
      rule: rule.id,
      problem: ConfigurationProblem(path: rule.path, line: sample.line, column: sample.column, "\(message)\n  \(first)")
    )
  }

  /// A rule, with those whose hits it counts.
  private func alone(_ rule: Rule) throws(RunError) -> ScanRules {
    var rules = [rule]
    if case .correlation(let condition) = rule.condition {
      for id in condition.rules {
        guard let counted = byID[id], !rules.contains(where: { $0.id == id }) else { continue }
        rules.insert(counted, at: rules.count - 1)
      }
    }
    do throws(ConfigurationProblems) {
      let few = try RuleSet(packs: [PackReader.Pack(name: rule.pack, title: nil, rules: rules)], raisesAll: true)
      // Nothing is compiled and kept for them.
      return ScanRules(set: few, lines: RuleLoader.lines(few, mode: .literals))
    } catch {
      throw RunError.usage("the rule '\(rule.id)' does not load without the others: \(error)")
    }
  }

  private func raises(_ id: String, _ sample: Rule.Samples.Sample, _ rules: ScanRules) throws(RunError) -> Bool {
    var plan = RunPlan(input: .memory(Array(sample.text.utf8), name: "sample"))
    plan.rules = rules
    return try Driver(plan: plan).scan().findings.findings.contains { $0.rule.id == id }
  }

  /// The rules about lines that hold in each of some texts, all of them in one pass: as if the texts stood in one log.
  package func lineRules(in texts: [String]) throws(RunError) -> [[Rule]] {
    var log: [UInt8] = []
    var ends: [Int] = []
    var lines = 0
    for text in texts {
      log += text.utf8
      if log.last != 0x0A { log.append(0x0A) }
      lines += text.utf8.split(separator: 0x0A, omittingEmptySubsequences: false).count - (text.hasSuffix("\n") ? 1 : 0)
      ends.append(lines)
    }
    var plan = RunPlan(input: .memory(log, name: "samples"))
    plan.rules = ScanRules(set: set, lines: RuleLoader.lines(set))
    let stage = HitStage()
    _ = try Driver(plan: plan).read(into: stage)
    var found = texts.map { _ in [Rule]() }
    var text = 0
    for hit in stage.hits {
      while text < ends.count - 1, hit.line > ends[text] { text += 1 }
      if let rule = set.rule(ofLine: hit.rule) { found[text].append(rule) }
    }
    return found
  }
}

/// Which line rules hold on which lines, and nothing more of them.
private final class HitStage: RecordStage {
  /// In the order of lines.
  private(set) var hits: [(line: Int, rule: Int)] = []

  func acceptFront(_ parsed: ParsedBlock) {}

  func accept(_ parsed: ParsedBlock, _ range: Range<Int>) {
    while parsed.consumedHits < parsed.batch.ruleHits.hits.count {
      let hit = parsed.batch.ruleHits.hits[parsed.consumedHits]
      guard Int(hit.record) < range.upperBound else { break }
      parsed.consumedHits += 1
      if hit.kind == .match { hits.append((parsed.lineNumber(Int(hit.line)), Int(hit.rule))) }
    }
  }

  var isHolding: Bool { false }
  var isDone: Bool { false }
}
