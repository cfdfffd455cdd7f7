/// Running hash of a folded name; give a parent's to go on with its member.
package struct FieldNameHash: BitwiseCopyable, Sendable, Equatable {
  package var hash: UInt64 = 0xCBF2_9CE4_8422_2325
  package var length: UInt32 = 0
  package init() {}

  package init(_ name: String) { for byte in name.utf8 { fold(byte) } }

  @inline(__always)
  package mutating func fold(_ byte: UInt8) {
    var letter = byte
    if letter &- 0x41 < 26 { letter |= 0x20 }
    if FieldNameHash.isPassedOver(letter) { return }
    hash = (hash ^ UInt64(letter)) &* 0x0000_0100_0000_01B3
    length &+= 1
  }

  @inline(__always)
  package mutating func fold(_ bytes: Span<UInt8>, from start: Int, to end: Int) {
    var i = start
    while i < end {
      fold(bytes[i])
      i &+= 1
    }
  }

  /// Whether a byte is no part of a folded name.
  @inline(__always)
  static func isPassedOver(_ byte: UInt8) -> Bool { byte == 0x5F || byte == 0x2D || byte == 0x2E }

  /// Whether two names fold to one.
  static func isSame(_ a: String, _ b: String) -> Bool { FieldNameHash(a) == FieldNameHash(b) }
}
