extension JSONLine {
  /// Whether `document` is JSON of any kind: the conformance cases' question.
  package static func isValid(document: Span<UInt8>) -> Bool {
    JSONScanner.isDocument(document, from: 0, to: document.count)
  }

  /// All members of the object in `start ..< end`, those of nested objects by dotted name, in the order of the line; nil if
  /// it is not a JSON object. Arrays and empty objects are composite values. Slices of text are as in the line, escapes
  /// included, without the quotes: `JSONText.string(of:in:)` reads them. For slow paths: it allocates.
  package static func members(
    of bytes: Span<UInt8>, from start: Int, to end: Int
  ) -> [(name: String, value: FieldValue)]? {
    let first = JSONScanner.skipSpace(bytes, start, end)
    guard first < end, bytes[first] == UInt8(ascii: "{"), JSONScanner.isDocument(bytes, from: start, to: end) else {
      return nil
    }
    var found: [(name: String, value: FieldValue)] = []
    _ = collect(bytes, first, end, "", &found)
    return found
  }

  /// Walks a checked object; the offset after it.
  private static func collect(
    _ bytes: Span<UInt8>, _ start: Int, _ end: Int, _ prefix: String, _ found: inout [(name: String, value: FieldValue)]
  ) -> Int {
    var isEscaped = false
    var i = JSONScanner.skipSpace(bytes, start + 1, end)
    while i < end, bytes[i] == UInt8(ascii: "\"") {
      let keyEnd = JSONScanner.string(bytes, i + 1, end, isEscaped: &isEscaped)
      let name = prefix + JSONText.string(of: FieldValue(.text, Slice(i + 1, keyEnd - 1)), in: bytes)
      let from = JSONScanner.skipSpace(bytes, JSONScanner.skipSpace(bytes, keyEnd, end) + 1, end)
      var to = from
      switch bytes[from] {
      case UInt8(ascii: "{"):
        let before = found.count
        to = collect(bytes, from, end, name + ".", &found)
        if found.count == before { found.append((name, FieldValue(.composite, Slice(from, to)))) }
      case UInt8(ascii: "\""):
        to = JSONScanner.string(bytes, from + 1, end, isEscaped: &isEscaped)
        found.append((name, FieldValue(.text, Slice(from + 1, to - 1))))
      default:
        to = JSONScanner.value(bytes, from, end, depth: 0)
        let kind: FieldValue.Kind =
          switch bytes[from] {
          case UInt8(ascii: "["): .composite
          case UInt8(ascii: "t"), UInt8(ascii: "f"): .bool
          case UInt8(ascii: "n"): .null
          default: .number
          }
        found.append((name, FieldValue(kind, Slice(from, to))))
      }
      i = JSONScanner.skipSpace(bytes, to, end)
      guard i < end, bytes[i] == UInt8(ascii: ",") else { break }
      i = JSONScanner.skipSpace(bytes, i + 1, end)
    }
    return i + 1
  }
}
