internal import Patterns
internal import TraceCore

/// Makes the condition of a rule about lines of a Sigma rule's tests.
///
/// - Keywords that the rule cannot do without become a pattern for the lines of the record (`LineRule.Target.record`): the
///   line as logged, continuation lines, and what JSON hides behind escapes. All of them must stand on one line.
/// - Everything else becomes an expression. A keyword in it (beside a field in an `or`, or only under a `not`) is looked for
///   in the record's first line.
/// - Without such keywords, words that the record's first line must have are looked for before the expression is asked.
struct SigmaLineCondition {
  private let node: SigmaNode

  init(_ node: SigmaNode) { self.node = node }

  /// - Throws: `SigmaExpression.Problem`
  func make() throws(SigmaExpression.Problem) -> LineCondition {
    let conjuncts = node.conjuncts
    let texts = conjuncts.filter { $0.isAboutKeywords && $0.needsKeyword }
    // A `not` of keywords is about the line on which the others are found.
    let exclusions = texts.isEmpty ? [] : conjuncts.filter { $0.isAboutKeywords && !$0.needsKeyword }
    let rest = conjuncts.filter { !$0.isAboutKeywords || (texts.isEmpty && !$0.needsKeyword) }

    var expression: FilterExpression?
    if !rest.isEmpty {
      let source = try SigmaExpression.write(rest.count == 1 ? rest[0] : .and(rest))
      do throws(FilterError) {
        expression = try FilterExpression(parsing: source)
      } catch {
        throw SigmaExpression.Problem(
          message: "it cannot be written as an expression: \(error.render(expression: source))")
      }
    }
    guard !texts.isEmpty else {
      let words = node.words ?? []
      return LineCondition(
        target: words.isEmpty ? .text : .line, pattern: nil, keywords: words, expression: expression,
        rule: LineRule(target: words.isEmpty ? .text : .line, keywords: words, condition: expression))
    }
    let pattern = SigmaLineCondition.pattern(texts + exclusions)
    let regex: Regex
    do throws(PatternError) {
      regex = try Regex(pattern)
    } catch {
      throw SigmaExpression.Problem(message: "its keywords are too many for one pattern: \(error.message)")
    }
    if regex.matchesNothing {
      throw SigmaExpression.Problem(message: "its keywords are found in every record, so it would hit on every line")
    }
    let words = SigmaNode.and(texts).words ?? []
    return LineCondition(
      target: .record, pattern: pattern, keywords: words, expression: expression,
      rule: LineRule(target: .record, pattern: regex, keywords: words, condition: expression))
  }

  /// One pattern for a line on which all of these hold.
  private static func pattern(_ nodes: [SigmaNode]) -> String {
    if nodes.count == 1 {
      if case .keywords(let keywords) = nodes[0] { return keywords.pattern }
      if case .or(let parts) = nodes[0] {
        let patterns = parts.compactMap { if case .keywords(let keywords) = $0 { keywords.pattern } else { nil } }
        if patterns.count == parts.count { return patterns.map { "(?:\($0))" }.joined(separator: "|") }
      }
    }
    return "(?s)^" + nodes.map(assertion).joined()
  }

  /// What looks ahead from the line's start.
  private static func assertion(_ node: SigmaNode) -> String {
    switch node {
    case .keywords(let keywords): "(?=.*?(?:\(keywords.pattern)))"
    case .and(let parts): parts.map(assertion).joined()
    case .or(let parts): "(?:\(parts.map(assertion).joined(separator: "|")))"
    case .not(let part): "(?!\(assertion(part)))"
    case .field: ""
    }
  }
}
