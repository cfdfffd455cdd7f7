/// Timestamps in other than the usual shapes: a date, a clock, and what may stand before and after.
///
/// Only reached where the usual shapes do not fit. A date whose day and month could be exchanged is no time; see `DateOrder`.
extension TimestampParser {
  @inline(never)
  mutating func parseRare(_ bytes: Span<UInt8>, _ start: Int, _ end: Int) -> TimestampReading {
    guard start >= 0, end <= bytes.count, end - start >= 9 else { return .nothing }
    if bytes[start] == UInt8(ascii: "@") { return TimestampParser.tai64(bytes, start, end) }
    var i = start
    var weekday = -1
    var leadingOffset = ZoneOffset.unknown
    if bytes[start] &- 0x30 > 9 {
      leadingOffset = TimestampParser.leadingZone(bytes, &i, end)
      weekday = TimestampParser.leadingWeekday(bytes, &i, end)
    }
    guard let date = RareDate.read(bytes, i, end), let clock = RareClock.read(bytes, behind: date, end) else {
      return .nothing
    }
    if refusesRests && (date.isBrief || (bytes[i] &- 0x30 <= 9 && bytes[i + 1] &- 0x30 > 9)) { return .nothing }
    if date.form == .yearless && !clock.hasSeconds { return .nothing }
    if date.compact >= 8 && !(1970...2100).contains(date.first) { return .nothing }
    let isDigits = date.compact > 0 && clock.isCompact
    guard clock.isValid,
      var calendar = date.calendar(
        order: dateOrder, referenceTime: referenceTime,
        isAmerican: clock.isBehindComma && clock.hasCapitalMeridiem,
        isLogcat: date.separator == UInt8(ascii: "-") && clock.hasPoint)
    else { return isDigits ? .nothing : .unclear }
    i = clock.end
    var offset = TimestampParser.zoneOffset(bytes, &i, end)
    if offset == ZoneOffset.invalid { return .unclear }
    if calendar.year == -1 {
      if offset == ZoneOffset.unknown, TimestampParser.isUnknownZone(bytes, &i, end) {
        offset = ZoneOffset.ambiguous
      }
      if date.form == .known, let year = TimestampParser.trailingYear(bytes, &i, end) {
        calendar.year = year
      } else {
        let head = TimestampHead(
          year: -1, month: calendar.month, day: calendar.day, hour: clock.hour, minute: clock.minute, end: i)
        guard let year = yearWithoutYear(head) else { return .unclear }
        // The weekday says that the file's time is not the log's.
        if weekday >= 0, weekday != TimestampParser.weekday(year, calendar.month, calendar.day) { return .unclear }
        calendar.year = year
      }
    }
    guard
      let minute = ClockText.minute(
        year: calendar.year, month: calendar.month, day: calendar.day, hour: clock.hour, minute: clock.minute)
    else { return isDigits ? .nothing : .unclear }
    if offset == ZoneOffset.iana { offset = namedOffset(bytes, &i, end, minute) }
    if offset == ZoneOffset.unknown { offset = leadingOffset }
    let isBrief = date.form == .yearless || (isDigits && date.compact != 8)
    return .timestamp(timestamp(minute, clock.nanoseconds, offset, end: i, shape: isBrief ? .brief : .dated))
  }

  /// A TAI64 or TAI64N label of multilog and svlogd: `@` and 16 or 24 hex digits.
  ///
  /// They count ten seconds ahead of UTC, as libtai's `taia_now` writes and `tai64nlocal` reads; leap seconds since 1972 are
  /// not in them.
  private static func tai64(_ bytes: Span<UInt8>, _ start: Int, _ end: Int) -> TimestampReading {
    var i = start + 1
    var seconds: UInt64 = 0
    var nanoseconds: UInt64 = 0
    while i < end, i - start <= 25, let digit = hexDigit(bytes[i]) {
      if i - start <= 16 { seconds = seconds << 4 | digit } else { nanoseconds = nanoseconds << 4 | digit }
      i += 1
    }
    guard i == start + 17 || i == start + 25, i == end || !ClockText.isLetterOrDigit(bytes[i]) else { return .nothing }
    // 1970 ... 2106.
    guard seconds >> 32 == 0x4000_0000, nanoseconds < 1_000_000_000, seconds & 0xFFFF_FFFF >= 10 else {
      return .unclear
    }
    let time = (Int64(seconds & 0xFFFF_FFFF) - 10) * EventTime.nanosecondsPerSecond + Int64(nanoseconds)
    return .timestamp(ParsedTimestamp(time: time, end: i, hasZone: true, shape: .dated))
  }

