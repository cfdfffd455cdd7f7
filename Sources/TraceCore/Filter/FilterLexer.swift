/// Cuts an expression into tokens and says what a near miss of one should have been.
///
/// What stands right of an operator is read by `literal(after:)`, on the parser's word: there `5xx`, `/api/spots` and
/// `2026-11-23T06:50:00Z` are values, while on the left they are nothing. Knows no grammar.
struct FilterLexer {
  enum Token: Equatable {
    case end, open, close, comma
    case and, or, not, isIn
    /// `negated` for `!=` and `!~`.
    case comparator(FilterComparison.Comparator, negated: Bool)
    case name(String, isQuoted: Bool)
  }

  let bytes: [UInt8]
  /// Where the next token is looked for.
  private(set) var position = 0
  /// Where the last token began and ended.
  private(set) var start = 0
  private(set) var end = 0

  init(_ text: String) { bytes = Array(text.utf8) }

  func error(_ message: String, from start: Int, to end: Int) -> FilterError {
    FilterError(message, in: bytes, from: start, to: end)
  }

  /// The text of the last token.
  var tokenText: String { String(decoding: bytes[start..<end], as: UTF8.self) }

  /// The next token, without taking it.
  func peek() throws(FilterError) -> Token {
    var copy = self
    return try copy.next()
  }

  /// Takes the next token.
  mutating func next() throws(FilterError) -> Token {
    skipBlanks()
    start = position
    defer { end = position }
    guard position < bytes.count else { return .end }
    switch bytes[position] {
    case 0x28: return take(1, .open)
    case 0x29: return take(1, .close)
    case 0x2C: return take(1, .comma)
    case 0x60: return try quotedName()
    case 0x26, 0x7C, 0x21, 0x3C, 0x3D, 0x3E, 0x7E: return try symbol()
    default: return try word()
    }
  }

  private mutating func take(_ count: Int, _ token: Token) -> Token {
    position += count
    return token
  }

  private mutating func skipBlanks() {
    while position < bytes.count, [0x20, 0x09, 0x0A, 0x0D].contains(bytes[position]) { position += 1 }
  }

  private mutating func symbol() throws(FilterError) -> Token {
    let symbols: [UInt8] = [0x26, 0x7C, 0x21, 0x3C, 0x3D, 0x3E, 0x7E]
    var stop = position
    while stop < bytes.count, symbols.contains(bytes[stop]) { stop += 1 }
    if stop < bytes.count, bytes[stop] == 0x2A, bytes[stop - 1] == 0x7E { stop += 1 }  // nginx's ~*
    let run = String(decoding: bytes[position..<stop], as: UTF8.self)
    switch run {
    case "&&": return take(2, .and)
    case "||": return take(2, .or)
    case "=", "==": return take(run.utf8.count, .comparator(.equal, negated: false))
    case "!=": return take(2, .comparator(.equal, negated: true))
    case "<": return take(1, .comparator(.less, negated: false))
    case "<=": return take(2, .comparator(.lessOrEqual, negated: false))
    case ">": return take(1, .comparator(.greater, negated: false))
    case ">=": return take(2, .comparator(.greaterOrEqual, negated: false))
    case "~": return take(1, .comparator(.matches, negated: false))
    case "!~": return take(2, .comparator(.matches, negated: true))
    default: break
    }
    let meant: [String: String] = [
      "&": "and", "|": "or", "=<": "<=", "=>": ">=", "=~": "~", "~=": "~", "~~": "~", "!=~": "!~", "=!~": "!~",
      "!~=": "!~",
      "<>": "!=", "=!": "!=", "===": "=", "!==": "!=", "><": "!=", "~*": "~ \"(?i)…\"", "!~*": "!~ \"(?i)…\"",
      "<==": "<=",
      ">==": ">=", "==>": ">=", ">>": ">", "<<": "<",
    ]
    if let meant = meant[run] {
      throw error("`\(run)` is no operator here: write `\(meant)`", from: position, to: stop)
    }
    if run.hasPrefix("!") { return take(1, .not) }
    if run.hasPrefix("&&!") { return take(2, .and) }
    if run.hasPrefix("||!") { return take(2, .or) }
    throw error("`\(run)` is no operator: there are = != < <= > >= ~ !~ and in", from: position, to: stop)
  }

  private mutating func quotedName() throws(FilterError) -> Token {
    guard let stop = bytes[(position + 1)...].firstIndex(of: 0x60) else {
      throw error("this backquote is never closed", from: position, to: position + 1)
    }
    guard stop > position + 1 else {
      throw error("there is no field name between these backquotes", from: position, to: stop + 1)
    }
    let name = String(decoding: bytes[(position + 1)..<stop], as: UTF8.self)
    position = stop + 1
    return .name(name, isQuoted: true)
  }

