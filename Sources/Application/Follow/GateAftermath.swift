package import Analysis
internal import LogSource
package import Pipeline
internal import Report
internal import TraceCore

/// What a log says after a gate that has passed on its first part, where nobody said when the deploy was.
///
/// A gate without `--from` begins at the first record. Of a log that is longer than its stages it has judged whatever came
/// first, perhaps only what was before the deploy: it does not pass where the rest fails
/// (docs/decisions/0026-a-log-that-goes-on.md). A pipe cannot be read again; there the stages say when to look.
package enum GateAftermath {
  /// Reads the rest of the logs. Why the verdict cannot stand, as a sentence; nil where it can.
  package static func doubt(_ verdict: Verdict, _ plan: RunPlan) throws(Failure) -> String? {
    guard verdict.state == .pass, verdict.isFinal, var gate = plan.live?.gate,
      !plan.input.streams.contains(where: { $0.generations.contains(where: \.isPipe) })
    else { return nil }
    // That less comes in later is no sign of a bad release.
    gate.definition.objectives.removeAll { $0.isFloorOfTraffic }
    guard !gate.definition.objectives.isEmpty else { return nil }
    gate.definition.stages = [GateDefinition.Stage(name: "after the gate", duration: longest)]
    gate.start = verdict.end
    var rest = plan
    rest.live?.gate = gate
    var last: Verdict?
    _ = try LogRun.run(rest) { (driver) throws(RunError) in
      try driver.run { if case .verdict(let found, _) = $0, found.stage != nil { last = found } }
    }
    guard let last, last.state == .fail, let failed = last.objectives.first(where: { $0.state == .fail }) else {
      return nil
    }
    return
      "the log continues after the last stage and fails there (\(failed.text): \(GateReport.measured(failed)), up to "
      + "\(EventTime.timeOfDay(last.end))); --from says when the deploy was"
  }

  /// Longer than any log.
  private static let longest = 400 * 86_400 * EventTime.nanosecondsPerSecond
}
