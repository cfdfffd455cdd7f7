internal import Analysis

/// What people use instead, on the windows of one run.
///
/// Sources: Argo Rollouts' `failureLimit` and `consecutiveSuccessLimit` (a measurement an interval); Kayenta's judge, which
/// classifies a metric as high by the Mann-Whitney U test at 98 %; H. B. Mann and D. R. Whitney, Ann. Math. Stat. 18, 1947.
struct OtherMethods {
  /// The share of all requests is under the limit.
  let pointEstimatePasses: Bool
  /// Never three windows in a row over the limit.
  let consecutivePasses: Bool
  /// The windows' shares are not higher than those of a baseline at the limit.
  let mannWhitneyPasses: Bool

  init(_ windows: [(failed: Int, requests: Int)], _ baseline: [(failed: Int, requests: Int)], limit: Double) {
    let (failed, requests) = windows.reduce((0, 0)) { ($0.0 + $1.failed, $0.1 + $1.requests) }
    pointEstimatePasses = Double(failed) < limit * Double(requests)
    func shares(_ windows: [(failed: Int, requests: Int)]) -> [Double] {
      windows.filter { $0.requests > 0 }.map { Double($0.failed) / Double($0.requests) }
    }
    let own = shares(windows)
    var (row, longest) = (0, 0)
    for share in own {
      row = share >= limit ? row + 1 : 0
      longest = max(longest, row)
    }
    consecutivePasses = longest < 3
    mannWhitneyPasses = OtherMethods.z(own, shares(baseline)) < 2.054
  }

  /// Standard errors by which the first sample's ranks are higher than by chance; ties share their ranks.
  static func z(_ a: [Double], _ b: [Double]) -> Double {
    let all = (a.map { ($0, true) } + b.map { ($0, false) }).sorted { $0.0 < $1.0 }
    let (n, m) = (Double(a.count), Double(b.count))
    guard n > 0, m > 0 else { return 0 }
    var (ranks, ties) = (0.0, 0.0)
    var start = 0
    while start < all.count {
      var end = start
      while end < all.count, all[end].0 == all[start].0 { end += 1 }
      let size = Double(end - start)
      let rank = Double(start + end + 1) / 2
      ranks += rank * Double(all[start..<end].count { $0.1 })
      ties += size * size * size - size
      start = end
    }
    let total = n + m
    let variance = n * m / 12 * (total + 1 - ties / (total * (total - 1)))
    return variance > 0 ? (ranks - n * (n + 1) / 2 - n * m / 2) / variance.squareRoot() : 0
  }
}
