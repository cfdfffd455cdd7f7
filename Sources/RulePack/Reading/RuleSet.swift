package import Config
package import TraceCore
internal import Patterns

/// All rules of a run, checked against each other, and what the parse of lines needs of them.
///
/// Line rules are numbered as in `lineRules`; after those of packs stand hidden ones, the conditions on records that
/// trace rules consist of. Immutable.
package struct RuleSet: Sendable {
  package let rules: [Rule]
  /// Names of the packs, in order.
  package let packs: [String]
  package let suppressions: [Suppression]
  /// What is searched in lines.
  package let lineRules: [LineRule]
  /// What the number of a line rule stands for.
  let roles: [Role]
  /// Of each line rule, the names of its values.
  let valueNames: [[String]]
  let correlations: [CorrelationInputs]
  let traces: [TracePlan]
  /// What trace rules ask about the request of a trace: to be evaluated on closing records.
  package let requestAtoms: [FilterExpression]

  /// What a line rule is for.
  enum Role: Sendable {
    case rule(Int)
    /// `any(…)` or `count(…)` of a trace rule: number among `TracePlan.counts`.
    case count(trace: Int, part: Int)
    case step(trace: Int, step: Int)
    case begun(trace: Int)
    case ended(trace: Int)
  }

  /// A correlation with its rules found.
  struct CorrelationInputs: Sendable {
    var rule: Int
    var condition: CorrelationCondition
    /// Line rule -> its place in `condition.rules`, and where its values of group-by and of the field stand.
    var inputs: [Int: Input]

    struct Input: Sendable {
      var place: Int
      var groupBy: [Int]
      var field: Int?
    }
  }

  /// A trace rule with the numbers of its parts.
  struct TracePlan: Sendable {
    var rule: Int
    var condition: TraceCondition
    /// Number of its first atom in `requestAtoms`.
    var firstAtom: Int
  }

  /// Rules whose hits are findings of their own: not those that only serve a correlation.
  let raisesFindings: [Bool]

  /// - Parameter raisesAll: rules that only serve a correlation raise findings of their own too (to check their samples).
  package init(
    packs: [PackReader.Pack], suppressions: [Suppression] = [], raisesAll: Bool = false
  ) throws(ConfigurationProblems) {
    var builder = RuleSetBuilder(rules: packs.flatMap(\.rules))
    builder.build(suppressions)
    guard builder.problems.isEmpty else { throw ConfigurationProblems(builder.problems) }
    rules = builder.rules
    self.packs = packs.map(\.name)
    self.suppressions = suppressions
    lineRules = builder.lineRules
    roles = builder.roles
    valueNames = builder.valueNames
    correlations = builder.correlations
    traces = builder.traces
    requestAtoms = builder.requestAtoms
    raisesFindings = raisesAll ? rules.map { _ in true } : builder.raisesFindings
  }

  /// A set of one of its rules, which must be about lines; nil if there is no such rule.
  package func only(_ id: String) throws(ConfigurationProblems) -> RuleSet? {
    guard let rule = rules.first(where: { $0.id == id }), case .line = rule.condition else { return nil }
    return try RuleSet(packs: [PackReader.Pack(name: rule.pack, title: nil, rules: [rule])])
  }

  /// The rule about lines that line rule `number` is; nil for a condition of a trace rule.
  package func rule(ofLine number: Int) -> Rule? {
    if case .rule(let index) = roles[number] { rules[index] } else { nil }
  }

  /// Rules of which something asks for whole traces.
  package var needsTraces: Bool { !traces.isEmpty }

  /// The rules with a text that stands in the log as it is, so that it can be looked for in whole blocks.
  package var prefilterRules: [PrefilterRule] {
    lineRules.enumerated().compactMap { index, rule in
      guard !rule.isDense, !rule.target.isDerived else { return nil }
      return PrefilterRule(
        index: UInt32(index), pattern: rule.pattern?.pattern, options: rule.pattern?.options ?? [],
        keywords: rule.keywords.map { String(decoding: $0, as: UTF8.self) },
        acrossLines: rule.target != .text && rule.target != .line)
    }
  }

  /// What rules of secrets match.
  var secretPatterns: [Regex] { secretConditions.compactMap(\.rule.pattern) }

  /// Those of them that can be looked for in any text: not what a single field is like.
  var secretTextPatterns: [Regex] {
    secretConditions.compactMap { condition in
      if case .field = condition.target { nil } else { condition.rule.pattern }
    }
  }

  private var secretConditions: [LineCondition] {
    rules.compactMap { rule in
      guard rule.isSecret, case .line(let condition) = rule.condition else { return nil }
      return condition
    }
  }

  /// The name, among a line rule's values, of the secret that it matched.
  static let secretName = ""
}

/// Puts rules together: finds those that others name, numbers them, and says what each hit must keep.
struct RuleSetBuilder {
  var rules: [Rule]
  var problems: [ConfigurationProblem] = []
  var lineRules: [LineRule] = []
  var roles: [RuleSet.Role] = []
  var valueNames: [[String]] = []
  var correlations: [RuleSet.CorrelationInputs] = []
  var traces: [RuleSet.TracePlan] = []
  var requestAtoms: [FilterExpression] = []
  var raisesFindings: [Bool]
  private var indexOfID: [String: Int] = [:]
  /// Rule -> its line rule.
  private var lineOfRule: [Int: Int] = [:]

  init(rules: [Rule]) {
    self.rules = rules
    RuleNames.resolve(&self.rules)
    raisesFindings = Array(repeating: true, count: rules.count)
  }

