internal import Glibc
internal import TraceCore

/// What a gate can decide, before it is used: how long each stage needs for which true rate, and how often the whole passes and
/// fails.
///
/// It is about one objective that is a share of requests. Times come from the exact bounds, chances from `SimulatedRollout`, with
/// failures that come in bursts.
package struct GateForecast: Sendable {
  package struct Stage: Sendable {
    package var name: String
    /// Nanoseconds that it takes at least and at most.
    package var least: Int64
    package var most: Int64
    /// The new version's requests in that time, its warm-up left out.
    package var leastRequests: Int64
    package var mostRequests: Int64
    /// It asks for no proof.
    package var continues: Bool
  }

  package struct Row: Sendable {
    /// The share of the new version's requests that fail in truth.
    package var share: Double
    /// Of its requests so many decide in 95 of 100 cases; nil where no number under 10^9 does, as at the limit.
    package var needed: Int64?
    /// Nanoseconds after which each stage by itself has so many.
    package var times: [Int64?]
    /// Of all runs.
    package var passes: Double
    package var fails: Double
    /// Nanoseconds to the last verdict: half of the runs are over by then, and 95 of 100.
    package var median: Int64
    package var late: Int64
    /// Failed requests of the new version until then, on average.
    package var failed: Double
  }

  package let objective: String
  package let limit: Double
  package let stages: [Stage]
  package let rows: [Row]
  package let runs: Int

  /// True shares of the rows, as parts of the limit.
  private static let parts = [0.1, 0.25, 0.5, 0.75, 1, 1.25, 1.5, 2, 5, 10]

  /// Nil where the objective is no share of requests, or compares with a baseline.
  ///
  /// - Parameters:
  ///   - rate: requests a second, of all versions.
  ///   - phi: how much failures scatter; 1 for independent ones.
  package init?(_ definition: GateDefinition, objective: Int, rate: Double, phi: Double, runs: Int = 200) {
    guard let simulated = SimulatedRollout(definition, objective: objective, rate: rate) else { return nil }
    self.objective = definition.objectives[objective].text
    self.runs = runs
    let limit = simulated.limit
    self.limit = limit
    stages = definition.stages.indices.map { number in
      let stage = definition.stages[number]
      let perSecond = rate * GateForecast.share(definition, number)
      func requests(_ length: Int64) -> Int64 {
        Int64(saturating: Double(length - definition.warmUp) / Double(EventTime.nanosecondsPerSecond) * perSecond)
      }
      return Stage(
        name: stage.name, least: stage.duration, most: stage.longest, leastRequests: requests(stage.duration),
        mostRequests: requests(stage.longest), continues: definition.continues(number))
    }
    let levels = GateLevels(definition)
    let last = definition.stages[definition.stages.count - 1]
    rows = GateForecast.parts.map { $0 * limit }.filter { $0 < 0.9 }.map { share in
      let needed = GateForecast.needed(
        share: share, limit: limit, phi: phi,
        alpha: share < limit
          ? levels.pass(look: 0, isExtensible: last.isExtensible)
          : levels.fail(look: last.isExtensible ? GateLevels.looks - 1 : 0, isExtensible: last.isExtensible))
      let times = definition.stages.indices.map { number in
        needed.flatMap { needed -> Int64? in
          let seconds = Double(needed) / (rate * GateForecast.share(definition, number))
          return seconds < 1e9 ? Int64(saturating: seconds * 1e9) + definition.warmUp : nil
        }
      }
      var traffic = SimulatedTraffic(
        phi > 1 ? .bursty(phi: phi) : .independent, share: share, seed: UInt64(saturating: share * 1e9))
      let results = (0..<runs).map { _ in simulated.run(&traffic) }
      let ends = results.map(\.time).sorted()
      return Row(
        share: share, needed: needed, times: times,
        passes: Double(results.count { $0.state == .pass }) / Double(runs),
        fails: Double(results.count { $0.state == .fail }) / Double(runs), median: ends[runs / 2],
        late: ends[min(runs - 1, runs * 95 / 100)],
        failed: Double(results.reduce(0) { $0 + $1.failed }) / Double(runs))
    }
  }

  private static func share(_ definition: GateDefinition, _ stage: Int) -> Double {
    definition.versionField == nil ? 1 : definition.stages[stage].share ?? 1
  }

  /// Requests of which 95 of 100 samples prove a share to be under its limit, or over it; about 2 % too many.
  private static func needed(share: Double, limit: Double, phi: Double, alpha: Double) -> Int64? {
    guard share != limit else { return nil }
    var n = 20.0
    while n < 1e7 {
      if proves(n / phi, share, limit, alpha) { return Int64(saturating: n.rounded(.up)) }
      n *= 1.02
    }
    return nil
  }

  private static func proves(_ n: Double, _ share: Double, _ limit: Double, _ alpha: Double) -> Bool {
    let isUnder = share < limit
    func decides(_ count: Double) -> Bool {
      isUnder
        ? Binomial.isUnder(count, of: n, limit: limit, alpha: alpha, dispersion: 1)
        : Binomial.isOver(count, of: n, limit: limit, alpha: alpha, dispersion: 1)
    }
    // The last count that still proves it, by halving.
    var (good, bad) = isUnder ? (-1.0, n.rounded(.down)) : (n.rounded(.down), 0)
    if !isUnder, !decides(good) { return false }
    while abs(good - bad) > 1 {
      let middle = ((good + bad) / 2).rounded(.down)
      if decides(middle) { good = middle } else { bad = middle }
    }
    guard good >= 0 else { return false }
    // P(X <= good) or P(X >= good) of a binomial with the true share.
    return isUnder
      ? Incomplete.beta(1 - share, max(n - good, 1e-9), good + 1) >= 0.95
      : good <= 0 || Incomplete.beta(share, good, n - good + 1) >= 0.95
  }
}
