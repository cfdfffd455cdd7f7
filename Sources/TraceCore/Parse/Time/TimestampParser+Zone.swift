/// The zone behind a timestamp. Numbers and the names of UTC only: `CET` or `EST` mean different things in different places.
extension TimestampParser {
  /// `Z`, `+02:00`, `+0200`, `+02`, ` +0200`, ` UTC`, ` GMT`: nanoseconds east of Greenwich; `unknownOffset` where none
  /// stands, `invalidOffset` where one stands that cannot be.
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
      guard
        second == UInt8(ascii: "+") || second == UInt8(ascii: "-") || second == UInt8(ascii: "U")
          || second == UInt8(ascii: "G") || second == UInt8(ascii: "Z")
      else { return unknownOffset }
      return namedOrNumericOffset(bytes, &i, end, afterBlank: true)
    }
    if next == UInt8(ascii: "+") || next == UInt8(ascii: "-") || next == UInt8(ascii: "U") || next == UInt8(ascii: "z")
      || next == UInt8(ascii: "G")
    {
      return namedOrNumericOffset(bytes, &i, end, afterBlank: false)
    }
    return unknownOffset
  }

  private static func namedOrNumericOffset(
    _ bytes: Span<UInt8>, _ i: inout Int, _ end: Int, afterBlank: Bool
  ) -> Int64 {
    let start = afterBlank ? i + 1 : i
    let sign = bytes[start]
    if sign != UInt8(ascii: "+") && sign != UInt8(ascii: "-") {
      var stop = start
      while stop < end, isLetterOrDigit(bytes[stop]) { stop += 1 }
      let isZ = stop - start == 1 && bytes[start] | 0x20 == UInt8(ascii: "z")
      // utc, gmt
      let isName = stop - start == 3 && (letters(bytes, start) == 0x75_7463 || letters(bytes, start) == 0x67_6D74)
      guard isZ || isName else { return unknownOffset }
      i = stop
      return 0
    }
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
      // `06:47:54 -12 items`: two digits behind a blank are a number.
      return unknownOffset
    }
    if stop < end, isLetterOrDigit(bytes[stop]) { return unknownOffset }
    guard hour <= 18, minute <= 59 else { return afterBlank ? unknownOffset : invalidOffset }
    i = stop
    let offset = Int64(hour * 60 + minute) * nanosecondsPerMinute
    return sign == UInt8(ascii: "-") ? -offset : offset
  }
}
