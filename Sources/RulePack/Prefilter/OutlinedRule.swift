internal import Patterns

/// A rule and what its pattern's text must look like, from which it is decided how the rule is looked for. Making one takes
/// some µs for each character of the pattern, so it is made only where the cache has no plan.
struct OutlinedRule {
  /// Of its pattern, where it has one.
  let outline: PatternOutline?
  let keywords: [String]
  let acrossLines: Bool

  init(_ rule: PrefilterRule) {
    outline = rule.pattern.map { PatternOutline($0, options: rule.options) }
    keywords = rule.keywords
    acrossLines = rule.acrossLines
  }

  /// One of the keywords, where they can be looked for.
  private var keywordLiterals: RequiredLiterals? {
    guard !keywords.isEmpty, keywords.allSatisfy({ $0.utf8.count >= RequiredLiteral.leastLength }) else { return nil }
    return RequiredLiterals(keywords.map { RequiredLiteral($0, isCaseless: true) })
  }

  /// The rarer of what the pattern requires and the keywords.
  var literals: RequiredLiterals? {
    guard let required = outline?.requiredLiterals else { return keywordLiterals }
    guard let keywords = keywordLiterals, keywords.rarity > required.rarity else { return required }
    return keywords
  }

  /// The rarer of the pattern and the keywords, as an expression and what it was made from, where Vectorscan can be trusted
  /// with it: releases of it miss matches of expressions that need no two literal bytes in a row
  /// (docs/decisions/0012-vectorscan-is-checked.md).
  var expression: (text: String, outline: PatternOutline)? {
    let keywords = keywordLiterals
    if let outline, outline.longestRun >= Self.leastRun, outline.rarity >= keywords?.rarity ?? 0,
      let text = outline.byteExpression(acrossLines: acrossLines)
    {
      return (text, outline)
    }
    guard let literals, literals.minimumLength >= Self.leastRun, literals.rarity >= OutlinedRule.leastRarity else {
      return nil
    }
    let outline = PatternOutline(anyOf: literals.literals)
    return outline.byteExpression(acrossLines: acrossLines).map { ($0, outline) }
  }

  /// Literals that are not rarer than this, in bits, would be found on every line.
  static let leastRarity = 9.0

  /// Literal bytes in a row that an expression for Vectorscan requires.
  private static let leastRun = 2
}

extension PlanContent {
  /// Looks for the rules that are tried on every line by their literals instead, where those are rare.
  mutating func addLiterals(_ rules: [OutlinedRule]) {
    for index in rules.indices where methods[index] == .always {
      guard let literals = rules[index].literals, literals.rarity >= OutlinedRule.leastRarity else { continue }
      methods[index] = .literals(literals.literals)
    }
  }
}
