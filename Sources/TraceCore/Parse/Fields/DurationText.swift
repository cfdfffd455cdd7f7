/// Reads durations as logs write them: a number in a unit that its field names, or a value with its own unit.
///
/// `28.9`, `12.3ms`, `1.5 s`, `250µs`, Go's `3m2.5s`, `0:00:00.042`, `PT0.042S`. Never guesses a unit, and takes no negative duration.
///
/// Meaning: docs/semantics.md#durations.
package enum DurationText {
  package enum Reading: Equatable, Sendable {
    /// No duration at all.
    case none
    /// A number without a unit, in a field that names none.
    case withoutUnit
    /// Saturates at Int64.max.
    case nanoseconds(Int64)
  }

  /// - Parameter unit: nanoseconds of one unit of a bare number, 0 if unknown.
  @inline(__always)
  package static func read(_ bytes: Span<UInt8>, from start: Int, to end: Int, unit: Int64) -> Reading {
    guard let (number, stop) = DecimalNumber.parse(bytes, from: start, to: end) else {
      return clock(bytes, start, end).map(Reading.nanoseconds) ?? .none
    }
    if stop < end { return withUnits(bytes, start, end) }
    if number.isNegative && number.mantissa != 0 { return .none }
    guard unit > 0 else { return .withoutUnit }
    return number.scaled(by: unit).map(Reading.nanoseconds) ?? .none
  }

  private static func withUnits(_ bytes: Span<UInt8>, _ start: Int, _ end: Int) -> Reading {
    if let clock = clock(bytes, start, end) { return .nanoseconds(clock) }
    var total: Int64 = 0
    var i = start
    while i < end {
      guard let (number, stop) = DecimalNumber.parse(bytes, from: i, to: end), stop < end else { return .none }
      i = stop
      if bytes[i] == UInt8(ascii: " ") { i += 1 }
      guard let unit = unit(bytes, &i, end), let part = number.scaled(by: unit) else { return .none }
      let (sum, overflow) = total.addingReportingOverflow(part)
      total = overflow ? .max : sum
    }
    return .nanoseconds(total)
  }

  /// Nanoseconds of the unit whose name stands at `i`, which moves after it.
  private static func unit(_ bytes: Span<UInt8>, _ i: inout Int, _ end: Int) -> Int64? {
    // U+00B5 and U+03BC, the two signs for micro.
    if i + 2 < end, (bytes[i] == 0xC2 && bytes[i + 1] == 0xB5) || (bytes[i] == 0xCE && bytes[i + 1] == 0xBC),
      bytes[i + 2] == UInt8(ascii: "s")
    {
      i += 3
      return 1_000
    }
    // The first eight letters, in lower case, tell all the names apart.
    var word: UInt64 = 0
    var count = 0
    while i < end, (bytes[i] | 0x20) &- 0x61 < 26 {
      if count < 8 { word = word << 8 | UInt64(bytes[i] | 0x20) }
      count += 1
      i += 1
    }
    switch word {
    // ns nano nanos nanoseco[nds]
    case 0x6E73, 0x6E61_6E6F, 0x6E61_6E6F_73, 0x6E61_6E6F_7365_636F: return 1
    // us usec usecs micros microsec[onds]
    case 0x7573, 0x7573_6563, 0x7573_6563_73, 0x6D69_6372_6F73, 0x6D69_6372_6F73_6563: return 1_000
    // ms msec msecs millis millisec[onds]
    case 0x6D73, 0x6D73_6563, 0x6D73_6563_73, 0x6D69_6C6C_6973, 0x6D69_6C6C_6973_6563: return 1_000_000
    // s sec secs second seconds
    case 0x73, 0x7365_63, 0x7365_6373, 0x7365_636F_6E64, 0x7365_636F_6E64_73: return 1_000_000_000
    // m min mins minute minutes
    case 0x6D, 0x6D69_6E, 0x6D69_6E73, 0x6D69_6E75_7465, 0x6D69_6E75_7465_73: return 60_000_000_000
    // h hour hours
    case 0x68, 0x686F_7572, 0x686F_7572_73: return 3_600_000_000_000
    default: return nil
    }
  }
}
