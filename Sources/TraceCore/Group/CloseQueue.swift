/// Traces in the order in which they are to be looked at for closing: a ring that grows.
///
/// Entries are pushed with times that never decrease, so the first is always the next that is due.
struct CloseQueue: Sendable {
  struct Entry: BitwiseCopyable, Sendable {
    var state: Int32
    /// Life that the entry is about: the state may have been used again.
    var life: UInt64
    /// Watermark after which it is to be looked at.
    var due: Int64
  }

  /// When the first is due; never, where there is none.
  private var firstDue = Int64.max
  private var ring = ContiguousArray(repeating: Entry(state: -1, life: 0, due: 0), count: 1024)
  private var head = 0
  private(set) var count = 0

  @inline(__always)
  var first: Entry? { count > 0 ? ring[head] : nil }

  /// The state of the entry `distance` after the first, or nil.
  @inline(__always)
  func state(behindFirst distance: Int) -> Int? {
    distance < count ? Int(ring[(head + distance) & (ring.count - 1)].state) : nil
  }

  @inline(__always)
  mutating func removeFirst() {
    head = (head + 1) & (ring.count - 1)
    count -= 1
    firstDue = count > 0 ? ring[head].due : .max
  }

  @inline(__always)
  mutating func push(state: Int32, life: UInt64, due: Int64) {
    if count == ring.count { grow() }
    ring[(head + count) & (ring.count - 1)] = Entry(state: state, life: life, due: due)
    count += 1
    if count == 1 { firstDue = due }
  }

  /// Whether the first was due before `now`.
  @inline(__always)
  func isDue(at now: Int64) -> Bool { firstDue < now }

  private mutating func grow() {
    var bigger = ContiguousArray(repeating: Entry(state: -1, life: 0, due: 0), count: ring.count * 2)
    for i in 0..<count { bigger[i] = ring[(head + i) & (ring.count - 1)] }
    ring = bigger
    head = 0
  }
}

extension CloseQueue: StateCodable {
  mutating func code(_ coder: inout StateCoder) throws(StateError) {
    let length = try coder.code(length: count)
    if coder.isLoading { self = CloseQueue() }
    for distance in 0..<length {
      var entry = coder.isLoading ? Entry(state: -1, life: 0, due: 0) : ring[(head + distance) & (ring.count - 1)]
      try coder.code(&entry.state)
      try coder.code(&entry.life)
      try coder.code(time: &entry.due)
      if coder.isLoading { push(state: entry.state, life: entry.life, due: entry.due) }
    }
  }

  /// Whether all entries are about states below `count`.
  func isWithin(_ count: Int) -> Bool {
    (0..<self.count).allSatisfy { distance in state(behindFirst: distance).map { $0 >= 0 && $0 < count } ?? false }
  }
}
