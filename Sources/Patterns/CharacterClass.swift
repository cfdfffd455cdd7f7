/// A set of characters, exact within ASCII and rough beyond.
package struct CharacterClass: Sendable, Equatable {
  /// What it may hold beyond ASCII.
  package enum Beyond: Sendable, Equatable {
    case none
    /// These at most: eight or fewer, ascending.
    case some([Unicode.Scalar])
    case any
  }

  /// Characters 0 to 63, one bit each.
  private(set) var low: UInt64 = 0
  /// Characters 64 to 127.
  private(set) var high: UInt64 = 0
  package var beyond = Beyond.none

  package init() {}

  /// All of ASCII between two characters, both in it.
  package init(_ range: ClosedRange<UInt8>) { insert(range) }

  /// The characters of an ASCII text.
  package init(of text: String) {
    for byte in text.utf8 { insert(byte) }
  }

  static let ascii = CharacterClass(0...0x7F)
  static let everything = ascii.union(CharacterClass(beyond: .any))

  init(beyond: Beyond) { self.beyond = beyond }

  /// Number of ASCII characters in it.
  package var asciiCount: Int { low.nonzeroBitCount + high.nonzeroBitCount }

  /// Whether it holds this byte's ASCII character.
  package func contains(_ byte: UInt8) -> Bool {
    guard byte < 0x80 else { return false }
    return (byte < 64 ? low : high) >> UInt64(byte & 63) & 1 == 1
  }

  /// Adds an ASCII character; others are ignored.
  package mutating func insert(_ byte: UInt8) {
    guard byte < 0x80 else { return }
    if byte < 64 { low |= 1 << UInt64(byte) } else { high |= 1 << UInt64(byte - 64) }
  }

  package mutating func insert(_ range: ClosedRange<UInt8>) {
    for byte in range { insert(byte) }
  }

  mutating func remove(_ byte: UInt8) {
    guard contains(byte) else { return }
    if byte < 64 { low &= ~(1 << UInt64(byte)) } else { high &= ~(1 << UInt64(byte - 64)) }
  }

  mutating func insert(beyond scalar: Unicode.Scalar) {
    switch beyond {
    case .none: beyond = .some([scalar])
    case .some(var scalars):
      if scalars.contains(scalar) { return }
      scalars.append(scalar)
      beyond = scalars.count > 8 ? .any : .some(scalars.sorted())
    case .any: break
    }
  }

  mutating func formUnion(_ other: CharacterClass) {
    low |= other.low
    high |= other.high
    switch other.beyond {
    case .none: break
    case .some(let scalars): for scalar in scalars { insert(beyond: scalar) }
    case .any: beyond = .any
    }
  }

  func union(_ other: CharacterClass) -> CharacterClass {
    var result = self
    result.formUnion(other)
    return result
  }

  /// What is not in it, rough beyond ASCII: right where this set is one that surely is excluded.
  var complement: CharacterClass {
    var result = CharacterClass(beyond: .any)
    result.low = ~low
    result.high = ~high
    return result
  }

  /// The ASCII characters in it, ascending.
  package var asciiMembers: [UInt8] { (0..<0x80).filter { contains($0) } }

  /// Adds the other case of its ASCII letters.
  mutating func foldASCII() {
    for letter in UInt8(ascii: "a")...UInt8(ascii: "z") {
      let capital = letter - 0x20
      if contains(letter) { insert(capital) } else if contains(capital) { insert(letter) }
    }
  }
}
