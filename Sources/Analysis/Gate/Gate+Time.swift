internal import TraceCore

// What happens as event time goes on: windows, stages, and how they end.
extension Gate {
  /// Event time has reached `time`: does what is due, and gives the verdicts that follow from it.
  ///
  /// - Parameters:
  ///   - open: the requests that are open now; asked for where `asksForOpenRequests(at:)`.
  ///   - loss: lines that may have been lost since the stage began.
  package mutating func advance(
    to time: Int64, open: [OpenRequest], names: GateNames, loss: GateLoss = .none
  ) -> [Verdict] {
    var verdicts: [Verdict] = []
    while phase != .over, due <= time { verdicts += step(at: due, open: open, names, loss) }
    return verdicts
  }

  private mutating func step(
    at now: Int64, open: [OpenRequest], _ names: GateNames, _ loss: GateLoss
  ) -> [Verdict] {
    switch phase {
    case .over: return []
    case .waiting:
      if case .span = definition.baseline { baseline?.finish(routeName: names.route) }
      beginStage(0, open: open)
    case .warmingUp:
      beginJudging(open: open)
    case .judging:
      drain(to: now)
      if failingFinding != EventTime.none { return fail(at: failingFinding, names, loss) }
      guard now == boundary else { return [] }
      let isLast = now == stageEnd
      // A stage that may be extended goes on after this window.
      closeWindow(at: now, open: open, isLast: isLast && !canExtend)
      look(at: now, names)
      if isLast {
        if !extend(at: now, names) { return endStage(at: now, open: open, names, loss, cut: nil) }
      } else if isRefuted, !definition.decidesAtEnd {
        return fail(at: now, names, loss)
      }
      windowStart = now
      boundary = min(now + definition.window, stageEnd)
    }
    countOn()
    return []
  }

  /// Takes what has waited for the window that begins.
  private mutating func countOn() {
    // Where a finding can end the stage at any instant, only what lies before the next slice.
    drain(to: hasFindings && phase == .judging ? max(countTo, windowStart) : boundary)
  }

  private mutating func beginStage(_ number: Int, open: [OpenRequest]) {
    stageNumber = number
    stageStart = stageEnd
    stageEnd = stageStart + definition.stages[number].duration
    countFrom = min(stageStart + definition.warmUp, stageEnd)
    extensions = 0
    let narrowed = plans.indices.map(isNarrowed)
    evidence = GateEvidence(
      plans.indices.map { track($0, bar: bar($0)) }, narrowed: narrowed)
    if number == 0 {
      // What earlier stages say of a version; of the service as a whole each stage is by itself.
      earlier = GateEvidence(
        evidence.all, narrowed: plans.map { definition.isRollout && !$0.isOfTheService })
    }
    failingFinding = EventTime.none
    doubts.beginStage()
    traffic.beginStage()
    for version in versionTraffic.keys { versionTraffic[version]?.beginStage() }
    for instance in instanceTraffic.keys { instanceTraffic[instance]?.beginStage() }
    countTo = stageStart
    if countFrom > stageStart {
      phase = .warmingUp
      boundary = countFrom
    } else {
      beginJudging(open: open)
    }
  }

  private mutating func beginJudging(open: [OpenRequest]) {
    phase = .judging
    windowStart = countFrom
    countTo = countFrom
    for i in plans.indices where countsUnended(i) {
      evidence.change(objective: i) {
        $0.begin(open: selectsRequests ? [] : open, at: countFrom, unfinishedAfter: definition.unfinishedAfter)
      }
    }
    boundary = min(countFrom + definition.window, stageEnd)
  }

  private func track(_ number: Int, bar: ObjectiveEvidence.Bar?) -> ObjectiveTrack {
    // By route or by instance each part is named by itself. Where versions are compared, at the same mix of routes.
    let plan = plans[number]
    return ObjectiveTrack(
      plan, bar: bar, keepsStrata: plan.per == nil,
      keepsValues: plan.per == nil && plan.objective.quantile != nil && comparesVersions(number),
      knowing: evidence.all[number])
  }

