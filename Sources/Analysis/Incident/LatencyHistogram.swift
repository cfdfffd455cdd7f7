/// Durations counted in buckets of equal ratio, eight for each factor of ten from 100 µs to 1,000 s: a column of a heat map,
/// and how many requests were slower than one of its borders, exactly. Mergeable; 232 bytes.
package struct LatencyHistogram: Sendable, Equatable {
  /// Buckets: below the first border, between each two, and from the last one on.
  package static let buckets = 58
  /// Lower border of bucket `index` in nanoseconds; 0 for the first. Three significant digits, so that people can read them.
  package static func border(_ index: Int) -> Int64 { index <= 0 ? 0 : borders[min(index, buckets - 1) - 1] }

  /// The border at or next above `duration`: durations from it on are counted by `count(from:)`.
  package static func bucket(from duration: Int64) -> Int {
    borders.firstIndex { $0 >= duration }.map { $0 + 1 } ?? buckets - 1
  }

  private static let borders: [Int64] = {
    let digits: [Int64] = [100, 133, 178, 237, 316, 422, 562, 750]
    var borders: [Int64] = []
    var unit: Int64 = 1_000
    for _ in 0..<7 {
      borders.append(contentsOf: digits.map { $0 * unit })
      unit *= 10
    }
    return borders + [100 * unit]
  }()

  private var counts: InlineArray<58, UInt32> = .init(repeating: 0)

  package init() {}

  /// Requests in bucket `index`.
  package subscript(index: Int) -> Int64 { Int64(counts[index]) }

  package mutating func add(_ duration: Int64) {
    guard duration >= 0 else { return }
    counts[LatencyHistogram.place(of: duration)] &+= 1
  }

  /// Bucket of a duration, which is not negative: the number of borders at or below it.
  package static func place(of duration: Int64) -> Int {
    var low = 0
    var high = buckets - 1
    while low < high {
      let middle = (low + high) / 2
      if borders[middle] <= duration { low = middle + 1 } else { high = middle }
    }
    return low
  }

  mutating func add(_ count: Int64, at bucket: Int) { counts[bucket] &+= UInt32(clamping: count) }

  package mutating func merge(_ other: LatencyHistogram) {
    for index in counts.indices { counts[index] &+= other.counts[index] }
  }

  /// Requests in bucket `first` and above.
  package func count(from first: Int) -> Int64 {
    var sum: Int64 = 0
    for index in max(0, first)..<LatencyHistogram.buckets { sum += Int64(counts[index]) }
    return sum
  }

  package static func == (a: LatencyHistogram, b: LatencyHistogram) -> Bool {
    a.counts.indices.allSatisfy { a.counts[$0] == b.counts[$0] }
  }
}
