/// The zone after a timestamp: numbers, abbreviations, IANA names.
///
/// An abbreviation that means different things in different places is returned as `ambiguousOffset`, never resolved.
extension TimestampParser {
  /// `Z`, `+02:00`, `+0200`, `+02`, ` +0200`, ` UTC`, ` GMT`, `GMT+0200`, ` CET`: nanoseconds east of Greenwich;
  /// `unknownOffset` where none stands, `invalidOffset` where one stands that cannot be, or AM or PM; `ambiguousOffset`
  /// where one stands whose offset is not known; `ianaOffset` where an IANA name stands, which `i` then is in front of.
  @inline(__always)
  static func zoneOffset(_ bytes: Span<UInt8>, _ i: inout Int, _ end: Int) -> Int64 {
    guard i < end else { return ZoneOffset.unknown }
    let next = bytes[i]
    if next == UInt8(ascii: "Z") {
      guard i + 1 == end || !ClockText.isLetterOrDigit(bytes[i + 1]) else { return ZoneOffset.unknown }
      i += 1
      return 0
    }
    if next == UInt8(ascii: " ") {
      guard i + 1 < end else { return ZoneOffset.unknown }
      let second = bytes[i + 1]
      if second == UInt8(ascii: "+") || second == UInt8(ascii: "-") || second == UInt8(ascii: "U")
        || second == UInt8(ascii: "G") || second == UInt8(ascii: "Z")
      {
        return namedOrNumericOffset(bytes, &i, end, afterBlank: true)
      }
      guard i &+ 4 <= end else { return ZoneOffset.unknown }
      let fifth = i &+ 4 < end ? bytes[i &+ 4] : 0
      let four =
        UInt64(second) | UInt64(bytes[i &+ 2]) << 8 | UInt64(bytes[i &+ 3]) << 16 | UInt64(fifth) << 24
      return ZoneOffset.mayBeName(four) ? namedOffset(bytes, &i, end, at: i + 1) : ZoneOffset.unknown
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
    return ZoneOffset.unknown
  }

  /// What `zoneOffset` says of letters at `start`, which is after a blank or not.
  @inline(never)
  private static func namedOffset(_ bytes: Span<UInt8>, _ i: inout Int, _ end: Int, at start: Int) -> Int64 {
    if ZoneOffset.meridiem(bytes, i, end) != nil { return ZoneOffset.invalid }
    if bytes[start] == UInt8(ascii: "[") {
      guard let stop = NamedZones.end(ofNameAt: start + 1, in: bytes, to: end), stop < end,
        bytes[stop] == UInt8(ascii: "]")
      else { return ZoneOffset.unknown }
      return ZoneOffset.iana
    }
    guard start > i else { return ZoneOffset.unknown }
    var stop = start
    while stop < end, stop < start + 5, bytes[stop] &- 0x41 < 26 { stop += 1 }
    if stop == end || !(ClockText.isLetterOrDigit(bytes[stop]) || bytes[stop] == UInt8(ascii: "_")),
      let zone = ZoneAbbreviation(bytes, start, stop)
    {
      i = stop
      switch zone {
      case .offset(let seconds): return Int64(seconds) * EventTime.nanosecondsPerSecond
      case .ambiguous: return ZoneOffset.ambiguous
      }
    }
    return NamedZones.end(ofNameAt: start, in: bytes, to: end) == nil ? ZoneOffset.unknown : ZoneOffset.iana
  }

  private static func namedOrNumericOffset(
    _ bytes: Span<UInt8>, _ i: inout Int, _ end: Int, afterBlank: Bool
  ) -> Int64 {
    let start = afterBlank ? i + 1 : i
    let sign = bytes[start]
    if sign != UInt8(ascii: "+") && sign != UInt8(ascii: "-") { return utcOffset(bytes, &i, end, at: start) }
    guard start + 2 < end else { return ZoneOffset.unknown }
    let hour = ClockText.two(bytes, start + 1)
    guard hour >= 0 else { return ZoneOffset.unknown }
    var stop = start + 3
    var minute = 0
    if stop + 1 < end, bytes[stop] &- 0x30 <= 9 {
      minute = ClockText.two(bytes, stop)
      guard minute >= 0 else { return ZoneOffset.unknown }
      stop += 2
    } else if stop + 2 < end, bytes[stop] == UInt8(ascii: ":"), ClockText.two(bytes, stop + 1) >= 0 {
      minute = ClockText.two(bytes, stop + 1)
      stop += 3
    } else if afterBlank {
      // `06:47:54 -12 items`: two digits behind a blank are a number.
      return ZoneOffset.unknown
    }
    if stop < end, ClockText.isLetterOrDigit(bytes[stop]) { return ZoneOffset.unknown }
    guard hour <= 18, minute <= 59 else { return afterBlank ? ZoneOffset.unknown : ZoneOffset.invalid }
    i = stop
    // Java puts the zone's name after its offset.
    if stop < end, bytes[stop] == UInt8(ascii: "["), let close = NamedZones.end(ofNameAt: stop + 1, in: bytes, to: end),
      close < end, bytes[close] == UInt8(ascii: "]")
    {
      i = close + 1
    }
    let offset = Int64(hour * 60 + minute) * ClockText.nanosecondsPerMinute
    return sign == UInt8(ascii: "-") ? -offset : offset
  }

  /// `Z`, `UTC`, `GMT`, `GMT+0100`.
  @inline(never)
  private static func utcOffset(_ bytes: Span<UInt8>, _ i: inout Int, _ end: Int, at start: Int) -> Int64 {
    var stop = start
    while stop < end, ClockText.isLetterOrDigit(bytes[stop]) { stop += 1 }
    let isZ = stop - start == 1 && bytes[start] | 0x20 == UInt8(ascii: "z")
    // utc, gmt
    let isName =
      stop - start == 3
      && (ClockText.letters(bytes, start) == 0x75_7463 || ClockText.letters(bytes, start) == 0x67_6D74)
    guard isZ || isName else { return ZoneOffset.unknown }
    i = stop
    // `GMT+0100`, as browsers and Node write.
    if isName, stop + 1 < end, bytes[stop] == UInt8(ascii: "+") || bytes[stop] == UInt8(ascii: "-"),
      bytes[stop + 1] &- 0x30 <= 9
    {
      let offset = namedOrNumericOffset(bytes, &i, end, afterBlank: false)
      return offset == ZoneOffset.unknown ? ZoneOffset.invalid : offset
    }
    return 0
  }
}
