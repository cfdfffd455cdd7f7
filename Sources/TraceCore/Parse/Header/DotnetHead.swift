/// The head of a record of .NET's console logger, `info: Orders.OrderController[0]`, with or without a time before it, whose
/// message is in the next line, or after a line of scopes (`=> TraceId:8165…, ParentId:… => RequestPath:/orders`).
enum DotnetHead {
  /// Lines of scopes at most.
  private static let mostScopes = 2

  /// Whether a line is such a head. Cost: a byte for most lines.
  static func isHead(_ bytes: Span<UInt8>, _ start: Int, _ end: Int) -> Bool {
    guard let category = category(bytes, start, end) else { return false }
    return HeaderReader.isName(bytes, category.lowerBound, category.upperBound)
  }

  /// Where the category stands: before `[0]` at the line's end, after `info: `.
  static func category(_ bytes: Span<UInt8>, _ start: Int, _ end: Int) -> Range<Int>? {
    guard end - start > 8, bytes[end - 1] == UInt8(ascii: "]"),
      let open = ByteSearch.last(UInt8(ascii: "["), in: bytes, from: start, to: end), open > start + 6,
      open + 1 < end - 1,
      (open + 1..<end - 1).allSatisfy({ bytes[$0] &- 0x30 < 10 }),
      case let word = ByteSearch.wordStart(in: bytes, before: open, from: start), word >= start + 6,
      bytes[word - 2] == UInt8(ascii: ":"), level(bytes, word - 6) != nil,
      word - 6 == start || bytes[word - 7] == 0x20
    else { return nil }
    return word..<open
  }

  /// The level whose four letters stand at `start`.
  static func level(_ bytes: Span<UInt8>, _ start: Int) -> Level? {
    let words: [(StaticString, Level)] = [
      ("trce", .trace), ("dbug", .debug), ("info", .info), ("warn", .warning), ("fail", .error), ("crit", .critical),
    ]
    return words.first { ByteSearch.begins(bytes, at: start, end: start + 4, with: $0.0) }?.1
  }

  /// Whether a line holds scopes.
  static func isScopes(_ bytes: Span<UInt8>, _ start: Int, _ end: Int) -> Bool {
    ByteSearch.begins(bytes, at: start, end: end, with: "      => ")
  }

  /// The text of the line that begins at `start`, if it belongs to such a record: indented by six blanks.
  static func text(_ bytes: Span<UInt8>, _ start: Int, _ end: Int) -> Slice? {
    guard ByteSearch.begins(bytes, at: start, end: end, with: "      "), start + 6 < end else { return nil }
    return Slice(start + 6, end)
  }

  /// The lines after the head that ends at `end`: scopes, and the message; nil where none follows.
  static func lines(_ bytes: Span<UInt8>, after end: Int) -> (scopes: Slice, message: Slice)? {
    var scopes = Slice.missing
    var at = end
    for _ in 0...mostScopes {
      if at < bytes.count, bytes[at] == 0x0D { at += 1 }
      guard at + 1 < bytes.count, bytes[at] == 0x0A else { return nil }
      let start = at + 1
      var stop = ByteSearch.first(0x0A, in: bytes, from: start, to: bytes.count) ?? bytes.count
      if stop > start, bytes[stop - 1] == 0x0D { stop -= 1 }
      guard let text = text(bytes, start, stop) else { return nil }
      if !isScopes(bytes, start, stop) { return (scopes, text) }
      scopes = scopes.isMissing ? text : Slice(scopes.start, text.end)
      at = stop
    }
    return nil
  }
}
