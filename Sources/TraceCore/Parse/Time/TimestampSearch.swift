/// Finds the timestamp of a line of which nobody named the layout.
///
/// It begins at the start of a word within the first 64 bytes and is the line's own: nothing in front of it says that a message,
/// an exception or a value speaks of it. A date or a clock at the start of the line that cannot be understood ends the search,
/// since what comes after is then of the message.
enum TimestampSearch {
  /// A timestamp begins at most this many bytes into the line.
  static let within = 64
  /// In uWSGI's `[pid: 7|app: 0|req: 1/1] 10.0.0.7 () {38 vars in 696 bytes} [Mon Nov 23 06:47:55 2026] …` it does later.
  static let withinUWSGI = 160

  /// The line's timestamp in `start ..< end` and where it begins, or nil.
  @inline(never)
  static func find(
    _ bytes: Span<UInt8>, _ start: Int, _ end: Int, _ times: inout TimestampParser
  ) -> (start: Int, value: ParsedTimestamp)? {
    guard start >= 0, start < end, end <= bytes.count else { return nil }
    if let value = times.memory.rememberedSecond(bytes, start, end) {
      return isHeader(bytes, start, start, value.end, end) ? (start, value) : nil
    }
    if bytes[start] == 0x40 { return times.parseAnew(bytes, start, end).map { (start, $0) } }
    let isUWSGI = bytes[start] == 0x5B && ByteSearch.begins(bytes, at: start, end: end, with: "[pid: ")
    let limit = min(end, start + (isUWSGI ? withinUWSGI : within))
    var i = start
    var isWordStart = true
    while i < limit {
      let byte = bytes[i]
      guard ClockText.isLetterOrDigit(byte) else {
        isWordStart = isBoundary(byte) || (byte >= 0x3A && byte <= 0x3E && isRareBoundary(bytes, start, i))
        i += 1
        continue
      }
      if isWordStart {
        let isFirst = i <= start + 1
        if let format = times.format, let value = times.parse(bytes, from: i, to: end, format: format),
          value.time != EventTime.none
        {
          return isHeader(bytes, start, i, value.end, end) ? (i, value) : nil
        }
        if isFirst || TimestampParser.mayBegin(bytes, i, end) {
          switch times.read(bytes, from: i, to: end) {
          case .timestamp(var value):
            if isOwn(bytes, start, i, &value, end, before: times.referenceTime) {
              return isHeader(bytes, start, i, value.end, end) ? (i, value) : nil
            }
          case .unclear: return nil
          case .nothing:
            if isFirst, byte &- 0x30 <= 9, isHalf(bytes, i, end) { return nil }
          }
        }
      }
      isWordStart = false
      i += 1
      while i < limit, ClockText.isLetterOrDigit(bytes[i]) { i += 1 }
    }
    return nil
  }

  /// The date of a line that `RareDate` reads and a clock follows. For `DateOrder`.
  static func date(_ bytes: Span<UInt8>, _ start: Int, _ end: Int) -> RareDate? {
    let limit = min(end, start + within)
    var i = start
    var isWordStart = true
    while i < limit {
      if !ClockText.isLetterOrDigit(bytes[i]) {
        isWordStart = isBoundary(bytes[i]) || isRareBoundary(bytes, start, i)
        i += 1
        continue
      }
      if isWordStart, bytes[i] &- 0x30 <= 9, let date = RareDate.read(bytes, i, end),
        RareClock.read(bytes, behind: date, end) != nil
      {
        return date
      }
      isWordStart = false
      i += 1
    }
    return nil
  }

