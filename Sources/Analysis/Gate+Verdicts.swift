internal import TraceCore

// How the evidence of a stage becomes verdicts, and what is known of the limits before it begins.
extension Gate {
  // MARK: Bars

  /// What a bet can be held against: the limit, or what it is at the unfavourable end of a baseline that is known.
  func bar(_ number: Int) -> ObjectiveEvidence.Bar? {
    let objective = definition.objectives[number]
    var limit = objective.limit.offset
    if objective.limit.isRelative {
      guard let known = knownBaseline(number, of: objective) else { return nil }
      limit += objective.limit.factor * known
    }
    let isCeiling = objective.comparison.isCeiling
    switch objective.metric {
    case .findings: return nil
    case .errorRate, .unfinishedRate, .ratio: return bar(limit, share: isCeiling ? limit : 1 - limit)
    case .quantile(let q, _): return bar(limit, share: isCeiling ? 1 - q : q)
    case .throughput:
      let windowSeconds = Double(definition.window) / Double(EventTime.nanosecondsPerSecond)
      return bar(limit * windowSeconds, share: 0.5)
    }
  }

  private func bar(_ threshold: Double, share: Double) -> ObjectiveEvidence.Bar? {
    let windows = (stageEnd - countFrom + definition.window - 1) / definition.window
    return threshold.isFinite ? ObjectiveEvidence.Bar(threshold: threshold, badLimit: share, windows: windows) : nil
  }

  /// The end of the baseline's interval that makes the limit lenient, with half of the chance of an early fail in it. By
  /// route there is no early fail against a baseline.
  private func knownBaseline(_ number: Int, of objective: Objective) -> Double? {
    guard !objective.byRoute, let baseline, let evidence = baseline.evidence(number, route: nil),
      evidence.total >= definition.minimumRequests
    else { return nil }
    let isCeiling = objective.comparison.isCeiling
    // Both bounds at the same level: only the one on the lenient side is used.
    let interval = evidence.interval(
      pass: alpha / 2, fail: alpha / 2, isCeiling: !isCeiling, seconds: baseline.seconds)
    return interval.map { isCeiling ? $0.upper : $0.lower }
  }

  // MARK: Objectives

