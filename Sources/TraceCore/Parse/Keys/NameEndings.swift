/// The ends of folded names: up to four bytes, packed with their number and with whether they are a whole name.
struct NameEndings: Sendable {
  private var packed: Set<UInt64> = []

  /// Adds the ends of a name.
  mutating func add(_ name: String) {
    var end: UInt64 = 0
    var count: UInt64 = 0
    for byte in name.utf8.reversed() where !NameEndings.isSeparator(byte) {
      end = end << 8 | UInt64(NameEndings.folded(byte))
      count += 1
      packed.insert(end | count << 32)
      if count == 4 { return }
    }
    packed.insert(end | count << 32 | 1 << 40)
  }

  /// Whether a key that ends with these four bytes, as they stand, can be one of the names. Behind a byte that stands in no
  /// key of a pair the key may begin; a name that was asked for can have such a byte in it.
  func canEnd(with ending: UInt32) -> Bool {
    var end: UInt64 = 0
    var count: UInt64 = 0
    for i in 0..<4 {
      let byte = UInt8(truncatingIfNeeded: ending >> UInt32(24 - 8 * i))
      if !KeyByte.isOfKey(byte), count > 0, packed.contains(end | count << 32 | 1 << 40) { return true }
      guard !NameEndings.isSeparator(byte) else { continue }
      end = end << 8 | UInt64(NameEndings.folded(byte))
      count += 1
    }
    return count == 0 || packed.contains(end | count << 32)
  }

  private static func isSeparator(_ byte: UInt8) -> Bool {
    byte == 0x5F || byte == 0x2D || byte == 0x2E
  }
  private static func folded(_ byte: UInt8) -> UInt8 { byte &- 0x41 < 26 ? byte | 0x20 : byte }
}
