import Testing

@testable import SkeinBench

/// Two spans of one traffic hardly ever differ (docs/diff.md, the table of 2,000 comparisons; here fewer, with fixed seeds).
struct NullComparisonTests {
  @Test(arguments: NullComparisons.Traffic.allCases)
  func nothingMovesWhereNothingDiffers(traffic: NullComparisons.Traffic) {
    let result = NullComparisons(traffic: traffic).run(10, seed: 7)
    // Of ten at 5 % three or more are chance once in 87.
    #expect(result.wrong <= 2, "\(result)")
    #expect(result.wrongFacts <= 2, "\(result)")
    #expect(Double(result.covered) >= 0.93 * Double(result.intervals), "\(result)")
  }
}
