/// Checks JSON against RFC 8259 and finds where its parts end. Keeps no values.
///
/// Strict: no comments, no trailing commas, no control characters in strings, no leading zeros. Lone surrogates in escapes
/// are let through (the RFC's grammar allows them) and read as U+FFFD. Invalid UTF-8 inside strings is let through too. More than `maximumDepth` levels of nesting are refused, so that hostile
/// input cannot exhaust the stack.
///
/// Every function takes the offset where a part begins and gives the offset after it, or -1 if it is not valid.
enum JSONScanner {
  /// Levels of arrays and objects inside each other.
  static let maximumDepth = 128

  /// Offset of the first byte in `start ..< end` that is no white space.
  @inline(__always)
  static func skipSpace(_ bytes: Span<UInt8>, _ start: Int, _ end: Int) -> Int {
    var i = start
    while i < end {
      let byte = bytes[i]
      if byte > 0x20 { return i }
      if byte != 0x20 && byte != 0x0A && byte != 0x0D && byte != 0x09 { return i }
      i &+= 1
    }
    return i
  }

  /// Whether `start ..< end` is one JSON value with nothing but white space around it.
  static func isDocument(_ bytes: Span<UInt8>, from start: Int, to end: Int) -> Bool {
    let stop = value(bytes, skipSpace(bytes, start, end), end, depth: 0)
    return stop >= 0 && skipSpace(bytes, stop, end) == end
  }

  /// The end of a string whose text begins at `start`, after the opening quote; the closing quote is at end - 1.
  @inline(__always)
  static func string(
    _ bytes: Span<UInt8>, _ start: Int, _ end: Int, isEscaped: inout Bool
  ) -> Int {
    let stop = ByteSearch.plainTextEnd(in: bytes, from: start, to: end)
    if stop < end, bytes[stop] == UInt8(ascii: "\"") { return stop &+ 1 }
    isEscaped = true
    return escapedString(bytes, stop, end)
  }

  /// Goes on from the first byte that is not plain text.
  @inline(never)
  static func escapedString(_ bytes: Span<UInt8>, _ start: Int, _ end: Int) -> Int {
    var i = start
    while i < end {
      switch bytes[i] {
      case UInt8(ascii: "\""): return i + 1
      case UInt8(ascii: "\\"):
        guard i + 1 < end else { return -1 }
        switch bytes[i + 1] {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"), UInt8(ascii: "b"), UInt8(ascii: "f"),
          UInt8(ascii: "n"), UInt8(ascii: "r"), UInt8(ascii: "t"):
          i += 2
        case UInt8(ascii: "u"):
          guard i + 6 <= end, hex(bytes, i + 2) >= 0 else { return -1 }
          i += 6
        default: return -1
        }
      default: return -1
      }
      i = ByteSearch.plainTextEnd(in: bytes, from: i, to: end)
    }
    return -1
  }

  /// Four hexadecimal digits as a number, or -1.
  static func hex(_ bytes: Span<UInt8>, _ start: Int) -> Int {
    var value = 0
    for i in start..<start + 4 {
      let byte = bytes[i]
      let digit: UInt8
      if byte &- 0x30 <= 9 {
        digit = byte &- 0x30
      } else if (byte | 0x20) &- 0x61 < 6 {
        digit = (byte | 0x20) &- 0x57
      } else {
        return -1
      }
      value = value << 4 | Int(digit)
    }
    return value
  }

  /// `-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?`
  @inline(__always)
  static func number(_ bytes: Span<UInt8>, _ start: Int, _ end: Int) -> Int {
    var i = start
    if i < end, bytes[i] == UInt8(ascii: "-") { i &+= 1 }
    guard i < end else { return -1 }
    let first = bytes[i] &- 0x30
    if first > 9 { return -1 }
    i &+= 1
    if first != 0 { i = digits(bytes, i, end) }
    if i < end, bytes[i] == UInt8(ascii: ".") {
      let stop = digits(bytes, i + 1, end)
      if stop == i + 1 { return -1 }
      i = stop
    }
    if i < end, bytes[i] | 0x20 == UInt8(ascii: "e") {
      i &+= 1
      if i < end, bytes[i] == UInt8(ascii: "+") || bytes[i] == UInt8(ascii: "-") { i &+= 1 }
      let stop = digits(bytes, i, end)
      if stop == i { return -1 }
      i = stop
    }
    return i
  }

