internal import Config
internal import Patterns
internal import TraceCore

/// Reads the `detection` of a Sigma rule into a tree of tests.
///
/// Everything that it does not know is a problem: a rule is read whole or not at all.
struct SigmaDetection {
  let path: String
  private(set) var problems: [ConfigurationProblem] = []

  init(path: String) { self.path = path }

  private mutating func fail(_ node: YAMLNode, _ message: String) {
    problems.append(ConfigurationProblem(node, in: path, message))
  }

  /// Nil where there are problems.
  mutating func read(_ node: YAMLNode) -> SigmaNode? {
    var mapping = MappingReader(node, path: path, what: "'detection'")
    let condition = mapping.required("condition", "selection")
    let timeframe = mapping.value("timeframe")
    problems += mapping.problems
    if let timeframe {
      fail(timeframe, "'timeframe' is of old rules that count: write a correlation document with a 'timespan' instead")
    }
    guard case .mapping(let members) = node.value else { return nil }
    var searches: [(name: String, node: SigmaNode)] = []
    var isWhole = true
    for member in members {
      guard let name = member.key.text, name != "condition", name != "timeframe" else { continue }
      if let search = search(member.value, name) { searches.append((name, search)) } else { isWhole = false }
    }
    guard let condition, isWhole, problems.isEmpty else { return nil }
    if searches.isEmpty {
      fail(node, "'detection' has no search; write for example `selection: {cs-method: POST}`")
      return nil
    }
    var nodes: [SigmaNode] = []
    // A list of conditions: any of them.
    for item in condition.items {
      guard let text = item.text else {
        fail(item, "'condition' is a text, not \(item.kind)")
        continue
      }
      do throws(SigmaCondition.Problem) {
        nodes.append(try SigmaCondition.parse(text, searches: searches))
      } catch {
        fail(item, "'condition': \(error.message)")
      }
    }
    guard problems.isEmpty, let first = nodes.first else { return nil }
    return nodes.count == 1 ? first : .or(nodes)
  }

  // MARK: Searches

  private mutating func search(_ node: YAMLNode, _ name: String) -> SigmaNode? {
    switch node.value {
    case .scalar: return keywords([node], [], node)
    case .mapping(let members): return map(members, node, name)
    case .sequence(let items):
      var parts: [SigmaNode] = []
      let texts = items.filter { $0.text != nil }
      if !texts.isEmpty, let found = keywords(texts, [], node) { parts.append(found) }
      for item in items where item.text == nil {
        if case .mapping(let members) = item.value {
          if let found = map(members, item, name) { parts.append(found) }
        } else {
          fail(item, "'\(name)' is a list of texts or of mappings; this is \(item.kind)")
        }
      }
      if items.isEmpty { fail(node, "'\(name)' is empty") }
      guard let first = parts.first else { return nil }
      return parts.count == 1 ? first : .or(parts)
    }
  }

  private mutating func map(_ members: [YAMLNode.Member], _ node: YAMLNode, _ name: String) -> SigmaNode? {
    var parts: [SigmaNode] = []
    var keys: Set<String> = []
    for member in members {
      guard let key = member.key.text else {
        fail(member.key, "a key must be a text, not \(member.key.kind)")
        continue
      }
      if !keys.insert(key).inserted {
        fail(member.key, "'\(key)' is given twice: put the values of both into one list")
      }
      if let part = item(key, member) { parts.append(part) }
    }
    if members.isEmpty { fail(node, "'\(name)' is empty") }
    guard let first = parts.first else { return nil }
    return parts.count == 1 ? first : .and(parts)
  }

  private mutating func item(_ key: String, _ member: YAMLNode.Member) -> SigmaNode? {
    let words = key.split(separator: "|", omittingEmptySubsequences: false).map(String.init)
    var modifiers: [SigmaModifier] = []
    for word in words.dropFirst() {
      if let modifier = SigmaModifier(rawValue: word.lowercased()) {
        modifiers.append(modifier)
      } else {
        fail(member.key, SigmaModifier.refusal(of: word))
      }
    }
    guard modifiers.count == words.count - 1 else { return nil }
    if let refusal = SigmaModifier.refusal(of: modifiers) {
      fail(member.key, refusal)
      return nil
    }
    if case .mapping = member.value.value {
      fail(member.value, "'\(key)' is compared with a value or a list of values, not with a mapping")
      return nil
    }
    let items = member.value.items
    if items.isEmpty {
      fail(member.value, "'\(key)' is compared with nothing: the list is empty")
      return nil
    }
    if words[0].isEmpty { return keywords(items, modifiers, member.value) }
    return field(SigmaField(words[0]), items, modifiers)
  }

  // MARK: Values

