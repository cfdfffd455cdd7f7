package import Analysis
package import Pipeline
package import Report
internal import TraceCore

/// A gate as those who watch are shown it, gathered from its verdicts and from snapshots.
package struct GateWatch {
  package let definition: GateDefinition
  private var verdicts: [LiveGate.Verdict] = []
  private var final: LiveGate.Verdict?
  private var lastObjectives: [LiveGate.Objective] = []

  package init(_ definition: GateDefinition) { self.definition = definition }

  package mutating func take(_ verdict: Verdict) {
    take(ServiceJournal.Judged(verdict))
    // After the list of the verdicts before it may have gone.
    if !verdict.objectives.isEmpty { lastObjectives = verdict.objectives.map(GateWatch.objective) }
  }

  /// A verdict, also one that an earlier run gave.
  mutating func take(_ verdict: ServiceJournal.Judged) {
    let shown = LiveGate.Verdict(
      stage: verdict.stage, state: GateWatch.state(verdict.state), isEarly: verdict.isEarly, time: verdict.time,
      reason: verdict.reason)
    // In a service a gate that was over has begun again.
    if final != nil { (verdicts, final, lastObjectives) = ([], nil, []) }
    if verdict.isFinal { final = shown } else { verdicts.append(shown) }
  }

  private static func state(_ state: Verdict.State) -> LiveGate.State {
    switch state {
    case .pass: .pass
    case .fail: .fail
    case .inconclusive: .open
    case .goesOn: .goesOn
    }
  }

  private static func objective(_ objective: ObjectiveVerdict) -> LiveGate.Objective {
    let unit: LiveGate.Unit =
      switch objective.unit {
      case .share: .share
      case .nanoseconds: .duration
      case .thousandths: .number
      case .perSecond: .perSecond
      case .count: .count
      }
    let scale = objective.unit == .thousandths ? 1e-3 : 1
    return LiveGate.Objective(
      text: objective.text, route: objective.route ?? objective.instance, unit: unit,
      value: objective.value.map { $0 * scale },
      lower: objective.lower.map { $0 * scale }, upper: objective.upper.map { $0 * scale },
      limit: objective.limit.map { $0 * scale }, requests: objective.requests, needed: objective.needed,
      state: state(objective.state), reason: objective.reason)
  }

  /// Shows these verdicts, of the gate at hand or the last one, and no others.
  mutating func restore(_ verdicts: [ServiceJournal.Judged]) {
    (self.verdicts, final) = ([], nil)
    let objectives = lastObjectives
    for verdict in verdicts { take(verdict) }
    lastObjectives = objectives
  }

  /// The gate as it stands.
  package mutating func shown(_ snapshot: FollowSnapshot) -> LiveGate {
    let progress = snapshot.gate
    // In a service a gate that was over begins again.
    if progress != nil, final != nil { (verdicts, final, lastObjectives) = ([], nil, []) }
    if let progress, !progress.objectives.isEmpty { lastObjectives = progress.objectives.map(GateWatch.objective) }
    let end = progress.map { $0.isWarmingUp ? $0.next : $0.end }
    return LiveGate(
      name: definition.name, stages: definition.stages.count, stage: progress?.stage,
      stageName: progress?.stageName ?? "", share: progress.flatMap { definition.stages[$0.stage].share },
      isWarmingUp: progress?.isWarmingUp ?? false,
      left: snapshot.time == EventTime.none ? nil : end.map { max(0, $0 - snapshot.time) }, objectives: lastObjectives,
      verdicts: verdicts, final: final)
  }
}
