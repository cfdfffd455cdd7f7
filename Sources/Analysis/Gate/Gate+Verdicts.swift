internal import TraceCore

// How what was decided of a stage becomes verdicts.
extension Gate {
  func stageVerdict(
    _ state: Verdict.State, _ objectives: [ObjectiveVerdict], at now: Int64, isEarly: Bool, _ said: Said
  ) -> Verdict {
    var places = said.places
    for case let finding? in objectives.map(\.finding) {
      if let place = finding.place { places.append("the first finding is at \(place)") }
    }
    return Verdict(
      stage: stageNumber, stageName: definition.stages[stageNumber].name, state: state, isEarly: isEarly,
      isFinal: false, time: now, start: countFrom, end: now, objectives: objectives, judgedFrom: countFrom,
      judgedTo: now, notes: said.notes, places: places)
  }

  func finalVerdict(_ last: Verdict, at now: Int64) -> Verdict {
    let late = lateDoubts()
    // A stage that went on has handed its evidence to the one that has decided.
    let decided = stageStates.enumerated().filter { $0.element != .goesOn || $0.offset + 1 == stageStates.count }
    var state = decided.reduce(Verdict.State.pass) { $0.and($1.element) }.and(late.state)
    var notes = late.notes
    if state == .pass, stageStates.count < definition.stages.count {
      state = .inconclusive
      notes.append("\(stageStates.count) of \(definition.stages.count) stages were seen")
    }
    return Verdict(
      stage: nil, stageName: nil, state: state, isEarly: last.isEarly, isFinal: true, time: now, start: start, end: now,
      objectives: last.objectives, judgedFrom: last.judgedFrom, judgedTo: last.judgedTo, notes: notes,
      places: late.places, stageNotes: last.notes)
  }

  /// Of a gate that never began: no record with a time was read.
  package static var withoutRecords: Verdict {
    Verdict(
      stage: nil, stageName: nil, state: .inconclusive, isEarly: false, isFinal: true, time: EventTime.none,
      start: EventTime.none, end: EventTime.none, objectives: [], judgedFrom: EventTime.none,
      judgedTo: EventTime.none, notes: ["no record with a time was read"])
  }

  /// The last verdict where there was no stage to judge.
  ///
  /// - Parameter isGoingOn: the stage before says *continue*, and the log ends with it.
  func emptyVerdict(_ note: String, at now: Int64, isGoingOn: Bool = false) -> Verdict {
    let late = lateDoubts()
    var state = stageStates.contains(.fail) || late.state == .fail ? Verdict.State.fail : .inconclusive
    if isGoingOn, late.state == .pass, stageStates.allSatisfy({ $0 == .goesOn || $0 == .pass }) { state = .goesOn }
    let end = max(now, start)
    return Verdict(
      stage: nil, stageName: nil, state: state, isEarly: false, isFinal: true, time: end, start: start, end: end,
      objectives: [], judgedFrom: end, judgedTo: end, notes: [note] + late.notes, places: late.places)
  }

  /// What is said of a stage however it ends.
  func stageNotes(_ outcome: Outcome, at now: Int64, _ loss: GateLoss, cut: String?) -> Said {
    var notes: [String] = []
    if let cut { notes.append(cut) }
    notes += versionNotes(outcome)
    if self.notes.restarts > 0 { notes.append("a newer version appeared: what was counted before it is left out") }
    if definition.versionField != nil, self.notes.withoutVersion > 0 {
      notes.append("\(GateText.count(self.notes.withoutVersion, "request")) without a version")
    }
    if self.notes.late > 0 {
      notes.append("\(GateText.count(self.notes.late, "request")) came after their stage was over")
    }
    for (number, track) in evidence.tracks(of: outcome.version).enumerated() {
      let objective = track.plan.objective
      let unknown = track.overall.unknown
      if unknown > 0 {
        notes.append(
          "\(objective.text): left out \(GateText.count(unknown, "request")) for which its condition is unknown")
      }
      if case .quantile(_, .duration) = objective.metric, objective.comparison.isCeiling,
        !objective.knowsOpenRequests || isNarrowed(number)
      {
        notes.append("\(objective.text): open requests cannot be told apart here and are not counted")
      }
    }
    let windows = (now - countFrom) / definition.window
    if cut == nil, now == stageEnd, windows < GateDefinition.fewWindows - 5 {
      notes.append("only \(GateText.count(windows, "window")): how much requests scatter is poorly known")
    }
    return Said(notes: notes + loss.notes)
  }

  /// What *continue* means: what is proven so far, and how bad the next stage can be made by what is not.
  func progressNotes(_ outcome: Outcome) -> [String] {
    let next = definition.stages[stageNumber + 1]
    var notes = ["no pass yet: nothing is proven against the new version; proof is required at the end"]
    for objective in outcome.objectives where objective.unit == .share && !objective.isInformative {
      guard objective.state == .inconclusive, let upper = objective.upper, let limit = objective.limit, upper > limit,
        definition.objectives.contains(where: {
          $0.text == objective.text && $0.comparison.isCeiling && !$0.isOfTheService
        })
      else { continue }
      let share = next.share ?? 1
      notes.append(
        "\(objective.text): at most \(GateText.value(upper, .share)) so far; with \(GateText.value(share, .share)) of the "
          + "traffic that is at most \(GateText.value(upper * share, .share)) of all requests")
    }
    return notes
  }
}
