package import TraceCore

/// What requests that ended in one window of event time came to: a point of every chart over time, and what the search for
/// the incident's span looks at.
package struct SeriesWindow: Sendable, Equatable {
  /// Nanoseconds; the window is start ..< start + length.
  package var start: Int64
  package var length: Int64
  package var requests: Int64
  /// 4xx.
  package var clientErrors: Int64
  package var errors: Int64
  /// Requests with a logged duration.
  package var timed: Int64
  /// Nanoseconds; nil without durations.
  package var p50, p95, p99: Int64?
  package var latency: LatencyHistogram

  package var end: Int64 { start.plus(length) }
  /// errors / requests; nil without requests.
  package var errorRate: Double? { requests > 0 ? Double(errors) / Double(requests) : nil }

  package init(
    start: Int64, length: Int64, requests: Int64 = 0, clientErrors: Int64 = 0, errors: Int64 = 0, timed: Int64 = 0,
    p50: Int64? = nil, p95: Int64? = nil, p99: Int64? = nil, latency: LatencyHistogram = LatencyHistogram()
  ) {
    self.start = start
    self.length = length
    self.requests = requests
    self.clientErrors = clientErrors
    self.errors = errors
    self.timed = timed
    self.p50 = p50
    self.p95 = p95
    self.p99 = p99
    self.latency = latency
  }
}

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
