/// Lets correlations call their rules by Sigma's `name` as well as by id.
package enum RuleNames {
  /// Puts ids for names in all correlations of `rules`, which are those of all files of a run. A name that no rule has stays,
  /// and of several rules with one name the first is meant; an id goes before a name.
  package static func resolve(_ rules: inout [Rule]) {
    let ids = Set(rules.map(\.id))
    var named: [String: String] = [:]
    for rule in rules {
      if let name = rule.name, !ids.contains(name), named[name] == nil { named[name] = rule.id }
    }
    for index in rules.indices {
      guard case .correlation(var condition) = rules[index].condition else { continue }
      condition.rules = condition.rules.map { named[$0] ?? $0 }
      condition.aliases = Dictionary(condition.aliases.map { (named[$0.key] ?? $0.key, $0.value) }) { first, _ in first
      }
      rules[index].condition = .correlation(condition)
    }
  }
}
