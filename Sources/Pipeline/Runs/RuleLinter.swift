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
    let check = SampleCheck(set)
    var hits: [(rule: Rule, sample: Rule.Samples.Sample)] = []
    for rule in set.rules {
      samples += rule.samples.hits.count + rule.samples.misses.count
      for failure in try check.failures(of: rule) {
        hasFailingSamples = true
        remarks.append(RuleLint.Remark(.error, "sample", rule: rule.id, failure.problem))
      }
      if case .line = rule.condition { hits += rule.samples.hits.map { (rule, $0) } }
    }
    for (hit, others) in zip(hits, try check.lineRules(in: hits.map(\.sample.text))) {
      noteWorse(hit.rule, hit.sample, others)
    }
  }

  /// A line that hits two rules of a pack is reported twice; worth knowing where the other is the more urgent.
  private mutating func noteWorse(_ rule: Rule, _ sample: Rule.Samples.Sample, _ others: [Rule]) {
    let worse = others.filter { $0.pack == rule.pack && $0.severity < rule.severity }
    guard let other = worse.min(by: { $0.severity < $1.severity }) else { return }
    remarks.append(
      RuleLint.Remark(
        .note, "covered", rule: rule.id,
        ConfigurationProblem(
          path: rule.path, line: sample.line, column: sample.column,
          "\(rule.id): this sample is a hit of '\(other.id)', too, which is \(other.severity.name)")))
  }
}
