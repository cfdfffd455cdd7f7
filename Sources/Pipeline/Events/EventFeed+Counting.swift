internal import Analysis
internal import RulePack
internal import TraceCore

// What the feed counts until the next tick.

extension EventFeed {
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
    if !budgets.isEmpty { count(request, routeNames) }
    guard gate != nil || sample != nil else { return }
    var judged = judged(request)
    judged.kind = kind(of: request.route, routeNames)
    gate?.take(judged)
    sample?.take(judged)
    last = judged
  }

  private func count(_ request: RequestEvent, _ names: GroupNames) {
    guard request.time != EventTime.none else { return }
    let window = next == EventTime.none ? start(of: request.time) : max(start(of: request.time), next)
    budgets.take(
      isError: request.isError, duration: request.duration, truths: request.truths,
      kind: kind(of: request.route, names), window: window)
  }

  func kind(of route: Int32, _ names: GroupNames) -> RouteKind {
    guard route >= 0 else { return .user }
    while kinds.count <= Int(route) { kinds.append(RouteKind(route: names.name(kinds.count))) }
    return kinds[Int(route)]
  }

  private func judged(_ request: RequestEvent) -> GateRequest {
    GateRequest(
      time: request.time, duration: request.duration,
      isError: request.isError, route: request.route,
      version: versions == nil ? -1 : request.group, instance: request.stream,
      truths: request.truths >> (UInt32(firstAtom) * 2))
  }

  /// A closing record that is not counted as a request, of the kind with that number (`State.sourceName`); in the order of
  /// the requests.
  func takeUncounted(_ telling: RequestEvent, source: Int32) {
    guard !isOver else { return }
    leftOut.uncounted += 1
    if telling.isError { leftOut.uncountedErrors += 1 }
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
    if knownVersions > 1 { judgeAgain(from: request.time, names) }
    gate?.noteVersion(request.group, name: name)
    waiting.append(.mark(EventMark(kind: .version, time: request.time, text: name)))
  }

  func giveUp(_ request: UnfinishedRequest) {
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

  func noteForGate(_ finding: Finding) {
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
}
