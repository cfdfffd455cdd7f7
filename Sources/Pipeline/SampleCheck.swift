package import Config
internal import LogSource
package import RulePack
package import TraceCore

/// Runs the samples of rules through the whole of a scan: each hit must raise its rule, each miss must not.
package struct SampleCheck {
  /// A sample that does not do as it says.
  package struct Failure: Sendable, Equatable {
    package var rule: String
    package var problem: ConfigurationProblem
  }

  private let rules: ScanRules

  /// - Parameter set: with all rules raising findings, also those that only serve a correlation (`RuleSet(raisesAll:)`).
  package init(_ set: RuleSet, lines: LineRules) { rules = ScanRules(set: set, lines: lines) }

  /// Checks every sample of a rule.
  package func failures(of rule: Rule) throws(RunError) -> [Failure] {
    var failures: [Failure] = []
    for sample in rule.samples.hits where try !raises(rule.id, sample) {
      failures.append(failure(rule, sample, "this sample is given as a hit of '\(rule.id)', which passes it over"))
    }
    for sample in rule.samples.misses where try raises(rule.id, sample) {
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

  private func raises(_ id: String, _ sample: Rule.Samples.Sample) throws(RunError) -> Bool {
    try findings(in: sample.text).findings.contains { $0.rule.id == id }
  }

  /// What the rules find in a text.
  package func findings(in text: String) throws(RunError) -> Findings {
    var plan = RunPlan(input: .memory(Array(text.utf8), name: "sample"))
    plan.rules = rules
    return try Driver(plan: plan).scan().findings
  }
}
