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
