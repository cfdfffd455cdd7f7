internal import CShims
// The pairs of a message: found by masks where that is enough, else in order.

extension LineFields {
  /// Notes the message and takes the pairs in it.
  @inline(__always)
  mutating func takeMessage(
    _ bytes: Span<UInt8>, _ start: Int, _ end: Int, catalog: FieldCatalog, times: inout TimestampParser
  ) {
    if admits(.message, rank: 0, byLayout: true) { message = Slice(start, end) }
    takePairs(bytes, start, end, catalog: catalog, times: &times)
  }

  /// Copies a value without its backslashes to the arena: `\"` and `\\` lose theirs, `\n` and `\t` become what they name.
  private mutating func unescaped(_ bytes: Span<UInt8>, _ start: Int, _ end: Int) -> Slice {
    let from = arena.count
    var i = start
    while i < end {
      var byte = bytes[i]
      if byte == 0x5C && i + 1 < end {
        i += 1
        byte = bytes[i]
        if byte == 0x6E { byte = 0x0A } else if byte == 0x74 { byte = 0x09 }
      }
      arena.append(byte)
      i += 1
    }
    return .inArena(from, arena.count)
  }

  /// Takes the `key=value` pairs of `start ..< end`; returns how many there were.
  ///
  /// Goes 64 bytes at a time over bit masks while there is no quote (DESIGN section 3 takes nothing from inside quotes, so
  /// quotes need reading in order); `KeyValuePairs` does the rest. Both find the same pairs.
  @inline(__always)
  @discardableResult
  mutating func takePairs(
    _ bytes: Span<UInt8>, _ start: Int, _ end: Int, catalog: FieldCatalog, times: inout TimestampParser
  ) -> Int {
    var at = start
    var found = 0
    while at < end {
      guard at + 64 <= bytes.count else { break }
      let masks = ByteSearch.masks(bytes, at: at)
      let rest = end &- at
      let inside: UInt64 = rest >= 64 ? .max : (1 << UInt64(rest)) &- 1
      guard masks.quotes & inside == 0 else { break }
      // The end of the text ends a word, too.
      let blanks = rest >= 64 ? masks.blanks : masks.blanks & inside | 1 << UInt64(rest)
      guard blanks != 0 else { break }
      let lastBlank = 63 &- blanks.leadingZeroBitCount
      // Words that end in this window.
      var equals = masks.equals & inside & ((1 << UInt64(lastBlank)) &- 1)
      while equals != 0 {
        let sign = equals.trailingZeroBitCount
        let before = blanks & ((1 << UInt64(sign)) &- 1)
        let word = 64 &- before.leadingZeroBitCount
        let stop = (blanks & ~((2 << UInt64(sign)) &- 1)).trailingZeroBitCount
        if takeWord(bytes, at &+ word, at &+ sign, at &+ stop, catalog, &times) { found &+= 1 }
        equals &= ~((1 << UInt64(stop)) &- 1)
      }
      at &+= lastBlank &+ 1
    }
    if at < end { found &+= takePairsInOrder(bytes, at, end, catalog: catalog, times: &times) }
    return found
  }

  /// Takes the pair in the word `start ..< end`, whose first equals sign is at `sign`; whether there is one.
  @inline(__always)
  private mutating func takeWord(
    _ bytes: Span<UInt8>, _ start: Int, _ sign: Int, _ end: Int, _ catalog: FieldCatalog,
    _ times: inout TimestampParser
  ) -> Bool {
    let hash = ByteSearch.hash(bytes, from: start, to: sign)
    guard let target = keys[hash] else {
      // A new key, or a word that only looks like a pair: rare, so in the slow way.
      return takePairsInOrder(bytes, start, end, catalog: catalog, times: &times) > 0
    }
    guard !target.isIgnored else { return true }
    var stop = end
    while stop > sign + 1 && (bytes[stop - 1] == 0x2C || bytes[stop - 1] == 0x3B) { stop &-= 1 }
    let isNull = stop == sign + 1 || (stop == sign + 2 && bytes[sign + 1] == 0x2D)
    take(target, FieldValue(isNull ? .null : .text, Slice(sign + 1, stop)), in: bytes, byLayout: false, times: &times)
    return true
  }

  /// As `takePairs`, byte by byte and with quotes.
  private mutating func takePairsInOrder(
    _ bytes: Span<UInt8>, _ start: Int, _ end: Int, catalog: FieldCatalog, times: inout TimestampParser
  ) -> Int {
    var pairs = KeyValuePairs(in: bytes, from: start, to: end)
    var found = 0
    while let pair = pairs.next(in: bytes, keys: keys) {
      found += 1
      let target = keys.target(bytes, from: pair.keyStart, to: pair.keyEnd, hash: pair.keyHash, in: catalog)
      guard !target.isIgnored else { continue }
      let isNull =
        !pair.quoted
        && (pair.valueStart == pair.valueEnd
          || (pair.valueEnd == pair.valueStart + 1 && bytes[pair.valueStart] == 0x2D))
      let slice =
        pair.escaped ? unescaped(bytes, pair.valueStart, pair.valueEnd) : Slice(pair.valueStart, pair.valueEnd)
      take(target, FieldValue(isNull ? .null : .text, slice), in: bytes, byLayout: false, times: &times)
    }
    return found
  }
}
