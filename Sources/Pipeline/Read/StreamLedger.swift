internal import LogSource
internal import TraceCore

/// Keeps the ledger of one stream's generations, block by block in their order: line numbers, first and last times, seams.
struct StreamLedger {
  /// Index of the stream.
  let index: Int
  private let registry: SourceRegistry
  /// Of each generation its number among all sources, and what was merged of it.
  private var numbers: [Int] = []
  private var sources: [SourceLedger] = []
  /// Of each generation, whether lines may have been lost in front of it.
  private var rotationMayLose: [Bool] = []
  private var generation = -1
  private var nextLine = 1
  /// Last event time given, for the seams.
  private(set) var lastTime = EventTime.none
  /// The same before the block at hand; with that block it is taken back where the run stops in it.
  private var timeBefore = EventTime.none
  /// By how much the first time of the block at hand is before the last one of the block before; 0 where it is not.
  private var stepBack: Int64 = 0
  /// Proven gaps that nobody has asked for yet.
  private var hasNewGap = false
  /// Notes of a stream that has no generation yet.
  private var early: [LedgerNote] = []
  /// The source whose last possible loss was told when it was seen, and whose span shows when lines come again; or -1.
  private var openSeam = -1
  private var front = StreamFront()
  private var unread = UnreadStretches()

  init(index: Int, registry: SourceRegistry) {
    self.index = index
    self.registry = registry
  }

  /// The ledger of a stream all of whose generations are known.
  init(stream: LogStream, index: Int, registry: SourceRegistry) {
    self.init(index: index, registry: registry)
    for generation in stream.generations {
      append(
        path: generation.display, stream: stream.name, compression: generation.compression, notes: generation.notes,
        rotationMayLose: generation.rotationMayLose)
    }
  }

  /// Adds the next generation.
  mutating func append(
    path: String, stream: String, compression: Compression, notes: [LedgerNote], rotationMayLose: Bool
  ) {
    var ledger = SourceLedger(path: path, stream: stream, compression: compression.rawValue)
    ledger.notes = early + notes
    early = []
    numbers.append(registry.add(path))
    sources.append(ledger)
    self.rotationMayLose.append(rotationMayLose)
  }

  /// The stream's name.
  var name: String { sources.last?.stream ?? "" }

  /// The ledgers with their numbers among all sources.
  var numbered: [(number: Int, ledger: SourceLedger)] { zip(numbers, sources).map { ($0, $1) } }

  /// Adds what is known of the newest generation only later.
  mutating func note(_ note: LedgerNote) {
    if sources.isEmpty { early.append(note) } else { sources[sources.count - 1].notes.append(note) }
    if note.isGap { hasNewGap = true }
    if note.kind == .possibleLoss { openSeam = max(0, sources.count - 1) }
  }

  /// Whether something was proven to be missing behind `lastTime` since it was asked last.
  mutating func takeGap() -> Bool {
    defer { hasNewGap = false }
    return hasNewGap
  }

  /// Takes the next block in order and tells it where it stands.
  mutating func take(_ parsed: ParsedBlock) {
    enter(parsed.generation)
    parsed.stream = index
    parsed.source = numbers[generation]
    parsed.path = sources[generation].path
    parsed.firstLine = nextLine
    nextLine += parsed.fileLines
    noteTimes(parsed.batch)
    noteLayouts(parsed)
    front.resolve(parsed)
    unread.take(parsed)
  }

  private mutating func noteLayouts(_ parsed: ParsedBlock) {
    for use in parsed.batch.layouts {
      let name = parsed.layouts[Int(use.layout)]
      if let known = sources[generation].layouts.firstIndex(where: { $0.name == name }) {
        sources[generation].layouts[known].records += Int64(use.records)
      } else {
        sources[generation].layouts.append(
          LayoutUse(
            name: name, records: Int64(use.records), firstLine: Int64(parsed.lineNumber(Int(use.line)))))
      }
    }
  }

  /// Settles a generation that has ended.
  mutating func end(_ reader: GenerationReader) {
    enter(reader.generation)
    let known = sources[generation].notes.count
    reader.settle(&sources[generation])
    if sources[generation].notes[known...].contains(where: \.isGap) { hasNewGap = true }
    if let note = unread.end() { sources[generation].notes.append(note) }
  }

  /// Adds the counts of the block at hand, all of whose records were taken.
  mutating func end(_ parsed: ParsedBlock) {
    guard sources.indices.contains(generation) else { return }
    if !parsed.batch.counts.isEmpty { sources[generation].counts.add(parsed.batch.counts) }
    countStepBack()
  }

