package import TraceCore

/// Finds the templates of messages while they come: `Failed password for <*> from <*>`.
///
/// Two steps. What is obviously a value is taken out of each message by itself (`MessageShape`, in the parse); the hash of
/// what is left leads to the number of a template, and for nearly every message that is all. Only a shape that was never
/// seen goes further: it is laid beside those that have the same marks and the same number of words, and if five of them
/// differ in one word alone, that word is a value there: they become one template (see `learn`).
///
/// Sources: grouping by length before words are compared is Drain's (P. He et al., ICWS 2017); that a place with several
/// words while all others agree is a variable, and one with few is not, is Brain's (S. Yu et al., IEEE TSC 2023), made
/// incremental here. There is one setting for all logs.
///
/// Depends on the sequence of messages alone. Memory is bounded, by 20 MB with the usual limits: `mostTemplates` numbers,
/// `mostText` bytes of text, and a cache of 16,384 shapes; what is beyond counts as `other`.
package struct TemplateMiner: Sendable {
  /// The number of messages beyond the limits.
  package static let other = 0
  /// A number for records without a message, for whoever counts them by number.
  package static let noMessage = 1
  /// Numbers that are given at most.
  package static let mostTemplates = 10_000
  /// Bytes of text of all templates.
  package static let mostText = 4 << 20
  /// Templates with the same marks and number of words that a new shape is compared with.
  package static let mostAlike = 256

  /// A number that led to a template.
  private struct Entry: BitwiseCopyable {
    var shape: UInt64
    var number: Int32
  }

  private let reader = MessageShape()
  private var cache = TemplateMiner.emptyCache
  private static let cacheSize = 16_384
  private static var emptyCache: ContiguousArray<Entry> {
    ContiguousArray(repeating: Entry(shape: 0, number: 0), count: cacheSize)
  }
  /// By number; those of `other` and `noMessage` are empty.
  private var patterns: ContiguousArray<MessagePattern> = [MessagePattern(), MessagePattern()]
  /// The template that a number has become part of, or itself.
  private var parents: ContiguousArray<Int32> = [0, 1]
  /// Numbers of templates with the same marks and number of words, in order.
  private var alike: [UInt64: ContiguousArray<Int32>] = [:]
  private var text = 0
  private var tokens: ContiguousArray<MessageToken> = []
  private let mostTemplates: Int
  private let mostText: Int

  package init(mostTemplates: Int = TemplateMiner.mostTemplates, mostText: Int = TemplateMiner.mostText) {
    self.mostTemplates = mostTemplates
    self.mostText = mostText
  }

  /// Whether there is no number left, or hardly any room for text.
  package var isFull: Bool { parents.count >= mostTemplates || text > mostText - mostText / 16 }

  /// Forgets all templates but those of these numbers (`resolved`, ascending), which get the numbers after `noMessage` in
  /// their order.
  package mutating func keep(_ numbers: [Int]) {
    let kept = numbers.map { patterns[$0] }
    cache = TemplateMiner.emptyCache
    patterns = [MessagePattern(), MessagePattern()]
    parents = [0, 1]
    for pattern in kept {
      parents.append(Int32(patterns.count))
      patterns.append(pattern)
    }
    indexPatterns()
  }

  /// Makes what follows from the patterns and their parents.
  private mutating func indexPatterns() {
    alike = [:]
    text = 0
    for number in 2..<max(2, patterns.count) where Int(parents[number]) == number {
      alike[patterns[number].outline, default: []].append(Int32(number))
      text += patterns[number].text.count
    }
  }

  /// Numbers given so far; all are below.
  package var numbers: Int { parents.count }

  /// The number of a message's template. It stays valid: ask `resolved` at the end.
  ///
  /// - Parameters:
  ///   - hash: the message's shape (`RecordMessage.shape`).
  ///   - message: its bytes; read only where the shape is new.
  package mutating func template(hash: UInt64, message: Span<UInt8>) -> Int {
    let slot = Int(truncatingIfNeeded: hash &>> 8) & (TemplateMiner.cacheSize - 2)
    if cache[slot].shape == hash { return Int(cache[slot].number) }
    if cache[slot + 1].shape == hash { return Int(cache[slot + 1].number) }
    let number = find(message)
    // Of two the older one goes.
    cache[slot + 1] = cache[slot]
    cache[slot] = Entry(shape: hash, number: Int32(number))
    return number
  }

  /// The number under which what was counted as `number` is found at the end: that of the template it has become part of.
  package func resolved(_ number: Int) -> Int {
    var number = number
    while Int(parents[number]) != number { number = Int(parents[number]) }
    return number
  }

  // MARK: New shapes

  private mutating func find(_ message: Span<UInt8>) -> Int {
    tokens.removeAll(keepingCapacity: true)
    let isWhole = reader.tokens(of: message, from: 0, to: message.count, into: &tokens)
    var new = MessagePattern(tokens, of: message, isWhole: isWhole)
    let leaf = new.outline
    let others = alike[leaf] ?? []
    for number in others where patterns[Int(number)].matches(new) { return Int(number) }
    guard parents.count < mostTemplates, others.count < TemplateMiner.mostAlike else {
      return TemplateMiner.other
    }
    new.keepText(tokens, of: message)
    guard text + new.text.count <= mostText else { return TemplateMiner.other }
    text += new.text.count
    let number = parents.count
    patterns.append(new)
    parents.append(Int32(number))
    alike[leaf, default: []].append(Int32(number))
    return learn(from: number, leaf)
  }

  /// Looks for places at which a new template and others like it have several words while they agree in all else.
  ///
  /// Tried are all sets of one place, and of two, at which the new one differs from another. The templates that differ from
  /// it there alone are one template if each of the places shows enough: see `evidence`.
  private mutating func learn(from number: Int, _ leaf: UInt64) -> Int {
    let new = patterns[number]
    guard let others = alike[leaf], others.count > 1 else { return number }
    // Of each, the places at which it differs or holds anything.
    var places: ContiguousArray<(number: Int32, set: UInt64)> = []
    var sets: ContiguousArray<UInt64> = []
    for other in others where Int(other) != number {
      let pattern = patterns[Int(other)]
      let set = pattern.differences(from: new)
      guard (set & ~pattern.open).nonzeroBitCount <= 2, set & (pattern.fixed | new.fixed) == 0 else { continue }
      places.append((other, set | pattern.open))
      if !sets.contains(set | pattern.open) { sets.append(set | pattern.open) }
    }
    sets.sort { ($0.nonzeroBitCount, $0) < ($1.nonzeroBitCount, $1) }
    for set in sets where new.words - set.nonzeroBitCount >= set.nonzeroBitCount && set & new.fixed == 0 {
      var members = ContiguousArray(places.filter { $0.set & ~set == 0 }.map(\.number))
      members.append(Int32(number))
      guard isShown(set, by: members) else { continue }
      return merge(members, open: set, leaf)
    }
    return number
  }

  /// What five words, or a value and two, are worth.
  private static let enough = 5

  /// Whether each place of `set` has been seen with enough different words: five; a value counts as three. Ten in front of
  /// all other words, where a message says what it is about; and fifteen at each of two places, which are less likely to
  /// be all that differs.
  private func isShown(_ set: UInt64, by members: borrowing ContiguousArray<Int32>) -> Bool {
    var rest = set
    while rest != 0 {
      let place = rest.trailingZeroBitCount
      rest &= rest - 1
      var seen: ContiguousArray<UInt64> = []
      var evidence = 0
      var isOpen = false
      for index in members.indices {
        let pattern = patterns[Int(members[index])]
        if pattern.open & (1 << UInt64(place)) != 0 { isOpen = true }
        let token = pattern.tokens[place]
        if seen.contains(token) { continue }
        seen.append(token)
        evidence += token == 0 ? 3 : 1
      }
      var needed = TemplateMiner.enough
      if place == 0 { needed *= 2 }
      if set.nonzeroBitCount > 1 { needed = TemplateMiner.enough * 3 }
      if !isOpen && evidence < needed { return false }
    }
    return true
  }

  /// Makes one template of several; the first of them has its number.
  private mutating func merge(
    _ members: ContiguousArray<Int32>, open: UInt64, _ leaf: UInt64
  ) -> Int {
    guard let first = members.min() else { return TemplateMiner.other }
    for member in members where member != first {
      parents[Int(member)] = first
      text -= patterns[Int(member)].text.count
      patterns[Int(member)] = MessagePattern()
    }
    patterns[Int(first)].open |= open
    alike[leaf]?.removeAll { $0 != first && members.contains($0) }
    return Int(first)
  }

  // MARK: The result

  /// A template, of which there is one for each text.
  package struct Template: Sendable, Equatable {
    /// What `resolved` gives.
    package var number: Int
    /// First eight hexadecimal digits of the CRC-64 of the text: of the final one, so it is the same in every run that comes
    /// to the same text.
    package var id: String
    /// With `<*>` where values stand.
    package var text: String

    package init(number: Int, id: String, text: String) {
      self.number = number
      self.id = id
      self.text = text
    }
  }

  /// All templates by number, without `other` and `noMessage`. Those that have come to say the same become one: ask
  /// `resolved` after this.
  package mutating func finish() -> [Template] {
    var known: [String: Int] = [:]
    var templates: [Template] = []
    for number in 2..<max(2, parents.count) where Int(parents[number]) == number {
      let text = patterns[number].rendered
      if let first = known[text] {
        parents[number] = Int32(first)
        continue
      }
      known[text] = number
      templates.append(Template(number: number, id: TemplateMiner.id(of: text), text: text))
    }
    return templates
  }

  /// The id of a template's text.
  package static func id(of text: String) -> String {
    let bytes = ContiguousArray(text.utf8)
    let digits = String(CRC64.checksum(of: bytes.span), radix: 16)
    return String((String(repeating: "0", count: 16 - digits.count) + digits).prefix(8))
  }
}

extension TemplateMiner: StateCodable {
  /// Without the cache: what a message has led to once it leads to again.
  package mutating func code(_ coder: inout StateCoder) throws(StateError) {
    try coder.code(&patterns, empty: MessagePattern()) { pattern, coder throws(StateError) in try pattern.code(&coder) }
    try coder.code(&parents)
    guard coder.isLoading else { return }
    guard patterns.count >= 2, parents.count == patterns.count, patterns.count <= mostTemplates,
      parents.indices.allSatisfy({ parents[$0] >= ($0 < 2 ? Int32($0) : 2) && Int(parents[$0]) <= $0 })
    else { throw .invalid("templates") }
    cache = TemplateMiner.emptyCache
    indexPatterns()
    guard text <= mostText else { throw .invalid("templates") }
  }
}
