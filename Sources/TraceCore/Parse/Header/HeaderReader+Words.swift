// What a header is made of: words, the signs and brackets between them, and what a word looks like.

extension HeaderReader {
  /// Blanks, bars, and signs that stand alone between columns.
  mutating func skipSeparators(_ bytes: Span<UInt8>, _ start: Int) -> Int {
    var i = start
    while i < end {
      let byte = bytes[i]
      if byte == UInt8(ascii: "|") {
        if i > start, bytes[i - 1] != 0x20 { hasBars = true }
        if i + 1 < end, bytes[i + 1] != 0x20 { hasBars = true }
        i += 1
      } else if byte == 0x20 || byte == 0x09 {
        i += 1
      } else if byte == UInt8(ascii: "-") || byte == UInt8(ascii: ":") || byte == UInt8(ascii: "=")
        || byte == UInt8(ascii: ">") || byte == UInt8(ascii: ",") || byte == UInt8(ascii: "]")
      {
        var j = i
        while j < end, bytes[j] == byte || bytes[j] == UInt8(ascii: ">") || bytes[j] == UInt8(ascii: "-") { j += 1 }
        guard j == end || bytes[j] == 0x20 || bytes[j] == 0x09, j - i <= 3 else { return i }
        i = j
      } else {
        return i
      }
    }
    return i
  }

  /// Whether a lone dash or colon stands between two columns.
  func isDivider(_ bytes: Span<UInt8>, _ start: Int, _ at: Int) -> Bool {
    var i = start
    while i < at {
      if bytes[i] == UInt8(ascii: "-") || bytes[i] == UInt8(ascii: ":") {
        // `---` parts Spring's process from its thread.
        return !(i + 2 < at && bytes[i + 1] == UInt8(ascii: "-") && bytes[i + 2] == UInt8(ascii: "-"))
      }
      if bytes[i] == UInt8(ascii: "=") { return false }
      i += 1
    }
    return false
  }

  static func hasArrow(_ bytes: Span<UInt8>, _ start: Int, _ at: Int) -> Bool {
    (start..<at - 1).contains { bytes[$0] == UInt8(ascii: "=") && bytes[$0 + 1] == UInt8(ascii: ">") }
  }

  /// Whether after a lone dash or colon the message begins: unless what follows is a logger, again before such a sign.
  func endsHeader(_ bytes: Span<UInt8>, _ before: Int, _ at: Int) -> Bool {
    if hasLogger { return true }
    switch bytes[at] {
    case UInt8(ascii: "["), UInt8(ascii: "("), UInt8(ascii: "{"): return false
    default: break
    }
    let stop = tokenEnd(bytes, at)
    let last = trimmed(bytes, at, stop)
    guard HeaderReader.isName(bytes, at, last) else { return true }
    if stop > last, bytes[last] == UInt8(ascii: ":") { return false }
    return !nextColumn(bytes, stop).isDash
  }

  /// What stands after the blanks after a column.
  struct Next {
    var isDash = false
    var isDashes = false
    var isBar = false
    var isBracket = false
    var isTab = false
    /// Letters: a word.
    var isText = false
  }

  func nextColumn(_ bytes: Span<UInt8>, _ stop: Int) -> Next {
    var next = Next()
    guard stop < end else { return next }
    next.isTab = bytes[stop] == 0x09
    var i = stop
    while i < end, bytes[i] == 0x20 || bytes[i] == 0x09 { i += 1 }
    guard i < end else { return next }
    let follows = i + 1 < end ? bytes[i + 1] : 0x20
    switch bytes[i] {
    case UInt8(ascii: "-"):
      next.isDash = follows == 0x20 || (follows == UInt8(ascii: "-") && i + 2 < end && bytes[i + 2] == 0x20)
      next.isDashes = follows == UInt8(ascii: "-")
    case UInt8(ascii: ":"): next.isDash = follows == 0x20
    case UInt8(ascii: "|"): next.isBar = true
    case UInt8(ascii: "["): next.isBracket = true
    default: next.isText = (bytes[i] | 0x20) &- 0x61 < 26
    }
    return next
  }

  // MARK: Words

  /// The end of a word: a blank, a tab, a bar, a quote, or a closing bracket that the word has not opened is after it.
  func tokenEnd(_ bytes: Span<UInt8>, _ start: Int) -> Int {
    var i = start
    var depth = 0
    while i < end {
      switch bytes[i] {
      case 0x20, 0x09: return i
      case UInt8(ascii: "|"), UInt8(ascii: "\""): return max(i, start + 1)
      case UInt8(ascii: "["): depth += 1
      case UInt8(ascii: "]"):
        if depth == 0 { return i + 1 }
        depth -= 1
      default: break
      }
      i += 1
    }
    return end
  }