  /// All objectives as they stand if the stage ends at `end`.
  func decide(end: Int64, _ routeName: (Int32) -> String) -> [ObjectiveVerdict] {
    let seconds = Double(max(0, end - countFrom)) / Double(EventTime.nanosecondsPerSecond)
    return tracks.indices.flatMap { number -> [ObjectiveVerdict] in
      let track = tracks[number]
      if case .findings = track.plan.objective.metric { return [decideFindings(number)] }
      if track.plan.objective.byRoute { return decideByRoute(number, seconds, routeName) }
      var decision = decision(number, fail: alpha, seconds)
      addBaseline(&decision, number, route: nil, routeName)
      return [decision.decide(track.overall, isRefuted: refuted[number] != nil)]
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
    let fails = findingsFail(number)
    return ObjectiveVerdict(
      text: objective.text, route: nil, unit: .count, value: Double(count), lower: Double(count), upper: Double(count),
      limit: objective.limit.offset, baseline: nil, requests: 0, bad: count, needed: nil, state: fails ? .fail : .pass,
      reason: count == 0 ? "none was found" : "\(GateText.count(count, "finding"))", dispersion: 1, isInformative: false
    )
  }

  /// Each route with enough requests by itself, the others together, for information.
  private func decideByRoute(
    _ number: Int, _ seconds: Double, _ routeName: (Int32) -> String
  ) -> [ObjectiveVerdict] {
    let track = tracks[number]
    let refuted = self.refuted[number] ?? []
    var judged: [ObjectiveTrack.Route] = []
    var pooled = track.overall
    var names: [String] = []
    for route in track.routes {
      if route.evidence.total >= definition.minimumRequests {
        judged.append(route)
      } else {
        pooled.merge(route.evidence)
        if route.evidence.total > 0 { names.append(routeName(route.number)) }
      }
    }
    let fail = alpha / Double(max(1, judged.count))
    var verdicts = judged.map { route in
      let name = routeName(route.number)
      var decision = decision(number, fail: fail, seconds)
      addBaseline(&decision, number, route: route.number, routeName)
      var verdict = decision.decide(route.evidence, isRefuted: refuted.contains(route.number), route: name)
      // A route that the baseline does not have, or hardly: there is nothing to hold it against.
      verdict.isInformative =
        decision.objective.limit.isRelative && (decision.baseline?.total ?? 0) < definition.minimumRequests
      return verdict
    }
    if verdicts.allSatisfy(\.isInformative) {
      for i in verdicts.indices { verdicts[i].isInformative = false }
    }
    guard pooled.total > 0 || judged.isEmpty else { return verdicts }
    var pool = decision(number, fail: fail, seconds).decide(pooled, isRefuted: false)
    pool.isInformative = !judged.isEmpty
    if judged.isEmpty { pool.state = .inconclusive }
    pool.route = "(other routes)"
    let shown = names.sorted().prefix(5).joined(separator: ", ") + (names.count > 5 ? ", …" : "")
    pool.reason =
      names.isEmpty
      ? "no route with \(definition.minimumRequests) requests"
      : "too few requests by themselves: \(shown)"
    pool.needed = nil
    verdicts.append(pool)
    return verdicts
  }

  private func addBaseline(
    _ decision: inout ObjectiveDecision, _ number: Int, route: Int32?, _ routeName: (Int32) -> String
  ) {
    guard definition.objectives[number].limit.isRelative else { return }
    guard definition.baseline == .version else {
      decision.baseline = baseline?.evidence(number, route: route.map(routeName))
      decision.baselineSeconds = baseline?.seconds ?? 0
      return
    }
    // Where the other versions have gone (the last stage), what they did in the stages before.
    let least = definition.minimumRequests
    let track = (others[number].evidence(of: route)?.total ?? 0) >= least ? others[number] : allOthers[number]
    decision.baseline = track.evidence(of: route)
    if route == nil, definition.objectives[number].isShare {
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
    _ state: Verdict.State, _ objectives: [ObjectiveVerdict], at now: Int64, isEarly: Bool, _ loss: GateLoss,
    cut: String?
  ) -> Verdict {
    Verdict(
      stage: stageNumber, stageName: definition.stages[stageNumber].name, state: state, isEarly: isEarly,
      isFinal: false,
      time: now, start: countFrom, end: now, objectives: objectives, notes: stageNotes(at: now, loss, cut: cut))
  }

  func finalVerdict(_ last: Verdict, at now: Int64) -> Verdict {
    var state = stageStates.reduce(Verdict.State.pass) { $0.and($1) }
    var notes: [String] = []
    if state == .pass, stageStates.count < definition.stages.count {
      state = .inconclusive
      notes.append("\(stageStates.count) of \(definition.stages.count) stages were seen")
    }
    return Verdict(
      stage: nil, stageName: nil, state: state, isEarly: last.isEarly, isFinal: true, time: now, start: start, end: now,
      objectives: last.objectives, notes: notes, stageNotes: last.notes)
  }

  /// The last verdict where there was no stage to judge.
  /// Of a gate that never began: no record with a time was read.
  package static var withoutRecords: Verdict {
    Verdict(
      stage: nil, stageName: nil, state: .inconclusive, isEarly: false, isFinal: true, time: EventTime.none,
      start: EventTime.none, end: EventTime.none, objectives: [], notes: ["no record with a time was read"])
  }

  func emptyVerdict(_ note: String, at now: Int64) -> Verdict {
    let state = stageStates.contains(.fail) ? Verdict.State.fail : .inconclusive
    return Verdict(
      stage: nil, stageName: nil, state: state, isEarly: false, isFinal: true, time: max(now, start), start: start,
      end: max(now, start), objectives: [], notes: [note])
  }

  private func stageNotes(at now: Int64, _ loss: GateLoss, cut: String?) -> [String] {
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
    if !loss.isNone {
      if loss.isUnbounded {
        notes.append("lines may be missing, nobody can say how many: no pass")
      } else {
        notes.append(
          "up to \(GateText.count(loss.missing, "line")) may be missing of \(loss.missing + loss.read)"
            + (loss.isTolerable ? "" : ": no pass"))
      }
    }
    return notes
  }
}

/// The gate as it stands now, for a live screen.
package struct GateProgress: Sendable, Equatable {
  /// From 0.
  package var stage: Int
  package var stageName: String
  package var isWarmingUp: Bool
  /// Event time: the stage's span, and the next look.
  package var start: Int64
  package var end: Int64
  package var next: Int64
  /// What the verdict would be if the stage ended now.
  package var objectives: [ObjectiveVerdict]
}

extension Gate {
  /// Nil before the first stage and when it is over. Costs a decision of every objective.
  package func progress(routeName: (Int32) -> String) -> GateProgress? {
    guard let stage else { return nil }
    return GateProgress(
      stage: stage, stageName: definition.stages[stage].name, isWarmingUp: phase == .warmingUp, start: stageStart,
      end: stageEnd, next: boundary, objectives: phase == .judging ? decide(end: seenTo, routeName) : [])
  }
}
