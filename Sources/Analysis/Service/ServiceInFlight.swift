package import TraceCore

/// The most requests in flight at once, by minute, from the starts and ends of requests as they are counted: exact to the
/// millisecond, as `InFlightMeter` is for a whole run.
///
/// A minute is settled when the watermark is `patience` past its end; a request that began earlier than the minutes that are not
/// settled counts from there on. Depends on the requests and their order alone. Memory: two changes a request of the last
/// minutes, about 24 bytes each, at most two a millisecond.
package struct ServiceInFlight: Sendable {
  /// Most at once in a minute, and when that was first so.
  package struct Peak: Sendable, Equatable {
    package var count: Int64
    /// Event time, nanoseconds.
    package var time: Int64

    package init(count: Int64, time: Int64) {
      self.count = count
      self.time = time
    }

    /// The greater of two, of equal ones the earlier.
    package static func greater(_ a: Peak, _ b: Peak) -> Peak {
      (b.count, a.time) > (a.count, b.time) ? b : a
    }
  }

  static let patience = 4 * ServiceTime.minute
  private static let millisecond = EventTime.nanosecondsPerMillisecond

  /// By millisecond of event time.
  private var changes: [Int64: Int32] = [:]
  /// Nanoseconds: where the minutes begin that are not settled; EventTime.none before the first request.
  private var edge = EventTime.none
  /// In flight at `edge`.
  private var count: Int64 = 0
  /// Requests with a duration, and those of them that end at whole seconds: of such a log nobody knows the peak.
  private var requests: Int64 = 0
  private var wholeSeconds: Int64 = 0

  package init() {}

  /// Whether the log's times are to the second, so that all that end in one would be in flight together.
  package var isToTheSecond: Bool { wholeSeconds.times(2) > requests }

  /// A request that counts.
  ///
  /// - Returns: minutes that are settled by now, by their beginning.
  package mutating func add(_ request: RequestEvent) -> [(minute: Int64, peak: Peak)] {
    guard request.time != EventTime.none, request.duration >= 0 else { return [] }
    let settled = settle(at: request.watermark == EventTime.none ? request.time : request.watermark)
    guard request.time > edge else { return settled }
    requests += 1
    if EventTime.floorDivide(request.time, EventTime.nanosecondsPerSecond).remainder == 0 { wholeSeconds += 1 }
    // As `InFlightMeter` has it: whole milliseconds, so that one after the other never overlap.
    let end = EventTime.floorDivide(request.time.plus(ServiceInFlight.millisecond - 1), ServiceInFlight.millisecond)
      .quotient
    let length = request.duration / ServiceInFlight.millisecond
    guard length > 0 else { return settled }
    changes[max(end.less(length), edge / ServiceInFlight.millisecond), default: 0] += 1
    changes[end, default: 0] -= 1
    return settled
  }

  /// Event time has come so far: minutes that are settled by now.
  package mutating func settle(at watermark: Int64) -> [(minute: Int64, peak: Peak)] {
    guard watermark != EventTime.none else { return [] }
    let next = ServiceTime.start(of: watermark, ServiceTime.minute).less(ServiceInFlight.patience)
    guard edge != EventTime.none else {
      edge = next
      return []
    }
    return next > edge ? peaks(until: next) : []
  }

  /// The minutes that are not settled, as far as requests are known.
  package func open(until time: Int64) -> [(minute: Int64, peak: Peak)] {
    guard edge != EventTime.none, time > edge else { return [] }
    var copy = self
    return copy.peaks(until: ServiceTime.start(of: time, ServiceTime.minute).plus(ServiceTime.minute))
  }

  private mutating func peaks(until end: Int64) -> [(minute: Int64, peak: Peak)] {
    let border = end / ServiceInFlight.millisecond
    let times = changes.keys.filter { $0 < border }.sorted()
    var found: [(minute: Int64, peak: Peak)] = []
    // What is carried over is in flight when a minute begins.
    var minute = edge
    var peak = Peak(count: count, time: edge)
    func finish(_ found: inout [(minute: Int64, peak: Peak)]) { if peak.count > 0 { found.append((minute, peak)) } }
    for time in times {
      let at = time.times(ServiceInFlight.millisecond)
      while at >= minute.plus(ServiceTime.minute) {
        finish(&found)
        minute = minute.plus(ServiceTime.minute)
        peak = Peak(count: count, time: minute)
        // Nothing is in flight over an hour without an end: the log has a gap.
        if count == 0, at >= minute.plus(ServiceTime.minute) { minute = ServiceTime.start(of: at, ServiceTime.minute) }
      }
      count += Int64(changes.removeValue(forKey: time) ?? 0)
      peak = Peak.greater(peak, Peak(count: count, time: at))
    }
    while count > 0, minute.plus(ServiceTime.minute) < end {
      finish(&found)
      minute = minute.plus(ServiceTime.minute)
      peak = Peak(count: count, time: minute)
    }
    finish(&found)
    edge = end
    return found
  }
}

extension ServiceInFlight: StateCodable {
  package mutating func code(_ coder: inout StateCoder) throws(StateError) {
    try coder.section("in flight")
    try coder.code(
      &changes, emptyKey: 0, empty: 0, key: { time, coder throws(StateError) in try coder.code(&time) },
      { change, coder throws(StateError) in try coder.code(&change) })
    try coder.code(time: &edge)
    try coder.code(&count)
    try coder.code(count: &requests)
    try coder.code(count: &wholeSeconds)
    guard count > -(1 << 40), count < 1 << 40 else { throw .invalid("requests in flight") }
  }
}
