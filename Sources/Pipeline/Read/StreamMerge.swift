internal import LogSource
internal import TraceCore

/// Merges the streams by event time: passes the records of parsed blocks on to a stage, the oldest first.
///
/// Used by one thread at a time. It waits for nothing: `BlockScheduler` gives it the next block of each stream.
final class StreamMerge {
  let stage: any RecordStage
  private(set) var ledgers: [StreamLedger]
  private var heads: [Head]
  /// Streams with a block, by their next record.
  private var queue = StreamQueue()
  /// Streams whose block has lines in front of its first record, to be passed on.
  private var fronts: [Int] = []
  /// Streams that have not ended.
  private var open: Int
  /// Sees every block before the merge stage does, in order.
  private let observer: ((ParsedBlock) -> Void)?
  /// Fields asked for by name that were seen (bit = slot, of the first 64).
  private(set) var seenWanted: UInt64 = 0

  /// Where a stream stands.
  private struct Head {
    var parsed: ParsedBlock?
    /// The lines before the block's first record have yet to be passed on.
    var hasFront = false
    var isAtEnd = false
    /// It had records, and none with a time yet.
    var isWithoutTimes = false
    /// As far as one can see it has no times at all: as long as none comes, it comes after all others.
    var isLast = false
    /// Time of the last record passed on.
    var lastTime = EventTime.none

    /// Where the next record stands in the merge. One without a time follows the one before it at once; what stands before the
    /// first time of a stream, a banner, comes before everything else.
    var time: Int64 {
      if isLast { return .max }
      guard let parsed, parsed.consumed < parsed.batch.records.count else { return lastTime }
      let time = parsed.batch.records[parsed.consumed].time
      return time != EventTime.none ? time : lastTime
    }
  }

  init(stage: any RecordStage, ledgers: [StreamLedger], observer: ((ParsedBlock) -> Void)?) {
    self.stage = stage
    self.ledgers = ledgers
    self.observer = observer
    heads = Array(repeating: Head(), count: ledgers.count)
    open = ledgers.count
  }

  /// Adds a stream behind the others.
  func add(_ ledger: StreamLedger) {
    ledgers.append(ledger)
    heads.append(Head())
    open += 1
  }

  /// The ledgers of all sources in the order of their numbers.
  var sources: [SourceLedger] { ledgers.flatMap(\.numbered).sorted { $0.number < $1.number }.map(\.ledger) }

  /// Whether nothing can go on before the stream's next block is there.
  func needsBlock(_ stream: Int) -> Bool { heads[stream].parsed == nil && !heads[stream].isAtEnd }

  /// Whether there is something to be passed on.
  var hasBlocks: Bool { !queue.isEmpty }

  var isAtEnd: Bool { open == 0 && queue.isEmpty }

  /// Takes a stream's next block.
  ///
  /// - Parameter isTimeless: the beginnings of its generations have no times.
  func give(_ parsed: ParsedBlock, to stream: Int, isTimeless: Bool) {
    let before = ledgers[stream].lastTime
    ledgers[stream].take(parsed)
    if ledgers[stream].takeGap() { stage.noteGap(at: before) }
    heads[stream].parsed = parsed
    heads[stream].hasFront = !parsed.batch.orphans.isEmpty || parsed.batch.records.isEmpty
    heads[stream].isLast = isTimeless && ledgers[stream].lastTime == EventTime.none
    let isWithoutTimes = ledgers[stream].lastTime == EventTime.none && !parsed.batch.records.isEmpty
    if isWithoutTimes != heads[stream].isWithoutTimes {
      heads[stream].isWithoutTimes = isWithoutTimes
      stage.note(stream: ledgers[stream].name, isWithoutTimes: isWithoutTimes)
    }
    if heads[stream].hasFront { fronts.append(stream) }
    queue.push(heads[stream].time, stream)
  }

  /// A generation of a followed stream begins.
  func begin(_ generation: FollowedGeneration, of index: Int, stream: String) {
    ledgers[index].append(
      path: generation.display, stream: stream, compression: generation.compression, notes: generation.openingNotes,
      rotationMayLose: generation.rotationMayLose)
  }

