// Inner lines as they go out.

extension Unwrapper {
  /// Gives out a text, which may hold newlines (journald), line by line.
  func emit(
    _ text: Span<UInt8>, _ start: Int, _ end: Int, _ origin: LineOrigin, _ output: Block,
    _ lines: inout ContiguousArray<LineOrigin>
  ) {
    var origin = origin
    var i = start
    while true {
      let stop = ByteSearch.first(0x0A, in: text, from: i, to: end) ?? end
      if stripsEscapes {
        ANSIEscapes.strip(text, i, stop, into: output)
      } else {
        output.append(copying: text.extracting(i..<stop))
      }
      output.append(0x0A)
      lines.append(origin)
      if stop == end { return }
      origin.length = 0
      origin.isFurther = true
      i = stop + 1
    }
  }
}