  private mutating func closeWindow(at now: Int64, open: [OpenRequest], isLast: Bool) {
    // The last window of a stage may be shorter, and the one that a deadline ends.
    let isFull = now - countFrom > 0 && (now - countFrom) % definition.window == 0
    let age = definition.unfinishedAfter
    let counts = plans.indices.map(countsUnended)
    if selectsRequests {
      doubts.suppose(open, beside: evidence, counts) {
        $0.closeWindow(at: now, open: $1, unfinishedAfter: age, isFull: isFull, isLast: true)
      }
    }
    let judged = selectsRequests ? [] : open
    let own = { (objective: Int) -> [OpenRequest] in counts[objective] ? judged : [] }
    evidence.closeWindow(at: now, open: own, unfinishedAfter: age, isFull: isFull, isLast: isLast)
    doubts.changeBoth { $0.closeWindow(at: now, open: own, unfinishedAfter: age, isFull: isFull, isLast: isLast) }
    doubts.changeAlone {
      $0.closeWindow(at: now, open: { _ in [] }, unfinishedAfter: age, isFull: isFull, isLast: isLast)
    }
  }

  /// Lets bets and comparisons refute objectives.
  private mutating func look(at now: Int64, _ names: GateNames) {
    let (alpha, inRow) = (self.alpha, definition.consecutiveFailures)
    let isRelative = plans.map(\.isRelative)
    // Half of the chance went into the baseline's bound, where the bar is made of one.
    let level = { (objective: Int) -> Double in isRelative[objective] ? alpha / 2 : alpha }
    evidence.look(alpha: level, inRow: inRow)
    // What is refuted once would have ended the stage then.
    doubts.changeBoth { $0.look(alpha: level, inRow: inRow, keeping: true) }
    doubts.changeAlone { $0.look(alpha: level, inRow: inRow, keeping: true) }
    compare(at: now, names)
    if let version = likely, evidence.isNarrowed {
      if lastKnown >= 0, lastKnown != version { notes.restarts += 1 }
      lastKnown = version
    }
  }

  // MARK: Ends

  private var canExtend: Bool {
    let stage = definition.stages[stageNumber]
    return stage.isExtensible && extensions + 1 < GateLevels.looks
  }

  /// Lets the stage go on where it is not decided and may be extended.
  private mutating func extend(at now: Int64, _ names: GateNames) -> Bool {
    guard canExtend, !isRefuted, outcome(end: now, names).state == .inconclusive else { return false }
    extensions += 1
    stageEnd = stageStart + definition.stages[stageNumber].length(atLook: extensions)
    return true
  }

  private mutating func fail(at now: Int64, _ names: GateNames, _ loss: GateLoss) -> [Verdict] {
    stageStates.append(.fail)
    let outcome = outcome(end: now, names)
    var said = stageNotes(outcome, at: now, loss, cut: nil)
    said.notes += uncountedNotes(names)
    var verdict = stageVerdict(.fail, outcome.objectives, at: now, isEarly: now < stageEnd, said)
    verdict.version = (outcome.version ?? likely).flatMap { versionNames[$0] }
    phase = .over
    return [verdict, finalVerdict(verdict, at: now)]
  }

