internal import Config
package import RulePack

/// Everything that `skein rules lint` finds: mistakes that keep rules from loading, remarks on those that load, and samples
/// that do not do as they say.
package struct RuleLinter {
  package private(set) var remarks: [RuleLint.Remark] = []
  package private(set) var rules = 0
  package private(set) var samples = 0
  /// Nothing can be applied.
  package private(set) var isUnloadable = false
  package private(set) var hasFailingSamples = false

  /// - Parameters: as `RuleLoader.load`.
  package init(paths: [String], builtin: [String]?) throws(RuleLoader.Failure) {
    let set: RuleSet
    do throws(RuleLoader.Failure) {
      set = try RuleLoader.load(paths: paths, builtin: builtin, raisesAll: true)
    } catch {
      guard case .problems(let found) = error else { throw error }
      isUnloadable = true
      remarks = found.problems.map { RuleLint.Remark(.error, "format", rule: nil, $0) }
      return
    }
    rules = set.rules.count
    remarks = RuleLint(set).remarks()
    do throws(RunError) {
      try checkSamples(set)
    } catch {
      switch error {
      case .source(let error): throw .source(error)
      case .usage(let message): throw .usage(message)
      }
    }
    let order = Dictionary(set.rules.map(\.path).enumerated().map { ($1, $0) }, uniquingKeysWith: min)
    let numbered = remarks.enumerated().map { (key: (order[$1.problem.path] ?? 0, $1.problem.line, $0), remark: $1) }
    remarks = numbered.sorted { $0.key < $1.key }.map(\.remark)
  }

  private mutating func checkSamples(_ set: RuleSet) throws(RunError) {
    let check = SampleCheck(set, lines: RuleLoader.lines(set))
    for rule in set.rules {
      samples += rule.samples.hits.count + rule.samples.misses.count
      for failure in try check.failures(of: rule) {
        hasFailingSamples = true
        remarks.append(RuleLint.Remark(.error, "sample", rule: rule.id, failure.problem))
      }
      guard case .line = rule.condition else { continue }
      for sample in rule.samples.hits { try noteWorse(rule, sample, check) }
    }
  }

  /// A line that hits two rules of a pack is told twice; worth knowing where the other is the more urgent.
  private mutating func noteWorse(
    _ rule: Rule, _ sample: Rule.Samples.Sample, _ check: SampleCheck
  ) throws(RunError) {
    for finding in try check.findings(in: sample.text).findings {
      guard finding.rule.pack == rule.pack, finding.rule.severity < rule.severity, case .line = finding.rule.condition
      else { continue }
      remarks.append(
        RuleLint.Remark(
          .note, "covered", rule: rule.id,
          ConfigurationProblem(
            path: rule.path, line: sample.line, column: sample.column,
            "\(rule.id): this sample is a hit of '\(finding.rule.id)', too, which is \(finding.rule.severity.name)")))
      return
    }
  }
}
