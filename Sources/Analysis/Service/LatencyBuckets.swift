package import TraceCore

/// Durations counted in buckets with fixed borders, so that counts of any spans and runs add up: each power of two of
/// nanoseconds has 32 buckets of equal width (the scheme of G. Tene's HdrHistogram), so a bucket is at most 3.2 % wide and its
/// middle at most 1.6 % off.
///
/// Kept sparsely: 8 bytes for each bucket in which something is. The order in which durations come leaves no trace.
package struct LatencyBuckets: Sendable, Equatable {
  private static let parts: UInt64 = 32

  struct Entry: Sendable, Equatable {
    var bucket: UInt16
    var count: UInt32
  }

  /// In order of their buckets.
  private(set) var entries: ContiguousArray<Entry> = []

  package init() {}

  /// Bucket of a duration of 0 or more nanoseconds.
  static func bucket(of duration: Int64) -> UInt16 {
    let value = UInt64(clamping: duration)
    let shift = UInt64(clamping: 58 - value.leadingZeroBitCount)
    return UInt16(truncatingIfNeeded: shift * parts + value >> shift)
  }

  /// Durations of a bucket: from `low` on, `width` nanoseconds.
  static func border(_ bucket: UInt16) -> (low: Int64, width: Int64) {
    let shift = max(0, Int64(bucket) / 32 - 1)
    return (low: (Int64(bucket) - shift * 32) << shift, width: 1 << shift)
  }

  /// Where a bucket is, or belongs.
  private func place(of bucket: UInt16) -> Int {
    var (low, high) = (0, entries.count)
    while low < high {
      let middle = (low + high) / 2
      if entries[middle].bucket < bucket { low = middle + 1 } else { high = middle }
    }
    return low
  }

  /// Negative durations are none.
  package mutating func add(_ duration: Int64) {
    guard duration >= 0 else { return }
    let bucket = LatencyBuckets.bucket(of: duration)
    let place = place(of: bucket)
    if place < entries.count, entries[place].bucket == bucket {
      entries[place].count = entries[place].count.addingReportingOverflow(1).partialValue
    } else {
      entries.insert(Entry(bucket: bucket, count: 1), at: place)
    }
  }

  package mutating func merge(_ other: LatencyBuckets) {
    guard !other.entries.isEmpty else { return }
    guard !entries.isEmpty else {
      entries = other.entries
      return
    }
    var merged: ContiguousArray<Entry> = []
    merged.reserveCapacity(max(entries.count, other.entries.count))
    var (i, j) = (0, 0)
    while i < entries.count || j < other.entries.count {
      if j == other.entries.count || (i < entries.count && entries[i].bucket < other.entries[j].bucket) {
        merged.append(entries[i])
        i += 1
      } else if i == entries.count || other.entries[j].bucket < entries[i].bucket {
        merged.append(other.entries[j])
        j += 1
      } else {
        merged.append(Entry(bucket: entries[i].bucket, count: entries[i].count &+ other.entries[j].count))
        (i, j) = (i + 1, j + 1)
      }
    }
    entries = merged
  }

  /// Durations counted.
  package var count: Int64 { entries.reduce(0) { $0 + Int64($1.count) } }

  /// Nearest rank, as the middle of its bucket, in nanoseconds; nil without durations.
  package func quantile(_ q: Double) -> Int64? {
    let total = count
    guard total > 0 else { return nil }
    let rank = max(1, min(total, Int64(saturating: (q * Double(total)).rounded(.up))))
    var below: Int64 = 0
    for entry in entries {
      below += Int64(entry.count)
      guard below >= rank else { continue }
      let (low, width) = LatencyBuckets.border(entry.bucket)
      return low + width / 2
    }
    return nil
  }

  /// The same as a column of a heat map; what lies on a border of the map goes by the middle of its bucket.
  package var histogram: LatencyHistogram {
    var histogram = LatencyHistogram()
    for entry in entries {
      let (low, width) = LatencyBuckets.border(entry.bucket)
      histogram.add(Int64(entry.count), at: LatencyHistogram.place(of: low + width / 2))
    }
    return histogram
  }
}

extension LatencyBuckets: StateCodable {
  package mutating func code(_ coder: inout StateCoder) throws(StateError) {
    var before: UInt16 = 0
    var isFirst = true
    try coder.code(&entries, empty: Entry(bucket: 0, count: 0)) { entry, coder throws(StateError) in
      var step = entry.bucket &- before
      try coder.code(&step)
      let (bucket, overflow) = before.addingReportingOverflow(step)
      guard !overflow, isFirst || step > 0, bucket < 1_888 else { throw .invalid("bucket of durations") }
      entry.bucket = bucket
      try coder.code(&entry.count)
      (before, isFirst) = (bucket, false)
    }
  }
}
