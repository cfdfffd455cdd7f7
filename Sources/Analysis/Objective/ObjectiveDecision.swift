internal import TraceCore

/// Decides one objective from its evidence: the end of a stage, or what it would be if the stage ended now.
struct ObjectiveDecision {
  /// Chances of being wrong.
  struct Levels {
    /// Of passing, at the end of the stage.
    var pass: Double
    /// Of failing, at the end of the stage.
    var fail: Double
  }

  let objective: Objective
  let levels: Levels
  let minimumRequests: Int64
  /// Seconds of the span that was judged.
  let seconds: Double
  /// The baseline's evidence, where the limit is relative.
  var baseline: ObjectiveEvidence?
  /// Of the baseline where it is another span: its seconds.
  var baselineSeconds = 0.0
  /// Takes the place of the baseline's own interval, and perhaps of the value's: both at the same mix of routes.
  var standardised: Standardised?
  /// Why value and baseline cannot be compared, where they cannot.
  var incomparable: String?

  private var isCeiling: Bool { objective.comparison.isCeiling }

  func decide(_ evidence: ObjectiveEvidence, isRefuted: Bool) -> ObjectiveVerdict {
    let interval = evidence.interval(pass: levels.pass, fail: levels.fail, isCeiling: isCeiling, seconds: seconds)
    var verdict = ObjectiveVerdict(
      text: objective.text, unit: objective.unit, value: interval.flatMap { Self.finite($0.value) },
      lower: interval.flatMap { Self.finite($0.lower) }, upper: interval.flatMap { Self.finite($0.upper) }, limit: nil,
      baseline: nil, requests: evidence.total, bad: evidence.bad, needed: nil, state: .inconclusive, reason: "",
      dispersion: 1, isInformative: false)
    if objective.limit.isRelative { verdict.bad = 0 }
    if objective.limit.isRelative {
      decideRelative(evidence, interval, &verdict)
    } else {
      verdict.limit = objective.limit.offset
      decideAbsolute(evidence, interval, &verdict)
    }
    if isRefuted {
      if verdict.state != .fail { verdict.reason = refutation(verdict, hasBar: evidence.bar != nil) }
      verdict.state = .fail
      verdict.needed = nil
    } else if verdict.state != .fail, !objective.isFloorOfTraffic, evidence.total < minimumRequests {
      // What is proven is proven, however few requests prove it.
      verdict.state = .inconclusive
      verdict.isMeasured = false
      let missing = minimumRequests - evidence.total
      verdict.needed = max(missing, verdict.needed ?? 0)
      verdict.reason =
        evidence.total == 0
        ? "no request to judge" : "only \(GateText.count(evidence.total, "request")) of at least \(minimumRequests)"
    }
    verdict.dispersion = evidence.dispersion(isPass: verdict.state != .fail)
    return verdict
  }

  private static func finite(_ value: Double) -> Double? { value.isFinite ? value : nil }

  private func text(_ value: Double) -> String { GateText.value(value, objective.unit) }

  /// Why an early fail is one where the interval alone does not say it.
  private func refutation(_ verdict: ObjectiveVerdict, hasBar: Bool) -> String {
    let side = isCeiling ? "over" : "under"
    // Without a bar there is no bet: the bounds have proven it at a look, at the level of looks.
    guard hasBar else { return "\(side) \(verdict.limit.map(text) ?? "the limit") by more than chance allows" }
    return "\(side) \(verdict.limit.map(text) ?? "the limit") in more windows than chance allows"
  }

  // MARK: Against a number

  private func decideAbsolute(
    _ evidence: ObjectiveEvidence, _ interval: Interval?, _ verdict: inout ObjectiveVerdict
  ) {
    let limit = objective.limit.offset
    guard interval != nil || evidence.total > 0 else {
      verdict.reason = "no request to judge"
      return
    }
    verdict.isMeasured = true
    let interval = interval ?? Interval(lower: 0, value: 0, upper: .infinity)
    var isUnder = interval.upper < limit
    var isOver = interval.lower > limit
    if let bar = evidence.bar, objective.quantile != nil {
      // By the counts, which are exact where the sketch's values are not.
      let (bad, n) = (Double(evidence.bad), Double(evidence.total))
      let passes = Binomial.isUnder(
        bad, of: n, limit: bar.badLimit, alpha: levels.pass, dispersion: evidence.dispersion(isPass: true))
      let fails = Binomial.isOver(
        bad, of: n, limit: bar.badLimit, alpha: levels.fail, dispersion: evidence.dispersion(isPass: false))
      (isUnder, isOver) = isCeiling ? (passes, fails) : (fails, passes)
    }
    conclude(isUnder: isUnder, isOver: isOver, interval, limit, &verdict)
    if verdict.state == .inconclusive { verdict.needed = needed(evidence) }
  }

