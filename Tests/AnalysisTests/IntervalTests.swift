import TestKit
import Testing

@testable import Analysis

/// The numbers that docs/gates.md works out, and what holds of all intervals.
struct IntervalTests {
  private let z = Normal.quantile(0.95)

  private func near(_ a: Double, _ b: Double, _ off: Double = 5e-5) -> Bool { abs(a - b) <= off }

  @Test func errorRateOfThePage() {
    // 12 errors of 1,200: at most 1.59 %; with phi = 2 it is as of 600: at most 1.92 %.
    #expect(near(Wilson.bound(share: 0.01, n: 1_200, z: z), 0.015948466502280045, 1e-12))
    #expect(near(Wilson.bound(share: 0.01, n: 600, z: z), 0.019219533773523957, 1e-12))
    // 30 of 370: at least 5.46 %.
    #expect(near(Wilson.bound(share: 30.0 / 370, n: 370, z: -Normal.quantile(0.9875)), 0.05460558619509445, 1e-12))
    // 1 % against 2 %: 531 requests; 1.5 % against 2 %: 2,122.
    #expect(near(Wilson.requests(share: 0.01, limit: 0.02, z: z, dispersion: 1) ?? 0, 530.2865, 1e-3))
    #expect(near(Wilson.requests(share: 0.015, limit: 0.02, z: z, dispersion: 1) ?? 0, 2_121.146, 1e-3))
    #expect(Wilson.requests(share: 0.02, limit: 0.02, z: z, dispersion: 1) == nil)
  }

  /// `requests` is the sample size at which `bound` meets the limit.
  @Test func neededRequestsMeetTheLimit() {
    var random = SplitMix64(seed: 1)
    for _ in 0..<200 {
      let (share, limit) = (random.unit(), 0.01 + 0.98 * random.unit())
      guard abs(share - limit) > 1e-3 else { continue }
      let n = Wilson.requests(share: share, limit: limit, z: z, dispersion: 1) ?? 0
      #expect(near(Wilson.bound(share: share, n: n, z: share < limit ? z : -z), limit, 1e-9))
    }
  }

  @Test func ranksOfThePage() {
    func upper(_ n: Int64) -> Int64? { Binomial.upperRank(of: n, q: 0.95, alpha: 0.05, dispersion: 1) }
    #expect(upper(1_000) == 962)
    #expect(upper(100) == 99)
    #expect(upper(59) == 59)
    #expect(upper(58) == nil)
  }

  /// The upper rank is the first u with P(Bin(n, q) >= u) <= alpha, summed term by term.
  @Test func ranksByTheDefinition() {
    var random = SplitMix64(seed: 2)
    for _ in 0..<60 {
      let n = 1 + random.below(150)
      let q = [0.5, 0.9, 0.95, 0.99][random.below(4)]
      let alpha = [0.05, 0.0125][random.below(2)]
      var probabilities = [1.0]
      for _ in 0..<n {
        var next = [Double](repeating: 0, count: probabilities.count + 1)
        for (i, p) in probabilities.enumerated() {
          next[i] += p * (1 - q)
          next[i + 1] += p * q
        }
        probabilities = next
      }
      // X_(u) lies below the quantile when u values or more do; a value does with probability q.
      let upper = (1...n).first { u in probabilities[u...].reduce(0, +) < alpha }
      let lower = (1...n).last { l in probabilities[..<l].reduce(0, +) < alpha }
      #expect(
        Binomial.upperRank(of: Int64(n), q: q, alpha: alpha, dispersion: 1) == upper.map(Int64.init), "\(n) \(q)")
      #expect(
        Binomial.lowerRank(of: Int64(n), q: q, alpha: alpha, dispersion: 1) == lower.map(Int64.init), "\(n) \(q)")
    }
  }

  @Test func ratesOfThePage() {
    #expect(near(Poisson.lower(3_120, alpha: 0.05, dispersion: 1) / 600, 5.047825823059675, 1e-9))
    #expect(near(Poisson.upper(3_120, alpha: 0.05, dispersion: 1) / 600, 5.355760397691026, 1e-9))
    #expect(Poisson.lower(0, alpha: 0.05, dispersion: 1) == 0)
    #expect(near(Poisson.upper(0, alpha: 0.00625, dispersion: 1) / 600, 0.008458623025389717, 1e-9))
  }

  @Test func differenceOfThePage() {
    // 30 of 1,000 against 10 of 1,000: 2 % more, at least 0.98 %, at most 3.1 %.
    func interval(_ share: Double) -> Interval {
      Interval(
        lower: Wilson.bound(share: share, n: 1_000, z: -z), value: share,
        upper: Wilson.bound(share: share, n: 1_000, z: z))
    }
    let difference = Mover.difference(interval(0.03), 1, interval(0.01))
    #expect(near(difference.lower, 0.009834020074792399, 1e-12))
    #expect(near(difference.upper, 0.03097912097741895, 1e-12))
  }
}
