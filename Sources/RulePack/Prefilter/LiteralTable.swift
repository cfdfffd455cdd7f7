internal import Patterns

/// The texts that a `LiteralPrefilter` looks for, laid out for the search. Immutable, shared by threads.
///
/// A text is found by a window of four bytes of it (two or three in short texts; eight in long ones where there are many). Where a text is long, consecutive
/// windows of it are entered, so that only every second or fourth place of a log has to be looked at: one of them stands
/// there. Which windows is decided by how rare they are. This is the filter of S. Wu, U. Manber, "A Fast Algorithm for
/// Multi-Pattern Searching" (1994), with a fixed step in place of the shifts, so that no step waits for the one before.
struct LiteralTable: Sendable {
  /// Texts of about the same length, looked for together.
  struct Pass: Sendable {
    /// Places of a log are looked at this far apart.
    let step: Int
    /// Bytes of a window.
    let window: Int
    /// For each hash of a window, cut short: not 0 where there is such a window.
    var filter: ContiguousArray<UInt8>
    /// What a hash is shifted by to give its place in the filter, and the number of its bucket.
    let filterShift: UInt32
    let bucketShift: UInt32
    /// Where each bucket's entries begin, and the end.
    var buckets: ContiguousArray<UInt32>
    var entries: ContiguousArray<Entry>
  }

  struct Entry: BitwiseCopyable, Sendable {
    /// The window, folded.
    var word: UInt64
    var text: UInt32
    /// Where in the text the window stands.
    var offset: UInt32
  }

  struct Text: BitwiseCopyable, Sendable {
    /// In `bytes` and `folds`.
    var start: UInt32
    var count: UInt32
    /// In `rules`.
    var firstRule: UInt32
    var ruleCount: UInt32
  }

  private(set) var passes: [Pass] = []
  private(set) var texts: ContiguousArray<Text> = []
  /// The texts, one after the other, and for each byte what is or-ed to a log's byte before it is compared.
  private(set) var bytes: ContiguousArray<UInt8> = []
  private(set) var folds: ContiguousArray<UInt8> = []
  /// The rules that want each text.
  private(set) var rules: ContiguousArray<UInt32> = []
  let ruleCount: Int

  /// What looks for all rules whose method is that; nil without one. The rules are numbered by their places.
  init?(_ methods: [PrefilterMethod]) {
    var wanted: [(text: RequiredLiteral, rule: UInt32)] = []
    for (index, method) in methods.enumerated() {
      guard case .literals(let literals) = method else { continue }
      for text in literals { wanted.append((text, UInt32(index))) }
    }
    if wanted.isEmpty { return nil }
    self.init(wanted, ruleCount: methods.count)
  }

  /// - Parameter wanted: a text of two bytes or more, and the rule it stands for, in 0 ..< ruleCount.
  init(_ wanted: [(text: RequiredLiteral, rule: UInt32)], ruleCount: Int) {
    self.ruleCount = ruleCount
    var numbers: [RequiredLiteral: Int] = [:]
    var rulesOf: [[UInt32]] = []
    var unique: [RequiredLiteral] = []
    for (text, rule) in wanted {
      if let number = numbers[text] {
        if rulesOf[number].last != rule { rulesOf[number].append(rule) }
      } else {
        numbers[text] = unique.count
        unique.append(text)
        rulesOf.append([rule])
      }
    }
    for (text, wanting) in zip(unique, rulesOf) {
      texts.append(
        Text(
          start: UInt32(bytes.count), count: UInt32(text.bytes.count), firstRule: UInt32(rules.count),
          ruleCount: UInt32(wanting.count)))
      rules += wanting
      bytes += text.bytes
      for byte in text.bytes { folds.append(text.isCaseless && byte >= 0x61 && byte <= 0x7A ? 0x20 : 0) }
    }
    // Long ones by every fourth place, shorter ones by every second; what is looked at everywhere finds those as well.
    let shortest = texts.reduce(7) { min($0, Int($1.count)) }
    // Among many texts, some four bytes of one or another stand everywhere.
    let hasMany = texts.count > Self.manyTexts
    if hasMany { addPass(step: 4, window: 8) { $0 >= 11 } }
    addPass(step: 4, window: 4) { $0 >= 7 && !(hasMany && $0 >= 11) }
    addPass(step: shortest >= 5 ? 2 : 1, window: min(shortest, 4)) { $0 < 7 }
  }

