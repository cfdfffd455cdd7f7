package import Config
internal import Patterns
internal import TraceCore

/// What could be better in rules that load: each remark at its place in the file.
///
/// Mistakes that keep rules from loading are `PackReader`'s and `RuleSet`'s. It does not run samples: that is the pipeline's.
package struct RuleLint {
  /// A remark.
  package struct Remark: Sendable, Equatable {
    package enum Level: String, Sendable, Comparable {
      /// The rule does not do what it says, or nothing can be applied until it is mended.
      case error
      /// It works, and likely not as meant, or at a price.
      case warning
      /// A person may want to know.
      case note

      package static func < (a: Level, b: Level) -> Bool { a.order < b.order }

      private var order: Int {
        switch self {
        case .error: 0
        case .warning: 1
        case .note: 2
        }
      }
    }

    package var level: Level
    /// What was looked for, for machines: `backtracking`, `no-literal`, …
    package var check: String
    /// Id of the rule; nil where a file as a whole is meant.
    package var rule: String?
    package var problem: ConfigurationProblem

    package init(_ level: Level, _ check: String, rule: String?, _ problem: ConfigurationProblem) {
      self.level = level
      self.check = check
      self.rule = rule
      self.problem = problem
    }
  }

  private let set: RuleSet
  /// Of each rule by its id: names that correlations ask its hits for.
  private var asked: [String: Set<String>] = [:]

  package init(_ set: RuleSet) {
    self.set = set
    for rule in set.rules {
      guard case .correlation(let condition) = rule.condition else { continue }
      for id in condition.rules {
        let aliases = condition.aliases[id] ?? [:]
        for name in condition.groupBy + [condition.field].compactMap(\.self) {
          asked[id, default: []].insert(aliases[name] ?? name)
        }
      }
    }
  }

  /// All remarks, in the order of the rules.
  package func remarks() -> [Remark] {
    var remarks: [Remark] = []
    for rule in set.rules {
      add(&remarks, aboutMeaningOf: rule)
      switch rule.condition {
      case .line(let condition):
        add(&remarks, aboutNamesOf: rule, condition)
        if let pattern = condition.pattern { add(&remarks, aboutPatternOf: rule, condition, pattern) }
        if let expression = condition.expression { add(&remarks, about: expression, "where", rule) }
      case .trace(let condition):
        for part in condition.recordExpressions { add(&remarks, about: part, "trace", rule) }
      case .correlation: break
      }
    }
    return remarks
  }

  private func remark(
    _ level: Remark.Level, _ check: String, _ rule: Rule, _ message: String, line: Int? = nil, column: Int? = nil
  ) -> Remark {
    Remark(
      level, check, rule: rule.id,
      ConfigurationProblem(
        path: rule.path, line: line ?? rule.line, column: column ?? rule.column, "\(rule.id): \(message)"))
  }

  // MARK: The rule

  private func add(_ remarks: inout [Remark], aboutMeaningOf rule: Rule) {
    if rule.status == .experimental && rule.severity == .p0 {
      remarks.append(
        remark(
          .warning, "experimental-page", rule,
          "P0 pages someone, and the rule is experimental: make it stable, or P1 until it is"))
    }
    if rule.severity <= .p1 && rule.runbook == nil && rule.description == nil {
      remarks.append(
        remark(
          .note, "no-runbook", rule,
          "\(rule.severity.name) without a runbook or a description: say what the person who is woken can do"))
    }
  }

  /// A field's name as logged cannot be known, but a near miss of a group's can be seen.
  private func add(_ remarks: inout [Remark], aboutNamesOf rule: Rule, _ condition: LineCondition) {
    let groups = condition.captureNames
    let used = (rule.message?.names ?? []) + rule.groupBy
    for name in used.uniqued where !groups.contains(name) && !FilterExpression.isOwnField(name) {
      guard let near = NameSuggestion.closest(to: name, in: groups) else { continue }
      remarks.append(
        remark(
          .warning, "near-miss", rule,
          "{\(name)} is no group of the pattern, so a field of the log is meant; did you mean {\(near)}?"))
    }
    let needed = asked[rule.id] ?? []
    for name in groups.uniqued where !used.contains(name) && !needed.contains(name) {
      if rule.isSecret && name == "secret" { continue }
      remarks.append(
        remark(
          .warning, "unused-group", rule,
          "nothing uses the group '\(name)': name it in 'message' or 'group-by', or write (?:…)",
          line: condition.patternLine, column: condition.patternColumn))
    }
  }

  // MARK: Patterns

  private func add(
    _ remarks: inout [Remark], aboutPatternOf rule: Rule, _ condition: LineCondition, _ pattern: String
  ) {
    func add(_ check: String, _ message: String) {
      remarks.append(
        remark(.warning, check, rule, message, line: condition.patternLine, column: condition.patternColumn))
    }
    if RuleLint.beginsWithAnything(pattern) {
      add("leading-anything", "a pattern may match anywhere in the text: leave out the '.*' at its start")
    }
    if !RuleLint.canBeLookedFor(condition) {
      add(
        "no-literal",
        "nothing in the pattern is rare enough to be looked for, so every line is searched where Vectorscan is not built in: "
          + "give it a word, or 'keywords'")
    }
    if let report = BacktrackProbe.report(pattern), report.isBad { add("backtracking", report.sentence) }
  }

  /// Patterns in expressions.
  private func add(_ remarks: inout [Remark], about expression: FilterExpression, _ key: String, _ rule: Rule) {
    for pattern in expression.patterns {
      guard let report = BacktrackProbe.report(pattern), report.isBad else { continue }
      remarks.append(remark(.warning, "backtracking", rule, "'\(key)': \"\(pattern)\": \(report.sentence)"))
    }
  }

  /// `.*` or `.+` in front, with nobody to ask for what it takes.
  static func beginsWithAnything(_ pattern: String) -> Bool {
    var rest = pattern[...]
    if rest.hasPrefix("(?"), let end = rest.firstIndex(of: ")"), rest[..<end].dropFirst(2).allSatisfy(\.isLetter) {
      rest = rest[rest.index(after: end)...]
    }
    if rest.hasPrefix("^") { rest = rest.dropFirst() }
    return rest.hasPrefix(".*")
  }

  /// Whether a prefilter without Vectorscan finds where the rule could match.
  static func canBeLookedFor(_ condition: LineCondition) -> Bool {
    let rule = PrefilterRule(index: 0, pattern: condition.pattern, keywords: condition.keywords)
    return PrefilterPlan(rules: [rule], mode: .literals).alwaysRules.isEmpty
  }
}

