package import TraceCore

/// A block, what was parsed from it, and where it comes from. Reused by the driver once nobody holds it.
package final class ParsedBlock {
  package let block: Block
  package var batch = RecordBatch()
  /// Of an unwrapped block: one entry a line.
  package var origins: ContiguousArray<LineOrigin>?
  /// What the loggers of `origins` count in.
  package var originNames = ContiguousArray<UInt8>()
  /// Lines of the file, where the block itself had to be unwrapped: then `origins` counts from its first one.
  private var rawLines: Int?
  /// Lines are passed on with their colours.
  var keepsOriginal = false
  /// What the lines were before colours were taken off, where they are passed on so.
  private var original: Block?
  private var hasOriginal = false
  /// Index of the stream, and of the generation in it and in the ledger.
  package var stream = 0
  package var source = 0
  var generation = 0
  /// Path of the source as the user would say it.
  var path = ""
  /// Number of the block's first line in its file, from 1.
  package var firstLine = 1
  /// Bytes of log that its lines were before anything was taken off them; -1: as many as it holds.
  var logBytes: Int64 = -1
  /// The lines before its first record; set by `StreamFront` before the block comes to a stage.
  var front: ContiguousArray<FrontLine> = []
  /// While it is parsed: lines of its file in front of it, -1 where they are not counted yet, and bytes. For messages.
  var lineBefore = -1
  var firstByte: Int64 = 0
  /// The stream's layouts when it was parsed.
  package var layouts: [String] = []
  /// What was taken off its lines, in words; colours apart.
  var wrapping = ""
  /// How its lines are read.
  var layoutSet: LayoutSet?
  /// It holds nothing but more of the last line of the block before, which is over `--max-line`: nothing to parse.
  var isTail = false
  /// Event time of the stream's last record before the block; none without one. Set before the merge stage takes it.
  var timeBefore = EventTime.none
  /// Records already given to the merge stage.
  package var consumed = 0
  /// Hits of rules already given to them; and of those on lines before its first record.
  var consumedHits = 0
  var consumedFrontHits = 0
  /// Values of its records already given to whoever counts them.
  var consumedValues = 0
  /// Its records are there.
  var isParsed = false
  /// What the parser said of times without a zone: the last one, and whether the one before the block matters.
  private(set) var previousTime = EventTime.none
  private(set) var dependsOnTimeBefore = false

  package init(capacity: Int) { block = Block(capacity: capacity) }

  /// Number in its file of line `index` of the block.
  package func lineNumber(_ index: Int) -> Int {
    guard let origins, index < origins.count else { return firstLine + index }
    return rawLines == nil ? Int(origins[index].line) : firstLine + Int(origins[index].line) - 1
  }

  /// Lines of the file that it holds, if it was not unwrapped while it was read.
  var fileLines: Int { rawLines ?? batch.lineCount }

  /// What the offsets of records and orphans count in: `block`, or the lines as they were.
  package var text: Block { hasOriginal ? original ?? block : block }

  /// An empty block for the lines as they are, each of which gives one line of `block`.
  func useOriginal() -> Block {
    let used = original ?? Block(capacity: block.capacity)
    used.removeAll()
    original = used
    hasOriginal = true
    return used
  }

  /// Fills the batch with the block's records.
  func parse(with parser: inout BlockParser, timeBefore: Int64 = EventTime.none) {
    previousTime = EventTime.none
    dependsOnTimeBefore = false
    guard !isTail else { return }
    block.enter(path: path, line: lineBefore >= 0 ? lineBefore + 1 : 0, byte: firstByte)
    defer { CurrentPlace.leave() }
    let bytes = logBytes >= 0 ? logBytes : Int64(block.count)
    defer { batch.counts.bytes = bytes }
    parser.run(block, origins: origins, names: originNames, timeBefore: timeBefore, into: &batch)
    if origins == nil, !batch.wrappers.isEmpty {
      unwrap(batch.wrappers)
      block.enter(path: path, line: lineBefore >= 0 ? lineBefore + 1 : 0, byte: firstByte)
      parser.run(block, origins: origins, names: originNames, timeBefore: timeBefore, into: &batch)
    }
    if hasOriginal, let origins { pointToOriginal(origins) }
    previousTime = parser.previousTime
    dependsOnTimeBefore = parser.dependsOnTimeBefore
  }

  /// Takes off what begins in the middle of a file: at most one more parse of a block. Parts of a line in two blocks are not
  /// joined.
  private func unwrap(_ found: Set<Wrapper>) {
    let block = self.block
    let raw = Block(capacity: max(block.count, 1))
    raw.append(copying: block.bytes)
    // In one order, whichever line came first.
    let unwrapper = Unwrapper(Wrapper.allCases.filter { found.contains($0) || $0 == .ansi })
    var lines = ContiguousArray<LineOrigin>()
    block.removeAll()
    unwrapper.unwrap(raw.bytes, from: 0, to: raw.count, into: block, lines: &lines)
    unwrapper.finish(into: block, lines: &lines)
    origins = lines
    originNames = unwrapper.names
    rawLines = batch.lineCount
    if found == [.ansi] && keepsOriginal {
      original = raw
      hasOriginal = true
    }
    batch.removeAll()
  }

  private func pointToOriginal(_ origins: ContiguousArray<LineOrigin>) {
    guard let base = origins.first?.offset else { return }
    func place(_ line: UInt32, _ lines: UInt32) -> (offset: UInt32, length: UInt32) {
      let first = origins[Int(line)]
      let last = origins[Int(line + lines) - 1]
      let length = last.offset + last.length - first.offset
      return (UInt32(truncatingIfNeeded: first.offset - base), UInt32(truncatingIfNeeded: length))
    }
    for index in batch.records.indices {
      let place = place(batch.records[index].line, batch.records[index].lines)
      batch.records[index].offset = place.offset
      batch.records[index].length = place.length
    }
    for index in batch.orphans.indices {
      let place = place(batch.orphans[index].line, 1)
      batch.orphans[index].offset = place.offset
      batch.orphans[index].length = place.length
    }
  }

  package func removeAll() {
    block.removeAll()
    batch.removeAll()
    origins = nil
    originNames.removeAll()
    rawLines = nil
    logBytes = -1
    front.removeAll(keepingCapacity: true)
    consumed = 0
    consumedHits = 0
    consumedFrontHits = 0
    consumedValues = 0
    isParsed = false
    isTail = false
    hasOriginal = false
  }
}