  /// Adds the counts of the lines in front of the block at hand, which are passed on.
  mutating func countFront(_ parsed: ParsedBlock) {
    if !parsed.front.isEmpty { sources[generation].counts.add(parsed.frontCounts) }
  }

  private mutating func countStepBack() {
    if stepBack > 0 { sources[generation].counts.noteStepBack(stepBack) }
    stepBack = 0
  }

  /// Of a block only the records before `record` were taken, and the lines before its first if `isFrontTaken`: the counts,
  /// times and layouts of the others are not the generation's.
  mutating func endPartly(_ parsed: ParsedBlock, before record: Int, isFrontTaken: Bool) {
    guard sources.indices.contains(generation) else { return }
    sources[generation].counts.add(parsed.counts(before: record, isFrontTaken: isFrontTaken))
    for untaken in parsed.batch.records.dropFirst(record) {
      let name = parsed.layouts[Int(untaken.layout)]
      guard let known = sources[generation].layouts.firstIndex(where: { $0.name == name }) else { continue }
      sources[generation].layouts[known].records -= 1
    }
    sources[generation].layouts.removeAll { $0.records <= 0 }
    var (first, last) = (EventTime.none, EventTime.none)
    for index in 0..<min(record, parsed.batch.records.count) where parsed.batch.records[index].time != EventTime.none {
      if first == EventTime.none { first = parsed.batch.records[index].time }
      last = parsed.batch.records[index].time
    }
    if first != EventTime.none { countStepBack() }
    // What the block's own times were was noted when it came.
    if sources[generation].firstTime == parsed.batch.firstTime { sources[generation].firstTime = first }
    sources[generation].lastTime = last != EventTime.none ? last : timeBefore
    if sources[generation].firstTime == EventTime.none { sources[generation].lastTime = EventTime.none }
  }

  private mutating func enter(_ next: Int) {
    guard next > generation else { return }
    generation = next
    nextLine = 1
    if sources[generation].notes.contains(where: \.isGap) { hasNewGap = true }
  }

  private mutating func noteTimes(_ batch: RecordBatch) {
    timeBefore = lastTime
    stepBack = 0
    guard batch.firstTime != EventTime.none else { return }
    if sources[generation].firstTime == EventTime.none {
      sources[generation].firstTime = batch.firstTime
      if generation > 0, rotationMayLose[generation] { noteSeam(before: batch) }
    }
    if lastTime != EventTime.none, batch.firstTime < lastTime {
      stepBack = lastTime.less(batch.firstTime)
    }
    lastTime = batch.lastTime
    sources[generation].lastTime = batch.lastTime
  }

  /// A rotation by copytruncate loses what is written between its copy and its truncation; no reader can see it.
  private mutating func noteSeam(before batch: RecordBatch) {
    let gap = lastTime == EventTime.none ? -1 : max(0, batch.firstTime - lastTime)
    let before = sources[generation - 1].path
    let inside = batch.orphans.isEmpty ? "" : "; it begins inside a record"
    let times =
      lastTime == EventTime.none
      ? "" : ", between \(EventTime.timeOfDay(lastTime)) and \(EventTime.timeOfDay(batch.firstTime))"
    if sources.indices.contains(openSeam),
      let told = sources[openSeam].notes.lastIndex(where: { $0.kind == .possibleLoss })
    {
      sources[openSeam].notes[told].text += times + inside
      sources[openSeam].notes[told].span = gap
      openSeam = -1
      return
    }
    sources[generation].notes.append(
      LedgerNote(
        .possibleLoss,
        "if \(before) was rotated with copytruncate, lines may be missing before this file's first\(times)\(inside)",
        span: gap))
  }
}

// MARK: State

extension StreamLedger: StateCodable {
  mutating func code(_ coder: inout StateCoder) throws(StateError) {
    try coder.code(&numbers, empty: 0) { number, coder throws(StateError) in try coder.code(&number) }
    try coder.code(&sources, empty: .empty)
    try coder.code(&early, empty: .empty)
    try coder.code(&openSeam)
    try coder.code(&rotationMayLose, empty: false) { mayLose, coder throws(StateError) in try coder.code(&mayLose) }
    try coder.code(&generation)
    try coder.code(&nextLine)
    try coder.code(&front)
    try coder.code(&unread)
    try coder.code(time: &lastTime)
    guard generation >= -1, generation < sources.count, numbers.count == sources.count,
      rotationMayLose.count == sources.count
    else { throw .invalid("number of a generation") }
  }
}
