/// A run of bytes inside a block or, with `inArena`, inside the arena of the batch (values that had to be unescaped).
///
/// It points, it does not own: valid while the block and its batch are.
package struct Slice: BitwiseCopyable, Sendable, Equatable {
  /// First byte; the top bit says that it counts in the arena.
  private var position: UInt32
  /// Bytes in the run.
  package var count: UInt32

  private static let arenaBit: UInt32 = 1 << 31

  /// No bytes at all: the field is missing. (An empty value has `isMissing == false` and `count == 0`.)
  package static let missing = Slice(position: .max, count: 0)

  private init(position: UInt32, count: UInt32) {
    self.position = position
    self.count = count
  }

  /// `start ..< end` of the block.
  @inline(__always)
  package init(_ start: Int, _ end: Int) {
    position = UInt32(truncatingIfNeeded: start)
    count = UInt32(truncatingIfNeeded: end - start)
  }

  /// `start ..< end` of the arena.
  @inline(__always)
  package static func inArena(_ start: Int, _ end: Int) -> Slice {
    Slice(position: UInt32(truncatingIfNeeded: start) | arenaBit, count: UInt32(truncatingIfNeeded: end - start))
  }

  /// The same run in a text that this one's is a part of, from `offset` on. What stands in the arena stays there.
  func moved(by offset: Int) -> Slice { isInArena ? self : Slice(start + offset, end + offset) }

  @inline(__always) package var isMissing: Bool { position == .max }
  @inline(__always) package var isEmpty: Bool { count == 0 }
  @inline(__always) package var isInArena: Bool { position & Slice.arenaBit != 0 }
  /// It is there, in the arena.
  @inline(__always) var isUnescaped: Bool { isInArena && !isMissing }
  @inline(__always) package var start: Int { Int(position & ~Slice.arenaBit) }
  @inline(__always) package var end: Int { start + Int(count) }
}
