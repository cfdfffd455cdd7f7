package import Analysis
package import Pipeline
package import Report
internal import RulePack
internal import TraceCore

/// Looks at the hours after a deploy, over a log: figures of each hour beside those before, what a gate says of it, which
/// alerts there were, which messages are new.
///
/// Four passes over the log: events and messages, figures, the gate over all hours and by hour; one more after each hour that a
/// finding fails (`GateReplay`). Memory is that of `stats`, `scan` and a gate.
package struct WatchJob {
  /// What is watched.
  package struct Options: Sendable {
    /// Event time of the deploy; nil for the last release in the log.
    package var start: Int64?
    /// Nanoseconds.
    package var duration: Int64 = 24 * WatchJob.hour
    /// Event times of what is compared with; nil for the 24 hours before the start.
    package var baseline: Range<Int64>?
    /// The field that names the release.
    package var versionField = "version"

    package init() {}
  }

  package static let hour = 3_600 * EventTime.nanosecondsPerSecond
  /// Hours that are watched at most: a row each.
  package static let mostHours: Int64 = 24 * 31

  private let settings: RunSettings
  private let plan: RunPlan
  private let options: Options
  private let gate: GateDefinition?

  /// - Parameter plan: with its rules; of an input that can be read again.
  package init(settings: RunSettings, plan: RunPlan, options: Options, gate: GateDefinition?) {
    (self.settings, self.plan, self.options, self.gate) = (settings, plan, options, gate)
  }

  /// What the first pass gives.
  private struct Overview {
    var stats: StatsSummary
    var messages: ServiceMessages?
    /// The newest state of each incident, by its beginning.
    var incidents: [AlertIncident] = []
    /// Releases as they appeared; the first is what the log began with.
    var releases: [EventMark] = []
  }

  /// - Parameter command: makes the document again.
  package func run(command: String) throws(Failure) -> WatchDocument {
    let overview = try overview()
    let stats = overview.stats
    guard stats.firstTime != EventTime.none else {
      // Nothing to be watched: the ledger says why.
      return WatchDocument(
        title: LogRun.title(plan.input), start: EventTime.none, end: EventTime.none, first: EventTime.none,
        last: EventTime.none,
        total: GroupSummary(name: "total"), ledger: stats.ledger, command: command, statsCommand: "")
    }
    let (start, release, note) = try start(overview)
    let end = start.plus(options.duration)
    let seen = min(end, stats.lastTime.plus(1))
    let spans = hours(from: start, to: end, seen: seen)
    let before = options.baseline ?? min(start, max(stats.firstTime, start.less(24 * WatchJob.hour)))..<start
    let selections =
      [MeasureSelection(span: MeasureSpan(since: start, until: end))]
      + [
        MeasureSelection(
          span: MeasureSpan(since: before.lowerBound, until: max(before.upperBound, before.lowerBound + 1)))
      ]
      + spans.map { MeasureSelection(span: MeasureSpan(since: $0.lowerBound, until: $0.upperBound)) }
    let counts = try LogRun.measure(selections, plan, pass: "2, figures").counts
    func figures(_ number: Int) -> GroupSummary { counts[number]?.summary ?? GroupSummary(name: "total") }
    let replay = ReplayCommand(settings, input: plan.input)
    var document = WatchDocument(
      title: LogRun.title(plan.input), start: start, end: end, first: stats.firstTime, last: stats.lastTime,
      total: figures(0),
      ledger: stats.ledger, command: command, statsCommand: replay.stats(since: start, until: end))
    document.release = release
    document.notes = note.map { [$0] } ?? []
    if !before.isEmpty, counts[1]?.isInLog == true {
      document.baseline = WatchDocument.Baseline(
        start: before.lowerBound, end: before.upperBound, figures: figures(1))
    }
    if options.baseline != nil, document.baseline == nil {
      document.notes.append("the log has no record in the span of --baseline, so there is nothing to compare with")
    }
    if plan.rules != nil {
      document.incidents = overview.incidents.filter { incident in
        incident.opened < end && (incident.state == .open || incident.last >= start)
      }
    }
    if let messages = overview.messages, stats.firstTime < start {
      document.messages = messages.new(since: start).filter { $0.first < end }
      if messages.forgottenUntil != EventTime.none {
        document.notes.append(
          "more kinds of messages than can be kept: \(CountText.text(messages.forgotten)) of before were forgotten, and look new "
            + "where they are logged again")
      }
    }
    for (number, span) in spans.enumerated() {
      var hour = WatchDocument.Hour(
        number: number + 1, start: span.lowerBound, end: span.upperBound, figures: figures(2 + number),
        isWhole: stats.lastTime >= span.upperBound.less(WatchDocument.tolerance))
      hour.newMessages = document.messages?.count { span.contains($0.first) }
      // What was open before belongs to the first hour.
      hour.incidents = document.incidents?.count { span.contains(max($0.opened, start)) }
      document.hours.append(hour)
    }
    if let gate { try judge(gate, spans, seen: seen, &document) }
    return document
  }

  // MARK: Passes

  private func overview() throws(Failure) -> Overview {
    var first = plan
    var live = LiveOptions()
    live.versionField = options.versionField
    first.groupBy = live.versionField
    first.live = live
    first.messages = .dated
    try first.checkConditions()
    let collected = Collected()
    let result = try LogRun.run(first, pass: "1, alerts and messages") { (driver) throws(RunError) in
      try driver.run { event in collected.take(event) }
    }
    try LogRun.refuseUnknownFields(of: plan, result)
    return Overview(
      stats: result.stats, messages: result.messages, incidents: collected.incidents, releases: collected.releases)
  }

  /// Keeps what is asked for of a run's events.
  private final class Collected {
    private(set) var incidents: [AlertIncident] = []
    private(set) var releases: [EventMark] = []
    /// Incidents are one after the other.
    private static let mostIncidents = 10_000

    func take(_ event: LiveEvent) {
      switch event {
      case .alert(let change):
        if incidents.last?.key == change.incident.key { incidents.removeLast() }
        if incidents.count < Collected.mostIncidents { incidents.append(change.incident) }
      case .mark(let mark) where mark.kind == .version: releases.append(mark)
      default: break
      }
    }
  }

  /// Where the watch begins, of which release, and what a reader must know of that.
  private func start(_ overview: Overview) throws(Failure) -> (time: Int64, release: String?, note: String?) {
    let last = overview.stats.lastTime
    // The first one is what the log began with.
    let releases = overview.releases.dropFirst()
    if let start = options.start {
      guard start <= last else {
        throw Failure(
          .usage,
          "--from: the log ends before, at \(EventTime.rfc3339(last)): there is nothing to watch yet")
      }
      let near = releases.last { $0.time <= start.plus(WatchJob.hour) && $0.time >= start.less(WatchJob.hour) }
      return (start, near?.text, nil)
    }
    guard let release = releases.last else {
      return (
        overview.stats.firstTime, nil,
        "no release was seen in the log (field '\(options.versionField)'), so it is watched from its first record on; "
          + "--from says when the deploy was, --version-field which field names the release"
      )
    }
    let others = releases.dropLast().map { "\($0.text) at \(EventTime.rfc3339($0.time))" }
    let note = others.isEmpty ? nil : "other releases in the log: \(others.suffix(5).joined(separator: ", "))"
    return (release.time, release.text, note)
  }

  /// Those of which the log says something; the last one ends with the watch.
  private func hours(from start: Int64, to end: Int64, seen: Int64) -> [Range<Int64>] {
    var spans: [Range<Int64>] = []
    var next = start
    while next < min(end, seen), spans.count < WatchJob.mostHours {
      let until = min(next.plus(WatchJob.hour), end)
      guard until > next else { break }
      spans.append(next..<until)
      next = until
    }
    return spans
  }

  private func judge(
    _ gate: GateDefinition, _ spans: [Range<Int64>], seen: Int64, _ document: inout WatchDocument
  ) throws(Failure) {
    document.gate = gate.name
    let replay = GateReplay(plan: plan, settings: settings)
    guard let first = spans.first?.lowerBound, seen.less(first) > gate.warmUp else { return }
    document.verdict = try replay.verdict(of: gate, from: first, to: seen, pass: "3, the gate")
    let judged = spans.map { $0.lowerBound..<max($0.lowerBound, min($0.upperBound, seen)) }
    let verdicts = try replay.verdicts(of: gate, on: judged, pass: "4, the gate by hour")
    for (number, verdict) in verdicts.enumerated() { document.hours[number].verdict = verdict }
  }
}
