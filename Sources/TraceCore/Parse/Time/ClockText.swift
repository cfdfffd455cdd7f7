/// The numbers and letters of a clock and a date, at a place of a line: what every reader of times reads alike.
enum ClockText {
  static let nanosecondsPerMinute: Int64 = 60_000_000_000

  /// `:SS` with an optional fraction, in nanoseconds; 0 where no seconds stand. Nil for 61 and more, and for a stray digit.
  @inline(__always)
  static func seconds(_ bytes: Span<UInt8>, _ i: inout Int, _ end: Int) -> Int64? {
    var nanoseconds: Int64 = 0
    if i + 1 < end, bytes[i] == UInt8(ascii: ":"), bytes[i + 1] &- 0x30 <= 9 {
      guard i + 2 < end else { return nil }
      let second = two(bytes, i + 1)
      guard second >= 0, second <= 60 else { return nil }
      i += 3
      nanoseconds = Int64(second) * EventTime.nanosecondsPerSecond + fraction(bytes, &i, end)
      if second == 60 { nanoseconds = nanosecondsPerMinute - 1 }
    }
    if i < end, bytes[i] &- 0x30 <= 9 { return nil }
    return nanoseconds
  }

  /// `.777` or `,777` in nanoseconds; digits behind the ninth are passed over. 0 where none stands.
  @inline(__always)
  static func fraction(_ bytes: Span<UInt8>, _ i: inout Int, _ end: Int) -> Int64 {
    guard i + 1 < end, bytes[i] == UInt8(ascii: ".") || bytes[i] == UInt8(ascii: ",") else { return 0 }
    var j = i + 1
    var value: Int64 = 0
    var scale: Int64 = 1_000_000_000
    while j < end {
      let digit = bytes[j] &- 0x30
      if digit > 9 { break }
      if scale > 1 {
        value = value &* 10 &+ Int64(digit)
        scale /= 10
      }
      j &+= 1
    }
    if j == i + 1 { return 0 }
    i = j
    return value &* scale
  }

  /// Two digits as a number, or a negative one.
  @inline(__always)
  static func two(_ bytes: Span<UInt8>, _ i: Int) -> Int {
    let tens = bytes[i] &- 0x30
    let ones = bytes[i + 1] &- 0x30
    return tens > 9 || ones > 9 ? -1_000_000 : Int(tens) &* 10 &+ Int(ones)
  }

  @inline(__always)
  static func four(_ bytes: Span<UInt8>, _ i: Int) -> Int { two(bytes, i) &* 100 &+ two(bytes, i + 2) }

  @inline(__always)
  static func isLetterOrDigit(_ byte: UInt8) -> Bool { byte &- 0x30 <= 9 || (byte | 0x20) &- 0x61 < 26 }

  /// Minutes since 1970 of a local date and time in nanoseconds; nil if the calendar does not have it.
  static func minute(year: Int, month: Int, day: Int, hour: Int, minute: Int) -> Int64? {
    guard year >= 1969, year <= 2200, month >= 1, month <= 12, day >= 1, hour >= 0, hour <= 24, minute >= 0,
      minute <= 59
    else { return nil }
    let isLeap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
    let length = month == 2 ? (isLeap ? 29 : 28) : (month == 4 || month == 6 || month == 9 || month == 11 ? 30 : 31)
    guard day <= length else { return nil }
    if hour == 24 && minute != 0 { return nil }
    let days = EventTime.days(year: year, month: month, day: day)
    return Int64((days * 24 + hour) * 60 + minute) * nanosecondsPerMinute
  }

  /// Three bytes as lower-case letters in one integer.
  static func letters(_ bytes: Span<UInt8>, _ i: Int) -> Int {
    Int(bytes[i] | 0x20) << 16 | Int(bytes[i + 1] | 0x20) << 8 | Int(bytes[i + 2] | 0x20)
  }

  static func seconds(_ bytes: Span<UInt8>, at start: Int, _ end: Int) -> Int64? {
    var i = start
    return seconds(bytes, &i, end)
  }
}
