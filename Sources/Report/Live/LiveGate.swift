internal import TraceCore

/// A gate as the live screen shows it: where it stands, each objective, and what was decided. Values alone; the screen
/// recomputes nothing.
package struct LiveGate: Sendable, Equatable {
  /// Of an objective now, of a stage, or of the whole gate.
  package enum State: String, Sendable, CaseIterable {
    case pass, fail
    /// Not decided yet, or not to be decided.
    case open
    /// Of a stage that others follow: nothing is proven against it.
    case goesOn
  }

  /// In what an objective is measured.
  package enum Unit: Sendable, Equatable {
    /// 0 ... 1, shown in percent.
    case share
    /// Nanoseconds.
    case duration
    case perSecond
    case count
    /// A field's values.
    case number
  }

  package struct Objective: Sendable, Equatable {
    /// As written: `error_rate < 2 %`.
    package var text: String
    /// Where it is judged by route.
    package var route: String?
    package var unit: Unit
    /// Nil: nothing to measure yet.
    package var value: Double?
    package var lower: Double?
    package var upper: Double?
    package var limit: Double?
    package var requests: Int64
    /// How many more requests would decide, at the present estimate.
    package var needed: Int64?
    package var state: State
    /// Why it is open or fails, as a sentence; may be empty.
    package var reason: String

    package init(
      text: String, route: String? = nil, unit: Unit, value: Double? = nil, lower: Double? = nil, upper: Double? = nil,
      limit: Double? = nil, requests: Int64 = 0, needed: Int64? = nil, state: State = .open, reason: String = ""
    ) {
      self.text = text
      self.route = route
      self.unit = unit
      self.value = value
      self.lower = lower
      self.upper = upper
      self.limit = limit
      self.requests = requests
      self.needed = needed
      self.state = state
      self.reason = reason
    }
  }

  /// What was decided about a stage.
  package struct Verdict: Sendable, Equatable {
    package var stage: String
    package var state: State
    /// Before the stage's end.
    package var isEarly: Bool
    package var time: Int64
    /// What decided, as a sentence; may be empty.
    package var reason: String

    package init(stage: String, state: State, isEarly: Bool = false, time: Int64 = EventTime.none, reason: String = "")
    {
      self.stage = stage
      self.state = state
      self.isEarly = isEarly
      self.time = time
      self.reason = reason
    }
  }

  package var name: String
  /// Number of stages.
  package var stages: Int
  /// The one that is running, from 0; nil: none yet, or the gate is over.
  package var stage: Int?
  package var stageName: String
  /// Share of the traffic that the new version gets in this stage.
  package var share: Double?
  package var isWarmingUp: Bool
  /// Event time until the stage, or its warm-up, ends.
  package var left: Int64?
  package var objectives: [Objective]
  /// Of the stages decided so far, in order.
  package var verdicts: [Verdict]
  /// Of the whole gate, once it is over; `open`: inconclusive.
  package var final: Verdict?

  package init(
    name: String, stages: Int, stage: Int? = nil, stageName: String = "", share: Double? = nil,
    isWarmingUp: Bool = false, left: Int64? = nil, objectives: [Objective] = [], verdicts: [Verdict] = [],
    final: Verdict? = nil
  ) {
    self.name = name
    self.stages = stages
    self.stage = stage
    self.stageName = stageName
    self.share = share
    self.isWarmingUp = isWarmingUp
    self.left = left
    self.objectives = objectives
    self.verdicts = verdicts
    self.final = final
  }
}
