internal import Analysis
internal import RulePack
internal import TraceCore

/// Tells events while records are merged: findings as they begin; windows, marks and verdicts at ticks.
///
/// A tick is due before the record with which the watermark passes the end of a window (or an instant of the gate's), so
/// that what is told, and in which order, depends on the sequence of records alone and never on how they came in blocks.
///
/// Meaning: docs/semantics.md#following.
final class EventFeed {
  /// Receives the events.
  var onEvent: ((LiveEvent) -> Void)?
  /// Of a service; told of events first.
  let recorder: ServiceRecorder?
  let rules: [Rule]
  let length: Int64
  let marks: [String]
  /// `--where`.
  let selection: String?
  let gatePlan: GatePlan?
  var gate: Gate?
  /// Instead of a gate's verdicts, what another log's requests are as a baseline.
  var sample: GateSample?
  /// Number of the gate's first condition among the request atoms.
  let firstAtom: Int
  /// As the grouper's, one record ahead of it at a tick.
  var clock = Watermark()
  var routes: Windows
  var versions: Windows?
  /// Start of the next window to be told; EventTime.none before the first record with a time.
  var next = EventTime.none
  /// Hits by start of the window and number of the rule.
  var hits: [Int64: [Int: Int64]] = [:]
  var leftOut = LeftOut()
  /// Versions known, and events that wait for the next tick.
  var knownVersions = 0
  var waiting: [LiveEvent] = []

  /// By number of the rule: what its findings count so far, as a scan says it.
  var counted: [Int: Int64] = [:]
  /// Lines that could not be read, until the gate takes them.
  var unread = UnreadLines()
  var unplaced: [UnreadLines.Run] = []
  /// Logs whose records tell no times.
  var logsWithoutTime: [String] = []
  /// Where a tick was due last, among the records at hand; and where the gate's last verdict was given.
  private var lastCut = 0
  private(set) var stoppedAt: Int?

  var last: GateRequest?
  /// By number of the route.
  var kinds: [RouteKind] = []
  var isEnding = false
  /// For somebody who watches.
  var recent: RecentRequests?
  /// What is known of requests that are not counted yet.
  var details: WaitingDetails
  /// Which incidents are open.
  var alerts: AlertBook
  /// Objectives over weeks; none in most runs.
  var budgets: BudgetBook
  /// Event times behind which records are proven missing, the newest ones.
  var gaps: [Int64] = []

  /// Requests that the next window reports as not counted.
  struct LeftOut {
    var unfinished: Int64 = 0
    var uncounted: Int64 = 0
    var uncountedErrors: Int64 = 0
  }

  /// What a tick has to know of the merge.
  struct State {
    var routeNames: GroupNames
    var versionNames: GroupNames
    var isUnmatched: (Int) -> Bool
    /// Requests open now.
    var open: () -> [(start: Int64, route: Int32)]
    /// Of a stream's number, and of the number of a kind of records that are not counted.
    var instanceName: (Int32) -> String = { "instance \($0 + 1)" }
    var sourceName: (Int32) -> GateNames.Source = { GateNames.Source(name: "source \($0 + 1)") }
  }

  init(_ options: LiveOptions, streams: Int, rules: [Rule], firstAtom: Int) {
    self.rules = rules
    self.firstAtom = firstAtom
    budgets = BudgetBook(
      options.objectives, firstCondition: firstAtom + (options.gate?.definition.requestConditions.count ?? 0))
    length = options.window
    marks = options.marks
    selection = options.selection
    alerts = AlertBook(least: options.alertSeverity)
    gatePlan = options.gate
    routes = Windows(length: length)
    versions = options.versionField == nil ? nil : Windows(length: length)
    if let plan = options.gate, plan.isSample { sample = GateSample(plan.definition) }
    let fields = options.gate?.definition.fieldNames.count ?? 0
    details = WaitingDetails(fields: fields)
    recorder = options.service.map { (service) in
      ServiceRecorder(
        service, streams: streams, firstAudienceField: fields, hasVersions: options.versionField != nil)
    }
  }

  /// The gate has given its last verdict: there is nothing more to be told. A service goes on.
  var isOver: Bool { recorder == nil && gate?.isOver ?? false }

  func tell(_ event: LiveEvent) {
    recorder?.take(event)
    onEvent?(event)
    if let change = alertChange(of: event) { onEvent?(.alert(change)) }
  }

  // MARK: Ticks

  /// When the next tick is due (watermark).
  var due: Int64 {
    guard next != EventTime.none else { return .max }
    return min(next + length, gate?.due ?? .max)
  }

  /// Looks at the times of records from `index` on; returns the first before which a tick is due. That one has been looked
  /// at then: go on behind it.
  func cut(_ records: Span<Record>, from index: Int, to end: Int) -> Int? {
    var clock = clock
    defer { self.clock = clock }
    var due = due
    for i in index..<end where records[i].time != EventTime.none {
      let high = clock.high
      _ = clock.observe(records[i].time)
      if high == EventTime.none || clock.high < high {
        begin(at: clock.high)
        due = self.due
      }
      if clock.time >= due {
        lastCut = i
        return i
      }
    }
    return nil
  }

  /// The first record that tells the time; or the first one's was wrong.
  func begin(at time: Int64) {
    let isFirst = next == EventTime.none
    next = start(of: time)
    guard isFirst else { return }
    for text in marks { waiting.append(.mark(EventMark(kind: .given, time: time, text: text))) }
    guard let gatePlan, !gatePlan.isSample else { return }
    let start = gatePlan.start ?? time
    guard Gate.canBegin(gatePlan.definition, at: start) else { return }
    gate = gate(of: gatePlan, from: start)
    give(unplaced)
    unplaced = []
  }

  /// Tells what the watermark has passed.
  func tick(_ state: State) {
    guard !isOver, clock.time != EventTime.none else { return }
    tellWaiting()
    closeWindows(upTo: clock.time, state, isEnd: false)
    giveUnread(before: lastCut)
    judge(at: clock.time, state)
    if isOver { stoppedAt = lastCut }
  }

  func tellWaiting() {
    for event in waiting {
      if case .finding(let finding) = event { noteForGate(finding) }
      tell(event)
    }
    waiting.removeAll()
  }
}

extension Watermark {
  /// The newest confirmed time; nil before the first.
  var known: Int64? { high == EventTime.none ? nil : high }
}

extension EventFeed.State {
  var gateNames: GateNames { GateNames(route: name, instance: instanceName, source: sourceName) }

  func name(_ route: Int32) -> String { routeNames.text(of: route) }
}
