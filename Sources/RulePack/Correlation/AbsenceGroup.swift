internal import TraceCore

/// One group of a correlation that holds where nothing happens (`lt: 5`): what came in the windows that have not ended.
///
/// Its windows do not slide: they begin at multiples of the timespan since 1970, so that each span of silence is judged
/// once. The window of the group's first event is not judged, since part of it lies before.
struct AbsenceGroup: Sendable, StateCodable {
  private struct Window: Sendable {
    var number: Int64
    var count = 0
    var values: Set<String> = []
  }

  /// A window that was judged to hold, or several without events on end.
  struct Held {
    var first: Int64
    /// Number after the last.
    var end: Int64
    var count: Int
  }

  /// Number of the window of the first event.
  private var first: Int64
  /// By number.
  private var open: ContiguousArray<Window> = []

  init(first: Int64) { self.first = first }

  var remembered: Int { open.reduce(0) { $0 + 1 + $1.values.count } }

  /// - Parameters:
  ///   - number: of the event's window.
  ///   - value: of value_count.
  ///   - judged: number of the first window that is not judged yet.
  mutating func take(
    _ number: Int64, value: String?, judged: Int64, _ plan: CorrelationPlan, _ losses: inout CorrelationLosses
  ) {
    if number < judged {
      if number > first { losses.late += 1 }
      first = min(first, number)
      return
    }
    first = min(first, number)
    var index = open.count
    while index > 0, open[index - 1].number >= number { index -= 1 }
    if index == open.count || open[index].number != number {
      guard open.count < plan.rememberedLimit else {
        losses.eventsForgotten += 1
        return
      }
      open.insert(Window(number: number), at: index)
    }
    if let value {
      // More than that decide nothing.
      if open[index].count < plan.saturation { open[index].values.insert(value) }
      open[index].count = open[index].values.count
    } else {
      open[index].count += 1
    }
  }

  /// Judges the windows from `from` up to `end`; runs of windows without events are one.
  mutating func judge(from: Int64, to end: Int64, _ plan: CorrelationPlan) -> [Held] {
    var held: [Held] = []
    var next = max(from, CorrelationPlan.add(first, 1))
    var done = 0
    func silence(_ last: Int64) {
      if next < last && plan.holdsForNothing { held.append(Held(first: next, end: last, count: 0)) }
    }
    while done < open.count, open[done].number < end {
      let window = open[done]
      done += 1
      guard window.number >= next else { continue }
      silence(window.number)
      if plan.holds(count: window.count) {
        held.append(Held(first: window.number, end: window.number + 1, count: window.count))
      }
      next = window.number + 1
    }
    silence(end)
    open.removeFirst(done)
    return held
  }

  mutating func code(_ coder: inout StateCoder) throws(StateError) {
    try coder.code(&first)
    try coder.code(&open, empty: Window(number: 0)) { window, coder throws(StateError) in
      try coder.code(&window.number)
      try coder.code(&window.count)
      try coder.code(&window.values, empty: "") { value, coder throws(StateError) in try coder.code(&value) }
    }
  }

  /// The number of the window that a time lies in.
  static func number(of time: Int64, _ plan: CorrelationPlan) -> Int64 {
    EventTime.floorDivide(time, plan.timespan).quotient
  }
}