  /// - Parameter cut: why the stage was not seen to its end.
  private mutating func endStage(
    at now: Int64, open: [OpenRequest], _ names: GateNames, _ loss: GateLoss, cut: String?
  ) -> [Verdict] {
    let outcome = outcome(end: now, names)
    var state = outcome.state
    var said = stageNotes(outcome, at: now, loss, cut: cut)
    var isDoubted = false
    if state == .pass || state == .goesOn {
      let doubt = doubt(outcome, at: now, names)
      said.notes += doubt.notes
      said.places += doubt.places
      isDoubted = doubt.blocks || !loss.isTolerable || cut != nil
      if isDoubted { state = .inconclusive }
    } else {
      said.notes += silences(outcome, at: now, names).map(\.note) + uncountedNotes(names)
      isDoubted = cut != nil || !loss.isTolerable || !silences(outcome, at: now, names).allSatisfy { !$0.blocks }
    }
    if state == .goesOn { said.notes += progressNotes(outcome) }
    for suspect in outcome.suspects {
      said.notes.append("\(suspect) speaks against the new version at 95 %, and does not prove it: do not widen yet")
    }
    let continues = definition.continues(stageNumber)
    // That a stage was too short to say something is made good by those that follow, with its evidence.
    stageStates.append(continues && state == .inconclusive && !isDoubted ? .goesOn : state)
    isHeld = state == .inconclusive
    var verdict = stageVerdict(state, outcome.objectives, at: now, isEarly: false, said)
    verdict.version = (outcome.version ?? likely).flatMap { versionNames[$0] }
    if (state == .fail && !definition.judgesEachStage) || cut != nil || stageNumber + 1 == definition.stages.count {
      phase = .over
      return [verdict, finalVerdict(verdict, at: now)]
    }
    if state == .pass || continues { passed.append(passedStage(state, at: now, names)) }
    if definition.isRollout { earlier.add(evidence) }
    if continues { doubts.carry() }
    notes.beginStage()
    beginStage(stageNumber + 1, open: open)
    countOn()
    return [verdict]
  }

  private func passedStage(_ state: Verdict.State, at now: Int64, _ names: GateNames) -> PassedStage {
    PassedStage(
      number: stageNumber, from: countFrom, end: now,
      // Where nothing was passed, what comes late is supposed of the stage that asks for proof.
      allowance: state == .pass ? allowance(at: now, names) : Int64(1) << 50, findings: evidence.all.map(\.findings))
  }

  /// The input has ended, or the deadline has come.
  ///
  /// A stage of which only the last window is not whole is judged as if it were; one that was cut shorter does not pass.
  /// - Parameters:
  ///   - reached: event time up to which it is known that nothing more comes, not before the newest request; nil: the end
  ///     of that.
  ///   - open: the requests that are open now; they have not been told by `take(unfinished:route:)`.
  package mutating func finish(
    reached: Int64?, open: [OpenRequest], names: GateNames, loss: GateLoss = .none
  ) -> [Verdict] {
    let end = reached ?? newest
    var verdicts = advance(to: end, open: open, names: names, loss: loss)
    if phase == .over { return verdicts }
    guard phase != .waiting else {
      phase = .over
      return verdicts + [emptyVerdict("the log ends before the gate begins", at: end)]
    }
    if phase == .judging {
      // What ended just now is of the stage.
      drain(to: boundary)
      if failingFinding != EventTime.none { return verdicts + fail(at: failingFinding, names, loss) }
    }
    // A stage of which less than a window was seen was not looked at: what counts is the one before it.
    if stageNumber > 0, definition.continues(stageNumber - 1),
      phase == .warmingUp || end - countFrom < definition.window
    {
      phase = .over
      return verdicts + [nextVerdict(at: max(end, stageStart))]
    }
    let missing = stageEnd - end
    let isCut = missing > definition.window || phase == .warmingUp
    if phase == .judging {
      closeWindow(at: max(end, countFrom), open: open, isLast: true)
      look(at: max(end, countFrom), names)
    }
    let cut = isCut ? "the log ends \(GateText.duration(Double(missing))) before the stage does" : nil
    let now = max(end, countFrom)
    var ended = endStage(at: now, open: open, names, loss, cut: cut)
    if phase != .over {
      // A stage was complete and others follow that the log does not show.
      phase = .over
      ended.append(nextVerdict(at: now))
    }
    verdicts += ended
    return verdicts
  }

  /// The last verdict where the log ends with the stage before the one at hand.
  private func nextVerdict(at now: Int64) -> Verdict {
    emptyVerdict(
      "the log ends before stage \(stageNumber + 1) begins", at: now,
      isGoingOn: !isHeld && definition.continues(stageNumber - 1))
  }
}
