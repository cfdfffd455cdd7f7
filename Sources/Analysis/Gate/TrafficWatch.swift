internal import TraceCore

/// When requests came last, and whether that is too long ago to be chance.
///
/// Traffic has stopped where three things hold of the silence up to now: it is two windows long, `expected` requests would
/// have come in it at the rate of the stage before it, and it is more than twice as long as any silence seen before. The
/// first keeps a hiccup from counting, the second sparse traffic, the third bursts: a job that calls once a minute has been
/// silent for a minute before.
struct TrafficWatch: Sendable, Equatable {
  /// Requests that a silence has to lack. Of independent ones so many fail to come by chance once in 20,000 times.
  static let expected = 10.0
  private static let timesLonger: Int64 = 2
  static let leastWindows: Int64 = 2

  /// Of the newest request; none before the first.
  private(set) var last = EventTime.none
  /// Nanoseconds: the longest silence between two requests.
  private(set) var longest: Int64 = 0
  /// Requests that are judged, since the stage began.
  private(set) var judged: Int64 = 0

  /// A request that ended at `time`; in nearly the order of time.
  mutating func take(_ time: Int64, isJudged: Bool, requests: Int64 = 1) {
    if isJudged { judged += requests }
    guard last != EventTime.none else {
      last = time
      return
    }
    guard time > last else { return }
    let (gap, isTooLong) = time.subtractingReportingOverflow(last)
    longest = max(longest, isTooLong ? .max : gap)
    last = time
  }

  mutating func beginStage() { judged = 0 }

  /// The time of the last request if traffic has stopped at `end`, in a stage that is judged from `start` on.
  func stopped(at end: Int64, from start: Int64, window: Int64) -> Int64? {
    guard judged > 0, last != EventTime.none, last >= start, end > last else { return nil }
    let silence = end - last
    guard silence / window >= TrafficWatch.leastWindows, silence / TrafficWatch.timesLonger > longest else {
      return nil
    }
    // Of a burst shorter than a window: the window's rate.
    let rate = Double(judged) / Double(max(last - start, window))
    return Double(silence) * rate >= TrafficWatch.expected ? last : nil
  }
}

extension TrafficWatch: StateCodable {
  mutating func code(_ coder: inout StateCoder) throws(StateError) {
    try coder.code(time: &last)
    try coder.code(count: &longest)
    try coder.code(count: &judged)
  }
}
