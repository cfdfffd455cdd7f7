internal import TraceCore

// Whether something that a stage's figures leave out could have kept it from passing (docs/decisions/0024-what-a-gate-did-not-see.md).
//
// What is known of it is counted as it is: a record that is not a request is judged as if it were one. Of what is not known
// the worst is supposed: every unread line was a failed request, spread over routes as the others are. A stage that passes
// even so passes.
extension Gate {
  /// What a verdict says besides its objectives.
  struct Said {
    var notes: [String] = []
    var places: [String] = []
    /// A pass becomes inconclusive.
    var blocks = false
  }

  /// Requests that were judged: the new version's, where it alone is.
  func judgedRequests(of version: Int32?) -> Int64 {
    isPartial ? version.flatMap { versionTraffic[$0]?.judged } ?? 0 : traffic.judged
  }

  /// Of a stage that would pass at `end`, or go on.
  func doubt(_ outcome: Outcome, at end: Int64, _ names: GateNames) -> Said {
    var said = Said()
    let judged = judgedRequests(of: outcome.version)
    if judged == 0 {
      said.blocks = true
      said.notes.append("no request was judged: no pass")
    }
    for (note, blocks) in silences(outcome, at: end, names) {
      said.notes.append(note)
      if blocks { said.blocks = true }
    }
    if let turned = turned(byWorst: doubts.worst, from: outcome.state, at: end, names) {
      said.blocks = true
      said.notes.append(unreadNote(turned, judged))
      if let place = doubts.firstUnread {
        said.places.append("the first line that could not be read is \(place); `skein doctor` says why")
      }
    }
    if let unended = doubts.unended,
      let turned = Gate.turned(self.outcome(end: end, names, of: unended), from: outcome.state)
    {
      said.blocks = true
      said.notes.append(
        "of requests without an end it is not known whether they are of these: if they were, `\(turned)` would not pass: "
          + "no pass")
    }
    let uncounted = uncountedDoubt(from: outcome.state, at: end, names)
    said.notes += uncounted.notes
    if uncounted.blocks { said.blocks = true }
    return said
  }

  private func unreadNote(_ turned: String, _ judged: Int64) -> String {
    var parts: [String] = []
    if doubts.unread > 0 { parts.append("\(GateText.count(doubts.unread, "line")) could not be read") }
    if doubts.withoutTime > 0 { parts.append("\(GateText.count(doubts.withoutTime, "request")) had no time") }
    if doubts.carried > 0 { parts.append("\(doubts.carried) of earlier stages may have failed") }
    let share = "beside \(GateText.count(judged, "judged request"))"
    return
      "\(parts.joined(separator: " and ")), \(share): if these were failed requests, `\(turned)` would not pass: no pass"
  }

  // MARK: Silence

  /// Traffic that has stopped, all of it or of those that are judged by themselves.
  func silences(_ outcome: Outcome, at end: Int64, _ names: GateNames) -> [(note: String, blocks: Bool)] {
    func since(_ watch: TrafficWatch) -> Int64? {
      watch.stopped(at: end, from: countFrom, window: definition.window)
    }
    func note(_ what: String, _ time: Int64) -> (String, Bool) {
      let text = "no request\(what) since \(EventTime.timeOfDay(time)) (\(GateText.span(end - time)))"
      return (
        text + (definition.allowsSilence ? "" : ": no pass without `silence: allowed` in the gate"),
        !definition.allowsSilence
      )
    }
    if let time = since(traffic) { return [note("", time)] }
    if isPartial {
      // Where it is not known which one is new, it may be the one that has stopped.
      for version in candidates.compactMap(\.self) {
        if let time = versionTraffic[version].flatMap(since) {
          return [note(" of version \(versionNames[version] ?? "")", time)]
        }
      }
    }
    return instanceTraffic.sorted { $0.key < $1.key }.compactMap { instance, watch in
      since(watch).map { note(" of \(names.instance(instance))", $0) }
    }
  }

  // MARK: Uncounted records

  private func uncountedDoubt(from state: Verdict.State, at end: Int64, _ names: GateNames) -> Said {
    var said = Said()
    let sources = doubts.uncounted.sorted { $0.key < $1.key }
    var anyTurns = false
    for (number, source) in sources {
      let turned = turned(by: source, from: state, at: end, names)
      anyTurns = anyTurns || turned != nil
      said.notes.append(uncountedNote(number, source, turned: turned, names))
    }
    if !anyTurns, let together = doubts.together,
      let turned = Gate.turned(outcome(end: end, names, of: together), from: state)
    {
      anyTurns = true
      said.notes.append("counted together, `\(turned)` would not pass: no pass; --requests-from all counts them")
    }
    said.blocks = anyTurns
    return said
  }

