internal import LogSource
internal import TraceCore

/// Reads one stream from its oldest generation to its newest, as one sequence of bytes, into parsed blocks.
///
/// Knows what stands between source and parser: detection of layouts, wrappers, the join of generations. It keeps the
/// ledger of each generation up to the block it has given.
final class StreamReader {
  private let plan: RunPlan
  private let parsePlan: ParsePlan
  private let detector: LayoutDetector
  private let stream: LogStream
  private let index: Int

  private(set) var ledgers: [SourceLedger]
  /// Place of the stream's first generation among all sources.
  let firstSource: Int
  /// What was chosen, for doctor and for notices.
  private(set) var choice: LayoutDetector.Choice?
  private var generation = -1
  private var reader: BlockReader?
  private var parser: BlockParser?
  private var unwrapper: Unwrapper?
  private var nextLine = 1
  /// Generations still to be read when the last one's end is a line.
  private var carry: Block?
  private var isFinished = false
  /// Last event time given, for the seams.
  private var lastTime = EventTime.none
  private var unwrapScratch = Block(capacity: Block.standardCapacity)

  init(plan: RunPlan, parsePlan: ParsePlan, stream: LogStream, index: Int, firstSource: Int) {
    self.plan = plan
    self.parsePlan = parsePlan
    self.stream = stream
    self.index = index
    self.firstSource = firstSource
    detector = LayoutDetector(catalog: parsePlan.catalog, zone: plan.zone)
    ledgers = stream.generations.map { generation in
      var ledger = SourceLedger(
        path: generation.display, stream: stream.name, compression: generation.compression.rawValue)
      ledger.notes = generation.notes
      return ledger
    }
  }

  /// No line of the stream's beginning has a time: it cannot be merged, and is read behind the others, so that it does not
  /// decide alone whose records count.
  private(set) var isTimeless = false

  /// The layouts in use, once a generation was opened.
  var layoutSet: LayoutSet? { choice?.layouts }

  /// Wrappers that were taken off, of any generation.
  private(set) var wrapperNames: [String] = []

  /// Names of the stream's layouts, in their order.
  var layoutNames: [String] { choice?.layouts.names ?? [] }

  /// Fills `parsed` with the next block; false at the end of the stream.
  func next(into parsed: ParsedBlock) throws(RunError) -> Bool {
    while !isFinished {
      if reader == nil, try !openNext() { break }
      parsed.removeAll()
      guard try fill(parsed) else { continue }
      parsed.stream = index
      parsed.source = firstSource + generation
      parsed.firstLine = nextLine
      parsed.layouts = layoutNames
      parser?.run(parsed.block, origins: parsed.origins, into: &parsed.batch)
      nextLine += parsed.batch.lineCount
      noteTimes(parsed.batch)
      return true
    }
    isFinished = true
    return false
  }

  /// Adds what the merge stage found out about a block of this stream.
  func add(_ counts: LedgerCounts, toSource source: Int) { ledgers[source - firstSource].counts.add(counts) }

  // MARK: Filling

  private func fill(_ parsed: ParsedBlock) throws(RunError) -> Bool {
    if unwrapper != nil { return try fillUnwrapped(parsed) }
    guard try readLines(into: parsed.block) else { return try endGeneration(into: parsed.block) }
    return true
  }

  private func readLines(into block: Block) throws(RunError) -> Bool {
    do throws(SourceError) {
      return try reader?.next(into: block) ?? false
    } catch {
      throw RunError.source(error)
    }
  }

  private func fillUnwrapped(_ parsed: ParsedBlock) throws(RunError) -> Bool {
    var origins = ContiguousArray<LineOrigin>()
    let raw = unwrapScratch
    raw.removeAll()
    if try readLines(into: raw) {
      unwrapper?.unwrap(raw.bytes, from: 0, to: raw.count, into: parsed.block, lines: &origins)
    } else {
      raw.removeAll()
      let hasRest = try endGeneration(into: raw)
      if hasRest {
        unwrapper?.unwrap(raw.bytes, from: 0, to: raw.count, into: parsed.block, lines: &origins)
      }
      unwrapper?.finish(into: parsed.block, lines: &origins)
    }
    parsed.origins = origins
    return parsed.block.count > 0
  }

  // MARK: Generations

  /// Opens the next generation; false when there is none.
  private func openNext() throws(RunError) -> Bool {
    generation += 1
    guard generation < stream.generations.count else { return false }
    let next = stream.generations[generation]
    do throws(SourceError) {
      reader = BlockReader(
        try next.open(), readSize: plan.blockSize, maxLine: plan.maxLine, carry: carry)
    } catch {
      throw RunError.source(error)
    }
    carry = nil
    nextLine = 1
    try chooseLayouts(for: next)
    ledgers[generation].layouts = layoutNames
    return true
  }

