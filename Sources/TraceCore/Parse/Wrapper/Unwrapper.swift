/// Takes off what container runtimes and terminals put around lines, before a layout sees them.
///
/// Bytes go in in pieces of any size; whole inner lines come out, each with a newline and its `LineOrigin`, the same ones
/// for any pieces. Partial entries of Docker and CRI are joined with the next of the same output. A line that does not fit
/// its wrapper, or is longer than `limit`, passes through as it is. Holds at most `limit` bytes for each output and for an
/// unfinished raw line. It reads no layouts and keeps order: it runs in front of the parallel part, one for each file. What
/// a file's end leaves unfinished can go on in the next one's unwrapper (`takeUnfinished`).
package final class Unwrapper {
  /// Bytes of a raw line that can be unwrapped, and of a line joined from partial ones.
  package static let limit = 1 << 20

  /// Off it comes from the first to the last.
  package let wrappers: [Wrapper]
  /// Raw lines that did not fit.
  package private(set) var passedThrough: Int64 = 0
  /// Partial lines that were given out without their end.
  package internal(set) var cut: Int64 = 0

  /// The loggers that lines name, each once; at most `mostNames`, of `longestName` bytes.
  package internal(set) var names: ContiguousArray<UInt8> = []
  private var nameSlices: ContiguousArray<Slice> = []
  private var lastName = 0
  private static let mostNames = 256
  private static let longestName = 128

  /// Those that are around whole lines, in the order in which a line is tried.
  private let outers: [Wrapper]
  let stripsEscapes: Bool
  var times = TimestampParser()
  /// Where the next raw line begins, and its number.
  var offset: Int64
  var line: Int64
  /// A raw line whose end has not come.
  private let rest = Block(capacity: 4096)
  /// Bytes of an overlong raw line that are already in the output; 0 if there is none.
  private var overlong: Int64 = 0
  /// The inner text of one line, unescaped.
  private var scratch: ContiguousArray<UInt8> = []
  /// Joined parts by `LineOrigin.Output`.
  let parts = [Block(capacity: 64), Block(capacity: 64), Block(capacity: 64)]
  var partOrigins: [LineOrigin?] = [nil, nil, nil]
  /// Of each output, whether all its parts are from the file before.
  var isFromBefore = [false, false, false]
  /// Whether an inner line is a record by itself, so that it goes on with nothing: asked of the first line after parts from
  /// the file before.
  var beginsRecord: (Span<UInt8>) -> Bool = { _ in false }

  /// - Parameters:
  ///   - wrappers: from `detect`, or those that lines in the middle of a file have: each line is tried with them in this
  ///     order.
  ///   - offset: raw bytes in front of the first, and `line`, its number.
  package init(_ wrappers: [Wrapper], offset: Int64 = 0, line: Int64 = 1) {
    self.wrappers = wrappers
    self.offset = offset
    self.line = line
    outers = wrappers.filter { $0 != .ansi }
    stripsEscapes = wrappers.contains(.ansi)
  }

  /// Parts of lines whose end is in the next file, by their output.
  package struct Unfinished {
    /// What was taken off them.
    package let wrappers: [Wrapper]
    fileprivate var parts: [(output: Int, text: Block, origin: LineOrigin)] = []

    package var isEmpty: Bool { parts.isEmpty }
  }

  /// Takes over what the file before left unfinished. To be called before the first line.
  ///
  /// - Parameter beginsRecord: whether an inner line is a record by itself: then the rest of the parts is lost, and they are a
  ///   line of their own.
  package func goOn(_ unfinished: Unfinished, beginsRecord: @escaping (Span<UInt8>) -> Bool) {
    self.beginsRecord = beginsRecord
    for part in unfinished.parts {
      let text = part.text
      parts[part.output].append(copying: text.bytes)
      partOrigins[part.output] = part.origin
      isFromBefore[part.output] = true
    }
  }

  /// Takes the parts whose end has not come, at the end of a file that another one goes on with.
  package func takeUnfinished(into output: Block, lines: inout ContiguousArray<LineOrigin>) -> Unfinished {
    if rest.count > 0 || overlong > 0 { endRest(newlineLength: 0, output, &lines) }
    var unfinished = Unfinished(wrappers: wrappers)
    for i in inOrder {
      guard let origin = partOrigins[i] else { continue }
      let part = parts[i]
      let text = Block(capacity: max(1, part.count))
      text.append(copying: part.bytes)
      unfinished.parts.append((i, text, origin))
      part.removeAll()
      partOrigins[i] = nil
    }
    return unfinished
  }

  /// Outputs with parts, in the order of their first.
  private var inOrder: [Int] {
    partOrigins.indices.filter { partOrigins[$0] != nil }.sorted { a, b in
      if isFromBefore[a] != isFromBefore[b] { return isFromBefore[a] }
      return (partOrigins[a]?.offset ?? 0) < (partOrigins[b]?.offset ?? 0)
    }
  }

  /// Takes the next bytes of the input and appends the inner lines that end in them, and one origin for each.
  package func unwrap(
    _ raw: Span<UInt8>, from start: Int, to end: Int, into output: Block, lines: inout ContiguousArray<LineOrigin>
  ) {
    var i = start
    while i < end {
      guard let newline = ByteSearch.first(0x0A, in: raw, from: i, to: end) else {
        keep(raw, i, end, output)
        return
      }
      if rest.count > 0 || overlong > 0 {
        keep(raw, i, newline, output)
        endRest(newlineLength: 1, output, &lines)
      } else {
        take(raw, i, newline, length: Int64(newline - i + 1), output, &lines)
      }
      i = newline + 1
    }
  }

  /// Ends the input: what is unfinished is given out.
  package func finish(into output: Block, lines: inout ContiguousArray<LineOrigin>) {
    if rest.count > 0 || overlong > 0 { endRest(newlineLength: 0, output, &lines) }
    for i in inOrder { flush(i, isCut: true, output, &lines) }
  }

  /// Whether nothing is unfinished: another unwrapper could go on from here.
  package var isBetweenRecords: Bool { rest.count == 0 && overlong == 0 && partOrigins.allSatisfy { $0 == nil } }

  // MARK: Raw lines

  /// Keeps the beginning of a raw line, or passes it on once it is too long.
  private func keep(_ raw: Span<UInt8>, _ start: Int, _ end: Int, _ output: Block) {
    let rest = self.rest
    if overlong == 0 && rest.count + (end - start) <= Unwrapper.limit {
      rest.append(copying: raw.extracting(start..<end))
      return
    }
    output.append(copying: rest.bytes)
    output.append(copying: raw.extracting(start..<end))
    overlong += Int64(rest.count + end - start)
    rest.removeAll()
  }

  private func endRest(newlineLength: Int64, _ output: Block, _ lines: inout ContiguousArray<LineOrigin>) {
    if overlong > 0 {
      output.append(0x0A)
      passedThrough += 1
      lines.append(
        LineOrigin(offset: offset, length: overlong + newlineLength, line: line, isPassedThrough: true))
      advance(overlong + newlineLength)
      overlong = 0
    } else {
      let rest = self.rest
      take(rest.bytes, 0, rest.count, length: Int64(rest.count) + newlineLength, output, &lines)
      rest.removeAll()
    }
  }

  private func advance(_ length: Int64) {
    offset += length
    line += 1
  }

  /// One whole raw line without its newline.
  func take(
    _ raw: Span<UInt8>, _ start: Int, _ end: Int, length: Int64, _ output: Block,
    _ lines: inout ContiguousArray<LineOrigin>
  ) {
    var origin = LineOrigin(offset: offset, length: length, line: line)
    advance(length)
    guard end - start <= Unwrapper.limit else {
      origin.isPassedThrough = true
      passedThrough += 1
      output.append(copying: raw.extracting(start..<end))
      output.append(0x0A)
      lines.append(origin)
      return
    }
    guard !outers.isEmpty else {
      emit(raw, start, end, origin, output, &lines)
      return
    }
    for outer in outers where takeOff(outer, raw, start, end, origin, output, &lines) { return }
    origin.isPassedThrough = true
    passedThrough += 1
    emit(raw, start, end, origin, output, &lines)
  }

  /// Gives out what a wrapper has inside; false where the line is not wrapped in it.
  private func takeOff(
    _ outer: Wrapper, _ raw: Span<UInt8>, _ start: Int, _ end: Int, _ origin: LineOrigin, _ output: Block,
    _ lines: inout ContiguousArray<LineOrigin>
  ) -> Bool {
    if outer == .otlp || outer == .cloudwatch, takeBatch(outer, raw, start, end, origin, output, &lines) { return true }
    guard let found = WrappedLine.read(outer, raw, start, end, &times) else { return false }
    var origin = origin
    origin.time = found.time
    origin.output = found.output
    origin.level = found.level
    if found.loggerEnd > found.loggerStart { origin.logger = name(raw, found.loggerStart, found.loggerEnd) }
    if found.encoding == .plain {
      join(raw, found.start, found.end, origin, isPartial: found.isPartial, output, &lines)
      return true
    }
    // Taken out for the while: checked once, not at each byte.
    var text: ContiguousArray<UInt8> = []
    swap(&text, &scratch)
    text.removeAll(keepingCapacity: true)
    if found.encoding == .jsonString {
      _ = JSONText.unescape(raw, from: found.start, to: found.end, into: &text)
    } else {
      WrappedLine.eachByte(raw, found.start, found.end) { text.append(UInt8(truncatingIfNeeded: $0)) }
    }
    // A text without a newline is Docker's sign that the line goes on.
    let endsLine = text.last == 0x0A
    join(
      text.span, 0, text.count - (endsLine ? 1 : 0), origin, isPartial: outer == .dockerJSON && !endsLine, output,
      &lines)
    swap(&text, &scratch)
    return true
  }

  /// The entries of a line that holds a batch of them; whether it does.
  private func takeBatch(
    _ wrapper: Wrapper, _ raw: Span<UInt8>, _ start: Int, _ end: Int, _ origin: LineOrigin, _ output: Block,
    _ lines: inout ContiguousArray<LineOrigin>
  ) -> Bool {
    var origin = origin
    var origins: ContiguousArray<LineOrigin> = []
    swap(&origins, &lines)
    var text: ContiguousArray<UInt8> = []
    swap(&text, &scratch)
    let isBatch = BatchLine.eachEntry(of: wrapper, raw, start, end) { bytes, range, entry in
      origin.time = entry.time
      if entry.isEscaped {
        text.removeAll(keepingCapacity: true)
        _ = JSONText.unescape(bytes, from: range.lowerBound, to: range.upperBound, into: &text)
        var count = text.count
        while count > 0, text[count - 1] == 0x0A || text[count - 1] == 0x0D { count -= 1 }
        emit(text.span, 0, count, origin, output, &origins)
      } else {
        emit(bytes, range.lowerBound, range.upperBound, origin, output, &origins)
      }
      // The line's bytes are counted once.
      origin.length = 0
    }
    swap(&text, &scratch)
    swap(&origins, &lines)
    guard isBatch else { return false }
    // A batch without entries has bytes all the same.
    if origin.length > 0 { emit(raw, start, start, origin, output, &lines) }
    return true
  }

  /// The place of a name in `names`; missing where it is too long, or one too many.
  func name(_ raw: Span<UInt8>, _ start: Int, _ end: Int) -> Slice {
    if lastName < nameSlices.count, isName(lastName, raw, start, end) { return nameSlices[lastName] }
    for known in nameSlices.indices where isName(known, raw, start, end) {
      lastName = known
      return nameSlices[known]
    }
    guard nameSlices.count < Unwrapper.mostNames, end - start <= Unwrapper.longestName else { return .missing }
    let from = names.count
    for i in start..<end { names.append(raw[i]) }
    lastName = nameSlices.count
    nameSlices.append(Slice(from, names.count))
    return nameSlices[lastName]
  }

  private func isName(_ index: Int, _ raw: Span<UInt8>, _ start: Int, _ end: Int) -> Bool {
    let known = nameSlices[index]
    guard Int(known.count) == end - start else { return false }
    for i in 0..<Int(known.count) where names[known.start + i] != raw[start + i] { return false }
    return true
  }
}
