internal import LogSource
internal import Platform
internal import TraceCore

/// Decides what each thread of a run does next: merge what is ready, else fill and parse a block, else wait.
///
/// Blocks of a stream are filled in order (by one thread at a time), parsed side by side, and merged in order (by one
/// thread at a time), so that the number of threads cannot change what comes out. Generations that have to be inflated are
/// read before their turn, several at once. Blocks in flight are bounded by `allowance` and `allowanceAhead`. With one
/// thread the same jobs are done one after another.
final class BlockScheduler: @unchecked Sendable {
  /// What is known of one stream. Guarded by `monitor`, but for what a job has taken for itself.
  private final class Lane {
    let reader: StreamReader
    /// Some thread opens the next generation.
    var isOpening = false
    /// Generations opened and not merged to their end, oldest first.
    var readings: [Reading] = []
    /// Why no more generations can be opened.
    var failure: RunError?
    /// What the generation that was read last has left for the next.
    var carried = GenerationSeam.Carried()
    /// The last time without a zone in what was merged.
    var previousTime = EventTime.none

    init(_ reader: StreamReader) { self.reader = reader }

    /// There is nothing more to open or to fill.
    var isOver: Bool {
      failure != nil
        || (reader.isFinished && !isOpening
          && readings.allSatisfy { ($0.isAtEnd || $0.failure != nil) && !$0.isFilling })
    }
  }

  /// One generation being read.
  private final class Reading {
    let reader: GenerationReader
    /// Some thread fills its next block.
    var isFilling = false
    var isAtEnd = false
    var failure: RunError?
    /// Blocks filled and not merged, in order.
    var blocks: [ParsedBlock] = []
    /// Blocks that were filled and not parsed yet, and the lines of those that were.
    var unparsed = 0
    var lines = 0

    init(_ reader: GenerationReader) { self.reader = reader }
  }

  private enum Job {
    case open(Lane)
    case fill(Reading, Lane, index: Int)
  }

  private enum Next {
    case block(ParsedBlock, GenerationReader)
    case endOfGeneration(GenerationReader)
    case endOfStream
    case failed(RunError)
    case notYet
  }

  private let plan: RunPlan
  private let parsePlan: ParsePlan
  private let threads: Int
  /// Blocks of a stream's oldest generation in flight at most, and of each generation read ahead.
  private let allowance: Int
  private let allowanceAhead: Int
  /// Generations of a stream opened and not merged to their end, at most.
  private let mostReadings: Int

  private let monitor = Monitor()
  private let lanes: [Lane]
  private let merge: StreamMerge
  private var isMerging = false
  private var isOver = false
  /// The stage needed no more before the input ended.
  private(set) var isStopped = false
  private var failure: RunError?
  private var spare: [ParsedBlock] = []
  private var filled = 0
  /// Streams whose next block the merge needs; the first `ready` of them have it.
  private var needed: [Int]
  private var ready = 0
  /// Streams that may have something to open or to fill, and the one that is looked at next.
  private var candidates: [Int]
  private var cursor = 0

  init(plan: RunPlan, parsePlan: ParsePlan, readers: [StreamReader], merge: StreamMerge) {
    self.plan = plan
    self.parsePlan = parsePlan
    self.merge = merge
    threads = max(plan.threads, 1)
    lanes = readers.map(Lane.init)
    needed = Array(readers.indices)
    candidates = needed
    allowance = max(2, (2 * threads + 8) / max(readers.count, 1))
    mostReadings = min(threads, 4)
    allowanceAhead = threads > 1 ? max(2, 16 / max(readers.count, 1)) : 0
  }

  /// Reads, parses and merges everything. The calling thread works too; others join it once there is more than one block.
  func run() throws(RunError) {
    Program.returnLargeBlocks()
    monitor.lock()
    // A single block is no work for two.
    var others: [WorkerThread]?
    var worker = Worker(mergesFirst: true)
    while !isOver {
      if filled > 1 && others == nil { others = startOthers() }
      workOnce(&worker)
    }
    monitor.signal()
    monitor.unlock()
    if failure != nil || isStopped {
      // Neither waits for a thread that reads from a quiet pipe.
      for thread in others ?? [] { thread.leave() }
    }
    if let failure { throw failure }
    if isStopped { return }
    for thread in others ?? [] { thread.join() }
  }

  private func startOthers() -> [WorkerThread] {
    (1..<threads).compactMap { _ in
      WorkerThread {
        var worker = Worker(mergesFirst: false)
        self.monitor.lock()
        while !self.isOver { self.workOnce(&worker) }
        self.monitor.unlock()
      }
    }
  }

