internal import Glibc
internal import TraceCore

/// A value and its baseline at one mix of routes, each with its interval.
struct Standardised {
  var baseline: Interval
  /// Requests of the baseline.
  var requests: Int64
  /// Nil where the value is that of all requests.
  var own: Interval?
}

// What an objective is compared with.
extension StageJudgement {
  func addBaseline(_ decision: inout ObjectiveDecision, _ number: Int, part: Int32?) {
    let objective = definition.objectives[number]
    guard objective.limit.isRelative else { return }
    guard definition.baseline == .version else {
      let route = objective.per == .route ? part.map(names.route) : nil
      decision.baseline = baseline?.evidence(number, route: route)
      decision.baselineSeconds = baseline?.seconds ?? 0
      return
    }
    // The whole service is what an instance is compared with.
    let part = objective.per == .instance ? nil : part
    func evidence(_ track: ObjectiveTrack) -> ObjectiveEvidence? {
      objective.per == .instance ? track.together : track.evidence(of: part)
    }
    // Where the other versions have gone (the last stage), or the value is of all stages: what they did in all of them.
    let isOfAll = own != nil || (evidence(others[number])?.total ?? 0) < definition.minimumRequests
    let track = isOfAll ? allOthers[number] : others[number]
    decision.baseline = evidence(track)
    guard objective.per == nil else { return }
    if objective.isShare { decision.standardised = standardisedShare(number, track) }
    if objective.quantile != nil { decision.standardised = standardisedQuantile(number, track, &decision.incomparable) }
  }

  /// The other versions' share of bad requests, had they had the new version's mix of routes: direct standardisation.
  ///
  /// Routes that only one of both has are left out of it. Its interval is the exact one at the sample size that has its
  /// variance.
  /// Sources: J. L. Fleiss, B. Levin and M. C. Paik, "Statistical Methods for Rates and Proportions", 3rd ed., 2003, chapter
  /// 19; Korn and Graubard 1998 (as in `Binomial`) for the effective sample size.
  private func standardisedShare(_ number: Int, _ track: ObjectiveTrack) -> Standardised? {
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
    return Standardised(
      baseline: crosswise(natural, n, evidence, isCeiling: isCeiling) { $0 }, requests: requests, own: nil)
  }

  /// The interval of a share of n requests of the baseline, each end through `value`: the end that goes with the value's bound
  /// for a pass is at the level of a pass.
  private func crosswise(
    _ share: Double, _ n: Double, _ evidence: ObjectiveEvidence, isCeiling: Bool, value: (Double) -> Double
  ) -> Interval {
    let (lower, upper) = isCeiling ? (levels.pass, levels.fail) : (levels.fail, levels.pass)
    return Interval(
      lower: value(
        Binomial.lowerBound(share * n, of: n, alpha: lower, dispersion: evidence.dispersion(isPass: isCeiling))),
      value: value(share),
      upper: value(
        Binomial.upperBound(share * n, of: n, alpha: upper, dispersion: evidence.dispersion(isPass: !isCeiling))))
  }

  /// Both versions' quantile at the new version's mix of routes: a version that happens to get more of a slow route is not
  /// slower for that, and one that gets less of it is not faster.
  ///
  /// The baseline's values of each route weigh as the new version's requests of that route do; its interval is that of the
  /// ranks at the effective sample size of the weights. Routes that only one of both has are left out on both sides.
  ///
  /// - Parameter incomparable: why there is nothing to compare, where those are more than half of the new version's requests.
  /// Sources: L. Kish, "Survey Sampling", 1965, section 8.2 (effective sample size of weights); R. S. Woodruff, "Confidence
  /// Intervals for Medians and Other Position Measures", JASA 47, 1952 (a quantile's interval through that of its share).
  private func standardisedQuantile(
    _ number: Int, _ track: ObjectiveTrack, _ incomparable: inout String?
  ) -> Standardised? {
    let objective = definition.objectives[number]
    let mine = tracks[number].routeValues
    let common = mine.keys.filter { (track.routeValues[$0]?.count ?? 0) > 0 }.sorted()
    var own = QuantileSketch()
    for route in common { if let values = mine[route] { own.merge(values) } }
    let all = tracks[number].overall
    guard let q = objective.quantile, all.total > 0, let baseline = track.evidence(of: nil), baseline.total > 0 else {
      return nil
    }
    guard own.count > 0, own.count * 2 >= all.total else {
      incomparable =
        "\(all.total - own.count) of \(GateText.count(all.total, "request")) are of routes that the baseline does not have"
      return nil
    }
    var strata: [WeightedValues.Stratum] = []
    var (uneven, requests) = (0.0, Int64(0))
    for route in common {
      guard let values = mine[route], let other = track.routeValues[route] else { continue }
      let weight = Double(values.count) / Double(own.count)
      strata.append(.init(weight: weight, values: other))
      uneven += weight * weight / Double(other.count)
      requests += other.count
    }
    let weighted = WeightedValues(strata)
    let isCeiling = objective.comparison.isCeiling
    let interval = crosswise(q, min(Double(requests), 1 / uneven), baseline, isCeiling: isCeiling) {
      weighted.quantile($0)
    }
    var value = all.interval(pass: levels.pass, fail: levels.fail, isCeiling: isCeiling, seconds: seconds)
    if own.count < all.total {
      value = all.interval(ofValues: own, pass: levels.pass, fail: levels.fail, isCeiling: isCeiling)
    }
    return Standardised(baseline: interval, requests: requests, own: value)
  }
}

/// Values of several groups, each group with a weight of its own.
private struct WeightedValues {
  struct Stratum {
    var weight: Double
    var values: QuantileSketch
  }

  private let strata: [Stratum]
  private let least: Int64
  private let most: Int64

  init(_ strata: [Stratum]) {
    self.strata = strata
    least = strata.compactMap(\.values.min).min() ?? 0
    most = strata.compactMap(\.values.max).max() ?? 0
  }

  /// The smallest value (as precise as the sketches) at and under which a share `q` of the weight lies; infinite for `q` = 1 and
  /// 0 for `q` = 0, where a bound says nothing. By halving: about 60 looks at each sketch.
  func quantile(_ q: Double) -> Double {
    guard q > 0 else { return 0 }
    guard q < 1 else { return .infinity }
    var (low, high) = (least - 1, most)
    // The share over the value at hand; the total weight is 1.
    while high - low > 1, Double(high - low) > Double(high) * 1e-4 {
      let middle = low + (high - low) / 2
      let over = strata.reduce(0.0) {
        $0 + $1.weight * Double($1.values.count(above: middle)) / Double($1.values.count)
      }
      if over <= 1 - q + 1e-12 { high = middle } else { low = middle }
    }
    // The middle of a bucket, as of a single sketch.
    return high < 1_024 ? Double(high) : min(Double(most), Double(high) * (1 + QuantileSketch.relativeError))
  }
}