  /// Letters in either case look alike, and some other bytes: only a filter.
  static let fold: UInt64 = 0x2020_2020_2020_2020

  /// Above, long texts are looked for by longer windows.
  static let manyTexts = 200

  @inline(__always)
  static func hash(_ word: UInt64) -> UInt32 {
    UInt32(truncatingIfNeeded: (word &* 0x9E37_79B9_7F4A_7C15) &>> 32)
  }

  /// The folded window at `offset` of a text, the first byte lowest.
  private func word(_ text: Text, _ offset: Int, _ window: Int) -> UInt64 {
    var word: UInt64 = 0
    for index in 0..<window {
      word |= UInt64(bytes[Int(text.start) + offset + index] | 0x20) << UInt64(8 * index)
    }
    return word
  }

  /// The share of places in a log at which a folded window stands, as estimated.
  private static func share(_ word: UInt64, _ window: Int) -> Double {
    var bits = 0.0
    for index in 0..<window { bits += ByteRarity.bits(UInt8(truncatingIfNeeded: word >> UInt64(8 * index))) }
    return ByteRarity.exp2(-bits)
  }

  private mutating func addPass(step: Int, window: Int, _ isWanted: (Int) -> Bool) {
    let chosen = texts.indices.filter { isWanted(Int(texts[$0].count)) }
    guard !chosen.isEmpty else { return }
    // A window that many texts have would lead to all of them.
    var sharing = [UInt32](repeating: 0, count: 1 << 16)
    for index in chosen {
      for offset in 0...(Int(texts[index].count) - window) {
        sharing[Int(Self.hash(word(texts[index], offset, window)) >> 16)] += 1
      }
    }
    var entries: [Entry] = []
    entries.reserveCapacity(chosen.count * step)
    for index in chosen {
      let text = texts[index]
      let costs = (0...(Int(text.count) - window)).map { offset in
        let word = word(text, offset, window)
        return Self.share(word, window) * Double(sharing[Int(Self.hash(word) >> 16)])
      }
      var best = 0
      var lowest = Double.infinity
      for start in 0...(costs.count - step) {
        let cost = costs[start..<(start + step)].reduce(0, +)
        if cost < lowest {
          lowest = cost
          best = start
        }
      }
      for offset in best..<(best + step) {
        entries.append(Entry(word: word(text, offset, window), text: UInt32(index), offset: UInt32(offset)))
      }
    }
    let size = max(entries.count - 1, 1)
    let bucketBits = UInt32(min(max(Int.bitWidth - size.leadingZeroBitCount, 4), 24))
    // Some KiB, so that it stays in the nearest cache, for as many texts as that can do for.
    let filterBits = min(max(bucketBits + 6, 13), 20)
    var pass = Pass(
      step: step, window: window, filter: ContiguousArray(repeating: 0, count: 1 << Int(filterBits)),
      filterShift: 32 - filterBits, bucketShift: 32 - bucketBits,
      buckets: ContiguousArray(repeating: 0, count: (1 << Int(bucketBits)) + 1),
      entries: [])
    for entry in entries {
      let hash = Self.hash(entry.word)
      pass.filter[Int(hash >> pass.filterShift)] = 1
      pass.buckets[Int(hash >> pass.bucketShift) + 1] += 1
    }
    for index in 1..<pass.buckets.count { pass.buckets[index] += pass.buckets[index - 1] }
    var places = pass.buckets
    pass.entries = ContiguousArray(repeating: entries[0], count: entries.count)
    for entry in entries {
      let bucket = Int(Self.hash(entry.word) >> pass.bucketShift)
      pass.entries[Int(places[bucket])] = entry
      places[bucket] += 1
    }
    passes.append(pass)
  }
}
