internal import TraceCore

/// Decides a rollout: takes requests in the order of the log, and says at the end of each stage, or as soon as one has
/// failed, whether its objectives hold.
///
/// A pure state machine on event time: it reads no clock, and the same calls give the same verdicts. Whoever drives it calls
/// `advance` whenever event time reaches `due`, before it gives requests that came later in the log. It does not read logs,
/// find out what is open, or print.
///
/// Memory: the evidence of the stage (by route where an objective is), and the requests that ended after the window at hand.
package struct Gate: Sendable {
  package let definition: GateDefinition
  /// Nanoseconds of event time at which the first stage begins.
  package let start: Int64

  enum Phase: UInt8 { case waiting, warmingUp, judging, over }

  /// A request, or a value of a field of it, that belongs to a later window.
  struct Pending {
    var request: GateRequest
    var field: Int32
    var value: Int64
  }

  let plans: [ObjectiveTrack.Plan]
  var phase = Phase.waiting
  /// The stage at hand; -1 before the first.
  var stageNumber = -1
  package internal(set) var stageStart: Int64
  var countFrom: Int64
  package internal(set) var stageEnd: Int64
  /// The next time at which something is to be done: the end of the window, of the warm-up, of the stage.
  var boundary: Int64
  var tracks: [ObjectiveTrack] = []
  /// For `baseline: version`: the other versions' requests, of the stage and of all stages.
  var others: [ObjectiveTrack] = []
  var allOthers: [ObjectiveTrack] = []
  var baseline: GateSample?
  var pending: [Pending] = []
  var stageStates: [Verdict.State] = []
  /// Routes (-1: overall) of each objective whose bet has refuted it.
  var refuted: [Int: Set<Int32>] = [:]
  var failingFinding = EventTime.none
  var pendingFindings: [(severity: Int, time: Int64)] = []
  var newest = EventTime.none
  /// The last look, or the beginning of judging.
  var windowStart: Int64

  /// Up to where the stage has been seen.
  var seenTo: Int64 { max(windowStart, min(newest, boundary)) }

  var target: Int32 = -1
  var targetName: String?
  var targetFirst = EventTime.none
  var hasOtherVersions = false
  var notes = GateNotes()

  package init(_ definition: GateDefinition, start: Int64) {
    self.definition = definition
    self.start = start
    plans = ObjectiveTrack.Plan.all(of: definition)
    (stageStart, countFrom, stageEnd, boundary, windowStart) = (start, start, start, start, start)
    tracks = plans.map { ObjectiveTrack($0, bar: nil, keepsStrata: false) }
    if case .span(let length) = definition.baseline {
      baseline = GateSample(definition, start: start - length, span: length)
    }
  }

  /// The sample of the log that `baseline: {log: …}` names, finished. Before the first request.
  package mutating func setBaseline(_ sample: GateSample) { baseline = sample }

  /// The next instant of event time at which `advance` has something to do; `Int64.max` when it is over.
  package var due: Int64 {
    if phase == .over { return .max }
    return failingFinding == EventTime.none ? boundary : min(boundary, failingFinding)
  }

  package var isOver: Bool { phase == .over }

  /// The stage at hand, from 0; nil before the first and when it is over.
  package var stage: Int? { phase == .waiting || phase == .over ? nil : stageNumber }

  var isPartial: Bool {
    definition.versionField != nil && stageNumber >= 0 && definition.stages[stageNumber].isPartial
  }

  /// Objectives between which the chance of failing wrongly is divided.
  var statisticalObjectives: Int {
    max(1, plans.count { if case .findings = $0.objective.metric { false } else { true } })
  }

  /// What may be wrong with a fail of one objective by its bet, or at the end: half of the stage's each.
  var alpha: Double { (1 - definition.confidence) / 2 / Double(statisticalObjectives) }

  // MARK: Taking

  /// A request that ended; in the order of the log.
  package mutating func take(_ request: GateRequest) {
    take(Pending(request: request, field: -1, value: 0))
  }

  /// A value of a field of a request that `take` has just been given.
  ///
  /// - Parameters:
  ///   - value: as `GateField.value(ofText:)` gives it.
  ///   - field: number in `GateDefinition.fields`.
  package mutating func take(value: Int64, field: Int, of request: GateRequest) {
    take(Pending(request: request, field: Int32(field), value: value))
  }

  private mutating func take(_ event: Pending) {
    let time = event.request.time
    guard phase != .over, time != EventTime.none else { return }
    newest = max(newest, time)
    if event.field < 0 {
      for i in tracks.indices where tracks[i].learnsRoutes { tracks[i].learn(event.request) }
    }
    if time < start { return takeBefore(event) }
    if phase == .waiting || time >= boundary {
      pending.append(event)
    } else if time < stageStart {
      if event.field < 0 { notes.late += 1 }
    } else if phase == .judging && time >= countFrom {
      count(event)
    }
  }

  /// Requests before the start are the baseline's, if it is an earlier span and the start has not been reached.
  private mutating func takeBefore(_ event: Pending) {
    guard case .span(let length) = definition.baseline, phase == .waiting, event.request.time >= start - length else {
      return
    }
    if event.field < 0 {
      baseline?.take(event.request)
    } else {
      baseline?.take(value: event.value, field: Int(event.field), of: event.request)
    }
  }

  private mutating func count(_ event: Pending) {
    let request = event.request
    let isTarget = hasTarget && request.version == target
    for i in tracks.indices {
      if !isNarrowed(i) || isTarget { give(event, to: &tracks[i]) }
      if comparesVersions(i), request.version >= 0, !isTarget {
        give(event, to: &others[i])
        give(event, to: &allOthers[i])
      }
    }
    if event.field < 0, definition.versionField != nil, request.version < 0 { notes.withoutVersion += 1 }
  }

  private func give(_ event: Pending, to track: inout ObjectiveTrack) {
    if event.field < 0 {
      track.take(event.request)
    } else {
      track.take(value: event.value, field: Int(event.field), of: event.request)
    }
  }

  /// A request that was given up open: its trace has ended without a closing record.
  ///
  /// Those that are still open when the input ends are told by `finish`, not here.
  package mutating func take(unfinished begin: Int64, route: Int32) {
    guard phase == .judging else { return }
    let now = max(min(newest, boundary), windowStart)
    for i in tracks.indices where countsUnended(i) {
      if tracks[i].isBeyond(begin, at: now, unfinishedAfter: 0) { tracks[i].takeUnended(route: route) }
    }
  }

  /// Whether the objective compares the new version with the others, whatever share of the traffic is the new one's.
  private func comparesVersions(_ objective: Int) -> Bool {
    definition.baseline == .version && plans[objective].isRelative
  }

  /// Whether the objective is about the new version's requests alone.
  func isNarrowed(_ objective: Int) -> Bool {
    !plans[objective].isOfTheService && (isPartial || comparesVersions(objective))
  }

  /// Whether open requests can be told to belong to what the objective judges: their version is not known.
  private func countsUnended(_ objective: Int) -> Bool { tracks[objective].countsUnended && !isNarrowed(objective) }

  /// A finding, at the time of its first event or whichever its caller counts it by.
  ///
  /// - Parameter severity: 0 for P0 to 3 for P3.
  package mutating func takeFinding(severity: Int, time: Int64) {
    if phase == .over || (phase != .waiting && time < countFrom) { return }
    guard phase == .judging, time < stageEnd else { return pendingFindings.append((severity, time)) }
    for i in tracks.indices {
      tracks[i].takeFinding(severity: severity)
      if failingFinding == EventTime.none, findingsFail(i) { failingFinding = max(time, windowStart) }
    }
  }

  func findingsFail(_ objective: Int) -> Bool {
    guard case .findings = plans[objective].objective.metric else { return false }
    let limit = plans[objective].objective.limit.offset
    let count = Double(tracks[objective].findings)
    return plans[objective].objective.comparison.allowsEqual ? count > limit : count >= limit
  }

  /// A value of the version field that appears for the first time.
  ///
  /// Unless the definition names the new version it is the one that appeared last; what was counted of the stage until then
  /// was another version's and is forgotten.
  package mutating func noteVersion(_ number: Int32, name: String, first: Int64) {
    defer { if number != target { hasOtherVersions = true } }
    if let wanted = definition.version {
      if name == wanted { (target, targetName, targetFirst) = (number, name, first) }
      return
    }
    guard target < 0 || first >= targetFirst else { return }
    if target >= 0 {
      hasOtherVersions = true
      if phase == .judging { restartEvidence() }
    }
    (target, targetName, targetFirst) = (number, name, first)
  }

  /// Whether there is a new version: named, or appeared since the start, or after another one.
  var hasTarget: Bool { target >= 0 && (definition.version != nil || hasOtherVersions || targetFirst >= start) }

  // MARK: Time

  /// Event time has reached `time`: does what is due, and gives the verdicts that follow from it.
  ///
  /// - Parameters:
  ///   - open: the requests that are open now.
  ///   - loss: lines that may have been lost since the stage began.
  package mutating func advance(
    to time: Int64, open: [OpenRequest], routeName: (Int32) -> String, loss: GateLoss = .none
  ) -> [Verdict] {
    var verdicts: [Verdict] = []
    while phase != .over, due <= time {
      let now = due
      if failingFinding != EventTime.none, failingFinding <= now {
        verdicts += fail(at: failingFinding, routeName, loss)
        break
      }
      verdicts += step(at: now, open: open, routeName, loss)
    }
    return verdicts
  }

  /// What is due at a boundary.
  private mutating func step(
    at now: Int64, open: [OpenRequest], _ routeName: (Int32) -> String, _ loss: GateLoss
  ) -> [Verdict] {
    switch phase {
    case .over: return []
    case .waiting:
      if case .span = definition.baseline { baseline?.finish(routeName: routeName) }
      beginStage(0, open: open)
    case .warmingUp:
      beginJudging(open: open)
    case .judging:
      let isLast = now == stageEnd
      closeWindow(at: now, open: open, isLast: isLast)
      let isRefuted = look()
      if isLast { return endStage(at: now, open: open, routeName, loss, cut: nil) }
      if isRefuted { return fail(at: now, routeName, loss) }
      windowStart = now
      boundary = min(now + definition.window, stageEnd)
    }
    drain()
    return []
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
    if countFrom > stageStart {
      phase = .warmingUp
      boundary = countFrom
    } else {
      beginJudging(open: open)
    }
  }

  private func otherTrack(_ plan: ObjectiveTrack.Plan) -> ObjectiveTrack {
    ObjectiveTrack(plan, bar: nil, keepsStrata: plan.objective.isShare)
  }

  private mutating func beginJudging(open: [OpenRequest]) {
    phase = .judging
    windowStart = countFrom
    for i in tracks.indices where countsUnended(i) {
      tracks[i].begin(open: open, at: countFrom, unfinishedAfter: definition.unfinishedAfter)
    }
    boundary = min(countFrom + definition.window, stageEnd)
  }

  /// The requests of another version were judged until now: the evidence begins anew.
  private mutating func restartEvidence() {
    var isRestarted = false
    for i in tracks.indices where isNarrowed(i) {
      tracks[i] = track(i, bar: tracks[i].bar)
      isRestarted = true
    }
    if isRestarted { notes.restarts += 1 }
  }

  private func track(_ number: Int, bar: ObjectiveEvidence.Bar?) -> ObjectiveTrack {
    ObjectiveTrack(
      plans[number], bar: bar,
      keepsStrata: comparesVersions(number) && plans[number].objective.isShare, knowing: tracks[number])
  }

  private mutating func closeWindow(at now: Int64, open: [OpenRequest], isLast: Bool) {
    // The last window of a stage may be shorter, and the one that a deadline ends.
    let isFull = now - countFrom > 0 && (now - countFrom) % definition.window == 0
    for i in tracks.indices {
      tracks[i].closeWindow(
        open: countsUnended(i) ? open : [], at: now, unfinishedAfter: definition.unfinishedAfter, isFull: isFull,
        isLast: isLast)
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
      let routes = tracks[i].look(
        alpha: alpha, inRow: definition.consecutiveFailures, minimumRequests: definition.minimumRequests)
      refuted[i] = routes.isEmpty ? nil : Set(routes)
    }
    return !refuted.isEmpty
  }

  /// Takes what belongs to the window that has begun.
  private mutating func drain() {
    let events = pending
    pending = []
    for event in events { take(event) }
    let findings = pendingFindings
    pendingFindings = []
    for finding in findings { takeFinding(severity: finding.severity, time: finding.time) }
  }

  // MARK: Ends

  private mutating func fail(at now: Int64, _ routeName: (Int32) -> String, _ loss: GateLoss) -> [Verdict] {
    let objectives = decide(end: now, routeName)
    stageStates.append(.fail)
    let verdict = stageVerdict(.fail, objectives, at: now, isEarly: now < stageEnd, loss, cut: nil)
    phase = .over
    return [verdict, finalVerdict(verdict, at: now)]
  }

  /// - Parameter cut: why the stage was not seen to its end.
  private mutating func endStage(
    at now: Int64, open: [OpenRequest], _ routeName: (Int32) -> String, _ loss: GateLoss, cut: String?
  ) -> [Verdict] {
    let objectives = decide(end: now, routeName)
    var state = objectives.filter { !$0.isInformative }.reduce(Verdict.State.pass) { $0.and($1.state) }
    if state == .pass && (!loss.isTolerable || cut != nil) { state = .inconclusive }
    stageStates.append(state)
    let verdict = stageVerdict(state, objectives, at: now, isEarly: false, loss, cut: cut)
    if state == .fail || cut != nil || stageNumber + 1 == definition.stages.count {
      phase = .over
      return [verdict, finalVerdict(verdict, at: now)]
    }
    notes.beginStage()
    beginStage(stageNumber + 1, open: open)
    drain()
    return [verdict]
  }

  /// The input has ended, or the deadline has come.
  ///
  /// A stage of which only the last window is not whole is judged as if it were; one that was cut shorter does not pass.
  /// - Parameters:
  ///   - reached: event time up to which it is known that nothing more comes; nil: the end of the newest request.
  ///   - open: the requests that are open now; they have not been told by `take(unfinished:route:)`.
  package mutating func finish(
    reached: Int64?, open: [OpenRequest], routeName: (Int32) -> String, loss: GateLoss = .none
  ) -> [Verdict] {
    let end = reached ?? newest
    var verdicts = advance(to: end, open: open, routeName: routeName, loss: loss)
    if phase == .over { return verdicts }
    guard phase != .waiting else {
      phase = .over
      return verdicts + [emptyVerdict("the log ends before the gate begins", at: end)]
    }
    let missing = stageEnd - end
    let isCut = missing > definition.window || phase == .warmingUp
    if phase == .judging {
      closeWindow(at: max(end, countFrom), open: open, isLast: true)
      _ = look()
    }
    let cut =
      isCut ? "the log ends \(GateText.duration(Double(missing))) before the stage does" : nil
    let now = max(end, countFrom)
    var ended = endStage(at: now, open: open, routeName, loss, cut: cut)
    if phase != .over {
      // A stage was complete and others follow that the log does not show.
      phase = .over
      ended.append(emptyVerdict("the log ends before stage \(stageNumber + 1) begins", at: now))
    }
    verdicts += ended
    return verdicts
  }
}
