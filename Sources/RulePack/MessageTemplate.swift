/// A sentence with places for values: `pool of {size} is empty`. `{{` and `}}` stand for braces.
package struct MessageTemplate: Sendable, Equatable {
  package enum Part: Sendable, Equatable {
    case text(String)
    /// A named capture or a field.
    case value(String)
  }

  package let parts: [Part]

  /// What is wrong with a template.
  package struct Problem: Error, Equatable {
    package var message: String
  }

  package init(parsing source: String) throws(Problem) {
    var parts: [Part] = []
    var text = ""
    var rest = Substring(source)
    while let character = rest.popFirst() {
      switch character {
      case "{" where rest.first == "{", "}" where rest.first == "}":
        text.append(character)
        rest.removeFirst()
      case "{":
        guard let end = rest.firstIndex(of: "}") else {
          throw Problem(message: "a { without its }; for a brace of its own write {{")
        }
        let name = String(rest[..<end])
        guard !name.isEmpty, !name.contains(where: { $0 == "{" || $0 == " " }) else {
          throw Problem(message: "{\(name)} names no value; write {field} or {capture}")
        }
        if !text.isEmpty { parts.append(.text(text)) }
        text = ""
        parts.append(.value(name))
        rest = rest[rest.index(after: end)...]
      case "}":
        throw Problem(message: "a } without its {; for a brace of its own write }}")
      default:
        text.append(character)
      }
    }
    if !text.isEmpty { parts.append(.text(text)) }
    self.parts = parts
  }

  /// The values it asks for, each once.
  package var names: [String] {
    var names: [String] = []
    for case .value(let name) in parts where !names.contains(name) { names.append(name) }
    return names
  }

  /// The sentence; `-` where a value is missing.
  package func filled(_ value: (String) -> String?) -> String {
    parts.map { part in
      switch part {
      case .text(let text): text
      case .value(let name): value(name) ?? "-"
      }
    }.joined()
  }
}
