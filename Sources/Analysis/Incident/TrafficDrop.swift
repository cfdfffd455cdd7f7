internal import Glibc
internal import TraceCore

/// A span in which far fewer requests ended than before and after it.
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

  /// Requests that must be expected in a span before their absence says anything.
  static let leastExpected = 30.0
  /// Windows on each side that say what is usual, at least.
  static let neighbours = 10
  /// The part of the usual traffic up to which it is a drop.
  static let mostShare = 0.5
  /// The chance to find one where traffic is the same throughout.
  static let alpha = 0.002
  static let most = 8
  /// At both borders it must fall and rise within so long: traffic that follows the day is no drop; nanoseconds.
  static let abrupt: Int64 = 900_000_000_000

  /// All of a series, as ranges of its windows, in order. Neither at its beginning nor, but where traffic goes on, at its end:
  /// there a log begins and ends.
  ///
  /// A likelihood ratio of two Poisson rates, divided by the scatter of traffic (see `ShareScan` for the sources).
  static func find(_ series: [SeriesWindow], length: Int64) -> [(windows: Range<Int>, drop: TrafficDrop)] {
    let search = TrafficSearch(series, length: length)
    var drops: [(windows: Range<Int>, drop: TrafficDrop)] = []
    while drops.count < most, let (windows, expected) = search.worst(besides: drops.map(\.windows)) {
      drops.append(
        (
          windows,
          TrafficDrop(
            from: series[windows.lowerBound].start, to: series[windows.upperBound - 1].end,
            requests: series[windows].reduce(0) { $0 + $1.requests }, expected: expected)
        ))
    }
    return drops.sorted { $0.windows.lowerBound < $1.windows.lowerBound }
  }
}

/// The search for drops of traffic.
private struct TrafficSearch {
  let counts: [Int64]
  /// Sums of the windows before each.
  private let sums: [Int64]
  private let group: Int
  private let reach: Int
  private let dispersion: Double

  init(_ series: [SeriesWindow], length: Int64) {
    counts = series.map(\.requests)
    var sums: [Int64] = [0]
    for count in counts { sums.append(sums[sums.count - 1] + count) }
    self.sums = sums
    group = ShareScan.group(counts)
    reach = max(2 * group, Int(clamping: TrafficDrop.abrupt / max(1, length)))
    dispersion = TrafficSearch.dispersion(counts, group)
  }

  private func sum(_ range: Range<Int>) -> Double { Double(sums[range.upperBound] - sums[range.lowerBound]) }

  private func mean(_ range: Range<Int>) -> Double { range.isEmpty ? 0 : sum(range) / Double(range.count) }

  /// Variance of the cells' requests over that of a Poisson process, by successive differences without the largest ones.
  private static func dispersion(_ counts: [Int64], _ group: Int) -> Double {
    let cells = stride(from: 0, to: counts.count - group + 1, by: group).map { start in
      Double(counts[start..<start + group].reduce(0, +))
    }
    var steps = zip(cells, cells.dropFirst()).compactMap { a, b in a + b > 0 ? (a - b) * (a - b) / (a + b) : nil }
    steps = Array(steps.sorted().dropLast(min(8, steps.count / 10)))
    return steps.isEmpty ? 1 : max(1, steps.reduce(0, +) / Double(steps.count))
  }

  /// The most improbable drop that touches none of those that are known, and what was to be expected in it.
  func worst(besides known: [Range<Int>]) -> (windows: Range<Int>, expected: Double)? {
    var (largest, best) = (0.0, (windows: 0..<0, expected: 0.0))
    var looked = 0
    for start in stride(from: group, to: counts.count, by: group) {
      for end in stride(from: start + group, through: counts.count, by: group) {
        looked += 1
        guard let (ratio, expected) = ratio(start..<end, known), ratio > largest else { continue }
        (largest, best) = (ratio, (start..<end, expected))
      }
    }
    guard largest / dispersion >= log(Double(max(1, looked)) / TrafficDrop.alpha) else { return nil }
    let windows = refined(best.windows, usual: best.expected / Double(best.windows.count))
    return (windows, usual(beside: windows) * Double(windows.count))
  }

  /// Requests a window, of as many windows before it and after it as it has; the fewer of both, where the log goes on.
  private func usual(beside span: Range<Int>) -> Double {
    let width = max(TrafficDrop.neighbours, span.count)
    let before = mean(max(0, span.lowerBound - width)..<span.lowerBound)
    if span.upperBound >= counts.count { return before }
    return min(before, mean(span.upperBound..<min(counts.count, span.upperBound + width)))
  }

  private func ratio(_ span: Range<Int>, _ known: [Range<Int>]) -> (ratio: Double, expected: Double)? {
    let isAtEnd = span.upperBound >= counts.count
    let expected = usual(beside: span) * Double(span.count)
    let observed = sum(span)
    guard expected >= TrafficDrop.leastExpected, observed <= TrafficDrop.mostShare * expected else { return nil }
    // A log that ends does not say that requests stopped.
    if isAtEnd, observed < 0.05 * expected || span.count < TrafficDrop.neighbours { return nil }
    guard !known.contains(where: span.overlaps) else { return nil }
    let first = mean(span.lowerBound..<min(span.upperBound, span.lowerBound + reach))
    let last = mean(max(span.lowerBound, span.upperBound - reach)..<span.upperBound)
    let falls = mean(max(0, span.lowerBound - reach)..<span.lowerBound) >= 1.5 * first
    let rises = isAtEnd || mean(span.upperBound..<min(counts.count, span.upperBound + reach)) >= 1.5 * last
    guard falls, rises else { return nil }
    let lack = observed > 0 ? observed * log(observed / expected) : 0
    return (lack - observed + expected, expected)
  }

  /// Its borders to a window, within a cell of where they were: where the windows up to them speak the most for the traffic inside
  /// and against the usual (their Poisson log-likelihood ratio).
  private func refined(_ span: Range<Int>, usual: Double) -> Range<Int> {
    guard group > 1 else { return span }
    let inside = max(mean(span), 1e-3 * usual)
    func score(_ window: Int) -> Double { usual - inside + Double(counts[window]) * log(inside / usual) }
    let middle = (span.lowerBound + span.upperBound) / 2
    var (start, best, sum) = (middle, -Double.infinity, 0.0)
    for window in stride(from: middle, through: max(1, span.lowerBound - group), by: -1) {
      sum += score(window)
      if sum > best { (best, start) = (sum, window) }
    }
    var end = middle + 1
    (best, sum) = (-Double.infinity, 0)
    for window in middle..<min(counts.count, span.upperBound + group) {
      sum += score(window)
      if sum > best { (best, end) = (sum, window + 1) }
    }
    return start..<end
  }
}
