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
      closeWindow(at: now, open: open, isLast: isLast)
      let isRefuted = look()
      if isLast { return endStage(at: now, open: open, names, loss, cut: nil) }
      if isRefuted { return fail(at: now, names, loss) }
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
    tracks = plans.indices.map { track($0, bar: bar($0)) }
    others = plans.map { otherTrack($0) }
    if allOthers.isEmpty { allOthers = others }
    refuted = [:]
    failingFinding = EventTime.none
    doubts.beginStage()
    traffic.beginStage()
    targetTraffic.beginStage()
    for instance in instanceTraffic.keys { instanceTraffic[instance]?.beginStage() }
    countTo = stageStart
    if countFrom > stageStart {
      phase = .warmingUp
      boundary = countFrom
    } else {
      beginJudging(open: open)
    }
  }

  private func otherTrack(_ plan: ObjectiveTrack.Plan) -> ObjectiveTrack {
    ObjectiveTrack(plan.withoutInstances, bar: nil, keepsStrata: plan.objective.isShare)
  }

  private mutating func beginJudging(open: [OpenRequest]) {
    phase = .judging
    windowStart = countFrom
    countTo = countFrom
    for i in tracks.indices where countsUnended(i) {
      tracks[i].begin(open: open, at: countFrom, unfinishedAfter: definition.unfinishedAfter)
    }
    boundary = min(countFrom + definition.window, stageEnd)
  }

  /// The requests of another version were judged until now: the evidence begins anew.
  mutating func restartEvidence() {
    var isRestarted = false
    for i in tracks.indices where isNarrowed(i) {
      tracks[i] = track(i, bar: tracks[i].bar)
      doubts.changeBoth { $0.restart(i) }
      doubts.changeAlone { $0.restart(i) }
      isRestarted = true
    }
    if isRestarted { notes.restarts += 1 }
  }

  private func track(_ number: Int, bar: ObjectiveEvidence.Bar?) -> ObjectiveTrack {
    // By route or by instance each part is named by itself.
    ObjectiveTrack(plans[number], bar: bar, keepsStrata: plans[number].per == nil, knowing: tracks[number])
  }

  private mutating func closeWindow(at now: Int64, open: [OpenRequest], isLast: Bool) {
    // The last window of a stage may be shorter, and the one that a deadline ends.
    let isFull = now - countFrom > 0 && (now - countFrom) % definition.window == 0
    for i in tracks.indices {
      tracks[i].closeWindow(
        open: countsUnended(i) ? open : [], at: now, unfinishedAfter: definition.unfinishedAfter, isFull: isFull,
        isLast: isLast)
    }
    for i in tracks.indices {
      let open = countsUnended(i) ? open : []
      let age = definition.unfinishedAfter
      doubts.changeBoth {
        $0.tracks[i].closeWindow(open: open, at: now, unfinishedAfter: age, isFull: isFull, isLast: isLast)
      }
      doubts.changeAlone {
        $0.tracks[i].closeWindow(open: [], at: now, unfinishedAfter: age, isFull: isFull, isLast: isLast)
      }
    }
    guard definition.baseline == .version else { return }
    for i in others.indices {
      others[i].closeWindow(open: [], at: now, unfinishedAfter: 0, isFull: isFull, isLast: isLast)
      allOthers[i].closeWindow(open: [], at: now, unfinishedAfter: 0, isFull: isFull, isLast: isLast)
    }
  }

  /// Whether a bet has refuted an objective.
  private mutating func look() -> Bool {
    for i in tracks.indices {
      // Half of the chance went into the baseline's bound, where the bar is made of one.
      let alpha = plans[i].isRelative ? self.alpha / 2 : self.alpha
      let (inRow, least) = (definition.consecutiveFailures, definition.minimumRequests)
      func look(_ track: inout ObjectiveTrack) -> Set<Int32>? {
        let parts = track.look(alpha: alpha, inRow: inRow, minimumRequests: least)
        return parts.isEmpty ? nil : Set(parts)
      }
      refuted[i] = look(&tracks[i])
      // What is refuted once would have ended the stage then.
      func lookAside(_ shadow: inout GateShadow) {
        if let parts = look(&shadow.tracks[i]) { shadow.refuted[i, default: []].formUnion(parts) }
      }
      doubts.changeBoth(lookAside)
      doubts.changeAlone(lookAside)
    }
    return !refuted.isEmpty
  }

  // MARK: Ends

  private mutating func fail(at now: Int64, _ names: GateNames, _ loss: GateLoss) -> [Verdict] {
    stageStates.append(.fail)
    var said = stageNotes(at: now, loss, cut: nil)
    said.notes += uncountedNotes(names)
    let verdict = stageVerdict(.fail, decide(end: now, names), at: now, isEarly: now < stageEnd, said)
    phase = .over
    return [verdict, finalVerdict(verdict, at: now)]
  }

  /// - Parameter cut: why the stage was not seen to its end.
  private mutating func endStage(
    at now: Int64, open: [OpenRequest], _ names: GateNames, _ loss: GateLoss, cut: String?
  ) -> [Verdict] {
    let objectives = decide(end: now, names)
    var state = Verdict.State(of: objectives)
    var said = stageNotes(at: now, loss, cut: cut)
    if state == .pass {
      let doubt = doubt(at: now, names)
      said.notes += doubt.notes
      said.places += doubt.places
      if doubt.blocks || !loss.isTolerable || cut != nil { state = .inconclusive }
    } else {
      said.notes += silences(at: now, names).map(\.note) + uncountedNotes(names)
    }
    stageStates.append(state)
    let verdict = stageVerdict(state, objectives, at: now, isEarly: false, said)
    if state == .fail || cut != nil || stageNumber + 1 == definition.stages.count {
      phase = .over
      return [verdict, finalVerdict(verdict, at: now)]
    }
    if state == .pass { passed.append(passedStage(at: now, names)) }
    notes.beginStage()
    beginStage(stageNumber + 1, open: open)
    countOn()
    return [verdict]
  }

  private func passedStage(at now: Int64, _ names: GateNames) -> PassedStage {
    PassedStage(
      number: stageNumber, from: countFrom, end: now, allowance: allowance(at: now, names),
      findings: tracks.map(\.findings))
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
    let missing = stageEnd - end
    let isCut = missing > definition.window || phase == .warmingUp
    if phase == .judging {
      // What ended just now is of the stage.
      drain(to: boundary)
      if failingFinding != EventTime.none { return verdicts + fail(at: failingFinding, names, loss) }
      closeWindow(at: max(end, countFrom), open: open, isLast: true)
      _ = look()
    }
    let cut = isCut ? "the log ends \(GateText.duration(Double(missing))) before the stage does" : nil
    let now = max(end, countFrom)
    var ended = endStage(at: now, open: open, names, loss, cut: cut)
    if phase != .over {
      // A stage was complete and others follow that the log does not show.
      phase = .over
      ended.append(emptyVerdict("the log ends before stage \(stageNumber + 1) begins", at: now))
    }
    verdicts += ended
    return verdicts
  }
}
