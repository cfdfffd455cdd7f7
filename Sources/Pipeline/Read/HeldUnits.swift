internal import TraceCore

/// The last units that were not written, which may turn out to be the context before one that is.
///
/// A ring of blocks that are filled again. Its memory ends at `mostBytes`, beyond which the oldest units go.
struct HeldUnits {
  /// Bytes at most, and what a block takes besides its own.
  static let mostBytes = 64 << 20
  private static let overhead = 128
  private static let smallest = 256

  private var ring: [Block] = []
  private var first = 0
  private(set) var count = 0
  /// What all blocks take, filled or not.
  private var bytes = 0
  /// Units went before their time since the last `removeAll`.
  private(set) var isCut = false

  /// Adds a unit; of more than `most` the oldest goes.
  mutating func append(_ unit: Span<UInt8>, most: Int) {
    if count == most { removeFirst() }
    if count == ring.count { grow(to: min(most, max(4, ring.count * 2))) }
    count += 1
    extend(unit)
  }

  /// Adds more of the last unit.
  mutating func extend(_ more: Span<UInt8>) {
    guard count > 0 else { return }
    let block = ring[(first + count - 1) % ring.count]
    let before = block.capacity
    block.append(copying: more)
    bytes += block.capacity - before
    while bytes > HeldUnits.mostBytes { giveUpFirst() }
  }

  /// Gives the units to `body`, oldest first, and forgets them.
  mutating func removeAll(_ body: (Span<UInt8>) -> Void) {
    while count > 0 {
      let block = ring[first]
      body(block.bytes)
      removeFirst()
    }
    isCut = false
  }

  private mutating func removeFirst() {
    ring[first].removeAll()
    first = (first + 1) % ring.count
    count -= 1
  }

  /// The oldest unit goes, and its memory.
  private mutating func giveUpFirst() {
    isCut = true
    guard count > 1 else {
      ring = []
      (first, count, bytes) = (0, 0, 0)
      return
    }
    bytes -= ring[first].capacity - HeldUnits.smallest
    ring[first] = Block(capacity: HeldUnits.smallest)
    first = (first + 1) % ring.count
    count -= 1
  }

  private mutating func grow(to size: Int) {
    var bigger: [Block] = []
    for index in 0..<count { bigger.append(ring[(first + index) % ring.count]) }
    while bigger.count < size {
      bigger.append(Block(capacity: HeldUnits.smallest))
      bytes += HeldUnits.smallest + HeldUnits.overhead
    }
    ring = bigger
    first = 0
  }
}