  @inline(__always)
  private static func digits(_ bytes: Span<UInt8>, _ start: Int, _ end: Int) -> Int {
    var i = start
    while i < end, bytes[i] &- 0x30 <= 9 { i &+= 1 }
    return i
  }

  /// `true`, `false` or `null`, by its first letter.
  @inline(__always)
  static func literal(_ bytes: Span<UInt8>, _ start: Int, _ end: Int) -> Int {
    switch bytes[start] {
    case UInt8(ascii: "t"):
      guard start + 4 <= end, bytes[start + 1] == UInt8(ascii: "r"), bytes[start + 2] == UInt8(ascii: "u"),
        bytes[start + 3] == UInt8(ascii: "e")
      else { return -1 }
      return start + 4
    case UInt8(ascii: "f"):
      guard start + 5 <= end, bytes[start + 1] == UInt8(ascii: "a"), bytes[start + 2] == UInt8(ascii: "l"),
        bytes[start + 3] == UInt8(ascii: "s"), bytes[start + 4] == UInt8(ascii: "e")
      else { return -1 }
      return start + 5
    case UInt8(ascii: "n"):
      guard start + 4 <= end, bytes[start + 1] == UInt8(ascii: "u"), bytes[start + 2] == UInt8(ascii: "l"),
        bytes[start + 3] == UInt8(ascii: "l")
      else { return -1 }
      return start + 4
    default: return -1
    }
  }

  /// Any value, at the depth of what it stands in (0 for a whole document).
  static func value(_ bytes: Span<UInt8>, _ start: Int, _ end: Int, depth: Int) -> Int {
    guard start < end else { return -1 }
    switch bytes[start] {
    case UInt8(ascii: "\""):
      var isEscaped = false
      return string(bytes, start + 1, end, isEscaped: &isEscaped)
    case UInt8(ascii: "{"): return object(bytes, start, end, depth: depth + 1)
    case UInt8(ascii: "["): return array(bytes, start, end, depth: depth + 1)
    case UInt8(ascii: "-"), 0x30...0x39: return number(bytes, start, end)
    default: return literal(bytes, start, end)
    }
  }

  static func array(_ bytes: Span<UInt8>, _ start: Int, _ end: Int, depth: Int) -> Int {
    guard depth <= maximumDepth else { return -1 }
    var i = skipSpace(bytes, start + 1, end)
    if i < end, bytes[i] == UInt8(ascii: "]") { return i + 1 }
    while true {
      i = value(bytes, i, end, depth: depth)
      guard i >= 0 else { return -1 }
      i = skipSpace(bytes, i, end)
      guard i < end else { return -1 }
      if bytes[i] == UInt8(ascii: "]") { return i + 1 }
      guard bytes[i] == UInt8(ascii: ",") else { return -1 }
      i = skipSpace(bytes, i + 1, end)
    }
  }

  static func object(_ bytes: Span<UInt8>, _ start: Int, _ end: Int, depth: Int) -> Int {
    guard depth <= maximumDepth else { return -1 }
    var i = skipSpace(bytes, start + 1, end)
    if i < end, bytes[i] == UInt8(ascii: "}") { return i + 1 }
    while true {
      guard i < end, bytes[i] == UInt8(ascii: "\"") else { return -1 }
      var isEscaped = false
      i = string(bytes, i + 1, end, isEscaped: &isEscaped)
      guard i >= 0 else { return -1 }
      i = skipSpace(bytes, i, end)
      guard i < end, bytes[i] == UInt8(ascii: ":") else { return -1 }
      i = value(bytes, skipSpace(bytes, i + 1, end), end, depth: depth)
      guard i >= 0 else { return -1 }
      i = skipSpace(bytes, i, end)
      guard i < end else { return -1 }
      if bytes[i] == UInt8(ascii: "}") { return i + 1 }
      guard bytes[i] == UInt8(ascii: ",") else { return -1 }
      i = skipSpace(bytes, i + 1, end)
    }
  }
}
