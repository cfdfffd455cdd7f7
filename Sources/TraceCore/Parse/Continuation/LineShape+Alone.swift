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
    case .blank, .indented, .tracebackHead, .sourceFrame, .stackFrame, .frame, .innerFrame, .function, .separator,
      .chainedTrace, .chained, .margin, .exceptionName, .likelyException, .sql, .context, .detail, .markup:
      false
    case .nameColon: LineShape.isPlainWord(bytes, start, end)
    case .bracketed: !LineShape.isTail(bytes, start, end)
    }
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
