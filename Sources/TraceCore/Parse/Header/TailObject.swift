/// Reads the object that ends a message: JSON (zap's console, winston, Logbook), Python's `{'k': 'v'}` (loguru's extra), Ruby's
/// `{:k=>"v"}` and `{k: "v"}` (Semantic Logger, Rails).
///
/// JSON is `JSONLine`'s; what is here reads the other two: names and values at the first level, others passed over. An object
/// in the middle of a message is prose.
enum TailObject {
  /// Where the object that ends the message `start ..< end` may begin, after `from`; nil without one.
  static func start(_ bytes: Span<UInt8>, _ from: Int, _ start: Int, _ end: Int) -> Int? {
    var i = from
    while let brace = ByteSearch.first(UInt8(ascii: "{"), in: bytes, from: i, to: end) {
      if brace == start || bytes[brace - 1] == 0x20 || bytes[brace - 1] == 0x09 || bytes[brace - 1] == UInt8(ascii: "|")
      {
        return brace
      }
      i = brace + 1
    }
    return nil
  }

  /// Takes the members of Python's or Ruby's object `start ..< end`, braces included; whether it is one.
  static func read(
    _ bytes: Span<UInt8>, _ start: Int, _ end: Int, _ fields: inout LineFields, _ catalog: FieldCatalog,
    _ times: inout TimestampParser
  ) -> Bool {
    guard end - start >= 2, bytes[start] == UInt8(ascii: "{"), bytes[end - 1] == UInt8(ascii: "}") else { return false }
    let last = end - 1
    var at = RequestPhrase.afterBlanks(bytes, start + 1, last)
    var members = 0
    while at < last {
      guard let key = name(bytes, at, last) else { return false }
      at = RequestPhrase.afterBlanks(bytes, key.next, last)
      if ByteSearch.begins(bytes, at: at, end: last, with: "=>") {
        at += 2
      } else if at < last, bytes[at] == UInt8(ascii: ":") {
        at += 1
      } else if !key.hasColon {
        return false
      }
      at = RequestPhrase.afterBlanks(bytes, at, last)
      guard at < last, let value = value(bytes, at, last) else { return false }
      let target = fields.keys.look(up: bytes, key.start, key.end, in: catalog).target
      if !target.isIgnored {
        fields.take(
          target, FieldValue(value.kind, Slice(value.start, value.end)), in: bytes, byLayout: false, times: &times)
      }
      members += 1
      at = RequestPhrase.afterBlanks(bytes, value.next, last)
      if at == last { return true }
      guard bytes[at] == UInt8(ascii: ",") else { return false }
      at = RequestPhrase.afterBlanks(bytes, at + 1, last)
    }
    return members > 0
  }

  /// `'k'`, `"k"`, `:k`, `k:`.
  private static func name(
    _ bytes: Span<UInt8>, _ start: Int, _ end: Int
  ) -> (start: Int, end: Int, next: Int, hasColon: Bool)? {
    var first = start
    if bytes[first] == UInt8(ascii: "'") || bytes[first] == UInt8(ascii: "\"") {
      guard let close = closingQuote(bytes, first, end) else { return nil }
      return (first + 1, close, close + 1, false)
    }
    if bytes[first] == UInt8(ascii: ":") { first += 1 }
    var i = first
    while i < end, KeyByte.isOfKey(bytes[i]) { i += 1 }
    guard i > first, i < end else { return nil }
    return (first, i, i, false)
  }

  private static func value(
    _ bytes: Span<UInt8>, _ start: Int, _ end: Int
  ) -> (start: Int, end: Int, next: Int, kind: FieldValue.Kind)? {
    switch bytes[start] {
    case UInt8(ascii: "'"), UInt8(ascii: "\""):
      guard let close = closingQuote(bytes, start, end) else { return nil }
      return (start + 1, close, close + 1, .text)
    case UInt8(ascii: "{"), UInt8(ascii: "["), UInt8(ascii: "("), UInt8(ascii: "#"), UInt8(ascii: "<"):
      guard let stop = passed(bytes, start, end) else { return nil }
      return (start, stop, stop, .composite)
    default:
      var i = start
      while i < end, bytes[i] != UInt8(ascii: ",") { i += 1 }
      let isNull =
        ["None", "nil", "null"].contains { (word: StaticString) in
          word.utf8CodeUnitCount == i - start && ByteSearch.begins(bytes, at: start, end: end, with: word)
        }
      var last = i
      while last > start, bytes[last - 1] == 0x20 { last -= 1 }
      return (start, last, i, isNull ? .null : .text)
    }
  }

  /// The end of nested brackets; strings in them are passed over.
  private static func passed(_ bytes: Span<UInt8>, _ start: Int, _ end: Int) -> Int? {
    var depth = 0
    var i = start
    while i < end {
      switch bytes[i] {
      case UInt8(ascii: "{"), UInt8(ascii: "["), UInt8(ascii: "("), UInt8(ascii: "<"): depth += 1
      case UInt8(ascii: "}"), UInt8(ascii: "]"), UInt8(ascii: ")"):
        depth -= 1
      case UInt8(ascii: ">"): if i > start, bytes[i - 1] != UInt8(ascii: "=") { depth -= 1 }
      case UInt8(ascii: "\""), UInt8(ascii: "'"):
        guard let close = closingQuote(bytes, i, end) else { return nil }
        i = close
      default: break
      }
      i += 1
      if depth == 0, i > start + 1 || bytes[start] != UInt8(ascii: "#") { return i }
    }
    return nil
  }

  private static func closingQuote(_ bytes: Span<UInt8>, _ start: Int, _ end: Int) -> Int? {
    var i = start + 1
    while i < end {
      if bytes[i] == UInt8(ascii: "\\") {
        i += 2
        continue
      }
      if bytes[i] == bytes[start] { return i }
      i += 1
    }
    return nil
  }
}
