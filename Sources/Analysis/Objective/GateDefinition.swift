package import TraceCore

/// What a gate asks for: its stages, its objectives, and what they are measured against. Read from YAML by `GateReader`.
///
/// It is data alone: `Gate` decides.
package struct GateDefinition: Sendable {
  /// A part of a rollout, in order; the first begins where the gate does.
  package struct Stage: Sendable, Equatable {
    package var name: String
    /// The new version's share of the traffic, 0 to 1; nil where none was said, which means all of it.
    package var share: Double?
    /// Nanoseconds.
    package var duration: Int64
    /// Nanoseconds to which it is extended while it is not decided; `duration` where it is not.
    package var longest: Int64

    /// - Parameter longest: nil for a stage that is never extended.
    package init(name: String, share: Double? = nil, duration: Int64, longest: Int64? = nil) {
      self.name = name
      self.share = share
      self.duration = duration
      self.longest = longest ?? duration
    }

    package var isExtensible: Bool { longest > duration }

    /// How long it is at its end number `look`, from 0; always the same for a stage that is not extended.
    package func length(atLook look: Int) -> Int64 {
      let last = Int64(GateLevels.looks - 1)
      let step = (longest - duration) / last
      return look >= last ? longest : duration + step * Int64(max(0, look))
    }

    /// Whether only a part of the traffic is the new version's.
    package var isPartial: Bool { share.map { $0 < 1 } ?? false }
  }

  /// What `baseline` in an objective means.
  package enum Baseline: Sendable, Equatable {
    /// Nothing: every limit is a number.
    case absolute
    /// The requests that ended in so many nanoseconds before the gate's start.
    case span(Int64)
    /// Another log, by its path: whoever runs the gate gives `Gate.setBaseline` its sample.
    case log(String)
    /// The requests of the other versions, at the same time in the same log.
    case version
  }

  /// Conditions that a request can be asked at most: `GateRequest.truths` has two bits for each.
  package static let mostConditions = 16

  package var name: String
  /// Nanoseconds between two looks; `standardWindow` unless something else is asked for.
  package var window: Int64
  /// Nanoseconds at the beginning of each stage that are not judged.
  package var warmUp: Int64 = 0
  /// Requests under which nothing is passed.
  package var minimumRequests: Int64 = 100
  /// Looks in a row at which the early fail must hold.
  package var consecutiveFailures = 1
  /// The field that names a request's version.
  package var versionField: String?
  /// The new version; nil for the one whose share of the traffic grows (`VersionWatch`).
  package var version: String?
  /// Requests of health checks and for static files count as those of users do.
  package var countsHealthChecks = false
  package var countsStaticFiles = false
  /// Nanoseconds after which an open request counts as unfinished.
  package var unfinishedAfter: Int64 = 30 * EventTime.nanosecondsPerSecond
  package var stages: [Stage]
  package var objectives: [Objective]
  /// Objectives between which the chance of being wrong is divided; nil for those of `objectives` that are no counts of findings.
  package var statisticalObjectives: Int?
  package var baseline = Baseline.absolute
  /// Of the bound that lets a stage pass; a stage fails wrongly with a chance of 1 - confidence at most.
  package var confidence = 0.95
  /// Traffic that stops within a stage does not keep the stage from passing.
  package var allowsSilence = false
  /// What requests prove before the end of a stage is said at its end, with the figures of the whole stage: of a log of the
  /// past, where nothing is gained by stopping.
  package var decidesAtEnd = false
  /// A stage that fails at its end does not end the gate: each is asked about for itself, with the same baseline.
  package var judgesEachStage = false

  package init(name: String, stages: [Stage], objectives: [Objective]) {
    self.name = name
    self.stages = stages
    self.objectives = objectives
    window = GateDefinition.standardWindow(stages)
  }

  /// Windows that a stage should have: how much requests scatter is seen in no fewer.
  package static let fewWindows: Int64 = 15

  /// 10 s; for short stages less, so that the shortest has `fewWindows`, in whole seconds, one at least.
  package static func standardWindow(_ stages: [Stage]) -> Int64 {
    let second = EventTime.nanosecondsPerSecond
    let shortest = stages.map(\.duration).min() ?? 0
    return max(1, min(10, shortest / fewWindows / second)) * second
  }

  func counts(_ kind: RouteKind) -> Bool {
    switch kind {
    case .user: true
    case .healthCheck: countsHealthChecks
    case .staticFile: countsStaticFiles
    }
  }

  /// All conditions on requests, in the order of their bits: of each objective its `where`, then its ratio.
  package var requestConditions: [FilterExpression] {
    objectives.flatMap { objective in
      var conditions = objective.condition.map { [$0] } ?? []
      if case .ratio(let expression) = objective.metric { conditions.append(expression) }
      return conditions
    }
  }

  /// Fields whose quantile is asked for, each once.
  package var fields: [GateField] {
    var fields: [GateField] = []
    for objective in objectives {
      if case .quantile(_, .field(let field)) = objective.metric, !fields.contains(field) { fields.append(field) }
    }
    return fields
  }

  /// Whether an objective counts what rules find.
  package var asksForFindings: Bool {
    objectives.contains { if case .findings = $0.metric { true } else { false } }
  }

  /// The names of `fields`, in their order; the number of a field is its place here.
  package var fieldNames: [String] { fields.map(\.name) }

  /// Whether an objective compares with the baseline.
  package var isRelative: Bool { objectives.contains { $0.limit.isRelative } }

  /// Nanoseconds of all stages together, each as long as it can become.
  package var duration: Int64 { stages.reduce(0) { $0 + $1.longest } }

  /// Stages with a part of the traffic lead to another one: the new version's evidence accumulates over all of them, and proof
  /// is asked for once, at the end.
  package var isRollout: Bool { versionField != nil && stages.dropLast().contains(where: \.isPartial) }

  /// A stage of a rollout that others follow: it ends with *continue* unless something is proven against the new version.
  package func continues(_ stage: Int) -> Bool {
    versionField != nil && stage + 1 < stages.count && stages[stage].isPartial
  }
}

extension GateDefinition {
  /// Durations that objectives are about, as they are written; nanoseconds.
  package var durationLimits: [Int64] {
    objectives.compactMap { objective in
      guard case .quantile(_, .duration) = objective.metric, !objective.limit.isRelative else { return nil }
      return Int64(saturating: objective.limit.offset)
    }
  }
}
