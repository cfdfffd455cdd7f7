internal import TraceCore

/// Decides a rollout: takes requests in the order of the log, and says at the end of each stage, or as soon as one has
/// failed, whether its objectives hold.
///
/// A pure state machine on event time: it reads no clock, and the same calls give the same verdicts. Whoever drives it calls
/// `advance` whenever event time reaches `due`, before it gives requests that came later in the log. It does not read logs,
/// find out what is open, or print.
///
/// Memory: the evidence of the stage (by route where an objective is), and the requests that ended after the window at hand.
///
/// Meaning: docs/semantics.md#gates.
package struct Gate: Sendable {
  package let definition: GateDefinition
  /// Nanoseconds of event time at which the first stage begins.
  package let start: Int64

  enum Phase: UInt8 { case waiting, warmingUp, judging, over }

  /// A request, or a value of a field of it, that waits until the time at which it ended is judged.
  struct Pending {
    var request: GateRequest
    var field: Int32
    var value: Int64
    /// Its kind, if it is not counted.
    var uncounted: Int32?

    init(_ request: GateRequest, field: Int32 = -1, value: Int64 = 0, uncounted: Int32? = nil) {
      self.request = request
      self.field = field
      self.value = value
      self.uncounted = uncounted
    }
  }

  /// Requests wait so long, at least, where a finding could end the stage at any instant: what ends at it or after it is
  /// not of the verdict. Nanoseconds.
  static let slice = EventTime.nanosecondsPerSecond

  let plans: [ObjectiveTrack.Plan]
  let hasFindings: Bool
  /// An objective is decided for each instance.
  let judgesInstances: Bool
  var phase = Phase.waiting
  /// The stage at hand; -1 before the first.
  var stageNumber = -1
  package internal(set) var stageStart: Int64
  var countFrom: Int64
  package internal(set) var stageEnd: Int64
  /// The next look, or what else is to be done: the end of the window, of the warm-up, of the stage.
  var boundary: Int64
  /// Requests that ended before it are counted as they come; others wait.
  var countTo: Int64
  var evidence: GateEvidence
  /// Of the new version and the others, what earlier stages of a rollout have shown.
  var earlier: GateEvidence
  var baseline: GateSample?
  var pending: [Pending] = []
  var stageStates: [Verdict.State] = []
  /// The last stage that is over was inconclusive, though later ones may make up for it.
  var isHeld = false
  /// Times that the stage at hand was extended.
  var extensions = 0
  /// The instant at which a finding failed the stage.
  var failingFinding = EventTime.none
  var pendingFindings: [GateFinding] = []
  var newest = EventTime.none
  /// The last look, or the beginning of judging.
  var windowStart: Int64
  /// All traffic; that of each version where one alone is judged; and that of each instance where one is judged by itself.
  var traffic = TrafficWatch()
  var versionTraffic: [Int32: TrafficWatch] = [:]
  var instanceTraffic: [Int32: TrafficWatch] = [:]
  var doubts = GateDoubts()
  var passed: [PassedStage] = []

  /// Up to where the stage has been counted.
  var seenTo: Int64 { max(windowStart, min(newest, countTo)) }

  var versions = VersionWatch()
  var versionNames: [Int32: String] = [:]
  /// Versions with requests before the gate's start.
  var versionsBefore: Set<Int32> = []
  /// The new version as it was known at the last look; -1: it was not.
  var lastKnown: Int32 = -1
  var notes = GateNotes()

  package init(_ definition: GateDefinition, start: Int64) {
    self.definition = definition
    self.start = start
    plans = ObjectiveTrack.Plan.all(of: definition)
    hasFindings = plans.contains(where: \.isAboutFindings)
    judgesInstances = plans.contains { $0.per == .instance }
    (stageStart, countFrom, stageEnd, boundary, windowStart) = (start, start, start, start, start)
    countTo = start
    evidence = GateEvidence(
      plans.map { ObjectiveTrack($0, bar: nil, keepsStrata: false) }, narrowed: plans.map { _ in false })
    earlier = evidence
    if case .span(let length) = definition.baseline {
      baseline = GateSample(definition, start: start - length, span: length)
    }
  }

  /// The sample of the log that `baseline: {log: …}` names, finished. Before the first request.
  package mutating func setBaseline(_ sample: GateSample) { baseline = sample }

  /// The next instant of event time at which `advance` has something to do; `Int64.max` when it is over.
  package var due: Int64 {
    if phase == .over { return .max }
    guard hasFindings, phase == .judging else { return boundary }
    return boundary - countTo > Gate.slice ? countTo + Gate.slice : boundary
  }

  /// Whether `advance` to `time` asks which requests are open.
  package func asksForOpenRequests(at time: Int64) -> Bool { phase != .over && time >= boundary }

  package var isOver: Bool { phase == .over }

  /// The stage at hand, from 0; nil before the first and when it is over.
  package var stage: Int? { phase == .waiting || phase == .over ? nil : stageNumber }

  var isPartial: Bool {
    definition.versionField != nil && stageNumber >= 0 && definition.stages[stageNumber].isPartial
  }

  /// What may be wrong with a fail of one objective by its bet, in all looks of the stage.
  var alpha: Double { GateLevels(definition).bets }

  // MARK: Taking

  /// A request that ended; in the order of the log.
  package mutating func take(_ request: GateRequest) {
    guard request.time != EventTime.none else {
      if phase != .over { doubts.withoutTime += 1 }
      return
    }
    let counts = definition.counts(request.kind)
    if counts, request.version >= 0, phase != .over { versions.take(request.version) }
    take(Pending(request, uncounted: counts ? nil : request.kind.source))
  }

  /// A value of a field of a request that `take` has just been given.
  ///
  /// - Parameters:
  ///   - value: as `GateField.value(ofText:)` gives it.
  ///   - field: number in `GateDefinition.fields`.
  package mutating func take(value: Int64, field: Int, of request: GateRequest) {
    guard definition.counts(request.kind) else { return }
    take(Pending(request, field: Int32(field), value: value))
  }

  /// A closing record that is not counted as a request; in the order of the log.
  package mutating func takeUncounted(_ telling: GateUncounted) {
    take(Pending(telling.request, uncounted: max(0, telling.source)))
  }

  /// Lines that could not be read and may have been requests.
  ///
  /// - Parameters:
  ///   - time: of the record before them.
  ///   - place: of the first one, as `app.log:17`.
  package mutating func takeUnread(lines: Int64, time: Int64, place: String?) {
    guard phase != .over, time != EventTime.none, lines > 0 else { return }
    let unread = GateDoubts.Unread(time: time, lines: lines, place: place)
    if phase == .waiting || time >= boundary {
      doubts.hold(unread)
    } else if phase == .judging, time >= countFrom {
      doubts.take(unread)
    } else {
      noteLate(lines, at: time)
    }
  }

  private mutating func take(_ event: Pending) {
    let time = event.request.time
    guard phase != .over, time != EventTime.none else { return }
    let isRequest = event.field < 0 && event.uncounted == nil
    if event.uncounted == nil {
      newest = max(newest, time)
      if isRequest {
        for i in plans.indices where evidence.all[i].learnsRoutes {
          evidence.change(objective: i) { $0.learn(event.request) }
        }
      }
    }
    if time < start { return takeBefore(event) }
    if phase == .waiting || time >= countTo {
      pending.append(event)
    } else if time < stageStart {
      guard isRequest else { return }
      notes.late += 1
      noteLate(1, at: time)
    } else if phase == .judging && time >= countFrom {
      count(event)
    } else if isRequest {
      watch(event.request, isJudged: false)
    }
  }

  /// Requests before the start are the baseline's, if it is an earlier span and the start has not been reached.
  private mutating func takeBefore(_ event: Pending) {
    guard event.uncounted == nil else { return }
    if event.field < 0 {
      watch(event.request, isJudged: false)
      if event.request.version >= 0, versionsBefore.count < VersionWatch.mostVersions {
        versionsBefore.insert(event.request.version)
      }
    }
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
    if let source = event.uncounted { return countUncounted(event, source) }
    evidence.take(event)
    if !doubts.uncounted.isEmpty { doubts.changeBoth { $0.take(event) } }
    guard event.field < 0 else { return }
    watch(event.request, isJudged: true)
    if definition.versionField != nil, event.request.version < 0 { notes.withoutVersion += 1 }
  }

  private mutating func countUncounted(_ event: Pending, _ number: Int32) {
    let isKnown = doubts.uncounted[number] != nil || doubts.uncounted.count < GateDoubts.mostSources
    let source = isKnown ? number : GateDoubts.others
    var kind =
      doubts.uncounted.removeValue(forKey: source) ?? GateDoubts.Uncounted(alone: evidence.empty, both: evidence)
    if doubts.together == nil { doubts.together = doubts.uncounted.first?.value.both }
    kind.requests += 1
    if event.request.isError { kind.errors += 1 }
    if event.request.kind != .user {
      // Whoever asks for a route by its name gets it.
      evidence.takeAsked(event.request)
      doubts.changeBoth { $0.takeAsked(event.request) }
      kind.both.takeAsked(event.request)
    }
    kind.alone.takeUncounted(event.request)
    kind.both.takeUncounted(event.request)
    doubts.together?.takeUncounted(event.request)
    doubts.uncounted[source] = kind
  }

  private mutating func watch(_ request: GateRequest, isJudged: Bool) {
    traffic.take(request.time, isJudged: isJudged)
    if request.version >= 0, versionTraffic.count < VersionWatch.mostVersions || versionTraffic[request.version] != nil
    {
      versionTraffic[request.version, default: TrafficWatch()].take(request.time, isJudged: isJudged)
    }
    guard request.instance >= 0, judgesInstances else { return }
    guard instanceTraffic.count < ObjectiveTrack.mostParts || instanceTraffic[request.instance] != nil else { return }
    instanceTraffic[request.instance, default: TrafficWatch()].take(request.time, isJudged: isJudged)
  }

  /// Something that may have been failed requests of a stage that is over.
  private mutating func noteLate(_ count: Int64, at time: Int64) {
    for place in passed.indices where passed[place].from <= time && time < passed[place].end {
      passed[place].late += count
      // Of a stage whose evidence goes into the next one's.
      if definition.continues(passed[place].number) { doubts.carried += count }
    }
  }

  /// A request that was given up open: its trace has ended without a closing record.
  ///
  /// Those that are still open when the input ends are told by `finish`, not here.
  package mutating func take(unfinished begin: Int64, route: Int32) {
    guard phase == .judging else { return }
    let now = max(min(newest, boundary), windowStart)
    for i in plans.indices where countsUnended(i) {
      guard evidence.all[i].isBeyond(begin, at: now, unfinishedAfter: 0) else { continue }
      evidence.change(objective: i) { $0.takeUnended(route: route) }
      doubts.changeBoth { $0.change(objective: i) { $0.takeUnended(route: route) } }
    }
  }

  /// Whether the objective compares the new version with the others, whatever share of the traffic is the new one's.
  func comparesVersions(_ objective: Int) -> Bool {
    definition.baseline == .version && plans[objective].isRelative
  }

  /// Whether the objective is about the new version's requests alone.
  func isNarrowed(_ objective: Int) -> Bool {
    !plans[objective].isOfTheService && (isPartial || comparesVersions(objective))
  }

  /// Whether open requests can be told to belong to what the objective judges: their version is not known.
  func countsUnended(_ objective: Int) -> Bool { evidence.all[objective].countsUnended && !isNarrowed(objective) }

  /// A finding, at the time at which it shows.
  package mutating func takeFinding(_ finding: GateFinding) {
    guard phase != .over, hasFindings, finding.time != EventTime.none else { return }
    if phase == .waiting || finding.time >= countTo { return pendingFindings.append(finding) }
    if phase == .judging, finding.time >= countFrom { return count(finding) }
    for place in passed.indices where passed[place].from <= finding.time && finding.time < passed[place].end {
      noteLate(finding, in: &passed[place])
    }
  }

  private mutating func count(_ finding: GateFinding) {
    for i in plans.indices {
      evidence.change(objective: i) { $0.take(finding) }
      guard failingFinding == EventTime.none, plans[i].objective.findingsFail(evidence.all[i].findings) else {
        continue
      }
      // One that comes late fails the stage where it stands.
      failingFinding = max(finding.time, countTo, windowStart)
    }
  }

  private func noteLate(_ finding: GateFinding, in stage: inout PassedStage) {
    for i in plans.indices {
      guard case .findings(let worst) = plans[i].objective.metric, finding.severity <= worst else { continue }
      stage.findings[i] += 1
      if stage.failing == nil, plans[i].objective.findingsFail(stage.findings[i]) { stage.failing = finding }
    }
  }

  /// A value of the version field that appears for the first time.
  package mutating func noteVersion(_ number: Int32, name: String) {
    guard definition.versionField != nil, number >= 0 else { return }
    if versionNames.count < VersionWatch.mostVersions || name == definition.version { versionNames[number] = name }
  }

  // MARK: What waited

  /// Counts the findings before `time` in their order, until one fails the stage; then what ended before that instant, or
  /// before `time`.
  mutating func drain(to time: Int64) {
    let findings = pendingFindings.enumerated().sorted { ($0.element.time, $0.offset) < ($1.element.time, $1.offset) }
    pendingFindings = []
    for (_, finding) in findings {
      guard failingFinding == EventTime.none else { break }
      if finding.time < time, phase == .judging {
        if finding.time >= countFrom {
          countTo = max(countTo, finding.time)
          count(finding)
        }
      } else {
        pendingFindings.append(finding)
      }
    }
    countTo = failingFinding == EventTime.none ? time : failingFinding
    let events = pending
    pending = []
    for event in events { take(event) }
    let lines = doubts.pendingUnread
    doubts.pendingUnread = []
    for unread in lines { takeUnread(lines: unread.lines, time: unread.time, place: unread.place) }
  }
}
