package import Analysis
internal import LogSource
package import Pipeline
package import Report
package import RulePack
internal import TraceCore

/// What the live screen shows, gathered from events and snapshots, and what its keys do.
package final class LiveSession {
  /// Windows whose figures are kept, for the sparklines.
  private static let mostWindows = 120
  private static let mostFindings = 200
  private static let mostWarnings = 20
  /// Windows that are the baseline where nothing else says what that is.
  private static let firstWindows = 30

  package let terminal: LiveTerminal
  package let style: Style
  private var gate: GateWatch?
  package var view = LiveView()
  /// What is shown while the screen is paused.
  package var held: LiveView?
  package var ui = LiveUI()
  private var windows: [EventWindow] = []
  /// Windows before the first mark, and what the mark says.
  private var baseline: (windows: [WindowSummary], name: String)?
  private var findings: [String: LiveFinding] = [:]
  private var versionMarks: [EventMark] = []
  package var nextDraw: Int64 = 0
  package var needsDraw = true
  /// Reads a trace's lines as `skein show` does.
  package var openTrace: ((String) -> [String])?
  package var wantsQuit = false

  package init(files: [String], window: Int64, hasRules: Bool, definition: GateDefinition?, style: Style)
    throws(Failure)
  {
    terminal = try LiveTerminal()
    self.style = style
    gate = definition.map(GateWatch.init)
    view.files = files
    view.window = window
    view.hasRules = hasRules
    view.progress = .waiting
  }

  package var descriptors: [Int32] { terminal.descriptors }
  package var isGone: Bool { terminal.isGone }
  package var endingSignal: Int32? { terminal.endingSignal }

  package func close() { terminal.close() }

  // MARK: Events

  package func take(_ event: LiveEvent) {
    needsDraw = true
    switch event {
    case .window(let window): take(window)
    case .finding(let finding): take(finding)
    case .mark(let mark) where mark.kind == .gap: break
    case .mark(let mark):
      let text = mark.kind == .version ? "version \(mark.text)" : mark.text
      view.marks.append(LiveMark(time: mark.time, text: text))
      if mark.kind == .version { versionMarks.append(mark) }
      // The first version that is seen is what was there.
      if mark.kind == .given || view.marks.count > 1 { endBaseline("before \(text)") }
    case .verdict(let verdict, _): gate?.take(verdict)
    case .rotation(let event, _, _):
      // A rename, and the moment until the new file is there, are as they should be.
      if let note = event.note {
        warn(note.text)
      } else if [.permissionLost, .permissionRegained, .replaced].contains(event.kind) {
        warn(event.text)
      }
    case .alert: break
    }
  }

  package func warn(_ text: String) {
    needsDraw = true
    view.warnings.append(text)
    if view.warnings.count > LiveSession.mostWarnings { view.warnings.removeFirst() }
  }

  package func take(_ window: EventWindow) {
    windows.append(window)
    if windows.count > LiveSession.mostWindows { windows.removeFirst() }
    view.lastWindow = window.summary.start
    for count in window.hits {
      findings[count.rule]?.last = window.summary.end
    }
    if baseline == nil && windows.count == LiveSession.firstWindows {
      endBaseline("the first \(DurationText.short(Int64(windows.count) * view.window, unicode: style.unicode))")
    }
    let known = baseline?.windows ?? []
    view.rate = figure(known) { $0.ratePerSecond }
    view.errorRate = figure(known) { $0.errorRate }
    let requests = known.reduce(0) { $0 + $1.total.requests }
    if requests > 0 {
      // Shares and rates over all of it: most single windows have no error at all.
      view.errorRate.baseline = Double(known.reduce(0) { $0 + $1.total.errors }) / Double(requests)
      let span = known.reduce(0) { $0 + ($1.end - $1.start) }
      view.rate.baseline = Double(requests) / (Double(span) / 1e9)
    }
    view.p50 = figure(known) { $0.p50.map(Double.init) }
    view.p95 = figure(known, isThin: \.p95IsWeak) { $0.p95.map(Double.init) }
    view.p99 = figure(known, isThin: \.p99IsWeak) { $0.p99.map(Double.init) }
  }

  private func figure(
    _ baseline: [WindowSummary], isThin: (GroupSummary) -> Bool = { _ in false }, _ value: (GroupSummary) -> Double?
  ) -> LiveFigure {
    let before = baseline.compactMap { value($0.total) }.sorted()
    let last = windows.last?.summary.total
    return LiveFigure(
      now: last.flatMap(value), baseline: before.isEmpty ? nil : before[before.count / 2],
      series: windows.map { value($0.summary.total) }, isThin: last.map(isThin) ?? false)
  }

  private func endBaseline(_ name: String) {
    guard baseline == nil else { return }
    // The first one began before the first record.
    let whole = windows.dropFirst().map(\.summary).filter { $0.total.requests > 0 }
    guard !whole.isEmpty else { return }
    baseline = (whole, name)
    view.baseline = "\(CountText.text(Int64(whole.count), "window")) \(name)"
  }

  package func take(_ finding: Finding) {
    let severity = Int(finding.rule.severity.rawValue)
    view.findingCounts[severity] += 1
    if var known = findings[finding.rule.id] {
      known.last = max(known.last, finding.last)
      findings[finding.rule.id] = known
      return
    }
    guard findings.count < LiveSession.mostFindings else { return }
    findings[finding.rule.id] = LiveFinding(
      id: finding.eventID, severity: severity, title: finding.rule.title, rule: finding.rule.id, count: finding.count,
      first: finding.first, last: finding.last, trace: finding.traces.first)
  }

  // MARK: Snapshots

  /// - Parameters:
  ///   - isBehind: more is there to be read.
  ///   - wall: nanoseconds since 1970.
  package func take(_ snapshot: FollowSnapshot, isBehind: Bool, isFinished: Bool, wall: Int64) {
    view.time = snapshot.time
    view.uncounted = snapshot.uncounted
    view.lag = nil
    if snapshot.time != EventTime.none, abs(wall - snapshot.time) < 86_400 * EventTime.nanosecondsPerSecond {
      view.lag = wall - snapshot.time
    }
    if isFinished {
      view.progress = .ended
    } else if isBehind {
      view.progress = .catchingUp(bytes: nil)
    } else if snapshot.time == EventTime.none {
      view.progress = .waiting
    } else {
      view.progress = .following
    }
    view.routes = snapshot.routes.map {
      LiveRoute(
        name: $0.name, requests: $0.requests, rate: $0.ratePerSecond ?? 0, errors: $0.errors, p50: $0.p50, p95: $0.p95,
        p99: $0.p99, open: $0.unfinished)
    }
    let versions = snapshot.versions.filter { $0.name != RequestStats.noneName }
    view.versions = versions.map { version in
      let appeared = versionMarks.firstIndex { $0.text == version.name }
      return LiveVersion(
        name: version.name, requests: version.requests, errors: version.errors, p95: version.p95,
        first: appeared.map { versionMarks[$0].time } ?? EventTime.none,
        isNew: versionMarks.count > 1 && appeared == versionMarks.count - 1)
    }
    view.traces = snapshot.failures.map {
      LiveTrace(
        id: $0.id, route: $0.route, status: $0.status > 0 ? $0.status : nil,
        duration: $0.duration >= 0 ? $0.duration : nil, time: $0.time)
    }
    for (rule, count) in snapshot.counts { findings[rule]?.count = count }
    view.listSpan = snapshot.span > 0 ? snapshot.span : nil
    view.findings = findings.values.sorted { ($0.severity, $0.first, $0.rule) < ($1.severity, $1.first, $1.rule) }
    view.gate = gate?.shown(snapshot)
    needsDraw = true
  }
}
