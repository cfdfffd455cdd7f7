internal import LogSource
internal import TraceCore

/// Keeps the ledger of one stream's generations, block by block in their order: line numbers, first and last times, seams.
struct StreamLedger {
  private let stream: LogStream
  /// Index of the stream, and place of its first generation among all sources.
  let index: Int
  let firstSource: Int
  /// Of each generation, up to what was merged.
  private(set) var sources: [SourceLedger]
  private var generation = -1
  private var nextLine = 1
  /// Last event time given, for the seams.
  private var lastTime = EventTime.none

  init(stream: LogStream, index: Int, firstSource: Int) {
    self.stream = stream
    self.index = index
    self.firstSource = firstSource
    sources = stream.generations.map { generation in
      var ledger = SourceLedger(
        path: generation.display, stream: stream.name, compression: generation.compression.rawValue)
      ledger.notes = generation.notes
      return ledger
    }
  }

  /// Takes the next block in order and tells it where it stands.
  mutating func take(_ parsed: ParsedBlock) {
    enter(parsed.generation, layouts: parsed.layouts)
    parsed.stream = index
    parsed.source = firstSource + generation
    parsed.firstLine = nextLine
    nextLine += parsed.batch.lineCount
    noteTimes(parsed.batch)
  }

  /// Settles a generation that has ended.
  mutating func end(_ reader: GenerationReader) {
    enter(reader.generation, layouts: reader.layoutNames)
    reader.settle(&sources[generation])
  }

  /// Adds what the merge stage found out about a block of this stream.
  mutating func add(_ counts: LedgerCounts, toSource source: Int) { sources[source - firstSource].counts.add(counts) }

  private mutating func enter(_ next: Int, layouts: [String]) {
    guard next > generation else { return }
    generation = next
    nextLine = 1
    sources[generation].layouts = layouts
  }

  private mutating func noteTimes(_ batch: RecordBatch) {
    guard batch.firstTime != EventTime.none else { return }
    if sources[generation].firstTime == EventTime.none {
      sources[generation].firstTime = batch.firstTime
      if generation > 0, stream.generations[generation].rotationMayLose { noteSeam(before: batch) }
    }
    if lastTime != EventTime.none, batch.firstTime < lastTime {
      sources[generation].counts.noteStepBack(lastTime - batch.firstTime)
    }
    lastTime = batch.lastTime
    sources[generation].lastTime = batch.lastTime
  }

  /// A rotation by copytruncate loses what is written between its copy and its truncation; no reader can see it.
  private mutating func noteSeam(before batch: RecordBatch) {
    let gap = lastTime == EventTime.none ? -1 : max(0, batch.firstTime - lastTime)
    let before = stream.generations[generation - 1].display
    let inside = batch.orphans.isEmpty ? "" : "; it begins inside a record"
    let times =
      lastTime == EventTime.none
      ? "" : ", between \(EventTime.timeOfDay(lastTime)) and \(EventTime.timeOfDay(batch.firstTime))"
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
    try coder.code(&sources, empty: .empty)
    try coder.code(&generation)
    try coder.code(&nextLine)
    try coder.code(time: &lastTime)
    guard generation >= -1, generation < sources.count else { throw .invalid("number of a generation") }
  }
}
