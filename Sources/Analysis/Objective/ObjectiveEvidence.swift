internal import TraceCore

/// What the requests of a stage (or of a baseline) say about one objective, overall or on one route: counts, windows,
/// values, and the bet against it. It decides nothing; `ObjectiveDecision` does.
struct ObjectiveEvidence: Sendable {
  /// What makes a request count against the objective, where that is known before the requests come.
  struct Bar: Sendable {
    /// Of a quantile: the value that it is compared with. Of a rate: requests a window. Else unused.
    var threshold: Double
    /// The share of bad requests that is not to be exceeded.
    var badLimit: Double
    /// Windows of the stage.
    var windows: Int64
  }

  private let isQuantile: Bool
  private let isRate: Bool
  private let q: Double
  private let comparison: Objective.Comparison
  let bar: Bar?

  /// Windows that are over, put together to `BettingProcess.leastRequests`.
  private(set) var counts = WindowCounts()
  private(set) var rates = RateCounts()
  private(set) var betting: BettingProcess?
  private(set) var sketch = QuantileSketch()
  /// Requests without an end that count as values beyond all others.
  private(set) var censored: Int64 = 0
  /// Looks in a row at which the bet refuted the objective.
  private(set) var refutedInRow: Int64 = 0
  /// Requests of which a condition was unknown.
  var unknown: Int64 = 0

  // The current window, with those before it that had too few requests.
  private var windowGood: Int64 = 0
  private var windowBad: Int64 = 0
  /// Requests open beyond the bar at the last look.
  private var openBefore: Int64 = 0
  /// Where no bar is known: values over this are counted for the dispersion. The quantile of the first window.
  private var pilot: Int64?

  /// - Parameter bar: nil for a baseline, or where the limit is made of a baseline that is not known yet.
  init(_ objective: Objective, bar: Bar?) {
    q = objective.quantile ?? 0
    isQuantile = objective.quantile != nil
    if case .throughput = objective.metric { isRate = true } else { isRate = false }
    comparison = objective.comparison
    self.bar = bar
    if let bar, bar.badLimit > 0, bar.badLimit < 1 {
      betting = BettingProcess(limit: bar.badLimit, windows: bar.windows)
    }
  }

  /// Requests judged so far.
  var total: Int64 {
    if isRate { return rates.total + windowGood }
    if isQuantile && bar == nil { return sketch.count }
    return counts.total + max(0, windowGood + windowBad)
  }

  /// Of these, the ones that count against the objective.
  var bad: Int64 { counts.bad + max(0, windowBad) }

  mutating func add(isBad: Bool) {
    if isBad { windowBad += 1 } else { windowGood += 1 }
  }

  /// Requests of which only it is known how many are bad; for simulations.
  mutating func add(bad: Int64, of total: Int64) {
    windowBad += bad
    windowGood += total - bad
  }

  mutating func add(value: Int64) {
    sketch.add(value)
    add(isBad: isBad(value))
  }

  /// Requests that were given up open: values beyond the bar, or unfinished ones.
  mutating func addUnended(_ count: Int64) {
    censored += count
    windowBad += count
  }

  /// Whether a value counts against the objective.
  func isBad(_ value: Int64) -> Bool { isBad(Double(value)) }

  private func isBad(_ value: Double) -> Bool {
    guard let bar else { return pilot.map { value > Double($0) } ?? false }
    switch comparison {
    case .less: return value >= bar.threshold
    case .lessOrEqual: return value > bar.threshold
    case .greater: return value <= bar.threshold
    case .greaterOrEqual: return value < bar.threshold
    }
  }

  /// Sets how many are open beyond the bar where judging begins: they crossed it before.
  mutating func begin(open: Int64) { openBefore = open }

  /// The end of a window.
  ///
  /// Requests that crossed the bar in it are those that ended beyond it, were given up, or are open beyond it now and were not
  /// at the last look; those that were have been counted then.
  /// - Parameter isFull: it has the length of all; else it says nothing of the rate's scatter.
  mutating func closeWindow(open: Int64, isFull: Bool, isLast: Bool) {
    if isRate { return closeRate(isFull: isFull) }
    windowBad += open - openBefore
    censored += open - openBefore
    openBefore = open
    let total = windowGood + max(0, windowBad)
    if total >= BettingProcess.leastRequests || (isLast && total > 0) {
      let bad = max(0, windowBad)
      if !isQuantile || bar != nil || pilot != nil { counts.add(bad: bad, of: total) }
      betting?.add(share: Double(bad) / Double(total))
      if isQuantile && bar == nil && pilot == nil { pilot = sketch.quantile(q) }
      (windowGood, windowBad) = (0, 0)
    }
  }

  private mutating func closeRate(isFull: Bool) {
    guard isFull else { return }
    rates.add(windowGood)
    // Half of twice the limit: bursts over that count as that, so that the share stays within 0 to 1.
    if let bar, bar.threshold > 0 {
      let share = min(1, Double(windowGood) / (2 * bar.threshold))
      betting?.add(share: comparison.isCeiling ? share : 1 - share)
    }
    windowGood = 0
  }

  /// A look: whether the bet has refuted the objective at so many looks in a row.
  mutating func look(alpha: Double, inRow: Int) -> Bool {
    refutedInRow = betting?.refutes(alpha: alpha) == true ? refutedInRow + 1 : 0
    return refutedInRow >= inRow
  }

