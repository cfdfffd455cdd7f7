internal import CShims

/// Open traces by request id: an open-addressing table over a pool of states.
///
/// Compares ids whole; the hash only finds the place. Removal shifts the entries after it back (Knuth, TAOCP 6.4,
/// algorithm R), so that there are no tombstones and the table holds what is open and nothing else. States stay where they
/// are until they are removed; both arrays are the table's own memory, so that a record touches no reference count.
@safe
package struct RequestTable: ~Copyable, @unchecked Sendable {
  /// Half a hash, and the index of the state plus one; 0 if empty. Eight to a cache line. The half is all that finding a
  /// place, removal and growth need; the state is looked at where the half agrees.
  private struct Slot: BitwiseCopyable {
    var tag: UInt32
    var state: UInt32
  }

  private var slots: UnsafeMutablePointer<Slot>
  private var mask: Int
  /// `used` of `capacity` states are or were in use.
  private var states: UnsafeMutablePointer<OpenTrace>
  private var capacity: Int
  private var used = 0
  private var free: ContiguousArray<Int32> = []
  private var longIDs: ContiguousArray<ContiguousArray<UInt8>> = []
  private var freeLongIDs: ContiguousArray<Int32> = []
  /// For tests: keeps only these bits of every hash.
  private let hashMask: UInt64
  /// Open traces.
  package private(set) var count = 0

  /// - Parameter hashMask: a weak hash for tests; all bits otherwise.
  package init(hashMask: UInt64 = .max) {
    mask = 1023
    capacity = 512
    self.hashMask = hashMask
    unsafe slots = RequestTable.emptySlots(mask + 1)
    unsafe states = RequestTable.memory(for: OpenTrace.self, capacity)
  }

  deinit {
    unsafe slots.deallocate()
    unsafe states.deallocate()
  }

  private static func memory<T>(for type: T.Type, _ count: Int) -> UnsafeMutablePointer<T> {
    unsafe UnsafeMutableRawPointer.allocate(byteCount: count * MemoryLayout<T>.stride, alignment: 64)
      .bindMemory(to: type, capacity: count)
  }

  private static func emptySlots(_ count: Int) -> UnsafeMutablePointer<Slot> {
    let slots = unsafe memory(for: Slot.self, count)
    unsafe slots.initialize(repeating: Slot(tag: 0, state: 0), count: count)
    return unsafe slots
  }

  /// The state at an index that `find` or `insert` gave.
  package subscript(index: Int) -> OpenTrace {
    @inline(__always)
    unsafeAddress {
      precondition(index >= 0 && index < used)
      return unsafe UnsafePointer(states + index)
    }
    @inline(__always)
    unsafeMutableAddress {
      precondition(index >= 0 && index < used)
      return unsafe states + index
    }
  }

  /// Indexes of states are below it.
  var stateCount: Int { used }

  /// Indexes of open traces, the oldest life first.
  package var byLife: [Int] {
    (0..<used).filter { self[$0].isLive }.sorted { self[$0].life < self[$1].life }
  }

  /// The state of the id `bytes[start ..< end]`, or nil.
  @inline(__always)
  package func find(_ fullHash: UInt64, _ bytes: Span<UInt8>, _ start: Int, _ end: Int) -> Int? {
    let tag = RequestTable.tag(fullHash & hashMask)
    var i = Int(truncatingIfNeeded: tag) & mask
    while true {
      let slot = unsafe slots[i]
      if slot.state == 0 { return nil }
      if slot.tag == tag {
        let state = Int(truncatingIfNeeded: slot.state) &- 1
        if holds(state, bytes, start, end) { return state }
      }
      i = (i &+ 1) & mask
    }
  }

  @inline(__always)
  private static func tag(_ hash: UInt64) -> UInt32 { UInt32(truncatingIfNeeded: hash ^ hash >> 32) }

  @inline(__always)
  private func holds(_ state: Int, _ bytes: Span<UInt8>, _ start: Int, _ end: Int) -> Bool {
    precondition(start >= 0 && start <= end && end <= bytes.count)
    let length = end &- start
    guard Int(self[state].idLength) == length else { return false }
    guard length <= OpenTrace.inlineBytes else {
      let id = longIDs[Int(self[state].longID)]
      return ByteSearch.equal(id.span, 0, bytes, start, count: length)
    }
    guard length >= 8 else { return self[state].idWords[0] == RequestTable.word(bytes, start, end) }
    return unsafe bytes.withUnsafeBytes { buffer in
      let id = unsafe UnsafeRawPointer(states + state) + RequestTable.idOffset
      var i = 0
      while i &+ 8 <= length {
        let a = unsafe id.loadUnaligned(fromByteOffset: i, as: UInt64.self)
        if a != (unsafe buffer.loadUnaligned(fromByteOffset: start &+ i, as: UInt64.self)) { return false }
        i &+= 8
      }
      // The last eight bytes, of which some were compared already.
      let a = unsafe id.loadUnaligned(fromByteOffset: length &- 8, as: UInt64.self)
      return a == (unsafe buffer.loadUnaligned(fromByteOffset: end &- 8, as: UInt64.self))
    }
  }

  private static let idOffset = MemoryLayout<OpenTrace>.offset(of: \.idWords) ?? 0

  /// Up to eight bytes from `start`, the first lowest, zero after `end`.
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
    let place = Int(truncatingIfNeeded: RequestTable.tag(hash & hashMask)) & mask
    unsafe skein_prefetch(slots + place, 1)
  }

  /// Brings a state into the cache; a hint, for a state that is looked at soon.
  @inline(__always)
  func prefetch(state: Int) {
    guard state >= 0, state < used else { return }
    unsafe skein_prefetch(states + state, Int64(MemoryLayout<OpenTrace>.stride))
  }

  /// Brings the place of a state into the cache; a hint, for one that is removed soon.
  @inline(__always)
  func prefetchPlace(ofState state: Int) {
    guard state >= 0, state < used else { return }
    prefetch(hash: self[state].idHash)
  }

  /// Opens a new state for an id that the table does not hold; returns its index.
  package mutating func insert(_ fullHash: UInt64, _ bytes: Span<UInt8>, _ start: Int, _ end: Int) -> Int {
    if (count + 1) * 2 > mask + 1 { growSlots() }
    let index: Int
    if let reused = free.popLast() {
      index = Int(reused)
    } else {
      if used == capacity { growStates() }
      index = used
      used += 1
    }
    unsafe (states + index).initialize(to: OpenTrace())
    self[index].idHash = fullHash & hashMask
    self[index].idLength = UInt32(end - start)
    self[index].isLive = true
    if end - start <= OpenTrace.inlineBytes {
      var i = start
      while i < end {
        self[index].idWords[(i - start) / 8] = RequestTable.word(bytes, i, end)
        i += 8
      }
    } else {
      self[index].longID = storeLong(bytes, start, end)
    }
    place(RequestTable.tag(fullHash & hashMask), UInt32(index + 1))
    count += 1
    return index
  }

  /// Closes a state; its index may be used again.
  package mutating func remove(_ index: Int) {
    var hole = Int(RequestTable.tag(self[index].idHash)) & mask
    while unsafe slots[hole].state != UInt32(index + 1) { hole = (hole + 1) & mask }
    var i = hole
    while true {
      i = (i + 1) & mask
      let slot = unsafe slots[i]
      guard slot.state != 0 else { break }
      let home = Int(slot.tag) & mask
      // May move back only if its home does not lie between the hole and where it is.
      let between = hole <= i ? (hole < home && home <= i) : (hole < home || home <= i)
      if !between {
        unsafe slots[hole] = slot
        hole = i
      }
    }
    unsafe slots[hole] = Slot(tag: 0, state: 0)
    if self[index].longID >= 0 {
      longIDs[Int(self[index].longID)] = []
      freeLongIDs.append(self[index].longID)
    }
    self[index].isLive = false
    free.append(Int32(index))
    count -= 1
  }

  /// The id of a state as text, if it is too long to stand in the state; invalid UTF-8 repaired.
  func longID(of trace: OpenTrace) -> String? {
    trace.longID < 0 ? nil : String(decoding: longIDs[Int(trace.longID)], as: UTF8.self)
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

  private mutating func place(_ tag: UInt32, _ state: UInt32) {
    var i = Int(tag) & mask
    while unsafe slots[i].state != 0 { i = (i + 1) & mask }
    unsafe slots[i] = Slot(tag: tag, state: state)
  }

  private mutating func growSlots() {
    let old = unsafe slots
    let count = mask + 1
    mask = count * 2 - 1
    unsafe slots = RequestTable.emptySlots(count * 2)
    for i in 0..<count {
      let slot = unsafe old[i]
      if slot.state != 0 { place(slot.tag, slot.state) }
    }
    unsafe old.deallocate()
  }

  private mutating func growStates() {
    let bigger = unsafe RequestTable.memory(for: OpenTrace.self, capacity * 2)
    unsafe bigger.moveInitialize(from: states, count: used)
    unsafe states.deallocate()
    unsafe states = bigger
    capacity *= 2
  }
}

