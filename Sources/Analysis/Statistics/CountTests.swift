internal import Glibc

/// Fisher's exact test: whether so different a number of two sets of requests is chance.
///
/// The p is two-sided as twice the smaller tail, never under the least normal number. In logarithms, so that sets of
/// millions do not run over; its cost grows with the standard deviation of the count, not with the sets.
/// Source: R. A. Fisher, "The Logic of Inductive Inference", J. Royal Statistical Society 98(1), 1935.
package enum FisherExact {
  /// - Parameters:
  ///   - a: of `n` requests of one set; `b` of `m` of the other.
  package static func p(_ a: Int64, of n: Int64, _ b: Int64, of m: Int64) -> Double {
    guard n > 0, m > 0, a >= 0, b >= 0, a <= n, b <= m, a + b > 0, a + b < n + m else { return 1 }
    let (x, y, n, m) = (Double(a), Double(b), Double(n), Double(m))
    let both = x + y
    let first = logChoose(n, x) + logChoose(m, y) - logChoose(n + m, both)
    // The tail that leads away from the expected count.
    let isLow = x * (n + m) < both * n
    var (at, term, sum) = (x, 1.0, 1.0)
    while term > sum * 1e-16 {
      if isLow {
        term *= at * (m - both + at) / ((n - at + 1) * (both - at + 1))
        at -= 1
      } else {
        term *= (n - at) * (both - at) / ((at + 1) * (m - both + at + 1))
        at += 1
      }
      guard term > 0 else { break }
      sum += term
    }
    return max(.leastNormalMagnitude, min(1, 2 * exp(first + log(sum))))
  }

  private static func logChoose(_ n: Double, _ k: Double) -> Double {
    Incomplete.logGamma(n + 1) - Incomplete.logGamma(k + 1) - Incomplete.logGamma(n - k + 1)
  }
}

/// Whether two counts of events are of one rate: given their sum, one of them is binomial with its part of the exposure.
///
/// Two-sided as twice the smaller tail.
/// Source: J. Przyborowski and H. Wilenski, "Homogeneity of Results in Testing Samples from Poisson Series", Biometrika 31,
/// 1940.
package enum RateTest {
  /// - Parameters:
  ///   - exposureA: requests, or seconds; over 0, as `exposureB`.
  package static func p(_ a: Int64, per exposureA: Double, _ b: Int64, per exposureB: Double) -> Double {
    guard a >= 0, b >= 0, a + b > 0, exposureA > 0, exposureB > 0 else { return 1 }
    let share = exposureA / (exposureA + exposureB)
    let (x, y) = (Double(a), Double(b))
    // The chance of so many or more of the one, and of the other.
    let high = a == 0 ? 1 : Incomplete.beta(share, x, y + 1)
    let low = b == 0 ? 1 : Incomplete.beta(1 - share, y, x + 1)
    return max(.leastNormalMagnitude, min(1, 2 * min(high, low)))
  }
}

/// What is left of a p where requests scatter more than independent ones would: its normal deviate divided by the root of
/// phi, as Wald's quasi-likelihood test does.
/// Source: P. McCullagh and J. A. Nelder, "Generalized Linear Models", 2nd ed., 1989, section 4.5.
enum Dispersed {
  static func p(_ p: Double, dispersion: Double) -> Double {
    guard dispersion > 1, p < 1, p > 0 else { return p }
    let z = -Normal.quantile(p / 2) / dispersion.squareRoot()
    return max(.leastNormalMagnitude, erfc(z / 2.0.squareRoot()))
  }
}

/// Many comparisons at once: of those called more than chance at most a share is chance.
/// Source: Y. Benjamini and Y. Hochberg, "Controlling the False Discovery Rate", J. Royal Statistical Society B 57(1), 1995.
package enum FalseDiscovery {
  /// The q of each p, in their order: the least rate of false discoveries at which it still counts.
  package static func adjust(_ ps: [Double]) -> [Double] {
    let order = ps.indices.sorted { (ps[$0], $0) < (ps[$1], $1) }
    var qs = ps
    var least = 1.0
    for (place, index) in order.enumerated().reversed() {
      least = min(least, ps[index] * Double(ps.count) / Double(place + 1))
      qs[index] = least
    }
    return qs
  }
}

extension Interval {
  /// 95 % interval of the difference b / m - a / n of two shares.
  /// Source: R. G. Newcombe, "Interval estimation for the difference between independent proportions", Statistics in
  /// Medicine 17, 1998, method 10 (of Wilson's intervals).
  /// - Parameter dispersion: phi; sample sizes are divided by it.
  static func difference(_ a: Int64, of n: Int64, _ b: Int64, of m: Int64, dispersion: Double = 1) -> Interval {
    func wilson(_ count: Int64, _ n: Int64) -> Interval {
      let (share, size) = (Double(count) / Double(n), Double(n) / max(1, dispersion))
      return Interval(
        lower: Wilson.bound(share: share, n: size, z: -1.959964), value: share,
        upper: Wilson.bound(share: share, n: size, z: 1.959964))
    }
    return Mover.difference(wilson(b, m), 1, wilson(a, n))
  }

  var excludesZero: Bool { lower > 0 || upper < 0 }
}
