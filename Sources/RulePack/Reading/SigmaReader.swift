internal import Config
internal import TraceCore

/// Reads rules as Sigma has them (specification 2), one YAML document at a time: rules about single events, and correlations.
///
/// What they look for is `SigmaDetection`'s. A rule is read whole, or refused with the reason: of what it does not know it
/// leaves nothing out. Sigma rules have no samples, and keys of their own that are nobody's business here (`author`, `date`)
/// may stand in them.
struct SigmaReader {
  let path: String
  let pack: String
  private(set) var problems: [ConfigurationProblem] = []

  init(path: String, pack: String) {
    self.path = path
    self.pack = pack
  }

  /// Whether the document is a Sigma rule and not a pack.
  static func isSigma(_ node: YAMLNode) -> Bool {
    guard case .mapping(let members) = node.value else { return false }
    let keys = members.compactMap(\.key.text)
    return !keys.contains("rules")
      && ["detection", "logsource", "correlation", "action", "filter"].contains(where: keys.contains)
  }

  mutating func rule(_ node: YAMLNode) -> Rule? {
    var mapping = MappingReader(node, path: path, what: "a Sigma rule")
    let title = mapping.requiredText("title", "Requests for files of the shell's history")
    let name = mapping.text("name")
    let id = id(&mapping, name: name, title: title)
    var rule = Rule(
      id: id ?? "", name: name, title: title ?? "", description: mapping.text("description"),
      severity: severity(&mapping), status: status(&mapping), condition: .trace(TraceCondition(sequence: [])),
      message: nil, groupBy: [], cooldown: Rule.usualCooldown, isSecret: false,
      runbook: mapping.texts("references").first { $0.hasPrefix("https://") || $0.hasPrefix("http://") },
      tags: mapping.texts("tags"), falsePositives: mapping.texts("falsepositives"), samples: Rule.Samples(), pack: pack,
      path: path, line: node.line, column: node.column)
    refuse(&mapping)
    if let correlation = mapping.value("correlation") {
      if let condition = self.correlation(correlation, &mapping) { rule.condition = .correlation(condition) }
    } else if mapping.value("action") == nil && mapping.value("filter") == nil {
      if let condition = event(&mapping) { rule.condition = .line(condition) }
      rule.message = message(&mapping, title: rule.title)
    }
    problems += mapping.problems
    return problems.isEmpty ? rule : nil
  }

  // MARK: About the rule

  /// Its UUID; without one, what its name or its title make.
  private func id(_ mapping: inout MappingReader, name: String?, title: String?) -> String? {
    if let id = mapping.text("id")?.lowercased() {
      if PackReader.isName(id) { return id }
      mapping.fail(mapping.node, "'id' is a UUID, or a name of a-z, 0-9 and -; '\(id)' is not")
      return nil
    }
    guard let text = name ?? title else { return nil }
    let id = text.lowercased().split { !($0.isASCII && ($0.isLetter || $0.isNumber)) }.joined(separator: "-")
    if !id.isEmpty { return id }
    mapping.fail(mapping.node, "'id' is missing, and '\(text)' makes none; give it a UUID")
    return nil
  }

  /// Nobody is woken by a rule that was written elsewhere: critical and high are P1, medium is P2, all others P3.
  private func severity(_ mapping: inout MappingReader) -> Severity {
    guard let value = mapping.value("level") else { return .p3 }
    switch value.text?.lowercased() {
    case "critical", "high": return .p1
    case "medium": return .p2
    case "low", "informational": return .p3
    default:
      mapping.fail(
        value, "'level' is informational, low, medium, high or critical; '\(value.text ?? value.kind)' is not")
      return .p3
    }
  }

