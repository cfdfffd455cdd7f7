/// What a gate says of a stage, or of the whole rollout.
package struct Verdict: Sendable, Equatable {
  package enum State: String, Sendable, CaseIterable {
    case pass, fail, inconclusive

    /// Any fail fails; else any inconclusive is inconclusive.
    package func and(_ other: State) -> State {
      if self == .fail || other == .fail { return .fail }
      return self == .pass && other == .pass ? .pass : .inconclusive
    }

    package var exitCode: Int32 {
      switch self {
      case .pass: 0
      case .fail: 1
      case .inconclusive: 2
      }
    }
  }

  /// From 0; nil in the verdict on the whole.
  package var stage: Int?
  package var stageName: String?
  package var state: State
  /// Before the stage's end.
  package var isEarly: Bool
  /// The verdict on the whole: the last one.
  package var isFinal: Bool
  /// Event time at which it was reached.
  package var time: Int64
  /// What it judged, in event time: from the end of the warm-up to the end of the stage, or to `time`.
  package var start: Int64
  package var end: Int64
  package var objectives: [ObjectiveVerdict]
  /// Sentences for people: loss, late requests, what could not be told apart, versions.
  package var notes: [String]
  /// Of the verdict on the whole: the notes of the stage that decided it, which were told with that stage.
  package var stageNotes: [String] = []

  package var exitCode: Int32 { state.exitCode }
}

/// What a gate says of one objective, overall or of a route.
package struct ObjectiveVerdict: Sendable, Equatable {
  /// As written.
  package var text: String
  /// The route it is about, for an objective by route.
  package var route: String?
  package var unit: Objective.Unit
  /// The estimate; nil where there is none. Shares 0 to 1, durations in ns, other fields in thousandths.
  package var value: Double?
  /// The bound that would have to be over the limit for a fail (for a floor: for a pass). Nil: nothing is known.
  package var lower: Double?
  /// The bound that would have to be under the limit for a pass (for a floor: for a fail).
  package var upper: Double?
  /// What `value` is compared with; nil where the baseline is unknown.
  package var limit: Double?
  /// The baseline's own value, where the limit is made of it.
  package var baseline: Double?
  package var requests: Int64
  /// Of these the ones that count against it: errors, values over the limit, unfinished ones.
  package var bad: Int64
  /// About so many more requests would decide, if they are as those so far; nil where none would or it is decided.
  package var needed: Int64?
  package var state: Verdict.State
  /// One sentence without a full stop.
  package var reason: String
  /// phi of the bound that decided; 1 for independent requests.
  package var dispersion: Double
  /// It is shown only: routes with too few requests, put together.
  package var isInformative: Bool
}
