internal import TraceCore

/// Numbers as people read them in tables: three significant digits, thousands grouped by commas, in any locale the same.
///
/// Not for JSON or CSV, which carry exact figures.

/// Counts: `1,234,567`.
package enum CountText {
  package static func text(_ count: Int64) -> String {
    let digits = Array(String(count.magnitude).utf8)
    var out: [UInt8] = count < 0 ? [0x2D] : []
    for (i, digit) in digits.enumerated() {
      if i > 0 && (digits.count - i) % 3 == 0 { out.append(0x2C) }
      out.append(digit)
    }
    return String(decoding: out, as: UTF8.self)
  }

  package static func text(_ count: Int) -> String { text(Int64(count)) }

  /// `1 file`, `2 files`; `plural` where an s does not do.
  package static func text(_ count: Int64, _ noun: String, plural: String? = nil) -> String {
    text(count) + " " + (count == 1 ? noun : plural ?? noun + "s")
  }
}

/// Three significant digits: `0.04`, `7.21`, `21.4`, `753`, `1,494`; at most two decimals; zero is `0`, less than the
/// last digit `<0.01`.
package enum ThreeDigits {
  /// - Parameter value: at least 0; not a number and infinity give `-`.
  package static func text(_ value: Double) -> String {
    guard value.isFinite, value < 9e15 else { return "-" }
    if value == 0 { return "0" }
    if value < 0.005 { return "<0.01" }
    if value < 9.995 { return fixed(value, decimals: 2) }
    if value < 99.95 { return fixed(value, decimals: 1) }
    return CountText.text(Int64(saturating: value.rounded(.toNearestOrAwayFromZero)))
  }

  /// `value` (at least 0) with so many decimals, rounded half up.
  static func fixed(_ value: Double, decimals: Int) -> String {
    var scale: Int64 = 1
    for _ in 0..<decimals { scale *= 10 }
    let scaled = Int64(saturating: (value * Double(scale)).rounded(.toNearestOrAwayFromZero))
    guard decimals > 0 else { return CountText.text(scaled) }
    let fraction = String(scaled % scale)
    return CountText.text(scaled / scale) + "." + String(repeating: "0", count: decimals - fraction.utf8.count)
      + fraction
  }
}

/// Shares: `10.5 %`, `0.02 %`, `<0.01 %`.
package enum PercentText {
  /// The number alone, for a column whose header has the unit.
  /// - Parameter share: 0 ... 1.
  package static func number(_ share: Double) -> String { ThreeDigits.text(share * 100) }

  package static func text(_ share: Double) -> String { number(share) + " %" }
}

/// Sizes in decimal units: `824 B`, `5.88 MB`.
package enum BytesText {
  package static func text(_ bytes: Int64) -> String {
    if bytes < 1000 { return "\(bytes) B" }
    var value = Double(bytes)
    var unit = 0
    let units = ["B", "kB", "MB", "GB", "TB", "PB", "EB"]
    while value >= 999.5 && unit + 1 < units.count {
      value /= 1000
      unit += 1
    }
    return ThreeDigits.text(value) + " " + units[unit]
  }
}
