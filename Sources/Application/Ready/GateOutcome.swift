internal import Analysis
internal import Report
internal import TraceCore

/// What a gate's verdict over logs of the past means for a checklist.
struct GateOutcome {
  private let run: LogSet.GateRun

  init(_ run: LogSet.GateRun) { self.run = run }

  var result: ItemResult {
    let name = run.definition.name
    guard let last = run.verdicts.last else {
      return ItemResult(.unknown, "gate \(name): the log says nothing", evidence: evidence)
    }
    switch last.state {
    case .pass: return ItemResult(.pass, "gate \(name) passes, \(GateOutcome.span(last))", evidence: evidence)
    case .fail: return ItemResult(.fail, "gate \(name) fails: \(reason(last))", evidence: evidence)
    case .inconclusive:
      return ItemResult(.unknown, "gate \(name) is inconclusive: \(reason(last))", evidence: evidence)
    case .goesOn:
      return ItemResult(
        .unknown, "gate \(name) says continue: the log ends before its last stage, and that is no pass",
        evidence: evidence)
    }
  }

  /// What decided it: the objective with what was measured, else what is said of the stage.
  private func reason(_ last: Verdict) -> String {
    if let objective = last.objectives.first(where: { $0.state == last.state && !$0.isInformative }) {
      let part = (objective.route ?? objective.instance).map { " on \($0)" } ?? ""
      return "\(objective.text)\(part): \(GateReport.measured(objective))"
    }
    return (last.notes + last.stageNotes).first ?? "see its verdict"
  }

  /// Each stage, what was noted, and how it is made again.
  var evidence: [ItemResult.Evidence] {
    var lines: [String] = []
    for verdict in run.verdicts where !verdict.isFinal || run.verdicts.count == 1 {
      lines.append(
        "\(verdict.stageName.map { "stage \($0)" } ?? "gate"): \(verdict.state.rawValue), \(GateOutcome.span(verdict))")
      lines += verdict.notes
    }
    if run.verdicts.count > 1, let last = run.verdicts.last { lines += last.notes }
    return (lines + ["replayed by: \(run.command)"]).map { .note($0) }
  }

  static func span(_ verdict: Verdict) -> String {
    guard verdict.start != EventTime.none else { return "at no time" }
    return "\(EventTime.rfc3339(verdict.start)) to \(EventTime.rfc3339(verdict.end))"
  }
}
