internal import Glibc
internal import TraceCore

// Which version is the new one, and what a stage is where that is open.
extension Gate {
  /// A stage as its objectives are decided.
  struct Outcome {
    var state: Verdict.State
    var objectives: [ObjectiveVerdict]
    /// The version that they are of; nil where all requests are judged, or no new version was seen.
    var version: Int32?
    /// Objectives that speak against the new version at the confidence of a pass, where the stage would go on.
    var suspects: [String] = []
  }

  /// What the log says of the new version.
  var newVersion: VersionWatch.Answer {
    guard definition.versionField != nil else { return .none }
    if let wanted = definition.version {
      return versionNames.first { $0.value == wanted }.map { .known($0.key) } ?? .none
    }
    let answer = versions.newest(lackedBy: knownBefore)
    // One that was there before the gate began, and no other: the new one has not come.
    if case .open(let found) = answer, found.count == 1, versionsBefore.contains(found[0]) { return .none }
    return answer
  }

  /// Versions of the log that the gate compares with; nil where it says nothing of versions. A version that is missing there is
  /// new only where it would have been seen with its present share of the traffic.
  private var knownBefore: ((Int32) -> Bool)? {
    guard let counts = baseline?.versions, counts.values.reduce(0, +) > 0 else { return nil }
    let before = Double(counts.values.reduce(0, +))
    let now = versions.versions.map { ($0, Double(versions.requests(of: $0))) }
    let all = max(1, now.reduce(0) { $0 + $1.1 })
    var known: Set<Int32> = []
    for (version, requests) in now {
      let isThere = versionNames[version].map { (counts[$0] ?? 0) > 0 } ?? true
      if isThere || before * log1p(-min(requests / all, 0.999_999)) > log(VersionWatch.mayBeMissing) {
        known.insert(version)
      }
    }
    return { known.contains($0) }
  }

  /// The versions that may be the new one; nil among them: one of which nothing was seen.
  var candidates: [Int32?] {
    guard evidence.isNarrowed || definition.isRollout else { return [nil] }
    switch newVersion {
    case .none, .tooMany: return [nil]
    case .known(let version): return [version]
    case .grown(let version, let found): return [version] + found.filter { $0 != version }
    case .open(let found): return found.count == 1 ? [found[0], nil] : found
    }
  }

  /// The version that seems to be the new one: it is known, its share grew, or it is the only one that has the share of the
  /// traffic which the stage gives the new one. What only seems so can fail a stage and never pass one.
  var likely: Int32? {
    switch newVersion {
    case .known(let version), .grown(let version, _): version
    case .open: hinted
    case .none, .tooMany: nil
    }
  }

  private var hinted: Int32? {
    guard isPartial, let share = definition.stages[stageNumber].share, case .open(let found) = newVersion,
      found.count > 1
    else { return nil }
    let judged = found.map { ($0, Double(versionTraffic[$0]?.judged ?? 0)) }
    let all = judged.reduce(0) { $0 + $1.1 }
    guard all >= Gate.leastForHint else { return nil }
    let fitting = judged.filter { share / 2 <= $0.1 / all && $0.1 / all <= min(2 * share, (1 + share) / 2) }
    return fitting.count == 1 ? fitting[0].0 : nil
  }

  private static let leastForHint = 50.0

  // MARK: Deciding

  /// The stage if it ends at `end`.
  ///
  /// Where it is open which version is new, it passes if it does whichever is, and fails so, or if the one fails that seems to
  /// be it. Else it is inconclusive.
  /// - Parameters:
  ///   - evidence: instead of what was counted.
  ///   - isAlone: without what earlier stages have shown.
  ///   - worst: failed requests besides.
  func outcome(
    end: Int64, _ names: GateNames, of evidence: GateEvidence? = nil, isAlone: Bool = false, worst: Int64 = 0
  ) -> Outcome {
    let candidates = self.candidates
    let outcomes = candidates.map { version in
      var judgement = judgement(
        of: version, evidence ?? self.evidence, end: end, levels: levels, names, isAlone: isAlone)
      if worst > 0 { judgement.addWorst(worst, of: judgedRequests(of: version)) }
      let objectives = judgement.decide()
      var outcome = Outcome(state: state(of: objectives), objectives: objectives, version: version)
      if outcome.state == .goesOn {
        outcome.suspects = judgement.suspects
        if !outcome.suspects.isEmpty { outcome.state = .inconclusive }
      }
      return outcome
    }
    guard var shown = outcomes.first, outcomes.count > 1 else {
      return outcomes.first ?? Outcome(state: .inconclusive, objectives: [])
    }
    let likely = self.likely
    if let found = outcomes.first(where: { $0.version == likely && likely != nil }) {
      shown = found
    } else {
      let order: [Verdict.State] = [.fail, .inconclusive, .goesOn, .pass]
      for state in order.reversed() { if let found = outcomes.first(where: { $0.state == state }) { shown = found } }
    }
    if shown.state == .fail, likely != nil || outcomes.allSatisfy({ $0.state == .fail }) { return shown }
    if case .grown = newVersion {
      // Perhaps the rollout was taken back, and the other one was the new one.
      if outcomes.contains(where: { $0.state == .fail }) { shown.state = .inconclusive }
      return shown
    }
    let isOpen = outcomes.contains { $0.state == .fail || $0.state == .inconclusive }
    shown.state = isOpen ? .inconclusive : outcomes.reduce(.pass) { $0.and($1.state) }
    return shown
  }