  /// Does the most urgent job, or waits for one. The caller holds the lock.
  ///
  /// Merging is for the first thread as long as the others have something to read, so that what has grown over the whole
  /// input stays in one processor's cache.
  private func workOnce(_ worker: inout Worker) {
    if worker.mergesFirst && mergeIfReady() { return }
    if let job = nextJob() {
      switch job {
      case .open(let lane): open(lane)
      case .fill(let reading, let lane, let index): fill(reading, lane, index, &worker)
      }
      monitor.signal()
    } else if worker.mergesFirst || !mergeIfReady() {
      monitor.wait()
    }
  }

  private func mergeIfReady() -> Bool {
    guard !isMerging, canMerge else { return false }
    isMerging = true
    mergeWhatIsReady()
    isMerging = false
    monitor.signal()
    return true
  }

  // MARK: Merging

  private var canMerge: Bool {
    while ready < needed.count {
      guard hasNext(lanes[needed[ready]]) else { return false }
      ready += 1
    }
    return true
  }

  private func hasNext(_ lane: Lane) -> Bool {
    guard let first = lane.readings.first else {
      return !lane.isOpening && (lane.failure != nil || lane.reader.isFinished)
    }
    if let block = first.blocks.first { return block.isParsed }
    return !first.isFilling && (first.isAtEnd || first.failure != nil)
  }

  private func takeNext(_ lane: Lane) -> Next {
    guard hasNext(lane) else { return .notYet }
    guard let first = lane.readings.first else {
      return lane.failure.map(Next.failed) ?? .endOfStream
    }
    if !first.blocks.isEmpty { return .block(first.blocks.removeFirst(), first.reader) }
    if let failure = first.failure { return .failed(failure) }
    lane.readings.removeFirst()
    return .endOfGeneration(first.reader)
  }

  /// Merges until a stream's next block is not there yet. Holds the lock but while records are merged.
  private func mergeWhatIsReady() {
    while true {
      ready = 0
      while let index = needed.last {
        let lane = lanes[index]
        while merge.needsBlock(index) {
          switch takeNext(lane) {
          case .block(let parsed, let reader):
            goOn(lane, with: parsed, of: reader)
            merge.give(parsed, to: index, isTimeless: lane.reader.isTimeless)
          case .endOfGeneration(let reader): merge.end(reader, of: index)
          case .endOfStream: merge.end(index)
          case .failed(let error):
            failure = error
            isOver = true
            return
          case .notYet: return
          }
        }
        needed.removeLast()
      }
      if merge.isAtEnd {
        isOver = true
        return
      }
      monitor.unlock()
      let used = merge.step()
      monitor.lock()
      if let used, merge.needsBlock(used.stream) { needed.append(used.stream) }
      if merge.stage.isDone {
        merge.settlePartly()
        isStopped = true
        isOver = true
        return
      }
      if let block = used?.block { keep(block) }
      if used != nil { monitor.signal() }
    }
  }

  /// Takes a block back to be filled again. One that has grown for very long lines is let go, and of thousands, one for
  /// each file that was read, most are.
  private func keep(_ block: ParsedBlock) {
    guard spare.count < Worker.mostParsers else { return }
    if block.block.capacity <= max(BlockScheduler.mostKept, plan.blockSize) { spare.append(block) }
  }

  /// Bytes of a block that is kept for the next lines, at most.
  private static let mostKept = 16 << 20

  /// Parses a block again whose times depend on what came before it: those of an hour that the zone's clocks repeat. Rare, so
  /// it need not be fast.
  private func goOn(_ lane: Lane, with parsed: ParsedBlock, of reader: GenerationReader) {
    if parsed.dependsOnTimeBefore {
      var parser = BlockParser(
        plan: parsePlan, layouts: reader.layouts, zone: plan.zone, referenceTime: reader.referenceTime)
      parsed.batch.removeAll()
      parsed.parse(with: &parser, timeBefore: lane.previousTime)
    }
    if parsed.previousTime != EventTime.none { lane.previousTime = parsed.previousTime }
  }

  // MARK: Reading

  /// Streams that are looked at for the next job, at most: of thousands not all, each time.
  private static let mostLooks = 64

  /// The stream with the fewest blocks in flight comes first, and in it the oldest generation that can go on.
  private func nextJob() -> Job? {
    var best: (job: Job, load: Int)?
    // What the merge waits for.
    for index in needed[min(ready, needed.count)...].prefix(BlockScheduler.mostLooks) {
      guard let (job, load) = nextJob(of: lanes[index], index) else { continue }
      if load < best?.load ?? .max { best = (job, load) }
    }
    var looks = 0
    while looks < min(candidates.count, BlockScheduler.mostLooks), best?.load != 0 {
      if cursor >= candidates.count { cursor = 0 }
      let index = candidates[cursor]
      if lanes[index].isOver {
        candidates.swapAt(cursor, candidates.count - 1)
        candidates.removeLast()
        continue
      }
      if let (job, load) = nextJob(of: lanes[index], index), load < best?.load ?? .max { best = (job, load) }
      cursor += 1
      looks += 1
    }
    if case .fill(let reading, _, _) = best?.job { reading.isFilling = true }
    if case .open(let lane) = best?.job { lane.isOpening = true }
    return best?.job
  }

