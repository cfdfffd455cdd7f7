package import Analysis
package import LogSource
package import RulePack
package import TraceCore

/// What a run tells while it goes on, in the order in which it becomes certain.
///
/// `window`, `finding`, `mark` and `verdict` depend on the records alone: they are the same followed, in batch and through a
/// pipe. `rotation` tells what happened to files.
package enum LiveEvent: Sendable {
  case window(EventWindow)
  /// A finding begins; what it grows to is in the counts of the windows.
  case finding(Finding)
  case mark(EventMark)
  case verdict(Verdict, gate: String)
  /// An incident has changed; after the event that changed it.
  case alert(AlertBook.Change)
  /// `time` is how far event time had come, `number` counts the rotations of the stream.
  case rotation(FollowEvent, time: Int64, number: Int)
}

/// What makes a run tell events.
package struct LiveOptions: Sendable {
  /// Nanoseconds.
  package var window: Int64 = 10 * EventTime.nanosecondsPerSecond
  /// `--version-field`.
  package var versionField: String?
  /// `--mark`.
  package var marks: [String] = []
  /// `--where`, for the gate's verdicts, which say it.
  package var selection: String?
  package var gate: GatePlan?
  /// The run is a service: it remembers what it shows, and goes on after the gate's last verdict.
  package var service: ServiceOptions?
  /// The least severe finding that is an alert: 0 (P0) ... 3 (P3).
  package var alertSeverity = AlertBook.usualSeverity
  /// What the service promises over weeks.
  package var objectives: [BudgetObjective] = []

  package init() {}

  /// Questions about each request: the gate's, then those of `objectives`.
  package var requestConditions: [FilterExpression] {
    (gate?.definition.requestConditions ?? []) + objectives.flatMap(\.conditions)
  }

  /// Fields whose values are kept: the gate's, then those that name people.
  var valueNames: [String] {
    (gate?.definition.fieldNames ?? []) + (service == nil ? [] : AudienceFields.all)
  }
}

/// What makes a run remember what a service shows.
package struct ServiceOptions: Sendable {
  /// Durations that somebody asks about, a gate's: nanoseconds.
  package var limits: [Int64] = []
  /// Hours that are over and wait to be written, at most.
  package var waitingHours = ServiceHistory.mostUnwritten

  package init() {}
}

/// A gate and where it begins.
package struct GatePlan: Sendable {
  package var definition: GateDefinition
  /// Event time; nil for the first record read.
  package var start: Int64?
  /// Event time up to which silence is known where the input ends (`--to`); nil: only what the records say.
  package var end: Int64?
  /// The requests of another log that objectives compare with.
  package var baseline: GateSample?
  /// The run gives a sample of its requests instead of verdicts: it is another gate's baseline.
  package var isSample = false

  package init(definition: GateDefinition, start: Int64? = nil, end: Int64? = nil, baseline: GateSample? = nil) {
    self.definition = definition
    self.start = start
    self.end = end
    self.baseline = baseline
  }
}
