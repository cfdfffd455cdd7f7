internal import TraceCore

/// A stage as it is decided if a certain version is the new one: the evidence of each objective, what it is compared with,
/// and the chances of being wrong.
struct StageJudgement {
  let definition: GateDefinition
  var levels: ObjectiveDecision.Levels
  /// Seconds of the stage that were judged: for rates.
  let seconds: Double
  /// What each objective is decided by: in a rollout with what earlier stages have shown of the new version.
  var tracks: [ObjectiveTrack]
  /// Of those, what is of this stage alone; nil where that is all.
  var own: [ObjectiveTrack]?
  /// The other versions' requests, of the stage and of all stages.
  var others: [ObjectiveTrack]
  var allOthers: [ObjectiveTrack]
  /// Parts (-1: overall) of each objective that a look has refuted.
  var refuted: [Int: Set<Int32>]
  var baseline: GateSample?
  let names: GateNames

  // MARK: Objectives

  func decide() -> [ObjectiveVerdict] {
    tracks.indices.flatMap { number -> [ObjectiveVerdict] in
      let track = tracks[number]
      if track.plan.isAboutFindings { return [decideFindings(number)] }
      if let part = track.plan.per { return decide(number, per: part) }
      var decision = decision(number, fail: levels.fail)
      addBaseline(&decision, number, part: nil)
      var verdict = decision.decide(track.overall, isRefuted: refuted[number] != nil)
      withdraw(&verdict, own?[number].overall)
      if verdict.state != .pass { nameWorst(&verdict, track) }
      return [verdict]
    }
  }

  /// The parts (-1: overall) of an objective that its bounds prove missed.
  func failing(_ number: Int) -> Set<Int32> {
    let track = tracks[number]
    func fails(_ evidence: ObjectiveEvidence, _ part: Int32?, _ level: Double) -> Bool {
      var decision = decision(number, fail: level)
      addBaseline(&decision, number, part: part)
      return decision.decide(evidence, isRefuted: false).state == .fail
    }
    guard track.plan.per != nil else { return fails(track.overall, nil, levels.fail) ? [-1] : [] }
    let level = levels.fail / Double(max(1, track.parts.count))
    return Set(track.parts.filter { fails($0.evidence, $0.number, level) }.map(\.number))
  }

  /// Objectives that speak against the new version as surely as it would have to be good for a pass.
  var suspects: [String] {
    var weaker = self
    weaker.levels.fail = levels.pass
    return tracks.indices.filter { !tracks[$0].plan.isAboutFindings && !weaker.failing($0).isEmpty }
      .map { definition.objectives[$0].text }
  }

  private func decision(_ number: Int, fail: Double) -> ObjectiveDecision {
    ObjectiveDecision(
      objective: definition.objectives[number], levels: .init(pass: levels.pass, fail: fail),
      minimumRequests: definition.minimumRequests, seconds: seconds)
  }

