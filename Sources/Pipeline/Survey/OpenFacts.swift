/// What is true of a request that has not ended: facts by number, and the people it is for.
struct OpenFacts {
  /// Facts of one request that are kept; what comes later is not compared.
  static let most = 32

  private var facts: InlineArray<32, Int32> = .init(repeating: -1)
  private(set) var count = 0
  /// Fields of which a request's value is kept as a hash.
  static let mostPeople = 4
  /// Hashes of the values of users, clients and their programs; 0 where there was none.
  var people: InlineArray<4, UInt64> = .init(repeating: 0)

  subscript(index: Int) -> Int32 { facts[index] }

  mutating func insert(_ fact: Int32) {
    guard count < OpenFacts.most else { return }
    for index in 0..<count where facts[index] == fact { return }
    facts[count] = fact
    count += 1
  }

  mutating func merge(_ other: OpenFacts) {
    for index in 0..<other.count { insert(other.facts[index]) }
    for index in people.indices where other.people[index] != 0 { people[index] = other.people[index] }
  }
}

/// The facts of all lives that have not ended, in bounded memory: of more than `most` those that were not touched for longest
/// are forgotten, half of them at once. Depends on the sequence of records alone.
///
/// Memory: about 60 bytes a life with a few facts.
struct OpenFactTable {
  /// Lives in each half.
  static let most = 100_000

  private var current = Half()
  private var previous = Half()

  mutating func merge(_ facts: OpenFacts, life: UInt64) {
    if var known = current.facts(of: life) {
      known.merge(facts)
      current.set(known, life)
      return
    }
    if current.count >= OpenFactTable.most {
      previous = current
      current = Half()
    }
    var known = previous.count == 0 ? OpenFacts() : previous.take(life) ?? OpenFacts()
    known.merge(facts)
    current.set(known, life)
  }

  /// The facts of a life whose request ends.
  mutating func take(_ life: UInt64) -> OpenFacts? { current.take(life) ?? previous.take(life) }

  /// Lives with their facts one after another, each as long as it needs to be. What is replaced or taken leaves a hole; where
  /// more than half is holes, all is written anew.
  private struct Half {
    private var places: [UInt64: Int32] = [:]
    private var words: ContiguousArray<Int32> = []
    /// Words that are no holes.
    private var used = 0

    var count: Int { places.count }

    func facts(of life: UInt64) -> OpenFacts? { places[life].map { OpenFacts(words, at: Int($0)) } }

    mutating func set(_ facts: OpenFacts, _ life: UInt64) {
      let length = facts.wordCount
      if let place = places[life].map(Int.init) {
        let old = OpenFacts(words, at: place).wordCount
        if old == length { return facts.write(into: &words, at: place) }
        used -= old
      }
      used += length
      places[life] = Int32(words.count)
      facts.write(into: &words, at: words.count)
      if words.count > 2 * used + 4_096 { fillHoles() }
    }

    mutating func take(_ life: UInt64) -> OpenFacts? {
      guard let place = places.removeValue(forKey: life) else { return nil }
      let facts = OpenFacts(words, at: Int(place))
      used -= facts.wordCount
      if words.count > 2 * used + 4_096 { fillHoles() }
      return facts
    }

    private mutating func fillHoles() {
      var packed: ContiguousArray<Int32> = []
      packed.reserveCapacity(used)
      for index in places.values.indices {
        let facts = OpenFacts(words, at: Int(places.values[index]))
        places.values[index] = Int32(packed.count)
        facts.write(into: &packed, at: packed.count)
      }
      words = packed
    }
  }
}

extension OpenFacts {
  /// Words that `write` takes.
  fileprivate var wordCount: Int { 1 + count + 2 * people.count }

  /// Their number, the facts, the people.
  fileprivate func write(into words: inout ContiguousArray<Int32>, at start: Int) {
    var at = start
    func put(_ word: Int32) {
      if at < words.count { words[at] = word } else { words.append(word) }
      at += 1
    }
    put(Int32(count))
    for index in 0..<count { put(self[index]) }
    for index in people.indices {
      put(Int32(truncatingIfNeeded: people[index]))
      put(Int32(truncatingIfNeeded: people[index] >> 32))
    }
  }

  fileprivate init(_ words: ContiguousArray<Int32>, at start: Int) {
    self.init()
    count = Int(words[start])
    for index in 0..<count { facts[index] = words[start + 1 + index] }
    for index in people.indices {
      let place = start + 1 + count + 2 * index
      people[index] = UInt64(UInt32(bitPattern: words[place])) | UInt64(UInt32(bitPattern: words[place + 1])) << 32
    }
  }
}
