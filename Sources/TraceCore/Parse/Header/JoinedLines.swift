/// Lines that are read together, as one record: where the first one does not say all that its fields need.
///
/// Four forms: a head whose message is in the next line (`TwoLineHead`, `DotnetHead`), a JSON object that is written over several lines, and
/// a record whose last column stands after its stack trace (`TailColumn`, `MonologTail`). A reader of blocks asks `lastStart` and never cuts
/// between them, so that what a line is does not depend on where a block ends.
package enum JoinedLines {
  /// Bytes of such a group at most; what is longer is read line by line.
  package static let longest = 1 << 16

  /// Where the last lines of `0 ..< end`, which ends with a newline, begin if more may belong to them; `end` if not.
  ///
  /// Cost: the last line's first bytes for most blocks; up to `longest` bytes where a block ends within an object or a stack
  /// trace.
  package static func lastStart(_ bytes: Span<UInt8>, _ end: Int) -> Int {
    guard end > 1 else { return end }
    let last = lineStart(bytes, before: end - 1)
    let stop = textEnd(bytes, last, end)
    guard last < stop else { return end }
    switch bytes[last] {
    case UInt8(ascii: "{"):
      return bytes[stop - 1] == UInt8(ascii: "}") ? end : last
    case UInt8(ascii: "#"): return monologStart(bytes, last, end) ?? end
    case UInt8(ascii: "[") where bytes[stop - 1] == UInt8(ascii: "]"):
      if MonologTail.isInside(bytes, last, stop) { return monologStart(bytes, last, end) ?? end }
      return end
    case 0x20, 0x09, UInt8(ascii: "\""), UInt8(ascii: "}"), UInt8(ascii: "]"), UInt8(ascii: ","):
      return groupStart(bytes, last, stop, end) ?? end
    default:
      let isHead =
        bytes[stop - 1] == UInt8(ascii: "]")
        ? DotnetHead.isHead(bytes, last, stop)
        : TwoLineHead.isHead(bytes, last, stop) || TailColumn.isHead(bytes, last, stop)
          || MonologTail.isHead(bytes, last, stop)
      return isHead ? last : end
    }
  }

  /// The start of Monolog's record inside whose stack trace the last line stands.
  private static func monologStart(_ bytes: Span<UInt8>, _ last: Int, _ end: Int) -> Int? {
    let limit = max(0, end - longest)
    var line = last
    while line > limit {
      line = lineStart(bytes, before: line - 1)
      let stop = textEnd(bytes, line, last)
      if MonologTail.isHead(bytes, line, stop) { return line >= limit ? line : nil }
      guard MonologTail.isInside(bytes, line, stop) else { return nil }
    }
    return nil
  }

  /// The start of the object or of the record that the last line, which begins at `last`, goes on with.
  private static func groupStart(_ bytes: Span<UInt8>, _ last: Int, _ stop: Int, _ end: Int) -> Int? {
    let limit = max(0, end - longest)
    var line = last
    while line > limit {
      line = lineStart(bytes, before: line - 1)
      guard line >= limit, line < last else { return nil }
      if bytes[line] == UInt8(ascii: "{") {
        return JSONScanner.value(bytes, line, end, depth: 1) > 0 ? nil : line
      }
      guard !goesOn(bytes[line]) else { continue }
      let lineEnd = textEnd(bytes, line, last)
      if DotnetHead.isScopes(bytes, last, stop), bytes[lineEnd - 1] == UInt8(ascii: "]"),
        DotnetHead.isHead(bytes, line, lineEnd)
      {
        return line
      }
      let isOpen =
        TailColumn.isHead(bytes, line, lineEnd) && TailColumn.start(bytes, last, stop) == nil
      return isOpen ? line : nil
    }
    return nil
  }

  /// Whether a line that begins with `byte` may go on with an object.
  private static func goesOn(_ byte: UInt8) -> Bool {
    switch byte {
    case 0x20, 0x09, 0x0A, 0x0D, UInt8(ascii: "\""), UInt8(ascii: "}"), UInt8(ascii: "]"), UInt8(ascii: ","): true
    default: false
    }
  }

  /// Where the object that begins at `start`, and does not end in its first line, ends: after its last brace, which ends a
  /// line. Nil where it is none, or too long. Each line is looked at once, since an object ends where another begins.
  static func objectEnd(_ bytes: Span<UInt8>, _ start: Int, lineEnd: Int) -> Int? {
    guard start < lineEnd, bytes[start] == UInt8(ascii: "{") else { return nil }
    let limit = min(bytes.count, start + longest)
    var end = lineEnd
    while end + 1 < limit, goesOn(bytes[end + 1]) {
      guard let next = ByteSearch.first(0x0A, in: bytes, from: end + 1, to: limit) else {
        // The input's last line may have no end.
        if limit == bytes.count { end = limit }
        break
      }
      end = next
    }
    guard end > lineEnd else { return nil }
    let stop = JSONScanner.value(bytes, start, end, depth: 1)
    guard stop > lineEnd else { return nil }
    var i = stop
    while i < end, bytes[i] == 0x20 || bytes[i] == 0x09 || bytes[i] == 0x0D { i += 1 }
    return i == end || bytes[i] == 0x0A ? stop : nil
  }

  private static func lineStart(_ bytes: Span<UInt8>, before end: Int) -> Int {
    ByteSearch.last(0x0A, in: bytes, from: 0, to: end).map { $0 + 1 } ?? 0
  }

  /// The end of the line's text, without its newline; `end` is after that.
  private static func textEnd(_ bytes: Span<UInt8>, _ start: Int, _ end: Int) -> Int {
    var stop = ByteSearch.first(0x0A, in: bytes, from: start, to: end) ?? end
    if stop > start, bytes[stop - 1] == 0x0D { stop -= 1 }
    return stop
  }
}

