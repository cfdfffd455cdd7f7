internal import LogSource
internal import TraceCore

/// One stream that is followed: its generations one after another, in blocks of whole lines.
///
/// Used by one thread. It waits for nothing: what is not there yet is `paused`.
final class FollowLane {
  /// Index of the stream.
  let index: Int
  let name: String
  let follower: StreamFollower
  let plan: RunPlan
  private var parsePlan: ParsePlan
  let chooser: LayoutChooser
  var current: Opened?
  /// The generation behind it, whose first line is waited for.
  var upcoming: OpeningGeneration?
  /// What the last generation has left for the next.
  var carried = GenerationSeam.Carried()
  var generations = 0
  private var rotations = 0
  /// The last time without a zone.
  private var previousTime = EventTime.none
  /// When a whole line was read last, in nanoseconds of the clock that `look` is given.
  private(set) var lastRead: Int64
  /// Lines that are not to be read, and what is to be said of those that were met.
  var passedOver: PassedOver?
  private var notes: [LedgerNote] = []
  func takeNotes() -> [LedgerNote] {
    defer { notes.removeAll() }
    return notes
  }
  /// What is there is all there will be: what stands behind the last newline is a line.
  var isEnding = false

  /// The generation that was ended last, where none is open.
  var last: OpeningGeneration?
  /// The first generation goes on with the one that an earlier run has begun.
  var resumes = false

  /// A generation with what reads it.
  struct Opened {
    var source: OpeningGeneration
    var reader: GenerationReader
    /// Taken out while it is used.
    var parser: BlockParser?
    /// Its last line was settled.
    var isSettled = false
  }

  init(
    index: Int, name: String, follower: StreamFollower, plan: RunPlan, parsePlan: ParsePlan, detector: LayoutDetector,
    now: Int64
  ) {
    self.index = index
    self.name = name
    self.follower = follower
    self.plan = plan
    self.parsePlan = parsePlan
    chooser = LayoutChooser(plan: plan, parsePlan: parsePlan, detector: detector)
    lastRead = now
  }

  /// What the stream is called among those that are followed. Before the first look.
  var instance: String {
    get { chooser.instance }
    set { chooser.instance = newValue }
  }

  var choice: LayoutDetector.Choice? { chooser.choice }
  /// Before the first look.
  var idSeed: UInt64 {
    get { parsePlan.idSeed }
    set { parsePlan.idSeed = newValue }
  }
  /// Its next lines are there, in a file that is not begun yet: a rotation is no silence.
  func isLeaving(_ now: Int64) -> Bool { follower.isLeaving(now) }

  /// Whether nothing more can ever come (a pipe that has ended).
  var isFinished: Bool { current == nil && upcoming == nil && follower.isFinished }

  /// What came of a look.
  enum Look {
    case begun(FollowedGeneration)
    /// One that an earlier run has begun goes on.
    case resumed
    case block(ParsedBlock)
    /// A generation has ended: its ledger can be settled.
    case ended(GenerationReader)
    case paused
  }

  /// Looks for the next lines; `now` in nanoseconds of a clock that runs forward.
  ///
  /// - Parameter parsed: is filled, if lines are there.
  func look(_ now: Int64, into parsed: ParsedBlock) throws(RunError) -> Look {
    do throws(SourceError) {
      guard current != nil else { return try begin() }
      parsed.removeAll()
      switch try current?.reader.fill(parsed) ?? .ended {
      case .filled:
        lastRead = now
        return .block(parse(parsed))
      case .paused: return isEnding ? endNow(parsed) : .paused
      case .ended: return try end(parsed)
      }
    } catch {
      throw RunError.source(error)
    }
  }

  /// Gives back what is only needed while lines come.
  func rest() {
    current?.parser = nil
    current?.source.generation.rest()
  }

  func parser(_ reader: GenerationReader) -> BlockParser {
    BlockParser(plan: parsePlan, layouts: reader.layouts, zone: plan.zone, referenceTime: reader.referenceTime)
  }

