/// Remembers the route labels of recent methods and paths in a batch, by `RouteName.hash`: most routes come again.
///
/// Direct-mapped by a 64-bit hash of both texts and told by all its bits.
struct RouteCache: Sendable {
  private struct Entry: BitwiseCopyable, Sendable {
    var hash: UInt64 = 0
    /// Labels belong to one batch.
    var batch: UInt32 = 0
    var label: Int32 = -1
  }

  private static let places = 1024
  private var entries = ContiguousArray(repeating: Entry(), count: RouteCache.places)
  private var batch: UInt32 = 0

  /// Forgets the labels of the batch before.
  mutating func beginBatch() { batch &+= 1 }

  @inline(__always)
  subscript(hash: UInt64) -> Int32? {
    let entry = entries[Int(truncatingIfNeeded: hash >> 54)]
    return entry.hash == hash && entry.batch == batch ? entry.label : nil
  }

  @inline(__always)
  mutating func remember(_ hash: UInt64, _ label: Int32) {
    entries[Int(truncatingIfNeeded: hash >> 54)] = Entry(hash: hash, batch: batch, label: label)
  }
}