  /// `test`, and what says nothing, are experimental.
  private func status(_ mapping: inout MappingReader) -> Rule.Status {
    guard let value = mapping.value("status") else { return .experimental }
    switch value.text?.lowercased() {
    case "stable": return .stable
    case "test", "experimental": return .experimental
    case "deprecated": mapping.fail(value, "the rule is deprecated: another one takes its place, named under 'related'")
    case "unsupported": mapping.fail(value, "the rule is unsupported: its authors say that it cannot be used as it is")
    default:
      mapping.fail(
        value,
        "'status' is stable, test, experimental, deprecated or unsupported; '\(value.text ?? value.kind)' is not")
    }
    return .experimental
  }

  /// Kinds of documents that are no rules by themselves.
  private func refuse(_ mapping: inout MappingReader) {
    if let action = mapping.value("action") {
      mapping.fail(
        action, "'action' (collections of old rules) is not read: write each rule out as a document of its own")
    }
    if let filter = mapping.value("filter") {
      mapping.fail(filter, "Sigma filters are not read: write what is to be left out as a suppression")
    }
    if let taxonomy = mapping.text("taxonomy"), taxonomy != "sigma" {
      mapping.fail(mapping.node, "the taxonomy '\(taxonomy)' is not known; fields are named as 'sigma' names them")
    }
  }

  /// The title, with the fields that the rule calls interesting.
  private func message(_ mapping: inout MappingReader, title: String) -> MessageTemplate? {
    let fields = mapping.texts("fields").filter { !$0.isEmpty && !$0.contains(where: { "{} ".contains($0) }) }
    guard !fields.isEmpty else { return nil }
    var text = ""
    for character in title { text += character == "{" ? "{{" : character == "}" ? "}}" : String(character) }
    let values = fields.map { "\($0)={\(SigmaField($0).mainName)}" }
    return try? MessageTemplate(parsing: "\(text): \(values.joined(separator: ", "))")
  }

  // MARK: What it looks for

  private mutating func event(_ mapping: inout MappingReader) -> LineCondition? {
    if let source = mapping.required("logsource", "{category: application}") {
      var inner = MappingReader(source, path: path, what: "'logsource'")
      let refusal = SigmaLogSource.refusal(
        category: inner.text("category")?.lowercased(), product: inner.text("product")?.lowercased(),
        service: inner.text("service")?.lowercased())
      if inner.problems.isEmpty, let refusal { inner.fail(source, refusal) }
      mapping.add(inner.problems)
    }
    guard let node = mapping.required("detection", "{selection: {cs-method: POST}, condition: selection}") else {
      return nil
    }
    var detection = SigmaDetection(path: path)
    let tests = detection.read(node)
    mapping.add(detection.problems)
    guard let tests else { return nil }
    do throws(SigmaExpression.Problem) {
      return try SigmaLineCondition(tests).make()
    } catch {
      mapping.fail(node, "'detection': \(error.message)")
      return nil
    }
  }

  private func correlation(_ node: YAMLNode, _ mapping: inout MappingReader) -> CorrelationCondition? {
    if let detection = mapping.value("detection") {
      mapping.fail(detection, "a rule has a 'detection' or a 'correlation': write two documents")
    }
    var inner = MappingReader(node, path: path, what: "'correlation'")
    if let type = inner.value("type"), let name = type.text, ["value_sum", "value_avg", "value_median"].contains(name) {
      let instead = name == "value_median" ? "; the median is a value_percentile of 50" : ""
      mapping.fail(type, "correlations of type \(name) are not read: skein counts, and tells percentiles\(instead)")
      return nil
    }
    let generate = inner.bool("generate") ?? mapping.bool("generate") ?? false
    var condition = CorrelationReader.read(&inner, generate: generate)
    mapping.add(inner.finish())
    condition?.useFieldNames()
    return condition
  }
}

extension CorrelationCondition {
  /// Sigma's names of fields become those of skein's records; aliases stay what they are.
  fileprivate mutating func useFieldNames() {
    let known = Set(aliases.values.flatMap(\.keys))
    groupBy = groupBy.map { known.contains($0) ? $0 : SigmaField($0).mainName }
    field = field.map { known.contains($0) ? $0 : SigmaField($0).mainName }
    aliases = aliases.mapValues { $0.mapValues { SigmaField($0).mainName } }
  }
}
