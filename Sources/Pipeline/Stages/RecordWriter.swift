internal import TraceCore

/// Writes selected records with their continuation lines, as they stand in the block; with context around them if wanted.
///
/// Its units are records with their continuation lines, and unparsed lines. What does not end in its block (a record whose
/// lines go on in the next one, a line longer than `--max-line`) goes where its beginning went: nothing else is remembered of
/// it. Memory: the units of `before`, up to `mostHeld` bytes.
package final class RecordWriter {
  package struct Options: Sendable {
    /// What is done with what was selected.
    package enum Output: Sendable {
      /// Counted, no more.
      case nothing
      /// Written as it stands in the log.
      case lines
      /// Given as `RecordDetail`s, each when the next unit begins.
      case details
    }
    package var output = Output.lines
    /// Units shown before and after each selected one.
    package var before = 0
    package var after = 0
    /// Selected units after which it is done; nil for all.
    package var most: Int64?
    /// Bytes of a line from which on it loses the NULs in front of it, as in `BlockReader`, which cannot keep them.
    var maxLine = Int.max

    package init() {}

    /// Whether units need not be looked at one by one.
    fileprivate var isPlain: Bool { output != .details && before == 0 && after == 0 && most == nil }
  }

  /// Where a unit went, and with it the lines of it that are still to come.
  private enum Disposition { case dropped, written, held, kept }

  private let options: Options
  private let passesUnparsed: Bool
  private let sink: any RecordSink
  private var details: DetailReader
  /// Of the last unit. A stream's lines that go on follow its last unit at once.
  private var last = Disposition.dropped
  private var held = HeldUnits()
  /// Number of the last unit, and of the last one written; from 1.
  private var unit: Int64 = 0
  private var lastWritten: Int64 = 0
  private var afterLeft = 0
  private var isStopped = false
  /// Units selected.
  package private(set) var selected: Int64 = 0
  /// Some context before a record was left out because it is too much to be kept.
  package private(set) var isContextCut = false
  /// Some record's text was too long to be kept.
  package var isTextCut: Bool { details.isTextCut }

  /// - Parameters:
  ///   - passesUnparsed: unparsed lines are selected.
  ///   - details: reads records once more where `RecordDetail`s are wanted.
  init(options: Options, passesUnparsed: Bool, details: DetailReader, sink: any RecordSink) {
    self.options = options
    self.passesUnparsed = passesUnparsed
    self.details = details
    self.sink = sink
  }

  /// Whether no more is needed: enough was selected, or nobody reads it.
  package var isDone: Bool { isStopped || sink.isClosed }

  package func endStep() {
    if options.output != .nothing { sink.endStep() }
  }

  /// Ends the input.
  package func finish() {
    if let detail = details.finish() { sink.write(detail) }
    endStep()
  }

  /// Takes the lines before the block's first record: they belong to the stream's last record, or are unparsed.
  package func takeFront(_ parsed: ParsedBlock) {
    guard !isDone else { return }
    let block = parsed.text
    guard !parsed.isTail, !parsed.front.isEmpty else {
      // More of a line, or a run of NULs at the end of a file.
      if parsed.batch.records.isEmpty { extend(parsed, from: 0, to: block.count, continues: true) }
      return
    }
    for (index, front) in parsed.front.enumerated() {
      let isLast = index == parsed.front.count - 1 && parsed.batch.records.isEmpty
      let start = Int(front.line.offset)
      let end = isLast ? block.count : start + Int(front.line.length)
      if front.isContinuation {
        extend(parsed, from: start, to: end, continues: false)
      } else {
        take(isSelected: passesUnparsed, parsed, nil, from: start, to: end, line: Int(front.line.line))
      }
    }
  }

  /// Takes `range` of the block's records with the unparsed lines behind them.
  ///
  /// - Parameter isSelected: says it of a record and its index; asked once for each, in order, until it is done.
  @inline(__always)
  func take(_ parsed: ParsedBlock, _ range: Range<Int>, isSelected: (Record, Int) -> Bool) {
    guard !range.isEmpty, !isDone else { return }
    if options.isPlain && parsed.batch.counts.nulBytes == 0 {
      takeRuns(parsed, range, isSelected)
    } else {
      takeUnits(parsed, range, isSelected)
    }
  }

  /// Writes adjacent records at once.
  @inline(__always)
  private func takeRuns(_ parsed: ParsedBlock, _ range: Range<Int>, _ isSelected: (Record, Int) -> Bool) {
    let block = parsed.text
    let bytes = block.bytes
    let all = parsed.batch.records
    let records = all.span
    let writes = options.output == .lines
    var start = 0
    var end = 0
    var count: Int64 = 0
    var isLastSelected = false
    for index in range {
      isLastSelected = isSelected(records[index], index)
      let from = Int(records[index].offset)
      let behind = from &+ Int(records[index].length)
      if isLastSelected {
        count &+= 1
        if from != end {
          if writes && end > start { sink.write(bytes.extracting(start..<end), continues: false) }
          start = from
        }
        end = behind
      }
      let next = index &+ 1 < records.count ? Int(records[index &+ 1].offset) : block.count
      guard next > behind else { continue }
      isLastSelected = passesUnparsed
      guard passesUnparsed else { continue }
      count &+= Int64(unparsedLines(parsed, behind: index))
      if behind != end {
        if writes && end > start { sink.write(bytes.extracting(start..<end), continues: false) }
        start = behind
      }
      end = next
    }
    if writes && end > start { sink.write(bytes.extracting(start..<end), continues: false) }
    selected += count
    last = isLastSelected && writes ? .written : .dropped
  }

  private func takeUnits(_ parsed: ParsedBlock, _ range: Range<Int>, _ isSelected: (Record, Int) -> Bool) {
    let block = parsed.text
    for index in range {
      let record = parsed.batch.records[index]
      var at = Int(record.offset) + Int(record.length)
      take(
        isSelected: isSelected(record, index), parsed, record, from: Int(record.offset), to: at, line: Int(record.line))
      for line in 0..<unparsedLines(parsed, behind: index) {
        let next = ByteSearch.first(0x0A, in: block.bytes, from: at, to: block.count).map { $0 + 1 } ?? block.count
        take(
          isSelected: passesUnparsed, parsed, nil, from: at, to: next,
          line: Int(record.line) + Int(record.lines) + line)
        at = next
      }
      if isDone { return }
    }
  }

  /// Lines behind a record that do not belong to it.
  @inline(__always)
  private func unparsedLines(_ parsed: ParsedBlock, behind index: Int) -> Int {
    let record = parsed.batch.records[index]
    let next =
      index + 1 < parsed.batch.records.count ? Int(parsed.batch.records[index + 1].line) : parsed.batch.lineCount
    return next - Int(record.line) - Int(record.lines)
  }

  // MARK: Units

  /// Takes one unit: `record`, or an unparsed line.
  private func take(
    isSelected: Bool, _ parsed: ParsedBlock, _ record: Record?, from start: Int, to end: Int, line: Int
  ) {
    guard !isDone else { return }
    if let detail = details.finish() { sink.write(detail) }
    if let most = options.most, selected >= most, isSelected || afterLeft == 0 {
      isStopped = true
      return
    }
    unit += 1
    if isSelected {
      selected += 1
      afterLeft = options.after
    }
    guard options.output != .nothing else { return }
    let copy = withoutNULs(parsed, from: start, to: end)
    let block = copy ?? parsed.text
    let bytes = copy == nil ? block.bytes.extracting(start..<end) : block.bytes
    if isSelected && options.output == .details {
      details.begin(parsed, record, bytes, line: line)
      last = .kept
    } else if isSelected {
      writeHeld()
      write(bytes)
    } else if afterLeft > 0 {
      afterLeft -= 1
      write(bytes)
    } else if options.before > 0 {
      held.append(bytes, most: options.before)
      last = .held
    } else {
      last = .dropped
    }
  }

  /// More of the last unit.
  private func extend(_ parsed: ParsedBlock, from start: Int, to end: Int, continues: Bool) {
    let copy = withoutNULs(parsed, from: start, to: end)
    let block = copy ?? parsed.text
    let bytes = copy == nil ? block.bytes.extracting(start..<end) : block.bytes
    switch last {
    case .dropped: break
    case .written: sink.write(bytes, continues: continues)
    case .held: held.extend(bytes)
    case .kept: details.extend(bytes)
    }
  }

  /// A copy of lines without the NULs that may not be there wherever blocks end; nil if there are none.
  private func withoutNULs(_ parsed: ParsedBlock, from start: Int, to end: Int) -> Block? {
    guard parsed.batch.counts.nulBytes > 0, !parsed.isTail else { return nil }
    let block = parsed.text
    let bytes = block.bytes
    var copy: Block?
    // Bytes up to here are in the copy, or were left out.
    var done = start
    var at = start
    while at < end {
      let newline = ByteSearch.first(0x0A, in: bytes, from: at, to: end) ?? end
      if bytes[at] == 0 && newline - at > options.maxLine {
        let clean = copy ?? Block(capacity: end - start)
        clean.append(copying: bytes.extracting(done..<at))
        done = at
        while done < newline && bytes[done] == 0 { done += 1 }
        copy = clean
      }
      at = newline + 1
    }
    copy?.append(copying: bytes.extracting(done..<end))
    return copy
  }

  private func write(_ bytes: Span<UInt8>) {
    if lastWritten > 0 && unit > lastWritten + 1 && options.before + options.after > 0 { sink.writeSeparator() }
    sink.write(bytes, continues: false)
    lastWritten = unit
    last = .written
  }

  /// Writes what stood before the selected unit that has come.
  private func writeHeld() {
    if held.isCut { isContextCut = true }
    guard held.count > 0 else { return }
    if lastWritten > 0 && unit - Int64(held.count) > lastWritten + 1 { sink.writeSeparator() }
    held.removeAll { sink.write($0, continues: false) }
    lastWritten = unit - 1
  }
}
