package import TraceCore

/// Names a step of a waterfall in few words: what tells it from its neighbours first, then what it is.
///
/// `ledger: upstream call failed` from `upstream call failed, will retry op=ledger attempt=1 ms=4.3`. A label is for eyes:
/// nothing is decided by it, so a forged pair in a message can spoil no more than itself.
package enum StepLabel {
  /// Fields whose value tells one step from another, best first.
  private static let telling = [
    "op", "query", "operation", "statement", "task", "job", "step", "url", "host", "key", "name",
  ]
  private static let mostWords = 4

  package static func of(_ record: EvidenceRecord) -> String {
    var words: [Substring] = []
    var isInWords = true
    var pairs: [(key: Substring, value: String)] = []
    let line = record.message.prefix { !$0.isNewline }
    var rest = line[...]
    while let start = rest.firstIndex(where: { $0 != " " }) {
      rest = rest[start...]
      let end = rest.firstIndex(of: " ") ?? rest.endIndex
      let token = rest[..<end]
      if let equals = token.firstIndex(of: "="), equals > token.startIndex, isName(token[..<equals]) {
        isInWords = false
        let (value, after) = self.value(rest[token.index(after: equals)...])
        pairs.append((token[..<equals], value))
        rest = after
      } else {
        if isInWords && words.count < mostWords { words.append(token) }
        rest = rest[end...]
      }
    }
    while let last = words.last, let mark = last.last, ",:;-".contains(mark) {
      words[words.count - 1] = last.dropLast()
      if words[words.count - 1].isEmpty { words.removeLast() }
    }
    var what = words.joined(separator: " ")
    // A comma ends a thought: "upstream call failed, will retry" is told by its first half.
    if let comma = what.firstIndex(of: ",") { what = String(what[..<comma]) }
    let which = telling.lazy.compactMap { key in pairs.first { $0.key == key }?.value }.first { !$0.isEmpty }
    let label = [which ?? jsonMember(record.text) ?? "", what].filter { !$0.isEmpty }.joined(separator: ": ")
    return label.isEmpty ? record.logger ?? "step" : label
  }

  private static func isName(_ text: Substring) -> Bool {
    text.utf8.allSatisfy { $0 == 0x5F || $0 == 0x2E || $0 == 0x2D || ($0 | 0x20) &- 0x61 < 26 || $0 &- 0x30 < 10 }
  }

  /// The value at the start of `text` (quoted or up to a blank) and what follows it.
  private static func value(_ text: Substring) -> (String, Substring) {
    guard text.first == "\"" else {
      let end = text.firstIndex(of: " ") ?? text.endIndex
      return (String(text[..<end]), text[end...])
    }
    let inner = text.dropFirst()
    guard let close = inner.firstIndex(of: "\"") else { return (String(inner), text[text.endIndex...]) }
    return (String(inner[..<close]), inner[inner.index(after: close)...])
  }

  /// The telling member of a JSON line, taken by its spelling: `"op":"charge"`.
  private static func jsonMember(_ bytes: [UInt8]) -> String? {
    guard bytes.first == 0x7B else { return nil }
    let text = String(decoding: bytes.prefix(4096), as: UTF8.self)
    for key in telling where key != "name" {
      for form in ["\"\(key)\":\"", "\"\(key)\": \""] {
        guard let range = text.firstRange(of: form) else { continue }
        let value = text[range.upperBound...].prefix { $0 != "\"" && $0 != "\\" }
        if !value.isEmpty { return String(value) }
      }
    }
    return nil
  }
}
