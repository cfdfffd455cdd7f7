package import TraceCore

/// Requests by window of event time: a request belongs to the window in which it ends.
///
/// A window closes when the watermark passes its end; a request that comes later joins the totals only and is counted.
/// Windows lie on multiples of their length since 1970, so that they are the same for any input.
///
/// Meaning: docs/semantics.md#time.
package struct Windows: Sendable {
  /// Windows kept at most; a finer division of a longer span is refused by the command.
  package static let most = 100_000

  /// Nanoseconds.
  package let length: Int64
  private var open: [(start: Int64, stats: RequestStats)] = []
  package private(set) var closed: [WindowSummary] = []
  package private(set) var lateRequests: Int64 = 0
  /// More windows than `most` would be needed.
  package private(set) var isOverfull = false

  package init(length: Int64) { self.length = length }

  /// Takes the next request in order.
  package mutating func add(_ request: RequestEvent, names: GroupNames, isUnmatched: (Int) -> Bool) {
    close(upTo: request.watermark, names: names, isUnmatched: isUnmatched)
    add(request)
  }

  /// As above where `close(upTo:)` is called in time.
  package mutating func add(_ request: RequestEvent) {
    guard request.time != EventTime.none, !isOverfull else { return }
    let start = request.time - EventTime.floorDivide(request.time, length).remainder
    if request.watermark != EventTime.none, start + length <= request.watermark {
      lateRequests += 1
      return
    }
    // Few windows are open at once: those that the reorder bound spans.
    var at = open.count
    while at > 0 && open[at - 1].start > start { at -= 1 }
    if at == 0 || open[at - 1].start != start {
      open.insert((start, RequestStats()), at: at)
      at += 1
    }
    open[at - 1].stats.add(request)
  }

  /// Closes the windows that end at `watermark` or before it.
  package mutating func close(upTo watermark: Int64, names: GroupNames, isUnmatched: (Int) -> Bool) {
    guard !isOverfull else { return }
    while let first = open.first, first.start + length <= watermark { close(first, names, isUnmatched) }
  }

  /// The windows that were closed since it was asked for last.
  package mutating func takeClosed() -> [WindowSummary] {
    defer { closed.removeAll(keepingCapacity: true) }
    return closed
  }

  private mutating func close(
    _ window: (start: Int64, stats: RequestStats), _ names: GroupNames, _ isUnmatched: (Int) -> Bool
  ) {
    open.removeFirst()
    var stats = window.stats
    closed.append(
      WindowSummary(
        start: window.start, end: window.start + length, total: stats.total.summary(name: "total", span: length),
        groups: stats.summaries(names: names, span: length, unmatched: isUnmatched)))
    if closed.count > Windows.most { isOverfull = true }
  }

  /// Closes what is open: the end of the input.
  ///
  /// - Parameter newest: the newest confirmed time. Requests beyond it come from a clock jump that nothing
  ///   confirmed; they are in no window, and counted.
  package mutating func finish(newest: Int64, names: GroupNames, isUnmatched: (Int) -> Bool) {
    while let last = open.last, last.start > newest {
      lateRequests += last.stats.total.requests
      open.removeLast()
    }
    while let first = open.first { close(first, names, isUnmatched) }
    // Empty windows are shown too.
    if let first = closed.first, let last = closed.last, (last.start - first.start) / length >= Int64(Windows.most) {
      isOverfull = true
    }
  }

  /// Shows requests that never ended in the window in which they began, which begins at `start`.
  package mutating func addUnfinished(_ count: Int64, start: Int64, name: String?) {
    var low = 0
    var high = closed.count
    while low < high {
      let middle = (low + high) / 2
      if closed[middle].start < start { low = middle + 1 } else { high = middle }
    }
    guard low < closed.count, closed[low].start == start else { return }
    closed[low].total.unfinished += count
    if let name, let group = closed[low].groups.firstIndex(where: { $0.name == name }) {
      closed[low].groups[group].unfinished += count
    }
  }

  /// All windows from the first to the last, with empty ones where nothing ended.
  package var series: [WindowSummary] {
    var series: [WindowSummary] = []
    for window in closed {
      while let last = series.last, last.end < window.start, series.count <= Windows.most {
        series.append(Windows.empty(start: last.end, length: length))
      }
      series.append(window)
    }
    return series
  }

  /// A window in which nothing ended.
  package static func empty(start: Int64, length: Int64) -> WindowSummary {
    var total = GroupSummary(name: "total")
    total.ratePerSecond = 0
    return WindowSummary(start: start, end: start + length, total: total, groups: [])
  }
}

extension Windows: StateCodable {
  package mutating func code(_ coder: inout StateCoder) throws(StateError) {
    try coder.check(Int(length), "--every")
    try coder.code(&open, empty: (start: 0, stats: RequestStats())) { window, coder throws(StateError) in
      try coder.code(time: &window.start)
      try coder.code(&window.stats)
    }
    try coder.code(&closed, empty: .empty)
    try coder.code(count: &lateRequests)
    try coder.code(&isOverfull)
  }

  /// Whether all groups of its open windows have names.
  package func isWithin(_ names: GroupNames) -> Bool { open.allSatisfy { $0.stats.isWithin(names) } }
}