  /// Whether a time at `time` counts there: numbers that need not be times do at the start of a line only, and seconds since
  /// 1970 where something says that they are such.
  private static func isOwn(
    _ bytes: Span<UInt8>, _ start: Int, _ time: Int, _ value: inout ParsedTimestamp, _ end: Int,
    before referenceTime: Int64
  ) -> Bool {
    let isFirst = time == start || (time == start + 1 && !ClockText.isLetterOrDigit(bytes[start]))
    switch value.shape {
    case .epoch:
      return time == start || (isFirst && bytes[start] == 0x5B) || isEpoch(bytes, start, time, &value, end)
        || isColumn(bytes, start, time, value, end, before: referenceTime)
    case .brief: return isFirst
    default:
      // `<11/23/26@06:47:55>`: the bracket that closes is no part of the message.
      if isFirst, time > start, bytes[start] == 0x3C, value.end < end, bytes[value.end] == 0x3E { value.end += 1 }
      // XML: `<date>2026-…</date>`.
      return value.end >= end || bytes[value.end] != 0x3C || time == start || bytes[time - 1] != 0x3E
    }
  }

  /// `audit(1795416475.003:987)`; a number after which the date of that day stands: `- 1795416475 2026.11.23 …`.
  private static func isEpoch(
    _ bytes: Span<UInt8>, _ start: Int, _ time: Int, _ value: inout ParsedTimestamp, _ end: Int
  ) -> Bool {
    if bytes[time - 1] == 0x28 {
      guard time - start >= 6, ByteSearch.begins(bytes, at: time - 6, end: end, with: "audit("),
        time - start == 6 || !ClockText.isLetterOrDigit(bytes[time - 7]), value.end < end,
        bytes[value.end] == 0x3A
      else { return false }
      var i = value.end + 1
      while i < end, bytes[i] &- 0x30 <= 9 { i += 1 }
      guard i < end, i > value.end + 1, bytes[i] == 0x29 else { return false }
      value.end = i + 1
      return true
    }
    guard value.end + 11 <= end, bytes[value.end] == 0x20, bytes[value.end + 1] &- 0x30 <= 9,
      let date = RareDate.read(bytes, value.end + 1, end), date.form == .known, date.compact == 0,
      let midnight = ClockText.minute(year: date.first, month: date.second, day: date.third, hour: 0, minute: 0)
    else { return false }
    // In any zone.
    let day = 86_400 * EventTime.nanosecondsPerSecond
    return value.time > midnight - day && value.time < midnight + 2 * day
  }

  /// Whether seconds since 1970 stand in a column, in the past: after the line's own number and some words, and in front of a
  /// small number (`134681 node-246 unix.hw state_change 1077804742 1 …`), or with a fraction (`10007 1795416475.003123 …`).
  private static func isColumn(
    _ bytes: Span<UInt8>, _ start: Int, _ time: Int, _ value: ParsedTimestamp, _ end: Int, before referenceTime: Int64
  ) -> Bool {
    let day = 86_400 * EventTime.nanosecondsPerSecond
    guard bytes[time - 1] == 0x20, bytes[start] &- 0x30 <= 9, referenceTime != 0,
      value.time / day <= referenceTime / day + 1, value.end < end, bytes[value.end] == 0x20
    else { return false }
    var i = start
    guard RareDate.number(bytes, &i, end, most: 9) != nil, i < time, bytes[i] == 0x20 else { return false }
    let length = value.end - time
    if length != 10 { return i + 1 == time && (length == 14 || length == 17) && bytes[time + 10] == 0x2E }
    i = value.end + 1
    if i + 1 < end, bytes[i] == 0x2D { i += 1 }
    return RareDate.number(bytes, &i, end, most: 3) != nil && (i == end || bytes[i] == 0x20)
  }

