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
    var text: [UInt8] = []
    // Bytes, as all that counts is ASCII.
    var rest = Array(source.utf8)[...]
    while let byte = rest.popFirst() {
      switch byte {
      case UInt8(ascii: "{") where rest.first == byte, UInt8(ascii: "}") where rest.first == byte:
        text.append(byte)
        rest.removeFirst()
      case UInt8(ascii: "{"):
        guard let end = rest.firstIndex(of: UInt8(ascii: "}")) else {
          throw Problem(message: "a { without its }; for a brace of its own write {{")
        }
        let name = rest[..<end]
        guard !name.isEmpty, !name.contains(where: { $0 == UInt8(ascii: "{") || $0 == UInt8(ascii: " ") }) else {
          throw Problem(
            message: "{\(String(decoding: name, as: UTF8.self))} names no value; write {field} or {capture}")
        }
        if !text.isEmpty { parts.append(.text(String(decoding: text, as: UTF8.self))) }
        text.removeAll(keepingCapacity: true)
        parts.append(.value(String(decoding: name, as: UTF8.self)))
        rest = rest[(end + 1)...]
      case UInt8(ascii: "}"):
        throw Problem(message: "a } without its {; for a brace of its own write }}")
      default:
        text.append(byte)
      }
    }
    if !text.isEmpty { parts.append(.text(String(decoding: text, as: UTF8.self))) }
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
