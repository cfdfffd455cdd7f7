internal import TraceCore

/// A linear axis from zero: its top and ticks at round numbers.
struct ValueAxis: Sendable, Equatable {
  struct Tick: Sendable, Equatable {
    var value: Double
    var text: String
  }

  let top: Double
  let ticks: [Tick]

  /// - Parameters:
  ///   - maximum: of the values; at least 0.
  ///   - most: steps between ticks at most.
  ///   - least: top of the axis at least, so that noise near zero is not blown up.
  init(maximum: Double, most: Int = 4, least: Double = 0) {
    let wanted = max(maximum.isFinite ? maximum : 0, least, 1e-6)
    // 1, 2, 5, 10, …: the first with which `most` steps are enough.
    var exponent = -7
    var unit = 1e-7
    var step = (digit: 1, size: unit)
    search: while true {
      for digit in [1, 2, 5] where Double(digit) * unit * Double(most) >= wanted * 0.9999999 {
        step = (digit, Double(digit) * unit)
        break search
      }
      exponent += 1
      unit *= 10
    }
    var count = 1
    while step.size * Double(count) < wanted * 0.9999999 { count += 1 }
    top = step.size * Double(count)
    ticks = (0...count).map { i in
      Tick(value: step.size * Double(i), text: ValueAxis.text(Int64(i * step.digit), exponent))
    }
  }

  /// `digits` times ten to the `exponent`, exactly.
  private static func text(_ digits: Int64, _ exponent: Int) -> String {
    if digits == 0 { return "0" }
    var text = String(digits)
    if exponent >= 0 {
      var value = digits
      for _ in 0..<min(exponent, 15) { value *= 10 }
      return CountText.text(value)
    }
    while text.utf8.count <= -exponent { text = "0" + text }
    let whole = text.dropLast(-exponent)
    var fraction = text.suffix(-exponent)
    while fraction.last == "0" { fraction = fraction.dropLast() }
    return fraction.isEmpty ? String(whole) : "\(whole).\(fraction)"
  }
}

/// An axis of event time with ticks at round times of UTC.
struct TimeAxis: Sendable, Equatable {
  struct Tick: Sendable, Equatable {
    var time: Int64
    var text: String
  }

  let start: Int64
  let end: Int64
  let ticks: [Tick]

  /// Seconds between ticks.
  private static let steps: [Int64] = [
    1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 10_800, 21_600, 43_200, 86_400, 172_800, 604_800,
    2_592_000, 7_776_000, 31_536_000,
  ]

  /// - Parameters:
  ///   - start, end: event times; one second at least is shown.
  ///   - most: ticks at most.
  init(start: Int64, end: Int64, most: Int = 8) {
    let length = max(TimeSpan.between(start, end), EventTime.nanosecondsPerSecond)
    let (stop, overflow) = start.addingReportingOverflow(length)
    self.start = start
    self.end = overflow ? .max : stop
    let step =
      (TimeAxis.steps.first { length / ($0 * EventTime.nanosecondsPerSecond) < Int64(most) } ?? 315_360_000)
      * EventTime.nanosecondsPerSecond
    var ticks: [Tick] = []
    var day = EventTime.date(start)
    // The first round time at or after the start.
    let past = EventTime.floorDivide(start, step).remainder
    var (time, isBeyond) = start.addingReportingOverflow(past == 0 ? 0 : step - past)
    while !isBeyond, time <= self.end, ticks.count <= most {
      let date = EventTime.date(time)
      let clock = EventTime.timeOfDay(time).prefix(step < 60 * EventTime.nanosecondsPerSecond ? 8 : 5)
      let isDays = step >= 86_400 * EventTime.nanosecondsPerSecond
      ticks.append(Tick(time: time, text: isDays ? date : date == day ? String(clock) : "\(date.suffix(5)) \(clock)"))
      day = date
      (time, isBeyond) = time.addingReportingOverflow(step)
    }
    self.ticks = ticks
  }

  /// 0 at the start, 1 at the end.
  func share(_ time: Int64) -> Double {
    let length = Double(TimeSpan.between(start, end))
    return length > 0 ? min(max(Double(TimeSpan.between(start, time)) / length, 0), 1) : 0
  }
}
