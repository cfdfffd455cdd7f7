internal import TraceCore

// What a gate waits for at its stage.

extension Gate {
  /// The sample of the log that `baseline: {log: …}` names, finished. Before the first request.
  package mutating func setBaseline(_ sample: GateSample) { baseline = sample }

  /// The next instant of event time at which `advance` has something to do; `Int64.max` when it is over.
  package var due: Int64 {
    if phase == .over { return .max }
    guard hasFindings, phase == .judging else { return boundary }
    return boundary - countTo > Gate.slice ? countTo + Gate.slice : boundary
  }

  /// Whether `advance` to `time` asks which requests are open.
  package func asksForOpenRequests(at time: Int64) -> Bool { phase != .over && time >= boundary }

  var isPartial: Bool {
    definition.versionField != nil && stageNumber >= 0 && definition.stages[stageNumber].isPartial
  }

  /// What may be wrong with a fail of one objective by its bet, in all looks of the stage.
  var alpha: Double { GateLevels(definition).bets }
}
