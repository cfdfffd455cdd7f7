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
    try replay.checkConditions(gate: definition)
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

  /// The objectives of a gate on spans that follow each other, each by itself; nil for one in which nothing could be judged.
  ///
  /// A pass over the log, and one more after each span that a finding fails: that ends a gate at once. What is then compared
  /// with the time before the first span has nothing to be compared with any more, and is not judged.
  package func verdicts(of gate: GateDefinition, on spans: [Range<Int64>], pass: String) throws(Failure) -> [Verdict?] {
    var found = [Verdict?](repeating: nil, count: spans.count)
    var next = 0
    while next < spans.count {
      let rest = spans[next...].prefix { $0.upperBound.less($0.lowerBound) > gate.warmUp }
      guard let first = rest.first, let last = rest.last else {
        next += 1
        continue
      }
      var parts = gate
      parts.stages = rest.enumerated().map { number, span in
        GateDefinition.Stage(name: "\(next + number + 1)", duration: span.upperBound.less(span.lowerBound))
      }
      parts.window = min(gate.window, GateDefinition.standardWindow(parts.stages))
      parts.decidesAtEnd = true
      parts.judgesEachStage = true
      var judged = 0
      for verdict in try verdicts(of: parts, from: first.lowerBound, to: last.upperBound, pass: pass) {
        guard let stage = verdict.stage, stage < rest.count else { continue }
        found[next + stage] = verdict.judgedFrom == EventTime.none ? nil : verdict
        judged = stage + 1
      }
      next += max(1, judged)
      if gate.isRelative, case .span = gate.baseline { break }
    }
    return found
  }
}

/// Keeps the verdicts among the events of a run.
private final class VerdictList {
  private(set) var list: [Verdict] = []

  func take(_ event: LiveEvent) {
    if case .verdict(let verdict, _) = event { list.append(verdict) }
  }
}
