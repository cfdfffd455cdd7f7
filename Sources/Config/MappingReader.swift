/// Reads the members of a YAML mapping one by one, notes what is wrong with them, and at the end names those that nobody
/// asked for.
package struct MappingReader {
  package let path: String
  package let node: YAMLNode
  private let members: [YAMLNode.Member]
  /// Of each member, whether it was asked for.
  private var isTaken: [Bool]
  /// The keys asked for, some of them more than once.
  private var asked: [String] = []
  package private(set) var problems: [ConfigurationProblem] = []

  /// - Parameter what: what the mapping describes, for the message where it is none.
  package init(_ node: YAMLNode, path: String, what: String) {
    self.path = path
    self.node = node
    if case .mapping(let members) = node.value {
      self.members = members
      isTaken = Array(repeating: false, count: members.count)
      var seen: [String: Int] = [:]
      seen.reserveCapacity(members.count)
      for member in members {
        guard let key = member.key.text else {
          problems.append(ConfigurationProblem(member.key, in: path, "a key must be a text, not \(member.key.kind)"))
          continue
        }
        if let first = seen[key] {
          problems.append(
            ConfigurationProblem(
              member.key, in: path, "'\(key)' is given twice; the first is on line \(first): remove one"))
        }
        seen[key] = member.key.line
      }
    } else {
      members = []
      isTaken = []
      problems.append(ConfigurationProblem(node, in: path, "\(what) is a mapping (key: value), not \(node.kind)"))
    }
  }

  package mutating func fail(_ node: YAMLNode, _ message: String) {
    problems.append(ConfigurationProblem(node, in: path, message))
  }

  package mutating func add(_ more: [ConfigurationProblem]) { problems += more }

  /// The value of a key; nil where it is missing or empty.
  package mutating func value(_ key: String) -> YAMLNode? {
    asked.append(key)
    guard let place = members.firstIndex(where: { $0.key.text == key }) else { return nil }
    isTaken[place] = true
    return members[place].value.isNull ? nil : members[place].value
  }

  /// The value of a key that must be there.
  package mutating func required(_ key: String, _ example: String) -> YAMLNode? {
    guard let value = value(key) else {
      if case .mapping = node.value { fail(node, "'\(key)' is missing; write for example `\(key): \(example)`") }
      return nil
    }
    return value
  }

  package mutating func text(_ key: String) -> String? {
    guard let value = value(key) else { return nil }
    return text(of: value, key)
  }

  package mutating func requiredText(_ key: String, _ example: String) -> String? {
    guard let value = required(key, example) else { return nil }
    return text(of: value, key)
  }

  package mutating func text(of value: YAMLNode, _ key: String) -> String? {
    guard let text = value.text else {
      fail(value, "'\(key)' is a text, not \(value.kind)")
      return nil
    }
    return text
  }

  /// A list of texts; one text alone is a list of one.
  package mutating func texts(_ key: String) -> [String] { nodes(key).compactMap(\.text) }

  /// As `texts`, with their places.
  package mutating func nodes(_ key: String) -> [YAMLNode] {
    guard let value = value(key) else { return [] }
    switch value.value {
    case .scalar: return [value]
    case .mapping:
      fail(value, "'\(key)' is a list of texts, not a mapping")
      return []
    case .sequence(let items):
      for item in items where item.text == nil { fail(item, "'\(key)' is a list of texts; this is \(item.kind)") }
      return items.filter { $0.text != nil }
    }
  }

  /// Texts of a list must differ.
  package mutating func refuseTwice(_ nodes: [YAMLNode], _ key: String) {
    var seen: Set<String> = []
    for node in nodes where !seen.insert(node.text ?? "").inserted {
      fail(node, "'\(key)' names '\(node.text ?? "")' twice: remove one")
    }
  }

  package mutating func bool(_ key: String) -> Bool? {
    guard let value = value(key) else { return nil }
    if value.bool == nil { fail(value, "'\(key)' is true or false") }
    return value.bool
  }

  /// One of the named values.
  package mutating func choice<T: RawRepresentable & CaseIterable>(_ key: String, _ type: T.Type) -> T?
  where T.RawValue == String {
    guard let value = value(key) else { return nil }
    if let choice = value.text.flatMap(T.init(rawValue:)) { return choice }
    let names = T.allCases.map(\.rawValue)
    let near = NameSuggestion.closest(to: value.text ?? "", in: names).map { " (did you mean '\($0)'?)" } ?? ""
    fail(value, "'\(key)' is one of \(names.joined(separator: ", ")); '\(value.text ?? value.kind)' is not\(near)")
    return nil
  }

  /// Whether a key that is not among `all` looks like one of these.
  package func misspells(_ keys: [String], among all: Set<String>) -> Bool {
    members.contains { member in
      guard let key = member.key.text, !all.contains(key) else { return false }
      return NameSuggestion.closest(to: key, in: keys) != nil
    }
  }

  /// Keys that are not looked at because something in front of them is wrong.
  package mutating func pass(_ keys: String...) { asked += keys }

  /// Names the keys that nobody asked for, and gives all problems.
  package mutating func finish() -> [ConfigurationProblem] {
    for (member, isTaken) in zip(members, isTaken) where !isTaken {
      guard let key = member.key.text, !asked.contains(key) else { continue }
      let known = Set(asked)
      let near = NameSuggestion.closest(to: key, in: known)
      let hint = near.map { "; did you mean '\($0)'?" } ?? "; known here: \(known.sorted().joined(separator: ", "))"
      problems.append(ConfigurationProblem(member.key, in: path, "unknown key '\(key)'\(hint)"))
    }
    return problems
  }
}
