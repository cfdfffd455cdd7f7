/// What is obviously a value in a message, whatever the log. The rules are the same for all: none is for the sake of one log.
///
/// - A number, and every name with digits in it (`10.0.0.7:80`, `blk_-16`, `node-12`, `4f2a…`), for what is counted up is no
///   word. One digit with three letters after it is left in a name: `jk2_init`.
/// - A path, a URL, an address with an at sign.
/// - `true`, `false`, `null`, `none`, `nil`, `nan`; days and months where a date goes on; words that are too long.
enum ValueText {
  /// Bytes of a word at most.
  static let longestWord = 128

  /// May stand in front of a name without being part of it.
  static func leads(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "*"), UInt8(ascii: "&"), UInt8(ascii: "!"), UInt8(ascii: "?"), UInt8(ascii: "^"),
      UInt8(ascii: "~"), UInt8(ascii: "."), UInt8(ascii: ":"):
      true
    default: false
    }
  }

  /// Ends a sentence or a clause, not a name.
  static func trails(_ byte: UInt8) -> Bool {
    byte == UInt8(ascii: ".") || byte == UInt8(ascii: ":") || byte == UInt8(ascii: "!") || byte == UInt8(ascii: "?")
  }

  /// Makes another sign of the equals sign beside it.
  static func isOperator(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "="), UInt8(ascii: "!"), UInt8(ascii: "<"), UInt8(ascii: ">"), UInt8(ascii: "~"),
      UInt8(ascii: ":"), UInt8(ascii: "+"):
      true
    default: false
    }
  }

  static func opens(_ byte: UInt8) -> Bool {
    byte == UInt8(ascii: "(") || byte == UInt8(ascii: "[") || byte == UInt8(ascii: "{") || byte == UInt8(ascii: "<")
  }

  private static func closes(_ byte: UInt8) -> Bool {
    byte == UInt8(ascii: ")") || byte == UInt8(ascii: "]") || byte == UInt8(ascii: "}")
  }

  private static func isDigit(_ byte: UInt8) -> Bool { byte &- 0x30 < 10 }
  private static func isASCIILetter(_ byte: UInt8) -> Bool { (byte | 0x20) &- 0x61 < 26 }
  private static func isHex(_ byte: UInt8) -> Bool { isDigit(byte) || (byte | 0x20) &- 0x61 < 6 }
  private static func isWordByte(_ byte: UInt8) -> Bool {
    isASCIILetter(byte) || isDigit(byte) || byte == UInt8(ascii: "_") || byte >= 0x80
  }

  // MARK: Places

  /// `/var/log`, `C:\Windows`, `https://…`.
  static func isLocation(_ bytes: Span<UInt8>, _ start: Int, _ end: Int) -> Bool {
    guard end &- start > 1 else { return false }
    if bytes[start] == UInt8(ascii: "/") { return true }
    guard end &- start > 2 else { return false }
    if bytes[start &+ 1] == UInt8(ascii: ":"), bytes[start &+ 2] == UInt8(ascii: "\\"), isASCIILetter(bytes[start]) {
      return true
    }
    var i = start
    while i &+ 3 < end, isASCIILetter(bytes[i]) || bytes[i] == UInt8(ascii: "+") { i &+= 1 }
    return i > start && i &+ 2 < end && bytes[i] == UInt8(ascii: ":") && bytes[i &+ 1] == UInt8(ascii: "/")
      && bytes[i &+ 2] == UInt8(ascii: "/")
  }

  /// Where a path or URL ends whose run ends at `at`: its query goes on.
  static func locationEnd(_ bytes: Span<UInt8>, _ at: Int, _ end: Int) -> Int {
    var i = at
    while i < end {
      switch bytes[i] {
      case 0...0x20, UInt8(ascii: "\""), UInt8(ascii: "'"), UInt8(ascii: "`"), UInt8(ascii: "<"), UInt8(ascii: ">"),
        UInt8(ascii: ")"), UInt8(ascii: "]"), UInt8(ascii: "}"), UInt8(ascii: ","), UInt8(ascii: ";"):
        return i
      default: i &+= 1
      }
    }
    return i
  }

  /// An at sign, or slashes like those of a path, inside a run.
  static func hasPlace(_ bytes: Span<UInt8>, _ start: Int, _ end: Int) -> Bool {
    var slashes = 0
    var i = start
    while i < end {
      if bytes[i] == UInt8(ascii: "@") && i > start { return true }
      if bytes[i] == UInt8(ascii: "/") { slashes &+= 1 }
      i &+= 1
    }
    return slashes >= 3
  }

  // MARK: Names with digits

  /// Whether a run that has digits, or is a place, is a value.
  static func isValue(_ bytes: Span<UInt8>, _ start: Int, _ end: Int) -> Bool {
    if end &- start > longestWord || hasPlace(bytes, start, end) { return true }
    var at = start
    while at < end {
      var stop = at
      while stop < end, isWordByte(bytes[stop]) { stop &+= 1 }
      if stop > at, !isName(bytes, at, stop) { return true }
      at = stop &+ 1
    }
    return false
  }

  /// No digit, or one with at least one letter before and three after it, in what cannot be hexadecimal.
  private static func isName(_ bytes: Span<UInt8>, _ start: Int, _ end: Int) -> Bool {
    var digits = 0
    var place = 0
    var isAllHex = true
    var i = start
    while i < end {
      if isDigit(bytes[i]) {
        digits &+= 1
        place = i
        if digits > 1 { return false }
      } else if !isHex(bytes[i]) {
        isAllHex = false
      }
      i &+= 1
    }
    return digits == 0 || (!isAllHex && place > start && end &- place > 3)
  }

  /// Of a value like `onExtend:1514` or `loading...50` the word in front of it: where that ends, and where the value begins.
  static func head(_ bytes: Span<UInt8>, _ start: Int, _ end: Int) -> (end: Int, value: Int)? {
    var i = start
    while i < end, isASCIILetter(bytes[i]) || bytes[i] == UInt8(ascii: "_") { i &+= 1 }
    guard i &- start >= 2, i < end else { return nil }
    let mark = bytes[i]
    var value = i
    while value < end, bytes[value] == mark { value &+= 1 }
    guard value < end, mark == UInt8(ascii: ":") || (mark == UInt8(ascii: ".") && value &- i > 1) else { return nil }
    return (i, value)
  }

  // MARK: Words

  /// `true`, `false`, `null`, `none`, `nil`, `nan`, in any case.
  @inline(__always)
  static func isNothing(_ bytes: Span<UInt8>, _ start: Int, _ end: Int) -> Bool {
    switch word(bytes, start, end) {
    case 0x7472_7565, 0x66_616C_7365, 0x6E75_6C6C, 0x6E6F_6E65, 0x6E_696C, 0x6E_616E: true
    default: false
    }
  }

  /// Up to eight letters in lower case as one number; 0 for anything else.
  @inline(__always)
  private static func word(_ bytes: Span<UInt8>, _ start: Int, _ end: Int) -> UInt64 {
    var word: UInt64 = 0
    var i = start
    while i < end {
      let byte = bytes[i] | 0x20
      guard byte &- 0x61 < 26 else { return 0 }
      word = word &<< 8 | UInt64(byte)
      i &+= 1
    }
    return word
  }

  /// `Mon`, `Jan`: with a capital.
  @inline(__always)
  static func isDateWord(_ bytes: Span<UInt8>, _ start: Int) -> Bool {
    guard bytes[start] < 0x60, bytes[start &+ 1] > 0x60, bytes[start &+ 2] > 0x60 else { return false }
    switch word(bytes, start, start &+ 3) {
    case 0x6D_6F6E, 0x74_7565, 0x77_6564, 0x74_6875, 0x66_7269, 0x73_6174, 0x73_756E: return true
    case 0x6A_616E, 0x66_6562, 0x6D_6172, 0x61_7072, 0x6D_6179, 0x6A_756E: return true
    case 0x6A_756C, 0x61_7567, 0x73_6570, 0x6F_6374, 0x6E_6F76, 0x64_6563: return true
    default: return false
    }
  }

  /// Behind the word a number follows, or another word of a date.
  static func isDateGoingOn(_ bytes: Span<UInt8>, _ at: Int, _ end: Int) -> Bool {
    var i = at
    while i < end, bytes[i] <= 0x20 || bytes[i] == UInt8(ascii: ",") { i &+= 1 }
    guard i > at, i < end else { return false }
    if isDigit(bytes[i]) { return true }
    return i &+ 3 < end && isDateWord(bytes, i) && bytes[i &+ 3] <= 0x20
  }

  /// A unit of time or size.
  static func isUnit(_ bytes: Span<UInt8>, _ start: Int, _ end: Int) -> Bool {
    switch word(bytes, start, end) {
    case 0x62, 0x6B62, 0x6D62, 0x6762, 0x7462, 0x6B_6962, 0x6D_6962, 0x67_6962: true  // b kb mb gb tb kib mib gib
    case 0x6279_7465, 0x62_7974_6573, 0x6B62_7974_6573: true  // byte bytes kbytes
    case 0x6E73, 0x7573, 0x6D73, 0x73, 0x73_6563, 0x7365_6373: true  // ns us ms s sec secs
    case 0x7365_636F_6E64, 0x73_6563_6F6E_6473: true  // second seconds
    case 0x6D_696E, 0x6D69_6E73, 0x6D69_6E75_7465, 0x6D_696E_7574_6573: true  // min mins minute minutes
    case 0x68, 0x6872, 0x68_7273, 0x686F_7572, 0x68_6F75_7273, 0x64_6179, 0x6461_7973: true  // h hr(s) hour(s) day(s)
    default: false
    }
  }

  // MARK: Quotes and pairs

  /// Where the quote at `at` is closed; nil if it is not. A backslash takes the next byte with it.
  static func closingQuote(_ bytes: Span<UInt8>, _ at: Int, _ end: Int) -> Int? {
    let quote = bytes[at]
    var i = at &+ 1
    while i < end {
      if bytes[i] == UInt8(ascii: "\\") {
        i &+= 2
        continue
      }
      if bytes[i] == quote { return i }
      i &+= 1
    }
    return nil
  }

  /// ASCII letters alone.
  static func isASCIIWord(_ bytes: Span<UInt8>, _ start: Int, _ end: Int) -> Bool {
    var i = start
    while i < end {
      if !isASCIILetter(bytes[i]) { return false }
      i &+= 1
    }
    return true
  }

  /// Letters and underscores alone, and no word that stands for a value.
  static func isPlainWord(_ bytes: Span<UInt8>, _ start: Int, _ end: Int) -> Bool {
    guard end > start, end &- start <= longestWord, !isNothing(bytes, start, min(end, start &+ 6)) else { return false }
    var i = start
    while i < end {
      if !isASCIILetter(bytes[i]) && bytes[i] != UInt8(ascii: "_") && bytes[i] < 0x80 { return false }
      i &+= 1
    }
    return true
  }

  /// Of `GET /x HTTP/1.1` where the method ends. The words: GET, POST, PUT, DELETE, HEAD; PATCH, OPTIONS, CONNECT, TRACE.
  static func methodEnd(_ bytes: Span<UInt8>, _ start: Int, _ end: Int) -> Int? {
    var i = start
    while i < end, i < start &+ 8, bytes[i] &- 0x41 < 26 { i &+= 1 }
    guard i < end, bytes[i] == 0x20 else { return nil }
    switch word(bytes, start, i) {
    case 0x67_6574, 0x706F_7374, 0x70_7574, 0x64_656C_6574_65, 0x6865_6164: return i
    case 0x70_6174_6368, 0x6F_7074_696F_6E73, 0x63_6F6E_6E65_6374, 0x74_7261_6365: return i
    default: return nil
    }
  }

  /// Where the value after an equals sign ends: at a blank, or at what closes or parts a list that it did not open.
  static func pairValueEnd(
    _ bytes: Span<UInt8>, _ start: Int, _ end: Int, _ classes: Span<UInt8>
  ) -> Int {
    var depth = 0
    var i = start
    while i < end {
      let byte = bytes[i]
      if classes[Int(byte)] & ByteClasses.stop == 0 {
        i &+= 1
        continue
      }
      if byte <= 0x20 { return i }
      if byte == UInt8(ascii: "\"") || (byte == UInt8(ascii: "'") && i == start) {
        if let close = closingQuote(bytes, i, end) {
          i = close &+ 1
          continue
        }
        // The text goes on beyond what is looked at.
        return end
      }
      if opens(byte) && byte != UInt8(ascii: "<") { depth &+= 1 }
      if depth == 0, closes(byte) || byte == UInt8(ascii: ",") || byte == UInt8(ascii: ";") { return i }
      if closes(byte) { depth &-= 1 }
      i &+= 1
    }
    return i
  }
}
