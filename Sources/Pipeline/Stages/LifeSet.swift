/// A set of lives of traces, which are numbered from 1 in the order in which they begin: one bit a life.
package struct LifeSet: Sendable {
  private var words: ContiguousArray<UInt64> = []

  package init() {}

  /// Adds a life; 0 stands for none and is not added.
  mutating func insert(_ life: UInt64) {
    guard life > 0 else { return }
    let word = Int(life / 64)
    while words.count <= word { words.append(0) }
    words[word] |= 1 << (life % 64)
  }

  @inline(__always)
  func contains(_ life: UInt64) -> Bool {
    let word = Int(life / 64)
    return word < words.count && words[word] & 1 << (life % 64) != 0
  }
}
