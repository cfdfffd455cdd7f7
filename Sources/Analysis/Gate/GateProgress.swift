internal import TraceCore

/// The gate as it stands now, for a live screen.
package struct GateProgress: Sendable, Equatable {
  /// From 0.
  package var stage: Int
  package var stageName: String
  package var isWarmingUp: Bool
  /// Event time: the stage's span, and the next look.
  package var start: Int64
  package var end: Int64
  package var next: Int64
  /// What the figures of `objectives` are of.
  package var judgedFrom: Int64
  package var judgedTo: Int64
  /// What the verdict would be if the stage ended now.
  package var objectives: [ObjectiveVerdict]
}

extension Gate {
  /// Nil before the first stage and when it is over. Costs a decision of every objective.
  package func progress(names: GateNames) -> GateProgress? {
    guard let stage else { return nil }
    return GateProgress(
      stage: stage, stageName: definition.stages[stage].name, isWarmingUp: phase == .warmingUp, start: stageStart,
      end: stageEnd, next: boundary, judgedFrom: countFrom, judgedTo: seenTo,
      objectives: phase == .judging ? outcome(end: seenTo, names).objectives : [])
  }
}
