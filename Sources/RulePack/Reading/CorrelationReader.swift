internal import Config
internal import TraceCore

/// Reads the `correlation` mapping, which is the same in packs and in Sigma files.
enum CorrelationReader {
  /// The longest timespan: what a window remembers should not outlive what people keep logs for.
  private static let longestTimespan: Int64 = 366 * 86_400 * EventTime.nanosecondsPerSecond
  /// The largest counts that a condition can ask for: so much is remembered of a group.
  private static let mostEvents = 100_000
  private static let mostValues = 5_000

  static func read(_ mapping: inout MappingReader, generate: Bool) -> CorrelationCondition? {
    let node = mapping.node
    _ = mapping.required("type", "event_count")
    let kind = mapping.choice("type", CorrelationCondition.Kind.self)
    let rules = mapping.nodes("rules")
    if rules.isEmpty { mapping.fail(node, "'rules' is missing; name the rules whose events are counted") }
    if kind != .temporalOrdered { mapping.refuseTwice(rules, "rules") }
    let groupBy = mapping.nodes("group-by")
    mapping.refuseTwice(groupBy, "group-by")
    let timespan = self.timespan(&mapping)
    let ids = rules.compactMap(\.text)
    let aliases = self.aliases(&mapping, rules: ids)
    guard let kind else {
      mapping.pass("condition", "rules", "aliases")
      return nil
    }
    var condition = CorrelationCondition(
      kind: kind, rules: ids, groupBy: groupBy.compactMap(\.text), timespan: timespan ?? 0, comparisons: [], field: nil,
      percentile: 0, generate: generate, aliases: aliases)
    switch kind {
    case .temporal, .temporalOrdered:
      if ids.count == 1 { mapping.fail(rules[0], "'\(kind.rawValue)' needs two rules or more") }
      if let value = mapping.value("condition") {
        mapping.fail(value, "'condition' of \(kind.rawValue) is that all its rules hit; others are not read")
      }
    case .eventCount, .valueCount, .valuePercentile:
      guard let value = mapping.required("condition", "{gte: 10}") else { return nil }
      var inner = MappingReader(value, path: mapping.path, what: "'condition'")
      readField(&inner, into: &condition)
      readComparisons(&inner, into: &condition)
      mapping.add(inner.finish())
    }
    return condition
  }

  private static func timespan(_ mapping: inout MappingReader) -> Int64? {
    guard let value = mapping.required("timespan", "5m"), let timespan = mapping.duration("timespan") else {
      return nil
    }
    if timespan > longestTimespan { mapping.fail(value, "'timespan' is a year (366d) at most") }
    return timespan
  }

  // MARK: The condition

  private static func readField(_ mapping: inout MappingReader, into condition: inout CorrelationCondition) {
    guard condition.kind != .eventCount else { return }
    condition.field = mapping.requiredText("field", condition.kind == .valueCount ? "user" : "duration")
    guard condition.kind == .valuePercentile, let value = mapping.required("percentile", "95") else { return }
    guard let percent = value.text.flatMap(Double.init), percent > 0, percent < 100 else {
      mapping.fail(value, "'percentile' is a number above 0 and below 100")
      return
    }
    condition.percentile = percent
  }

  private static func readComparisons(_ mapping: inout MappingReader, into condition: inout CorrelationCondition) {
    var isWrong = false
    var numbers = 0
    var durations = 0
    for comparison in CorrelationCondition.Comparison.allCases {
      guard let value = mapping.value(comparison.rawValue) else { continue }
      if condition.kind != .valuePercentile {
        let most = condition.kind == .eventCount ? mostEvents : mostValues
        if let count = value.integer, (0...most).contains(count) {
          condition.comparisons.append((comparison, Double(count)))
        } else {
          mapping.fail(value, "'\(comparison.rawValue)' is a whole number here, \(most) at most")
          isWrong = true
        }
      } else if let duration = value.text.flatMap(OptionValue.duration) {
        condition.comparisons.append((comparison, Double(duration)))
        durations += 1
      } else if let number = value.text.flatMap(Double.init), number.isFinite {
        condition.comparisons.append((comparison, number))
        numbers += 1
      } else {
        mapping.fail(value, "'\(comparison.rawValue)' is a number, or a duration as 500ms")
        isWrong = true
      }
    }
    condition.measuresDurations = durations > 0
    if durations > 0 && numbers > 0 {
      mapping.fail(mapping.node, "'condition' compares with a duration and with a number: give both a unit, or none")
    } else if condition.comparisons.isEmpty && !isWrong {
      mapping.fail(mapping.node, "'condition' compares with nothing; give gt, gte, lt, lte or eq")
    } else if condition.kind != .valuePercentile && !isWrong {
      checkBounds(condition, &mapping)
    }
  }

  private static func checkBounds(_ condition: CorrelationCondition, _ mapping: inout MappingReader) {
    let bounds = CorrelationPlan.bounds(condition.comparisons)
    if let most = bounds.most, most < bounds.least {
      mapping.fail(mapping.node, "'condition' never holds: no count is all of that at once")
    } else if bounds.most == nil && bounds.least == 0 {
      mapping.fail(mapping.node, "'condition' always holds: every count is that; give a larger number")
    }
  }

  // MARK: Aliases

  /// `aliases: {source: {rule-a: client, rule-b: ip}}`
  private static func aliases(_ mapping: inout MappingReader, rules: [String]) -> [String: [String: String]] {
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
        guard let rule = field.key.text, let fieldName = field.value.text, !field.value.isNull else {
          mapping.fail(field.value, "an alias is a mapping of rules to fields; this is \(field.value.kind)")
          continue
        }
        // Sigma's aliases may go by a rule's name where its rules go by id; so only what looks like a slip is one.
        if !rules.contains(rule), let near = NameSuggestion.closest(to: rule, in: rules) {
          mapping.fail(
            field.key, "the alias '\(alias)' is about '\(rule)', which 'rules' does not name; did you mean '\(near)'?")
        }
        aliases[rule, default: [:]][alias] = fieldName
      }
    }
    return aliases
  }
}
