internal import Glibc

/// Counts distinct request ids and remembers those seen, for `reopened`.
///
/// Exact up to `limit` ids, each remembered by 76 bits of two independent hashes (a false match among a million ids has a
/// probability below 1e-10; it would only mark a trace, never join two). Beyond the limit it estimates with HyperLogLog
/// (P. Flajolet et al. 2007), standard error 1.04 / sqrt(16,384) = 0.8 %, and
/// remembers the newest ids in two halves, each up to `limit / 2`. Memory: 16 to 32 bytes an id plus 16 KiB; ids that
/// were chosen so that their hashes collide reach the limit early, at 128 bytes each, instead of taking more.
package struct DistinctIDs: ~Copyable, Sendable {
  package static let defaultLimit = 1 << 20

  private let limit: Int
  private var current: FingerprintSet
  private var previous: FingerprintSet
  private var exact: Int64 = 0
  /// Registers of the estimate; filled from the first id on, so that passing the limit loses nothing.
  private var registers: ContiguousArray<UInt8>

  package init(limit: Int = DistinctIDs.defaultLimit) {
    self.limit = max(2, limit)
    current = FingerprintSet()
    previous = FingerprintSet()
    registers = ContiguousArray(repeating: 0, count: 1 << 14)
  }

  /// Whether `count` is an estimate.
  package private(set) var isEstimate = false

  /// Brings the places of an id into the cache; a hint, for one that is inserted soon.
  @inline(__always)
  func prefetch(_ a: UInt64, _ b: UInt64) {
    current.prefetch(a, b)
    if previous.count > 0 { previous.prefetch(a, b) }
  }

  /// Notes an id by two hashes of it; returns whether it is remembered from before.
  package mutating func insert(_ a: UInt64, _ b: UInt64) -> Bool {
    let index = Int(truncatingIfNeeded: b >> 50)
    let rank = UInt8(truncatingIfNeeded: (b << 14 | 1 << 13).leadingZeroBitCount + 1)
    if registers[index] < rank { registers[index] = rank }
    if previous.count > 0 && previous.contains(a, b) { return true }
    guard current.insert(a, b) else { return true }
    if !isEstimate { exact += 1 }
    if current.count == limit / 2 || current.isLopsided {
      // What `previous` held is forgotten from here on; the first time it held nothing.
      if previous.count > 0 { isEstimate = true }
      swap(&previous, &current)
      current.removeAll()
    }
    return false
  }

  /// Distinct ids: exact, or estimated beyond the limit.
  package var count: Int64 {
    guard isEstimate else { return exact }
    let m = Double(registers.count)
    var sum = 0.0
    for register in registers { sum += 1 / Double(UInt64(1) << UInt64(min(register, 62))) }
    let estimate = 0.7213 / (1 + 1.079 / m) * m * m / sum
    // Few ids are counted by the registers that none has hit: the paper's correction for small ranges.
    let empty = registers.count { $0 == 0 }
    guard estimate <= 2.5 * m, empty > 0 else { return Int64(saturating: estimate) }
    return Int64(saturating: m * log(m / Double(empty)))
  }
}

/// A set of pairs of hashes: the first tells one of 4,096 regions, the second stands in it (open addressing).
///
/// All regions grow together, each within itself, so that growing walks through memory once instead of jumping about.
/// The owner begins another where one is lopsided, so that ids of hostile clients cannot make all regions as large as one.
struct FingerprintSet: ~Copyable, Sendable {
  private static let regions = 4_096
  /// Eight bytes a place; 0 is an empty one.
  private var places: ContiguousArray<UInt64>
  /// Places in a region: a power of two.
  private var size = 2
  private var counts: ContiguousArray<UInt32>
  private(set) var count = 0
  /// A region is full where the average one is less than a sixth so: no chance with hashes of honest ids (each region would
  /// hold 8 of them and one 48, probability below 1e-15), so it does not grow.
  private(set) var isLopsided = false

  /// Takes no memory before the first insertion.
  init() {
    places = []
    counts = []
  }

  @inline(__always)
  private static func region(_ a: UInt64) -> Int { Int(truncatingIfNeeded: a >> 52) }

  @inline(__always)
  func prefetch(_ a: UInt64, _ b: UInt64) {
    ByteSearch.prefetch(places, FingerprintSet.region(a) &* size &+ Int(truncatingIfNeeded: b >> 1) & (size &- 1))
  }

