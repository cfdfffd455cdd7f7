internal import Glibc

/// How much more the requests of two sets scatter from window to window than independent ones would.
///
/// By batch means: Pearson's chi-squared over its degrees of freedom, of the windows of both sets about the share of each, for
/// windows of 1, 2, 4 … seconds as long as each set has eight of them. Requests that share their fate for a minute do not scatter
/// within seconds; that they do between minutes is seen at windows of a minute. The scale that tells least of the sample is
/// taken, with its degrees of freedom: few long windows are few observations, so the normal deviate becomes Student's.
///
/// Sources: A. M. Law and J. S. Carson, "A Sequential Procedure for Determining the Length of a Steady-State Simulation",
/// Operations Research 27(5), 1979 (batch means, and that batches must be longer than what they share); P. McCullagh and
/// J. A. Nelder, "Generalized Linear Models", 2nd ed., 1989, section 4.5 (phi); J. N. K. Rao and A. J. Scott, Biometrics 48, 1992.
package struct Scatter: Sendable, Equatable {
  /// The variance over that of independent requests; at least 1.
  package var phi: Double
  /// Of `phi`; infinite where it is taken for granted.
  package var freedom: Double

  package static let independent = Scatter(phi: 1, freedom: .infinity)
  /// Windows of each set that a scale needs.
  static let leastWindows = 8
  /// Seconds of the longest windows, as a power of two: 12 days.
  private static let lastScale = 20

  package init(phi: Double, freedom: Double) {
    self.phi = phi
    self.freedom = freedom
  }

  /// - Parameter sets: those that are compared.
  package init(_ sets: [ScatterSeries], _ figure: ScatterSeries.Figure) {
    self = .independent
    guard var scale = sets.map(\.shift).max() else { return }
    let bucket = Scatter.bucket(sets, figure)
    while scale <= Scatter.lastScale {
      let counts = sets.map { $0.counts(scale: scale, figure, from: bucket) }
      guard counts.allSatisfy({ $0.count >= Scatter.leastWindows }) else { return }
      if let found = Scatter.pearson(counts), found.weight > weight { self = found }
      scale += 1
    }
  }

  /// The border of the histogram that is nearest to the quantile of all sets together.
  private static func bucket(_ sets: [ScatterSeries], _ figure: ScatterSeries.Figure) -> Int {
    guard case .above(let quantile) = figure else { return 0 }
    var all = LatencyHistogram()
    for slot in sets.flatMap(\.slots) { all.merge(slot.latency) }
    guard all.total > 0, let below = all.bucket(ofQuantile: quantile) else { return LatencyHistogram.buckets }
    let wanted = Double(all.total) * (1 - quantile)
    let next = min(below + 1, LatencyHistogram.buckets - 1)
    let distance = { (bucket: Int) in abs(Double(all.count(from: bucket)) - wanted) }
    return below > 0 && distance(below) < distance(next) ? below : next
  }

  private static func pearson(_ sets: [[(requests: Int64, bad: Int64)]]) -> Scatter? {
    var (sum, freedom) = (0.0, 0.0)
    for windows in sets {
      let total = Double(windows.reduce(0) { $0 + $1.requests })
      let share = Double(windows.reduce(0) { $0 + $1.bad }) / total
      let unit = share * (1 - share)
      guard unit > 0 else { continue }
      for window in windows {
        let n = Double(window.requests)
        let step = Double(window.bad) - n * share
        sum += step * step / (n * unit)
      }
      freedom += Double(windows.count - 1)
    }
    return freedom > 0 ? Scatter(phi: max(1, sum / freedom), freedom: freedom) : nil
  }

  /// What sample sizes are divided by for an interval of 95 %: phi, and more where few windows tell it.
  package var weight: Double {
    let ratio = Student.quantile975(freedom) / Scatter.z975
    return phi * ratio * ratio
  }

  private static let z975 = -Normal.quantile(0.025)

  /// What is left of the p of independent requests.
  func p(_ p: Double) -> Double {
    guard self != .independent, p > 0, p < 1 else { return p }
    return max(.leastNormalMagnitude, Student.twoSided(-Normal.quantile(p / 2) / phi.squareRoot(), freedom))
  }
}

/// Student's t. Source: M. Abramowitz and I. A. Stegun, "Handbook of Mathematical Functions", 1964, 26.7.1.
enum Student {
  /// The chance of a deviate beyond `t` on either side.
  static func twoSided(_ t: Double, _ freedom: Double) -> Double {
    guard freedom.isFinite else { return erfc(abs(t) / 2.0.squareRoot()) }
    return Incomplete.beta(freedom / (freedom + t * t), freedom / 2, 0.5)
  }

  /// The deviate that 2.5 % lie above.
  static func quantile975(_ freedom: Double) -> Double {
    guard freedom.isFinite else { return -Normal.quantile(0.025) }
    let x = Incomplete.betaQuantile(0.05, freedom / 2, 0.5)
    return x > 0 ? (freedom * (1 - x) / x).squareRoot() : .infinity
  }
}
