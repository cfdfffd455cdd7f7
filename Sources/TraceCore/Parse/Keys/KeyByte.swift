/// What a byte is for the key of a pair.
enum KeyByte {
  @inline(__always)
  static func isOfKey(_ byte: UInt8) -> Bool {
    // A bit a byte value: - . 0-9 below 64; @ A-Z _ a-z from there on.
    let bits: UInt64 = byte < 64 ? 0x03FF_6000_0000_0000 : byte < 128 ? 0x07FF_FFFE_87FF_FFFF : 0
    return bits >> UInt64(byte & 63) & 1 != 0
  }

  @inline(__always)
  static func opensWord(_ byte: UInt8) -> Bool {
    switch byte {
    case 0...0x20, 0x28, 0x5B, 0x7B, 0x2C, 0x3B, 0x7C: true
    default: false
    }
  }
}
