/// What JSON strings say: escapes taken out.
package enum JSONText {
  /// Appends the text of the checked string body `start ..< end` (without its quotes) to `arena`, and gives its place there.
  ///
  /// Surrogate pairs become one character; a lone surrogate becomes U+FFFD. Bytes that are not UTF-8 stay as they are.
  package static func unescape(
    _ bytes: Span<UInt8>, from start: Int, to end: Int, into arena: inout ContiguousArray<UInt8>
  ) -> Slice {
    let first = arena.count
    // No escape is shorter than what it stands for.
    arena.append(addingCapacity: end - start) { output in
      unescape(bytes, start, end, &output)
    }
    return .inArena(first, arena.count)
  }

  private static func unescape(_ bytes: Span<UInt8>, _ start: Int, _ end: Int, _ output: inout OutputSpan<UInt8>) {
    var i = start
    while i < end {
      let byte = bytes[i]
      guard byte == UInt8(ascii: "\\"), i + 1 < end else {
        output.append(byte)
        i &+= 1
        continue
      }
      let letter = bytes[i + 1]
      i += 2
      switch letter {
      case UInt8(ascii: "b"): output.append(0x08)
      case UInt8(ascii: "f"): output.append(0x0C)
      case UInt8(ascii: "n"): output.append(0x0A)
      case UInt8(ascii: "r"): output.append(0x0D)
      case UInt8(ascii: "t"): output.append(0x09)
      case UInt8(ascii: "u"):
        guard i + 4 <= end else { return }
        var code = JSONScanner.hex(bytes, i)
        i += 4
        if code & 0xFC00 == 0xD800, i + 6 <= end, bytes[i] == UInt8(ascii: "\\"), bytes[i + 1] == UInt8(ascii: "u") {
          let low = JSONScanner.hex(bytes, i + 2)
          if low & 0xFC00 == 0xDC00 {
            code = 0x10000 + (code & 0x3FF) << 10 + (low & 0x3FF)
            i += 6
          }
        }
        // None for a lone surrogate.
        let scalar = Unicode.Scalar(UInt32(truncatingIfNeeded: code)) ?? "\u{FFFD}"
        for byte in UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter { output.append(byte) }
      default: output.append(letter)
      }
    }
  }

  /// The text of a value from `JSONLine.members`: strings unescaped, everything else as it stands. For slow paths.
  package static func string(of value: FieldValue, in bytes: Span<UInt8>) -> String {
    if value.slice.isMissing { return "" }
    var text: ContiguousArray<UInt8> = []
    if value.kind == .text {
      _ = unescape(bytes, from: value.slice.start, to: value.slice.end, into: &text)
    } else {
      for i in value.slice.start..<value.slice.end { text.append(bytes[i]) }
    }
    return String(decoding: text, as: UTF8.self)
  }
}

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