  mutating func build(_ suppressions: [Suppression]) {
    for (index, rule) in rules.enumerated() {
      if let first = indexOfID[rule.id] {
        let other = rules[first]
        problem(
          rule,
          "the id '\(rule.id)' is taken by pack \(other.pack) (\(other.path):\(other.line)) already: ids are unique over all "
            + "packs, rename one of them")
      } else {
        indexOfID[rule.id] = index
      }
    }
    for (index, rule) in rules.enumerated() {
      if case .line(let condition) = rule.condition { addLine(index, rule, condition) }
    }
    for (index, rule) in rules.enumerated() {
      switch rule.condition {
      case .line: continue
      case .correlation(let condition): addCorrelation(index, rule, condition)
      case .trace(let condition): addTrace(index, rule, condition)
      }
    }
    let hiding = Suppressions(suppressions)
    for (rule, line) in lineOfRule.sorted(by: { $0.key < $1.key }) {
      for name in hiding.fieldsNeeded(byRule: rules[rule].id) { _ = value(name, of: line) }
    }
  }

  private mutating func problem(_ rule: Rule, _ message: String) {
    problems.append(ConfigurationProblem(path: rule.path, line: rule.line, column: rule.column, message))
  }

  private mutating func addLine(_ index: Int, _ rule: Rule, _ condition: LineCondition) {
    lineOfRule[index] = lineRules.count
    var line = condition.rule
    line.values = []
    lineRules.append(line)
    roles.append(.rule(index))
    valueNames.append([])
    for name in rule.groupBy + (rule.message?.names ?? []) { _ = value(name, of: lineRules.count - 1) }
    if rule.isSecret, let pattern = line.pattern {
      lineRules[lineRules.count - 1].values.append(.capture(pattern.group(named: "secret") ?? 0))
      valueNames[lineRules.count - 1].append(RuleSet.secretName)
    }
  }

  /// The number of a line rule's value, which is kept from now on.
  private mutating func value(_ name: String, of line: Int) -> Int {
    if let known = valueNames[line].firstIndex(of: name) { return known }
    if let group = lineRules[line].pattern?.group(named: name) {
      lineRules[line].values.append(.capture(group))
    } else {
      lineRules[line].values.append(.field(name))
    }
    valueNames[line].append(name)
    return valueNames[line].count - 1
  }

  private mutating func addCorrelation(_ index: Int, _ rule: Rule, _ condition: CorrelationCondition) {
    var plan = RuleSet.CorrelationInputs(rule: index, condition: condition, inputs: [:])
    for (place, name) in condition.rules.enumerated() {
      guard let found = indexOfID[name] else {
        let near = NameSuggestion.closest(to: name, in: indexOfID.keys).map { "; did you mean '\($0)'?" } ?? ""
        problem(rule, "'rules': no rule has the id '\(name)'\(near)")
        continue
      }
      guard let line = lineOfRule[found] else {
        problem(rule, "'rules': '\(name)' is not about lines; a correlation counts hits of rules about lines")
        continue
      }
      // A rule that is named twice has its first place, as in `CorrelationPlan.steps`.
      guard plan.inputs[line] == nil else { continue }
      let aliases = condition.aliases[name] ?? [:]
      plan.inputs[line] = RuleSet.CorrelationInputs.Input(
        place: place, groupBy: condition.groupBy.map { value(aliases[$0] ?? $0, of: line) },
        field: condition.field.map { value(aliases[$0] ?? $0, of: line) })
      if !condition.generate { raisesFindings[found] = false }
    }
    correlations.append(plan)
  }

  private mutating func addTrace(_ index: Int, _ rule: Rule, _ condition: TraceCondition) {
    let number = traces.count
    traces.append(RuleSet.TracePlan(rule: index, condition: condition, firstAtom: requestAtoms.count))
    if let expression = condition.expression {
      if !expression.countsOnlyMatches {
        problem(
          rule,
          "a rule about a trace can have any(…) and count(…) without `not`, and no all(…); write count(…) = 0 for none")
      }
      requestAtoms += expression.requestAtoms
      if requestAtoms.count > TraceExpression.partLimit {
        problem(
          rule,
          "more than \(TraceExpression.partLimit) rules about traces ask about their request (status, route, duration …); this one is too many"
        )
      }
      for (part, predicate) in expression.recordPredicates.enumerated() {
        addHidden(predicate, .count(trace: number, part: part))
      }
    }
    // Hits on one record come in this order, and one record is not two steps.
    for (step, expression) in condition.sequence.enumerated().reversed() {
      addHidden(expression, .step(trace: number, step: step))
    }
    if let begun = condition.begun { addHidden(begun, .begun(trace: number)) }
    if let ended = condition.ended { addHidden(ended, .ended(trace: number)) }
  }

  /// A condition on records that no pack shows as a rule. Where it asks for a pattern in the message, that pattern finds the
  /// records, and the rest is asked of those alone.
  private mutating func addHidden(_ expression: FilterExpression, _ role: RuleSet.Role) {
    lineRules.append(
      LineRule(target: .message, pattern: expression.requiredMessagePattern, condition: expression))
    roles.append(role)
    valueNames.append([])
  }
}

extension LineRules {
  /// The rules of a set, found by a prefilter for its `prefilterRules`.
  package init(_ set: RuleSet, prefilter: PrefilterPlan) {
    let derived = set.lineRules.indices.filter { !set.lineRules[$0].isDense && set.lineRules[$0].target.isDerived }
    self.init(set.lineRules, unfiltered: (prefilter.alwaysRules + derived).sorted()) { prefilter.makePrefilter() }
  }
}
