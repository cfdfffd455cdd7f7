package import Analysis
package import Pipeline
internal import RulePack
internal import TraceCore

/// What a gate says of a log that another document is about: the run of `skein gate`, of which only the verdicts are kept.
package struct GateReplay {
  /// Of an input that can be read again.
  private var plan: RunPlan
  private let settings: RunSettings

  /// - Parameter plan: of the other document. Its rules are applied where an objective asks for findings; its span is not.
  package init(plan: RunPlan, settings: RunSettings) {
    self.plan = plan
    self.settings = settings
    (self.plan.since, self.plan.until, self.plan.sinceBeforeNewest) = (nil, nil, nil)
    (self.plan.every, self.plan.inFlight, self.plan.survey) = (nil, [], nil)
    self.plan.collectsSeries = false
  }

  /// - Parameters:
  ///   - start: when the first stage begins; nil for the first record.
  ///   - end: up to which silence counts.
  ///   - pass: which of several passes it is, for whoever waits.
  package func verdicts(
    of definition: GateDefinition, from start: Int64?, to end: Int64? = nil, pass: String
  ) throws(Failure) -> [Verdict] {
    var replay = plan
    if !definition.asksForFindings { replay.rules = nil }
    let conditions =
      (replay.requestFilter == nil ? 0 : 1) + (replay.rules?.set.requestAtoms.count ?? 0)
      + definition.requestConditions.count
    guard conditions <= GateDefinition.mostConditions else {
      throw Failure(
        .usage,
        "the gate, its rules and --where ask \(conditions) questions about each request, and at most "
          + "\(GateDefinition.mostConditions) are possible: ask for less")
    }
    var live = LiveOptions()
    live.versionField = definition.versionField
    live.window = definition.window
    live.selection = settings.condition
    live.gate = GatePlan(definition: definition, start: start, end: end)
    replay.groupBy = definition.versionField
    replay.live = live
    let baseline = try GateBaseline.sample(of: definition, like: replay, settings)
    replay.live?.gate?.baseline = baseline
    let verdicts = VerdictList()
    _ = try LogRun.run(replay, pass: pass) { (driver) throws(RunError) in try driver.run(onEvent: verdicts.take) }
    return verdicts.list
  }

  /// The objectives of a gate as the criteria of one stage, which is the whole of a span: from its end of `warm_up` on.
  ///
  /// - Parameters:
  ///   - start, end: nanoseconds of event time; what ended in `start ..< end` is judged.
  /// - Throws: where the gate asks for what a span cannot say.
  package func verdict(
    of gate: GateDefinition, from start: Int64, to end: Int64, pass: String
  ) throws(Failure) -> Verdict? {
    let length = end.less(start)
    guard gate.warmUp < length else {
      throw Failure(
        .data, "--gate: the warm-up of the gate is as long as all that was measured: there is nothing to judge")
    }
    guard settings.condition == nil || !gate.objectives.contains(where: \.isAboutUnfinished) else {
      throw Failure(
        .usage,
        "--where is asked of closing records, and an objective of the gate is about requests without one "
          + "(unfinished): leave one of them out")
    }
    var whole = gate
    whole.stages = [GateDefinition.Stage(name: "all of it", duration: length)]
    whole.window = min(gate.window, GateDefinition.standardWindow(whole.stages))
    whole.decidesAtEnd = true
    return try verdicts(of: whole, from: start, to: end, pass: pass).last
  }
}

/// Keeps the verdicts among the events of a run.
private final class VerdictList {
  private(set) var list: [Verdict] = []

  func take(_ event: LiveEvent) {
    if case .verdict(let verdict, _) = event { list.append(verdict) }
  }
}
