/// Gives short byte strings (routes, loggers, group values) small numbers, in order of first appearance.
///
/// Compares whole bytes; the hash only finds the place. `removeAll` keeps the memory, so that one serves every batch.
package struct LabelTable: Sendable {
  private var text: ContiguousArray<UInt8> = []
  private var ends: ContiguousArray<UInt32> = []
  private var hashes: ContiguousArray<UInt64> = []
  private var slots: ContiguousArray<UInt32>
  private var mask: Int
  private let seed: UInt64

  /// - Parameter seed: of its hashes; which one it is shows nowhere.
  package init(seed: UInt64 = HashSeed.ofProcess) {
    self.seed = seed
    slots = ContiguousArray(repeating: 0, count: 64)
    mask = 63
  }

  package var count: Int { ends.count }

  /// Bytes of all labels together, for `range(of:)`.
  package var bytes: Span<UInt8> {
    @_lifetime(borrow self)
    get { text.span }
  }

  /// Where label `index` stands in `bytes`.
  @inline(__always)
  package func range(of index: Int) -> Range<Int> {
    (index == 0 ? 0 : Int(ends[index - 1]))..<Int(ends[index])
  }

  /// The label as text; invalid UTF-8 repaired. Allocates: for output only.
  package func string(_ index: Int) -> String {
    String(decoding: text[range(of: index)], as: UTF8.self)
  }

  /// The number of `source[start ..< end]`, new or old.
  @inline(__always)
  package mutating func intern(_ source: Span<UInt8>, _ start: Int, _ end: Int) -> Int {
    let hash = ByteSearch.hash(source, from: start, to: end, seed: seed)
    var slot = Int(truncatingIfNeeded: hash) & mask
    while slots[slot] != 0 {
      let index = Int(slots[slot]) - 1
      if hashes[index] == hash {
        let at = range(of: index)
        if at.count == end - start && ByteSearch.equal(text.span, at.lowerBound, source, start, count: at.count) {
          return index
        }
      }
      slot = (slot + 1) & mask
    }
    return insert(source, start, end, hash: hash, slot: slot)
  }

  /// The number of a text, new or old.
  package mutating func intern(_ string: String) -> Int {
    let bytes = ContiguousArray(string.utf8)
    return intern(bytes.span, 0, bytes.count)
  }

  /// The number of `source[start ..< end]` if it has one.
  package func find(_ source: Span<UInt8>, _ start: Int, _ end: Int) -> Int? {
    let hash = ByteSearch.hash(source, from: start, to: end, seed: seed)
    var slot = Int(truncatingIfNeeded: hash) & mask
    while slots[slot] != 0 {
      let index = Int(slots[slot]) - 1
      let at = range(of: index)
      if hashes[index] == hash && at.count == end - start
        && ByteSearch.equal(text.span, at.lowerBound, source, start, count: at.count)
      {
        return index
      }
      slot = (slot + 1) & mask
    }
    return nil
  }

  private mutating func insert(_ source: Span<UInt8>, _ start: Int, _ end: Int, hash: UInt64, slot: Int) -> Int {
    let index = ends.count
    var i = start
    while i < end {
      text.append(source[i])
      i += 1
    }
    ends.append(UInt32(text.count))
    hashes.append(hash)
    slots[slot] = UInt32(index + 1)
    if ends.count * 2 > slots.count { rehash() }
    return index
  }

  private mutating func rehash() {
    mask = slots.count * 2 - 1
    slots = ContiguousArray(repeating: 0, count: mask + 1)
    for index in hashes.indices {
      var slot = Int(truncatingIfNeeded: hashes[index]) & mask
      while slots[slot] != 0 { slot = (slot + 1) & mask }
      slots[slot] = UInt32(index + 1)
    }
  }

  /// Forgets all labels.
  package mutating func removeAll() {
    guard !ends.isEmpty else { return }
    text.removeAll(keepingCapacity: true)
    ends.removeAll(keepingCapacity: true)
    hashes.removeAll(keepingCapacity: true)
    for i in slots.indices { slots[i] = 0 }
  }
}

extension LabelTable: StateCodable {
  /// The labels in their order; places are found anew.
  package mutating func code(_ coder: inout StateCoder) throws(StateError) {
    let length = try coder.code(length: count)
    if coder.isLoading { self = LabelTable() }
    for index in 0..<length {
      var label: ContiguousArray<UInt8> = coder.isLoading ? [] : ContiguousArray(text[range(of: index)])
      try coder.code(&label)
      guard coder.isLoading else { continue }
      guard intern(label.span, 0, label.count) == index else { throw .invalid("list of names") }
    }
  }
}