  private func conclude(
    isUnder: Bool, isOver: Bool, _ interval: Interval, _ limit: Double, _ verdict: inout ObjectiveVerdict
  ) {
    if isUnder {
      verdict.state = isCeiling ? .pass : .fail
      verdict.reason =
        interval.upper < limit ? "at most \(text(interval.upper)), under \(text(limit))" : "under \(text(limit))"
    } else if isOver {
      verdict.state = isCeiling ? .fail : .pass
      verdict.reason =
        interval.lower > limit ? "at least \(text(interval.lower)), over \(text(limit))" : "over \(text(limit))"
    } else if interval.upper.isFinite {
      verdict.reason = GateText.undecided(
        lower: interval.lower, upper: interval.upper, limit: limit, objective.unit)
    } else {
      verdict.reason = "too few requests for a bound; \(text(interval.lower)) or more"
    }
  }

  /// How many more requests as those so far would decide.
  private func needed(_ evidence: ObjectiveEvidence) -> Int64? {
    guard let bar = evidence.bar, evidence.total > 0, objective.unit != .perSecond else { return nil }
    let n = Double(evidence.total)
    let share = Double(evidence.bad) / n
    let passes = share < bar.badLimit
    let level = passes ? levels.pass : levels.fail
    let dispersion = evidence.dispersion(isPass: passes)
    guard
      let least = Binomial.requests(share: share, limit: bar.badLimit, alpha: level, dispersion: dispersion)
    else { return nil }
    return Self.more(least, than: n)
  }

  private static func more(_ needed: Double, than n: Double) -> Int64? {
    // Beyond a thousand million it is a way of saying never.
    needed < 1e9 ? max(1, Int64(saturating: (needed - n).rounded(.up))) : nil
  }

  // MARK: Against a baseline

  private func decideRelative(
    _ evidence: ObjectiveEvidence, _ interval: Interval?, _ verdict: inout ObjectiveVerdict
  ) {
    if let incomparable {
      verdict.reason = incomparable
      return
    }
    guard let baseline, let other = baselineInterval(baseline) else {
      verdict.reason = "there is no baseline to compare with"
      return
    }
    let n = standardised?.requests ?? baseline.total
    verdict.baseline = Self.finite(other.value)
    verdict.limit = Self.finite(objective.limit.factor * other.value + objective.limit.offset)
    guard let interval = standardised?.own ?? interval, let limit = verdict.limit, interval.value.isFinite else {
      verdict.reason = n == 0 ? "there is no baseline to compare with" : "no request to judge"
      return
    }
    verdict.value = Self.finite(interval.value)
    let difference = Mover.difference(interval, objective.limit.factor, other)
    let offset = objective.limit.offset
    // The same interval, told of the value: what it would have to be if the baseline were exactly its estimate.
    let shift = objective.limit.factor * other.value
    let told = Interval(lower: difference.lower + shift, value: interval.value, upper: difference.upper + shift)
    verdict.lower = Self.finite(told.lower)
    verdict.upper = Self.finite(told.upper)
    conclude(isUnder: difference.upper < offset, isOver: difference.lower > offset, told, limit, &verdict)
    if verdict.state != .fail, n < minimumRequests {
      verdict.state = .inconclusive
      verdict.reason = "the baseline has only \(GateText.count(n, "request")) of at least \(minimumRequests)"
      return
    }
    verdict.isMeasured = true
    guard verdict.state == .inconclusive else { return }
    let distance = abs(difference.value - offset)
    let width =
      difference.value < offset ? difference.upper - difference.value : difference.value - difference.lower
    if distance > 0, width.isFinite {
      let n = Double(evidence.total)
      verdict.needed = Self.more(n * (width / distance) * (width / distance), than: n)
    }
  }

  /// The baseline's bounds: its lower one goes with the value's upper one, so that levels meet crosswise.
  private func baselineInterval(_ baseline: ObjectiveEvidence) -> Interval? {
    if let standardised { return standardised.baseline }
    return baseline.interval(
      pass: levels.pass, fail: levels.fail, isCeiling: !isCeiling,
      seconds: baselineSeconds > 0 ? baselineSeconds : seconds)
  }
}
