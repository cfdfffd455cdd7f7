package import Analysis
package import TraceCore

/// A measured value: the number, and how a document says it.
///
/// Text has three digits and the unit that fits, as the tables of `stats` do, unless a unit is asked for. JSON is exact.
package enum MeasuredValue: Sendable, Equatable {
  case count(Int64)
  /// 0 ... 1.
  case share(Double)
  /// A second.
  case rate(Double)
  /// How many on average.
  case average(Double)
  /// Nanoseconds.
  case duration(Int64)
  /// Event time.
  case time(Int64)

  /// `2,201`, `10.5 %`, `21.4/s`, `116 ms`, `2026-11-23T06:47:54.777Z`.
  package func text(in unit: MeasureUnit? = nil) -> String {
    switch self {
    case .count(let count): return CountText.text(count)
    case .share(let share): return PercentText.text(share)
    case .rate(let rate):
      let unit = unit ?? .perSecond
      return ThreeDigits.text(rate * unit.factor) + unit.name
    case .average(let average): return ThreeDigits.text(average)
    case .duration(let duration):
      guard let unit else { return DurationText.text(duration) }
      return MeasuredValue.threeDigits(Double(duration) / unit.factor)
        + (unit == .microseconds ? " µs" : " " + unit.name)
    case .time(let time): return EventTime.rfc3339(time)
    }
  }

  /// Three significant digits also where the value is small: 0.116 s.
  private static func threeDigits(_ value: Double) -> String {
    guard value > 0, value < 0.9995 else { return ThreeDigits.text(value) }
    var decimals = 3
    var scaled = value
    while scaled < 0.1, decimals < 9 {
      scaled *= 10
      decimals += 1
    }
    return ThreeDigits.fixed(value, decimals: decimals)
  }

  /// A figure of a group, nil where it has none.
  package init?(_ figure: Measure.Figure, of group: GroupSummary) {
    switch figure {
    case .requests: self = .count(group.requests)
    case .errors: self = .count(group.errors)
    case .clientErrors: self = .count(group.clientErrors)
    case .unfinished: self = .count(group.unfinished)
    case .errorRate:
      guard let rate = group.errorRate else { return nil }
      self = .share(rate)
    case .rate:
      guard let rate = group.ratePerSecond else { return nil }
      self = .rate(rate)
    case .quantile(let q, _):
      let known = q == 0.5 ? group.p50 : q == 0.9 ? group.p90 : q == 0.95 ? group.p95 : q == 0.99 ? group.p99 : nil
      guard let known else { return nil }
      self = .duration(known)
    case .max:
      guard let max = group.max else { return nil }
      self = .duration(max)
    case .traces, .first, .last, .duration, .inFlight, .inFlightPeak, .inFlightPeakAt: return nil
    }
  }
}