  func contains(_ a: UInt64, _ second: UInt64) -> Bool {
    let b = second | 1
    let start = FingerprintSet.region(a) &* size
    var i = Int(truncatingIfNeeded: b >> 1) & (size &- 1)
    while places[start &+ i] != 0 {
      if places[start &+ i] == b { return true }
      i = (i &+ 1) & (size &- 1)
    }
    return false
  }

  /// Whether it was new.
  mutating func insert(_ a: UInt64, _ second: UInt64) -> Bool {
    let b = second | 1
    let region = FingerprintSet.region(a)
    if places.isEmpty { makeRoom() }
    // A region is never full, so that a search ends.
    if Int(counts[region]) + 1 > size * 3 / 4 { grow() }
    let start = region &* size
    var i = Int(truncatingIfNeeded: b >> 1) & (size &- 1)
    while places[start &+ i] != 0 {
      if places[start &+ i] == b { return false }
      i = (i &+ 1) & (size &- 1)
    }
    places[start &+ i] = b
    counts[region] += 1
    count += 1
    isLopsided = size >= 64 && Int(counts[region]) == size * 3 / 4 && count * 8 < places.count
    return true
  }

  /// Forgets all; keeps the memory.
  mutating func removeAll() {
    for i in places.indices { places[i] = 0 }
    for i in counts.indices { counts[i] = 0 }
    count = 0
    isLopsided = false
  }

  private mutating func makeRoom() {
    places = ContiguousArray(repeating: 0, count: FingerprintSet.regions * size)
    counts = ContiguousArray(repeating: 0, count: FingerprintSet.regions)
  }

  private mutating func grow() {
    var bigger = ContiguousArray<UInt64>(repeating: 0, count: places.count * 2)
    let mask = size * 2 - 1
    for old in places.indices where places[old] != 0 {
      let start = old / size * size * 2
      var i = Int(truncatingIfNeeded: places[old] >> 1) & mask
      while bigger[start + i] != 0 { i = (i + 1) & mask }
      bigger[start + i] = places[old]
    }
    places = bigger
    size *= 2
  }
}

extension DistinctIDs: StateCodable {
  package mutating func code(_ coder: inout StateCoder) throws(StateError) {
    try coder.check(limit, "limit of distinct ids")
    try coder.code(count: &exact)
    try coder.code(&isEstimate)
    try coder.code(&current)
    try coder.code(&previous)
    try coder.code(&registers)
    guard registers.count == 1 << 14 else { throw .invalid("estimate") }
  }
}

extension FingerprintSet: StateCodable {
  /// Which places are in use, a bit each, and what stands there.
  mutating func code(_ coder: inout StateCoder) throws(StateError) {
    try coder.code(&size)
    var bits = ContiguousArray<UInt64>(repeating: 0, count: places.count / 64)
    var values: ContiguousArray<UInt64> = []
    if !coder.isLoading {
      values.reserveCapacity(count)
      for index in places.indices where places[index] != 0 {
        bits[index >> 6] |= 1 << UInt64(index & 63)
        values.append(places[index])
      }
    }
    try coder.code(words: &bits)
    try coder.code(words: &values)
    try coder.code(&isLopsided)
    if coder.isLoading { try fill(bits, values) }
  }

  private mutating func fill(_ bits: ContiguousArray<UInt64>, _ values: ContiguousArray<UInt64>) throws(StateError) {
    guard size >= 2, size <= 1 << 40, size & (size - 1) == 0,
      bits.isEmpty ? values.isEmpty && size == 2 : bits.count == FingerprintSet.regions * size / 64
    else { throw .invalid("set of ids") }
    count = values.count
    places = ContiguousArray(repeating: 0, count: bits.count * 64)
    counts = ContiguousArray(repeating: 0, count: bits.isEmpty ? 0 : FingerprintSet.regions)
    var next = 0
    for word in bits.indices {
      var rest = bits[word]
      while rest != 0 {
        let index = word << 6 | rest.trailingZeroBitCount
        rest &= rest - 1
        guard next < values.count, values[next] & 1 == 1 else { throw .invalid("set of ids") }
        places[index] = values[next]
        counts[index / size] += 1
        next += 1
      }
    }
    // A full region would be searched for ever.
    guard next == values.count, counts.allSatisfy({ Int($0) <= size * 3 / 4 }) else { throw .invalid("set of ids") }
  }
}
