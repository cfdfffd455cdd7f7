internal import Glibc

/// What a value may be, given the sample: each end is a one-sided bound at a confidence of its own. Infinite where the
/// sample says nothing on that side.
package struct Interval: Sendable, Equatable {
  package var lower: Double
  package var value: Double
  package var upper: Double

  package init(lower: Double, value: Double, upper: Double) {
    self.lower = lower
    self.value = value
    self.upper = upper
  }
}

/// A share of requests.
/// Source: E. B. Wilson, "Probable Inference, the Law of Succession, and Statistical Inference", JASA 22, 1927; the sample
/// size divided by phi as in J. N. K. Rao and A. J. Scott, "A Simple Method for the Analysis of Clustered Binary Data",
/// Biometrics 48, 1992.
package enum Wilson {
  /// One bound.
  ///
  /// - Parameters:
  ///   - n: requests, over 0; divided by phi, so perhaps not whole.
  ///   - z: normal quantile of the confidence, 1.645 for 95 %; negative for the lower bound.
  package static func bound(share: Double, n: Double, z: Double) -> Double {
    let square = z * z / n
    let root = (share * (1 - share) / n + square / (4 * n)).squareRoot()
    return max(0, min(1, (share + square / 2 + z * root) / (1 + square)))
  }

  /// Requests at which the bound on the limit's side would meet the limit with the same share; nil if share and limit are
  /// equal. The solution of `bound(share, n, z) = limit` for n.
  package static func requests(share: Double, limit: Double, z: Double, dispersion: Double) -> Double? {
    let distance = share - limit
    guard distance != 0 else { return nil }
    return z * z * limit * (1 - limit) / (distance * distance) * dispersion
  }
}

