/// Counts distinct request ids and remembers those seen, for `reopened`.
///
/// Exact up to `limit` ids, each remembered as two independent 64-bit hashes (a false match among a million ids has a
/// probability below 1e-26; it would only mark a trace, never join two). Beyond the limit it estimates with HyperLogLog
/// (P. Flajolet et al. 2007), standard error 1.04 / sqrt(16,384) = 0.8 %, and
/// remembers the newest ids in two halves, each up to `limit / 2`. Memory: at most 32 bytes an id plus 16 KiB.
package struct DistinctIDs: Sendable {
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

  /// Notes an id by two hashes of it; returns whether it is remembered from before.
  package mutating func insert(_ a: UInt64, _ b: UInt64) -> Bool {
    let index = Int(truncatingIfNeeded: b >> 50)
    let rank = UInt8(truncatingIfNeeded: (b << 14 | 1 << 13).leadingZeroBitCount + 1)
    if registers[index] < rank { registers[index] = rank }
    if previous.contains(a, b) { return true }
    guard current.insert(a, b) else { return true }
    if !isEstimate { exact += 1 }
    if current.count == limit / 2 {
      // What `previous` held is forgotten from here on; the first time it held nothing.
      if previous.count > 0 { isEstimate = true }
      previous = current
      current = FingerprintSet()
    }
    return false
  }

  /// Distinct ids: exact, or estimated beyond the limit.
  package var count: Int64 {
    guard isEstimate else { return exact }
    let m = Double(registers.count)
    var sum = 0.0
    for register in registers { sum += 1 / Double(UInt64(1) << UInt64(min(register, 62))) }
    return Int64(0.7213 / (1 + 1.079 / m) * m * m / sum)
  }
}

/// An open-addressing set of pairs of hashes. The lowest bit of the second is set in all, so that 0 is an empty place.
struct FingerprintSet: Sendable {
  private var slots: ContiguousArray<UInt64> = ContiguousArray(repeating: 0, count: 2 * 1024)
  private(set) var count = 0

  func contains(_ a: UInt64, _ second: UInt64) -> Bool {
    let b = second | 1
    let mask = slots.count / 2 - 1
    var i = Int(truncatingIfNeeded: a) & mask
    while slots[2 * i + 1] != 0 {
      if slots[2 * i] == a && slots[2 * i + 1] == b { return true }
      i = (i + 1) & mask
    }
    return false
  }

  /// Whether it was new.
  mutating func insert(_ a: UInt64, _ b: UInt64) -> Bool {
    if count * 3 >= slots.count { grow() }
    return place(a, b | 1)
  }

  private mutating func place(_ a: UInt64, _ b: UInt64) -> Bool {
    let mask = slots.count / 2 - 1
    var i = Int(truncatingIfNeeded: a) & mask
    while slots[2 * i + 1] != 0 {
      if slots[2 * i] == a && slots[2 * i + 1] == b { return false }
      i = (i + 1) & mask
    }
    slots[2 * i] = a
    slots[2 * i + 1] = b
    count += 1
    return true
  }

  private mutating func grow() {
    let old = slots
    slots = ContiguousArray(repeating: 0, count: old.count * 2)
    count = 0
    var i = 0
    while i < old.count {
      if old[i + 1] != 0 { _ = place(old[i], old[i + 1]) }
      i += 2
    }
  }
}
