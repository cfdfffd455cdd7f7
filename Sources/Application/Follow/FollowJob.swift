package import Analysis
package import LogSource
package import Pipeline
package import Report
package import RulePack
internal import TraceCore

/// Commands that are run when something happens.
package struct HookSettings {
  /// `--on-alert`, and the mildest severity for which it is run.
  package var onAlert: String?
  package var severity: Severity
  package var onVerdict: String?
  /// `--hook-timeout`, as it was given.
  package var timeout: String

  package init(onAlert: String?, severity: Severity, onVerdict: String?, timeout: String) {
    self.onAlert = onAlert
    self.severity = severity
    self.onVerdict = onVerdict
    self.timeout = timeout
  }
}

/// What `follow` does: everything that its options say, checked, as plain values.
package struct FollowJob {
  /// Where a stream without a position of an earlier run begins.
  package enum Beginning: String, CaseIterable { case start, end, checkpoint }

  /// `-` for standard input.
  package var files: [String]
  package var settings: RunSettings
  package var plan: RunPlan
  package var definition: GateDefinition?
  /// The file of the gate.
  package var gate: String?
  package var beginning: Beginning?
  /// The file of the checkpoint.
  package var checkpoint: String?
  /// Looks for changes by the clock.
  package var polls = false
  /// No screen.
  package var isPlain = false
  /// Ends when everything that is there is read.
  package var isOnce = false
  package var isJSON = false
  package var style: Style
  package var detail: LedgerDetail
  package var isStrict = false
  /// Sentences for the heading of the last table.
  package var notes: [String] = []
  /// Options that decide what is counted and are not among `settings`, as words; and marks.
  package var words: [String] = []
  package var markWords: [String] = []
  /// Where the gate's result is written.
  package var output: String?
  package var redaction: RedactionRules?
  package var hooks: HookSettings
  /// `--alerts`, and its file, which can be read again.
  package var alerts: AlertSettings?
  package var alertsFile: String?
  /// The run is a service: it answers requests, and ends by a signal alone.
  package var service: ((FollowJob) throws(Failure) -> any FollowService)?

  package init(
    files: [String], settings: RunSettings, plan: RunPlan, style: Style, detail: LedgerDetail, hooks: HookSettings
  ) {
    self.files = files
    self.settings = settings
    self.plan = plan
    self.style = style
    self.detail = detail
    self.hooks = hooks
  }

  /// How the run forgets what an earlier one knew.
  var startingOver: String {
    service == nil ? "--from start or --from end starts over" : "remove the file to start over"
  }

  package func start(isNew: Bool) -> FollowStart {
    if isNew { return .start }
    if settings.addsRotations { return .rotations }
    return beginning == .start || isOnce ? .start : .end
  }
}
