internal import TraceCore

// Whether something that a stage's figures leave out could have kept it from passing (docs/decisions/0024).
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
  var judgedRequests: Int64 { isPartial ? targetTraffic.judged : traffic.judged }

  /// Of a stage that would pass at `end`.
  func doubt(at end: Int64, _ names: GateNames) -> Said {
    var said = Said()
    if judgedRequests == 0 {
      said.blocks = true
      said.notes.append("no request was judged: no pass")
    }
    for (note, blocks) in silences(at: end, names) {
      said.notes.append(note)
      if blocks { said.blocks = true }
    }
    if let turned = turned(byWorst: doubts.worst, at: end, names) {
      said.blocks = true
      said.notes.append(unreadNote(turned))
      if let place = doubts.firstUnread {
        said.places.append("the first line that could not be read is \(place); `skein doctor` says why")
      }
    }
    let uncounted = uncountedDoubt(at: end, names)
    said.notes += uncounted.notes
    if uncounted.blocks { said.blocks = true }
    return said
  }

  private func unreadNote(_ turned: String) -> String {
    var parts: [String] = []
    if doubts.unread > 0 { parts.append("\(GateText.count(doubts.unread, "line")) could not be read") }
    if doubts.withoutTime > 0 { parts.append("\(GateText.count(doubts.withoutTime, "request")) told no time") }
    let share = "beside \(GateText.count(judgedRequests, "judged request"))"
    return
      "\(parts.joined(separator: " and ")), \(share): if those were failed requests, `\(turned)` would not pass: no pass"
  }

  // MARK: Silence

  /// Traffic that has stopped, all of it or of those that are judged by themselves.
  func silences(at end: Int64, _ names: GateNames) -> [(note: String, blocks: Bool)] {
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
    if isPartial, let time = since(targetTraffic) { return [note(" of version \(targetName ?? "")", time)] }
    return instanceTraffic.sorted { $0.key < $1.key }.compactMap { instance, watch in
      since(watch).map { note(" of \(names.instance(instance))", $0) }
    }
  }

  // MARK: Uncounted records

  private func uncountedDoubt(at end: Int64, _ names: GateNames) -> Said {
    var said = Said()
    let sources = doubts.uncounted.sorted { $0.key < $1.key }
    var anyTurns = false
    for (number, source) in sources {
      let turned = turned(by: source, at: end, names)
      anyTurns = anyTurns || turned != nil
      said.notes.append(uncountedNote(number, source, turned: turned, names))
    }
    if !anyTurns, let together = doubts.together, let turned = with(together).notPassing(at: end, names) {
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
      number == GateDoubts.others ? GateNames.Source(name: "other sources") : names.source(number)
    var note =
      "not counted: \(GateText.count(source.requests, "request")) of \(known.name), "
      + (source.errors > 0 ? "\(source.errors) of them failed" : "none of them failed")
    if !known.reason.isEmpty { note += "; \(known.reason)" }
    guard let turned else { return note }
    let option =
      number == GateDoubts.others
      ? "--requests-from all counts them"
      : "--requests-from \(known.name) counts them alone, --requests-from all besides"
    return note + "; counted, `\(turned)` would not pass: no pass; \(option)"
  }

  /// The objective that would not pass if these had been counted, besides the others or in their place; nil if all would.
  private func turned(by source: GateDoubts.Uncounted, at end: Int64, _ names: GateNames) -> String? {
    if let turned = with(source.both).notPassing(at: end, names) { return turned }
    // Few of them say nothing alone, and less traffic than all of it is no low traffic.
    return with(source.alone).decide(end: end, names).first { verdict in
      verdict.state == .fail && !verdict.isInformative && verdict.requests >= definition.minimumRequests
        && verdict.unit != .perSecond && verdict.unit != .count
    }.map(Gate.name)
  }

  /// The gate if that had been its evidence.
  private func with(_ shadow: GateShadow) -> Gate {
    var gate = self
    for i in tracks.indices where !plans[i].isAboutFindings { gate.tracks[i] = shadow.tracks[i] }
    gate.refuted = shadow.refuted
    return gate
  }

  // MARK: The worst

  /// The objective that would not pass if so many more requests had failed; nil if all would.
  private func turned(byWorst added: Int64, at end: Int64, _ names: GateNames) -> String? {
    guard added > 0 else { return nil }
    var worse = self
    for i in tracks.indices where !plans[i].isAboutFindings { worse.tracks[i].addWorst(added, of: judgedRequests) }
    return worse.notPassing(at: end, names)
  }

  /// Failed requests that a stage which passes could have had besides and still pass. Costs some decisions of each objective.
  func allowance(at end: Int64, _ names: GateNames) -> Int64 {
    var (least, most) = (Int64(0), max(1, judgedRequests))
    guard turned(byWorst: doubts.worst + most, at: end, names) != nil else { return most }
    while most - least > 1 {
      let middle = least + (most - least) / 2
      if turned(byWorst: doubts.worst + middle, at: end, names) == nil { least = middle } else { most = middle }
    }
    return least
  }

  func notPassing(at end: Int64, _ names: GateNames) -> String? {
    decide(end: end, names).first { !$0.isInformative && $0.state != .pass }.map(Gate.name)
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
        notes.append("stage \(name) was over when this was found of it: \(finding.text): it does not hold")
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