  /// What a stage is by its objectives.
  private func state(of objectives: [ObjectiveVerdict]) -> Verdict.State {
    let state = Verdict.State(of: objectives)
    guard state == .inconclusive, stageNumber >= 0, definition.continues(stageNumber) else { return state }
    // Nothing is proven against the new version. That is no reason to go on where nobody has looked.
    let deciding = objectives.filter { !$0.isInformative }
    return !deciding.isEmpty && deciding.allSatisfy { $0.state == .pass || $0.isMeasured } ? .goesOn : .inconclusive
  }

  /// The chances of being wrong at the end at hand of the stage.
  var levels: ObjectiveDecision.Levels {
    let levels = GateLevels(definition)
    let stage = max(0, stageNumber)
    let isExtensible = definition.stages[stage].isExtensible
    return ObjectiveDecision.Levels(
      // Nothing is passed for good where others follow.
      pass: definition.continues(stage)
        ? 1 - definition.confidence : levels.pass(look: extensions, isExtensible: isExtensible),
      fail: levels.fail(look: extensions, isExtensible: isExtensible))
  }

  func judgement(
    of version: Int32?, _ evidence: GateEvidence, end: Int64, levels: ObjectiveDecision.Levels, _ names: GateNames,
    isAlone: Bool = false
  ) -> StageJudgement {
    var tracks = evidence.tracks(of: version)
    let others = evidence.isNarrowed && definition.baseline == .version ? evidence.others(than: version) : tracks
    var allOthers = others
    var own: [ObjectiveTrack]?
    // A stage that goes on is held against what it shows itself; proof is made of all of them.
    if definition.isRollout, !isAlone, !definition.continues(stageNumber) {
      let before = earlier.tracks(of: version)
      let isThere = before.contains { $0.together.total > 0 }
      if isThere, version != nil {
        own = tracks
        for i in tracks.indices where earlier.narrowed[i] { tracks[i].merge(before[i]) }
      }
      if definition.baseline == .version {
        let othersBefore = earlier.others(than: version)
        for i in allOthers.indices where evidence.narrowed[i] { allOthers[i].merge(othersBefore[i]) }
      }
    }
    let seconds = Double(max(0, end - countFrom)) / Double(EventTime.nanosecondsPerSecond)
    return StageJudgement(
      definition: definition, levels: levels, seconds: seconds, tracks: tracks, own: own, others: others,
      allOthers: allOthers, refuted: evidence.refuted(of: version), baseline: baseline, names: names)
  }

  // MARK: Looks

  /// Refutes what the bounds prove at a look, of the objectives that have no limit to bet against: those that compare with a
  /// baseline which is only seen with them. All looks of the stage share the chance of the bets.
  mutating func compare(at now: Int64, _ names: GateNames) {
    let compared = plans.indices.filter { plans[$0].isRelative && evidence.all[$0].bar == nil }
    guard !compared.isEmpty else { return }
    let stage = definition.stages[stageNumber]
    let looks = max(1, (stage.longest - definition.warmUp + definition.window - 1) / definition.window)
    let alpha = self.alpha / Double(looks)
    for version in likely.map({ [$0] }) ?? candidates where version != nil || !evidence.isNarrowed {
      let judgement = judgement(of: version, evidence, end: now, levels: .init(pass: alpha, fail: alpha), names)
      for i in compared {
        evidence.refute(
          i, judgement.failing(i), of: version ?? GateEvidence.everything, inRow: definition.consecutiveFailures)
      }
    }
  }

  /// Whether the looks have refuted an objective, of the new version for certain.
  var isRefuted: Bool {
    if evidence.refuted[GateEvidence.everything] != nil { return true }
    guard evidence.isNarrowed else { return false }
    if let likely { return evidence.refuted[likely] != nil }
    return candidates.allSatisfy { version in version.map { evidence.refuted[$0] != nil } ?? false }
  }

  // MARK: Sentences

  /// What is said of the version that is judged.
  func versionNotes(_ outcome: Outcome) -> [String] {
    guard evidence.isNarrowed, isPartial || definition.baseline == .version else { return [] }
    func name(_ version: Int32) -> String { versionNames[version] ?? "" }
    let seen = versions.versions.map(name)
    let named = seen.prefix(5).joined(separator: ", ") + (seen.count > 5 ? ", …" : "")
    switch newVersion {
    case .known(let version): return ["judged: the requests of version \(name(version))"]
    case .grown(let version, _):
      return [
        "judged: the requests of version \(name(version)), whose share of the traffic grows"
          + (outcome.state == .inconclusive && outcome.objectives.allSatisfy { $0.state == .pass || $0.isInformative }
            ? "; another one fails: was the rollout rolled back? --new-version names the new one" : "")
      ]
    case .none:
      if let wanted = definition.version {
        return [
          "no request of version \(wanted) was seen (field \(definition.versionField ?? ""))"
            + (seen.isEmpty ? "" : "; there are \(named)")
        ]
      }
      return ["no request of a new version was seen (field \(definition.versionField ?? ""))"]
    case .tooMany:
      return [
        "more than \(VersionWatch.mostVersions) versions: name the new one with --new-version, or `version` in the gate"
      ]
    case .open(let found):
      if found.count == 1 {
        return [
          "only version \(name(found[0])) was seen, from the first request on: is it the new one? --new-version "
            + "\(name(found[0])), or `version` in the gate, says so"
        ]
      }
      var note =
        "which version is new? \(found.map(name).joined(separator: ", ")): no share of the traffic grows in this log; "
        + "name it with --new-version, or `version` in the gate"
      if let version = outcome.version { note += "; the figures are of version \(name(version))" }
      if let hinted { note += ", since \(name(hinted)) has the share of this stage" }
      return [note]
    }
  }
}
