internal import TraceCore

/// What is said of a gate: on its page, and beside its name.
enum ServiceGateText {
  /// Of the whole gate: what was decided, else how its objectives stand.
  static func state(_ gate: LiveGate) -> LiveGate.State {
    if let final = gate.final { return final.state }
    guard gate.stage != nil else { return .open }
    if gate.objectives.contains(where: { $0.state == .fail }) { return .fail }
    return !gate.objectives.isEmpty && gate.objectives.allSatisfy { $0.state == .pass } ? .pass : .open
  }

  /// Beside the name of the page.
  static func short(_ gate: LiveGate) -> String {
    if let final = gate.final { return word(final.state) }
    guard gate.stage != nil else { return "not started" }
    switch state(gate) {
    case .pass: return "good so far"
    case .fail: return "bad so far"
    case .open, .goesOn: return "not decided"
    }
  }

  /// Of a verdict.
  static func word(_ state: LiveGate.State) -> String {
    switch state {
    case .pass: "passed"
    case .fail: "failed"
    case .open: "inconclusive"
    case .goesOn: "goes on"
    }
  }

  /// Of an objective that is being measured.
  static func holds(_ objective: LiveGate.Objective) -> String {
    switch objective.state {
    case .pass: "holds"
    case .fail: "fails"
    case .open, .goesOn: "open"
    }
  }

  /// Where the gate stands, without a full stop: `Stage 2 of 3 (50 %), 9 m 01 s left`
  static func stage(_ gate: LiveGate) -> String {
    if let final = gate.final {
      var text = "It ended"
      // The verdict of the whole gate names no stage; the last one of a stage does.
      let stage = final.stage.isEmpty ? gate.verdicts.last?.stage ?? "" : final.stage
      if !stage.isEmpty { text += " in stage \(IncidentText.clipped(stage, 60))" }
      return text + (final.isEarly ? ", before the stage's end" : "")
    }
    guard let stage = gate.stage else {
      return
        "It begins with the first request that its first stage is about; \(CountText.text(Int64(gate.stages), "stage"))"
    }
    var text = "Stage \(stage + 1) of \(max(gate.stages, stage + 1))"
    let share = gate.share.map { LiveNumber.limit($0, .share, Style(unicode: true)) + " of the traffic" }
    let name = gate.stageName.isEmpty ? share : IncidentText.clipped(gate.stageName, 60)
    if let name { text += " (\(name))" }
    if let left = gate.left {
      let time = DurationText.text(max(left, 0) / 1_000_000_000 * 1_000_000_000)
      text += gate.isWarmingUp ? ", warming up for \(time)" : ", \(time) left"
    }
    return text
  }
}
