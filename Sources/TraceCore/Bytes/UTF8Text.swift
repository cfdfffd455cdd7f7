/// Whether bytes are well-formed UTF-8 (Unicode 16, table 3-7): no overlong forms, no surrogates, nothing above U+10FFFF.
package enum UTF8Text {
  package static func isValid(_ bytes: Span<UInt8>, from start: Int, to end: Int) -> Bool {
    var i = start
    while i < end {
      if i + 8 <= end, ByteSearch.word(bytes, at: i) & 0x8080_8080_8080_8080 == 0 {
        i += 8
        continue
      }
      let lead = bytes[i]
      if lead < 0x80 {
        i += 1
        continue
      }
      // The length, and the range of the second byte.
      let length: Int
      var low: UInt8 = 0x80
      var high: UInt8 = 0xBF
      switch lead {
      case 0xC2...0xDF: length = 2
      case 0xE0:
        length = 3
        low = 0xA0
      case 0xED:
        length = 3
        high = 0x9F
      case 0xE1...0xEF: length = 3
      case 0xF0:
        length = 4
        low = 0x90
      case 0xF4:
        length = 4
        high = 0x8F
      case 0xF1...0xF3: length = 4
      default: return false
      }
      guard i + length <= end, bytes[i + 1] >= low, bytes[i + 1] <= high else { return false }
      var j = i + 2
      while j < i + length {
        if bytes[j] & 0xC0 != 0x80 { return false }
        j += 1
      }
      i += length
    }
    return true
  }
}
