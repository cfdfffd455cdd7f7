package import TraceCore

/// Looks for texts of which each rule needs one, all at once.
///
/// Every place that the step of a `LiteralTable.Pass` leaves costs a few instructions and no branch; what passes the
/// filter is compared byte by byte, so that a candidate is always a text that stands there.
@safe
package final class LiteralPrefilter: LinePrefilter {
  private let table: LiteralTable
  /// What the table's rules are called.
  private let names: ContiguousArray<UInt32>
  private var lines: CandidateLines

  /// - Parameter names: what each of the table's rules is called.
  init(_ table: LiteralTable, names: ContiguousArray<UInt32>) {
    precondition(names.count == table.ruleCount)
    self.table = table
    self.names = names
    lines = CandidateLines(rules: table.ruleCount)
  }

  package func scan(_ bytes: Span<UInt8>, into candidates: inout ContiguousArray<RuleCandidate>) {
    precondition(bytes.count < 1 << 32)
    let start = candidates.count
    for pass in table.passes {
      lines.restart()
      scan(bytes, pass, &candidates)
    }
    candidates.sortByOffset(from: start)
  }

  private func scan(
    _ bytes: Span<UInt8>, _ pass: LiteralTable.Pass, _ candidates: inout ContiguousArray<RuleCandidate>
  ) {
    // Steps and masks that the compiler knows make the loop half as long.
    var place = 0
    switch (pass.step, pass.window) {
    case (4, 8): place = scan(bytes, pass, step: 4, mask: .max, &candidates)
    case (4, _): place = scan(bytes, pass, step: 4, mask: 0xFFFF_FFFF, &candidates)
    case (2, _): place = scan(bytes, pass, step: 2, mask: 0xFFFF_FFFF, &candidates)
    case (_, 4): place = scan(bytes, pass, step: 1, mask: 0xFFFF_FFFF, &candidates)
    case (_, 3): place = scan(bytes, pass, step: 1, mask: 0xFF_FFFF, &candidates)
    default: place = scan(bytes, pass, step: 1, mask: 0xFFFF, &candidates)
    }
    // The last places, of short texts maybe all: without reading past the end.
    while place <= bytes.count - pass.window {
      var word: UInt64 = 0
      for index in 0..<pass.window { word |= UInt64(bytes[place + index] | 0x20) << UInt64(8 * index) }
      let hash = LiteralTable.hash(word)
      if pass.filter[Int(hash >> pass.filterShift)] != 0 { check(bytes, pass, place, word, &candidates) }
      place += pass.step
    }
  }

  /// The places where eight windows at once, and eight bytes after each, lie within the text; returns the first that is left.
  @inline(__always)
  private func scan(
    _ bytes: Span<UInt8>, _ pass: LiteralTable.Pass, step: Int, mask: UInt64,
    _ candidates: inout ContiguousArray<RuleCandidate>
  ) -> Int {
    let shift = pass.filterShift
    return unsafe bytes.withUnsafeBytes { text in
      unsafe pass.filter.withUnsafeBufferPointer { filter in
        guard let base = text.baseAddress, let table = filter.baseAddress else { return 0 }
        @inline(__always)
        func word(_ place: Int) -> UInt64 {
          let word = unsafe UInt64(littleEndian: base.loadUnaligned(fromByteOffset: place, as: UInt64.self))
          return (word | LiteralTable.fold) & mask
        }
        @inline(__always)
        func entry(_ place: Int) -> UInt8 {
          unsafe table[Int(truncatingIfNeeded: LiteralTable.hash(word(place)) &>> shift)]
        }
        var place = 0
        let last = text.count &- 8 &- 7 &* step
        while place <= last {
          let first = entry(place) | entry(place &+ step) | entry(place &+ 2 &* step) | entry(place &+ 3 &* step)
          let second =
            entry(place &+ 4 &* step) | entry(place &+ 5 &* step) | entry(place &+ 6 &* step)
            | entry(place &+ 7 &* step)
          if first | second != 0 {
            for index in 0..<8 where entry(place &+ index &* step) != 0 {
              let there = place &+ index &* step
              check(bytes, pass, there, word(there), &candidates)
            }
          }
          place &+= 8 &* step
        }
        return place
      }
    }
  }

  /// Compares the texts whose window could stand at `place`.
  @inline(never)
  private func check(
    _ bytes: Span<UInt8>, _ pass: LiteralTable.Pass, _ place: Int, _ word: UInt64,
    _ candidates: inout ContiguousArray<RuleCandidate>
  ) {
    let bucket = Int(LiteralTable.hash(word) >> pass.bucketShift)
    for index in Int(pass.buckets[bucket])..<Int(pass.buckets[bucket + 1]) {
      let entry = pass.entries[index]
      guard entry.word == word else { continue }
      let text = table.texts[Int(entry.text)]
      let start = place - Int(entry.offset)
      let count = Int(text.count)
      guard start >= 0, start + count <= bytes.count else { continue }
      var position = 0
      while position < count {
        let own = Int(text.start) + position
        guard bytes[start + position] | table.folds[own] == table.bytes[own] else { break }
        position += 1
      }
      guard position == count else { continue }
      let end = start + count - 1
      for number in Int(text.firstRule)..<Int(text.firstRule + text.ruleCount) {
        let rule = Int(table.rules[number])
        guard lines.isFirst(rule, at: end, in: bytes) else { continue }
        candidates.append(RuleCandidate(offset: UInt32(truncatingIfNeeded: end), rule: names[rule]))
      }
    }
  }
}

extension ContiguousArray where Element == RuleCandidate {
  /// Puts what was appended since `start` in order, where it is not.
  mutating func sortByOffset(from start: Int) {
    guard count - start > 1 else { return }
    for index in (start + 1)..<count
    where (self[index - 1].offset, self[index - 1].rule) > (self[index].offset, self[index].rule) {
      self[start...].sort { ($0.offset, $0.rule) < ($1.offset, $1.rule) }
      return
    }
  }
}