  /// What is not counted, with its errors and reason.
  func uncountedNotes(_ names: GateNames) -> [String] {
    doubts.uncounted.sorted { $0.key < $1.key }.map { uncountedNote($0, $1, turned: nil, names) }
  }

  private func uncountedNote(
    _ number: Int32, _ source: GateDoubts.Uncounted, turned: String?, _ names: GateNames
  ) -> String {
    let known =
      RouteKind(source: number)?.names
      ?? (number == GateDoubts.others ? GateNames.Source(name: "other sources") : names.source(number))
    var note =
      "not counted: \(GateText.count(source.requests, "request")) of \(known.name), "
      + (source.errors > 0 ? "\(source.errors) of them failed" : "none of them failed")
    if !known.reason.isEmpty { note += "; \(known.reason)" }
    guard let turned else { return note }
    let option =
      known.remedy
      ?? (number == GateDoubts.others
        ? "--requests-from all counts them"
        : "--requests-from \(known.name) counts only them, --requests-from all counts them as well")
    return note + "; counted, `\(turned)` would not pass: no pass; \(option)"
  }

  /// The objective that would not pass if these had been counted, besides the others or in their place; nil if all would.
  private func turned(
    by source: GateDoubts.Uncounted, from state: Verdict.State, at end: Int64, _ names: GateNames
  ) -> String? {
    if let turned = Gate.turned(outcome(end: end, names, of: source.both), from: state) { return turned }
    // Few of them say nothing alone, and less traffic than all of it is no low traffic.
    return outcome(end: end, names, of: source.alone, isAlone: true).objectives.first { verdict in
      verdict.state == .fail && !verdict.isInformative && verdict.requests >= definition.minimumRequests
        && verdict.unit != .perSecond && verdict.unit != .count
    }.map(Gate.name)
  }

  // MARK: The worst

  /// The objective that would not let the stage be in `state` if so many more requests had failed; nil if all would.
  private func turned(byWorst added: Int64, from state: Verdict.State, at end: Int64, _ names: GateNames) -> String? {
    added > 0 ? Gate.turned(outcome(end: end, names, worst: added), from: state) : nil
  }

  /// Failed requests that a stage which passes could have had besides and still pass. Costs some decisions of each objective.
  func allowance(at end: Int64, _ names: GateNames) -> Int64 {
    var (least, most) = (Int64(0), max(1, judgedRequests(of: candidates.first ?? nil)))
    guard turned(byWorst: doubts.worst + most, from: .pass, at: end, names) != nil else { return most }
    while most - least > 1 {
      let middle = least + (most - least) / 2
      if turned(byWorst: doubts.worst + middle, from: .pass, at: end, names) == nil {
        least = middle
      } else {
        most = middle
      }
    }
    return least
  }

  /// The objective for which a stage that would pass does not, or one that would go on fails; nil if there is none.
  private static func turned(_ outcome: Outcome, from state: Verdict.State) -> String? {
    if state == .goesOn ? outcome.state != .fail : outcome.state == .pass { return nil }
    let objectives = outcome.objectives.filter { !$0.isInformative }
    let found = objectives.first { state == .goesOn ? $0.state == .fail : $0.state != .pass } ?? objectives.first
    return found.map(name)
  }

  private static func name(_ verdict: ObjectiveVerdict) -> String {
    verdict.text + ((verdict.route ?? verdict.instance).map { " [\($0)]" } ?? "")
  }

  // MARK: Stages that are over

  /// What came too late for the stages that have passed.
  func lateDoubts() -> (state: Verdict.State, notes: [String], places: [String]) {
    var state = Verdict.State.pass
    var notes: [String] = []
    var places: [String] = []
    for stage in passed {
      let name = definition.stages[stage.number].name
      if let finding = stage.failing {
        state = state.and(.fail)
        notes.append("stage \(name) was over when this was found about it: \(finding.text): it does not hold")
        if let place = finding.place { places.append("the finding is at \(place)") }
      }
      if stage.late > stage.allowance {
        state = state.and(.inconclusive)
        notes.append(
          "stage \(name) was over when \(GateText.count(stage.late, "request or unread line")) of it came; more than "
            + "\(stage.allowance) failed ones could have kept it from passing: no pass")
      }
    }
    return (state, notes, places)
  }
}