  /// A version that was good in earlier stages and is over its limit in this one does not pass by what was before.
  private func withdraw(_ verdict: inout ObjectiveVerdict, _ own: ObjectiveEvidence?) {
    guard verdict.state == .pass, let own, own.total > 0, let bar = own.bar,
      Double(own.bad) > bar.badLimit * Double(own.total)
    else { return }
    verdict.state = .inconclusive
    verdict.reason =
      "the stages together hold, this one alone does not: \(own.bad) of "
      + "\(GateText.count(own.total, "request")) are over the limit"
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
      state: objective.findingsFail(count) ? .fail : .pass, reason: reason, dispersion: 1, isInformative: false,
      finding: first)
  }

  /// Where most of the bad requests are.
  private func nameWorst(_ verdict: inout ObjectiveVerdict, _ track: ObjectiveTrack) {
    func worst(_ strata: [Int32: ObjectiveTrack.Stratum], _ part: Objective.Part) -> ObjectiveVerdict.Worst? {
      let found = strata.filter { $0.value.bad > 0 }
        .max { ($0.value.bad, -$0.value.total, -$0.key) < ($1.value.bad, -$1.value.total, -$1.key) }
      return found.map { .init(name: names.name($0.key, part), requests: $0.value.total, bad: $0.value.bad) }
    }
    verdict.worstRoute = worst(track.strata, .route)
    if track.instances.count > 1 { verdict.worstInstance = worst(track.instances, .instance) }
  }

  // MARK: By route or instance

  /// Each route or instance with enough requests by itself, the worst first; the others together.
  ///
  /// Those with few requests can prove nothing for a pass, but they can prove a fail: each by itself, with half of the chance
  /// for that, and all of them together. Together they block where they speak against the objective without proving it.
  private func decide(_ number: Int, per part: Objective.Part) -> [ObjectiveVerdict] {
    let track = tracks[number]
    let refuted = self.refuted[number] ?? []
    var pooled = track.overall
    var judged: [ObjectiveTrack.Part] = []
    var few: [ObjectiveTrack.Part] = []
    for piece in track.parts where piece.evidence.total > 0 {
      if piece.evidence.total >= definition.minimumRequests { judged.append(piece) } else { few.append(piece) }
    }
    let isDivided = !few.isEmpty || pooled.total > 0
    let fail = levels.fail / (isDivided ? 2 : 1) / Double(max(1, judged.count + (isDivided ? 1 : 0)))
    var verdicts = judged.map { piece in
      var verdict = decide(number, piece, part, fail: fail, isRefuted: refuted.contains(piece.number))
      withdraw(&verdict, own?[number].evidence(of: piece.number))
      return verdict
    }
    // Of few requests only a fail is taken.
    let failFew = levels.fail / 2 / Double(max(1, few.count))
    for piece in few {
      let verdict = decide(number, piece, part, fail: failFew, isRefuted: refuted.contains(piece.number))
      if verdict.state == .fail { verdicts.append(verdict) } else { pooled.merge(piece.evidence) }
    }
    if verdicts.allSatisfy(\.isInformative) {
      for i in verdicts.indices { verdicts[i].isInformative = false }
    }
    let isCeiling = definition.objectives[number].comparison.isCeiling
    verdicts.sort { $0.isWorse(than: $1, isCeiling: isCeiling) }
    guard pooled.total > 0 || verdicts.isEmpty else { return verdicts }
    let hidden = few.filter { piece in
      !verdicts.contains { ($0.route ?? $0.instance) == names.name(piece.number, part) }
    }
    verdicts.append(
      pool(number, part, pooled, hidden.map { names.name($0.number, part) }, fail: fail, isAlone: judged.isEmpty))
    return verdicts
  }

  private func decide(
    _ number: Int, _ piece: ObjectiveTrack.Part, _ part: Objective.Part, fail: Double, isRefuted: Bool
  ) -> ObjectiveVerdict {
    var decision = decision(number, fail: fail)
    addBaseline(&decision, number, part: piece.number)
    var verdict = decision.decide(piece.evidence, isRefuted: isRefuted)
    name(&verdict, names.name(piece.number, part), part)
    // A route that the baseline does not have, or hardly: there is nothing to hold it against.
    verdict.isInformative =
      verdict.state != .fail && decision.objective.limit.isRelative
      && (decision.baseline?.total ?? 0) < definition.minimumRequests
    return verdict
  }

  /// The routes or instances that have too few requests by themselves, as one.
  private func pool(
    _ number: Int, _ part: Objective.Part, _ pooled: ObjectiveEvidence, _ few: [String], fail: Double, isAlone: Bool
  ) -> ObjectiveVerdict {
    var verdict = decision(number, fail: fail).decide(pooled, isRefuted: false)
    name(&verdict, "(other \(part.rawValue)s)", part)
    let shown = few.sorted().prefix(5).joined(separator: ", ") + (few.count > 5 ? ", …" : "")
    let who = few.isEmpty ? "" : "too few requests on their own: \(shown)"
    if definition.objectives[number].limit.isRelative {
      // There is no baseline of just these.
      verdict.isInformative = !isAlone
      verdict.state = .inconclusive
    } else if verdict.state == .inconclusive, !isAlone, pooled.total < definition.minimumRequests {
      // Few requests need not prove that they are good; that they look bad is not overlooked.
      let doubt = decision(number, fail: levels.pass).decide(pooled, isRefuted: false)
      verdict.isInformative = doubt.state != .fail
      verdict.needed = nil
    }
    if isAlone, verdict.state != .fail {
      // None has enough to be judged by itself, which is what was asked for.
      verdict.state = .inconclusive
      verdict.reason = "no \(part.rawValue) with \(definition.minimumRequests) requests"
      verdict.needed = nil
    } else if verdict.isInformative || verdict.reason.isEmpty {
      verdict.reason = who
    } else if !who.isEmpty {
      verdict.reason += "; \(who)"
    }
    return verdict
  }

  private func name(_ verdict: inout ObjectiveVerdict, _ name: String, _ part: Objective.Part) {
    switch part {
    case .route: verdict.route = name
    case .instance: verdict.instance = name
    }
  }
}

extension StageJudgement {
  /// Adds `added` requests that may all be bad, spread over parts as the `all` requests of the stage are.
  mutating func addWorst(_ added: Int64, of all: Int64) {
    for i in tracks.indices where !tracks[i].plan.isAboutFindings { tracks[i].addWorst(added, of: all) }
  }
}
