/// Tells by the last four bytes before an equals sign that a pair means nothing, before its word is looked for: most keys
/// of a log are of no use to anyone.
///
/// An ending is judged once, by `FieldCatalog.canEnd`, and remembered in a direct-mapped table by all its bytes. Not shared
/// by threads.
struct KeyEndings: Sendable {
  private static let dull: UInt64 = 1 << 32
  private static let telling: UInt64 = 2 << 32

  /// The four bytes, and what they were found to be. `skein_mark_telling` reads it, too.
  private(set) var entries = ContiguousArray<UInt64>(repeating: 0, count: 1024)

  /// Whether no key of the catalog, which must be the same at every call, can end with these bytes (the first lowest).
  @inline(__always)
  mutating func isDull(_ ending: UInt32, _ catalog: borrowing FieldCatalog) -> Bool {
    let place = Int(truncatingIfNeeded: (ending &* 0x9E37_79B1) >> 22)
    let entry = entries[place]
    if UInt32(truncatingIfNeeded: entry) == ending && entry >= KeyEndings.dull { return entry < KeyEndings.telling }
    return learn(ending, place, catalog)
  }

  @inline(never)
  private mutating func learn(_ ending: UInt32, _ place: Int, _ catalog: borrowing FieldCatalog) -> Bool {
    let isDull = !catalog.canEnd(with: ending)
    entries[place] = UInt64(ending) | (isDull ? KeyEndings.dull : KeyEndings.telling)
    return isDull
  }
}

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
      if !KeyValuePairs.isKeyByte(byte), count > 0, packed.contains(end | count << 32 | 1 << 40) { return true }
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