/// The exact binomial bounds of a share, and through them the order-statistic interval of a quantile: that the q-quantile
/// lies under L says nothing else than that the share of values over L is under 1 - q.
///
/// Exact means: at any share and any number of independent requests a bound is wrong with a chance of at most its alpha.
/// An approximation as Wilson's is not at small shares: its lower bound of 1 in 110 lies over 0.1 %.
///
/// Sources: C. J. Clopper and E. S. Pearson, Biometrika 26, 1934; W. J. Conover, "Practical Nonparametric Statistics", 3rd
/// ed., 1999, section 3.2 (ranks); E. L. Korn and B. I. Graubard, "Confidence Intervals for Proportions with Small Expected
/// Number of Positive Counts Estimated from Survey Data", Survey Methodology 24, 1998 (counts divided by phi).
package enum Binomial {
  /// The share that is refuted from below: with a chance of at most `alpha` the true one lies under it; 0 where nothing was
  /// counted. By halving: some thousand steps.
  package static func lowerBound(_ count: Double, of n: Double, alpha: Double, dispersion: Double) -> Double {
    guard n > 0, count > 0 else { return 0 }
    let (count, n) = (count / dispersion, n / dispersion)
    return Incomplete.betaQuantile(alpha, count, n - count + 1)
  }

  /// The share that is refuted from above; 1 where all were counted.
  package static func upperBound(_ count: Double, of n: Double, alpha: Double, dispersion: Double) -> Double {
    guard n > 0, count < n else { return 1 }
    let (count, n) = (count / dispersion, n / dispersion)
    return Incomplete.betaQuantile(1 - alpha, count + 1, n - count)
  }

  /// Requests, to about 2 %, at which the bound on the limit's side would reach the limit with the same share; nil where share
  /// and limit are equal, or more than 10^9 would be needed.
  package static func requests(share: Double, limit: Double, alpha: Double, dispersion: Double) -> Double? {
    guard share != limit,
      var n = Wilson.requests(share: share, limit: limit, z: Normal.quantile(1 - alpha), dispersion: dispersion)
    else { return nil }
    n = max(1, n / 4)
    while n < 1e9 {
      let decides =
        share < limit
        ? isUnder(share * n, of: n, limit: limit, alpha: alpha, dispersion: dispersion)
        : isOver(share * n, of: n, limit: limit, alpha: alpha, dispersion: dispersion)
      if decides { return n }
      n *= 1.02
    }
    return nil
  }

  /// Whether so few of n that a share of `limit` or more is refuted.
  static func isUnder(_ count: Double, of n: Double, limit: Double, alpha: Double, dispersion: Double) -> Bool {
    guard n > 0, count < n else { return false }
    let (count, n) = (count / dispersion, n / dispersion)
    return Incomplete.beta(1 - limit, n - count, count + 1) < alpha
  }

  /// Whether so many of n that a share of `limit` or less is refuted.
  static func isOver(_ count: Double, of n: Double, limit: Double, alpha: Double, dispersion: Double) -> Bool {
    guard n > 0, count > 0 else { return false }
    let (count, n) = (count / dispersion, n / dispersion)
    return Incomplete.beta(limit, count, n - count + 1) < alpha
  }

  /// The rank, from 1, of the value that is an upper bound of the q-quantile; nil if there are too few values.
  package static func upperRank(of n: Int64, q: Double, alpha: Double, dispersion: Double) -> Int64? {
    // The largest number of values over L with which "q-quantile <= L" is proven.
    guard isUnder(0, of: Double(n), limit: 1 - q, alpha: alpha, dispersion: dispersion) else { return nil }
    let most = last(below: n) {
      isUnder(Double($0), of: Double(n), limit: 1 - q, alpha: alpha, dispersion: dispersion)
    }
    return n - most
  }

  /// The rank, from 1, of the value that is a lower bound of the q-quantile; nil if there are too few values.
  package static func lowerRank(of n: Int64, q: Double, alpha: Double, dispersion: Double) -> Int64? {
    // The same from below: values under the bound against q.
    upperRank(of: n, q: 1 - q, alpha: alpha, dispersion: dispersion).map { n + 1 - $0 }
  }

  /// The largest number in 0 ..< end for which `holds`; it holds for 0, and for all below one for which it holds.
  private static func last(below end: Int64, holds: (Int64) -> Bool) -> Int64 {
    var (low, high) = (Int64(0), end)
    while high - low > 1 {
      let middle = low + (high - low) / 2
      if holds(middle) { low = middle } else { high = middle }
    }
    return low
  }
}

/// A rate of events.
/// Source: F. Garwood, "Fiducial Limits for the Poisson Distribution", Biometrika 28, 1936; counts divided by phi.
package enum Poisson {
  /// Events that are expected at least, given that `count` were seen.
  package static func lower(_ count: Int64, alpha: Double, dispersion: Double) -> Double {
    count > 0 ? Incomplete.gammaQuantile(alpha, Double(count) / dispersion) * dispersion : 0
  }

  package static func upper(_ count: Int64, alpha: Double, dispersion: Double) -> Double {
    Incomplete.gammaQuantile(1 - alpha, Double(count) / dispersion + 1) * dispersion
  }
}

/// The difference of a value and a multiple of a baseline's, from the interval of each: square-and-add.
///
/// Sources: G. Y. Zou and A. Donner, "Construction of confidence limits about effect measures: a general approach",
/// Statistics in Medicine 27, 2008 (MOVER); R. G. Newcombe, "Interval estimation for the difference between independent
/// proportions", Statistics in Medicine 17, 1998.
package enum Mover {
  /// Interval of `value - factor * baseline`; `factor` is not negative.
  package static func difference(_ value: Interval, _ factor: Double, _ baseline: Interval) -> Interval {
    let difference = value.value - factor * baseline.value
    let down = hypot(value.value - value.lower, factor * (baseline.upper - baseline.value))
    let up = hypot(value.upper - value.value, factor * (baseline.value - baseline.lower))
    return Interval(lower: difference - down, value: difference, upper: difference + up)
  }
}