extension RequestTable: StateCodable {
  /// States keep their numbers; places are found anew.
  package mutating func code(_ coder: inout StateCoder) throws(StateError) {
    let number = try coder.code(length: used)
    try coder.code(&free)
    try coder.code(&longIDs, empty: []) { id, coder throws(StateError) in try coder.code(&id) }
    try coder.code(&freeLongIDs)
    if coder.isLoading { try makeStates(number) }
    for index in 0..<used where self[index].isLive {
      try self[index].code(&coder)
      guard coder.isLoading else { continue }
      let (isLong, id) = (Int(self[index].idLength) > OpenTrace.inlineBytes, Int(self[index].longID))
      guard isLong ? longIDs.indices.contains(id) && longIDs[id].count == Int(self[index].idLength) : id == -1 else {
        throw .invalid("request id")
      }
      place(RequestTable.tag(self[index].idHash), UInt32(index + 1))
    }
  }

  /// An empty table of so many states, of which those that are not free are in use.
  private mutating func makeStates(_ number: Int) throws(StateError) {
    guard free.count <= number, free.allSatisfy({ $0 >= 0 && Int($0) < number }),
      freeLongIDs.allSatisfy({ longIDs.indices.contains(Int($0)) })
    else { throw .invalid("list of free places") }
    used = 0
    count = number - free.count
    while capacity < number { growStates() }
    for index in 0..<number { unsafe (states + index).initialize(to: OpenTrace()) }
    used = number
    for index in 0..<number { self[index].isLive = true }
    for index in free {
      guard self[Int(index)].isLive else { throw .invalid("list of free places") }
      self[Int(index)].isLive = false
    }
    unsafe slots.deallocate()
    while (count + 1) * 2 > mask + 1 { mask = mask * 2 + 1 }
    unsafe slots = RequestTable.emptySlots(mask + 1)
  }
}
