internal import CShims

/// Open traces by request id: an open-addressing table over a pool of states.
///
/// Compares ids whole; the hash only finds the place. Removal shifts the entries behind it back (Knuth, TAOCP 6.4,
/// algorithm R), so that there are no tombstones and the table holds what is open and nothing else.
package struct RequestTable: Sendable {
  private struct Slot: BitwiseCopyable, Sendable {
    /// The id's hash: most comparisons, removal and growth need no look at the state.
    var hash: UInt64
    /// Index of the state plus one; 0 if empty.
    var state: UInt32
  }

  private var slots: ContiguousArray<Slot>
  private var mask: Int
  package var states: ContiguousArray<OpenTrace> = []
  private var free: ContiguousArray<Int32> = []
  private var longIDs: ContiguousArray<ContiguousArray<UInt8>> = []
  private var freeLongIDs: ContiguousArray<Int32> = []
  /// For tests: keeps only these bits of every hash.
  private let hashMask: UInt64
  /// Open traces.
  package private(set) var count = 0

  /// - Parameter hashMask: a weak hash for tests; all bits otherwise.
  package init(hashMask: UInt64 = .max) {
    slots = ContiguousArray(repeating: Slot(hash: 0, state: 0), count: 1024)
    mask = 1023
    self.hashMask = hashMask
  }

  /// The state of the id `bytes[start ..< end]`, or nil.
  @inline(__always)
  package func find(_ fullHash: UInt64, _ bytes: Span<UInt8>, _ start: Int, _ end: Int) -> Int? {
    let hash = fullHash & hashMask
    var i = Int(truncatingIfNeeded: hash) & mask
    while slots[i].state != 0 {
      if slots[i].hash == hash {
        let state = Int(slots[i].state) - 1
        if holds(state, bytes, start, end) { return state }
      }
      i = (i &+ 1) & mask
    }
    return nil
  }

  @inline(__always)
  private func holds(_ state: Int, _ bytes: Span<UInt8>, _ start: Int, _ end: Int) -> Bool {
    let length = end - start
    guard Int(states[state].idLength) == length else { return false }
    if length <= OpenTrace.inlineBytes {
      var word = 0
      var i = start
      while i < end {
        if states[state].idWords[word] != RequestTable.word(bytes, i, end) { return false }
        word &+= 1
        i &+= 8
      }
      return true
    }
    let id = longIDs[Int(states[state].longID)]
    return ByteSearch.equal(id.span, 0, bytes, start, count: length)
  }

  /// Up to eight bytes from `start`, the first lowest, zero behind `end`.
  @inline(__always)
  private static func word(_ bytes: Span<UInt8>, _ start: Int, _ end: Int) -> UInt64 {
    if start + 8 <= bytes.count {
      let word = ByteSearch.word(bytes, at: start)
      return end - start >= 8 ? word : word & (1 << (UInt64(end - start) &* 8) &- 1)
    }
    var word: UInt64 = 0
    var i = min(end, start + 8)
    while i > start {
      i -= 1
      word = word << 8 | UInt64(bytes[i])
    }
    return word
  }

  /// Brings the place of a hash into the cache; a hint, for records that come soon.
  @inline(__always)
  func prefetch(hash: UInt64) {
    let place = Int(truncatingIfNeeded: hash & hashMask) & mask
    unsafe slots.withUnsafeBufferPointer { buffer in
      guard let base = buffer.baseAddress else { return }
      unsafe skein_prefetch(base + place, 16)
    }
  }

  /// Brings a state into the cache; a hint, for a state that is looked at soon.
  @inline(__always)
  func prefetch(state: Int) {
    guard state < states.count else { return }
    unsafe states.withUnsafeBufferPointer { buffer in
      guard let base = buffer.baseAddress else { return }
      unsafe skein_prefetch(base + state, Int64(MemoryLayout<OpenTrace>.stride))
    }
  }

  /// Opens a new state for an id that the table does not hold; returns its index.
  package mutating func insert(_ fullHash: UInt64, _ bytes: Span<UInt8>, _ start: Int, _ end: Int) -> Int {
    if (count + 1) * 2 > slots.count { grow() }
    var trace = OpenTrace()
    trace.idHash = fullHash & hashMask
    trace.idLength = UInt32(end - start)
    trace.isLive = true
    if end - start <= OpenTrace.inlineBytes {
      var i = start
      while i < end {
        trace.idWords[(i - start) / 8] = RequestTable.word(bytes, i, end)
        i += 8
      }
    } else {
      trace.longID = storeLong(bytes, start, end)
    }
    let index: Int
    if let reused = free.popLast() {
      index = Int(reused)
      states[index] = trace
    } else {
      index = states.count
      states.append(trace)
    }
    place(trace.idHash, UInt32(index + 1))
    count += 1
    return index
  }

  /// Closes a state; its index may be used again.
  package mutating func remove(_ index: Int) {
    let hash = states[index].idHash
    var hole = Int(truncatingIfNeeded: hash) & mask
    while slots[hole].state != UInt32(index + 1) { hole = (hole + 1) & mask }
    var i = hole
    while true {
      i = (i + 1) & mask
      guard slots[i].state != 0 else { break }
      let home = Int(truncatingIfNeeded: slots[i].hash) & mask
      // May move back only if its home does not lie between the hole and where it is.
      let between = hole <= i ? (hole < home && home <= i) : (hole < home || home <= i)
      if !between {
        slots[hole] = slots[i]
        hole = i
      }
    }
    slots[hole] = Slot(hash: 0, state: 0)
    if states[index].longID >= 0 {
      longIDs[Int(states[index].longID)] = []
      freeLongIDs.append(states[index].longID)
    }
    states[index].isLive = false
    free.append(Int32(index))
    count -= 1
  }

  /// The id of a state as text; invalid UTF-8 repaired.
  package func id(of trace: OpenTrace) -> String {
    if trace.longID >= 0 { return String(decoding: longIDs[Int(trace.longID)], as: UTF8.self) }
    var bytes: [UInt8] = []
    for i in 0..<Int(trace.idLength) {
      bytes.append(UInt8(truncatingIfNeeded: trace.idWords[i / 8] >> (UInt64(i % 8) * 8)))
    }
    return String(decoding: bytes, as: UTF8.self)
  }

  private mutating func storeLong(_ bytes: Span<UInt8>, _ start: Int, _ end: Int) -> Int32 {
    var id = ContiguousArray<UInt8>()
    id.reserveCapacity(end - start)
    for i in start..<end { id.append(bytes[i]) }
    if let reused = freeLongIDs.popLast() {
      longIDs[Int(reused)] = id
      return reused
    }
    longIDs.append(id)
    return Int32(longIDs.count - 1)
  }

  private mutating func place(_ hash: UInt64, _ state: UInt32) {
    var i = Int(truncatingIfNeeded: hash) & mask
    while slots[i].state != 0 { i = (i + 1) & mask }
    slots[i] = Slot(hash: hash, state: state)
  }

  private mutating func grow() {
    let old = slots
    mask = slots.count * 2 - 1
    slots = ContiguousArray(repeating: Slot(hash: 0, state: 0), count: mask + 1)
    for slot in old where slot.state != 0 { place(slot.hash, slot.state) }
  }
}
