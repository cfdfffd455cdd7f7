internal import Analysis
package import Pipeline
internal import Platform
internal import Report
package import RulePack
internal import TraceCore

/// Which events run which of the user's commands.
package final class EventHooks {
  private let hooks: Hooks
  private let onAlert: HookCommand?
  private let onVerdict: HookCommand?
  private let severity: Severity
  /// One for the run: the same value has the same token in all events of it.
  private let redactor: Redactor?
  /// Alerts of what is read of the past, at the beginning, are not worth a page.
  package var isCatchingUp = false

  /// Nil where there is no command to run.
  package init?(_ options: HookSettings, redactor: Redactor?) throws(Failure) {
    self.redactor = redactor
    severity = options.severity
    var limits = Hooks.Limits()
    limits.time = try RunSettings.duration(options.timeout, option: "--hook-timeout")
    onAlert = try options.onAlert.map { (text) throws(Failure) in try HookCommand(parsing: text, option: "--on-alert") }
    onVerdict = try options.onVerdict.map { (text) throws(Failure) in
      try HookCommand(parsing: text, option: "--on-verdict")
    }
    guard onAlert != nil || onVerdict != nil else { return nil }
    hooks = Hooks(limits)
  }

  package func take(_ event: LiveEvent) {
    switch event {
    case .finding(let finding):
      guard let onAlert, !isCatchingUp, finding.kind == .rule, finding.rule.severity <= severity else { return }
      hooks.run(
        onAlert,
        for: Hooks.Event(
          kind: "finding", id: finding.eventID, severity: finding.rule.severity.name, state: nil, json: json(event)))
    case .verdict(let verdict, let gate):
      guard let onVerdict else { return }
      hooks.run(
        onVerdict,
        for: Hooks.Event(
          kind: "verdict", id: GateReport.eventID(verdict, gate: gate), severity: nil, state: verdict.state.rawValue,
          json: json(event)))
    case .window, .mark, .rotation, .alert: return
    }
  }

  private func json(_ event: LiveEvent) -> [UInt8] {
    var sink = TextSink()
    EventPrinter.json(redactor.map { EventHooks.redacted(event, by: $0) } ?? event, into: &sink)
    return sink.bytes
  }

  /// What hooks are told of; other events have none.
  private static func redacted(_ event: LiveEvent, by redactor: Redactor) -> LiveEvent {
    switch event {
    case .finding(let finding): .finding(finding.redacted(by: redactor))
    case .verdict(let verdict, let gate): .verdict(verdict.redacted(by: redactor), gate: gate)
    case .window, .mark, .rotation, .alert: event
    }
  }

  package var descriptors: [Int32] { hooks.descriptors }
  package var due: Int64? { hooks.due }

  /// Goes on with what runs; what there is to be said of commands that have ended.
  package func poll() -> [String] { hooks.poll().compactMap(EventHooks.sentence) }

  /// Waits for what runs, up to its limit.
  package func finish() -> [String] { hooks.finish().compactMap(EventHooks.sentence) }

  /// Nil for a command that did what it was there for and said nothing.
  private static func sentence(_ result: Hooks.Result) -> String? {
    let said = String(decoding: result.output, as: UTF8.self)
      .split(whereSeparator: \.isNewline).joined(separator: " / ")
    let what: String
    switch result.outcome {
    case .ended(.exited(0)):
      if said.isEmpty { return nil }
      what = "done"
    case .ended(.exited(let status)): what = "failed with status \(status)"
    case .ended(.signalled(let signal)): what = "ended by signal \(signal)"
    case .timedOut: what = "ended: it ran longer than --hook-timeout"
    case .notStarted(let reason): what = "not started: \(reason)"
    case .dropped: what = "not run: too many events wait"
    }
    return "hook \(Escape.terminal(result.command)): \(what)\(said.isEmpty ? "" : ": " + Escape.terminal(said))"
  }
}
