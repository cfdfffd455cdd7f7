// Parts of lines, until the last one comes.

extension Unwrapper {
  func join(
    _ text: Span<UInt8>, _ start: Int, _ end: Int, _ origin: LineOrigin, isPartial: Bool, _ output: Block,
    _ lines: inout ContiguousArray<LineOrigin>
  ) {
    let i = Int(origin.output.rawValue)
    if isFromBefore[i] {
      isFromBefore[i] = false
      // Where the line stands that ends here: in this file.
      partOrigins[i]?.offset = origin.offset
      partOrigins[i]?.line = origin.line
      if beginsRecord(text.extracting(start..<end)) { flush(i, isCut: true, output, &lines) }
    }
    if partOrigins[i] == nil && !isPartial {
      emit(text, start, end, origin, output, &lines)
      return
    }
    if parts[i].count + (end - start) > Unwrapper.limit { flush(i, isCut: true, output, &lines) }
    parts[i].append(copying: text.extracting(start..<end))
    if partOrigins[i] == nil {
      partOrigins[i] = origin
    } else {
      partOrigins[i]?.length += origin.length
    }
    if !isPartial { flush(i, isCut: false, output, &lines) }
  }

  func flush(
    _ i: Int, isCut: Bool, _ output: Block, _ lines: inout ContiguousArray<LineOrigin>
  ) {
    guard var origin = partOrigins[i] else { return }
    if isFromBefore[i] {
      isFromBefore[i] = false
      origin.offset = 0
      origin.line = 1
    }
    origin.isCut = isCut
    if isCut { cut += 1 }
    let text = parts[i]
    emit(text.bytes, 0, text.count, origin, output, &lines)
    text.removeAll()
    partOrigins[i] = nil
  }
}
