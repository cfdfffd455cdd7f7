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
