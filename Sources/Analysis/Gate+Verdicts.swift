internal import TraceCore

// How the evidence of a stage becomes verdicts.
extension Gate {
  // MARK: Objectives

  /// All objectives as they stand if the stage ends at `end`.
  func decide(end: Int64, _ names: GateNames) -> [ObjectiveVerdict] {
    let seconds = Double(max(0, end - countFrom)) / Double(EventTime.nanosecondsPerSecond)
    return tracks.indices.flatMap { number -> [ObjectiveVerdict] in
      let track = tracks[number]
      if track.plan.isAboutFindings { return [decideFindings(number)] }
      if let part = track.plan.per { return decide(number, per: part, seconds, names) }
      var decision = decision(number, fail: alpha, seconds)
      addBaseline(&decision, number, part: nil, names)
      var verdict = decision.decide(track.overall, isRefuted: refuted[number] != nil)
      if verdict.state != .pass { nameWorst(&verdict, track, names) }
      return [verdict]
    }
  }

  private func decision(_ number: Int, fail: Double, _ seconds: Double) -> ObjectiveDecision {
    ObjectiveDecision(
      objective: definition.objectives[number], levels: .init(pass: 1 - definition.confidence, fail: fail),
      minimumRequests: definition.minimumRequests, seconds: seconds)
  }

  private func decideFindings(_ number: Int) -> ObjectiveVerdict {
    let objective = definition.objectives[number]
    let count = tracks[number].findings
    let first = tracks[number].firstFinding
    let reason =
      count == 0
      ? "none was found"
      : GateText.count(count, "finding") + (first.map { (count == 1 ? ", " : ", the first: ") + $0.text } ?? "")
    return ObjectiveVerdict(
      text: objective.text, unit: .count, value: Double(count), lower: Double(count), upper: Double(count),
      limit: objective.limit.offset, baseline: nil, requests: 0, bad: count, needed: nil,
      state: findingsFail(number, count: count) ? .fail : .pass, reason: reason, dispersion: 1, isInformative: false,
      finding: first)
  }

  /// Where most of the bad requests are.
  private func nameWorst(_ verdict: inout ObjectiveVerdict, _ track: ObjectiveTrack, _ names: GateNames) {
    func worst(_ strata: [Int32: ObjectiveTrack.Stratum], _ part: Objective.Part) -> ObjectiveVerdict.Worst? {
      let found = strata.filter { $0.value.bad > 0 }
        .max { ($0.value.bad, -$0.value.total, -$0.key) < ($1.value.bad, -$1.value.total, -$1.key) }
      return found.map { .init(name: names.name($0.key, part), requests: $0.value.total, bad: $0.value.bad) }
    }
    verdict.worstRoute = worst(track.strata, .route)
    if track.instances.count > 1 { verdict.worstInstance = worst(track.instances, .instance) }
  }

  /// Each route or instance with enough requests by itself, the worst first; the others together, for information.
  private func decide(
    _ number: Int, per part: Objective.Part, _ seconds: Double, _ names: GateNames
  ) -> [ObjectiveVerdict] {
    let track = tracks[number]
    let refuted = self.refuted[number] ?? []
    var judged: [ObjectiveTrack.Part] = []
    var pooled = track.overall
    var few: [String] = []
    for piece in track.parts {
      if piece.evidence.total >= definition.minimumRequests {
        judged.append(piece)
      } else {
        pooled.merge(piece.evidence)
        if piece.evidence.total > 0 { few.append(names.name(piece.number, part)) }
      }
    }
    let fail = alpha / Double(max(1, judged.count))
    var verdicts = judged.map { piece in
      var decision = decision(number, fail: fail, seconds)
      addBaseline(&decision, number, part: piece.number, names)
      var verdict = decision.decide(piece.evidence, isRefuted: refuted.contains(piece.number))
      name(&verdict, names.name(piece.number, part), part)
      // A route that the baseline does not have, or hardly: there is nothing to hold it against.
      verdict.isInformative =
        decision.objective.limit.isRelative && (decision.baseline?.total ?? 0) < definition.minimumRequests
      return verdict
    }
    if verdicts.allSatisfy(\.isInformative) {
      for i in verdicts.indices { verdicts[i].isInformative = false }
    }
    let isCeiling = definition.objectives[number].comparison.isCeiling
    verdicts.sort { $0.isWorse(than: $1, isCeiling: isCeiling) }
    guard pooled.total > 0 || judged.isEmpty else { return verdicts }
    var pool = decision(number, fail: fail, seconds).decide(pooled, isRefuted: false)
    pool.isInformative = !judged.isEmpty
    if judged.isEmpty { pool.state = .inconclusive }
    name(&pool, "(other \(part.rawValue)s)", part)
    let shown = few.sorted().prefix(5).joined(separator: ", ") + (few.count > 5 ? ", …" : "")
    pool.reason =
      few.isEmpty
      ? "no \(part.rawValue) with \(definition.minimumRequests) requests"
      : "too few requests by themselves: \(shown)"
    pool.needed = nil
    verdicts.append(pool)
    return verdicts
  }

