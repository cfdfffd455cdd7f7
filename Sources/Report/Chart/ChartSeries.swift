internal import Analysis
internal import TraceCore

/// The windows of a document as a chart draws them: not more than it has room for.
struct ChartSeries: Sendable {
  /// Windows drawn at most.
  static let most = 480

  let windows: [SeriesWindow]
  /// Windows that became one.
  let joined: Int
  /// Event time that the log covers: its first and its last window seldom lie in it as a whole.
  private let covered: Range<Int64>?

  /// - Parameter covered: nil: all windows.
  init(_ all: [SeriesWindow], covered: Range<Int64>?, most: Int = ChartSeries.most) {
    self.covered = covered
    let joined = (all.count + most - 1) / most
    self.joined = max(joined, 1)
    guard joined > 1 else {
      windows = all
      return
    }
    windows = stride(from: 0, to: all.count, by: joined).map { first in
      ChartSeries.join(all[first..<min(first + joined, all.count)])
    }
  }

  /// Counts add up. Quantiles do not, so the highest of the neighbours stands for them.
  private static func join(_ windows: ArraySlice<SeriesWindow>) -> SeriesWindow {
    guard var sum = windows.first else { return SeriesWindow(start: 0, length: 0) }
    for window in windows.dropFirst() {
      sum.length = TimeSpan.between(sum.start, window.end)
      sum.requests += window.requests
      sum.clientErrors += window.clientErrors
      sum.errors += window.errors
      sum.timed += window.timed
      sum.p50 = [sum.p50, window.p50].compactMap { $0 }.max()
      sum.p95 = [sum.p95, window.p95].compactMap { $0 }.max()
      sum.p99 = [sum.p99, window.p99].compactMap { $0 }.max()
      sum.latency.merge(window.latency)
    }
    return sum
  }

  var start: Int64 { windows.first?.start ?? 0 }
  var end: Int64 { windows.last?.end ?? 0 }
  var isTimed: Bool { windows.contains { $0.p50 != nil } }

  /// Requests, or failures, a second in the part of a window that the log covers; nil where that is less than a quarter of it,
  /// since a few requests would make a peak.
  func perSecond(_ count: Int64, in window: SeriesWindow) -> Double? {
    let from = max(window.start, covered?.lowerBound ?? window.start)
    let to = min(window.end, covered?.upperBound ?? window.end)
    guard from < to, to - from >= window.length / 4 else { return nil }
    return Double(count) / (Double(to - from) / 1e9)
  }

  var throughput: [Double?] { windows.map { perSecond($0.requests, in: $0) } }
  var failures: [Double?] { windows.map { perSecond($0.errors, in: $0) } }
}
