/// Reads a time that a person writes in an expression: RFC 3339, also without seconds, clock or zone (then UTC).
///
/// Not for lines of logs; those have `TimestampParser`.
enum TimeLiteral {
  /// Nanoseconds of `2026-11-23`, `2026-11-23T06:50`, `2026-11-23 06:50:00.25+01:00`; nil for anything else.
  static func parse(_ text: String) -> Int64? {
    var reader = Reader(bytes: Array(text.utf8))
    guard let year = reader.number(4), reader.take("-"), let month = reader.number(2), reader.take("-"),
      let day = reader.number(2), (1969...2200).contains(year), (1...12).contains(month), day >= 1
    else { return nil }
    let days = EventTime.days(year: year, month: month, day: day)
    guard EventTime.civil(days: days) == (year, month, day) else { return nil }
    var seconds = Int64(days) * 86_400
    guard !reader.isAtEnd else { return seconds.times(EventTime.nanosecondsPerSecond) }
    guard reader.take("T") || reader.take("t") || reader.take(" ") else { return nil }
    guard let hour = reader.number(2), reader.take(":"), let minute = reader.number(2), hour < 24, minute < 60 else {
      return nil
    }
    seconds += Int64(hour * 3600 + minute * 60)
    var nanoseconds: Int64 = 0
    if reader.take(":") {
      guard let second = reader.number(2), second < 60 else { return nil }
      seconds += Int64(second)
      if reader.take(".") || reader.take(",") {
        guard let fraction = reader.fraction() else { return nil }
        nanoseconds = fraction
      }
    }
    guard let offset = reader.offset(), reader.isAtEnd else { return nil }
    return (seconds - offset).times(EventTime.nanosecondsPerSecond).plus(nanoseconds)
  }

  private struct Reader {
    let bytes: [UInt8]
    var position = 0

    var isAtEnd: Bool { position == bytes.count }

    mutating func take(_ character: Unicode.Scalar) -> Bool {
      guard position < bytes.count, UInt32(bytes[position]) == character.value else { return false }
      position += 1
      return true
    }

    /// A number of exactly so many digits.
    mutating func number(_ width: Int) -> Int? {
      guard position + width <= bytes.count else { return nil }
      var value = 0
      for byte in bytes[position..<(position + width)] {
        guard byte &- 0x30 < 10 else { return nil }
        value = value * 10 + Int(byte &- 0x30)
      }
      position += width
      return value
    }

    /// One to nine digits after the point, in nanoseconds.
    mutating func fraction() -> Int64? {
      var value: Int64 = 0
      var unit: Int64 = 100_000_000
      let first = position
      while position < bytes.count, bytes[position] &- 0x30 < 10 {
        value += Int64(bytes[position] &- 0x30) * unit
        unit /= 10
        position += 1
      }
      return position > first && position - first <= 9 ? value : nil
    }

    /// Seconds east of UTC: none, `Z`, `+01:00`, `-0330`.
    mutating func offset() -> Int64? {
      if isAtEnd || take("Z") || take("z") { return 0 }
      let sign: Int64 = take("+") ? 1 : take("-") ? -1 : 0
      guard sign != 0, let hours = number(2) else { return nil }
      _ = take(":")
      guard let minutes = number(2), hours < 24, minutes < 60 else { return nil }
      return sign * Int64(hours * 3600 + minutes * 60)
    }
  }
}
