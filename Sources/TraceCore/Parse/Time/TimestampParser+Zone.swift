/// The zone after a timestamp: numbers, abbreviations, IANA names.
///
/// An abbreviation that means different things in different places is returned as `ambiguousOffset`, never resolved.
extension TimestampParser {
  /// `Z`, `+02:00`, `+0200`, `+02`, ` +0200`, ` UTC`, ` GMT`, `GMT+0200`, ` CET`: nanoseconds east of Greenwich;
  /// `unknownOffset` where none stands, `invalidOffset` where one stands that cannot be, or AM or PM; `ambiguousOffset`
  /// where one stands whose offset is not known; `ianaOffset` where an IANA name stands, which `i` then is in front of.
  @inline(__always)
  static func zoneOffset(_ bytes: Span<UInt8>, _ i: inout Int, _ end: Int) -> Int64 {
    guard i < end else { return unknownOffset }
    let next = bytes[i]
    if next == UInt8(ascii: "Z") {
      guard i + 1 == end || !isLetterOrDigit(bytes[i + 1]) else { return unknownOffset }
      i += 1
      return 0
    }
    if next == UInt8(ascii: " ") {
      guard i + 1 < end else { return unknownOffset }
      let second = bytes[i + 1]
      if second == UInt8(ascii: "+") || second == UInt8(ascii: "-") || second == UInt8(ascii: "U")
        || second == UInt8(ascii: "G") || second == UInt8(ascii: "Z")
      {
        return namedOrNumericOffset(bytes, &i, end, afterBlank: true)
      }
      guard i &+ 4 <= end else { return unknownOffset }
      let fifth = i &+ 4 < end ? bytes[i &+ 4] : 0
      let four =
        UInt64(second) | UInt64(bytes[i &+ 2]) << 8 | UInt64(bytes[i &+ 3]) << 16 | UInt64(fifth) << 24
      return mayBeName(four) ? namedOffset(bytes, &i, end, at: i + 1) : unknownOffset
    }
    if next == UInt8(ascii: "+") || next == UInt8(ascii: "-") || next == UInt8(ascii: "U") || next == UInt8(ascii: "z")
      || next == UInt8(ascii: "G")
    {
      return namedOrNumericOffset(bytes, &i, end, afterBlank: false)
    }
    // `[Europe/Berlin]`, `AM` without a blank or with a narrow one.
    if next == UInt8(ascii: "[") || next == 0xE2 || next == 0xC2 || next & 0xDF == UInt8(ascii: "A")
      || next & 0xDF == UInt8(ascii: "P")
    {
      return namedOffset(bytes, &i, end, at: i)
    }
    return unknownOffset
  }

  /// Whether four bytes after a blank, the first lowest, can begin a zone, or are AM or PM. Levels are none.
  @inline(__always)
  static func mayBeZone(_ four: UInt64) -> Bool {
    switch UInt8(truncatingIfNeeded: four) {
    case UInt8(ascii: "+"), UInt8(ascii: "-"), UInt8(ascii: "U"), UInt8(ascii: "G"), UInt8(ascii: "Z"): true
    default: mayBeName(four)
    }
  }

