/// The object that Monolog writes after a message, where the exception in it goes on over several lines (Laravel's
/// `includeStacktraces`): `… {"request_id":"8165…","exception":"[object] (RuntimeException(code: 0): no stock at /srv/a.php:88)`,
/// the stack trace, and `"} {"request_id":"8165…"}`.
///
/// Of its members the first line has those before the exception, the last line those after it and those of the second object
/// (Laravel's `Context`). Only ids and fields that somebody asked for are taken.
enum MonologTail {
  /// Whether a line is the first one of such a record. Cost: two bytes for most lines.
  static func isHead(_ bytes: Span<UInt8>, _ start: Int, _ end: Int) -> Bool {
    guard end - start > 60, bytes[start] == UInt8(ascii: "["), bytes[end - 1] == UInt8(ascii: ")") else { return false }
    return exception(bytes, start, end) != nil
  }

  /// Where `"exception":"[object] (` stands.
  private static func exception(_ bytes: Span<UInt8>, _ start: Int, _ end: Int) -> Int? {
    var from = start
    while let quote = ByteSearch.first(0x22, in: bytes, from: from, to: end) {
      if ByteSearch.begins(bytes, at: quote, end: end, with: "\"exception\":\"[object] (") { return quote }
      from = quote + 1
    }
    return nil
  }

  /// Whether a line may stand between the first and the last one.
  static func isInside(_ bytes: Span<UInt8>, _ start: Int, _ end: Int) -> Bool {
    guard start < end else { return true }
    if bytes[start] == UInt8(ascii: "#") { return true }
    return bytes[start] == UInt8(ascii: "[")
      && (ByteSearch.begins(bytes, at: start, end: end, with: "[stacktrace]")
        || ByteSearch.begins(bytes, at: start, end: end, with: "[previous exception]"))
  }

  /// Whether a line is the last one: the exception's text ends, and members, or another object, follow to its end.
  static func isEnd(_ bytes: Span<UInt8>, _ start: Int, _ end: Int) -> Bool {
    guard end - start > 6, bytes[start] == UInt8(ascii: "\"") else { return false }
    var last = end
    while last > start, bytes[last - 1] == 0x20 { last -= 1 }
    return bytes[last - 1] == UInt8(ascii: "}")
      && (ByteSearch.begins(bytes, at: start, end: end, with: "\"} {\"")
        || ByteSearch.begins(bytes, at: start, end: end, with: "\",\""))
  }

  /// Takes the members of the record whose first line is `start ..< end`.
  static func read(
    _ bytes: Span<UInt8>, _ start: Int, _ end: Int, _ fields: inout LineFields, _ catalog: FieldCatalog,
    _ times: inout TimestampParser
  ) {
    guard let exception = exception(bytes, start, end) else { return }
    var open = exception
    // From the object's brace on; the message may hold quotes of its own.
    while open > start, !ByteSearch.begins(bytes, at: open, end: end, with: " {\"") { open -= 1 }
    takeMembers(bytes, open, exception, &fields, catalog, &times)
    let limit = min(bytes.count, start + JoinedLines.longest)
    var line = end
    while line < limit {
      if bytes[line] == 0x0D { line += 1 }
      guard line + 1 < limit, bytes[line] == 0x0A else { return }
      let first = line + 1
      let stop = ByteSearch.first(0x0A, in: bytes, from: first, to: limit) ?? limit
      if bytes[first] == UInt8(ascii: "\"") {
        return takeMembers(bytes, first + 1, stop, &fields, catalog, &times)
      }
      guard isInside(bytes, first, stop) else { return }
      line = stop
    }
  }

  /// Takes each `"key":"value"` and `"key":number` between two places.
  private static func takeMembers(
    _ bytes: Span<UInt8>, _ start: Int, _ end: Int, _ fields: inout LineFields, _ catalog: FieldCatalog,
    _ times: inout TimestampParser
  ) {
    var isEscaped = false
    var i = start
    while let quote = ByteSearch.first(0x22, in: bytes, from: i, to: end) {
      let keyEnd = JSONScanner.string(bytes, quote + 1, end, isEscaped: &isEscaped)
      guard keyEnd > 0 else { return }
      i = keyEnd
      guard keyEnd + 1 < end, bytes[keyEnd] == UInt8(ascii: ":") else { continue }
      let value = keyEnd + 1
      let stop = JSONScanner.value(bytes, value, end, depth: 1)
      guard stop > value else { continue }
      i = stop
      let isText = bytes[value] == UInt8(ascii: "\"")
      HeaderReader.takePair(
        bytes, quote + 1, keyEnd - 1, isText ? value + 1 : value, isText ? stop - 1 : stop, &fields, catalog, &times)
    }
  }
}
