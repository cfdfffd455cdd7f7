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
    let step = pass.step
    let mask = pass.mask
    let shift = pass.filterShift
    unsafe bytes.withUnsafeBytes { text in
      unsafe pass.filter.withUnsafeBufferPointer { filter in
        guard let base = text.baseAddress, let bits = filter.baseAddress else { return }
        @inline(__always)
        func hash(_ place: Int) -> UInt32 {
          let word = unsafe UInt32(littleEndian: base.loadUnaligned(fromByteOffset: place, as: UInt32.self))
          return LiteralTable.hash((word | LiteralTable.fold) & mask)
        }
        @inline(__always)
        func bit(_ hash: UInt32) -> UInt64 {
          let number = hash &>> shift
          return unsafe bits[Int(truncatingIfNeeded: number &>> 6)] &>> UInt64(truncatingIfNeeded: number)
        }
        var place = 0
        let last = text.count - 4
        while place &+ 7 &* step <= last {
          let h0 = hash(place)
          let h1 = hash(place &+ step)
          let h2 = hash(place &+ 2 &* step)
          let h3 = hash(place &+ 3 &* step)
          let h4 = hash(place &+ 4 &* step)
          let h5 = hash(place &+ 5 &* step)
          let h6 = hash(place &+ 6 &* step)
          let h7 = hash(place &+ 7 &* step)
          let first = bit(h0) | bit(h1) | bit(h2) | bit(h3)
          let second = bit(h4) | bit(h5) | bit(h6) | bit(h7)
          if (first | second) & 1 != 0 {
            for index in 0..<8 {
              let there = place &+ index &* step
              let hash = hash(there)
              if bit(hash) & 1 != 0 { check(bytes, pass, there, hash, &candidates) }
            }
          }
          place &+= 8 &* step
        }
        while place <= last {
          let hash = hash(place)
          if bit(hash) & 1 != 0 { check(bytes, pass, place, hash, &candidates) }
          place &+= step
        }
        // Behind the last place with four bytes: the short windows.
        while place <= text.count - pass.window {
          var word: UInt32 = 0
          for index in 0..<pass.window { word |= unsafe UInt32(text[place + index] | 0x20) << UInt32(8 * index) }
          let hash = LiteralTable.hash(word)
          if bit(hash) & 1 != 0 { check(bytes, pass, place, hash, &candidates) }
          place &+= step
        }
      }
    }
  }

  /// Compares the texts whose window could stand at `place`.
  @inline(never)
  private func check(
    _ bytes: Span<UInt8>, _ pass: LiteralTable.Pass, _ place: Int, _ hash: UInt32,
    _ candidates: inout ContiguousArray<RuleCandidate>
  ) {
    let bucket = Int(hash >> pass.bucketShift)
    for index in Int(pass.buckets[bucket])..<Int(pass.buckets[bucket + 1]) {
      let entry = pass.entries[index]
      guard LiteralTable.hash(entry.word) == hash else { continue }
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