  private mutating func word() throws(FilterError) -> Token {
    let first = bytes[position]
    if first == 0x22 || first == 0x27 {
      throw error(
        "a comparison begins with a field, not with a text; an unusual field name must be in backquotes: `my field` = 1",
        from: position, to: position + 1)
    }
    guard FilterLexer.isNameByte(first), !(0x30...0x39).contains(first) else {
      if (0x30...0x39).contains(first) || first == 0x2D || first == 0x2B || first == 0x2E {
        throw error(
          "a comparison begins with a field: write `status >= 500`, not `500 <= status`", from: position,
          to: endOfBareWord(from: position))
      }
      throw error("this character has no meaning here", from: position, to: position + 1)
    }
    var stop = position + 1
    while stop < bytes.count {
      let byte = bytes[stop]
      let isJoint = byte == 0x2E || byte == 0x2D
      guard
        FilterLexer.isNameByte(byte) || (isJoint && stop + 1 < bytes.count && FilterLexer.isNameByte(bytes[stop + 1]))
      else { break }
      stop += 1
    }
    let word = String(decoding: bytes[position..<stop], as: UTF8.self)
    switch word {
    case "and": return take(3, .and)
    case "or": return take(2, .or)
    case "not": return take(3, .not)
    case "in": return take(2, .isIn)
    default: break
    }
    if ["and", "or", "not", "in"].contains(word.lowercased()) {
      throw error(
        "write `\(word.lowercased())` in lower case (a field of that name must be in backquotes)", from: position,
        to: stop)
    }
    position = stop
    return .name(word, isQuoted: false)
  }

  /// Takes the value that must stand here, after `context` (an operator or `(` or `,`, for the message).
  mutating func literal(after context: String) throws(FilterError) -> FilterLiteral {
    skipBlanks()
    start = position
    defer { end = position }
    guard position < bytes.count else {
      throw error("a value is missing after `\(context)`", from: position, to: position + 1)
    }
    if bytes[position] == 0x22 || bytes[position] == 0x27 { return try quotedLiteral() }
    let stop = endOfBareWord(from: position)
    guard stop > position else {
      throw error("a value is missing after `\(context)`", from: position, to: position + 1)
    }
    var raw = String(decoding: bytes[position..<stop], as: UTF8.self)
    if ["and", "or", "not", "in"].contains(raw) {
      throw error(
        "a value is missing after `\(context)` (the text \"\(raw)\" must be in quotes)", from: position, to: stop)
    }
    let first = position
    position = stop
    if let quantity = Quantity(raw), quantity.kind == .plain { raw += takeUnit() }
    return FilterLiteral(raw: raw, isQuoted: false, start: first, end: position)
  }

  /// The byte that the next token begins with, if any: for the parser's better guess at what was meant.
  mutating func nextByte() -> UInt8? {
    skipBlanks()
    return position < bytes.count ? bytes[position] : nil
  }

  /// An error about the word that stands next.
  mutating func errorAtNextWord(_ message: String) -> FilterError {
    skipBlanks()
    return error(message, from: position, to: max(endOfBareWord(from: position), position + 1))
  }

  private mutating func quotedLiteral() throws(FilterError) -> FilterLiteral {
    let quote = bytes[position]
    var stop = position + 1
    while stop < bytes.count, bytes[stop] != quote { stop += bytes[stop] == 0x5C ? 2 : 1 }
    guard stop < bytes.count else {
      throw error("this quote is never closed", from: position, to: position + 1)
    }
    let raw = String(decoding: bytes[(position + 1)..<stop], as: UTF8.self)
    let first = position
    position = stop + 1
    return FilterLiteral(raw: raw, isQuoted: true, start: first, end: position)
  }

  /// The unit that comes after blanks, `2 %` or `300 ms`; empty if there is none.
  private mutating func takeUnit() -> String {
    var first = position
    while first < bytes.count, bytes[first] == 0x20 { first += 1 }
    guard first > position else { return "" }
    var stop = first
    if stop < bytes.count, bytes[stop] == 0x25 {
      stop += 1
    } else {
      while stop < bytes.count, FilterLexer.isNameByte(bytes[stop]), !(0x30...0x39).contains(bytes[stop]) { stop += 1 }
    }
    let word = String(decoding: bytes[first..<stop], as: UTF8.self)
    guard Quantity.isUnit(word), stop == bytes.count || !FilterLexer.isNameByte(bytes[stop]) else { return "" }
    position = stop
    return word
  }

  /// Up to a blank, a parenthesis, comma, quote, or a character of the operators.
  private func endOfBareWord(from start: Int) -> Int {
    let stops: [UInt8] = [
      0x20, 0x09, 0x0A, 0x0D, 0x28, 0x29, 0x2C, 0x22, 0x27, 0x60, 0x26, 0x7C, 0x21, 0x3C, 0x3D, 0x3E, 0x7E,
    ]
    return bytes[start...].firstIndex { stops.contains($0) } ?? bytes.count
  }

  /// Letters, digits, `_ @ $` and all beyond ASCII.
  private static func isNameByte(_ byte: UInt8) -> Bool {
    byte &- 0x30 < 10 || (byte | 0x20) &- 0x61 < 26 || byte == 0x5F || byte == 0x40 || byte == 0x24 || byte >= 0x80
  }
}