  /// A list of texts that are looked for in the whole record.
  private mutating func keywords(_ items: [YAMLNode], _ modifiers: [SigmaModifier], _ node: YAMLNode) -> SigmaNode? {
    if let modifier = modifiers.first(where: { ![.all, .contains, .re, .i, .m, .s, .cased].contains($0) }) {
      fail(node, "keywords take no '\(modifier.rawValue)'")
      return nil
    }
    var values: [SigmaKeywords.Value] = []
    for item in items {
      guard let text = item.text, !item.isNull else {
        fail(item, "a keyword is a text, not \(item.kind)")
        continue
      }
      if modifiers.contains(.re) {
        guard let regex = regex(text, modifiers, item) else { continue }
        values.append(.regex(regex))
        continue
      }
      let pattern = SigmaPattern(text, .anywhere)
      if pattern.holdsForAll { fail(item, "this keyword is found in every record: make it a text") }
      values.append(.text(pattern))
    }
    guard values.count == items.count else { return nil }
    let isCaseless = !modifiers.contains(.cased)
    if modifiers.contains(.all), values.count > 1 {
      return .and(values.map { .keywords(SigmaKeywords(values: [$0], isCaseless: isCaseless)) })
    }
    return .keywords(SigmaKeywords(values: values, isCaseless: isCaseless))
  }

  private mutating func field(_ field: SigmaField, _ items: [YAMLNode], _ modifiers: [SigmaModifier]) -> SigmaNode? {
    var values: [(node: YAMLNode, value: SigmaFieldTest.Value)] = []
    var isNegated = modifiers.contains(.neq)
    for item in items {
      if modifiers.contains(.exists) {
        guard items.count == 1, let isThere = item.bool else {
          fail(item, "'exists' is true or false")
          continue
        }
        isNegated = !isThere
        values.append((item, .something))
      } else if let value = value(item, modifiers) {
        values.append((item, value))
      }
    }
    guard values.count == items.count else { return nil }
    let isCaseless = !modifiers.contains(.cased)
    func test(_ values: [SigmaFieldTest.Value]) -> SigmaNode {
      .field(SigmaFieldTest(field: field, values: values, isCaseless: isCaseless))
    }
    // What makes no sense on this field is reported at its place.
    for (node, value) in values {
      do throws(SigmaExpression.Problem) {
        _ = try SigmaExpression.write(test([value]))
      } catch {
        fail(node, error.message)
      }
    }
    let found: SigmaNode =
      modifiers.contains(.all) && values.count > 1 ? .and(values.map { test([$0.value]) }) : test(values.map(\.value))
    return isNegated ? .not(found) : found
  }

  private mutating func value(_ item: YAMLNode, _ modifiers: [SigmaModifier]) -> SigmaFieldTest.Value? {
    guard let text = item.text else {
      fail(item, "a value is a text, a number or null, not \(item.kind)")
      return nil
    }
    if let comparison = modifiers.compactMap(\.comparison).first {
      guard SigmaDetection.isNumber(text) else {
        fail(item, "a number is needed here, not '\(text)'")
        return nil
      }
      return .compared(comparison, text)
    }
    if item.isNull {
      if modifiers.allSatisfy({ $0 == .neq || $0 == .cased }) { return .nothing }
      fail(item, "null takes no '\(modifiers[0].rawValue)'")
      return nil
    }
    if modifiers.contains(.re) { return regex(text, modifiers, item).map { .regex($0) } }
    if modifiers.contains(.cidr) {
      if let pattern = SigmaAddress.pattern(text) { return .regex(pattern) }
      fail(
        item, "'\(text)' is no network that can be looked for in texts; there is for example 10.0.0.0/8, 2001:db8::/32")
      return nil
    }
    let anchoring: SigmaPattern.Anchoring =
      modifiers.contains(.contains)
      ? .anywhere : modifiers.contains(.startswith) ? .start : modifiers.contains(.endswith) ? .end : .whole
    if anchoring == .whole, case .scalar(_, isPlain: true) = item.value, SigmaDetection.isNumber(text) {
      return .number(text)
    }
    return .text(SigmaPattern(text, anchoring))
  }

  /// As YAML has whole numbers and decimal fractions.
  private static func isNumber(_ text: String) -> Bool {
    let digits = text.hasPrefix("-") ? text.dropFirst() : Substring(text)
    let halves = digits.split(separator: ".", omittingEmptySubsequences: false)
    guard 1...2 ~= halves.count, halves.allSatisfy({ !$0.isEmpty && $0.utf8.allSatisfy { $0 &- 0x30 < 10 } }) else {
      return false
    }
    return (halves[0] == "0" || halves[0].first != "0") && digits.utf8.count <= 18
  }

  private mutating func regex(_ text: String, _ modifiers: [SigmaModifier], _ item: YAMLNode) -> String? {
    let flags = [SigmaModifier.i, .m, .s].filter(modifiers.contains).map(\.rawValue).joined()
    let pattern = flags.isEmpty ? text : "(?\(flags))\(text)"
    do throws(PatternError) {
      _ = try Regex(pattern)
    } catch {
      fail(item, "this regular expression is not valid: \(error.message)")
      return nil
    }
    return pattern
  }
}

extension YAMLNode {
  /// The items of a list; anything else is a list of one.
  fileprivate var items: [YAMLNode] {
    if case .sequence(let items) = value { items } else { [self] }
  }
}
