internal import Analysis
internal import RulePack
internal import TraceCore

/// Keeps what a service shows of the past: requests by the hour, counts for a scraper, findings and failures.
final class ServiceRecorder {
  private(set) var history: ServiceHistory
  private(set) var metrics: RequestMetrics
  private(set) var journal = ServiceJournal()
  private var ids = WaitingIDs()
  private let hasVersions: Bool
  /// Of a stream's number.
  var instanceName: (Int32) -> String = { "instance \($0 + 1)" }

  init(_ options: ServiceOptions, hasVersions: Bool) {
    history = ServiceHistory(mostSealed: options.waitingHours)
    metrics = RequestMetrics(limits: options.limits)
    self.hasVersions = hasVersions
  }

  /// What the records say that tell of requests.
  func take(_ tellings: ContiguousArray<TraceGrouper.TellingNote>, of parsed: ParsedBlock) {
    ids.add(tellings, of: parsed)
  }

  /// A request that counts; under the names that numbers have.
  func take(_ request: RequestEvent, routes: GroupNames, versions: GroupNames) {
    let id = ids.remove(request.exchange)
    let route = history.route(of: request)
    let version = hasVersions ? request.group : -3
    if history.isOver(at: request.watermark) { history.seal(before: request.watermark, names(routes, versions)) }
    history.add(request, route: route, version: version)
    metrics.add(request, route: route, version: version, id: id)
    if request.isError, let id {
      journal.add(
        ServiceJournal.Failed(
          id: id, route: route, status: request.status, duration: request.duration, time: request.time))
    }
  }

  /// An exchange of which nothing more is to be known.
  func drop(_ exchange: UInt64) { _ = ids.remove(exchange) }

  /// An event, before anybody else is told of it.
  func take(_ event: LiveEvent) {
    switch event {
    case .finding(let finding): journal.add(ServiceJournal.Found(finding))
    case .mark(let mark) where mark.kind != .gap:
      journal.add(ServiceJournal.Mark(time: mark.time, text: mark.text, isRelease: mark.kind == .version))
    case .window(let window):
      for count in window.hits {
        journal.note(rule: count.rule, until: window.summary.end)
        history.add(hits: count.hits, of: count.rule, at: window.summary.start)
      }
    case .verdict(let verdict, _): journal.add(ServiceJournal.Judged(verdict))
    case .mark, .rotation: break
    }
  }

  /// Hours that are over and in no file yet, the oldest first.
  var sealed: [ServiceHour<String>] { history.sealed }

  /// The oldest of them was written.
  func removeSealed() { history.removeSealed() }

  private func names(_ routes: GroupNames, _ versions: GroupNames) -> ServiceNames {
    ServiceNames(
      route: { $0 == ServiceHistory.unmatched ? RequestStats.unmatchedName : routes.text(of: $0) },
      version: { versions.text(of: $0) }, instance: instanceName)
  }

  // MARK: What is shown

  func snapshot(routes: GroupNames, versions: GroupNames) -> ServiceSnapshot {
    let names = names(routes, versions)
    return ServiceSnapshot(
      hours: history.sealed + history.hours.map { $0.named(names) }, ticks: history.ticks, bounds: metrics.bounds,
      series: metrics.series.sorted { $0.key < $1.key }.map { key, series in
        ServiceSnapshot.Series(
          route: names.route(key.route), version: hasVersions ? names.version(key.version) : nil,
          status: key.status, isError: key.isError, counts: series)
      },
      findings: journal.findings, lastHits: journal.lastHits, findingCounts: journal.findingCounts,
      failures: journal.failures.map {
        ServiceSnapshot.Failed(
          id: $0.id, route: names.route($0.route), status: $0.status, duration: $0.duration, time: $0.time)
      }, verdicts: journal.verdicts, marks: journal.marks, late: history.late, forgotten: history.forgotten)
  }

  // MARK: State

  func code(_ coder: inout StateCoder) throws(StateError) {
    try coder.section("service")
    try coder.code(&history)
    try coder.code(&metrics)
    try coder.code(&journal)
  }

  /// Whether all numbers are names'.
  func isWithin(routes: GroupNames, versions: GroupNames, streams: Int) -> Bool {
    history.isWithin(routes: routes, versions: versions, streams: streams)
      && metrics.isWithin(routes: routes, versions: versions) && journal.isWithin(routes: routes)
  }
}

/// Ids of requests that are not counted yet. Memory: what waits (`ExchangeTable`). Not saved: without them a request of that
/// moment has no example, and its count is as right as any.
struct WaitingIDs {
  private var ids: [UInt64: String] = [:]

  /// Takes what the records say that tell of requests.
  mutating func add(_ tellings: ContiguousArray<TraceGrouper.TellingNote>, of parsed: ParsedBlock) {
    for telling in tellings where telling.exchange != 0 && !telling.isLate && ids[telling.exchange] == nil {
      let record = parsed.batch.records[Int(telling.record)]
      if record.idHash != 0 { ids[telling.exchange] = parsed.id(of: record) }
    }
  }

  /// The id of an exchange that is counted, or never will be.
  mutating func remove(_ exchange: UInt64) -> String? {
    ids.isEmpty ? nil : ids.removeValue(forKey: exchange)
  }
}

extension ServiceJournal.Found {
  init(_ finding: Finding) {
    self.init(
      id: finding.eventID, rule: finding.rule.id, title: finding.rule.title, severity: finding.rule.severity.rawValue,
      count: finding.count, first: finding.first, last: finding.last, trace: finding.traces.first,
      message: finding.message,
      place: finding.example.map { "\($0.path == "-" ? "standard input" : $0.path):\($0.line)" } ?? "")
  }
}
