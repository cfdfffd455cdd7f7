/// Durations as people read them: three significant digits and the unit that fits.
///
/// Not for JSON or CSV, which carry exact milliseconds.
package enum DurationText {
  /// `0 ms`, `85 ns`, `412 µs`, `28.9 ms`, `1.49 s`, `2 m 05 s`, `3 h 04 m`, `2 d 05 h`.
  ///
  /// - Parameter unicode: else `us` for `µs`.
  package static func text(_ nanoseconds: Int64, unicode: Bool = true) -> String {
    if nanoseconds < 0 { return "-" + text(nanoseconds == .min ? .max : -nanoseconds, unicode: unicode) }
    switch nanoseconds {
    case 0: return "0 ms"
    case ..<1000: return "\(nanoseconds) ns"
    case ..<999_500: return ThreeDigits.text(Double(nanoseconds) / 1e3) + (unicode ? " µs" : " us")
    case ..<999_500_000: return ThreeDigits.text(Double(nanoseconds) / 1e6) + " ms"
    case ..<59_950_000_000: return ThreeDigits.text(Double(nanoseconds) / 1e9) + " s"
    default:
      let whole = nanoseconds / 1_000_000_000 + (nanoseconds % 1_000_000_000 >= 500_000_000 ? 1 : 0)
      if whole < 3600 { return "\(whole / 60) m \(two(whole % 60)) s" }
      if whole < 86_400 { return "\(whole / 3600) h \(two(whole / 60 % 60)) m" }
      return "\(whole / 86_400) d \(two(whole / 3600 % 24)) h"
    }
  }

  /// The same for a column of its own: seconds get a blank after it, so that numbers stand under numbers.
  package static func cell(_ nanoseconds: Int64, unicode: Bool = true) -> String {
    let plain = text(nanoseconds, unicode: unicode)
    return nanoseconds < 59_950_000_000 && plain.hasSuffix(" s") ? plain + " " : plain
  }

  /// The same without decimals that are zero: `10 s`, `1.5 s`; for sentences.
  package static func short(_ nanoseconds: Int64, unicode: Bool = true) -> String {
    let plain = text(nanoseconds, unicode: unicode)
    guard let blank = plain.firstIndex(of: " "), plain[..<blank].contains(".") else { return plain }
    var number = plain[..<blank]
    while number.last == "0" { number = number.dropLast() }
    if number.last == "." { number = number.dropLast() }
    return String(number) + plain[blank...]
  }

  /// As an option of the command line takes it, exactly: `10s`, `250ms`.
  package static func option(_ nanoseconds: Int64) -> String {
    for (unit, length) in [("s", 1_000_000_000), ("ms", 1_000_000), ("us", 1_000)] as [(String, Int64)]
    where nanoseconds % length == 0 {
      return "\(nanoseconds / length)\(unit)"
    }
    return "\(nanoseconds)ns"
  }

  private static func two(_ value: Int64) -> String { value < 10 ? "0\(value)" : "\(value)" }
}

/// One unit for all durations of a table, named once in its header.
package struct LatencyScale: Sendable, Equatable {
  /// `µs` (`us`), `ms` or `s`.
  package let unit: String
  private let divisor: Double

  /// Milliseconds, unless all of `typical` values (medians, nanoseconds) are under 0.1 ms or one is over 100 s.
  package init(typical: [Int64], unicode: Bool) {
    let largest = typical.max() ?? 1_000_000
    if largest < 100_000 {
      (unit, divisor) = (unicode ? "µs" : "us", 1e3)
    } else if largest > 100_000_000_000 {
      (unit, divisor) = ("s", 1e9)
    } else {
      (unit, divisor) = ("ms", 1e6)
    }
  }

  /// The number without the unit; `-` for nil.
  package func text(_ nanoseconds: Int64?) -> String {
    guard let nanoseconds else { return "-" }
    return nanoseconds < 0
      ? "-" + ThreeDigits.text(Double(nanoseconds.magnitude) / divisor)
      : ThreeDigits.text(Double(nanoseconds) / divisor)
  }
}

/// Offsets from one start, all in one unit and with the decimals that the finest of them needs (at most three).
package struct OffsetScale: Sendable, Equatable {
  private let divisor: Double
  private let decimals: Int
  /// `ms` or `s`.
  package let unit: String

  /// - Parameter offsets: nanoseconds.
  package init(_ offsets: [Int64]) {
    let largest = offsets.max() ?? 0
    if largest >= 100_000_000_000 {
      (unit, divisor) = ("s", 1e9)
      decimals = offsets.contains { $0 % 1_000_000_000 != 0 } ? 1 : 0
    } else {
      (unit, divisor) = ("ms", 1e6)
      if !offsets.contains(where: { $0 % 1_000_000 != 0 }) {
        decimals = 0
      } else {
        decimals = largest >= 1_000_000_000 ? 1 : offsets.contains { $0 % 100_000 != 0 } ? 3 : 1
      }
    }
  }

  /// `+37.5 ms`.
  package func text(_ offset: Int64) -> String {
    (offset < 0 ? "-" : "+") + ThreeDigits.fixed(Double(offset.magnitude) / divisor, decimals: decimals) + " " + unit
  }
}
