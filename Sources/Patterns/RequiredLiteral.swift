/// A text that a prefilter looks for.
package struct RequiredLiteral: Sendable, Hashable {
  /// Lower case where `isCaseless`.
  package let bytes: [UInt8]
  /// ASCII letters match in either case.
  package let isCaseless: Bool

  /// Shorter texts are not looked for, in bytes.
  package static let leastLength = 2

  package init(_ bytes: some Sequence<UInt8>, isCaseless: Bool = false) {
    self.isCaseless = isCaseless
    self.bytes = isCaseless ? bytes.map(Self.lowered) : Array(bytes)
  }

  package init(_ text: String, isCaseless: Bool = false) { self.init(text.utf8, isCaseless: isCaseless) }

  private static func lowered(_ byte: UInt8) -> UInt8 { byte >= 0x41 && byte <= 0x5A ? byte + 0x20 : byte }

  static func isLetter(_ byte: UInt8) -> Bool { byte | 0x20 >= 0x61 && byte | 0x20 <= 0x7A }

  static func + (a: RequiredLiteral, b: RequiredLiteral) -> RequiredLiteral {
    RequiredLiteral(a.bytes + b.bytes, isCaseless: a.isCaseless || b.isCaseless)
  }

  /// About how rare it is, in bits (see `ByteRarity`). A letter in either case is a little less so.
  package var rarity: Double {
    bytes.reduce(0) { sum, byte in
      sum + (isCaseless && Self.isLetter(byte) ? min(ByteRarity.bits(byte) - 0.3, 6) : ByteRarity.bits(byte))
    }
  }
}

/// Texts of which at least one stands in whatever a pattern matches.
package struct RequiredLiterals: Sendable, Equatable {
  /// Distinct, in an order that depends on the pattern alone.
  package let literals: [RequiredLiteral]
  /// About how rare a place is where one of them stands, in bits.
  package let rarity: Double

  package init(_ literals: [RequiredLiteral]) {
    var seen: Set<RequiredLiteral> = []
    self.literals = literals.filter { seen.insert($0).inserted }
    // Long texts are all equally good; each text costs a little.
    let share = self.literals.reduce(0) { $0 + ByteRarity.exp2(-min($1.rarity, 80)) + 0x1p-76 }
    rarity = self.literals.isEmpty ? 1000 : -ByteRarity.log2(share)
  }

  package var minimumLength: Int { literals.map(\.bytes.count).min() ?? 0 }
}