  private func nextJob(of lane: Lane, _ index: Int) -> (Job, load: Int)? {
    var load = 0
    for (place, reading) in lane.readings.enumerated() {
      let most = place == 0 ? allowance : allowanceAhead
      if !reading.isFilling, !reading.isAtEnd, reading.failure == nil, reading.blocks.count < most {
        return (.fill(reading, lane, index: index), load + reading.blocks.count)
      }
      load += reading.blocks.count
    }
    guard !lane.isOpening, lane.failure == nil, !lane.reader.isFinished else { return nil }
    if let last = lane.readings.last {
      let isAllowed = last.isAtEnd || (last.reader.isCompressed && !last.reader.seam.isAwaited)
      guard isAllowed, lane.readings.count < mostReadings else { return nil }
    }
    return (.open(lane), load)
  }

  private func open(_ lane: Lane) {
    let carried = lane.carried
    lane.carried = .init()
    monitor.unlock()
    var opened: Reading?
    var failure: RunError?
    do throws(RunError) {
      opened = Reading(try lane.reader.openNext(carried))
    } catch {
      failure = error
    }
    monitor.lock()
    lane.isOpening = false
    lane.failure = failure
    if let opened { lane.readings.append(opened) }
  }

  /// Fills the next block of a generation and parses it; other threads go on with the generation in the meantime.
  private func fill(_ reading: Reading, _ lane: Lane, _ index: Int, _ worker: inout Worker) {
    let parsed = spare.popLast() ?? ParsedBlock(capacity: plan.blockSize)
    let linesBefore = reading.unparsed == 0 ? reading.lines : -1
    monitor.unlock()
    parsed.removeAll()
    parsed.lineBefore = linesBefore
    parsed.generation = reading.reader.generation
    parsed.layouts = reading.reader.layoutNames
    parsed.wrapping = reading.reader.wrapping
    // Copying it counts references: only for those who read single lines again.
    if plan.rules != nil || plan.recordFilter != nil { parsed.layoutSet = reading.reader.layouts }
    var isFilled = false
    var failure: RunError?
    do throws(SourceError) {
      isFilled = try reading.reader.fill(parsed) == .filled
    } catch {
      failure = .source(error)
    }
    monitor.lock()
    reading.isFilling = false
    reading.failure = failure
    guard isFilled else {
      reading.isAtEnd = failure == nil
      if !reading.reader.carried.isEmpty { lane.carried = reading.reader.carried }
      keep(parsed)
      return
    }
    // Of thousands of files each has a block that waits for its turn in time.
    if lanes.count > Worker.mostParsers { parsed.block.trim() }
    filled += 1
    reading.unparsed += 1
    reading.blocks.append(parsed)
    monitor.signal()
    monitor.unlock()
    worker.withParser(of: reading.reader, lane: index, plan, parsePlan) { parsed.parse(with: &$0) }
    let lines = parsed.fileLines
    monitor.lock()
    parsed.isParsed = true
    reading.unparsed -= 1
    reading.lines += lines
  }

  /// What one thread keeps for itself: a parser for each of the last generations that it worked on, two of a stream.
  private struct Worker {
    let mergesFirst: Bool
    /// Each takes some tens of KB: of thousands of files the last ones have one.
    static let mostParsers = 64
    private var parsers: [(lane: Int, generation: Int, parser: BlockParser)] = []

    init(mergesFirst: Bool) { self.mergesFirst = mergesFirst }

    mutating func withParser(
      of reader: GenerationReader, lane: Int, _ plan: RunPlan, _ parsePlan: ParsePlan,
      _ body: (inout BlockParser) -> Void
    ) {
      if let known = parsers.firstIndex(where: { $0.lane == lane && $0.generation == reader.generation }) {
        return body(&parsers[known].parser)
      }
      let others = parsers.indices.filter { parsers[$0].lane == lane }
      if others.count > 1 { parsers.remove(at: others[0]) }
      if parsers.count >= Worker.mostParsers { parsers.removeFirst() }
      let parser = BlockParser(
        plan: parsePlan, layouts: reader.layouts, zone: plan.zone, referenceTime: reader.referenceTime)
      parsers.append((lane, reader.generation, parser))
      body(&parsers[parsers.count - 1].parser)
    }
  }
}
