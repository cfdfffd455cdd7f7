internal import Glibc
internal import TraceCore

extension LatencyHistogram {
  /// Durations counted.
  package var total: Int64 { count(from: 0) }

  /// The bucket in which the ceil(q n)-th duration lies; nil without any.
  package func bucket(ofQuantile q: Double) -> Int? {
    let total = self.total
    guard total > 0 else { return nil }
    let rank = max(1, min(total, Int64(saturating: (q * Double(total)).rounded(.up))))
    var below: Int64 = 0
    for index in 0..<LatencyHistogram.buckets {
      below += self[index]
      if below >= rank { return index }
    }
    return LatencyHistogram.buckets - 1
  }

  /// The q-quantile in nanoseconds, interpolated within its bucket on the scale of ratios, so off by a third at most; nil
  /// without durations.
  package func quantile(_ q: Double) -> Double? {
    var weighted = WeightedLatencies()
    weighted.add(self, weight: 1)
    return weighted.quantile(q)
  }
}

/// Durations of several histograms that count for more or less than they are: what requests would take if their routes were
/// called as often as elsewhere (direct standardisation: B. Woolf's and others' textbook method for shares, here for the
/// shares of each bucket).
struct WeightedLatencies {
  private var weights = [Double](repeating: 0, count: LatencyHistogram.buckets)
  private(set) var total = 0.0

  mutating func add(_ histogram: LatencyHistogram, weight: Double) {
    for index in 0..<LatencyHistogram.buckets where histogram[index] > 0 {
      weights[index] += weight * Double(histogram[index])
      total += weight * Double(histogram[index])
    }
  }

  /// As `LatencyHistogram.quantile`.
  func quantile(_ q: Double) -> Double? {
    guard total > 0 else { return nil }
    var below = 0.0
    // Sums of weights are off by their rounding.
    let rank = q * total * (1 - 1e-12)
    for index in 0..<LatencyHistogram.buckets where weights[index] > 0 {
      guard below + weights[index] >= rank else {
        below += weights[index]
        continue
      }
      let low = Double(max(1, LatencyHistogram.border(index)))
      // The first bucket begins at nothing and the last has no end: both are taken to be as wide as the others.
      let ratio = 1.3335
      guard index > 0 else { return Double(LatencyHistogram.border(1)) / ratio }
      let high = index + 1 < LatencyHistogram.buckets ? Double(LatencyHistogram.border(index + 1)) : low * ratio
      return low * pow(high / low, max(0, min(1, (q * total - below) / weights[index])))
    }
    return nil
  }
}
