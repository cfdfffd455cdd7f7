import Testing

@testable import Analysis

/// The test within strata, by hand and by what is known of it.
struct StratifiedTestTests {
  private static let second: Int64 = 1_000_000_000

  /// Requests by (stratum, with the fact, bad), one a second.
  private static func rows(_ counts: [(stratum: Int32, has: Bool, bad: Bool, count: Int)]) -> (
    StratifiedTest, members: [Int32], strata: [Int32]
  ) {
    var (bad, members, strata): ([Bool], [Int32], [Int32]) = ([], [], [])
    // In turns, so that time tells nothing.
    for round in 0..<(counts.map(\.count).max() ?? 0) {
      for row in counts where round < row.count {
        if row.has { members.append(Int32(bad.count)) }
        bad.append(row.bad)
        strata.append(row.stratum)
      }
    }
    let times = bad.indices.map { Int64($0) * second }
    return (StratifiedTest(times: times, bad: bad, weights: (1, 1)), members, strata)
  }

  /// N. Mantel and W. Haenszel's formulas, worked out by hand for two tables.
  @Test func asByHand() throws {
    let (test, members, strata) = Self.rows([
      (0, true, true, 10), (0, true, false, 20), (0, false, true, 5), (0, false, false, 65),
      (1, true, true, 8), (1, true, false, 32), (1, false, true, 4), (1, false, false, 56),
    ])
    let result = test.test(members, test.strata(strata, count: 2))
    #expect(result.count == 18)
    // 30 * 15 / 100 + 40 * 12 / 100
    #expect(abs(result.expected - 9.3) < 1e-9)
    // 30 * 70 * 15 * 85 / (100^2 * 99) + 40 * 60 * 12 * 88 / (100^2 * 99)
    #expect(abs(result.variance - (2.704545 + 2.56)) < 1e-5)
    // (10 * 65 + 8 * 56) / (20 * 5 + 32 * 4)
    #expect(abs(try #require(result.odds).value - 1098.0 / 228) < 1e-9)
    // 10 - 30 * 5 / 70 + 8 - 40 * 4 / 60
    #expect(abs(result.excess - (18 - 150.0 / 70 - 160.0 / 60)) < 1e-9)
  }

  /// A fact that is common where failures are: nothing is left of it within the strata.
  @Test func simpson() {
    let (test, members, strata) = Self.rows([
      (0, true, true, 40), (0, true, false, 40), (0, false, true, 10), (0, false, false, 10),
      (1, true, true, 1), (1, true, false, 19), (1, false, true, 4), (1, false, false, 76),
    ])
    let all = test.test(members, test.strata(strata.map { _ in 0 }, count: 1))
    let within = test.test(members, test.strata(strata, count: 2))
    #expect(all.p < 0.05 && all.excess > 20, "\(all.p) \(all.excess)")
    #expect(abs(within.count - within.expected) < 1e-9 && within.p > 0.9)
  }

  /// Failures of a burst, and a fact that is true of all requests of that time: few windows speak for it, and it is not proven.
  @Test func aBurstProvesNothing() {
    let times = (0..<3_000).map { Int64($0) * Self.second / 10 }
    let bad = times.indices.map { (1_000..<1_080).contains($0) || $0 % 200 == 0 }
    let during = times.indices.filter { (900..<1_100).contains($0) }.map { Int32($0) }
    let third = times.indices.filter { $0 % 3 == 0 }.map { Int32($0) }
    let test = StratifiedTest(times: times, bad: bad, weights: (1, 1))
    let strata = test.both(times.map { _ in 0 }, count: 1)
    let burst = test.test(during, strata)
    #expect(burst.scatter.phi > 5 && burst.p > 0.01, "\(burst.scatter.phi) \(burst.p)")
    // What is true of every third request is not made uncertain by it.
    #expect(test.test(third, strata).scatter.phi < 2)
  }

  @Test func nothingToCompare() {
    let test = StratifiedTest(times: [0, 1], bad: [true, true], weights: (1, 1))
    #expect(test.test([0], test.strata([0, 0], count: 1)).p == 1)
    #expect(CauseSearch(RequestSample(facts: [], routes: [], counted: [0, 0, 0, 0])).find() == CauseFindings())
  }
}
