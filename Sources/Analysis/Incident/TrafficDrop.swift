internal import TraceCore

/// A span in which hardly any request ended, between or behind others with many.
///
/// It is a note beside the incident, never one by itself: whether a service stood still or its clients slept, a log of
/// requests does not say.
package struct TrafficDrop: Sendable, Equatable {
  /// Nanoseconds; the span is from ..< to.
  package var from: Int64
  package var to: Int64
  package var requests: Int64
  /// Requests that the windows beside it let expect.
  package var expected: Double

  package init(from: Int64, to: Int64, requests: Int64, expected: Double) {
    self.from = from
    self.to = to
    self.requests = requests
    self.expected = expected
  }

  /// Requests that must be expected in a span before their absence says anything: by chance (Poisson) none of 30 come with
  /// a probability of 1e-13.
  static let leastExpected = 30.0
  /// Windows on each side that say what is usual.
  static let neighbours = 10
  /// The part of the usual rate up to which a window counts as empty.
  static let emptyShare = 0.05

  /// All of a series, as ranges of its windows, in order. Neither at its beginning nor at its end, where a log begins and
  /// ends.
  static func find(_ series: [SeriesWindow]) -> [(windows: Range<Int>, drop: TrafficDrop)] {
    let busy = series.map(\.requests).filter { $0 > 0 }.sorted()
    guard !busy.isEmpty else { return [] }
    let limit = Int64(saturating: Double(busy[busy.count / 2]) * emptyShare)
    var drops: [(windows: Range<Int>, drop: TrafficDrop)] = []
    var index = 0
    while index < series.count {
      let start = index
      while index < series.count, series[index].requests <= limit { index += 1 }
      let run = start..<index
      if run.isEmpty {
        index += 1
        continue
      }
      guard run.lowerBound > 0, run.upperBound < series.count else { continue }
      let before = series[max(0, run.lowerBound - neighbours)..<run.lowerBound]
      let after = series[run.upperBound..<min(series.count, run.upperBound + neighbours)]
      let usual = min(mean(before), mean(after))
      let requests = series[run].reduce(0) { $0 + $1.requests }
      let expected = usual * Double(run.count)
      guard expected >= leastExpected, Double(requests) <= 2 * emptyShare * expected else { continue }
      drops.append(
        (
          run,
          TrafficDrop(
            from: series[run.lowerBound].start, to: series[run.upperBound - 1].end, requests: requests,
            expected: expected)
        ))
    }
    return drops
  }

  private static func mean(_ windows: ArraySlice<SeriesWindow>) -> Double {
    windows.isEmpty ? 0 : Double(windows.reduce(0) { $0 + $1.requests }) / Double(windows.count)
  }
}