  /// As `mayBeZone`, of an abbreviation, the beginning of an IANA name, AM or PM.
  @inline(__always)
  private static func mayBeName(_ four: UInt64) -> Bool {
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

  /// What `zoneOffset` says of letters at `start`, which is after a blank or not.
  @inline(never)
  private static func namedOffset(_ bytes: Span<UInt8>, _ i: inout Int, _ end: Int, at start: Int) -> Int64 {
    if meridiem(bytes, i, end) != nil { return invalidOffset }
    if bytes[start] == UInt8(ascii: "[") {
      guard let stop = NamedZones.end(ofNameAt: start + 1, in: bytes, to: end), stop < end,
        bytes[stop] == UInt8(ascii: "]")
      else { return unknownOffset }
      return ianaOffset
    }
    guard start > i else { return unknownOffset }
    var stop = start
    while stop < end, stop < start + 5, bytes[stop] &- 0x41 < 26 { stop += 1 }
    if stop == end || !(isLetterOrDigit(bytes[stop]) || bytes[stop] == UInt8(ascii: "_")),
      let zone = ZoneAbbreviation(bytes, start, stop)
    {
      i = stop
      switch zone {
      case .offset(let seconds): return Int64(seconds) * EventTime.nanosecondsPerSecond
      case .ambiguous: return ambiguousOffset
      }
    }
    return NamedZones.end(ofNameAt: start, in: bytes, to: end) == nil ? unknownOffset : ianaOffset
  }

  private static func namedOrNumericOffset(
    _ bytes: Span<UInt8>, _ i: inout Int, _ end: Int, afterBlank: Bool
  ) -> Int64 {
    let start = afterBlank ? i + 1 : i
    let sign = bytes[start]
    if sign != UInt8(ascii: "+") && sign != UInt8(ascii: "-") { return utcOffset(bytes, &i, end, at: start) }
    guard start + 2 < end else { return unknownOffset }
    let hour = two(bytes, start + 1)
    guard hour >= 0 else { return unknownOffset }
    var stop = start + 3
    var minute = 0
    if stop + 1 < end, bytes[stop] &- 0x30 <= 9 {
      minute = two(bytes, stop)
      guard minute >= 0 else { return unknownOffset }
      stop += 2
    } else if stop + 2 < end, bytes[stop] == UInt8(ascii: ":"), two(bytes, stop + 1) >= 0 {
      minute = two(bytes, stop + 1)
      stop += 3
    } else if afterBlank {
      // `06:47:54 -12 items`: two digits after a blank are a number.
      return unknownOffset
    }
    if stop < end, isLetterOrDigit(bytes[stop]) { return unknownOffset }
    guard hour <= 18, minute <= 59 else { return afterBlank ? unknownOffset : invalidOffset }
    i = stop
    // Java puts the zone's name after its offset.
    if stop < end, bytes[stop] == UInt8(ascii: "["), let close = NamedZones.end(ofNameAt: stop + 1, in: bytes, to: end),
      close < end, bytes[close] == UInt8(ascii: "]")
    {
      i = close + 1
    }
    let offset = Int64(hour * 60 + minute) * nanosecondsPerMinute
    return sign == UInt8(ascii: "-") ? -offset : offset
  }

  /// `Z`, `UTC`, `GMT`, `GMT+0100`.
  @inline(never)
  private static func utcOffset(_ bytes: Span<UInt8>, _ i: inout Int, _ end: Int, at start: Int) -> Int64 {
    var stop = start
    while stop < end, isLetterOrDigit(bytes[stop]) { stop += 1 }
    let isZ = stop - start == 1 && bytes[start] | 0x20 == UInt8(ascii: "z")
    // utc, gmt
    let isName = stop - start == 3 && (letters(bytes, start) == 0x75_7463 || letters(bytes, start) == 0x67_6D74)
    guard isZ || isName else { return unknownOffset }
    i = stop
    // `GMT+0100`, as browsers and Node write.
    if isName, stop + 1 < end, bytes[stop] == UInt8(ascii: "+") || bytes[stop] == UInt8(ascii: "-"),
      bytes[stop + 1] &- 0x30 <= 9
    {
      let offset = namedOrNumericOffset(bytes, &i, end, afterBlank: false)
      return offset == unknownOffset ? invalidOffset : offset
    }
    return 0
  }

  /// `AM`, `pm`, `a.m.` after a blank, a narrow or hard blank, or nothing: what it is and where it ends; nil if none stands.
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
      guard i + 2 == end || !(isLetterOrDigit(bytes[i + 2]) || bytes[i + 2] == UInt8(ascii: "_")) else { return nil }
      return (isAfternoon, first < 0x60 && bytes[i + 1] < 0x60, i + 2)
    }
    // `a.m.`
    guard i + 3 < end, bytes[i + 1] == UInt8(ascii: "."), bytes[i + 2] & 0xDF == UInt8(ascii: "M"),
      bytes[i + 3] == UInt8(ascii: ".")
    else { return nil }
    return (isAfternoon, false, i + 4)
  }
}
