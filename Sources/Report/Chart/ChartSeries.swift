internal import Analysis
internal import TraceCore

/// The windows of a document as a chart draws them: not more than it has room for.
struct ChartSeries: Sendable {
  /// Windows drawn at most.
  static let most = 480

  let windows: [SeriesWindow]
  /// Windows that became one.
  let joined: Int

  init(_ all: [SeriesWindow], most: Int = ChartSeries.most) {
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

  /// Requests a second in a window.
  static func throughput(_ window: SeriesWindow) -> Double {
    window.length > 0 ? Double(window.requests) / (Double(window.length) / 1e9) : 0
  }

  static func failures(_ window: SeriesWindow) -> Double {
    window.length > 0 ? Double(window.errors) / (Double(window.length) / 1e9) : 0
  }
}