  /// Adds what another one says of the same windows: routes put together, or requests that were not counted.
  mutating func merge(_ other: ObjectiveEvidence) {
    counts.merge(other.counts)
    rates.merge(other.rates)
    sketch.merge(other.sketch)
    censored += other.censored
    windowGood += other.windowGood
    windowBad += other.windowBad
    unknown += other.unknown
  }

  /// Adds requests of which nothing is known but that they may be the worst there are: for a look at what they could change.
  mutating func addWorst(_ added: Int64) {
    guard added > 0 else { return }
    if isRate {
      // More traffic never breaks a floor.
      if comparison.isCeiling { windowGood += added }
      return
    }
    windowBad += added
    guard isQuantile else { return }
    if comparison.isCeiling {
      censored += added
    } else {
      for _ in 0..<min(added, ObjectiveEvidence.mostWorst) { sketch.add(0) }
    }
  }

  /// Values that `addWorst` puts under all others; a floor that holds against so many holds.
  private static let mostWorst: Int64 = 100_000

  // MARK: Intervals

  /// The interval of the metric itself. On the side that lets a stage pass the bound is at `pass`, on the other at `fail`.
  ///
  /// - Parameter seconds: the span, for rates.
  func interval(pass: Double, fail: Double, isCeiling: Bool, seconds: Double) -> Interval? {
    let lower = isCeiling ? fail : pass
    let upper = isCeiling ? pass : fail
    if isRate {
      guard seconds > 0 else { return nil }
      let total = self.total
      return Interval(
        lower: Poisson.lower(total, alpha: lower, dispersion: dispersion(isPass: !isCeiling)) / seconds,
        value: Double(total) / seconds,
        upper: Poisson.upper(total, alpha: upper, dispersion: dispersion(isPass: isCeiling)) / seconds)
    }
    let n = isQuantile ? sketch.count + max(0, censored) : total
    guard n > 0 else { return nil }
    if isQuantile { return interval(ofValues: sketch, unended: censored, pass: pass, fail: fail, isCeiling: isCeiling) }
    // Of a floor the bad ones are those that do not have what is asked for.
    let counted = Double(comparison.isCeiling ? bad : n - bad)
    return Interval(
      lower: Binomial.lowerBound(counted, of: Double(n), alpha: lower, dispersion: dispersion(isPass: !isCeiling)),
      value: counted / Double(n),
      upper: Binomial.upperBound(counted, of: Double(n), alpha: upper, dispersion: dispersion(isPass: isCeiling)))
  }

  /// The interval of the quantile of some values, which scatter as all do.
  ///
  /// - Parameter unended: of requests that have not ended.
  func interval(
    ofValues values: QuantileSketch, unended: Int64 = 0, pass: Double, fail: Double, isCeiling: Bool
  ) -> Interval {
    let n = values.count + max(0, unended)
    func value(_ rank: Int64) -> Double {
      guard rank <= values.count else { return .infinity }
      return values.quantile((Double(rank) - 0.5) / Double(values.count)).map { Double($0) } ?? .infinity
    }
    return Interval(
      lower: Binomial.lowerRank(
        of: n, q: q, alpha: isCeiling ? fail : pass, dispersion: dispersion(isPass: !isCeiling)
      ).map(value) ?? 0,
      value: value(QuantileSketch.rank(q, of: n)),
      upper: Binomial.upperRank(
        of: n, q: q, alpha: isCeiling ? pass : fail, dispersion: dispersion(isPass: isCeiling)
      ).map(value) ?? .infinity)
  }

  /// phi of a bound: what the windows show, and no less than what they cannot exclude.
  func dispersion(isPass: Bool) -> Double {
    if isRate { return isPass ? rates.dispersionForPass : rates.dispersionForFail }
    let total = self.total
    let rare = min(max(bad, 0), max(0, total - bad))
    // Never more than a window's mean number of requests: then each window is one observation.
    let most = max(1, Double(total) / Double(max(1, counts.windows)))
    return isPass
      ? min(most, counts.dispersionForPass + AssumedDispersion.besides(rare: rare))
      : min(most, max(counts.dispersionForFail, AssumedDispersion.least(windows: counts.windows)))
  }
}

/// What kind it is, and its bar, are given by its track.
extension ObjectiveEvidence: StateCodable {
  mutating func code(_ coder: inout StateCoder) throws(StateError) {
    try coder.code(&counts)
    try coder.code(&rates)
    try coder.check(betting == nil ? 0 : 1, "objectives: a limit")
    if var bet = betting {
      try coder.code(&bet)
      if coder.isLoading { betting = bet }
    }
    try coder.code(&sketch)
    try ObjectiveEvidence.code(signed: &censored, &coder)
    try coder.code(count: &refutedInRow)
    try coder.code(count: &unknown)
    try coder.code(count: &windowGood)
    try ObjectiveEvidence.code(signed: &windowBad, &coder)
    try coder.code(count: &openBefore)
    try coder.code(&pilot)
  }

  /// A count from which more can be taken than was added: requests that were open and have ended well.
  private static func code(signed count: inout Int64, _ coder: inout StateCoder) throws(StateError) {
    try coder.code(&count)
    guard count.magnitude <= 1 << 60 else { throw .invalid("count") }
  }
}

extension ObjectiveEvidence.Bar: StateCodable {
  static let empty = ObjectiveEvidence.Bar(threshold: 0, badLimit: 0, windows: 0)

  mutating func code(_ coder: inout StateCoder) throws(StateError) {
    try coder.code(&threshold)
    try coder.code(&badLimit)
    try coder.code(count: &windows)
    guard threshold.isFinite, badLimit.isFinite else { throw .invalid("limit") }
  }
}
