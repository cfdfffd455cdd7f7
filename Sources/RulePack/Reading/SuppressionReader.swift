package import Config
internal import TraceCore

/// Reads a file of suppressions: findings that somebody answers for, until a day. Everything wrong in it is reported at once.
package struct SuppressionReader {
  /// What an expression of a suppression of a rule about traces can ask for.
  package static let traceFields = ["route", "status", "duration", "level", "id", "time"]

  let path: String
  let rules: [Rule]
  private var problems: [ConfigurationProblem] = []

  private init(path: String, rules: [Rule]) {
    self.path = path
    self.rules = rules
  }

  /// - Parameters:
  ///   - path: as the user named it, for messages.
  ///   - rules: all rules loaded; a suppression names one of them.
  package static func read(_ text: [UInt8], path: String, rules: [Rule]) throws(ConfigurationProblems) -> [Suppression]
  {
    var reader = SuppressionReader(path: path, rules: rules)
    let documents: [YAMLNode]
    do throws(ConfigurationProblem) {
      documents = try YAMLReader.documents(text, path: path)
    } catch {
      throw ConfigurationProblems([error])
    }
    if documents.isEmpty {
      reader.problems.append(
        ConfigurationProblem(
          path: path, line: 1, column: 1, "there is nothing in this file; write `suppressions: []` for none"))
    }
    let suppressions = documents.flatMap { reader.suppressions($0) }
    guard reader.problems.isEmpty else { throw ConfigurationProblems(reader.problems) }
    return suppressions
  }

  private mutating func suppressions(_ document: YAMLNode) -> [Suppression] {
    var mapping = MappingReader(document, path: path, what: "a file of suppressions")
    var suppressions: [Suppression] = []
    if let list = mapping.required("suppressions", "[]") {
      if case .sequence(let items) = list.value {
        suppressions = items.compactMap { suppression($0) }
      } else {
        mapping.fail(list, "'suppressions' is a list (- rule: …), not \(list.kind)")
      }
    }
    problems += mapping.finish()
    return suppressions
  }

  private mutating func suppression(_ node: YAMLNode) -> Suppression? {
    var mapping = MappingReader(node, path: path, what: "a suppression")
    let rule = self.rule(&mapping)
    let expression = mapping.expression("where")
    if let rule, let expression, let place = mapping.value("where") { check(expression, of: rule, at: place, &mapping) }
    let owner = sentence("owner", "ana@example.org", "who answers for it", &mapping)
    let reason = sentence("reason", "the nightly export is slow by design", "why it may be hidden", &mapping)
    let expires = self.expires(&mapping)
    let found = mapping.finish()
    problems += found
    guard found.isEmpty, let rule, let owner, let reason, let expires else { return nil }
    return Suppression(
      rule: rule.id, expression: expression, owner: owner, reason: reason, expires: expires, path: path, line: node.line
    )
  }

  private func rule(_ mapping: inout MappingReader) -> Rule? {
    guard let value = mapping.required("rule", "http-slow-route") else { return nil }
    guard let id = value.text else {
      mapping.fail(value, "'rule' is the id of one rule, not \(value.kind)")
      return nil
    }
    if let rule = rules.first(where: { $0.id == id }) { return rule }
    let near = NameSuggestion.closest(to: id, in: rules.map(\.id))
    mapping.fail(
      value, "there is no rule '\(id)' among the rules loaded" + (near.map { "; did you mean '\($0)'?" } ?? ""))
    return nil
  }

  private func sentence(
    _ key: String, _ example: String, _ what: String, _ mapping: inout MappingReader
  ) -> String? {
    guard let value = mapping.required(key, example) else { return nil }
    guard let text = value.text, text.contains(where: { !$0.isWhitespace }) else {
      mapping.fail(value, "'\(key)' says \(what): write for example `\(key): \(example)`")
      return nil
    }
    return text
  }

  /// The end of a day, or a time.
  private func expires(_ mapping: inout MappingReader) -> Int64? {
    guard let value = mapping.required("expires", "2027-01-31") else { return nil }
    guard let text = value.text, let time = OptionValue.time(text) else {
      mapping.fail(
        value,
        "'expires' is a date as 2027-01-31 (until the end of that day, UTC) or a time as 2027-01-31T18:00:00Z; "
          + "'\(value.text ?? value.kind)' is neither")
      return nil
    }
    let isDay = text.utf8.count == "2027-01-31".utf8.count
    return isDay ? time + 86_400 * EventTime.nanosecondsPerSecond : time
  }

  /// Whether what the expression asks for is known of the rule's hits.
  private func check(
    _ expression: FilterExpression, of rule: Rule, at place: YAMLNode, _ mapping: inout MappingReader
  ) {
    let names = expression.standardNames + expression.fieldNames
    switch rule.condition {
    case .line:
      if names.contains("line") {
        mapping.fail(place, "'where': a suppression does not see the whole line; ask for message or another field")
      }
    case .correlation(let condition):
      var known = WantedNames()
      known.add(condition.groupBy + ["time"])
      for name in names where known[name] == nil && !Suppressions.isID(name, among: condition.groupBy) {
        let list =
          condition.groupBy.isEmpty ? "it has no group-by" : "group-by: \(condition.groupBy.joined(separator: ", "))"
        mapping.fail(
          place, "'where': \(name) is not known of '\(rule.id)': of a correlation ask for its group-by fields (\(list))"
        )
      }
    case .trace:
      for name in names where !SuppressionReader.traceFields.contains(name) {
        mapping.fail(
          place,
          "'where': \(name) is not known of '\(rule.id)': of a rule about traces ask for "
            + SuppressionReader.traceFields.joined(separator: ", "))
      }
    }
  }
}
