/// Remembers what the keys of recent lines mean, so that folding a name and looking it up is done once a spelling.
///
/// Open addressing by a hash of the key as it stands. An entry is told by all 64 bits of that hash; `FieldCatalog` tells
/// folded names apart in the same way. A log with too many spellings makes it start again.
struct KeyCache: Sendable {
  private struct Entry: BitwiseCopyable, Sendable {
    /// 0 if the place is empty.
    var hash: UInt64 = 0
    var target = FieldTarget.ignored
  }

  private static let places = 512
  private var entries = ContiguousArray(repeating: Entry(), count: KeyCache.places)
  private var count = 0

  /// Whether a key with this hash was asked for before and still is remembered.
  @inline(__always)
  func knows(_ hash: UInt64) -> Bool { place(of: hash) != nil }

  /// What the key with this hash means, if it is remembered.
  @inline(__always)
  subscript(hash: UInt64) -> FieldTarget? { place(of: hash).map { entries[$0].target } }

  /// What `bytes[start ..< end]` with its hash means in `catalog`, which must be the same at every call.
  @inline(__always)
  mutating func target(
    _ bytes: Span<UInt8>, from start: Int, to end: Int, hash: UInt64, in catalog: borrowing FieldCatalog
  ) -> FieldTarget {
    if let target = self[hash] { return target }
    var name = FieldCatalog.NameHash()
    name.fold(bytes, from: start, to: end)
    let target = catalog[name]
    remember(hash, target)
    return target
  }

  @inline(__always)
  private func place(of hash: UInt64) -> Int? {
    var i = Int(truncatingIfNeeded: hash >> 55)
    while entries[i].hash != hash {
      if entries[i].hash == 0 { return nil }
      i = (i &+ 1) & (KeyCache.places &- 1)
    }
    return i
  }

  private mutating func remember(_ hash: UInt64, _ target: FieldTarget) {
    if hash == 0 { return }
    if count * 2 >= KeyCache.places {
      for i in entries.indices { entries[i] = Entry() }
      count = 0
    }
    var i = Int(truncatingIfNeeded: hash >> 55)
    while entries[i].hash != 0 { i = (i + 1) & (KeyCache.places - 1) }
    entries[i] = Entry(hash: hash, target: target)
    count += 1
  }
}
