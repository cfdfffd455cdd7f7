/// Quantiles of non-negative Int64 values (nanoseconds) in bounded memory, by nearest rank: the ceil(q n)-th value.
///
/// Up to 1,000 values it keeps the values themselves and is exact. Beyond that it counts them in a log-linear histogram
/// of 512 buckets for each power of two and answers with the middle of a bucket: the relative error is at most 1/1024
/// (under 0.1 %); values below 1,024, the smallest and the largest stay exact. The answer depends on the multiset of
/// values alone, neither on their order nor on how sketches were merged.
///
/// Memory: 8 bytes a value while exact, then 2 KiB for each power of two that occurs (a route from 1 ms to 2 s: 24 KiB;
/// at most 110 KiB).
///
/// Source: G. Tene, HdrHistogram (log-linear buckets); C. Masson, J. E. Rim and H. K. Lee, "DDSketch: A Fast and
/// Fully-Mergeable Quantile Sketch with Relative-Error Guarantees", PVLDB 12(12), 2019 (the relative-error guarantee).
/// It keeps no sum and no time: those are the caller's.
///
/// Meaning: docs/semantics.md#quantiles.
package struct QuantileSketch: Sendable {
  /// Up to so many values the answers are exact.
  package static let exactLimit = 1_000
  /// What an approximate answer is off by at most, relative to the exact one.
  package static let relativeError = 1.0 / 1024

  /// Values added.
  package private(set) var count: Int64 = 0
  /// Smallest and largest value; meaningless while `count` is 0.
  private var smallest = Int64.max
  private var largest = Int64.min
  /// The values themselves, unordered, while `pages` is empty.
  private var values: ContiguousArray<Int64> = []
  /// Counters of the pages in use, 512 a page, in the order in which the pages were first needed.
  private var counters: ContiguousArray<UInt32> = []
  /// For each page number (0: below 512, then one for each power of two) 1 + its place in `counters`, 0 if it has none.
  private var pages: InlineArray<56, UInt8> = .init(repeating: 0)
  /// Times 2^32 by which a counter (bucket number) ran over. Practically always empty.
  private var carries: [Int: Int64] = [:]

  private static let pageShift = 9
  private static let pageSize = 1 << pageShift

  package init() {}

  /// Whether `quantile` may be off by `relativeError`.
  @inline(__always)
  package var isApproximate: Bool { count > Int64(QuantileSketch.exactLimit) }

  /// Smallest value, exact; nil if there is none.
  package var min: Int64? { count > 0 ? smallest : nil }
  /// Largest value, exact; nil if there is none.
  package var max: Int64? { count > 0 ? largest : nil }

  /// Adds a value; a negative one counts as 0. A few ns, no allocation but for the values (exact) or a new page.
  @inline(__always)
  package mutating func add(_ value: Int64) {
    let value = value < 0 ? 0 : value
    if value < smallest { smallest = value }
    if value > largest { largest = value }
    count += 1
    if count > Int64(QuantileSketch.exactLimit) {
      if !values.isEmpty { spill() }
      increment(bucket: QuantileSketch.bucket(of: value), by: 1)
    } else {
      values.append(value)
    }
  }

  /// Adds what `other` holds. Costs its values or its pages.
  package mutating func merge(_ other: QuantileSketch) {
    guard other.count > 0 else { return }
    smallest = Swift.min(smallest, other.smallest)
    largest = Swift.max(largest, other.largest)
    count += other.count
    if count <= Int64(QuantileSketch.exactLimit) {
      values.append(contentsOf: other.values)
      return
    }
    if !values.isEmpty { spill() }
    for value in other.values { increment(bucket: QuantileSketch.bucket(of: value), by: 1) }
    for page in other.pages.indices where other.pages[page] != 0 {
      let theirs = (Int(other.pages[page]) - 1) << QuantileSketch.pageShift
      for i in 0..<QuantileSketch.pageSize where other.counters[theirs + i] != 0 {
        increment(bucket: page << QuantileSketch.pageShift + i, by: other.counters[theirs + i])
      }
    }
    for (bucket, carry) in other.carries { carries[bucket, default: 0] += carry }
  }

  /// The ceil(q n)-th smallest value (q from 0 to 1, taken to nine decimals); nil if there is none.
  ///
  /// Exact up to 1,000 values, and for the first and the last rank.
  package func quantile(_ q: Double) -> Int64? { quantiles([q]).first }

  /// Several quantiles for the price of one sort or one pass; empty if there are no values.
  package func quantiles(_ qs: [Double]) -> [Int64] {
    guard count > 0 else { return [] }
    guard isApproximate else {
      let sorted = values.sorted()
      return qs.map { sorted[Int(QuantileSketch.rank($0, of: count)) - 1] }
    }
    // Ranks in order, so that one pass over the buckets answers all.
    let ranks = qs.map { QuantileSketch.rank($0, of: count) }
    let order = ranks.indices.sorted { (ranks[$0], $0) < (ranks[$1], $1) }
    var answers = [Int64](repeating: smallest, count: qs.count)
    var next = 0
    var below: Int64 = 0
    while next < order.count, ranks[order[next]] == 1 { next += 1 }
    scan: for page in pages.indices where pages[page] != 0 {
      let base = (Int(pages[page]) - 1) << QuantileSketch.pageShift
      for i in 0..<QuantileSketch.pageSize {
        let bucket = page << QuantileSketch.pageShift + i
        var here = Int64(counters[base + i])
        if !carries.isEmpty { here += (carries[bucket] ?? 0) << 32 }
        guard here > 0 else { continue }
        below += here
        while next < order.count {
          let rank = ranks[order[next]]
          guard rank <= below else { break }
          let middle = QuantileSketch.middle(ofBucket: bucket)
          answers[order[next]] = rank == count ? largest : Swift.min(Swift.max(middle, smallest), largest)
          next += 1
        }
        if next == order.count { break scan }
      }
    }
    return answers
  }

  /// Values in buckets above that of `value`: beyond those that cannot be told from it. The same whether the values are
  /// still kept or counted in buckets, so two sketches can be compared by it. Costs a look at each value, or at a page's
  /// counters for each power of two above.
  package func count(above value: Int64) -> Int64 {
    let limit = QuantileSketch.bucket(of: Swift.max(0, value))
    guard isApproximate else { return Int64(values.count { QuantileSketch.bucket(of: $0) > limit }) }
    var sum: Int64 = 0
    for page in pages.indices where pages[page] != 0 && page >= limit >> QuantileSketch.pageShift {
      let base = (Int(pages[page]) - 1) << QuantileSketch.pageShift
      for i in 0..<QuantileSketch.pageSize {
        let bucket = page << QuantileSketch.pageShift + i
        if bucket > limit { sum += Int64(counters[base + i]) + (carries[bucket] ?? 0) << 32 }
      }
    }
    return sum
  }

  /// The value of a rank, from 1 to `count`, as precise as `quantile`; nil outside.
  package func value(rank: Int64) -> Int64? {
    guard rank >= 1, rank <= count else { return nil }
    return quantile((Double(rank) - 0.5) / Double(count))
  }

  /// ceil(q n), at least 1 and at most n, in integers: in floating point 0.07 x 100 is above 7.
  package static func rank(_ q: Double, of n: Int64) -> Int64 {
    guard q > 0, n > 1 else { return 1 }  // also where q is not a number
    guard q < 1 else { return n }
    let billionths = UInt64(saturating: (q * 1e9).rounded())
    let product = UInt64(n).multipliedFullWidth(by: billionths)
    let (quotient, remainder) = UInt64(1_000_000_000).dividingFullWidth(product)
    let rank = Int64(quotient) + (remainder > 0 ? 1 : 0)
    return Swift.max(1, Swift.min(rank, n))
  }
}

