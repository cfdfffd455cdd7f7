/// A hash of a traceback's text that is the same for texts that can differ only in what groups do not look at: numbers that
/// stand alone, and ids.
///
/// A number within a word counts (`HTTP404Error` is not `HTTP500Error`). An id is a word of hexadecimal digits, eight or more of
/// them or beside a hyphen, as the parts of a UUID are. One pass, no allocation.
enum StackOutline {
  static func hash(_ text: [UInt8]) -> UInt64 {
    var hash: UInt64 = 0xCBF2_9CE4_8422_2325
    func take(_ byte: UInt8) { hash = (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01B3 }
    let bytes = text.span
    var at = 0
    while at < bytes.count {
      guard isWord(bytes[at]) else {
        take(bytes[at])
        at += 1
        continue
      }
      let start = at
      var digits = 0
      var isHex = true
      while at < bytes.count, isWord(bytes[at]) {
        if bytes[at] &- 0x30 < 10 { digits += 1 } else if (bytes[at] | 0x20) &- 0x61 >= 6 { isHex = false }
        at += 1
      }
      let count = at - start
      let isInID =
        (start > 0 && bytes[start - 1] == 0x2D) || (at < bytes.count && bytes[at] == 0x2D)
      if digits == count || (digits > 0 && isHex && (count >= 8 || isInID)) {
        take(UInt8(ascii: "#"))
      } else {
        for index in start..<at { take(bytes[index]) }
      }
    }
    return hash
  }

  @inline(__always)
  private static func isWord(_ byte: UInt8) -> Bool { byte &- 0x30 < 10 || (byte | 0x20) &- 0x61 < 26 }
}
