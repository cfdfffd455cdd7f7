internal import TraceCore

/// Reads the `correlation` mapping, which is the same in packs and in Sigma files.
enum CorrelationReader {
  static func read(_ mapping: inout MappingReader, generate: Bool) -> CorrelationCondition? {
    let node = mapping.node
    _ = mapping.required("type", "event_count")
    let kind = mapping.choice("type", CorrelationCondition.Kind.self)
    let rules = mapping.texts("rules")
    if rules.isEmpty { mapping.fail(node, "'rules' is missing; name the rules whose events are counted") }
    let groupBy = mapping.texts("group-by")
    _ = mapping.required("timespan", "5m")
    let timespan = mapping.duration("timespan")
    let aliases = self.aliases(&mapping)
    guard let kind else {
      mapping.pass("condition")
      return nil
    }
    var condition = CorrelationCondition(
      kind: kind, rules: rules, groupBy: groupBy, timespan: timespan ?? 0, comparisons: [], field: nil, percentile: 0,
      generate: generate, aliases: aliases)
    switch kind {
    case .temporal, .temporalOrdered:
      if rules.count < 2 { mapping.fail(node, "'\(kind.rawValue)' takes two rules or more") }
      if let value = mapping.value("condition") {
        mapping.fail(value, "'condition' of \(kind.rawValue) is that all its rules hit; others are not read")
      }
    case .eventCount, .valueCount, .valuePercentile:
      guard let value = mapping.required("condition", "{gte: 10}") else { return nil }
      var inner = MappingReader(value, path: mapping.path, what: "'condition'")
      readComparisons(&inner, into: &condition)
      mapping.add(inner.finish())
    }
    return condition
  }

  private static func readComparisons(_ mapping: inout MappingReader, into condition: inout CorrelationCondition) {
    if condition.kind != .eventCount {
      condition.field = mapping.requiredText("field", condition.kind == .valueCount ? "user" : "duration")
    }
    if condition.kind == .valuePercentile {
      guard let value = mapping.required("percentile", "95") else { return }
      guard let percent = value.text.flatMap(Double.init), percent > 0, percent < 100 else {
        mapping.fail(value, "'percentile' is a number above 0 and below 100")
        return
      }
      condition.percentile = percent
    }
    for comparison in CorrelationCondition.Comparison.allCases {
      guard let value = mapping.value(comparison.rawValue) else { continue }
      if condition.kind != .valuePercentile {
        guard let count = value.integer, count >= 0 else {
          mapping.fail(value, "'\(comparison.rawValue)' is a whole number here")
          continue
        }
        condition.comparisons.append((comparison, Double(count)))
      } else if let duration = value.text.flatMap(OptionValue.duration) {
        condition.comparisons.append((comparison, Double(duration)))
      } else if let number = value.text.flatMap(Double.init), number.isFinite {
        condition.comparisons.append((comparison, number))
      } else {
        mapping.fail(value, "'\(comparison.rawValue)' is a number, or a duration as 500ms")
      }
    }
    if condition.comparisons.isEmpty {
      mapping.fail(mapping.node, "'condition' compares with nothing; give gt, gte, lt, lte or eq")
    }
  }

  /// `aliases: {source: {rule-a: client, rule-b: ip}}`
  private static func aliases(_ mapping: inout MappingReader) -> [String: [String: String]] {
    guard let value = mapping.value("aliases") else { return [:] }
    guard case .mapping(let names) = value.value else {
      mapping.fail(value, "'aliases' is a mapping of names to {rule: field}")
      return [:]
    }
    var aliases: [String: [String: String]] = [:]
    for name in names {
      guard let alias = name.key.text, case .mapping(let fields) = name.value.value else {
        mapping.fail(name.value, "an alias is a mapping of rules to fields")
        continue
      }
      for field in fields {
        guard let rule = field.key.text, let fieldName = field.value.text else { continue }
        aliases[rule, default: [:]][alias] = fieldName
      }
    }
    return aliases
  }
}
