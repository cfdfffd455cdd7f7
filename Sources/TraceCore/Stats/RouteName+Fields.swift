extension RouteName {
  /// Appends the route's name of a record to `text`, which is empty: a logged route wins over the path. Leaves it empty where
  /// the record tells no exchange that was served here.
  static func write(
    of fields: borrowing LineFields, _ bytes: Span<UInt8>, into text: inout ContiguousArray<UInt8>
  ) {
    let values = fields.arena
    let arena = values.span
    if !fields.route.isMissing && fields.route.count > 0 {
      append(fields.method, bytes, arena, &text)
      if !text.isEmpty { text.append(0x20) }
      append(fields.route, bytes, arena, &text)
    } else if !fields.path.isMissing {
      let path = span(fields.path, bytes, arena)
      guard !isAbsolute(path) else { return }
      let method = fields.method.isMissing ? bytes.extracting(0..<0) : span(fields.method, bytes, arena)
      var name = RouteName()
      name.write(method: method, path: path, into: &text)
    } else if fields.saw(.requestLine) {
      // A request line that could not be read (TLS bytes on an HTTP port), or that another line has.
      for byte in "(no path)".utf8 { text.append(byte) }
    }
  }

  private static func append(
    _ slice: Slice, _ bytes: Span<UInt8>, _ arena: Span<UInt8>, _ text: inout ContiguousArray<UInt8>
  ) {
    guard !slice.isMissing else { return }
    let source = slice.isInArena ? arena : bytes
    var i = slice.start
    let end = nameEnd(slice, source)
    while i < end {
      text.append(source[i])
      i += 1
    }
  }

  /// Where a name ends, or is cut: after a whole character.
  @inline(__always)
  static func nameEnd(_ slice: Slice, _ source: Span<UInt8>) -> Int {
    let limit = slice.start + RouteName.limit
    guard slice.end > limit else { return slice.end }
    var end = limit
    while end > limit - 4, source[end] & 0xC0 == 0x80 { end -= 1 }
    return source[end] & 0xC0 == 0x80 ? limit : end
  }

  @_lifetime(copy bytes, copy arena)
  private static func span(_ slice: Slice, _ bytes: Span<UInt8>, _ arena: Span<UInt8>) -> Span<UInt8> {
    slice.isInArena ? arena.extracting(slice.start..<slice.end) : bytes.extracting(slice.start..<slice.end)
  }
}
