/// Event time: nanoseconds since 1970-01-01T00:00:00Z, leap seconds ignored, in an Int64 (years 1678 to 2261).
///
/// Meaning: docs/semantics.md#time.
package enum EventTime {
  /// No time: the record carries none.
  package static let none = Int64.min
  /// 1 January 2201: what a log says is before it, and not before 1969.
  package static let end: Int64 = 7_289_654_400_000_000_000

  /// Ten years. What a log or an option says beyond it is held here, so that a time and a few durations always add up.
  package static let longestDuration: Int64 = 3_652 * 86_400 * nanosecondsPerSecond

  /// A time less a duration, or the difference of two times; saturates.
  @inline(__always)
  package static func difference(_ time: Int64, _ other: Int64) -> Int64 { time.less(other) }

  package static let nanosecondsPerSecond: Int64 = 1_000_000_000
  package static let nanosecondsPerMillisecond: Int64 = 1_000_000

  /// Days from 1970-01-01 to a date of the proleptic Gregorian calendar.
  /// Source: H. Hinnant, "chrono-Compatible Low-Level Date Algorithms", days_from_civil.
  @inline(__always)
  package static func days(year: Int, month: Int, day: Int) -> Int {
    let y = month <= 2 ? year - 1 : year
    let era = (y >= 0 ? y : y - 399) / 400
    let yearOfEra = y - era * 400
    let dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1
    let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
    return era * 146_097 + dayOfEra - 719_468
  }

  /// The date of a day number; the inverse of `days(year:month:day:)`.
  package static func civil(days: Int) -> (year: Int, month: Int, day: Int) {
    let z = days + 719_468
    let era = (z >= 0 ? z : z - 146_096) / 146_097
    let dayOfEra = z - era * 146_097
    let yearOfEra = (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let shifted = (5 * dayOfYear + 2) / 153
    let month = shifted < 10 ? shifted + 3 : shifted - 9
    return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, dayOfYear - (153 * shifted + 2) / 5 + 1)
  }

  /// RFC 3339 in UTC: `2026-11-23T06:47:54.777Z`; milliseconds unless finer digits are there, then as many as needed.
  package static func rfc3339(_ time: Int64) -> String {
    let (seconds, nanoseconds) = floorDivide(time, nanosecondsPerSecond)
    let (day, secondOfDay) = floorDivide(seconds, 86_400)
    let date = civil(days: Int(day))
    let fraction: String
    if nanoseconds % 1_000_000 == 0 {
      fraction = padded(Int(nanoseconds / 1_000_000), 3)
    } else if nanoseconds % 1_000 == 0 {
      fraction = padded(Int(nanoseconds / 1_000), 6)
    } else {
      fraction = padded(Int(nanoseconds), 9)
    }
    return
      "\(padded(date.year, 4))-\(padded(date.month, 2))-\(padded(date.day, 2))T\(clock(Int(secondOfDay))).\(fraction)Z"
  }

  /// `06:47:54.777` of the UTC day.
  package static func timeOfDay(_ time: Int64) -> String {
    let (seconds, nanoseconds) = floorDivide(time, nanosecondsPerSecond)
    return "\(clock(Int(floorDivide(seconds, 86_400).remainder))).\(padded(Int(nanoseconds / 1_000_000), 3))"
  }

  /// `2026-11-23` of the UTC day.
  package static func date(_ time: Int64) -> String {
    let date = civil(days: Int(floorDivide(time, 86_400 * nanosecondsPerSecond).quotient))
    return "\(padded(date.year, 4))-\(padded(date.month, 2))-\(padded(date.day, 2))"
  }

  /// Division that rounds down, so that times before 1970 come out right.
  @inline(__always)
  package static func floorDivide(_ a: Int64, _ b: Int64) -> (quotient: Int64, remainder: Int64) {
    let (q, r) = a.quotientAndRemainder(dividingBy: b)
    return r < 0 ? (q - 1, r + b) : (q, r)
  }

  private static func clock(_ second: Int) -> String {
    "\(padded(second / 3600, 2)):\(padded(second / 60 % 60, 2)):\(padded(second % 60, 2))"
  }

  private static func padded(_ value: Int, _ width: Int) -> String {
    let digits = String(value)
    return digits.utf8.count >= width ? digits : String(repeating: "0", count: width - digits.utf8.count) + digits
  }
}
