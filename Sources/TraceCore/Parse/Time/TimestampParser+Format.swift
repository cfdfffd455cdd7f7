/// Times in a form that somebody has described (`TimeFormat`). A slower way than that of the known forms; no allocation.
extension TimestampParser {
  /// What was read of a time.
  private struct Draft {
    var year = -1
    var month = -1
    var day = -1
    var dayOfYear = -1
    var hour = -1
    var isAfternoon: Bool?
    var minute = 0
    /// Nanoseconds of the minute.
    var nanoseconds: Int64 = 0
    var isLeapSecond = false
    /// Nanoseconds east of Greenwich.
    var offset = ZoneOffset.unknown
    /// Where the name of an IANA zone stands, or -1.
    var zoneName = -1
    /// Nanoseconds since 1970.
    var sinceEpoch: Int64?
  }

  /// A time in a described form that begins at `start`, and where it ends; nil if none stands there. Where the form has no
  /// date, the time is `EventTime.none`.
  package mutating func parse(
    _ bytes: Span<UInt8>, from start: Int, to end: Int, format: TimeFormat
  ) -> ParsedTimestamp? {
    var draft = Draft()
    var i = start
    for item in format.items {
      guard TimestampParser.read(item, bytes, &i, end, &draft) else { return nil }
    }
    if let time = draft.sinceEpoch {
      return ParsedTimestamp(time: time, end: i, hasZone: true, shape: .epoch)
    }
    if draft.isAfternoon != nil {
      guard draft.hour >= 1, draft.hour <= 12 else { return nil }
      draft.hour = draft.hour % 12 + (draft.isAfternoon == true ? 12 : 0)
    }
    if draft.dayOfYear > 0 {
      guard draft.year > 0, draft.dayOfYear <= 366 else { return nil }
      let date = EventTime.civil(
        days: EventTime.days(year: draft.year, month: 1, day: 1) + draft.dayOfYear - 1)
      guard date.year == draft.year else { return nil }
      (draft.month, draft.day) = (date.month, date.day)
    }
    guard draft.month > 0, draft.day > 0, draft.hour >= 0 else {
      return ParsedTimestamp(time: EventTime.none, end: i, hasZone: false, shape: .iso)
    }
    if draft.year < 0 {
      let head = TimestampHead(
        year: -1, month: draft.month, day: draft.day, hour: draft.hour, minute: draft.minute, end: i)
      guard let year = yearWithoutYear(head) else { return nil }
      draft.year = year
    }
    guard draft.hour < 24,
      let minute = ClockText.minute(
        year: draft.year, month: draft.month, day: draft.day, hour: draft.hour, minute: draft.minute)
    else { return nil }
    if draft.zoneName > 0 {
      var place = draft.zoneName - 1
      draft.offset = namedOffset(bytes, &place, end, minute)
    }
    let nanoseconds = draft.isLeapSecond ? ClockText.nanosecondsPerMinute - 1 : draft.nanoseconds
    return timestamp(minute, nanoseconds, draft.offset, end: i, shape: .iso)
  }

  private static func read(
    _ item: TimeFormat.Item, _ bytes: Span<UInt8>, _ i: inout Int, _ end: Int, _ draft: inout Draft
  ) -> Bool {
    switch item.part {
    case .byte:
      guard i < end, bytes[i] == item.byte else { return false }
      i += 1
    case .blanks:
      guard i < end, bytes[i] == 0x20 || bytes[i] == 0x09 else { return false }
      while i < end, bytes[i] == 0x20 || bytes[i] == 0x09 { i += 1 }
    case .year: return number(bytes, &i, end, 4...4, into: &draft.year)
    case .shortYear:
      guard number(bytes, &i, end, 2...2, into: &draft.year) else { return false }
      draft.year += draft.year < 70 ? 2000 : 1900
    case .month: return number(bytes, &i, end, 1...2, into: &draft.month)
    case .day: return number(bytes, &i, end, 1...2, into: &draft.day)
    case .dayOfYear: return number(bytes, &i, end, 1...3, into: &draft.dayOfYear)
    case .hour, .hour12: return number(bytes, &i, end, 1...2, into: &draft.hour)
    case .minute: return number(bytes, &i, end, 2...2, into: &draft.minute)
    case .second:
      var second = 0
      guard number(bytes, &i, end, 2...2, into: &second), second <= 60 else { return false }
      draft.isLeapSecond = second == 60
      draft.nanoseconds += Int64(second) * EventTime.nanosecondsPerSecond
    case .fraction: return fractionDigits(bytes, &i, end, &draft)
    case .optionalFraction:
      guard i + 1 < end, bytes[i] == 0x2E || bytes[i] == 0x2C, bytes[i + 1] &- 0x30 <= 9 else { return true }
      i += 1
      return fractionDigits(bytes, &i, end, &draft)
    case .monthName, .weekday, .halfOfDay, .offset, .zoneName: return word(item.part, bytes, &i, end, &draft)
    case .seconds: return epoch(bytes, &i, end, unit: EventTime.nanosecondsPerSecond, &draft)
    case .milliseconds: return epoch(bytes, &i, end, unit: EventTime.nanosecondsPerMillisecond, &draft)
    case .microseconds: return epoch(bytes, &i, end, unit: 1_000, &draft)
    case .nanoseconds: return epoch(bytes, &i, end, unit: 1, &draft)
    }
    return true
  }

