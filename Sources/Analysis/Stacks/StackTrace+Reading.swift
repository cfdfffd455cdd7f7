// The languages whose tracebacks are read.

extension StackTrace {
  /// - Parameter text: a record's first line and its continuation lines, or the traceback alone.
  /// - Returns: nil where there is no traceback in it.
  package init?(_ text: [UInt8]) {
    guard StackTrace.mayHold(text) else { return nil }
    let lines = StackTrace.lines(of: text)
    for read in StackTrace.readers {
      if let found = StackTrace(links: read(lines)) {
        self = found
        return
      }
    }
    return nil
  }

  /// In an order in which none takes another's: what only one language prints comes first.
  private static let readers: [@Sendable ([Substring]) -> [Link]] = [
    PythonStack.links, GoStack.links, RustStack.links, PHPStack.links, BeamStack.links, DotNetStack.links,
    JavaStack.links, NodeStack.links, NumberedStack.links, LuaStack.links, HaskellStack.links, RubyStack.links,
    PerlStack.links,
  ]

  /// Most records are one line that no traceback fits in; a traceback has a line end, but for a panic without frames.
  private static func mayHold(_ text: [UInt8]) -> Bool { text.contains(0x0A) }

  private static func lines(of text: [UInt8]) -> [Substring] {
    text.split(separator: 0x0A, omittingEmptySubsequences: false).map { line in
      var line = line.prefix(longestLine)
      if line.last == 0x0D { line = line.dropLast() }
      return String(decoding: line, as: UTF8.self)[...]
    }
  }
}