  /// A word's end without the `:`, `,` or `]` after it.
  func trimmed(_ bytes: Span<UInt8>, _ start: Int, _ stop: Int) -> Int {
    var end = stop
    while end > start, bytes[end - 1] == UInt8(ascii: ":") || bytes[end - 1] == UInt8(ascii: ",") { end -= 1 }
    if end > start, bytes[end - 1] == UInt8(ascii: "]"),
      ByteSearch.first(UInt8(ascii: "["), in: bytes, from: start, to: end) == nil
    {
      end -= 1
    }
    return end
  }

  func afterBlanks(_ bytes: Span<UInt8>, _ start: Int) -> Int {
    var i = start
    while i < end, bytes[i] == 0x20 || bytes[i] == 0x09 { i += 1 }
    return i
  }

  /// The place of the bracket that closes the one at `start`, in the header; nil without one.
  func closing(_ bytes: Span<UInt8>, _ start: Int) -> Int? {
    let open = bytes[start]
    let close: UInt8 = open == UInt8(ascii: "(") ? UInt8(ascii: ")") : open + 2
    guard let first = ByteSearch.first(close, in: bytes, from: start + 1, to: limit) else { return nil }
    if ByteSearch.first(open, in: bytes, from: start + 1, to: first) == nil { return first }
    var depth = 0
    var i = start
    while i < limit {
      if bytes[i] == open { depth += 1 }
      if bytes[i] == close {
        depth -= 1
        if depth == 0 { return i }
      }
      i += 1
    }
    return nil
  }

  static func isQuoteOrColon(_ byte: UInt8) -> Bool {
    byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "'") || byte == UInt8(ascii: ":")
  }

  /// Digits, with the signs of process and thread numbers: `7`, `#7`, `7:12`.
  static func isNumber(_ bytes: Span<UInt8>, _ start: Int, _ end: Int) -> Bool {
    var digits = 0
    for i in start..<end {
      if bytes[i] &- 0x30 < 10 {
        digits += 1
      } else if bytes[i] != UInt8(ascii: "#") && bytes[i] != UInt8(ascii: ":") && bytes[i] != UInt8(ascii: "]") {
        return false
      }
    }
    return digits > 0 && digits <= 12
  }

  /// Letters, digits and what names of loggers, classes and files have between them.
  static func isName(_ bytes: Span<UInt8>, _ start: Int, _ end: Int) -> Bool {
    guard end > start, end - start <= 200, (bytes[start] | 0x20) &- 0x61 < 26 || bytes[start] == UInt8(ascii: "_")
    else {
      return false
    }
    var i = start
    while i < end {
      let byte = bytes[i]
      // A bit a byte: # $ * - . / 0-9 : = below 64; @ A-Z [ ] _ a-z ~ from there on.
      let bits: UInt64 = byte < 64 ? 0x27FF_E418_0000_0000 : byte < 128 ? 0x47FF_FFFE_AFFF_FFFF : 0
      guard bits >> UInt64(byte & 63) & 1 != 0 else { return false }
      if byte == UInt8(ascii: "="), ByteSearch.first(UInt8(ascii: "["), in: bytes, from: start, to: i) == nil {
        return false
      }
      i &+= 1
    }
    return true
  }

  static func isIdentifier(_ bytes: Span<UInt8>, _ start: Int, _ end: Int) -> Bool {
    (start..<end).allSatisfy {
      (bytes[$0] | 0x20) &- 0x61 < 26 || bytes[$0] &- 0x30 < 10 || bytes[$0] == 0x5F || bytes[$0] == 0x2D
    }
  }

  /// A name with a `.`, `::`, `/` or `$` between letters: a class, a module, a file.
  static func isDotted(_ bytes: Span<UInt8>, _ start: Int, _ end: Int) -> Bool {
    isName(bytes, start, end) && hasDots(bytes, start, end)
  }

  /// Whether a name has such a sign.
  static func hasDots(_ bytes: Span<UInt8>, _ start: Int, _ end: Int) -> Bool {
    guard end - start >= 3 else { return false }
    for i in start + 1..<end - 1 {
      switch bytes[i] {
      case UInt8(ascii: "."), UInt8(ascii: "/"), UInt8(ascii: "$"):
        if (bytes[i + 1] | 0x20) &- 0x61 < 26 { return true }
      case UInt8(ascii: ":"): if bytes[i + 1] == UInt8(ascii: ":") { return true }
      default: break
      }
    }
    return false
  }
}
