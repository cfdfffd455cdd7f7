// Whether there is something to take off.

extension Unwrapper {
  /// The wrappers of an input that begins with `head`, outermost first; empty if there are none.
  ///
  /// Looks at up to 64 lines. One line of Docker's, CRI's, journald's or kubectl's is enough, since others may stand before
  /// it; of Compose's, which look like a table's, three in four must fit. Whole lines only, unless there is but a part of
  /// one.
  package static func detect(head: Span<UInt8>) -> [Wrapper] {
    var fits = [Int](repeating: 0, count: Wrapper.allCases.count)
    var lines = 0
    var escapes = 0
    var times = TimestampParser()
    var start = 0
    while start < head.count, lines < 64 {
      let newline = ByteSearch.first(0x0A, in: head, from: start, to: head.count)
      if newline == nil && lines > 0 { break }
      let end = newline ?? head.count
      if end > start {
        lines += 1
        if ANSIEscapes.contains(head, start, end) { escapes += 1 }
        for (i, wrapper) in Wrapper.allCases.enumerated()
        where isTelling(head, start, end, wrapper)
          && (WrappedLine.read(wrapper, head, start, end, &times) != nil
            || BatchLine.begins(wrapper, head, start, end))
        {
          fits[i] += 1
        }
      }
      start = end + 1
    }
    let most = fits.max() ?? 0
    for (i, wrapper) in Wrapper.allCases.enumerated() where fits[i] > 0 && fits[i] == most {
      guard wrapper != .compose || fits[i] * 4 >= lines * 3 else { continue }
      // Colours inside are looked for in every line: they may begin anywhere.
      return [wrapper, .ansi]
    }
    return escapes > 0 ? [.ansi] : []
  }

  /// Whether a file that begins with `head` goes on with the parts that one in `wrappers` has left: it is wrapped alike.
  package static func goesOn(_ wrappers: [Wrapper], head: Span<UInt8>) -> Bool {
    areAlike(wrappers, detect(head: head))
  }

  /// Whether parts of lines that are wrapped in the one can go on in the other.
  package static func areAlike(_ a: [Wrapper], _ b: [Wrapper]) -> Bool {
    guard let outer = a.first(where: { $0 != .ansi }) else { return false }
    return b.contains(outer)
  }

  /// Whether the first line of `head` is wrapped in `wrappers`: no line of the file before goes on in it.
  package static func beginsLine(_ wrappers: [Wrapper], head: Span<UInt8>) -> Bool {
    guard let outer = wrappers.first(where: { $0 != .ansi }) else { return false }
    var times = TimestampParser()
    let end = ByteSearch.first(0x0A, in: head, from: 0, to: head.count) ?? head.count
    return WrappedLine.read(outer, head, 0, end, &times) != nil
  }

  /// `INFO  | message` is nobody's container: Compose's names end in a number, or come in colour.
  private static func isTelling(_ bytes: Span<UInt8>, _ start: Int, _ end: Int, _ wrapper: Wrapper) -> Bool {
    guard wrapper == .compose else { return true }
    guard let name = WrappedLine.composeName(bytes, start, end) else { return false }
    if name.lowerBound > start { return true }
    var i = name.upperBound
    while i > name.lowerBound, bytes[i - 1] &- 0x30 <= 9 { i -= 1 }
    // `container_name: web` has no number; a level's word, in capitals or small letters, is no container's name.
    if i == name.upperBound {
      return (name.lowerBound..<i).allSatisfy { bytes[$0] &- 0x41 >= 26 }
        && (bytes[name.lowerBound] | 0x20) &- 0x61 < 26
        && Level(header: bytes, from: name.lowerBound, to: i) == nil
    }
    guard i > name.lowerBound + 1 else { return false }
    return (bytes[i - 1] == UInt8(ascii: "-") || bytes[i - 1] == UInt8(ascii: "_"))
      && (bytes[name.lowerBound] | 0x20) &- 0x61 < 26
  }
}