  private func name(_ verdict: inout ObjectiveVerdict, _ name: String, _ part: Objective.Part) {
    switch part {
    case .route: verdict.route = name
    case .instance: verdict.instance = name
    }
  }

  private func addBaseline(
    _ decision: inout ObjectiveDecision, _ number: Int, part: Int32?, _ names: GateNames
  ) {
    guard definition.objectives[number].limit.isRelative else { return }
    guard definition.baseline == .version else {
      let route = definition.objectives[number].per == .route ? part.map(names.route) : nil
      decision.baseline = baseline?.evidence(number, route: route)
      decision.baselineSeconds = baseline?.seconds ?? 0
      return
    }
    // Where the other versions have gone (the last stage), what they did in the stages before.
    let least = definition.minimumRequests
    let track = (others[number].evidence(of: part)?.total ?? 0) >= least ? others[number] : allOthers[number]
    decision.baseline = track.evidence(of: part)
    if part == nil, definition.objectives[number].isShare {
      decision.standardised = standardised(number, track, decision.levels)
    }
  }

  /// The other versions' share of bad requests, had they had the new version's mix of routes: direct standardisation.
  ///
  /// Routes that only one of both has are left out of it. Its interval is Wilson's at the sample size that has its variance.
  /// Sources: J. L. Fleiss, B. Levin and M. C. Paik, "Statistical Methods for Rates and Proportions", 3rd ed., 2003, chapter
  /// 19; Korn and Graubard 1998 (as in `Binomial`) for the effective sample size.
  private func standardised(
    _ number: Int, _ track: ObjectiveTrack, _ levels: ObjectiveDecision.Levels
  ) -> (pass: Interval, requests: Int64)? {
    let isCeiling = definition.objectives[number].comparison.isCeiling
    let mine = tracks[number].strata
    let common = mine.keys.filter { track.strata[$0] != nil }.sorted()
    let total = common.reduce(Int64(0)) { $0 + (mine[$1]?.total ?? 0) }
    guard total > 0, let evidence = track.evidence(of: nil) else { return nil }
    var (share, variance, evenVariance) = (0.0, 0.0, 0.0)
    var requests: Int64 = 0
    for route in common {
      guard let own = mine[route], let other = track.strata[route], other.total > 0 else { continue }
      let weight = Double(own.total) / Double(total)
      // Half a request of each kind keeps a route without errors from having no variance.
      let rate = (Double(other.bad) + 0.5) / (Double(other.total) + 1)
      share += weight * Double(other.bad) / Double(other.total)
      variance += weight * weight * rate * (1 - rate) / Double(other.total)
      evenVariance += weight * weight / Double(other.total)
      requests += other.total
    }
    let natural = isCeiling ? share : 1 - share
    let n = min(Double(requests), share > 0 && share < 1 ? share * (1 - share) / variance : 1 / evenVariance)
    let (lower, upper) = isCeiling ? (levels.pass, levels.fail) : (levels.fail, levels.pass)
    return (
      Interval(
        lower: Wilson.bound(
          share: natural, n: n / evidence.dispersion(isPass: isCeiling), z: Normal.quantile(lower)),
        value: natural,
        upper: Wilson.bound(
          share: natural, n: n / evidence.dispersion(isPass: !isCeiling), z: -Normal.quantile(upper))), requests
    )
  }

  // MARK: Verdicts

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
    var state = stageStates.reduce(Verdict.State.pass) { $0.and($1) }.and(late.state)
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
  func emptyVerdict(_ note: String, at now: Int64) -> Verdict {
    let late = lateDoubts()
    let state = stageStates.contains(.fail) || late.state == .fail ? Verdict.State.fail : .inconclusive
    let end = max(now, start)
    return Verdict(
      stage: nil, stageName: nil, state: state, isEarly: false, isFinal: true, time: end, start: start, end: end,
      objectives: [], judgedFrom: end, judgedTo: end, notes: [note] + late.notes, places: late.places)
  }

  /// What is said of a stage however it ends.
  func stageNotes(at now: Int64, _ loss: GateLoss, cut: String?) -> Said {
    var notes: [String] = []
    if let cut { notes.append(cut) }
    if isPartial {
      notes.append(
        hasTarget
          ? "judged: the requests of version \(targetName ?? "")"
          : "no request of a new version was seen (field \(definition.versionField ?? ""))")
    }
    if self.notes.restarts > 0 { notes.append("a newer version appeared: what was counted before it is left out") }
    if definition.versionField != nil, self.notes.withoutVersion > 0 {
      notes.append("\(GateText.count(self.notes.withoutVersion, "request")) without a version")
    }
    if self.notes.late > 0 {
      notes.append("\(GateText.count(self.notes.late, "request")) came after their stage was over")
    }
    for (number, track) in tracks.enumerated() {
      let objective = track.plan.objective
      let unknown = track.overall.unknown
      if unknown > 0 {
        notes.append(
          "\(objective.text): left out \(GateText.count(unknown, "request")) of which its condition is unknown")
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
}
