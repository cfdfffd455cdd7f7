/// Records whose first line says only when and where, and whose second one has the level and the message.
///
/// java.util.logging's default (`Nov 23, 2026 6:47:55 AM com.example.Orders create`, then `SEVERE: text`) and the formatter of
/// Flask's documentation (`[2026-11-23 06:47:55,003] 10.0.0.7 requested http://…`, then `ERROR in orders: text`). Both lines
/// must have these forms. A reader of blocks keeps them together: it never cuts between a head and what follows.
package enum TwoLineHead {
  /// Whether a line (without its newline) is such a head. Cost: a few bytes for most lines.
  package static func isHead(_ bytes: Span<UInt8>, _ start: Int, _ end: Int) -> Bool {
    guard end - start >= 24, end - start <= 2_000 else { return false }
    if bytes[start] == UInt8(ascii: "[") { return isFlask(bytes, start, end) }
    return isJUL(bytes, start, end)
  }

  /// `Nov 23, 2026 6:47:55 AM `, a class and perhaps a method.
  private static func isJUL(_ bytes: Span<UInt8>, _ start: Int, _ end: Int) -> Bool {
    guard bytes[start + 3] == 0x20, TimestampParser.month(bytes, start) > 0 else { return false }
    var i = start + 4
    let limit = min(end - 2, start + 32)
    while i < limit,
      !((bytes[i] == UInt8(ascii: "A") || bytes[i] == UInt8(ascii: "P")) && bytes[i + 1] == UInt8(ascii: "M"))
    {
      i += 1
    }
    guard i < limit, bytes[i + 2] == 0x20 else { return false }
    let name = i + 3
    let nameEnd = RequestPhrase.wordEnd(bytes, name, end)
    guard HeaderReader.isDotted(bytes, name, nameEnd) else { return false }
    return nameEnd == end || RequestPhrase.wordEnd(bytes, nameEnd + 1, end) == end
  }

  private static func isFlask(_ bytes: Span<UInt8>, _ start: Int, _ end: Int) -> Bool {
    guard bytes[start + 5] == UInt8(ascii: "-"), bytes[start + 1] &- 0x30 < 10,
      let close = ByteSearch.first(UInt8(ascii: "]"), in: bytes, from: start, to: min(end, start + 40))
    else { return false }
    let address = close + 2
    let addressEnd = RequestPhrase.wordEnd(bytes, address, end)
    return ByteSearch.begins(bytes, at: addressEnd, end: end, with: " requested http")
  }

  /// What the second line begins with; nil where it is none.
  static func second(_ bytes: Span<UInt8>, _ start: Int, _ end: Int) -> Second? {
    var i = start
    while i < end, bytes[i] &- 0x41 < 26 { i += 1 }
    guard i - start >= 3, let level = Level(header: bytes, from: start, to: i) else { return nil }
    if ByteSearch.begins(bytes, at: i, end: end, with: ": ") {
      return Second(level: level, logger: .missing, message: Slice(i + 2, end))
    }
    guard ByteSearch.begins(bytes, at: i, end: end, with: " in ") else { return nil }
    let name = i + 4
    guard let colon = ByteSearch.first(UInt8(ascii: ":"), in: bytes, from: name, to: end), colon + 1 < end,
      bytes[colon + 1] == 0x20, HeaderReader.isName(bytes, name, colon)
    else { return nil }
    return Second(level: level, logger: Slice(name, colon), message: Slice(colon + 2, end))
  }

  struct Second {
    var level: Level
    var logger: Slice
    var message: Slice
  }
}
