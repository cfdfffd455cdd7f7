internal import Analysis
package import LogSource
package import RulePack
package import TraceCore

/// Follows streams and gives what is there to the stages, a step at a time. One thread; never waits.
///
/// Streams are merged by event time. One that is silent is waited for by the clock (`patience`): the order in which streams
/// were read is then an input of the result.
package final class FollowDriver {
  /// Nanoseconds without a line after which a stream holds the others up no longer.
  package static let patience: Int64 = 2 * EventTime.nanosecondsPerSecond
  /// Blocks merged in one step at most, so that who drives it can look at the clock and at keys.
  private static let blocksPerStep = 32
  /// Streams that keep what speeds up their next lines while there are none.
  private static let mostAwake = 64

  private let plan: RunPlan
  private var parsePlan: ParsePlan
  private let detector: LayoutDetector
  private let clock: () -> Int64
  private let patience: Int64
  let registry = SourceRegistry()
  let merge: StreamMerge
  let stage: MergeStage
  var lanes: [FollowLane] = []
  /// Known with the first step; streams that come later are named in the same way.
  var instanceNames: InstanceNames?
  private var spare: [ParsedBlock] = []
  private var awake: [Int] = []
  /// Asked between two blocks and two files: whether somebody wants following to end. What was not merged then is left for
  /// the next run.
  package var shouldStop: () -> Bool = { false }
  /// Lines that have ended earlier runs, each to be passed over once; before the first step.
  package func passOver(_ entries: [FaultJournal.Entry]) {
    passedOver = entries.isEmpty ? nil : PassedOver(entries)
    for lane in lanes { lane.passedOver = passedOver }
  }

  private var passedOver: PassedOver?
  /// Whether all of them were met.
  package var hasPassedOver: Bool { passedOver?.isEmpty ?? true }
  /// Receives a sentence for each of them.
  package var onSkip: ((String) -> Void)?
  /// Receives all events.
  package var onEvent: ((LiveEvent) -> Void)? {
    didSet { stage.feed?.onEvent = onEvent }
  }

  /// - Parameters:
  ///   - plan: with `live`; its input is not looked at.
  ///   - patience: 0 where what is there is all there will be.
  ///   - clock: nanoseconds of a clock that only runs forward.
  package init(
    plan: RunPlan, patience: Int64 = FollowDriver.patience, clock: @escaping () -> Int64
  ) throws(RunError) {
    self.patience = patience
    try LayoutChooser.check(plan)
    self.plan = plan
    parsePlan = plan.parsePlan()
    detector = plan.detector(parsePlan)
    self.clock = clock
    stage = plan.mergeStage(streams: [], rules: plan.ruleStage())
    merge = StreamMerge(stage: stage, ledgers: [], observer: nil)
  }

  /// Adds a stream behind the others.
  package func add(_ follower: StreamFollower, name: String) {
    let lane = FollowLane(
      index: lanes.count, name: name, follower: follower, plan: plan, parsePlan: parsePlan, detector: detector,
      now: clock())
    if let instanceNames { lane.instance = instanceNames.name(of: name) }
    lane.passedOver = passedOver
    lanes.append(lane)
    merge.add(StreamLedger(index: lane.index, registry: registry))
    stage.addStream(name, instance: instanceNames == nil ? nil : lane.instance)
  }

  /// Reads, parses and merges what is there, up to a limit. Returns whether anything was read: then more may be there.
  package func step() throws(RunError) -> Bool {
    var merged = 0
    isWaiting = false
    var hasRead = false
    // A step passes over each stream once, however many there are.
    let most = max(FollowDriver.blocksPerStep, lanes.count)
    if instanceNames == nil, !lanes.isEmpty { nameInstances(InstanceNames(streams: lanes.map(\.name))) }
    var needed = lanes.indices.filter { merge.needsBlock($0) }
    while merged < most && !stage.isDone && !shouldStop() {
      let now = clock()
      var isWaiting = false
      for lane in needed.lazy.map({ self.lanes[$0] }) {
        if shouldStop() { break }
        let got = try look(lane, now)
        hasRead = hasRead || got
        guard !got, !lane.isFinished else { continue }
        if lane.isLeaving(now) { (isWaiting, self.isWaiting) = (true, true) }
        if now - lane.lastRead < patience { (isWaiting, self.isWaiting) = (true, self.isWaiting || lanes.count > 1) }
      }
      needed.removeAll(keepingCapacity: true)
      if isWaiting && lanes.count > 1 || shouldStop() { break }
      guard merge.hasBlocks else { break }
      hasRead = true
      // Of several streams a step may pass on a part of a block only.
      guard let used = merge.step() else { continue }
      merged += 1
      if merge.needsBlock(used.stream) { needed.append(used.stream) }
      if let block = used.block, spare.count < FollowDriver.mostAwake { spare.append(block) }
    }
    for lane in lanes { tell(lane) }
    isBehind = merged == most
    return hasRead
  }

  /// The seed of the hashes that the state of this run has.
  var idSeed: UInt64 {
    get { parsePlan.idSeed }
    set {
      parsePlan.idSeed = newValue
      for lane in lanes { lane.idSeed = newValue }
    }
  }

  func nameInstances(_ names: InstanceNames) {
    instanceNames = names
    for lane in lanes { lane.instance = names.name(of: lane.name) }
    stage.instanceNames = lanes.map(\.instance)
  }

  /// Gives the lane's next block to the merge, if it is there.
  private func look(_ lane: FollowLane, _ now: Int64) throws(RunError) -> Bool {
    while true {
      let parsed = spare.popLast() ?? ParsedBlock(capacity: plan.blockSize)
      let look = try lane.look(now, into: parsed)
      // Everything of the lane is merged up to here: what happened to its file stands where it happened.
      tell(lane)
      switch look {
      case .begun(let generation):
        spare.append(parsed)
        merge.begin(generation, of: lane.index, stream: lane.name)
      case .resumed: spare.append(parsed)
      case .block(let parsed):
        for note in lane.takeNotes() {
          merge.note(note, of: lane.index)
          onSkip?("\(lane.name): \(note.text)")
        }
        merge.give(parsed, to: lane.index, isTimeless: false)
        wake(lane)
        if lanes.count > FollowDriver.mostAwake { parsed.block.trim() }
        return true
      case .ended(let reader):
        spare.append(parsed)
        merge.end(reader, of: lane.index)
      case .paused:
        spare.append(parsed)
        return false
      }
    }
  }

  /// Streams that had lines last, the newest last: the others give back what they do not need.
  private func wake(_ lane: FollowLane) {
    guard lanes.count > FollowDriver.mostAwake, awake.last != lane.index else { return }
    awake.removeAll { $0 == lane.index }
    awake.append(lane.index)
    if awake.count > FollowDriver.mostAwake { lanes[awake.removeFirst()].rest() }
  }

  private func tell(_ lane: FollowLane) {
    for event in lane.follower.takeEvents() {
      if let note = event.note { merge.note(note, of: lane.index) }
      onEvent?(.rotation(event, time: stage.feed?.clock.high ?? EventTime.none, number: lane.countRotation()))
    }
  }

  /// Whether every stream has ended, or the gate has.
  package var isFinished: Bool { stage.isDone || (!lanes.isEmpty && lanes.allSatisfy(\.isFinished)) }

  /// Whether the last step stopped at its limit: more is there to be read.
  package private(set) var isBehind = false
  /// The last step came to a stop because of a log that is being rotated, or whose next lines others wait for: what is there
  /// is not read yet, though nothing was.
  package private(set) var isWaiting = false

  /// Whether everything that was read has been merged.
  var isDrained: Bool { lanes.allSatisfy { merge.needsBlock($0.index) } }

  /// Tells what is due by the wall clock: event time has reached `time`, whatever the log says.
  package func expire(at time: Int64) { stage.expire(at: time) }

  /// As above, where the gate has not begun yet: with the records that there are, and so long after the first of them.
  package func expire(afterStart duration: Int64) {
    if let start = gateStart { stage.expire(at: start + duration) }
  }

  /// Reads what stands behind the last newline of each log as a line, as a batch run does: where what is there is all there
  /// will be, and nobody goes on from here. Before `finish`.
  package func readRest() throws(RunError) {
    for lane in lanes { lane.isEnding = true }
    while try step() {}
  }

  /// Ends following: what is merged so far is the result. Lines without an end are not in it.
  package func finish() -> (stats: StatsSummary, findings: Findings?) {
    if stage.isDone { merge.settlePartly() }
    while merge.hasBlocks { _ = merge.step() }
    for lane in lanes {
      if let reader = lane.openReader { merge.end(reader, of: lane.index) }
      tell(lane)
    }
    let outcome = stage.finish()
    return (withLedger(outcome.stats), outcome.findings)
  }
}
