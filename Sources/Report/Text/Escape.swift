/// Makes the log's own text harmless where it is written to a terminal or a spreadsheet.
///
/// Text from a log is data: it must not move the cursor, recolour the screen, reorder what stands beside it, or become a
/// formula. What is escaped stays visible (`\x1b`, `\u{202e}`). A backslash of the log's own is left alone: the result is
/// for eyes, not for decoding. Markdown and HTML are not this file's business.
///
/// Meaning: docs/semantics.md#log-text-in-outputs.
package enum Escape {
  /// `text` fit for a terminal: C0 and C1 controls, DEL, bidi controls and the line separators U+2028/2029 become visible.
  ///
  /// - Parameter tabs: a tab becomes that many blanks; 0: it becomes `\t`.
  package static func terminal(_ text: String, tabs: Int = 0) -> String {
    // Nearly all text is harmless: look first, copy only then.
    guard text.unicodeScalars.contains(where: isControl) else { return text }
    var out = ""
    out.reserveCapacity(text.utf8.count + 16)
    for scalar in text.unicodeScalars { append(scalar, tabs: tabs, to: &out) }
    return out
  }

  /// `bytes` fit for a terminal; besides what `terminal(_:tabs:)` does for text, every byte that is not part of valid UTF-8
  /// becomes `\xff`.
  package static func terminal(bytes: some RandomAccessCollection<UInt8>, tabs: Int = 0) -> String {
    var out = ""
    out.reserveCapacity(bytes.count)
    var i = bytes.startIndex
    while i < bytes.endIndex {
      if let (scalar, length) = decode(bytes, at: i) {
        append(scalar, tabs: tabs, to: &out)
        i = bytes.index(i, offsetBy: length)
      } else {
        out += "\\x" + hex(UInt32(bytes[i]), width: 2)
        i = bytes.index(after: i)
      }
    }
    return out
  }

  /// `text` fit for a file that programs and spreadsheets read: C0 and C1 controls and DEL become visible, but tabs and line
  /// ends, which CSV can quote.
  package static func file(_ text: String) -> String {
    let isHarmful = { (scalar: Unicode.Scalar) in
      scalar.value < 0x20 && !"\t\n\r".unicodeScalars.contains(scalar) || (0x7F..<0xA0).contains(scalar.value)
    }
    guard text.unicodeScalars.contains(where: isHarmful) else { return text }
    var out = ""
    for scalar in text.unicodeScalars {
      if isHarmful(scalar) { append(scalar, tabs: 0, to: &out) } else { out.unicodeScalars.append(scalar) }
    }
    return out
  }

  /// One cell of CSV: a leading `= + - @`, tab or CR is neutralised with a `'` in front (as OWASP advises against formulas),
  /// then quoted by RFC 4180 where it holds a comma, a quote or a line end. For text of the log; numbers need none of it.
  package static func csv(_ text: String) -> String {
    var cell = text
    if let first = text.utf8.first, formulaStarts.contains(first) { cell = "'" + text }
    guard cell.utf8.contains(where: { $0 == 0x2C || $0 == 0x22 || $0 == 0x0A || $0 == 0x0D }) else { return cell }
    var out = "\""
    for scalar in cell.unicodeScalars {
      if scalar == "\"" { out += "\"\"" } else { out.unicodeScalars.append(scalar) }
    }
    return out + "\""
  }

  private static let formulaStarts: [UInt8] = [0x3D, 0x2B, 0x2D, 0x40, 0x09, 0x0D]

  /// Whether a terminal would act on the character instead of showing it.
  package static func isControl(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0..<0x20, 0x7F..<0xA0: true
    case 0x061C, 0x200E, 0x200F, 0x2028...0x202E, 0x2066...0x2069: true
    default: false
    }
  }

  private static func append(_ scalar: Unicode.Scalar, tabs: Int, to out: inout String) {
    switch scalar.value {
    case 0x09: out += tabs > 0 ? String(repeating: " ", count: tabs) : "\\t"
    case 0x0A: out += "\\n"
    case 0x0D: out += "\\r"
    case 0..<0x20, 0x7F: out += "\\x" + hex(scalar.value, width: 2)
    default:
      if isControl(scalar) {
        out += "\\u{" + hex(scalar.value, width: 2) + "}"
      } else {
        out.unicodeScalars.append(scalar)
      }
    }
  }

  static func hex(_ value: UInt32, width: Int) -> String {
    let digits = String(value, radix: 16)
    return String(repeating: "0", count: max(0, width - digits.utf8.count)) + digits
  }

  /// The character that starts at `i` and its length in bytes, or nil where no well-formed UTF-8 sequence starts
  /// (The Unicode Standard, table 3-7).
  private static func decode<C: RandomAccessCollection<UInt8>>(_ bytes: C, at i: C.Index) -> (Unicode.Scalar, Int)? {
    let lead = bytes[i]
    if lead < 0x80 { return (Unicode.Scalar(lead), 1) }
    let length: Int
    var low: UInt8 = 0x80
    var high: UInt8 = 0xBF
    switch lead {
    case 0xC2...0xDF: length = 2
    case 0xE0: (length, low) = (3, 0xA0)
    case 0xED: (length, high) = (3, 0x9F)
    case 0xE1...0xEF: length = 3
    case 0xF0: (length, low) = (4, 0x90)
    case 0xF4: (length, high) = (4, 0x8F)
    case 0xF1...0xF3: length = 4
    default: return nil
    }
    guard bytes.distance(from: i, to: bytes.endIndex) >= length else { return nil }
    var value = UInt32(lead) & (0x7F >> UInt32(length))
    for k in 1..<length {
      let byte = bytes[bytes.index(i, offsetBy: k)]
      guard byte >= (k == 1 ? low : 0x80), byte <= (k == 1 ? high : 0xBF) else { return nil }
      value = value << 6 | UInt32(byte & 0x3F)
    }
    guard let scalar = Unicode.Scalar(value) else { return nil }
    return (scalar, length)
  }
}
