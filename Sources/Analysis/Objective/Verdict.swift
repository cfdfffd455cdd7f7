/// What a gate says of a stage, or of the whole rollout.
package struct Verdict: Sendable, Equatable {
  package enum State: String, Sendable, CaseIterable {
    case pass, fail, inconclusive
    /// Of a stage that others follow: nothing is proven against the new version, and nothing for it yet. No pass.
    case goesOn = "continue"

    /// Any fail fails; else any inconclusive is inconclusive; else what goes on goes on.
    package func and(_ other: State) -> State {
      if self == .fail || other == .fail { return .fail }
      if self == .inconclusive || other == .inconclusive { return .inconclusive }
      return self == .pass && other == .pass ? .pass : .goesOn
    }

    /// Of the objectives that decide; nothing comes of none.
    init(of objectives: [ObjectiveVerdict]) {
      let deciding = objectives.filter { !$0.isInformative }
      self = deciding.isEmpty ? .inconclusive : deciding.reduce(State.pass) { $0.and($1.state) }
    }

    package var exitCode: Int32 {
      switch self {
      case .pass: 0
      case .fail: 1
      case .inconclusive: 2
      case .goesOn: 4
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
  /// What the figures of `objectives` are of: the same as `start` and `end`, but of the verdict on the whole those of the
  /// stage that decided.
  package var judgedFrom: Int64
  package var judgedTo: Int64
  /// Sentences for people: loss, late requests, what could not be told apart, versions, what was not counted.
  package var notes: [String]
  /// Where something stands that the notes speak of (`app.log:17`), as sentences. A rotation changes it, so that it is for
  /// people and in no event.
  package var places: [String] = []
  /// Of the verdict on the whole: the notes of the stage that decided it, which were reported with that stage.
  package var stageNotes: [String] = []
  /// The new version, as far as it is known; for whoever asks what became of it, and in no event.
  package var version: String? = nil

  package var exitCode: Int32 { state.exitCode }
}

/// What a gate says of one objective, overall, of a route or of an instance.
package struct ObjectiveVerdict: Sendable, Equatable {
  /// As written.
  package var text: String
  /// The route it is about, for an objective by route.
  package var route: String?
  /// The instance it is about, for an objective by instance.
  package var instance: String?
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
  /// There were enough requests, and a baseline where one is asked for: what is inconclusive is so by what it says.
  package var isMeasured = false
  /// It is shown only: routes or instances with too few requests, put together.
  package var isInformative: Bool
  /// Of an objective about findings, the first one that counts.
  package var finding: GateFinding?
  /// Of an objective that does not pass: the route, and the instance where there are several, with most of its bad requests.
  package var worstRoute: Worst?
  package var worstInstance: Worst?

  package struct Worst: Sendable, Equatable {
    package var name: String
    package var requests: Int64
    package var bad: Int64

    package init(name: String, requests: Int64, bad: Int64) {
      self.name = name
      self.requests = requests
      self.bad = bad
    }
  }
}

extension ObjectiveVerdict {
  /// Of two parts of one objective: what fails before what is open, then the one that is farther on the wrong side.
  func isWorse(than other: ObjectiveVerdict, isCeiling: Bool) -> Bool {
    func rank(_ verdict: ObjectiveVerdict) -> (Int, Double, String) {
      let place =
        switch verdict.state {
        case .fail: 0
        case .inconclusive, .goesOn: 1
        case .pass: 2
        }
      let value = verdict.value ?? (isCeiling ? 0 : .infinity)
      return (verdict.isInformative ? 3 : place, isCeiling ? -value : value, verdict.route ?? verdict.instance ?? "")
    }
    return rank(self) < rank(other)
  }
}

extension Verdict {
  /// What decided it, as a sentence: the first objective that has its state, else the first note; may be empty.
  package var reason: String {
    let decisive = objectives.first { $0.state == state && !$0.isInformative }
    guard let decisive else { return notes.first ?? "" }
    let part = (decisive.route ?? decisive.instance).map { " [\($0)]" } ?? ""
    return "\(decisive.text)\(part): \(decisive.reason)"
  }
}
