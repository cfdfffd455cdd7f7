/// Finds `key=value` pairs in a message and in logfmt lines.
///
/// A key stands at the start of a word: letters, digits, `_ - . @`. A value is a quoted string with backslash escapes or
/// runs to the next blank; a trailing `,` or `;` is not part of it. Nothing is taken from inside quotes or from URLs.
/// Source of the quoting: the logfmt convention of Heroku and go-kit.
package struct KeyValuePairs: BitwiseCopyable, Sendable {
  /// Where the next search begins.
  private var position: Int
  private let end: Int
  /// The next quote at or after `position`, found once; `end` if there is none.
  private var nextQuote: Int
  /// There may be texts in single quotes.
  private let hasApostrophe: Bool

  package init(in bytes: Span<UInt8>, from start: Int, to end: Int) {
    position = start
    self.end = end
    nextQuote = ByteSearch.first(0x22, in: bytes, from: start, to: end) ?? end
    hasApostrophe = ByteSearch.first(0x27, in: bytes, from: start, to: end) != nil
  }

  package struct Pair: BitwiseCopyable {
    package var keyStart: Int
    package var keyEnd: Int
    package var valueStart: Int
    package var valueEnd: Int
    /// The value stood in quotes; `valueStart ..< valueEnd` is inside them.
    package var quoted: Bool
    /// There are backslashes inside the quotes.
    package var escaped: Bool
  }

  /// The next pair, or nil at the end.
  ///
  /// - Parameter keys: a key that it knows is not looked at byte by byte again.
  @inline(__always)
  mutating func next(in bytes: Span<UInt8>, keys: borrowing KeyMemory) -> Pair? {
    while position < end {
      guard let equals = ByteSearch.first(0x3D, in: bytes, from: position, to: end) else { return nil }
      if nextQuote < equals {
        skipQuote(in: bytes)
        continue
      }
      if hasApostrophe, let close = singleQuoted(in: bytes, before: equals) {
        position = close + 1
        syncQuote(in: bytes)
        continue
      }
      let word = ByteSearch.wordStart(in: bytes, before: equals, from: position)
      if keys.find(bytes, word, equals) >= 0 { return value(keyStart: word, equals: equals, in: bytes) }
      var keyStart = equals
      while keyStart > position && KeyByte.isOfKey(bytes[keyStart - 1]) { keyStart -= 1 }
      let boundary = keyStart == position || KeyByte.opensWord(bytes[keyStart - 1])
      // `position` itself is the start or stands behind a value: a boundary in both cases.
      guard boundary, keyStart < equals, !KeyValuePairs.isDigitOrSign(bytes[keyStart]) else {
        position = skipWord(in: bytes, from: equals + 1)
        syncQuote(in: bytes)
        continue
      }
      return value(keyStart: keyStart, equals: equals, in: bytes)
    }
    return nil
  }

  @inline(__always)
  private mutating func value(keyStart: Int, equals: Int, in bytes: Span<UInt8>) -> Pair {
    var i = equals + 1
    if i < end && bytes[i] == 0x22 {
      var escaped = false
      i += 1
      let start = i
      while i < end && bytes[i] != 0x22 {
        if bytes[i] == 0x5C && i + 1 < end {
          escaped = true
          i += 1
        }
        i += 1
      }
      let stop = min(i, end)
      position = min(i + 1, end)
      syncQuote(in: bytes)
      return Pair(
        keyStart: keyStart, keyEnd: equals, valueStart: start, valueEnd: stop, quoted: true,
        escaped: escaped)
    }
    if hasApostrophe && i < end && bytes[i] == 0x27, let close = closingApostrophe(in: bytes, from: i + 1) {
      // Python's repr of a text.
      position = close + 1
      syncQuote(in: bytes)
      return Pair(
        keyStart: keyStart, keyEnd: equals, valueStart: i + 1, valueEnd: close, quoted: true,
        escaped: false)
    }
    let start = i
    i = skipWord(in: bytes, from: i)
    position = i
    while i > start && (bytes[i - 1] == 0x2C || bytes[i - 1] == 0x3B) { i -= 1 }
    syncQuote(in: bytes)
    return Pair(
      keyStart: keyStart, keyEnd: equals, valueStart: start, valueEnd: i, quoted: false, escaped: false)
  }

  /// The end of a text in single quotes that begins before `equals`; an apostrophe inside a word begins none.
  private func singleQuoted(in bytes: Span<UInt8>, before equals: Int) -> Int? {
    var from = position
    while let apostrophe = ByteSearch.first(0x27, in: bytes, from: from, to: equals) {
      if apostrophe == position || KeyByte.opensWord(bytes[apostrophe - 1]),
        let close = closingApostrophe(in: bytes, from: apostrophe + 1)
      {
        return close
      }
      from = apostrophe + 1
    }
    return nil
  }

  /// The next apostrophe that ends a word; nil if none does.
  private func closingApostrophe(in bytes: Span<UInt8>, from start: Int) -> Int? {
    var from = start
    while let close = ByteSearch.first(0x27, in: bytes, from: from, to: end) {
      let next = close + 1 < end ? bytes[close + 1] : 0x20
      if bytes[close - 1] != 0x5C && !((next | 0x20) &- 0x61 < 26 || next &- 0x30 < 10 || next == 0x27) { return close }
      from = close + 1
    }
    return nil
  }

  /// Passes the string that begins at `nextQuote`; a quote inside a word (`5" disk`) opens nothing.
  private mutating func skipQuote(in bytes: Span<UInt8>) {
    let opens = nextQuote == position || KeyByte.opensWord(bytes[nextQuote - 1])
    guard opens else {
      nextQuote = ByteSearch.first(0x22, in: bytes, from: nextQuote + 1, to: end) ?? end
      return
    }
    var i = nextQuote + 1
    while i < end && bytes[i] != 0x22 { i += bytes[i] == 0x5C ? 2 : 1 }
    guard i < end else {
      // Never closed: then it was no quote.
      nextQuote = end
      return
    }
    position = i + 1
    syncQuote(in: bytes)
  }

  @inline(__always)
  private mutating func syncQuote(in bytes: Span<UInt8>) {
    if nextQuote < position { nextQuote = ByteSearch.first(0x22, in: bytes, from: position, to: end) ?? end }
  }

  @inline(__always)
  private func skipWord(in bytes: Span<UInt8>, from start: Int) -> Int {
    ByteSearch.firstBlank(in: bytes, from: start, to: end)
  }

  @inline(__always)
  private static func isDigitOrSign(_ byte: UInt8) -> Bool { byte &- 0x30 < 10 || byte == 0x2D || byte == 0x2E }
}
