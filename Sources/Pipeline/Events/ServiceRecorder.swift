internal import Analysis
internal import RulePack
internal import TraceCore

/// Keeps what a service shows of the past: requests by the hour, counts for a scraper, findings, failures, the messages and
/// stack traces of records.
final class ServiceRecorder {
  private(set) var history: ServiceHistory
  private(set) var metrics: RequestMetrics
  private(set) var journal = ServiceJournal()
  private var messages = ServiceMessages()
  private var causes = ServiceCauses()
  private var circumstances: RequestCircumstances
  private var stacks: StackCollector!
  private let hasVersions: Bool
  /// Of a stream's number.
  var instanceName: (Int32) -> String = { "instance \($0 + 1)" }

  /// - Parameter firstAudienceField: where the fields that name people begin among those whose values are kept.
  init(_ options: ServiceOptions, streams: Int, firstAudienceField: Int, hasVersions: Bool) {
    history = ServiceHistory(mostSealed: options.waitingHours)
    metrics = RequestMetrics(limits: options.limits)
    circumstances = RequestCircumstances(firstField: firstAudienceField)
    self.hasVersions = hasVersions
    stacks = StackCollector(streams: streams, keepsIDs: true) { [unowned self] in take($0) }
  }

  func addStream() { stacks.addStream() }

  /// Records, with their lives.
  func take(
    _ parsed: ParsedBlock, _ range: Range<Int>, _ members: ContiguousArray<TraceGrouper.Membership>,
    _ tellings: ContiguousArray<TraceGrouper.TellingNote>
  ) {
    circumstances.take(parsed, range, members, tellings)
    for index in range {
      let record = parsed.batch.records[index]
      stacks.take(index, of: parsed, record, isWanted: true)
      messages.add(index, of: parsed)
    }
  }

  /// A line that belongs to the last record of the block before.
  func take(orphan: OrphanLine, of parsed: ParsedBlock, isTraceback: Bool) {
    stacks.extend(parsed, orphan, isTraceback: isTraceback)
  }

  private func take(_ found: StackCollector.Found) {
    guard let key = causes.add(found.text, time: found.time, trace: found.id) else { return }
    history.add(cause: key, at: found.time)
  }

  /// A request that counts; under the names that numbers have.
  func take(_ request: RequestEvent, routes: GroupNames, versions: GroupNames) {
    let known = circumstances.take(request)
    let id = known.id
    let route = history.route(of: request)
    let version = hasVersions ? request.group : -3
    if history.isOver(at: request.watermark) { history.seal(before: request.watermark, names(routes, versions)) }
    history.add(request, route: route, version: version)
    history.add(known, of: request)
    metrics.add(request, route: route, version: version, id: id)
    if request.isError, let id {
      journal.add(
        ServiceJournal.Failed(
          id: id, route: route, status: request.status, duration: request.duration, time: request.time))
    }
  }

  /// An exchange of which nothing more is to be known.
  func drop(_ exchange: UInt64) { circumstances.drop(exchange) }

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
    case .mark, .rotation, .alert: break
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

  /// - Parameter time: how far event time has come.
  func snapshot(routes: GroupNames, versions: GroupNames, at time: Int64) -> ServiceSnapshot {
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
      }, verdicts: journal.verdicts, marks: journal.marks, late: history.late, forgotten: history.forgotten,
      causes: causes.causes, messages: newMessages, openPeaks: history.openPeaks(until: time))
  }

  /// Since the last release; nil without one.
  private var newMessages: ServiceSnapshot.NewMessages? {
    journal.lastRelease.map { release in
      ServiceSnapshot.NewMessages(
        since: release.time, shapes: messages.new(since: release.time),
        forgotten: messages.forgottenUntil == EventTime.none ? 0 : messages.forgotten, other: messages.other)
    }
  }

  // MARK: State

  func code(_ coder: inout StateCoder) throws(StateError) {
    try coder.section("service")
    try coder.code(&history)
    try coder.code(&metrics)
    try coder.code(&journal)
    try coder.code(&messages)
    try coder.code(&causes)
    try coder.code(&circumstances)
    try stacks.code(&coder)
  }

  /// Whether all numbers are names'.
  func isWithin(routes: GroupNames, versions: GroupNames, streams: Int) -> Bool {
    history.isWithin(routes: routes, versions: versions, streams: streams)
      && metrics.isWithin(routes: routes, versions: versions) && journal.isWithin(routes: routes)
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
