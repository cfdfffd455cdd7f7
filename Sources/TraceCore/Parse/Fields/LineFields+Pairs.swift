// The pairs of a message: found by masks where that is enough, else in order.

extension LineFields {
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

  /// Takes the `key=value` pairs of `start ..< end` that mean something to the catalog.
  ///
  /// Only those whose equals sign is marked as telling are looked at (`KeyEndings`); most lines have none. Finds what
  /// `KeyValuePairs` finds.
  @inline(__always)
  mutating func takePairs(
    _ bytes: Span<UInt8>, _ masks: Span<ByteMaskWindow>, _ start: Int, _ end: Int, catalog: FieldCatalog,
    times: inout TimestampParser
  ) {
    let sign = LineFields.nextTelling(masks, from: start, start, end)
    if sign < end { takeTelling(bytes, masks, start, end, first: sign, catalog, &times) }
  }

  /// The next equals sign that may end a key that means something. Of a key at the very start of the text the four bytes of
  /// its ending reach out of it: these signs are looked at in any case.
  @inline(__always)
  private static func nextTelling(
    _ masks: Span<ByteMaskWindow>, from: Int, _ start: Int, _ end: Int
  ) -> Int {
    let sign = masks.first(from: from, to: end) { $0.telling }
    let early = min(end, start &+ 4)
    guard from < early else { return sign }
    let atStart = masks.first(from: from, to: early) { $0.equals }
    return atStart < early ? min(sign, atStart) : sign
  }

  /// Takes the pairs with a telling sign, the first at `first`: up to the first quote that can mean something (nothing is
  /// taken from inside quotes); from there on all pairs are read.
  @inline(never)
  private mutating func takeTelling(
    _ bytes: Span<UInt8>, _ masks: Span<ByteMaskWindow>, _ start: Int, _ end: Int, first: Int,
    _ catalog: FieldCatalog, _ times: inout TimestampParser
  ) {
    let quote = LineFields.nextQuote(bytes, masks, from: start, to: end)
    // Whole words only: one with a quote in it is left to the other way.
    let limit = quote < end ? masks.behindLast(from: start, to: quote) { $0.blanks } : end
    var sign = first
    while sign < limit {
      let word = masks.behindLast(from: start, to: sign) { $0.blanks }
      let stop = masks.first(from: sign &+ 1, to: limit) { $0.blanks }
      // Not inside the value of another one.
      if masks.first(from: word, to: sign, { $0.equals }) == sign {
        let key = keys.find(bytes, word, sign)
        if key >= 0 {
          takeUnquoted(keys[key].target, bytes, sign &+ 1, stop, &times)
        } else if sign &- start < 4 || !endings.isDull(ByteSearch.halfWord(bytes, at: sign &- 4), catalog) {
          _ = takePairsInOrder(bytes, word, stop, catalog: catalog, times: &times)
        }
      }
      sign = LineFields.nextTelling(masks, from: stop, start, end)
    }
    if limit < end { _ = takeAllPairs(bytes, masks, limit, end, catalog: catalog, times: &times) }
  }

  /// Takes the `key=value` pairs of `start ..< end`; returns how many there were, of any meaning.
  ///
  /// Words and values are found by the masks of their bytes. Where a quote stands that does not begin a value, or a key was
  /// never seen, `KeyValuePairs` reads in order.
  mutating func takeAllPairs(
    _ bytes: Span<UInt8>, _ masks: Span<ByteMaskWindow>, _ start: Int, _ end: Int, catalog: FieldCatalog,
    times: inout TimestampParser
  ) -> Int {
    var at = start
    var found = 0
    var quote = LineFields.nextQuote(bytes, masks, from: at, to: end)
    var sign = masks.first(from: at, to: end) { $0.equals }
    while sign < end {
      if quote <= sign &+ 1 && quote < end {
        let word = masks.behindLast(from: at, to: sign) { $0.blanks }
        let key = keys.find(bytes, word, sign)
        guard quote == sign &+ 1, bytes[quote] == 0x22, key >= 0,
          let close = LineFields.closingQuote(bytes, masks, from: quote &+ 1, to: end)
        else { return found &+ takePairsInOrder(bytes, at, end, catalog: catalog, times: &times) }
        let value = FieldValue(.text, Slice(quote &+ 1, close))
        take(keys[key].target, value, in: bytes, byLayout: false, times: &times)
        found &+= 1
        at = close &+ 1
      } else {
        let word = masks.behindLast(from: at, to: sign) { $0.blanks }
        at = masks.first(from: sign &+ 1, to: end) { $0.blanks }
        if takeWord(bytes, word, sign, at, catalog, &times) { found &+= 1 }
      }
      if quote < at { quote = LineFields.nextQuote(bytes, masks, from: at, to: end) }
      sign = masks.first(from: at, to: end) { $0.equals }
    }
    return found
  }

