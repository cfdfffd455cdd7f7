/// What a line that fits no layout looks like; enough to tell whether it continues a record.
///
/// Depends on the line's own bytes alone, so that it can be told in parallel; `Continuation` adds the context.
package enum LineShape: UInt8, Sendable, BitwiseCopyable {
  case blank
  /// Begins with a blank or a tab.
  case indented
  /// Python's `Traceback (most recent call last):`, with or without an exception group's margin; `goroutine 1 [running]:`.
  case tracebackHead
  /// A stack frame of the `at f(file:line)` family (Java, Node, .NET).
  case stackFrame
  /// Between two chained tracebacks: `During handling of …`, `The above exception …`, `Caused by: …`.
  case chained
  /// Python's exception group margin: `|` or `+-`.
  case margin
  /// `app.PoolExhausted: …`, `java.lang.IllegalStateException`: a name that says that it is an error.
  case exceptionName
  /// `word: …` or `dotted.word`: an exception's last line only inside a traceback.
  case nameColon
  /// Begins with an SQL keyword in capitals.
  case sql
  /// A bracketed tail: `[SQL: …`, `(Background on this error …`, `)`, `}`.
  case bracketed
  /// asyncio's and others' context lines: `future: <Task …`, `handle: <…`.
  case context
  case other

  /// Looks at `start ..< end` (without the newline). Cost: a few dozen bytes at most.
  package init(of bytes: Span<UInt8>, from start: Int, to end: Int) {
    var i = start
    while i < end && (bytes[i] == 0x20 || bytes[i] == 0x09) { i += 1 }
    guard i < end else {
      self = .blank
      return
    }
    let first = bytes[i]
    // Inside a margin the interesting part comes after `| ` or `+ `.
    var inner = i
    while inner < end && (bytes[inner] == 0x7C || bytes[inner] == 0x2B || bytes[inner] == 0x20 || bytes[inner] == 0x2D)
    {
      inner += 1
    }
    if LineShape.begins(bytes, inner, end, with: "Traceback (most recent call last)")
      || LineShape.begins(bytes, inner, end, with: "Exception Group Traceback")
      || LineShape.begins(bytes, i, end, with: "goroutine ")
    {
      self = .tracebackHead
      return
    }
    if LineShape.begins(bytes, i, end, with: "at ") && i > start {
      self = .stackFrame
      return
    }
    if i > start {
      self = .indented
      return
    }
    if first == 0x7C || (first == 0x2B && i + 1 < end && bytes[i + 1] == 0x2D) {
      self = .margin
      return
    }
    if first == 0x7B && LineShape.isReport(bytes, i, end) {
      // The ledger at the end of a report of skein's own continues no record.
      self = .other
      return
    }
    if first == 0x5B || first == 0x28 || first == 0x7B || first == 0x29 || first == 0x7D || first == 0x5D {
      self = .bracketed
      return
    }
    if LineShape.begins(bytes, i, end, with: "During handling of the above exception")
      || LineShape.begins(bytes, i, end, with: "The above exception was the direct cause")
      || LineShape.begins(bytes, i, end, with: "Caused by: ") || LineShape.begins(bytes, i, end, with: "Suppressed: ")
    {
      self = .chained
      return
    }
    self = LineShape.word(bytes, i, end)
  }

  /// Whether a text is the first line of an exception as Rails logs it, a record for each line: `RuntimeError (no stock):`.
  static func isRubyHead(_ bytes: Span<UInt8>, _ start: Int, _ end: Int) -> Bool {
    guard end - start > 8, bytes[start] &- 0x41 < 26, bytes[end - 1] == 0x3A, bytes[end - 2] == 0x29,
      let open = ByteSearch.first(0x28, in: bytes, from: start, to: end), open > start + 1, bytes[open - 1] == 0x20
    else { return false }
    return (start..<open - 1).allSatisfy {
      (bytes[$0] | 0x20) &- 0x61 < 26 || bytes[$0] &- 0x30 < 10 || bytes[$0] == 0x3A || bytes[$0] == 0x5F
    }
  }

  /// Whether a line says something about the log and nothing of an event: W3C's `#Fields: …`.
  static func isDirective(_ bytes: Span<UInt8>, _ start: Int, _ end: Int) -> Bool {
    guard start < end, bytes[start] == 0x23 else { return false }
    let names: [StaticString] = ["#Fields: ", "#Version: ", "#Software: ", "#Date: ", "#Start-Date: ", "#End-Date: ", "#Remark: "]
    return names.contains { begins(bytes, start, end, with: $0) }
  }

  /// Whether a line is an object that skein wrote: a record of `skein.record/1`, or a report or ledger, which is none.
  static func isReport(_ bytes: Span<UInt8>, _ start: Int, _ end: Int) -> Bool {
    begins(bytes, start, end, with: "{\"schema\":\"skein.")
  }

  private static func word(_ bytes: Span<UInt8>, _ start: Int, _ end: Int) -> LineShape {
    var i = start
    var capitals = 0
    var dots = 0
    while i < end && i - start < 120 {
      let byte = bytes[i]
      switch byte {
      case 0x41...0x5A: capitals += 1
      case 0x2E: dots += 1
      case 0x61...0x7A, 0x30...0x39, 0x5F, 0x24: break
      default:
        return shape(bytes, start, i, end, capitals: capitals, dots: dots)
      }
      i += 1
    }
    return shape(bytes, start, i, end, capitals: capitals, dots: dots)
  }

  private static func shape(
    _ bytes: Span<UInt8>, _ start: Int, _ wordEnd: Int, _ end: Int, capitals: Int, dots: Int
  ) -> LineShape {
    let length = wordEnd - start
    guard length > 0 else { return .other }
    let stop: UInt8 = wordEnd < end ? bytes[wordEnd] : 0
    if capitals == length && length >= 2 && (stop == 0x20 || stop == 0 || stop == 0x28)
      && sqlWords.contains(where: { $0.utf8CodeUnitCount == length && begins(bytes, start, end, with: $0) })
    {
      return .sql
    }
    guard stop == 0x3A || stop == 0 else { return .other }
    if stop == 0x3A && wordEnd + 1 < end && bytes[wordEnd + 1] == 0x20
      && contextWords.contains(where: { $0.utf8CodeUnitCount == length && begins(bytes, start, end, with: $0) })
    {
      return .context
    }
    let named = errorSuffixes.contains { suffix in
      suffix.utf8CodeUnitCount <= length && begins(bytes, wordEnd - suffix.utf8CodeUnitCount, wordEnd, with: suffix)
    }
    if named && (capitals > 0 || dots > 0) { return .exceptionName }
    return stop == 0x3A || dots > 0 || capitals > 0 ? .nameColon : .other
  }

  private static let sqlWords: [StaticString] = [
    "SELECT", "INSERT", "UPDATE", "DELETE", "WITH", "FROM", "WHERE", "AND", "OR", "ORDER", "GROUP", "LIMIT", "VALUES",
    "SET", "RETURNING", "JOIN", "LEFT", "RIGHT", "INNER", "OUTER", "CROSS", "HAVING", "UNION", "ON", "CREATE", "ALTER",
    "DROP", "BEGIN", "COMMIT", "ROLLBACK", "OFFSET", "FOR", "CASE", "WHEN", "END", "INTO", "EXPLAIN", "MERGE", "USING",
  ]
  private static let contextWords: [StaticString] = [
    "future", "task", "handle", "protocol", "transport", "source_traceback", "asyncgen", "exception", "client_session",
  ]
  private static let errorSuffixes: [StaticString] = [
    "Error", "Exception", "Exhausted", "Interrupt", "Exit", "Group", "Warning", "Failure", "Timeout", "Unavailable",
    "Throwable", "Iteration", "NotFound", "Denied", "Cancelled",
  ]

  private static func begins(_ bytes: Span<UInt8>, _ start: Int, _ end: Int, with word: StaticString) -> Bool {
    ByteSearch.begins(bytes, at: start, end: end, with: word)
  }
}
