// Durations written as a clock or by ISO 8601: `0:00:00.042`, `00:00:00.0420000`, `PT0.042S`.

extension DurationText {
  /// Reads `H:MM:SS.f`, `M:SS.f` (a fraction is needed) or `PT1H2M3.5S`; nil for all else. In nanoseconds; saturates.
  static func clock(_ bytes: Span<UInt8>, _ start: Int, _ end: Int) -> Int64? {
    guard end - start >= 4 else { return nil }
    if bytes[start] == UInt8(ascii: "P") { return period(bytes, start, end) }
    var total: Int64 = 0
    var parts = 0
    var i = start
    while true {
      guard let (number, stop) = DecimalNumber.parse(bytes, from: i, to: end), !number.isNegative,
        number.integerDigits > 0, parts == 0 || number.integerDigits == 2
      else { return nil }
      parts += 1
      if stop == end {
        // `06:47` may be a time of day; a fraction or three parts are a duration under a duration's name.
        guard parts == 3 || (parts == 2 && number.exponent < 0), let seconds = number.scaled(by: 1_000_000_000) else {
          return nil
        }
        let (sum, overflow) = total.addingReportingOverflow(seconds)
        return overflow ? .max : sum
      }
      guard bytes[stop] == UInt8(ascii: ":"), parts < 3, number.exponent == 0,
        let units = number.integer(upTo: 1_000_000)
      else { return nil }
      // What stands before a colon is sixty times what comes after it.
      total = (total / 1_000_000_000 + Int64(units)) * 60 * 1_000_000_000
      i = stop + 1
    }
  }

  /// ISO 8601, without years and months, whose length is not fixed.
  private static func period(_ bytes: Span<UInt8>, _ start: Int, _ end: Int) -> Int64? {
    var i = start + 1
    var isTime = false
    var total: Int64 = 0
    var parts = 0
    while i < end {
      if bytes[i] == UInt8(ascii: "T"), !isTime {
        isTime = true
        i += 1
        continue
      }
      guard let (number, stop) = DecimalNumber.parse(bytes, from: i, to: end), stop < end else { return nil }
      let unit: Int64
      switch (bytes[stop], isTime) {
      case (UInt8(ascii: "D"), false): unit = 86_400_000_000_000
      case (UInt8(ascii: "H"), true): unit = 3_600_000_000_000
      case (UInt8(ascii: "M"), true): unit = 60_000_000_000
      case (UInt8(ascii: "S"), true): unit = 1_000_000_000
      default: return nil
      }
      guard let part = number.scaled(by: unit) else { return nil }
      let (sum, overflow) = total.addingReportingOverflow(part)
      total = overflow ? .max : sum
      parts += 1
      i = stop + 1
    }
    return parts > 0 ? total : nil
  }
}