  /// The next quote that can mean something: any but an apostrophe inside a word.
  @inline(__always)
  private static func nextQuote(
    _ bytes: Span<UInt8>, _ masks: Span<ByteMaskWindow>, from start: Int, to end: Int
  ) -> Int {
    var quote = masks.first(from: start, to: end) { $0.quotes }
    while quote < end, bytes[quote] == 0x27, quote > start, bytes[quote &- 1] != 0x3D,
      !KeyByte.opensWord(bytes[quote &- 1])
    {
      quote = masks.first(from: quote &+ 1, to: end) { $0.quotes }
    }
    return quote
  }

  /// Where a quoted value without backslashes ends; nil if there are some, or no end.
  @inline(__always)
  private static func closingQuote(
    _ bytes: Span<UInt8>, _ masks: Span<ByteMaskWindow>, from start: Int, to end: Int
  ) -> Int? {
    var stop = masks.first(from: start, to: end) { $0.textEnds }
    while stop < end {
      if bytes[stop] == 0x22 { return stop }
      if bytes[stop] == 0x5C { return nil }
      stop = masks.first(from: stop &+ 1, to: end) { $0.textEnds }
    }
    return nil
  }

  /// Takes the pair in the word `start ..< end`, whose first equals sign is at `sign`; whether there is one.
  @inline(__always)
  private mutating func takeWord(
    _ bytes: Span<UInt8>, _ start: Int, _ sign: Int, _ end: Int, _ catalog: FieldCatalog,
    _ times: inout TimestampParser
  ) -> Bool {
    let key = keys.find(bytes, start, sign)
    guard key >= 0 else {
      // A new key, or a word that only looks like a pair: rare, so in the slow way.
      return takePairsInOrder(bytes, start, end, catalog: catalog, times: &times) > 0
    }
    takeUnquoted(keys[key].target, bytes, sign &+ 1, end, &times)
    return true
  }

  @inline(__always)
  private mutating func takeUnquoted(
    _ target: FieldTarget, _ bytes: Span<UInt8>, _ start: Int, _ end: Int, _ times: inout TimestampParser
  ) {
    if target.isIgnored { return }
    guard end > start, !LineFields.mayClose(bytes[end &- 1]) else {
      return takeClosed(target, bytes, start, end, &times)
    }
    takeText(target, bytes, start, end, &times)
  }

  /// Whether a value's last byte may be no part of it: `,` `;` `:`, brackets, a lone dash.
  @inline(__always)
  private static func mayClose(_ byte: UInt8) -> Bool {
    // A bit a byte: ) , - : ; below 64, ] } from there on.
    let bits: UInt64 = byte < 64 ? 0x0C00_3200_0000_0000 : 0x2000_0000_2000_0000
    return byte < 128 && bits >> UInt64(byte & 63) & 1 != 0
  }

  /// A value with signs after it, an empty one, or `-`.
  @inline(never)
  private mutating func takeClosed(
    _ target: FieldTarget, _ bytes: Span<UInt8>, _ start: Int, _ end: Int, _ times: inout TimestampParser
  ) {
    var stop = end
    // Rust's tracing closes a span with `}:`.
    if stop > start + 1, bytes[stop - 1] == 0x3A, bytes[stop - 2] == 0x7D { stop &-= 1 }
    while stop > start && LineFields.endsPair(bytes[stop - 1]) {
      if bytes[stop - 1] != 0x2C && bytes[stop - 1] != 0x3B && LineFields.opensBefore(bytes, start, stop - 1) { break }
      stop &-= 1
    }
    if stop == start || (stop == start + 1 && bytes[start] == 0x2D) {
      if target.wanted >= 0 {
        takeWanted(Int(target.wanted), FieldValue(.null, Slice(start, stop)), in: bytes, byLayout: false)
      }
      if target.standard == .requestID { saysNoID = true }
      return
    }
    takeText(target, bytes, start, stop, &times)
  }

