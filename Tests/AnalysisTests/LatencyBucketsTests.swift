import TestKit
import Testing

@testable import Analysis
@testable import TraceCore

/// Buckets with fixed borders: where a duration falls, and that counts of parts are those of the whole.
struct LatencyBucketsTests {
  private func durations(_ random: inout SplitMix64, _ count: Int) -> [Int64] {
    (0..<count).map { _ in Int64(random.next() >> UInt64(1 + random.below(62))) }
  }

  @Test func eachDurationLiesInItsBucketAndNoneIsWide() {
    var random = SplitMix64(seed: 1)
    let edges = (0..<63).flatMap { [Int64(1) << $0, (Int64(1) << $0) - 1, (Int64(1) << $0) + 1] } + [0, .max]
    for duration in durations(&random, 20_000) + edges {
      let bucket = LatencyBuckets.bucket(of: duration)
      let (low, width) = LatencyBuckets.border(bucket)
      #expect(low <= duration && duration - low < width, "\(duration)")
      #expect(width == 1 || Double(width) / Double(low) <= 1.0 / 32, "\(duration)")
    }
  }

  @Test func bucketsRiseAndLeaveNothingOut() {
    for bucket in UInt16(0)..<1_887 {
      let (low, width) = LatencyBuckets.border(bucket)
      #expect(LatencyBuckets.border(bucket + 1).low == low + width)
      #expect(LatencyBuckets.bucket(of: low) == bucket && LatencyBuckets.bucket(of: low + width - 1) == bucket)
    }
  }

  /// Nearest rank, off by 1.6 % at most.
  @Test func quantiles() {
    var random = SplitMix64(seed: 2)
    for _ in 0..<100 {
      let all = durations(&random, 1 + random.below(500))
      var buckets = LatencyBuckets()
      for duration in all { buckets.add(duration) }
      let sorted = all.sorted()
      for q in [0.5, 0.9, 0.95, 0.99, 1] {
        let exact = sorted[max(0, Int(saturating: (q * Double(all.count)).rounded(.up)) - 1)]
        let found = buckets.quantile(q) ?? -1
        #expect(abs(Double(found - exact)) <= max(0.0157 * Double(exact), 0.5), "\(q) of \(all.count)")
      }
    }
    #expect(LatencyBuckets().quantile(0.5) == nil)
  }

  @Test func partsAddUpInAnyOrder() {
    var random = SplitMix64(seed: 3)
    for _ in 0..<50 {
      let all = durations(&random, random.below(300))
      var whole = LatencyBuckets()
      var parts = [LatencyBuckets](repeating: LatencyBuckets(), count: 3)
      for duration in all {
        whole.add(duration)
        parts[random.below(3)].add(duration)
      }
      var sum = LatencyBuckets()
      for part in parts.shuffled(using: &random) { sum.merge(part) }
      #expect(sum == whole && sum.count == Int64(all.count))
      #expect(sum.histogram.total == sum.count)
    }
  }

  /// A negative duration is none.
  @Test func nothing() {
    var buckets = LatencyBuckets()
    buckets.add(-1)
    #expect(buckets.count == 0 && buckets == LatencyBuckets())
  }
}
