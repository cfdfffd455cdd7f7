internal import TraceCore

/// Finds out whether the unparsed lines of a generation are a gap: a part of the log that was not read.
///
/// They are, in a file that has records, where `UnreadStretch.least` or more of them stand one after another, or where they
/// are that many and more than `share` of all lines. A banner at the start of a file, up to `longestBanner` lines before its
/// first record, is none. It sees the blocks in order, their first lines decided (`StreamFront`), so it does
/// not matter where they end.
struct UnreadStretches {
  /// Share of a file's lines from which on they are a gap.
  static let share = 0.05
  /// Lines before the first record that nobody has to read.
  static let longestBanner: Int64 = 100
  /// Bytes of the example.
  static let exampleBytes = 160

  /// Lines one after another.
  struct Stretch {
    var firstLine = 0
    var lines: Int64 = 0
    var example = ""
  }

  private var open = Stretch()
  // Of the generation.
  private var first = Stretch()
  private var stretches: Int64 = 0
  private var stretchLines: Int64 = 0
  private var earliest = Stretch()
  private var unparsed: Int64 = 0
  private var lines: Int64 = 0
  private var hasRecords = false

  /// Takes the next block.
  mutating func take(_ parsed: ParsedBlock) {
    guard !parsed.isTail else { return }
    let batch = parsed.batch
    lines += Int64(batch.lineCount)
    for front in parsed.front {
      if front.isContinuation || front.line.shape == .notice {
        close()
      } else {
        extend(front.line, 1, parsed)
      }
    }
    guard !batch.records.isEmpty else { return }
    close()
    hasRecords = true
    if batch.counts.unparsedLines > 0, let example = batch.unparsedExamples.first {
      unparsed += batch.counts.unparsedLines
      noteEarliest(example, parsed)
    }
    for stretch in batch.unread {
      extend(stretch.first, Int64(stretch.lines), parsed, isCounted: true)
      close()
    }
    if let last = batch.openUnread { extend(last.first, Int64(last.lines), parsed, isCounted: true) }
  }

  /// - Parameter isCounted: they are in `unparsed` already.
  private mutating func extend(
    _ line: OrphanLine, _ count: Int64, _ parsed: ParsedBlock, isCounted: Bool = false
  ) {
    if !isCounted { unparsed += count }
    noteEarliest(line, parsed)
    if open.lines == 0 { open = stretch(line, parsed) }
    open.lines += count
  }

  private mutating func noteEarliest(_ line: OrphanLine, _ parsed: ParsedBlock) {
    guard earliest.firstLine == 0 else { return }
    earliest = stretch(line, parsed)
  }

  private func stretch(_ line: OrphanLine, _ parsed: ParsedBlock) -> Stretch {
    let block = parsed.text
    let bytes = block.bytes
    var text: [UInt8] = []
    let end = min(bytes.count, Int(line.offset) + min(Int(line.length), UnreadStretches.exampleBytes))
    for i in Int(line.offset)..<max(end, Int(line.offset)) where bytes[i] >= 0x20 { text.append(bytes[i]) }
    return Stretch(
      firstLine: parsed.lineNumber(Int(line.line)), lines: 0, example: String(decoding: text, as: UTF8.self))
  }

  /// A record has begun, or goes on.
  private mutating func close() {
    guard open.lines > 0 else { return }
    let isBanner = !hasRecords && open.firstLine == 1 && open.lines <= UnreadStretches.longestBanner
    if isBanner {
      unparsed -= open.lines
      earliest = Stretch()
    } else if open.lines >= Int64(UnreadStretch.least) {
      if stretches == 0 { first = open }
      stretches += 1
      stretchLines += open.lines
    }
    open = Stretch()
  }

  /// The generation has ended; what has to be said of it.
  mutating func end() -> LedgerNote? {
    close()
    defer { self = UnreadStretches() }
    guard hasRecords else { return nil }
    if stretches > 0 {
      let what =
        stretches == 1
        ? "\(count(first.lines)) from line \(first.firstLine) on"
        : "\(count(stretchLines)) in \(stretches) stretches, the first of \(first.lines) from line \(first.firstLine) on,"
      return note("\(what) could not be read: no record, and part of none; e.g. \(first.example)")
    }
    guard unparsed >= Int64(UnreadStretch.least), Double(unparsed) > UnreadStretches.share * Double(lines) else {
      return nil
    }
    let place = earliest.firstLine > 0 ? "; the first is line \(earliest.firstLine): \(earliest.example)" : ""
    return note(
      "\(count(unparsed)) of \(lines), here and there, could not be read: no record, and part of none\(place)")
  }

  private func note(_ text: String) -> LedgerNote { LedgerNote(.unread, text) }

  private func count(_ lines: Int64) -> String { lines == 1 ? "1 line" : "\(lines) lines" }
}

// MARK: State

extension UnreadStretches: StateCodable {
  mutating func code(_ coder: inout StateCoder) throws(StateError) {
    try coder.code(&open)
    try coder.code(&first)
    try coder.code(&earliest)
    try coder.code(count: &stretches)
    try coder.code(count: &stretchLines)
    try coder.code(count: &unparsed)
    try coder.code(count: &lines)
    try coder.code(&hasRecords)
  }
}

extension UnreadStretches.Stretch: StateCodable {
  mutating func code(_ coder: inout StateCoder) throws(StateError) {
    try coder.code(&firstLine)
    try coder.code(count: &lines)
    try coder.code(&example)
  }
}