  private func chooseLayouts(for generation: Generation) throws(RunError) {
    let wrappers = Unwrapper.detect(head: generation.head.span)
    unwrapper = wrappers.isEmpty ? nil : Unwrapper(wrappers)
    for wrapper in wrappers where !wrapperNames.contains(wrapper.rawValue) { wrapperNames.append(wrapper.rawValue) }
    let head = StreamReader.unwrappedHead(of: generation)
    if choice == nil { lengthen(head) }
    if let name = plan.layout {
      do throws(LayoutSource.Problem) {
        if choice == nil { choice = try detector.named(name) }
      } catch {
        throw RunError.usage("--layout: \(error.message)")
      }
    } else if let known = choice {
      choice = detector.extend(known, with: head.bytes, referenceTime: generation.modified)
    } else {
      choice = detector.detect(head.bytes, referenceTime: generation.modified)
    }
    guard let choice else { return }
    if self.generation == 0 && wrappers.isEmpty && head.count > 0 {
      isTimeless = !detector.hasTimes(in: head.bytes, layouts: choice.layouts)
    }
    let previousTime = parser?.previousTime
    parser = BlockParser(
      plan: parsePlan, layouts: choice.layouts, zone: plan.zone, referenceTime: generation.modified)
    if let previousTime { parser?.previousTime = previousTime }
  }

  /// Where the first generation has no whole line to look at (it is empty, or was cut in its first line), the next ones
  /// tell what the log looks like.
  private func lengthen(_ head: Block) {
    for next in stream.generations[(generation + 1)...] {
      guard ByteSearch.first(0x0A, in: head.bytes, from: 0, to: head.count) == nil else { return }
      let more = StreamReader.unwrappedHead(of: next)
      head.grow(to: max(head.capacity, head.count + more.count))
      head.append(copying: more.bytes)
    }
  }

  /// The first bytes of a generation as a layout sees them.
  static func unwrappedHead(of generation: Generation) -> Block {
    let wrappers = Unwrapper.detect(head: generation.head.span)
    let head = Block(capacity: max(generation.head.count, 1))
    guard !wrappers.isEmpty else {
      head.append(copying: generation.head.span)
      return head
    }
    var lines = ContiguousArray<LineOrigin>()
    let sample = Unwrapper(wrappers)
    let end = ByteSearch.last(0x0A, in: generation.head.span, from: 0, to: generation.head.count) ?? -1
    sample.unwrap(generation.head.span, from: 0, to: end + 1, into: head, lines: &lines)
    sample.finish(into: head, lines: &lines)
    return head
  }

  /// Settles the end of a generation: its notes, and what stands behind its last newline. Whether `block` got lines.
  private func endGeneration(into block: Block) throws(RunError) -> Bool {
    guard let reader else { return false }
    var ledger = ledgers[generation]
    ledger.bytesRead = reader.bytesRead
    ledger.notes.append(contentsOf: reader.notes)
    ledger.counts.longLines += reader.longLines
    ledger.counts.longLineBytes += reader.longLineBytes
    ledger.counts.nulRuns += reader.nulRuns
    ledger.counts.nulBytes += reader.nulBytes
    ledger.counts.bytes += reader.longLineBytes + reader.nulBytes
    ledgers[generation] = ledger
    let rest = reader.rest
    self.reader = nil
    guard rest.count > 0 else { return false }
    if generation + 1 < stream.generations.count, reader.notes.allSatisfy({ !$0.isGap }),
      !beginsRecord(stream.generations[generation + 1])
    {
      // The writer was in the middle of a line when the log was rotated: the next generation goes on with it.
      let copy = Block(capacity: rest.count)
      copy.append(copying: rest.bytes)
      carry = copy
      return false
    }
    block.append(copying: rest.bytes)
    return true
  }

  /// Whether the first line of a generation's head fits a layout, so that what came before it was a line of its own.
  private func beginsRecord(_ generation: Generation) -> Bool {
    guard var layouts = choice?.layouts else { return true }
    let head = generation.head.span
    let end = ByteSearch.first(0x0A, in: head, from: 0, to: head.count) ?? head.count
    var fields = LineFields(wantedCount: parsePlan.catalog.wantedNames.count)
    var times = TimestampParser(zone: plan.zone, referenceTime: 0)
    return layouts.parse(head, from: 0, to: end, into: &fields, times: &times) != nil
  }

  private func noteTimes(_ batch: RecordBatch) {
    guard batch.firstTime != EventTime.none else { return }
    if ledgers[generation].firstTime == EventTime.none {
      ledgers[generation].firstTime = batch.firstTime
      if generation > 0, stream.generations[generation].rotationMayLose { noteSeam(before: batch) }
    }
    if lastTime != EventTime.none, batch.firstTime < lastTime {
      ledgers[generation].counts.noteStepBack(lastTime - batch.firstTime)
    }
    lastTime = batch.lastTime
    ledgers[generation].lastTime = batch.lastTime
  }

  /// A rotation by copytruncate loses what is written between its copy and its truncation; no reader can see it.
  private func noteSeam(before batch: RecordBatch) {
    let gap = lastTime == EventTime.none ? -1 : max(0, batch.firstTime - lastTime)
    let before = stream.generations[generation - 1].display
    let inside = batch.orphans.isEmpty ? "" : "; it begins inside a record"
    let times =
      lastTime == EventTime.none
      ? "" : ", between \(EventTime.timeOfDay(lastTime)) and \(EventTime.timeOfDay(batch.firstTime))"
    ledgers[generation].notes.append(
      LedgerNote(
        .possibleLoss,
        "if \(before) was rotated with copytruncate, lines may be missing before this file's first\(times)\(inside)",
        span: gap))
  }
}
