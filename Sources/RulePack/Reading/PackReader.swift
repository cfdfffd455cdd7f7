package import Config
internal import TraceCore
internal import Patterns

/// Reads a pack: YAML text into rules, with everything wrong in it reported at once.
package struct PackReader {
  /// What a file of rules holds.
  package struct Pack: Sendable {
    package var name: String
    package var title: String?
    package var rules: [Rule]

    package init(name: String, title: String?, rules: [Rule]) {
      self.name = name
      self.title = title
      self.rules = rules
    }
  }

  let path: String
  /// For rules that are not in a pack of their own name (Sigma's): the file's name.
  let fileName: String
  private(set) var problems: [ConfigurationProblem] = []

  /// - Parameter path: as the user named it, for messages.
  package static func read(_ text: [UInt8], path: String) throws(ConfigurationProblems) -> Pack {
    let documents = try self.documents(text, path: path)
    if let first = documents.first, let other = otherKind(first) {
      throw ConfigurationProblems([
        ConfigurationProblem(first, in: path, "this is \(other.what); give it to \(other.place)")
      ])
    }
    return try read(documents, path: path)
  }

  /// As `read`, of a file in a folder that was given; nil for suppressions, redactions and gates, which may
  /// stand beside the packs.
  package static func read(inFolder text: [UInt8], path: String) throws(ConfigurationProblems) -> Pack? {
    let documents = try self.documents(text, path: path)
    if let first = documents.first, otherKind(first) != nil { return nil }
    return try read(documents, path: path)
  }

  private static func documents(_ text: [UInt8], path: String) throws(ConfigurationProblems) -> [YAMLNode] {
    do throws(ConfigurationProblem) {
      return try YAMLReader.documents(text, path: path)
    } catch {
      throw ConfigurationProblems([error])
    }
  }

  /// What a file is that holds no rules, and where it belongs.
  private static func otherKind(_ document: YAMLNode) -> (what: String, place: String)? {
    guard case .mapping(let members) = document.value else { return nil }
    let keys = members.compactMap(\.key.text)
    if keys.contains("rules") { return nil }
    if keys.contains("suppressions") { return ("a file of suppressions, not of rules", "--suppressions") }
    if keys.contains("redactions") || keys.contains("disable") {
      return ("a file of redactions, not of rules", "--redact")
    }
    if keys.contains("objectives"), keys.contains("stages") {
      return ("a gate, not a pack of rules", "skein gate or to --gate")
    }
    return nil
  }

  private static func read(_ documents: [YAMLNode], path: String) throws(ConfigurationProblems) -> Pack {
    let last = path.split(separator: "/").last.map(String.init) ?? path
    let name =
      last.hasSuffix(".yml") ? String(last.dropLast(4)) : last.hasSuffix(".yaml") ? String(last.dropLast(5)) : last
    var reader = PackReader(path: path, fileName: name)
    var pack = Pack(name: name, title: nil, rules: [])
    if documents.isEmpty {
      reader.problems.append(ConfigurationProblem(path: path, line: 1, column: 1, "there is nothing in this file"))
    }
    for document in documents { reader.read(document, into: &pack) }
    guard reader.problems.isEmpty else {
      throw ConfigurationProblems(reader.problems.sorted { ($0.line, $0.column) < ($1.line, $1.column) })
    }
    return pack
  }

  private mutating func read(_ document: YAMLNode, into pack: inout Pack) {
    if SigmaReader.isSigma(document) {
      var sigma = SigmaReader(path: path, pack: fileName)
      if let rule = sigma.rule(document) { pack.rules.append(rule) }
      problems += sigma.problems
      return
    }
    var mapping = MappingReader(document, path: path, what: "a pack")
    let name = mapping.requiredText("pack", fileName)
    if let name, !PackReader.isName(name) {
      mapping.fail(document, "'pack' is a name of a-z, 0-9 and -; '\(name)' is not")
    }
    pack.name = name ?? fileName
    pack.title = mapping.text("title")
    _ = mapping.text("description")
    if let list = mapping.required("rules", "a list of rules") {
      if case .sequence(let items) = list.value {
        for item in items {
          if let rule = rule(item, pack: pack.name) { pack.rules.append(rule) }
        }
      } else {
        mapping.fail(list, "'rules' is a list (- id: …), not \(list.kind)")
      }
    }
    problems += mapping.finish()
  }

  /// Names of packs and rules: what a file and an option can carry.
  static func isName(_ text: String) -> Bool {
    !text.isEmpty && text.utf8.allSatisfy { $0 &- 0x61 < 26 || $0 &- 0x30 < 10 || $0 == 0x2D }
  }

  // MARK: Rules

  private mutating func rule(_ node: YAMLNode, pack: String) -> Rule? {
    var mapping = MappingReader(node, path: path, what: "a rule")
    let id = mapping.requiredText("id", "db-pool-exhausted")
    if let id, !PackReader.isName(id) { mapping.fail(node, "'id' is a name of a-z, 0-9 and -; '\(id)' is not") }
    let title = mapping.requiredText("title", "The pool of database connections is empty")
    var severity: Severity?
    if let value = mapping.required("severity", "P2") {
      severity = value.text.flatMap(Severity.init)
      if severity == nil { mapping.fail(value, "'severity' is P0, P1, P2 or P3; '\(value.text ?? value.kind)' is not") }
    }
    let status = mapping.choice("status", Rule.Status.self) ?? .stable
    let groups = mapping.nodes("group-by")
    mapping.refuseTwice(groups, "group-by")
    let groupBy = groups.compactMap(\.text)
    let condition = self.condition(&mapping, groupBy: groupBy)
    var rule = Rule(
      id: id ?? "", title: title ?? "", description: mapping.text("description"), severity: severity ?? .p3,
      status: status, condition: condition ?? .trace(TraceCondition(sequence: [])), message: nil, groupBy: groupBy,
      cooldown: mapping.duration("cooldown") ?? Rule.usualCooldown, isSecret: mapping.bool("secret") ?? false,
      runbook: mapping.text("runbook"), tags: mapping.texts("tags"), falsePositives: mapping.texts("falsepositives"),
      samples: samples(&mapping), pack: pack, path: path, line: node.line, column: node.column)
    rule.message = message(&mapping, rule)
    rule.overAfter = mapping.duration("over-after")
    refuseWhatMeansNothing(&mapping, rule, groups)
    let found = mapping.finish()
    problems += found
    return found.isEmpty ? rule : nil
  }

  private func message(_ mapping: inout MappingReader, _ rule: Rule) -> MessageTemplate? {
    guard let value = mapping.value("message"), let text = value.text else { return nil }
    do throws(MessageTemplate.Problem) {
      let template = try MessageTemplate(parsing: text)
      if case .trace = rule.condition, let name = template.names.first(where: { !Rule.traceValues.contains($0) }) {
        mapping.fail(
          value,
          "'message': {\(name)} is not known here; a rule about traces knows \(Rule.traceValues.joined(separator: ", "))"
        )
      }
      if case .correlation(let condition) = rule.condition,
        let name = template.names.first(where: { !condition.groupBy.contains($0) && $0 != "count" && $0 != "value" })
      {
        mapping.fail(
          value, "'message': {\(name)} is not known here; a correlation knows {count}, {value} and its group-by fields")
      }
      return template
    } catch {
      mapping.fail(value, "'message': \(error.message)")
      return nil
    }
  }

  private func samples(_ mapping: inout MappingReader) -> Rule.Samples {
    var samples = Rule.Samples()
    guard let value = mapping.value("samples") else {
      mapping.fail(
        mapping.node,
        "'samples' is missing: give at least one line that hits and one that misses (samples: {hit: [...], miss: [...]})"
      )
      return samples
    }
    var inner = MappingReader(value, path: path, what: "'samples'")
    samples.hits = inner.nodes("hit").map(PackReader.sample)
    samples.misses = inner.nodes("miss").map(PackReader.sample)
    if samples.hits.isEmpty {
      inner.fail(value, "'samples' has no hit: give at least one line that the rule must find")
    }
    if samples.misses.isEmpty {
      inner.fail(value, "'samples' has no miss: give at least one line that the rule must pass over")
    }
    mapping.add(inner.finish())
    return samples
  }

  private static func sample(_ node: YAMLNode) -> Rule.Samples.Sample {
    Rule.Samples.Sample(text: node.text ?? "", line: node.line, column: node.column)
  }

  /// Keys that other kinds of rules have.
  private func refuseWhatMeansNothing(_ mapping: inout MappingReader, _ rule: Rule, _ groups: [YAMLNode]) {
    switch rule.condition {
    case .line: return
    case .correlation:
      if let group = groups.first { mapping.fail(group, "'group-by' of a correlation belongs inside 'correlation'") }
    case .trace(let condition):
      let saysSomething = condition.expression != nil || condition.begun != nil || !condition.sequence.isEmpty
      if saysSomething, let group = groups.first(where: { !Rule.traceValues.contains($0.text ?? "") }) {
        mapping.fail(
          group,
          "'group-by' of a rule about traces can only name what a trace has: \(Rule.traceValues.joined(separator: ", "))"
        )
      }
    }
    if rule.isSecret {
      mapping.fail(mapping.node, "'secret' is for rules about lines: what their pattern matches is not shown")
    }
  }

  // MARK: Conditions

  private func condition(_ mapping: inout MappingReader, groupBy: [String]) -> Rule.Condition? {
    let correlation = mapping.value("correlation")
    let trace = mapping.value("trace")
    let pattern = mapping.value("pattern")
    let lineKeys = ["on", "where", "keywords"].compactMap { key in mapping.value(key).map { (key, $0) } }
    let isLine = pattern != nil || !lineKeys.isEmpty
    guard (isLine ? 1 : 0) + (correlation == nil ? 0 : 1) + (trace == nil ? 0 : 1) == 1 else {
      if !isLine && correlation == nil && trace == nil,
        mapping.misspells(PackReader.conditionKeys, among: PackReader.keys)
      {
        // That key is reported anyway.
      } else if isLine || correlation != nil || trace != nil {
        mapping.fail(
          mapping.node,
          "a rule is about a line (pattern, where, keywords), or a correlation, or a trace: this one has several of them"
        )
      } else {
        mapping.fail(
          mapping.node, "the rule says nothing to look for; give 'pattern', 'where', 'correlation' or 'trace'")
      }
      return nil
    }
    if let correlation { return self.correlation(correlation, &mapping).map { .correlation($0) } }
    if let trace { return self.trace(trace, &mapping).map { .trace($0) } }
    return line(pattern, &mapping, groupBy: groupBy).map { .line($0) }
  }

  private static let conditionKeys = ["pattern", "where", "keywords", "correlation", "trace"]
  /// Of a rule, all of them.
  private static let keys: Set<String> = [
    "id", "title", "description", "severity", "status", "on", "pattern", "where", "keywords", "correlation", "trace",
    "generate", "message", "group-by", "cooldown", "over-after", "secret", "runbook", "tags", "falsepositives",
    "samples",
  ]

  private func line(_ pattern: YAMLNode?, _ mapping: inout MappingReader, groupBy: [String]) -> LineCondition? {
    let target: LineRule.Target =
      switch mapping.text("on") {
      case nil, "text": .text
      case "message": .message
      case "line": .line
      case .some(let name): .field(name)
      }
    var regex: Regex?
    if let pattern {
      guard let text = pattern.text else {
        mapping.fail(pattern, "'pattern' is a text, not \(pattern.kind)")
        return nil
      }
      do throws(PatternError) {
        regex = try Regex(text)
      } catch {
        mapping.fail(pattern, "'pattern' is not valid: \(error.description)\n  \(text)\n  \(PackReader.caret(error))")
      }
      if let regex, regex.matchesNothing {
        mapping.fail(
          pattern, "'pattern' matches an empty text, so it would hit on every line: make a part of it required")
      }
    }
    let keywords = mapping.texts("keywords")
    let expression = mapping.expression("where")
    if pattern == nil, keywords.isEmpty, let on = mapping.value("on") {
      mapping.fail(on, "'on' names a text that is not searched for anything; give 'pattern' or 'keywords'")
    }
    return LineCondition(
      target: target, pattern: pattern?.text, patternLine: pattern?.line ?? 0, patternColumn: pattern?.column ?? 0,
      keywords: keywords, expression: expression,
      rule: LineRule(target: target, pattern: regex, keywords: keywords, condition: expression))
  }

  private static func caret(_ error: PatternError) -> String { String(repeating: " ", count: error.column - 1) + "^" }

  private func correlation(_ node: YAMLNode, _ mapping: inout MappingReader) -> CorrelationCondition? {
    var inner = MappingReader(node, path: path, what: "'correlation'")
    let condition = CorrelationReader.read(&inner, generate: mapping.bool("generate") ?? false)
    mapping.add(inner.finish())
    return condition
  }

  private func trace(_ node: YAMLNode, _ mapping: inout MappingReader) -> TraceCondition? {
    var inner = MappingReader(node, path: path, what: "'trace'")
    var condition = TraceCondition(sequence: [])
    if let value = inner.value("where"), let text = value.text {
      do throws(FilterError) {
        condition.expression = try TraceExpression(parsing: text)
      } catch {
        inner.fail(value, error, text, "where")
      }
    }
    for step in inner.nodes("sequence") {
      if let expression = inner.expression(step.text ?? "", at: step, "sequence") {
        condition.sequence.append(expression)
      }
    }
    condition.within = inner.duration("within")
    condition.begun = inner.expression("begun")
    condition.ended = inner.expression("ended")
    if condition.sequence.count == 1 {
      inner.fail(node, "'sequence' needs two steps or more; for one there is 'where'")
    }
    if condition.within != nil && condition.sequence.isEmpty { inner.fail(node, "'within' is about a 'sequence'") }
    if (condition.begun == nil) != (condition.ended == nil) && inner.problems.isEmpty {
      inner.fail(node, "'begun' and 'ended' belong together")
    }
    let saysNothing = condition.expression == nil && condition.sequence.isEmpty && condition.begun == nil
    if saysNothing && inner.problems.isEmpty {
      inner.fail(node, "'trace' says nothing to look for; give 'where', 'sequence', or 'begun' and 'ended'")
    }
    mapping.add(inner.finish())
    return condition
  }
}
