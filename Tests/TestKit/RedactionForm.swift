import Foundation

/// A row of fixtures/redaction/forms.tsv: a text with a value that redaction must find.
package struct RedactionForm: Sendable, CustomStringConvertible {
  /// Of the kinds that are built in.
  package let kind: String
  /// What the row is about; several rows share it.
  package let title: String
  package let before: String
  package let value: String
  package let after: String
  /// The text as the table shows it: made-up values abridged, unseen characters written out.
  package let shown: String

  package var text: String { before + value + after }
  package var description: String { "\(title): \(shown)" }

  package static func all() throws -> [RedactionForm] {
    try lines("redaction/forms.tsv").map { line in
      let cells = line.components(separatedBy: "\t")
      guard cells.count == 3 else { throw FixtureError(description: "three columns in \(line)") }
      let sample = unescaped(cells[2])
      let parts = sample.components(separatedBy: CharacterSet(charactersIn: "«»"))
      guard parts.count == 3 else { throw FixtureError(description: "one value in «» in \(line)") }
      return RedactionForm(
        kind: cells[0], title: cells[1], before: madeUp(parts[0]), value: madeUp(parts[1]), after: madeUp(parts[2]),
        shown: writtenOut(abridged(cells[2].replacingOccurrences(of: "\\\\", with: "\\"))))
    }
  }

  /// Lines of a fixture, without its comments.
  package static func lines(_ name: String) throws -> [String] {
    let text = String(decoding: try readFile(Fixtures.path(name)), as: UTF8.self)
    return text.components(separatedBy: "\n").filter { !$0.isEmpty && !$0.hasPrefix("# ") }
  }

  struct FixtureError: Error, CustomStringConvertible { var description: String }

  private static func unescaped(_ text: String) -> String {
    var out = ""
    var isEscape = false
    for character in text {
      guard isEscape || character == "\\" else {
        out.append(character)
        continue
      }
      if isEscape {
        switch character {
        case "n": out += "\n"
        case "r": out += "\r"
        case "t": out += "\t"
        default: out.append(character)
        }
      }
      isEscape.toggle()
    }
    return out
  }

  // MARK: Values that are made up

  private static let alphabets: [Character: String] = [
    "a": "aB3dE5fG7hJ9kL2mN4pQ6rS8tU1vW0xY", "h": "9f86d081884c7d65", "U": "A3CD5EF7GH2JK4LM6N",
    "l": "a3cd5ef7gh2jk4lm6n",
  ]

  /// `{24}`, `{h32}`: so many letters and digits, always the same. No such value stands in a fixture, where it would look
  /// like a key that was lost.
  private static func madeUp(_ text: String) -> String {
    replacingPlaces(text) { kind, count in
      let letters = Array(alphabets[kind] ?? "")
      return String((0..<count).map { letters[($0 * 7 + $0 / letters.count) % letters.count] })
    }
  }

  /// With characters that nobody sees as their escapes.
  private static func writtenOut(_ text: String) -> String {
    text.replacingOccurrences(of: "\u{200B}", with: "\\u200b").replacingOccurrences(of: "\u{A0}", with: "\\u00a0")
  }

  private static func abridged(_ text: String) -> String { replacingPlaces(text) { _, _ in "…" } }

  private static func replacingPlaces(_ text: String, _ fill: (_ kind: Character, _ count: Int) -> String) -> String {
    var out = ""
    var rest = text[...]
    while let open = rest.firstIndex(of: "{") {
      out += rest[..<open]
      rest = rest[open...].dropFirst()
      guard let close = rest.firstIndex(of: "}") else {
        out += "{"
        continue
      }
      var inside = rest[..<close]
      let kind: Character = inside.first.map { $0.isNumber ? "a" : $0 } ?? "?"
      if inside.first?.isNumber == false { inside = inside.dropFirst() }
      guard let count = Int(inside), alphabets[kind] != nil else {
        out += "{"
        continue
      }
      out += fill(kind, count)
      rest = rest[close...].dropFirst()
    }
    return out + rest
  }

  // MARK: Spellings

  /// As a string of JSON holds it.
  package static func json(_ text: String) -> String {
    var out = ""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": out += "\\\""
      case "\\": out += "\\\\"
      case "\n": out += "\\n"
      case "\r": out += "\\r"
      case "\t": out += "\\t"
      default: out.unicodeScalars.append(scalar)
      }
    }
    return out
  }

  /// As a query of a URL holds it.
  package static func percentEncoded(_ text: String) -> String {
    var out = ""
    for byte in text.utf8 {
      let scalar = Unicode.Scalar(byte)
      if byte < 0x80, Character(scalar).isLetter || Character(scalar).isNumber || "-._~".unicodeScalars.contains(scalar)
      {
        out.unicodeScalars.append(scalar)
      } else {
        out += "%" + String(byte >> 4, radix: 16).uppercased() + String(byte & 15, radix: 16).uppercased()
      }
    }
    return out
  }
}
