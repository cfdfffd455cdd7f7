internal import TraceCore

// What is known of the limits before a stage begins.
extension Gate {
  /// What a bet can be held against: the limit, or what it is at the unfavourable end of a baseline that is known.
  func bar(_ number: Int) -> ObjectiveEvidence.Bar? {
    let objective = definition.objectives[number]
    var limit = objective.limit.offset
    if objective.limit.isRelative {
      guard let known = knownBaseline(number, of: objective) else { return nil }
      limit += objective.limit.factor * known
    }
    let isCeiling = objective.comparison.isCeiling
    switch objective.metric {
    case .findings: return nil
    case .errorRate, .unfinishedRate, .ratio: return bar(limit, share: isCeiling ? limit : 1 - limit)
    case .quantile(let q, _): return bar(limit, share: isCeiling ? 1 - q : q)
    case .throughput:
      let windowSeconds = Double(definition.window) / Double(EventTime.nanosecondsPerSecond)
      return bar(limit * windowSeconds, share: 0.5)
    }
  }

  private func bar(_ threshold: Double, share: Double) -> ObjectiveEvidence.Bar? {
    let end = stageStart + definition.stages[stageNumber].longest
    let windows = (end - countFrom + definition.window - 1) / definition.window
    return threshold.isFinite ? ObjectiveEvidence.Bar(threshold: threshold, badLimit: share, windows: windows) : nil
  }

  /// The end of the baseline's interval that makes the limit lenient, with half of the chance of an early fail in it. By
  /// route or instance there is no early fail against a baseline.
  private func knownBaseline(_ number: Int, of objective: Objective) -> Double? {
    guard objective.per == nil, let baseline, let evidence = baseline.evidence(number, route: nil),
      evidence.total >= definition.minimumRequests
    else { return nil }
    let isCeiling = objective.comparison.isCeiling
    // Both bounds at the same level: only the one on the lenient side is used.
    let interval = evidence.interval(
      pass: alpha / 2, fail: alpha / 2, isCeiling: !isCeiling, seconds: baseline.seconds)
    return interval.map { isCeiling ? $0.upper : $0.lower }
  }
}
