internal import TraceCore

/// The last units that were not written, which may turn out to be the context before one that is.
///
/// A ring of blocks that are filled again; up to `mostBytes`, beyond which the oldest go.
struct HeldUnits {
  /// Bytes kept at most, and what a unit takes besides its bytes.
  static let mostBytes = 64 << 20
  private static let overhead = 128

  private var ring: [Block] = []
  private var first = 0
  private(set) var count = 0
  private var bytes = 0
  /// Units went before their time since the last `removeAll`.
  private(set) var isCut = false

  /// Adds a unit; of more than `most` the oldest goes.
  mutating func append(_ unit: Span<UInt8>, most: Int) {
    if count == most { removeFirst() }
    if count == ring.count { grow(to: min(most, max(4, ring.count * 2))) }
    let block = ring[(first + count) % ring.count]
    block.append(copying: unit)
    count += 1
    bytes += unit.count + HeldUnits.overhead
    limit()
  }

  /// Adds more of the last unit.
  mutating func extend(_ more: Span<UInt8>) {
    guard count > 0 else { return }
    ring[(first + count - 1) % ring.count].append(copying: more)
    bytes += more.count
    limit()
  }

  /// Gives the units to `body`, oldest first, and forgets them.
  mutating func removeAll(_ body: (Span<UInt8>) -> Void) {
    for index in 0..<count {
      let block = ring[(first + index) % ring.count]
      body(block.bytes)
    }
    while count > 0 { removeFirst() }
    isCut = false
  }

  private mutating func limit() {
    while bytes > HeldUnits.mostBytes {
      removeFirst()
      isCut = true
    }
  }

  private mutating func removeFirst() {
    let block = ring[first]
    bytes -= block.count + HeldUnits.overhead
    if block.capacity > Block.standardCapacity { ring[first] = Block(capacity: 256) } else { block.removeAll() }
    first = (first + 1) % ring.count
    count -= 1
  }

  private mutating func grow(to size: Int) {
    var bigger: [Block] = []
    for index in 0..<count { bigger.append(ring[(first + index) % ring.count]) }
    while bigger.count < size { bigger.append(Block(capacity: 256)) }
    ring = bigger
    first = 0
  }
}