  @inline(__always)
  private mutating func takeText(
    _ target: FieldTarget, _ bytes: Span<UInt8>, _ start: Int, _ end: Int, _ times: inout TimestampParser
  ) {
    let value = FieldValue(.text, Slice(start, end))
    if target.wanted >= 0 { takeWanted(Int(target.wanted), value, in: bytes, byLayout: false) }
    if target.standard == .duration && target.unit == 0 {
      takeDuration(target, value, bytes, &times)
    } else if target.standard != .none {
      takeStandard(target, value, bytes, in: bytes, byLayout: false, times: &times)
    }
  }

  /// A duration may have its unit in the word after it: `latency=42 ms`.
  @inline(never)
  private mutating func takeDuration(
    _ target: FieldTarget, _ value: FieldValue, _ bytes: Span<UInt8>, _ times: inout TimestampParser
  ) {
    let end = value.slice.end
    var stop = end + 1
    if target.unit == 0, bareDurationUnit == 0, end + 1 < bytes.count, bytes[end] == 0x20 {
      while stop < bytes.count, stop - end < 14, (bytes[stop] | 0x20) &- 0x61 < 26 || bytes[stop] >= 0x80 { stop += 1 }
      if stop > end + 1, stop == bytes.count || bytes[stop] <= 0x20 || LineFields.endsPair(bytes[stop]),
        case .nanoseconds = DurationText.read(bytes, from: value.slice.start, to: stop, unit: 0)
      {
        takeStandard(
          target, FieldValue(.text, Slice(value.slice.start, stop)), bytes, in: bytes, byLayout: false, times: &times)
        return
      }
    }
    takeStandard(target, value, bytes, in: bytes, byLayout: false, times: &times)
  }

  /// `,` and `;`, and brackets that close what was opened in front of the key: `(request_id=…)`.
  @inline(__always)
  private static func endsPair(_ byte: UInt8) -> Bool {
    byte == 0x2C || byte == 0x3B || byte == 0x29 || byte == 0x5D || byte == 0x7D
  }

  /// Whether the bracket at `close` closes one of the value itself.
  private static func opensBefore(_ bytes: Span<UInt8>, _ start: Int, _ close: Int) -> Bool {
    let open: UInt8 = bytes[close] == 0x29 ? 0x28 : bytes[close] &- 2
    return ByteSearch.first(open, in: bytes, from: start, to: close) != nil
  }

  /// As `takePairs`, byte by byte and with quotes.
  mutating func takePairsInOrder(
    _ bytes: Span<UInt8>, _ start: Int, _ end: Int, catalog: FieldCatalog, times: inout TimestampParser
  ) -> Int {
    var pairs = KeyValuePairs(in: bytes, from: start, to: end)
    var found = 0
    while let pair = pairs.next(in: bytes, keys: keys) {
      found += 1
      let target = keys.look(up: bytes, pair.keyStart, pair.keyEnd, in: catalog).target
      guard !target.isIgnored else { continue }
      let isNull =
        !pair.quoted
        && (pair.valueStart == pair.valueEnd
          || (pair.valueEnd == pair.valueStart + 1 && bytes[pair.valueStart] == 0x2D))
      if !pair.quoted {
        takeUnquoted(target, bytes, pair.valueStart, pair.valueEnd, &times)
        continue
      }
      let slice =
        pair.escaped ? unescaped(bytes, pair.valueStart, pair.valueEnd) : Slice(pair.valueStart, pair.valueEnd)
      take(target, FieldValue(isNull ? .null : .text, slice), in: bytes, byLayout: false, times: &times)
    }
    return found
  }
}
