internal import Analysis
internal import RulePack
internal import TraceCore

// What the gate is given, and what it says.

extension EventFeed {
  func gate(of plan: GatePlan, from start: Int64) -> Gate {
    var gate = Gate(plan.definition, start: start)
    gate.selectsRequests = selection != nil
    if let baseline = plan.baseline { gate.setBaseline(baseline) }
    return gate
  }

  /// In a service a gate that is over begins again with the next release.
  func judgeAgain(from time: Int64, _ versions: GroupNames) {
    guard recorder != nil, gate?.isOver == true, let gatePlan, Gate.canBegin(gatePlan.definition, at: time) else {
      return
    }
    gate = gate(of: gatePlan, from: time)
    for version in 0..<Int32(clamping: knownVersions) { gate?.noteVersion(version, name: versions.text(of: version)) }
  }

  func judge(at time: Int64, _ state: State) {
    guard gate != nil, gate?.isOver == false, time >= gate?.due ?? .max else { return }
    let open = gate?.asksForOpenRequests(at: time) == true ? state.open() : []
    let loss = loss
    let verdicts = gate?.advance(to: time, open: open, names: state.gateNames, loss: loss) ?? []
    tell(verdicts)
  }

  /// Nobody can say how many requests a gap has swallowed.
  var loss: GateLoss {
    guard let gate else { return .none }
    return GateLoss(
      missing: 0, read: 0, isUnbounded: gaps.contains { $0 >= gate.stageStart }, logsWithoutTime: logsWithoutTime)
  }

  func note(_ stream: String, isWithoutTimes: Bool) {
    logsWithoutTime.removeAll { $0 == stream }
    if isWithoutTimes, logsWithoutTime.count < EventFeed.mostGaps { logsWithoutTime.append(stream) }
  }

  /// What could not be read among the records that come next; see `UnreadLines`.
  func noteUnread(_ range: Range<Int>, of parsed: ParsedBlock, after time: Int64) {
    giveUnread()
    unread.begin(range, of: parsed, after: time)
  }

  /// A line before the block's first record could not be read.
  func noteUnread(front line: Int, of parsed: ParsedBlock) {
    if gatePlan != nil { unread.add(front: line, of: parsed) }
  }

  /// Gives the gate what stands behind records before `record` of those at hand.
  func giveUnread(before record: Int = .max) { give(unread.take(before: record)) }

  func give(_ runs: [UnreadLines.Run]) {
    guard gate != nil else {
      if unplaced.count < EventFeed.mostUnplaced { unplaced += runs }
      return
    }
    for run in runs { gate?.takeUnread(lines: run.lines, time: run.time, place: run.place) }
  }

  private static let mostUnplaced = 1_000

  func noteGap(at time: Int64) {
    gaps.append(time == EventTime.none ? clock.high : time)
    if gaps.count > EventFeed.mostGaps { gaps.removeFirst() }
  }

  private static let mostGaps = 100
}
