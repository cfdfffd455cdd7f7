/// What the usual shapes of a timestamp have after their calendar part, and seconds since 1970.
extension TimestampParser {
  static func epoch(_ number: DecimalNumber) -> Int64? {
    guard !number.isNegative else { return nil }
    // The digits before the point, also of `1.795416474e9`.
    var digits = number.exponent
    var rest = number.mantissa
    while rest > 0 {
      digits += 1
      rest /= 10
    }
    let unit: Int64
    switch digits {
    case 9, 10: unit = 1_000_000_000
    case 12, 13: unit = 1_000_000
    case 15, 16: unit = 1_000
    case 18, 19: unit = 1
    default: return nil
    }
    guard let time = number.scaled(by: unit), time < EventTime.end else { return nil }
    return time
  }

  func parseEpoch(_ bytes: Span<UInt8>, _ start: Int, _ end: Int) -> ParsedTimestamp? {
    guard bytes[start] &- 0x30 <= 9, let (number, stop) = DecimalNumber.parse(bytes, from: start, to: end) else {
      return nil
    }
    // `1795416474-abc` and `1795416474.1.2` are ids.
    if stop < end {
      let next = bytes[stop]
      if ClockText.isLetterOrDigit(next) || next == UInt8(ascii: "-") || next == UInt8(ascii: "_")
        || next == UInt8(ascii: "/")
      {
        return nil
      }
      if next == UInt8(ascii: "."), stop + 1 < end, bytes[stop + 1] &- 0x30 <= 9 { return nil }
    }
    guard let time = TimestampParser.epoch(number) else { return nil }
    return ParsedTimestamp(time: time, end: stop, hasZone: true, shape: .epoch)
  }

  /// `:54.123456 2026`, `:54 UTC 2026`.
  mutating func parseTail(
    ofCtime head: TimestampHead, _ bytes: Span<UInt8>, _ end: Int
  ) -> ParsedTimestamp? {
    var i = head.end
    guard i < end, bytes[i] == UInt8(ascii: ":"), let nanoseconds = ClockText.seconds(bytes, &i, end) else {
      return nil
    }
    let offset = TimestampParser.zoneOffset(bytes, &i, end)
    guard offset != ZoneOffset.invalid, i + 4 < end, bytes[i] == UInt8(ascii: " "),
      i + 5 == end || bytes[i + 5] &- 0x30 > 9,
      let minute = ClockText.minute(
        year: ClockText.four(bytes, i + 1), month: head.month, day: head.day, hour: head.hour,
        minute: head.minute),
      head.hour < 24
    else { return nil }
    return timestamp(minute, nanoseconds, offset, end: i + 5, shape: .ctime)
  }

  /// `54.777Z` after `20261123T0647`.
  mutating func parseTail(
    ofBasic head: TimestampHead, _ minute: Int64, _ bytes: Span<UInt8>, _ end: Int
  ) -> ParsedTimestamp? {
    var i = head.end
    var nanoseconds: Int64 = 0
    if i + 1 < end, bytes[i] &- 0x30 <= 9 {
      let second = ClockText.two(bytes, i)
      guard second >= 0, second <= 60 else { return nil }
      i += 2
      nanoseconds = Int64(second) * EventTime.nanosecondsPerSecond + ClockText.fraction(bytes, &i, end)
      if second == 60 { nanoseconds = ClockText.nanosecondsPerMinute - 1 }
    }
    if i < end, bytes[i] &- 0x30 <= 9 { return nil }
    if head.hour == 24 && nanoseconds != 0 { return nil }
    let offset = TimestampParser.zoneOffset(bytes, &i, end)
    guard offset != ZoneOffset.invalid else { return nil }
    return timestamp(minute, nanoseconds, offset, end: i, shape: .isoBasic)
  }

  /// The latest year that has the date and puts it not more than a day after the reference time.
  func yearWithoutYear(_ head: TimestampHead) -> Int? {
    let day = 86_400 * EventTime.nanosecondsPerSecond
    let reference = min(referenceTime, EventTime.end - day)
    let limit = reference + day
    let today = EventTime.floorDivide(reference, day).quotient
    var year = EventTime.civil(days: Int(today)).year + 1
    // A 29 February may be eight years back (1896, 1904).
    for _ in 0..<10 {
      if let minute = ClockText.minute(
        year: year, month: head.month, day: head.day, hour: head.hour, minute: head.minute), minute <= limit
      {
        return year
      }
      year -= 1
    }
    return nil
  }
}
