// Lines of a container or a service that write no time of their own: the wrapper's makes a record of each, but of those
// that clearly go on with another.

extension LineShape {
  /// Whether a line of this shape, which fits no layout, is a record where its wrapper gives it a time.
  ///
  /// The line alone decides. Stack traces, indented and blank lines, SQL and bracketed tails go on with what is open; so does
  /// `pkg.Exception: …` or `CamelCase: …`, which ends a stack trace.
  func standsAlone(_ bytes: Span<UInt8>, from start: Int, to end: Int) -> Bool {
    switch self {
    case .other, .tagged, .crash, .panicked, .dump, .failedToStart, .rule, .quotedName, .epilogue, .place, .httpStart,
      .header, .documentStart, .listItem:
      true
    case .blank, .indented, .tracebackHead, .sourceFrame, .stackFrame, .frame, .function, .separator, .chainedTrace,
      .chained,
      .margin, .exceptionName, .sql, .context, .markup:
      false
    case .innerFrame: !LineShape.isCertainFrame(bytes, start, end)
    // What Perl says may be a warning, one a line; Python's has its place in front.
    case .likelyException: LineShape.isPerlFrame(bytes, start, end, called: false)
    case .detail: bytes[start] &- 0x41 >= 26
    case .nameColon: LineShape.isPlainWord(bytes, start, end)
    case .bracketed: !LineShape.isTail(bytes, start, end)
    case .notice: bytes[start] &- 0x41 < 26
    }
  }

  /// A frame by its own looks: `#3 0x55d0 in f`, `main.f(0x1)`, `created by main.main in goroutine 1`. `#12 merged` is none.
  private static func isCertainFrame(_ bytes: Span<UInt8>, _ start: Int, _ end: Int) -> Bool {
    if bytes[start] == 0x23 { return isNumberedFrame(bytes, start, end) }
    if begins(bytes, start, end, "created by ") {
      return end - start > 30 && isDigit(bytes, end - 1, end)
        || ByteSearch.first(0x28, in: bytes, from: start, to: min(end, start + longestLook)) != nil
    }
    if isOnly(bytes, start, end, "<asynchronous suspension>") { return true }
    guard bytes[end - 1] == 0x29, bytes[start] &- 0x61 < 26,
      let open = ByteSearch.last(0x28, in: bytes, from: start, to: end)
    else { return false }
    return begins(bytes, open, end, "(0x") || begins(bytes, open, end, "({") || begins(bytes, open, end, "()")
      || begins(bytes, open, end, "(...)")
  }

  /// `listening: …`, `Listening: …`, `WARN: …`.
  private static func isPlainWord(_ bytes: Span<UInt8>, _ start: Int, _ end: Int) -> Bool {
    var i = start
    var capitals = 0
    while i < end, bytes[i] != 0x3A {
      if bytes[i] == 0x2E { return false }
      if bytes[i] &- 0x41 < 26 { capitals += 1 }
      i += 1
    }
    return capitals == 0 || capitals == i - start || (capitals == 1 && bytes[start] &- 0x41 < 26)
  }

  /// A closing bracket, an object over several lines, or what SQLAlchemy writes after an exception.
  private static func isTail(_ bytes: Span<UInt8>, _ start: Int, _ end: Int) -> Bool {
    guard bytes[start] == 0x5B || bytes[start] == 0x28 else { return true }
    guard end - start > 3 else { return true }
    return tails.contains { ByteSearch.begins(bytes, at: start, end: end, with: $0) }
  }

  private static let tails: [StaticString] = [
    "[stacktrace]", "[previous exception]", "[signal ", "[SQL: ", "[parameters: ", "[cached since ", "[generated in ",
    "(Background on ",
  ]
}
