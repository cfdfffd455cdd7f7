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
  private func capital(_ shares: [Double], windows: Int64 = 59) -> Double {
    var betting = BettingProcess(limit: 0.02, windows: windows)
    for share in shares { betting.add(share: share) }
    return exp(betting.logCapital)
  }

  /// docs/gates.md: limit 2 %, ten minutes less one window of warm-up.
  @Test func capitalOfThePage() {
    #expect(abs(capital(Array(repeating: 0.08, count: 3)) - 24.3604) < 1e-3)
    #expect(abs(capital(Array(repeating: 0.08, count: 4)) - 87.7238) < 1e-3)
    #expect(abs(capital(Array(repeating: 0.08, count: 5)) - 323.7505) < 1e-3)
    #expect(abs(capital([0.4]) - 9.5728) < 1e-3)
    #expect(abs(capital([0.4, 0.4]) - 154.7368) < 1e-3)
  }

  /// All parts written out: what is bet from a window on is multiplied by all factors from there.
  @Test func capitalByTheDefinition() {
    let shares = [0.0, 0.03, 0.08, 0.0, 0.2]
    let stakes = [(0.98, 0.4), (0.8, 0.3), (0.5, 0.2), (0.2, 0.1)]
    let parts = [0.6, 0.1, 0.1, 0.1, 0.1]
    for seen in 1...5 {
      var sum = parts[seen...].reduce(0, +)
      for (part, weight) in stakes {
        for start in 0..<seen {
          sum += shares[start..<seen].reduce(parts[start] * weight) { $0 * (1 + part * ($1 / 0.02 - 1)) }
        }
      }
      #expect(abs(capital(Array(shares[..<seen]), windows: 5) - sum) < 1e-9 * sum)
    }
  }

  @Test func atTheLimitNothingIsWonOrLost() {
    #expect(abs(capital(Array(repeating: 0.02, count: 50)) - 1) < 1e-9)
    #expect(capital(Array(repeating: 0, count: 59)) < 0.1)
    // More windows than were said to come.
    #expect(abs(capital([0.02, 0.02, 0.02], windows: 1) - 1) < 1e-9)
  }

  @Test func refutesAtOneOverAlpha() {
    var betting = BettingProcess(limit: 0.02, windows: 59)
    for _ in 0..<4 { betting.add(share: 0.08) }
    let capital = exp(betting.logCapital)
    #expect(betting.refutes(alpha: 1.001 / capital) && !betting.refutes(alpha: 0.999 / capital))
  }
}
