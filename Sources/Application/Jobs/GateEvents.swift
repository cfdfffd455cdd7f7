package import Analysis
package import Pipeline
internal import RulePack
internal import TraceCore

/// A gate's verdicts over logs that are there.
package enum GateEvents {
  /// What a gate counts by a run's settings, with all rules that are built in if it asks for findings.
  ///
  /// - Parameter from: where its first stage begins; nil for the first record.
  package static func plan(
    _ plan: RunPlan, _ definition: GateDefinition, from: Int64?, _ settings: RunSettings
  ) throws(Failure) -> RunPlan {
    var plan = plan
    var live = LiveOptions()
    live.versionField = definition.versionField
    live.window = definition.window
    live.gate = GatePlan(definition: definition, start: from)
    plan.groupBy = live.versionField
    let asksForFindings = definition.objectives.contains { objective in
      if case .findings = objective.metric { true } else { false }
    }
    if asksForFindings {
      do throws(RuleLoader.Failure) {
        let set = try RuleLoader.load(paths: [], builtin: nil)
        plan.rules = ScanRules(set: set, lines: RuleLoader.lines(set))
      } catch {
        // What is built in is whole; a test holds that.
        throw Failure(.fault, "the rules that are built in cannot be read: \(error)")
      }
    }
    try plan.checkConditions(gate: definition)
    plan.live = live
    let baseline = try GateBaseline.sample(of: definition, like: plan, settings)
    plan.live?.gate?.baseline = baseline
    return plan
  }

  /// Runs the plan and hands on its events.
  ///
  /// - Parameter isOpen: nobody said where the gate begins or ends: it does not pass where the rest of the logs fails.
  package static func run(
    _ plan: RunPlan, isOpen: Bool, take: @escaping (LiveEvent) -> Void
  ) throws(Failure) -> Driver.Result {
    // The last verdict and what comes with it wait until it is known what the log says after it.
    var held: [LiveEvent] = []
    let result = try LogRun.run(plan) { (driver) throws(RunError) in
      try driver.run { event in
        var waits = !held.isEmpty
        if case .verdict(let verdict, _) = event, verdict.isFinal { waits = true }
        if waits { held.append(event) } else { take(event) }
      }
    }
    for event in held {
      guard case .verdict(var verdict, let name) = event, isOpen, let doubt = try GateAftermath.doubt(verdict, plan)
      else {
        take(event)
        continue
      }
      verdict.state = .inconclusive
      verdict.notes.append(doubt)
      take(.verdict(verdict, gate: name))
    }
    return result
  }
}
