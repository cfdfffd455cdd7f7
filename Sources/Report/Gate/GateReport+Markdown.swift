package import Analysis
package import TraceCore

/// The page about a gate for a release ticket.
extension GateReport {
  /// `gate_20261123_065034.md`, by the event time of the last verdict.
  package static func fileName(_ verdicts: [Verdict]) -> String {
    PageName.text("gate", at: verdicts.last?.time ?? EventTime.none) + ".md"
  }

  /// - Parameters:
  ///   - command: replays it.
  ///   - findings: P0 and P1, as they began: severity, rule, time.
  ///   - redacted: what was replaced in all that: `Redactor.values`.
  package static func markdown(
    _ verdicts: [Verdict], gate: String, command: String, marks: [EventMark],
    findings: [(severity: String, rule: String, first: Int64)], ledger: Ledger?,
    redacted: [(kind: String, values: Int)] = [], into sink: inout TextSink
  ) {
    guard let last = verdicts.last else { return }
    sink.writeLine("# Gate \(Escape.markdown(gate)): \(word(last.state))")
    sink.writeLine()
    sink.writeLine(sentence(verdicts))
    // What is known only after the last stage: what came too late for it, what the log says after it.
    if !last.notes.isEmpty, verdicts.count > 1 {
      sink.writeLine()
      for note in last.notes { sink.writeLine("- \(Escape.markdown(note))") }
    }
    for verdict in verdicts where !verdict.isFinal || verdicts.count == 1 { stage(verdict, into: &sink) }
    if !marks.isEmpty || !findings.isEmpty {
      sink.writeLine()
      sink.writeLine("## What happened (UTC)")
      sink.writeLine()
      let lines =
        marks.map { (time: $0.time, text: $0.kind == .version ? "version \($0.text) appears" : $0.text) }
        + findings.map { (time: $0.first, text: "\($0.severity) \($0.rule)") }
      for line in lines.sorted(by: { ($0.time, $0.text) < ($1.time, $1.text) }) {
        let time = line.time == EventTime.none ? "no time" : EventTime.timeOfDay(line.time)
        sink.writeLine("- \(time) \(Escape.markdown(line.text))")
      }
    }
    sink.writeLine()
    sink.writeLine("## How to check it")
    sink.writeLine()
    sink.writeLine("    \(Escape.terminal(command))")
    if let ledger {
      sink.writeLine()
      sink.writeLine(Escape.markdown(LedgerReport.summary(ledger)))
    }
    if let note = RedactionNote.text(redacted) {
      sink.writeLine()
      sink.writeLine(Escape.markdown(note))
    }
    sink.writeLine()
    sink.writeLine("How a gate decides is explained in docs/gates.md of skein.")
  }

  private static func sentence(_ verdicts: [Verdict]) -> String {
    guard let last = verdicts.last else { return "" }
    let failed = verdicts.first { $0.state == .fail && !$0.isFinal }
    switch last.state {
    case .pass: return "Every objective is met, with 95 % confidence, in every stage."
    case .goesOn:
      return
        "Nothing is proven against the new version, and nothing for it yet: its evidence is carried into the next stage."
    case .inconclusive:
      return "What was seen is not enough to say that every objective is met; none is proven to be missed."
    case .fail:
      let names = (failed ?? last).objectives.filter { $0.state == .fail }.map(named)
      let stage = failed.map { " in \(Escape.markdown(GateReport.stage($0)))" } ?? ""
      return "Proven missed\(stage): \(names.isEmpty ? "see below" : names.joined(separator: ", ")). Roll back."
    }
  }

  private static func part(_ objective: ObjectiveVerdict) -> String {
    objective.route.map { " on \(Escape.markdown($0))" } ?? objective.instance.map { " in \(Escape.markdown($0))" }
      ?? ""
  }

  /// `error_rate < 2 %` on GET /orders; a finding with its rule, message and id.
  private static func named(_ objective: ObjectiveVerdict) -> String {
    var what = objective.finding.map { [Escape.markdown($0.text)] } ?? []
    if let route = objective.worstRoute { what.append("mostly on \(Escape.markdown(route.name))") }
    if let instance = objective.worstInstance { what.append("mostly in \(Escape.markdown(instance.name))") }
    return "`\(Escape.code(objective.text))`" + part(objective)
      + (what.isEmpty ? "" : " (\(what.joined(separator: ", ")))")
  }

  private static func stage(_ verdict: Verdict, into sink: inout TextSink) {
    sink.writeLine()
    let early = verdict.isEarly ? ", before its end" : ""
    let name = GateReport.stage(verdict)
    let title = name.prefix(1).uppercased() + name.dropFirst()
    sink.writeLine("## \(Escape.markdown(title)): \(word(verdict.state))\(early)")
    sink.writeLine()
    sink.writeLine("\(EventTime.rfc3339(verdict.start)) to \(EventTime.rfc3339(verdict.end))")
    sink.writeLine()
    objectives(verdict, into: &sink)
  }

  /// The table of what was judged, why what did not pass did not, and what else is to be known.
  static func objectives(_ verdict: Verdict, into sink: inout TextSink) {
    sink.writeLine("| objective | state | measured | from | to | limit | requests | needed |")
    sink.writeLine("|---|---|---:|---:|---:|---:|---:|---:|")
    for objective in verdict.objectives {
      func value(_ value: Double?) -> String { value.map { GateText.value($0, objective.unit) } ?? "-" }
      let route = part(objective)
      sink.writeLine(
        "| `\(Escape.code(objective.text))`\(route) | \(word(objective.state).lowercased()) | \(value(objective.value)) | "
          + "\(value(objective.lower)) | \(value(objective.upper)) | \(value(objective.limit)) | "
          + "\(CountText.text(objective.requests)) | \(objective.needed.map { CountText.text($0) } ?? "-") |")
    }
    let reasons = verdict.objectives.filter { $0.state != .pass }
    if !reasons.isEmpty { sink.writeLine() }
    for objective in reasons {
      let worst = GateReport.worst(objective).map { "; " + $0 } ?? ""
      sink.writeLine(
        "- `\(Escape.code(objective.text))`\(part(objective)): \(Escape.markdown(objective.reason + worst))")
    }
    for note in verdict.notes + verdict.stageNotes + verdict.places { sink.writeLine("- \(Escape.markdown(note))") }
  }
}
