/// What the offset of a timestamp's zone is where it is no number of nanoseconds, and whether a text may be a zone.
enum ZoneOffset {
  /// No zone is there.
  static let unknown = Int64.max
  /// One is there that means different things in different places, or that nobody knows.
  static let ambiguous = Int64.max - 1
  /// An IANA name is there.
  static let iana = Int64.max - 2
  /// One that cannot be, or AM or PM.
  static let invalid = Int64.min

  /// `AM`, `pm`, `a.m.` behind a blank, a narrow or hard blank, or nothing: what it is and where it ends; nil if none stands.
  static func meridiem(
    _ bytes: Span<UInt8>, _ start: Int, _ end: Int
  ) -> (isAfternoon: Bool, isCapital: Bool, end: Int)? {
    var i = start
    guard i < end else { return nil }
    if bytes[i] == UInt8(ascii: " ") {
      i += 1
    } else if i + 2 < end, bytes[i] == 0xE2, bytes[i + 1] == 0x80, bytes[i + 2] == 0xAF {
      i += 3  // U+202F
    } else if i + 1 < end, bytes[i] == 0xC2, bytes[i + 1] == 0xA0 {
      i += 2  // U+00A0
    }
    guard i + 1 < end else { return nil }
    let first = bytes[i]
    guard first & 0xDF == UInt8(ascii: "A") || first & 0xDF == UInt8(ascii: "P") else { return nil }
    let isAfternoon = first & 0xDF == UInt8(ascii: "P")
    if bytes[i + 1] & 0xDF == UInt8(ascii: "M") {
      guard i + 2 == end || !(ClockText.isLetterOrDigit(bytes[i + 2]) || bytes[i + 2] == UInt8(ascii: "_")) else {
        return nil
      }
      return (isAfternoon, first < 0x60 && bytes[i + 1] < 0x60, i + 2)
    }
    // `a.m.`
    guard i + 3 < end, bytes[i + 1] == UInt8(ascii: "."), bytes[i + 2] & 0xDF == UInt8(ascii: "M"),
      bytes[i + 3] == UInt8(ascii: ".")
    else { return nil }
    return (isAfternoon, false, i + 4)
  }

  /// Whether four bytes behind a blank, the first lowest, can begin a zone, or are AM or PM. Levels are none.
  @inline(__always)
  static func mayBeZone(_ four: UInt64) -> Bool {
    switch UInt8(truncatingIfNeeded: four) {
    case UInt8(ascii: "+"), UInt8(ascii: "-"), UInt8(ascii: "U"), UInt8(ascii: "G"), UInt8(ascii: "Z"): true
    default: mayBeName(four)
    }
  }

  /// As `mayBeZone`, of an abbreviation, the beginning of an IANA name, AM or PM.
  @inline(__always)
  static func mayBeName(_ four: UInt64) -> Bool {
    let third = UInt8(truncatingIfNeeded: four >> 16)
    // CET CEST MSK
    if third == UInt8(ascii: "T") || UInt8(truncatingIfNeeded: four >> 24) == UInt8(ascii: "T")
      || third == UInt8(ascii: "K")
    {
      return true
    }
    let first = UInt8(truncatingIfNeeded: four) & 0xDF
    let second = UInt8(truncatingIfNeeded: four >> 8)
    if second < 0x60 {
      return (first == UInt8(ascii: "A") || first == UInt8(ascii: "P"))
        && (second == UInt8(ascii: "M") || (second == UInt8(ascii: ".") && third & 0xDF == UInt8(ascii: "M")))
    }
    guard
      first == UInt8(ascii: "A") || first == UInt8(ascii: "P") || first == UInt8(ascii: "E")
        || first == UInt8(ascii: "I")
    else { return false }
    if second == UInt8(ascii: "m") { return true }
    switch four {
    // Afri Amer Anta Arct Asia Atla Aust Euro Indi Paci Etc/
    case 0x6972_6641, 0x7265_6D41, 0x6174_6E41, 0x7463_7241, 0x6169_7341, 0x616C_7441, 0x7473_7541, 0x6F72_7545,
      0x6964_6E49, 0x6963_6150, 0x2F63_7445:
      return true
    default: return false
    }
  }
}
