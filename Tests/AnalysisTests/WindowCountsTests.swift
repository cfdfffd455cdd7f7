import Glibc
import TestKit
import Testing

@testable import Analysis

/// How much windows scatter.
struct WindowCountsTests {
  private func counts(_ windows: [(Int64, Int64)]) -> WindowCounts {
    var counts = WindowCounts()
    for (bad, total) in windows { counts.add(bad: bad, of: total) }
    return counts
  }

  /// docs/gates.md: windows of 100 with 0, 4, 0 and 4 errors. Share 2 %; Pearson's chi-squared 8.16 over 3; the steps are of
  /// 4 % each, 3 x 0.0016 / 0.02, over 3 x 0.0196: 4.08.
  @Test func windowsOfThePage() {
    let counts = counts([(0, 100), (4, 100), (0, 100), (4, 100)])
    #expect(counts.share == 0.02 && counts.total == 400 && counts.bad == 8)
    #expect(abs(counts.dispersionForFail - 4.0816) < 1e-4)
    // 1 + 3.0816 (1 + 1.645 sqrt(2 / 3)).
    #expect(abs(counts.dispersionForPass - 8.2205) < 1e-3)
  }

  @Test func aShiftOfTheLevelIsNoScatterForAFail() {
    let shift = counts((0..<20).map { ($0 < 10 ? 2 : 18, 200) })
    #expect(shift.dispersionForFail < 2)
    #expect(shift.dispersionForPass > 6)
  }

  @Test func bounds() {
    #expect(counts([]).dispersionForFail == 1 && counts([]).dispersionForPass == 1)
    #expect(counts([(3, 100)]).dispersionForPass == 1)
    #expect(counts([(0, 50), (0, 50)]).dispersionForPass == 1)
    // Never more than the requests of a window: each window one observation.
    let allOrNothing = counts([(50, 50), (0, 50), (50, 50), (0, 50), (0, 50)])
    #expect(allOrNothing.dispersionForFail == 50 && allOrNothing.dispersionForPass == 50)
    #expect(counts([(1, 10), (0, 0), (1, 10)]) == counts([(1, 10), (1, 10)]))
  }

  /// On windows of independent requests the estimates are about 1, on beta-binomial ones about the phi of their law.
  @Test func estimatesTheDispersion() {
    var random = SplitMix64(seed: 3)
    for dispersion in [1.0, 3.0] {
      let law = CountLaw(trials: 100, share: 0.05, dispersion: dispersion)
      var sum = 0.0
      for _ in 0..<50 {
        var counts = WindowCounts()
        for _ in 0..<200 { counts.add(bad: law.draw(&random), of: 100) }
        sum += counts.dispersionForFail / 50
      }
      #expect(abs(sum - dispersion) < 0.15 * dispersion, "\(dispersion)")
    }
  }

  @Test func ratesScatter() {
    var rates = RateCounts()
    for count: Int64 in [40, 60, 40, 60] { rates.add(count) }
    // Steps of 20: 3 x 400 / 2 over 3 x 50.
    #expect(rates.dispersionForFail == 4 && rates.total == 200)
    var even = RateCounts()
    for _ in 0..<5 { even.add(50) }
    #expect(even.dispersionForPass == 1)
  }
}

/// The bet.
struct BettingProcessTests {
  /// docs/gates.md: limit 2 %. After windows of 8 % the capital is 39.8 (three) and 145 (four); one of 40 %: 15.3.
  @Test func capitalOfThePage() {
    func capital(_ share: Double, _ windows: Int) -> Double {
      var betting = BettingProcess(limit: 0.02)
      for _ in 0..<windows { betting.add(share: share) }
      return exp(betting.logCapital)
    }
    #expect(abs(capital(0.08, 3) - 39.7909936) < 1e-6)
    #expect(abs(capital(0.08, 4) - 144.950802784) < 1e-6)
    #expect(abs(capital(0.4, 1) - 15.288) < 1e-9)
    #expect(abs(capital(0.02, 50) - 1) < 1e-9)
    #expect(capital(0, 3) < 0.1)
  }

  @Test func refutesAtOneOverAlpha() {
    var betting = BettingProcess(limit: 0.02)
    for _ in 0..<3 { betting.add(share: 0.08) }
    #expect(betting.refutes(alpha: 1 / 39.7) && !betting.refutes(alpha: 1 / 39.9))
  }
}
