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
  /// Only some requests are judged, and one without an end does not say whether it is of them: it lets nothing fail, and what
  /// could not pass with it does not.
  package var selectsRequests = false
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

  package var isOver: Bool { phase == .over }

  /// The stage at hand, from 0; nil before the first and when it is over.
  package var stage: Int? { phase == .waiting || phase == .over ? nil : stageNumber }

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
