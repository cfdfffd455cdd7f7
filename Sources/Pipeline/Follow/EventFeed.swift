internal import Analysis
internal import RulePack
internal import TraceCore

/// Tells events while records are merged: findings as they begin; windows, marks and verdicts at ticks.
///
/// A tick is due before the record with which the watermark passes the end of a window (or an instant of the gate's), so
/// that what is told, and in which order, depends on the sequence of records alone and never on how they came in blocks.
final class EventFeed {
  /// Receives the events.
  var onEvent: ((LiveEvent) -> Void)?
  let rules: [Rule]
  let length: Int64
  private let marks: [String]
  /// `--where`.
  private let selection: String?
  let gatePlan: GatePlan?
  var gate: Gate?
  /// Instead of a gate's verdicts, what another log's requests are as a baseline.
  private(set) var sample: GateSample?
  /// Number of the gate's first condition among the request atoms.
  private let firstAtom: Int
  /// As the grouper's, one record ahead of it at a tick.
  var clock = Watermark()
  var routes: Windows
  var versions: Windows?
  /// Start of the next window to be told; EventTime.none before the first record with a time.
  var next = EventTime.none
  /// Hits by start of the window and number of the rule.
  var hits: [Int64: [Int: Int64]] = [:]
  var unfinished: Int64 = 0
  var uncounted: Int64 = 0
  var uncountedErrors: Int64 = 0
  /// Versions known, and events that wait for the next tick.
  var knownVersions = 0
  var waiting: [LiveEvent] = []

  /// By number of the rule: what its findings count so far, as a scan says it.
  var counted: [Int: Int64] = [:]
  /// Lines that could not be read, until the gate takes them.
  var unread = UnreadLines()
  private var unplaced: [UnreadLines.Run] = []
  /// Logs whose records tell no times.
  var logsWithoutTime: [String] = []
  /// Where a tick was due last, among the records at hand; and where the gate's last verdict was given.
  private var lastCut = 0
  private(set) var stoppedAt: Int?

  private var last: GateRequest?
  /// By number of the route.
  private var kinds: [RouteKind] = []
  private var isEnding = false
  /// For somebody who watches.
  var recent: RecentRequests?
  /// Event times behind which records are proven missing, the newest ones.
  var gaps: [Int64] = []

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

  init(_ options: LiveOptions, rules: [Rule], firstAtom: Int) {
    self.rules = rules
    self.firstAtom = firstAtom
    length = options.window
    marks = options.marks
    selection = options.selection
    gatePlan = options.gate
    routes = Windows(length: length)
    versions = options.versionField == nil ? nil : Windows(length: length)
    if let plan = options.gate, plan.isSample { sample = GateSample(plan.definition) }
  }

  /// The gate has given its last verdict: there is nothing more to be told.
  var isOver: Bool { gate?.isOver ?? false }

  private func tell(_ event: LiveEvent) { onEvent?(event) }

  // MARK: Ticks