  /// A number of so many digits; blanks may stand for its first ones.
  private static func number(
    _ bytes: Span<UInt8>, _ i: inout Int, _ end: Int, _ digits: ClosedRange<Int>, into value: inout Int
  ) -> Bool {
    if digits.lowerBound < digits.upperBound, i < end, bytes[i] == 0x20 { i += 1 }
    var found = 0
    var count = 0
    while i < end, count < digits.upperBound, bytes[i] &- 0x30 <= 9 {
      found = found * 10 + Int(bytes[i] &- 0x30)
      count += 1
      i += 1
    }
    value = found
    return count >= digits.lowerBound
  }

  private static func fractionDigits(
    _ bytes: Span<UInt8>, _ i: inout Int, _ end: Int, _ draft: inout Draft
  ) -> Bool {
    let start = i
    var scale = EventTime.nanosecondsPerSecond
    while i < end, bytes[i] &- 0x30 <= 9 {
      scale /= 10
      draft.nanoseconds += Int64(bytes[i] &- 0x30) * scale
      i += 1
    }
    return i > start
  }

  private static func epoch(
    _ bytes: Span<UInt8>, _ i: inout Int, _ end: Int, unit: Int64, _ draft: inout Draft
  ) -> Bool {
    guard let (decimal, stop) = DecimalNumber.parse(bytes, from: i, to: end), !decimal.isNegative,
      let time = decimal.scaled(by: unit), time < EventTime.end
    else { return false }
    draft.sinceEpoch = time
    i = stop
    return true
  }

  /// `+0200`, `Z`, `CET`, `Europe/Berlin`.
  private static func zone(_ bytes: Span<UInt8>, _ i: inout Int, _ end: Int, _ draft: inout Draft) -> Bool {
    if let stop = NamedZones.end(ofNameAt: i, in: bytes, to: end), i > 0 {
      draft.zoneName = i
      i = stop
      return true
    }
    var stop = i
    while stop < end, stop < i + 5, bytes[stop] &- 0x41 < 26 { stop += 1 }
    if stop > i + 1, stop == end || !ClockText.isLetterOrDigit(bytes[stop]), let zone = ZoneAbbreviation(bytes, i, stop)
    {
      i = stop
      switch zone {
      case .offset(let seconds): draft.offset = Int64(seconds) * EventTime.nanosecondsPerSecond
      case .ambiguous: draft.offset = ZoneOffset.ambiguous
      }
      return true
    }
    let offset = zoneOffset(bytes, &i, end)
    guard offset != ZoneOffset.invalid, offset < ZoneOffset.iana else { return false }
    draft.offset = offset
    return true
  }

  private static func word(
    _ part: TimeFormat.Item.Part, _ bytes: Span<UInt8>, _ i: inout Int, _ end: Int, _ draft: inout Draft
  ) -> Bool {
    let start = i
    if part == .offset || part == .zoneName { return zone(bytes, &i, end, &draft) }
    while i < end, (bytes[i] | 0x20) &- 0x61 < 26 { i += 1 }
    switch part {
    case .halfOfDay:
      // `AM`, `p.m.`
      if i == start + 1, i + 2 < end, bytes[i] == 0x2E, bytes[i + 1] | 0x20 == 0x6D, bytes[i + 2] == 0x2E { i += 3 }
      guard i > start + 1, bytes[start] | 0x20 == 0x61 || bytes[start] | 0x20 == 0x70 else { return false }
      draft.isAfternoon = bytes[start] | 0x20 == 0x70
      return true
    case .monthName:
      guard i >= start + 3 else { return false }
      draft.month = month(bytes, start)
      return draft.month > 0
    default: return i >= start + 2
    }
  }
}

extension TimeFormat {
  /// Whether the parser of the known forms reads what this format writes, and reads the same; then that one is used.
  package var isKnown: Bool {
    guard isComplete else { return false }
    for sample in [(year: 2026, month: 3, day: 4, hour: 5, minute: 6), (2025, 11, 23, 18, 47)] {
      guard let text = written(sample) else { return false }
      var known = TimestampParser()
      var own = TimestampParser()
      let bytes = ContiguousArray(text.utf8)
      guard let first = known.parse(bytes.span, from: 0, to: bytes.count), first.end == bytes.count,
        let second = own.parse(bytes.span, from: 0, to: bytes.count, format: self), second.end == bytes.count,
        first.time == second.time
      else { return false }
    }
    return true
  }

  /// A time in this format; nil where a name of a zone or a number since 1970 would be needed.
  private func written(_ time: (year: Int, month: Int, day: Int, hour: Int, minute: Int)) -> String? {
    func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
    var bytes: [UInt8] = []
    for item in items {
      let part: String
      switch item.part {
      case .byte:
        bytes.append(item.byte)
        continue
      case .blanks: part = " "
      case .year: part = "\(time.year)"
      case .month: part = two(time.month)
      case .monthName: part = time.month == 3 ? "Mar" : "Nov"
      case .day: part = two(time.day)
      case .weekday: part = time.month == 3 ? "Wed" : "Sun"
      case .hour: part = two(time.hour)
      case .minute: part = two(time.minute)
      case .second: part = "07"
      case .fraction: part = "123"
      case .offset: part = "+0100"
      case .seconds: part = "1795416474"
      case .milliseconds: part = "1795416474982"
      default: return nil
      }
      bytes += Array(part.utf8)
    }
    return String(decoding: bytes, as: UTF8.self)
  }
}