extension BacktrackProbe.Report {
  /// What it does, with which text, and what to do: one line without a full stop.
  package var sentence: String {
    let lead = prefix.isEmpty ? "" : "'\(prefix)' with "
    let tail = suffix.isEmpty ? "" : " followed by '\(suffix)'"
    var sentence = "the pattern backtracks (\(growth.name)) on \(lead)'\(pump)' again and again\(tail)"
    if let givenUpAt { sentence += ", and is given up at \(givenUpAt) bytes" }
    return RuleLint.visible(sentence) + ": " + advice
  }
}

extension RuleLint {
  /// Controls as `\x01`, so that a message is one line.
  static func visible(_ text: String) -> String {
    var visible = ""
    for scalar in text.unicodeScalars {
      if scalar.value < 0x20 || scalar.value == 0x7F {
        let digits = String(scalar.value, radix: 16)
        visible += "\\x" + String(repeating: "0", count: 2 - digits.count) + digits
      } else {
        visible.unicodeScalars.append(scalar)
      }
    }
    return visible
  }
}

extension Rule {
  /// All patterns that it searches with.
  package var patterns: [String] {
    switch condition {
    case .line(let condition):
      [condition.pattern].compactMap(\.self) + (condition.expression?.patterns ?? [])
    case .trace(let condition): condition.recordExpressions.flatMap(\.patterns)
    case .correlation: []
    }
  }
}

extension LineCondition {
  /// Names of the pattern's groups.
  var captureNames: [String] { rule.pattern?.captureNames.map(\.name) ?? [] }
}

extension TraceCondition {
  /// The conditions on records that it consists of.
  var recordExpressions: [FilterExpression] {
    (expression?.recordPredicates ?? []) + (expression?.requestAtoms ?? []) + sequence
      + [begun, ended].compactMap(\.self)
  }
}

extension [String] {
  fileprivate var uniqued: [String] {
    var seen: Set<String> = []
    return filter { seen.insert($0).inserted }
  }
}
