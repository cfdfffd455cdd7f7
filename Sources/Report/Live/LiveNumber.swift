internal import TraceCore

/// Marks of the live screen, one column wide each, with and without Unicode. A word always stands beside them.
enum LiveGlyph {
  static func pointer(_ style: Style) -> String { style.unicode ? "▸" : ">" }
  static func up(_ style: Style) -> String { style.unicode ? "▲" : "^" }
  static func times(_ style: Style) -> String { style.unicode ? "×" : "x" }

  static func state(_ state: LiveGate.State, _ style: Style) -> String {
    switch state {
    case .pass: style.unicode ? "✓" : "+"
    case .fail: style.unicode ? "✗" : "x"
    case .open: style.unicode ? "…" : "."
    case .goesOn: style.unicode ? "→" : ">"
    }
  }

  static func paint(_ state: LiveGate.State) -> Style.Paint {
    switch state {
    case .pass: .green
    case .fail: .boldRed
    case .open: .yellow
    case .goesOn: .cyan
    }
  }
}

/// Numbers of the live screen: short, and never longer than their column.
enum LiveNumber {
  /// Counts with commas to a million, then with three digits: `12.3M`.
  static func count(_ value: Int64) -> String {
    guard value >= 1_000_000 else { return CountText.text(value) }
    var scaled = Double(value) / 1e6
    var unit = "M"
    for next in ["G", "T", "P", "E"] where scaled >= 999.5 {
      scaled /= 1000
      unit = next
    }
    return ThreeDigits.text(scaled) + unit
  }

  /// Milliseconds without the unit, to a day; `-` for nil.
  static func milliseconds(_ nanoseconds: Int64?) -> String {
    guard let nanoseconds, nanoseconds >= 0 else { return "-" }
    let value = Double(nanoseconds) / 1e6
    return value < 100_000 ? ThreeDigits.text(value) : age(nanoseconds)
  }

  /// A number of at least 0; `-` for what is none.
  static func rate(_ value: Double) -> String {
    guard value.isFinite else { return "-" }
    return value < 100_000 ? ThreeDigits.text(max(value, 0)) : count(Int64(saturating: min(max(value, 0), 9e18)))
  }

  /// A whole number of the largest unit: `4 s`, `12 m`, `3 h`, `2 d`.
  static func age(_ nanoseconds: Int64) -> String {
    let seconds = max(nanoseconds, 0) / 1_000_000_000
    if seconds < 60 { return "\(seconds) s" }
    if seconds < 3600 { return "\(seconds / 60) m" }
    if seconds < 86_400 { return "\(seconds / 3600) h" }
    return "\(seconds / 86_400) d"
  }

  /// Between two event times; `-` where one is none.
  static func age(from start: Int64, to end: Int64) -> String {
    start == .min || end == .min ? "-" : age(TimeSpan.between(start, end))
  }

  /// A value with its unit; `-` for nil and for what is no number.
  static func value(_ value: Double?, _ unit: LiveGate.Unit, _ style: Style) -> String {
    guard let value, value.isFinite else { return "-" }
    if value < 0 { return "-" + self.value(-value, unit, style) }
    switch unit {
    case .share: return PercentText.text(value)
    case .duration: return DurationText.text(Int64(saturating: min(value, 9e18)), unicode: style.unicode)
    case .perSecond: return rate(value) + "/s"
    case .count: return count(Int64(saturating: min(value, 9e18).rounded()))
    case .number: return value < 100_000 ? ThreeDigits.text(value) : count(Int64(saturating: min(value, 9e18)))
    }
  }

  /// As `value`, without decimals that are zero: `2 %`.
  static func limit(_ value: Double?, _ unit: LiveGate.Unit, _ style: Style) -> String {
    let text = self.value(value, unit, style)
    guard let point = text.firstIndex(of: ".") else { return text }
    let end = text[point...].dropFirst().firstIndex { !("0"..."9").contains($0) } ?? text.endIndex
    var number = text[..<end]
    while number.last == "0" { number = number.dropLast() }
    if number.last == "." { number = number.dropLast() }
    return String(number + text[end...])
  }

  /// A length of time without seconds that are zero: `3 m`, `2 m 30 s`, `10 s`.
  static func span(_ nanoseconds: Int64, _ style: Style) -> String {
    let text = DurationText.short(nanoseconds, unicode: style.unicode)
    for end in [" 00 s", " 00 m", " 00 h"] where text.hasSuffix(end) { return String(text.dropLast(end.count)) }
    return text
  }

  /// `6.21 – 10.4 %`, `from 3 ms`, `up to 3 ms`.
  static func interval(_ lower: Double?, _ upper: Double?, _ unit: LiveGate.Unit, _ style: Style) -> String {
    switch (lower, upper) {
    case (nil, nil): return "-"
    case (let lower?, nil): return "from " + value(lower, unit, style)
    case (nil, let upper?): return "up to " + value(upper, unit, style)
    case (let lower?, let upper?):
      let low = value(lower, unit, style)
      let high = value(upper, unit, style)
      // A unit that both have stands once.
      let end = low.lastIndex(of: " ").map { low[$0...] } ?? (unit == .perSecond ? low.suffix(2) : "")
      let isShared = !end.isEmpty && high.hasSuffix(end) && low.count { $0 == " " } < 2
      return (isShared ? String(low.dropLast(end.count)) : low) + " \(style.dash) " + high
    }
  }
}
