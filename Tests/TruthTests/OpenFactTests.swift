import TestKit
import Testing

@testable import Pipeline

/// What is known of open requests, against a dictionary of all of it.
struct OpenFactTests {
  @Test(arguments: UInt64(1)...4) func likeADictionary(_ seed: UInt64) {
    var random = SplitMix64(seed: seed)
    var table = OpenFactTable()
    var naive: [UInt64: OpenFacts] = [:]
    for _ in 0..<20_000 {
      let life = UInt64(random.below(300)) + 1
      guard random.below(10) > 0 else {
        #expect(OpenFactTests.text(table.take(life)) == OpenFactTests.text(naive.removeValue(forKey: life)))
        continue
      }
      var facts = OpenFacts()
      for _ in 0..<random.below(5) { facts.insert(Int32(random.below(60))) }
      if random.below(3) == 0 { facts.people[random.below(3)] = random.next() }
      table.merge(facts, life: life)
      naive[life, default: OpenFacts()].merge(facts)
    }
    for life in UInt64(1)...300 {
      #expect(OpenFactTests.text(table.take(life)) == OpenFactTests.text(naive[life]))
    }
  }

  /// Of more than two halves the older one goes; the newest are there.
  @Test func theOldestAreForgotten() {
    var table = OpenFactTable()
    let count = UInt64(OpenFactTable.most) * 2 + 2
    for life in 1...count {
      var facts = OpenFacts()
      facts.insert(Int32(life))
      table.merge(facts, life: life)
    }
    #expect(table.take(1) == nil)
    #expect(table.take(UInt64(OpenFactTable.most)) == nil)
    #expect(table.take(UInt64(OpenFactTable.most) + 1)?[0] == Int32(OpenFactTable.most) + 1)
    #expect(table.take(count)?[0] == Int32(count))
  }

  private static func text(_ facts: OpenFacts?) -> String {
    guard let facts else { return "none" }
    return "\((0..<facts.count).map { facts[$0] }) \(facts.people.indices.map { facts.people[$0] })"
  }
}
