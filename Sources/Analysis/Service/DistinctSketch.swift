internal import Glibc
package import TraceCore

/// How many different things were seen, by their hashes; of two spans it can be said of both together.
///
/// Exact up to `mostExact`, beyond that HyperLogLog (P. Flajolet et al. 2007) with 2,048 registers: standard error
/// 1.04 / sqrt(2,048) = 2.3 %. The registers are kept from the first hash on as far as the hashes are, so that the order in
/// which things come, or spans are joined, changes nothing. Hashes are not keyed, since files of different runs are joined:
/// values that are chosen to collide are counted as one. Memory: 8 bytes a hash while exact, then 2 KiB.
package struct DistinctSketch: Sendable, Equatable {
  package static let mostExact = 256
  private static let registers = 1 << 11

  private var hashes: Set<UInt64> = []
  /// Empty while exact.
  private var ranks: ContiguousArray<UInt8> = []

  package init() {}

  package var isEstimate: Bool { !ranks.isEmpty }
  package var isEmpty: Bool { hashes.isEmpty && ranks.isEmpty }

  /// - Parameter hash: of 64 good bits; see `hash(of:)`.
  package mutating func insert(_ hash: UInt64) {
    if isEstimate { return note(hash) }
    hashes.insert(hash)
    if hashes.count > DistinctSketch.mostExact { estimate() }
  }

  package mutating func merge(_ other: DistinctSketch) {
    if other.isEstimate {
      estimate()
      for index in ranks.indices { ranks[index] = max(ranks[index], other.ranks[index]) }
    } else {
      for hash in other.hashes { insert(hash) }
    }
  }

  /// Different hashes.
  package var count: Int64 {
    guard isEstimate else { return Int64(hashes.count) }
    let m = Double(DistinctSketch.registers)
    var sum = 0.0
    var zeros = 0.0
    for rank in ranks {
      sum += 1 / Double(UInt64(1) << UInt64(min(rank, 62)))
      if rank == 0 { zeros += 1 }
    }
    let estimate = 0.7213 / (1 + 1.079 / m) * m * m / sum
    // Linear counting while many registers are empty.
    let better = estimate <= 2.5 * m && zeros > 0 ? m * log(m / zeros) : estimate
    return Int64(saturating: better.rounded())
  }

  private mutating func estimate() {
    guard !isEstimate else { return }
    ranks = ContiguousArray(repeating: 0, count: DistinctSketch.registers)
    for hash in hashes { note(hash) }
    hashes = []
  }

  private mutating func note(_ hash: UInt64) {
    let index = Int(truncatingIfNeeded: hash >> 53)
    let rank = UInt8(truncatingIfNeeded: (hash << 11 | 1 << 10).leadingZeroBitCount + 1)
    if ranks[index] < rank { ranks[index] = rank }
  }

  /// The hash of a text, the same in every run.
  package static func hash(of bytes: Span<UInt8>, from start: Int, to end: Int) -> UInt64 {
    var hash = ByteSearch.hash(bytes, from: start, to: end)
    hash = (hash ^ (hash >> 30)) &* 0xBF58_476D_1CE4_E5B9
    hash = (hash ^ (hash >> 27)) &* 0x94D0_49BB_1331_11EB
    return hash ^ hash >> 31
  }
}

extension DistinctSketch: StateCodable {
  package mutating func code(_ coder: inout StateCoder) throws(StateError) {
    try coder.code(&hashes, empty: 0) { hash, coder throws(StateError) in try coder.code(word: &hash) }
    try coder.code(&ranks)
    guard hashes.count <= DistinctSketch.mostExact, ranks.isEmpty || ranks.count == DistinctSketch.registers,
      ranks.isEmpty || hashes.isEmpty, ranks.allSatisfy({ $0 <= 64 })
    else { throw .invalid("different values") }
  }
}
