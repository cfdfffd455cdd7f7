package import TraceCore

/// Requests by windows of event time whose length adapts to the span: it begins with one second and grows whenever there
/// would be more than `most` windows, so that memory is bounded and a span of any length has enough of them.
///
/// The result depends on the set of requests alone. Windows lie on multiples of their length since 1970. Memory: `most`
/// windows with a sketch each, 35 MB where all are busy.
package struct AdaptiveSeries: Sendable {
  /// Windows kept at most: minutes of a day.
  package static let most = 1_440
  /// Lengths in seconds that people count in; each divides the next.
  static let lengths: [Int64] = [
    1, 5, 10, 30, 60, 300, 600, 1_800, 3_600, 10_800, 21_600, 43_200, 86_400, 604_800, 604_800 * 4, 604_800 * 52,
    604_800 * 520, 604_800 * 5_200,
  ]

  private struct Slot {
    /// start / length
    var number: Int64
    var stats = GroupStats()
    var latency = LatencyHistogram()
  }

  private var step = 0
  /// Nanoseconds.
  package var length: Int64 { AdaptiveSeries.lengths[step].times(EventTime.nanosecondsPerSecond) }
  /// By number; only those in which something ended.
  private var slots: [Slot] = []
  private var byRoute = RouteSeries()
  /// Requests at a time that nothing confirmed yet.
  private var waiting: [RequestEvent] = []
  /// Of those kept at most; clock jumps are rare.
  private static let mostWaiting = 10_000
  /// Requests that are in no window: they ended before the first one, or at a time that nothing confirms.
  package private(set) var leftOut: Int64 = 0

  package init() {}

  package mutating func add(_ request: RequestEvent) {
    guard request.time != EventTime.none else { return }
    if request.watermark != EventTime.none, request.time > request.watermark + Watermark.reorder {
      if waiting.count < AdaptiveSeries.mostWaiting { waiting.append(request) } else { leftOut += 1 }
      return
    }
    while let first = waiting.first, first.time <= request.watermark + Watermark.reorder {
      waiting.removeFirst()
      put(first)
    }
    put(request)
  }

  private mutating func put(_ request: RequestEvent) {
    let number = EventTime.floorDivide(request.time, length).quotient
    if let first = slots.first, number < first.number, request.time < request.watermark {
      leftOut += 1
      return
    }
    var at = slots.count
    while at > 0 && slots[at - 1].number > number { at -= 1 }
    if at == 0 || slots[at - 1].number != number {
      slots.insert(Slot(number: number), at: at)
      at += 1
    }
    slots[at - 1].stats.add(request)
    slots[at - 1].latency.add(request.duration)
    byRoute.add(request)
    while isLonger(than: AdaptiveSeries.most) { coarsen() }
  }

  private func isLonger(than most: Int) -> Bool {
    guard let first = slots.first, let last = slots.last, step + 1 < AdaptiveSeries.lengths.count else { return false }
    return last.number - first.number >= Int64(most)
  }

  private mutating func coarsen() {
    let ratio = AdaptiveSeries.lengths[step + 1] / AdaptiveSeries.lengths[step]
    step += 1
    var merged: [Slot] = []
    for var slot in slots {
      slot.number = EventTime.floorDivide(slot.number, ratio).quotient
      if let last = merged.indices.last, merged[last].number == slot.number {
        merged[last].stats.merge(slot.stats)
        merged[last].latency.merge(slot.latency)
      } else {
        merged.append(slot)
      }
    }
    slots = merged
  }

  /// Takes what waits, now that the input has ended.
  ///
  /// - Parameter newest: the newest confirmed time; what is beyond it comes from a clock jump that nothing confirmed.
  package mutating func finish(newest: Int64) {
    for request in waiting {
      if request.time <= newest { put(request) } else { leftOut += 1 }
    }
    waiting = []
  }

  /// All windows from the first to the last, with empty ones where nothing ended; put together until there are at most `most`.
  package func windows(most: Int = AdaptiveSeries.most) -> [SeriesWindow] {
    var coarse = self
    while coarse.isLonger(than: most) { coarse.coarsen() }
    return coarse.all
  }

  /// The windows of each route, in windows as long as those of the series or longer.
  ///
  /// - Parameter name: of a route by its number.
  package func routes(name: (Int32) -> String) -> RouteWindows? {
    guard let first = slots.first, let last = slots.last else { return nil }
    return byRoute.routes(
      from: first.number.times(length), to: last.number.plus(1).times(length), least: length, name: name)
  }

  private var all: [SeriesWindow] {
    var windows: [SeriesWindow] = []
    for slot in slots {
      while let last = windows.last, last.end < slot.number * length {
        windows.append(SeriesWindow(start: last.end, length: length))
      }
      let stats = slot.stats
      let quantiles = stats.durations.quantiles([0.5, 0.95, 0.99])
      windows.append(
        SeriesWindow(
          start: slot.number * length, length: length, requests: stats.requests, clientErrors: stats.clientErrors,
          errors: stats.errors, timed: stats.durations.count, p50: quantiles.first,
          p95: quantiles.count > 1 ? quantiles[1] : nil, p99: quantiles.last, latency: slot.latency))
    }
    return windows
  }
}
