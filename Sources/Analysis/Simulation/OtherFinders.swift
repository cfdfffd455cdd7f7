internal import Glibc
internal import TraceCore

/// What people use instead to find an incident in a series, on its failed requests.
enum OtherFinders {
  /// Segments of constant failure share whose share is at least twice that of all requests, by PELT with a binomial cost and a
  /// penalty of 3 log n for each segment.
  ///
  /// Source: R. Killick, P. Fearnhead and I. A. Eckley, "Optimal Detection of Changepoints With a Linear Computational Cost",
  /// JASA 107, 2012. Cost: linear in the windows where changes are many, quadratic where there are none.
  static func pelt(_ series: [SeriesWindow]) -> [Range<Int64>] {
    var (bad, all): ([Double], [Double]) = ([0], [0])
    for window in series {
      bad.append(bad[bad.count - 1] + Double(window.errors))
      all.append(all[all.count - 1] + Double(window.requests))
    }
    func cost(_ from: Int, _ to: Int) -> Double {
      let (k, n) = (bad[to] - bad[from], all[to] - all[from])
      guard k > 0, k < n else { return 0 }
      return -2 * (k * log(k / n) + (n - k) * log(1 - k / n))
    }
    let count = series.count
    let penalty = 3 * log(Double(max(2, count)))
    var best = [-penalty]
    var last = [0]
    var candidates = [0]
    for end in 1...max(1, count) where count > 0 {
      var (least, from) = (Double.infinity, 0)
      var costs: [Double] = []
      for candidate in candidates {
        let value = best[candidate] + cost(candidate, end)
        costs.append(value)
        if value + penalty < least { (least, from) = (value + penalty, candidate) }
      }
      best.append(least)
      last.append(from)
      candidates = zip(candidates, costs).filter { $0.1 <= least }.map(\.0) + [end]
    }
    let share = all[count] > 0 ? bad[count] / all[count] : 0
    var (spans, end) = ([Range<Int64>](), count)
    while end > 0 {
      let from = last[end]
      let (k, n) = (bad[end] - bad[from], all[end] - all[from])
      if n > 0, k / n >= 2 * share, k / n >= share + 0.002, from > 0 || end < count {
        spans.append(series[from].start..<series[end - 1].end)
      }
      end = from
    }
    return spans
  }

  /// Three stretches of 10 s or more in a row whose share of failed requests is over 5 %: an alert as most are.
  static func threshold(_ series: [SeriesWindow]) -> [Range<Int64>] {
    guard let length = series.first?.length, length > 0 else { return [] }
    let group = max(1, Int(clamping: 10_000_000_000 / length))
    var (spans, row) = ([Range<Int64>](), 0)
    for start in stride(from: 0, to: series.count, by: group) {
      let windows = series[start..<min(series.count, start + group)]
      let (bad, all) = windows.reduce((Int64(0), Int64(0))) { ($0.0 + $1.errors, $0.1 + $1.requests) }
      row = all > 0 && Double(bad) > 0.05 * Double(all) ? row + 1 : 0
      if row >= 3, let last = windows.last { spans.append(series[max(0, start - 2 * group)].start..<last.end) }
    }
    return spans
  }
}
