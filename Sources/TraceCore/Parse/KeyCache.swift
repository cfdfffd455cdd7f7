/// Remembers what the keys of recent lines mean, so that folding a name and looking it up is done once a spelling.
///
/// Direct-mapped by a hash of the key as it stands. An entry is told by all 64 bits of that hash and the length; that is
/// what `FieldCatalog` does with folded names, too.
struct KeyCache: Sendable {
  private struct Entry: BitwiseCopyable, Sendable {
    var hash: UInt64 = 0
    var target = FieldTarget.ignored
  }

  private static let places = 128
  private var entries = ContiguousArray(repeating: Entry(), count: KeyCache.places)

  /// Whether a key with this hash was asked for before and still is remembered.
  @inline(__always)
  func knows(_ hash: UInt64) -> Bool { entries[Int(truncatingIfNeeded: hash >> 57)].hash == hash }

  /// What `bytes[start ..< end]` with its hash means in `catalog`, which must be the same at every call.
  @inline(__always)
  mutating func target(
    _ bytes: Span<UInt8>, from start: Int, to end: Int, hash: UInt64, in catalog: borrowing FieldCatalog
  ) -> FieldTarget {
    let place = Int(truncatingIfNeeded: hash >> 57)
    if entries[place].hash == hash { return entries[place].target }
    var name = FieldCatalog.NameHash()
    name.fold(bytes, from: start, to: end)
    let target = catalog[name]
    entries[place] = Entry(hash: hash, target: target)
    return target
  }
}
