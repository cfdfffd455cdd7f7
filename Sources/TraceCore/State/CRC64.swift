/// CRC-64/XZ: whether bytes are those that were written. It finds damage, not malice.
///
/// Source: ECMA-182, annex B, reflected as in the .xz file format 1.2 (section 1.1); eight bytes at a time by M. Kounavis
/// and F. Berry, "A Systematic Approach to Building High Performance Software-based CRC Generators", ISCC 2005.
package enum CRC64 {
  private static let polynomial: UInt64 = 0xC96C_5795_D787_0F42

  /// Table k tells what a byte does to the sum k bytes further on.
  private static let tables: ContiguousArray<UInt64> = {
    var tables = ContiguousArray<UInt64>(repeating: 0, count: 8 * 256)
    for byte in 0..<256 {
      var sum = UInt64(byte)
      for _ in 0..<8 { sum = sum & 1 == 1 ? sum >> 1 ^ polynomial : sum >> 1 }
      tables[byte] = sum
    }
    for at in 256..<tables.count {
      let before = tables[at - 256]
      tables[at] = before >> 8 ^ tables[Int(before & 0xFF)]
    }
    return tables
  }()

  /// The checksum of `bytes`.
  package static func checksum(of bytes: Span<UInt8>) -> UInt64 {
    let all = tables
    let tables = all.span
    @inline(__always)
    func entry(_ table: Int, _ byte: UInt64) -> UInt64 { tables[table &* 256 &+ Int(truncatingIfNeeded: byte & 0xFF)] }
    var sum = UInt64.max
    var at = 0
    while at &+ 8 <= bytes.count {
      sum ^= ByteSearch.word(bytes, at: at)
      sum =
        entry(7, sum) ^ entry(6, sum >> 8) ^ entry(5, sum >> 16) ^ entry(4, sum >> 24) ^ entry(3, sum >> 32)
        ^ entry(2, sum >> 40) ^ entry(1, sum >> 48) ^ entry(0, sum >> 56)
      at &+= 8
    }
    while at < bytes.count {
      sum = sum >> 8 ^ entry(0, sum ^ UInt64(bytes[at]))
      at &+= 1
    }
    return ~sum
  }
}
