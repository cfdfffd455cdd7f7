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
    guard let bucket = bucket(ofQuantile: q) else { return nil }
    let low = Double(max(1, LatencyHistogram.border(bucket)))
    // The first bucket begins at nothing and the last has no end: both are taken to be as wide as the others.
    let ratio = 1.3335
    guard bucket > 0 else { return Double(LatencyHistogram.border(1)) / ratio }
    let high = bucket + 1 < LatencyHistogram.buckets ? Double(LatencyHistogram.border(bucket + 1)) : low * ratio
    let under = Double(total - count(from: bucket))
    let part = (q * Double(total) - under) / Double(max(1, self[bucket]))
    return low * pow(high / low, max(0, min(1, part)))
  }
}