  private static func hexDigit(_ byte: UInt8) -> UInt64? {
    if byte &- 0x30 <= 9 { return UInt64(byte &- 0x30) }
    let letter = (byte | 0x20) &- 0x61
    return letter < 6 ? UInt64(letter) + 10 : nil
  }

  /// `PDT ` in front of a date.
  private static func leadingZone(_ bytes: Span<UInt8>, _ i: inout Int, _ end: Int) -> Int64 {
    var stop = i
    while stop < end, stop < i + 5, bytes[stop] &- 0x41 < 26 { stop += 1 }
    guard stop + 1 < end, bytes[stop] == UInt8(ascii: " "), let zone = ZoneAbbreviation(bytes, i, stop) else {
      return ZoneOffset.unknown
    }
    i = stop + 1
    switch zone {
    case .offset(let seconds): return Int64(seconds) * EventTime.nanosecondsPerSecond
    case .ambiguous: return ZoneOffset.ambiguous
    }
  }

  /// `Mon `, `Mon, `, `Monday, ` in front of a date: 0 for Sunday ... 6, or -1.
  private static func leadingWeekday(_ bytes: Span<UInt8>, _ i: inout Int, _ end: Int) -> Int {
    guard i + 5 < end, isWeekday(bytes, i) else { return -1 }
    var stop = i + 3
    while stop < end, stop < i + 10, (bytes[stop] | 0x20) &- 0x61 < 26 { stop += 1 }
    if stop < end, bytes[stop] == UInt8(ascii: ".") { stop += 1 }
    if stop < end, bytes[stop] == UInt8(ascii: ",") { stop += 1 }
    guard stop + 1 < end, bytes[stop] == UInt8(ascii: " ") else { return -1 }
    let day: Int
    switch ClockText.letters(bytes, i) {
    case 0x6D_6F6E: day = 1
    case 0x74_7565: day = 2
    case 0x77_6564: day = 3
    case 0x74_6875: day = 4
    case 0x66_7269: day = 5
    case 0x73_6174: day = 6
    default: day = 0
    }
    i = stop + 1
    return day
  }

  private static func weekday(_ year: Int, _ month: Int, _ day: Int) -> Int {
    guard ClockText.minute(year: year, month: month, day: day, hour: 0, minute: 0) != nil else { return -1 }
    // 1970-01-01 was a Thursday (4).
    return Int(EventTime.floorDivide(Int64(EventTime.days(year: year, month: month, day: day)) + 4, 7).remainder)
  }

  /// ` 2026` after clock and zone.
  private static func trailingYear(_ bytes: Span<UInt8>, _ i: inout Int, _ end: Int) -> Int? {
    guard i + 5 <= end, bytes[i] == UInt8(ascii: " ") else { return nil }
    var stop = i + 1
    guard let year = RareDate.number(bytes, &stop, end, most: 4), year.count == 4, (1970...2100).contains(year.value)
    else { return nil }
    i = stop
    return year.value
  }

  /// A word that must be a zone since a year comes after it: ` XYZ 2026`; `i` then is in front of the year.
  private static func isUnknownZone(_ bytes: Span<UInt8>, _ i: inout Int, _ end: Int) -> Bool {
    guard i + 1 < end, bytes[i] == UInt8(ascii: " ") else { return false }
    var stop = i + 1
    while stop < end, stop < i + 7, bytes[stop] &- 0x41 < 26 { stop += 1 }
    guard stop > i + 2 else { return false }
    var behind = stop
    guard trailingYear(bytes, &behind, end) != nil else { return false }
    i = stop
    return true
  }
}
