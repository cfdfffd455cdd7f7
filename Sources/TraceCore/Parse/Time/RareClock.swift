/// The clock of a timestamp that is not written in a usual shape.
///
/// Reads `6:47`, `06:47:55`, `6.47.55`, and six digits after digits; fractions after `.` or `,`, milliseconds after `:`; AM
/// and PM.
struct RareClock: BitwiseCopyable {
  var hour: Int
  var minute: Int
  /// Of the seconds and their fraction.
  var nanoseconds: Int64 = 0
  var hasSeconds = false
  /// Three digits or more after a point.
  var hasPoint = false
  /// Digits in a row.
  var isCompact = false
  /// A comma is between date and clock.
  var isBehindComma = false
  /// AM or PM in capitals.
  var hasCapitalMeridiem = false
  /// Such an hour, minute and second exist.
  var isValid = true
  /// Offset after it.
  var end = 0

  /// Reads what is after a date: a separator and a clock. Nil if none follows.
  @inline(never)
  static func read(_ bytes: Span<UInt8>, behind date: RareDate, _ end: Int) -> RareClock? {
    guard let gap = gap(bytes, date, end) else { return nil }
    var i = gap.start
    var clock = RareClock(hour: 0, minute: 0)
    clock.isBehindComma = gap.hasComma
    // `20171224-0:0:5:12`: some pad only the date.
    guard clock.readNumbers(bytes, &i, end, isLoose: date.compact == 8, isBehindDigits: date.compact > 0) else {
      return nil
    }
    guard i == end || bytes[i] &- 0x30 > 9 else { return nil }
    clock.readMeridiem(bytes, &i, end)
    clock.end = i
    return clock
  }

  private mutating func readNumbers(
    _ bytes: Span<UInt8>, _ i: inout Int, _ end: Int, isLoose: Bool, isBehindDigits: Bool
  ) -> Bool {
    guard let first = RareDate.number(bytes, &i, end, most: isBehindDigits ? 6 : 2) else { return false }
    var second = 0
    if first.count == 6 {
      isCompact = true
      hasSeconds = true
      hour = first.value / 10_000
      minute = first.value / 100 % 100
      second = first.value % 100
    } else {
      guard first.count <= 2, i + 1 < end else { return false }
      let separator = bytes[i]
      guard separator == UInt8(ascii: ":") || separator == UInt8(ascii: ".") else { return false }
      i += 1
      guard let next = RareDate.number(bytes, &i, end, most: 2), next.count == 2 || isLoose else { return false }
      hour = first.value
      minute = next.value
      if i + 1 < end, bytes[i] == separator, bytes[i + 1] &- 0x30 <= 9 {
        i += 1
        guard let last = RareDate.number(bytes, &i, end, most: 2), last.count == 2 || isLoose else { return false }
        second = last.value
        hasSeconds = true
      }
      // `6.47` is any number.
      if separator == UInt8(ascii: ".") && !hasSeconds { return false }
    }
    isValid = hour <= 23 && minute <= 59 && second <= 60
    nanoseconds = Int64(second) * EventTime.nanosecondsPerSecond
    if hasSeconds { readFraction(bytes, &i, end, isLoose: isLoose) }
    if second == 60 { nanoseconds = ClockText.nanosecondsPerMinute - 1 }
    return true
  }

  private mutating func readFraction(_ bytes: Span<UInt8>, _ i: inout Int, _ end: Int, isLoose: Bool) {
    let start = i
    nanoseconds += ClockText.fraction(bytes, &i, end)
    hasPoint = i > start + 3 && bytes[start] == UInt8(ascii: ".")
    guard i == start, i + 1 < end, bytes[i] == UInt8(ascii: ":") else { return }
    var stop = i + 1
    guard let milliseconds = RareDate.number(bytes, &stop, end, most: 3), milliseconds.count == 3 || isLoose else {
      return
    }
    nanoseconds += Int64(milliseconds.value) * EventTime.nanosecondsPerMillisecond
    i = stop
  }

  /// `%H:%M:%S %p` writes 13 and PM; then the hour is what it is.
  private mutating func readMeridiem(_ bytes: Span<UInt8>, _ i: inout Int, _ end: Int) {
    guard let meridiem = ZoneOffset.meridiem(bytes, i, end) else { return }
    if meridiem.isAfternoon {
      if hour == 0 { isValid = false }
      if hour < 12 { hour += 12 }
    } else {
      if hour > 12 {
        // `am` may be a word then.
        guard meridiem.isCapital else { return }
        isValid = false
      }
      if hour == 12 { hour = 0 }
    }
    hasCapitalMeridiem = meridiem.isCapital
    i = meridiem.end
  }

  /// What stands between a date and its clock: a blank or a tab or some, `T`, `_`, `@`, `-`, `:`, a comma, ` - `, ` at `.
  private static func gap(_ bytes: Span<UInt8>, _ date: RareDate, _ end: Int) -> (start: Int, hasComma: Bool)? {
    var i = date.end
    guard i + 3 < end else { return nil }
    if date.compact == 14 { return (i, false) }
    switch bytes[i] {
    case UInt8(ascii: "T"), UInt8(ascii: "t"), UInt8(ascii: "_"), UInt8(ascii: "@"), UInt8(ascii: "-"):
      return bytes[i + 1] &- 0x30 <= 9 ? (i + 1, false) : nil
    case UInt8(ascii: ":"):
      return date.compact == 0 && bytes[i + 1] &- 0x30 <= 9 ? (i + 1, false) : nil
    default: break
    }
    let hasComma = bytes[i] == UInt8(ascii: ",")
    if hasComma { i += 1 }
    let blanks = i
    while i < end, i - blanks < 3, bytes[i] == UInt8(ascii: " ") || bytes[i] == UInt8(ascii: "\t") { i += 1 }
    guard i > blanks, i + 2 < end else { return nil }
    if bytes[i] == UInt8(ascii: "-"), bytes[i + 1] == UInt8(ascii: " ") { i += 2 }
    if i + 3 < end, bytes[i] == UInt8(ascii: "a"), bytes[i + 1] == UInt8(ascii: "t"), bytes[i + 2] == UInt8(ascii: " ")
    {
      i += 3
    }
    return i < end && bytes[i] &- 0x30 <= 9 ? (i, hasComma) : nil
  }
}
