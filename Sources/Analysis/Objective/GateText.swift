internal import Glibc
internal import TraceCore

/// Values in the sentences of a verdict: three significant digits and a unit.
package enum GateText {
  package static func value(_ value: Double, _ unit: Objective.Unit) -> String {
    switch unit {
    case .share: number(value * 100) + " %"
    case .perSecond: number(value) + "/s"
    case .count: number(value)
    case .thousandths: number(value / 1_000)
    case .nanoseconds: duration(value)
    }
  }

  static func duration(_ nanoseconds: Double) -> String {
    switch abs(nanoseconds) {
    case ..<1e3: number(nanoseconds) + " ns"
    case ..<1e6: number(nanoseconds / 1e3) + " µs"
    case ..<1e9: number(nanoseconds / 1e6) + " ms"
    case ..<120e9: number(nanoseconds / 1e9) + " s"
    default: number(nanoseconds / 60e9) + " min"
    }
  }

  /// Of a whole number of seconds or more in hours, minutes and seconds: `1 m 40 s`.
  static func span(_ nanoseconds: Int64) -> String {
    guard nanoseconds >= 60 * 1_000_000_000 else { return duration(Double(max(0, nanoseconds))) }
    let seconds = nanoseconds / 1_000_000_000
    let (hours, minutes) = (seconds / 3_600, seconds / 60 % 60)
    return (hours > 0 ? "\(hours) h \(minutes) m" : "\(minutes) m \(seconds % 60) s")
  }

  /// Three significant digits, or all of a whole number; no zeros at the end.
  static func number(_ value: Double) -> String {
    guard value.isFinite, abs(value) < 1e15 else { return value < 0 ? "-∞" : "∞" }
    let magnitude = abs(value)
    guard magnitude >= 1e-9 else { return "0" }
    let decimals = max(0, 2 - Int(saturating: log10(magnitude).rounded(.down)))
    let scale = pow(10, Double(decimals))
    let whole = Int64(saturating: (magnitude * scale).rounded())
    var digits = String(whole)
    if decimals > 0 {
      digits = String(repeating: "0", count: max(0, decimals + 1 - digits.utf8.count)) + digits
      let split = digits.index(digits.endIndex, offsetBy: -decimals)
      var fraction = digits[split...]
      while fraction.last == "0" { fraction = fraction.dropLast() }
      digits = String(digits[..<split]) + (fraction.isEmpty ? "" : "." + fraction)
    }
    return value < 0 && digits != "0" ? "-" + digits : digits
  }

  /// Why an interval decides nothing.
  package static func undecided(lower: Double, upper: Double, limit: Double, _ unit: Objective.Unit) -> String {
    "between \(value(lower, unit)) and \(value(upper, unit)); \(value(limit, unit)) cannot be distinguished from it"
  }

  /// `1 request`, `3 requests`.
  static func count(_ n: Int64, _ noun: String) -> String { "\(n) \(noun)\(n == 1 ? "" : "s")" }
}