  /// When the next tick is due (watermark).
  private var due: Int64 {
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
  private func begin(at time: Int64) {
    let isFirst = next == EventTime.none
    next = start(of: time)
    guard isFirst else { return }
    for text in marks { waiting.append(.mark(EventMark(kind: .given, time: time, text: text))) }
    guard let gatePlan, !gatePlan.isSample else { return }
    let start = gatePlan.start ?? time
    guard Gate.canBegin(gatePlan.definition, at: start) else { return }
    var gate = Gate(gatePlan.definition, start: start)
    if let baseline = gatePlan.baseline { gate.setBaseline(baseline) }
    self.gate = gate
    give(unplaced)
    unplaced = []
  }

  private func start(of time: Int64) -> Int64 { time - EventTime.floorDivide(time, length).remainder }

  /// Tells what the watermark has passed.
  func tick(_ state: State) {
    guard !isOver, clock.time != EventTime.none else { return }
    tellWaiting()
    closeWindows(upTo: clock.time, state, isEnd: false)
    giveUnread(before: lastCut)
    judge(at: clock.time, state)
    if isOver { stoppedAt = lastCut }
  }

  private func tellWaiting() {
    for event in waiting {
      if case .finding(let finding) = event { noteForGate(finding) }
      tell(event)
    }
    waiting.removeAll()
  }

  private func judge(at time: Int64, _ state: State) {
    guard gate != nil, gate?.isOver == false, time >= gate?.due ?? .max else { return }
    let open = gate?.asksForOpenRequests(at: time) == true ? state.open() : []
    let loss = loss
    let verdicts = gate?.advance(to: time, open: open, names: state.gateNames, loss: loss) ?? []
    tell(verdicts)
  }

  /// Nobody can say how many requests a gap has swallowed.
  private var loss: GateLoss {
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

  private func give(_ runs: [UnreadLines.Run]) {
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

  private func tell(_ verdicts: [Verdict]) {
    guard let name = gatePlan?.definition.name else { return }
    for var verdict in verdicts {
      if let selection {
        let note =
          "only requests are judged for which this holds: \(selection) (--where); of those still open nobody knows it"
        // Of the verdict on the whole it was said with the stage that decided it.
        if verdict.isFinal, !verdict.objectives.isEmpty {
          verdict.stageNotes.insert(note, at: 0)
        } else {
          verdict.notes.insert(note, at: 0)
        }
      }
      tell(.verdict(verdict, gate: name))
    }
  }

  /// Empty windows in a row that are told one by one; more of them are one mark.
  private static let mostEmpty: Int64 = 1_000

  private func closeWindows(upTo time: Int64, _ state: State, isEnd: Bool) {
    routes.close(upTo: time, names: state.routeNames, isUnmatched: state.isUnmatched)
    versions?.close(upTo: time, names: state.versionNames, isUnmatched: { _ in false })
    var byStart: [Int64: WindowSummary] = [:]
    for window in routes.takeClosed() { byStart[window.start] = window }
    var versionsByStart: [Int64: [GroupSummary]] = [:]
    for window in versions?.takeClosed() ?? [] { versionsByStart[window.start] = window.groups }
    let told = (Array(byStart.keys) + hits.keys).sorted()
    var place = 0
    while next + length <= time {
      while place < told.count, told[place] < next { place += 1 }
      let until = place < told.count ? min(told[place], start(of: time)) : start(of: time)
      if (until - next) / length > EventFeed.mostEmpty {
        tell(.mark(EventMark(kind: .gap, time: next, text: EventFeed.gap(from: next, to: until, length))))
        next = until
        continue
      }
      let summary = byStart[next] ?? Windows.empty(start: next, length: length)
      tell(
        .window(
          EventWindow(
            summary: summary, versions: versionsByStart[next] ?? [], hits: takeHits(before: next + length),
            unfinished: unfinished, isPartial: isEnd && next + length > clock.high, uncounted: uncounted,
            uncountedErrors: uncountedErrors)))
      (unfinished, uncounted, uncountedErrors) = (0, 0, 0)
      next += length
    }
  }

  private static func gap(from start: Int64, to end: Int64, _ length: Int64) -> String {
    "nothing until \(EventTime.rfc3339(end)): \((end - start) / length) empty windows are not reported"
  }

  private func takeHits(before end: Int64) -> [EventWindow.RuleCount] {
    var sums: [Int: Int64] = [:]
    for (start, counts) in hits where start < end {
      for (rule, count) in counts { sums[rule, default: 0] += count }
      hits[start] = nil
    }
    return sums.sorted { ($0.key) < ($1.key) }
      .map { EventWindow.RuleCount(rule: rules[$0.key].id, severity: rules[$0.key].severity.name, hits: $0.value) }
  }

  // MARK: What is counted

  func take(_ request: RequestEvent, routeNames: GroupNames, versionNames: GroupNames) {
    guard !isOver else { return }
    var byRoute = request
    byRoute.group = request.route
    routes.add(byRoute)
    if versions != nil {
      versions?.add(request)
      if Int(request.group) >= knownVersions { noteVersion(request, versionNames) }
    }
    recent?.take(request)
    guard gate != nil || sample != nil else { return }
    var judged = judged(request)
    judged.kind = kind(of: request.route, routeNames)
    gate?.take(judged)
    sample?.take(judged)
    last = judged
  }

  private func kind(of route: Int32, _ names: GroupNames) -> RouteKind {
    guard route >= 0 else { return .user }
    while kinds.count <= Int(route) { kinds.append(RouteKind(route: names.name(kinds.count))) }
    return kinds[Int(route)]
  }

  private func judged(_ request: RequestEvent) -> GateRequest {
    GateRequest(
      time: request.time, duration: request.duration,
      isError: request.status >= 500 || (request.status == 0 && request.level >= .error), route: request.route,
      version: versions == nil ? -1 : request.group, instance: request.stream,
      truths: request.truths >> (UInt32(firstAtom) * 2))
  }

  /// A closing record that is not counted as a request, of the kind with that number (`State.sourceName`); in the order of
  /// the requests.
  func takeUncounted(_ telling: RequestEvent, source: Int32) {
    guard !isOver else { return }
    uncounted += 1
    if telling.isError { uncountedErrors += 1 }
    gate?.takeUncounted(GateUncounted(judged(telling), source: source))
  }

  /// A field's value of the request that was taken last.
  func take(_ text: String, field: Int) {
    guard !isOver, let last, let fields = gatePlan?.definition.fields, fields.indices.contains(field),
      let value = fields[field].value(ofText: text)
    else { return }
    gate?.take(value: value, field: field, of: last)
    sample?.take(value: value, field: field, of: last)
  }

  private func noteVersion(_ request: RequestEvent, _ names: GroupNames) {
    knownVersions = Int(request.group) + 1
    let name = names.name(Int(request.group))
    gate?.noteVersion(request.group, name: name)
    waiting.append(.mark(EventMark(kind: .version, time: request.time, text: name)))
  }

  func take(_ request: UnfinishedRequest) {
    unfinished += 1
    if !isEnding { gate?.take(unfinished: request.start, route: request.route) }
  }

  /// A rule's hit. Those of rules about traces come when a trace closes: they wait for the next tick.
  ///
  /// - Parameter events: by how much the rule's finding grows.
  func takeHit(rule: Int, time: Int64, events: Int64, begun: Finding?) {
    guard !isOver else { return }
    counted[rule, default: 0] += events
    if time != EventTime.none {
      // What comes late is counted in the window that is told next.
      let window = next == EventTime.none ? start(of: time) : max(start(of: time), next)
      hits[window, default: [:]][rule, default: 0] += events
    }
    guard let begun else { return }
    if case .trace = begun.rule.condition {
      waiting.append(.finding(begun))
    } else {
      noteForGate(begun)
      tell(.finding(begun))
    }
  }

  private func noteForGate(_ finding: Finding) {
    guard finding.kind == .rule else { return }
    // It shows with its last event: of a count over a window the first may lie far back.
    gate?.takeFinding(
      GateFinding(
        rule: finding.rule.id, severity: Int(finding.rule.severity.rawValue), message: finding.message,
        time: finding.last, trace: finding.traces.first,
        place: finding.example.map { "\($0.path == "-" ? "standard input" : $0.path):\($0.line)" }))
  }

  /// By id of the rule.
  var countsByRule: [String: Int64] {
    Dictionary(counted.map { (rules[$0.key].id, $0.value) }, uniquingKeysWith: +)
  }

  // MARK: The end

  /// What closes from here on closes because the input ends: the gate is told of it as open.
  func beginEnd() { isEnding = true }

  /// The input has ended. `state.open` gives what was open then.
  func finish(_ state: State) {
    guard !isOver else { return }
    clock.finish()
    tellWaiting()
    if next != EventTime.none, clock.high != EventTime.none {
      closeWindows(upTo: max(next, start(of: clock.high) + length), state, isEnd: true)
    }
    sample?.finish(routeName: state.name, versionName: { state.versionNames.name(Int($0)) })
    if gate == nil, sample == nil, gatePlan != nil { tell([Gate.withoutRecords]) }
    giveUnread()
    let (open, loss) = (state.open(), loss)
    // What was read beyond `--to` is known all the same.
    let reached = [gatePlan?.end, clock.known].compactMap(\.self).max()
    let verdicts = gate?.finish(reached: reached, open: open, names: state.gateNames, loss: loss) ?? []
    tell(verdicts)
  }

  /// The wall clock says that `time` has passed, whatever the log says.
  func expire(at time: Int64, _ state: State) {
    guard !isOver, let gate, !gate.isOver else { return }
    tellWaiting()
    giveUnread()
    judge(at: time, state)
  }
}

extension Watermark {
  /// The newest confirmed time; nil before the first.
  fileprivate var known: Int64? { high == EventTime.none ? nil : high }
}

extension EventFeed.State {
  var gateNames: GateNames { GateNames(route: name, instance: instanceName, source: sourceName) }

  func name(_ route: Int32) -> String {
    if route >= 0 { return routeNames.name(Int(route)) }
    return route == GroupNames.folded ? RequestStats.otherName : RequestStats.noneName
  }
}