  private func parse(_ parsed: ParsedBlock) -> ParsedBlock {
    guard let reader = current?.reader else { return parsed }
    if let passedOver, !passedOver.isEmpty { notes += passedOver.apply(to: parsed.block) }
    parsed.generation = reader.generation
    parsed.layouts = reader.layoutNames
    parsed.wrapping = reader.wrapping
    if plan.rules != nil { parsed.layoutSet = reader.layouts }
    if var parser = current?.parser ?? current.map({ self.parser($0.reader) }) {
      current?.parser = nil
      parsed.parse(with: &parser, timeBefore: previousTime)
      current?.parser = parser
    }
    if parsed.previousTime != EventTime.none { previousTime = parsed.previousTime }
    return parsed
  }

  /// The generation has ended; whether its last line goes on in the next one shows when that has begun.
  private func end(_ parsed: ParsedBlock) throws(SourceError) -> Look {
    guard let opened = current else { return .paused }
    if !opened.isSettled {
      var seam = GenerationSeam()
      if opened.reader.hasRest && !follower.isFinished {
        switch try lookAhead() {
        case .paused: return .paused
        case .ended: seam = .all
        case .line:
          if let upcoming, upcoming.generation.continuesLine {
            seam = GenerationSeam(behind: opened.reader.wrappers, head: upcoming.front.bytes, chooser: chooser)
            if upcoming.generation.openingNotes.contains(where: \.isGap) { seam.passesParts = false }
          }
        }
      }
      current?.isSettled = true
      let isLine = opened.reader.finish(parsed, seam: seam)
      if isLine { return .block(parse(parsed)) }
    }
    carried = opened.reader.carried
    last = opened.source
    current = nil
    return .ended(opened.reader)
  }

  /// The input ends here, in the middle of a generation: as at the end of a batch run.
  private func endNow(_ parsed: ParsedBlock) -> Look {
    guard let opened = current else { return .paused }
    if !opened.isSettled {
      current?.isSettled = true
      if opened.reader.finish(parsed, seam: GenerationSeam()) {
        return .block(parse(parsed))
      }
    }
    carried = opened.reader.carried
    last = opened.source
    current = nil
    return .ended(opened.reader)
  }

  /// Numbers the things that happen to the stream's files.
  func countRotation() -> Int {
    rotations += 1
    return rotations
  }

  /// Whether a generation was opened.
  var hasBegun: Bool { generations > 0 }

  /// The generation that is read now, for the ledger at the end.
  var openReader: GenerationReader? { current?.reader }

  /// Where reading could begin again so that nothing is missing and nothing double behind the lines that were given; nil in
  /// the middle of a line that goes over a boundary.
  private var position: FollowPosition? {
    guard carried.isEmpty else { return nil }
    guard let source = current?.source ?? last else { return resumes ? follower.startPosition : nil }
    if let reader = current?.reader, !reader.isBetweenLines { return nil }
    let consumed = source.count - Int64(current?.reader.restCount ?? 0)
    guard consumed >= 0 else { return nil }
    return follower.position(consumed: source.generation.startOffset + consumed, of: source.generation)
  }

  /// Where it stands. `notYet` in the middle of a line over `--max-line`, or of one that goes over a boundary.
  func code(_ coder: inout StateCoder) throws(StateError) {
    var hasBegun = generations > 0
    try coder.code(&hasBegun)
    try coder.code(&generations)
    try coder.code(&rotations)
    try coder.code(time: &previousTime)
    if coder.isLoading { resumes = hasBegun }
  }

  /// The name and the place where reading goes on, for the head of a checkpoint; nil for a stream that has not begun.
  func place() throws(StateError) -> FollowPosition? {
    guard generations > 0 else {
      // A file without a line yet is one that is followed, whatever it will be called; so is one that never had one, if
      // nothing came behind it or the next goes on with its line.
      let source = carried.rest == nil ? upcoming ?? last : last
      return source.map { follower.position(consumed: $0.generation.startOffset, of: $0.generation) }
        ?? follower.startPosition
    }
    guard let position else { throw .notYet("the line that is being read has ended") }
    return position
  }

  static func joined(_ first: Block?, _ second: Span<UInt8>) -> Block {
    let block = Block(capacity: max(1, (first?.count ?? 0) + second.count))
    if let first { block.append(copying: first.bytes) }
    block.append(copying: second)
    return block
  }
}