/// The column that a record has after its stack trace: NLog's `…|${message} ${exception}|traceid: ${aspnet-TraceIdentifier}`.
enum TailColumn {
  /// Whether a line is the head of a record with columns between bars of which the last one is not there yet: it begins with a
  /// date, a bar follows it directly, an exception is named, and no `|name: value` ends it. Cost: a byte for most lines.
  static func isHead(_ bytes: Span<UInt8>, _ start: Int, _ end: Int) -> Bool {
    guard end - start > 30, bytes[start] &- 0x30 < 10, bytes[start + 4] == UInt8(ascii: "-"),
      let bar = ByteSearch.first(UInt8(ascii: "|"), in: bytes, from: start + 19, to: min(end, start + 36)),
      bytes[bar - 1] != 0x20,
      ByteSearch.first(UInt8(ascii: "|"), in: bytes, from: bar + 1, to: min(end, bar + 40)) != nil
    else { return false }
    // Only where a stack trace comes: any other line would wait for the next one while it is followed.
    return names(bytes, bar, end) && self.start(bytes, start, end) == nil
  }

  /// Whether an exception is named after `start`.
  private static func names(_ bytes: Span<UInt8>, _ start: Int, _ end: Int) -> Bool {
    var from = start
    while let letter = ByteSearch.first(UInt8(ascii: "E"), in: bytes, from: from, to: end) {
      if ByteSearch.begins(bytes, at: letter, end: end, with: "Exception") { return true }
      from = letter + 1
    }
    return false
  }

  /// Where the name of the column `|name: value` that ends a line begins; nil without one.
  static func start(_ bytes: Span<UInt8>, _ start: Int, _ end: Int) -> Int? {
    guard let bar = ByteSearch.last(UInt8(ascii: "|"), in: bytes, from: start, to: end) else { return nil }
    var name = bar + 1
    while name < end, bytes[name] == 0x20 { name += 1 }
    var colon = name
    while colon < end, KeyByte.isOfKey(bytes[colon]) { colon += 1 }
    return colon > name && colon < end && bytes[colon] == UInt8(ascii: ":") ? name : nil
  }
}