  /// Whether a clock without a date, or a date without a clock, begins at `start`: then the line has its time there, as far as it
  /// has one.
  private static func isHalf(_ bytes: Span<UInt8>, _ start: Int, _ end: Int) -> Bool {
    if end - start >= 8, bytes[start + 2] == 0x3A, bytes[start + 5] == 0x3A, ClockText.two(bytes, start) >= 0,
      ClockText.two(bytes, start + 3) >= 0, ClockText.two(bytes, start + 6) >= 0
    {
      // `00:16:3e:…` is a device.
      return end - start < 12 || bytes[start + 8] != 0x3A || bytes[start + 11] != 0x3A
    }
    guard let date = RareDate.read(bytes, start, end), date.form != .yearless, date.compact == 0, date.first != -1,
      // `10.11.12.13` is a host, `10.11.12` a version.
      date.form != .twoDigits || date.separator != 0x2E,
      date.end == end || bytes[date.end] == 0x20 || bytes[date.end] == 0x09 || bytes[date.end] == 0x2C
    else { return false }
    return date.form != .known || (date.second <= 12 && date.third <= 31)
  }

  /// Whether a timestamp at `time` is the line's own: nothing in front of it says that a message, an exception or a value
  /// speaks of it.
  private static func isHeader(
    _ bytes: Span<UInt8>, _ start: Int, _ time: Int, _ timeEnd: Int, _ end: Int
  ) -> Bool {
    // The rest of a torn JSON object: the end of a string that has begun in front of the line, or of an object.
    if timeEnd < end, bytes[timeEnd] == 0x22,
      time == start || bytes[time - 1] != 0x22 || bytes[end - 1] == 0x7D
    {
      return false
    }
    if time <= start + 1 { return true }
    switch LineShape(of: bytes, from: start, to: end) {
    case .exceptionName, .chained, .chainedTrace, .tracebackHead, .stackFrame, .sourceFrame, .margin, .sql, .context,
      .detail, .separator, .blank, .indented:
      return false
    case .bracketed, .tagged:
      // `[pid: 7|app: 0] … [time]` and `[INFO] time`, not `[SQL: … time …]`.
      guard bytes[start] == 0x5B else { return false }
      if bytes[time - 1] == 0x5B { return true }
      if ByteSearch.first(0x5D, in: bytes, from: start, to: time) != nil { return true }
      // tornado's `[I 261123 06:47:55 web:7]`.
      return time == start + 3 && bytes[start + 1] &- 0x41 < 26 && bytes[start + 2] == 0x20
    default: break
    }
    // A quote opens the line or a pair's value; the member of a torn JSON object is no header.
    if bytes[time - 1] == 0x22, bytes[time - 2] != 0x3D { return false }
    // The word before it: `scheduled at 2026-…` is prose.
    guard bytes[time - 1] == 0x20 else { return true }
    var word = time - 1
    while word > start, bytes[word - 1] != 0x20 { word -= 1 }
    let length = time - 1 - word
    return word == start
      || !prepositions.contains {
        $0.utf8CodeUnitCount == length && ByteSearch.begins(bytes, at: word, end: time, with: $0)
      }
  }

  private static let prepositions: [StaticString] = [
    "at", "on", "in", "by", "to", "is", "of", "was", "for", "and", "from", "till", "until", "since", "after", "than",
    "before", "between", "expires", "expired", "due",
  ]

  /// Whether a word can begin after the byte: a blank, a tab, or one of `" ( = [ |`. A bit for each.
  @inline(__always)
  private static func isBoundary(_ byte: UInt8) -> Bool {
    let bits: UInt64 = byte < 0x40 ? 0x2000_0105_0000_0200 : 0x1000_0000_0800_0000
    return byte < 0x80 && bits >> UInt64(byte & 0x3F) & 1 == 1
  }

  /// `::` (vdsm), `<` at the start of a line, and the `>` that closes a word of one to three letters there: `<W>2026-…`.
  private static func isRareBoundary(_ bytes: Span<UInt8>, _ start: Int, _ i: Int) -> Bool {
    switch bytes[i] {
    case 0x3A: return i > start && bytes[i - 1] == 0x3A
    case 0x3C: return i == start
    case 0x3E:
      guard bytes[start] == 0x3C, i > start + 1, i <= start + 4 else { return false }
      for at in start + 1..<i where !ClockText.isLetterOrDigit(bytes[at]) { return false }
      return true
    default: return false
    }
  }
}
