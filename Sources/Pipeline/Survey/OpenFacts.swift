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
struct OpenFactTable {
  /// Lives in each half.
  static let most = 100_000

  private var current: [UInt64: OpenFacts] = [:]
  private var previous: [UInt64: OpenFacts] = [:]

  mutating func merge(_ facts: OpenFacts, life: UInt64) {
    if let place = current.index(forKey: life) {
      current.values[place].merge(facts)
      return
    }
    if current.count >= OpenFactTable.most {
      previous = current
      current = [:]
    }
    var known = previous.isEmpty ? OpenFacts() : previous.removeValue(forKey: life) ?? OpenFacts()
    known.merge(facts)
    current[life] = known
  }

  /// The facts of a life whose request ends.
  mutating func take(_ life: UInt64) -> OpenFacts? {
    current.removeValue(forKey: life) ?? previous.removeValue(forKey: life)
  }
}