extension QuantileSketch {
  /// Values below 512 have a bucket each; above, bit length and the nine bits after the leading one make the bucket.
  @inline(__always)
  private static func bucket(of value: Int64) -> Int {
    let exponent = 63 - (value | 1).leadingZeroBitCount
    guard exponent >= pageShift else { return Int(value) }
    let shift = exponent - pageShift
    return (shift + 1) << pageShift + Int(value >> Int64(shift)) & (pageSize - 1)
  }

  /// The middle of a bucket that holds several values, the value of a bucket that holds one.
  private static func middle(ofBucket bucket: Int) -> Int64 {
    let page = bucket >> pageShift
    guard page > 0 else { return Int64(bucket) }
    let shift = Int64(page - 1)
    let low = Int64(pageSize + bucket & (pageSize - 1)) << shift
    return low + (1 << shift) / 2
  }

  @inline(__always)
  private mutating func increment(bucket: Int, by amount: UInt32) {
    let page = bucket >> QuantileSketch.pageShift
    if pages[page] == 0 { addPage(page) }
    let index = (Int(pages[page]) - 1) << QuantileSketch.pageShift + bucket & (QuantileSketch.pageSize - 1)
    let (sum, ranOver) = counters[index].addingReportingOverflow(amount)
    counters[index] = sum
    if ranOver { carries[bucket, default: 0] += 1 }
  }

  @inline(never)
  private mutating func addPage(_ page: Int) {
    pages[page] = UInt8(counters.count >> QuantileSketch.pageShift + 1)
    // Grown by hand: doubling would waste half of what a thousand groups hold.
    counters.reserveCapacity(counters.count + QuantileSketch.pageSize)
    counters.append(contentsOf: repeatElement(0, count: QuantileSketch.pageSize))
  }

  /// Moves the values into the histogram.
  @inline(never)
  private mutating func spill() {
    for value in values { increment(bucket: QuantileSketch.bucket(of: value), by: 1) }
    values = []
  }

  /// Adds a value `times` times without keeping values; for tests of the counters' limits.
  mutating func add(_ value: Int64, times: UInt32) {
    guard times > 0 else { return }
    var other = QuantileSketch()
    other.smallest = value
    other.largest = value
    other.count = Int64(times)
    other.increment(bucket: QuantileSketch.bucket(of: value), by: times)
    merge(other)
  }
}

extension QuantileSketch: StateCodable {
  package mutating func code(_ coder: inout StateCoder) throws(StateError) {
    try coder.code(count: &count)
    try coder.code(&smallest)
    try coder.code(&largest)
    try coder.code(&values, empty: 0) { value, coder throws(StateError) in try coder.code(&value) }
    for page in pages.indices { try coder.code(&pages[page]) }
    let used = pages.indices.filter { pages[$0] != 0 }.map { Int(pages[$0]) }
    if coder.isLoading {
      let isApart = used.sorted() == Array(1..<used.count + 1)
      guard isApart, isApproximate ? values.isEmpty : values.count == Int(count) && used.isEmpty else {
        throw .invalid("sketch")
      }
      counters = ContiguousArray(repeating: 0, count: used.count << QuantileSketch.pageShift)
    }
    try coder.code(sparse: &counters)
    try coder.code(&carries, empty: 0) { carry, coder throws(StateError) in try coder.code(count: &carry) }
  }
}