  /// Something about a followed stream's newest generation.
  func note(_ note: LedgerNote, of index: Int) {
    ledgers[index].note(note)
    if ledgers[index].takeGap() { stage.noteGap(at: ledgers[index].lastTime) }
  }

  /// A generation of the stream has ended.
  func end(_ reader: GenerationReader, of stream: Int) {
    ledgers[stream].end(reader)
    if ledgers[stream].takeGap() { stage.noteGap(at: ledgers[stream].lastTime) }
  }

  /// The stream has ended.
  func end(_ stream: Int) {
    if !heads[stream].isAtEnd { open -= 1 }
    heads[stream].isAtEnd = true
  }

  /// Passes on the records of the stream whose next record is the oldest (of equals the first named) up to where another
  /// stream's are older. Returns the block if it is used up and can be filled again.
  func step() -> (stream: Int, block: ParsedBlock?)? {
    passFronts()
    guard let index = queue.popFirst()?.stream, let parsed = heads[index].parsed else { return nil }
    if parsed.consumed == 0 {
      observer?(parsed)
      seenWanted |= parsed.batch.seenWanted
    }
    let start = parsed.consumed
    let end = self.end(of: parsed, from: start, index)
    parsed.text.enter(path: parsed.path, line: parsed.lineNumber(0))
    defer { CurrentPlace.leave() }
    stage.noteUnread(parsed, start..<end, after: heads[index].lastTime)
    stage.accept(parsed, start..<end)
    if let stop = stage.stoppedAt {
      parsed.consumed = min(max(stop, start), end)
      queue.push(heads[index].time, index)
      return nil
    }
    parsed.consumed = end
    heads[index].lastTime = parsed.batch.lastTime(of: start..<end) ?? heads[index].lastTime
    guard end >= parsed.batch.records.count else {
      queue.push(heads[index].time, index)
      return nil
    }
    ledgers[index].end(parsed)
    heads[index].parsed = nil
    return (index, stage.isHolding ? nil : parsed)
  }

  /// Accounts for what was taken of blocks that are not used up, where nothing more is taken.
  func settlePartly() {
    queue.removeAll()
    for index in heads.indices {
      guard let parsed = heads[index].parsed else { continue }
      heads[index].parsed = nil
      ledgers[index].endPartly(parsed, before: parsed.consumed, isFrontTaken: !heads[index].hasFront)
    }
  }

  /// Lines that go on with a stream's last record come behind it at once, wherever its block ended.
  private func passFronts() {
    for index in fronts.sorted() {
      heads[index].hasFront = false
      guard let parsed = heads[index].parsed else { continue }
      parsed.timeBefore = heads[index].lastTime
      parsed.text.enter(path: parsed.path, line: parsed.lineNumber(0))
      ledgers[index].countFront(parsed)
      stage.acceptFront(parsed)
      CurrentPlace.leave()
    }
    fronts.removeAll(keepingCapacity: true)
  }

  /// Up to where the block's records are older than the next ones of other streams; at least one.
  private func end(of parsed: ParsedBlock, from start: Int, _ index: Int) -> Int {
    let count = parsed.batch.records.count
    guard let next = queue.first, next.time < .max else { return count }
    var end = start
    while end < count {
      let time = parsed.batch.records[end].time
      guard time == EventTime.none || (time, index) <= (next.time, next.stream) else { break }
      end += 1
    }
    return max(end, min(start + 1, count))
  }
}

extension RecordBatch {
  /// The time of the last of some records that has one.
  fileprivate func lastTime(of range: Range<Int>) -> Int64? {
    var index = range.upperBound
    while index > range.lowerBound {
      index -= 1
      if records[index].time != EventTime.none { return records[index].time }
    }
    return nil
  }
}

// MARK: State

extension StreamMerge {
  /// Where each stream stands. Between blocks: one that is not used up has to be given again after loading.
  func code(_ coder: inout StateCoder) throws(StateError) {
    try coder.section("streams")
    try coder.check(heads.count, "streams")
    for index in heads.indices {
      try coder.code(&ledgers[index])
      try coder.code(time: &heads[index].lastTime)
      try coder.code(&heads[index].isAtEnd)
      try coder.code(&heads[index].isWithoutTimes)
      try coder.code(&heads[index].isLast)
    }
    open = heads.count { !$0.isAtEnd }
    try coder.code(&seenWanted)
  }
}
