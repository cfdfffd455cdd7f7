package import TraceCore

/// Measures how many requests were in flight at once: on average and at most, from their starts and ends.
///
/// A request takes part from its end less its logged duration up to its end. The mean is exact, by Little's law (J. D. C.
/// Little, "A Proof for the Queuing Formula L = λW", 1961). The peak is exact to the millisecond: changes of the count are
/// kept by millisecond, and added up in order of time once nothing earlier is waited for. Durations are cut down to whole
/// milliseconds there, so that requests one after the other in a log with such times never overlap. What takes less than a
/// millisecond is an instant at which nobody knows what else was in flight: it makes the peak 1 at least, and no more. Where
/// the mean is more than that peak, the peak is not known.
///
/// Requests come nearly in order of their ends. What ended up to 15 minutes before the newest end has its place; a request
/// that had begun earlier counts from there on, and is counted as cut. An end that is far ahead of all others waits until
/// others confirm it, as records do (`Watermark`). The result depends on the requests and their order alone.
///
/// Cost: two changes a request. Memory: 4 KB for each of the last 900 seconds in which a request began or ended, 3.7 MB at most.
package struct InFlightMeter: Sendable {
  /// Seconds of event time, up to the newest end, in which changes have a place.
  package static let horizon: Int64 = 900

  /// What is of the span that is asked about: nanoseconds of event time.
  private let from: Int64
  private let to: Int64

  private var clock = Watermark()
  private var changes = InFlightChanges()
  private var result = InFlight()
  /// Time in flight of all requests, in nanoseconds.
  private var total: Int128 = 0
  /// When the first of `InFlight.instants` was, in milliseconds.
  private var firstInstant: Int64 = 0
  /// Ends that are whole seconds.
  private var wholeSeconds: Int64 = 0
  /// Ends that nothing confirms yet, and the earliest of them.
  private var waiting: [Interval] = []
  private var nextWaiting = Int64.max
  private static let mostWaiting = 10_000

  private struct Interval {
    var start: Int64
    var end: Int64
  }

  /// - Parameters:
  ///   - from, to: nanoseconds of event time; what is in flight outside of `from ..< to` is not measured.
  package init(from: Int64 = .min, to: Int64 = .max) {
    self.from = from
    self.to = to
  }

  /// Takes the requests that are counted, in their order.
  package mutating func add(_ requests: ContiguousArray<RequestEvent>) {
    for request in requests { add(request) }
  }

  package mutating func add(_ request: RequestEvent) {
    guard request.time != EventTime.none, request.duration >= 0 else {
      if request.time == EventTime.none ? from == .min && to == .max : request.time >= from && request.time < to {
        result.withoutStart += 1
      }
      return
    }
    let before = clock.high
    _ = clock.observe(request.time)
    // The first record's clock was the wrong one.
    if clock.high < before { withdraw(end: before) }
    if clock.high >= nextWaiting { releaseWaiting() }
    let interval = Interval(start: request.time.less(request.duration), end: request.time)
    if request.time > clock.high {
      wait(interval)
    } else {
      place(interval)
    }
  }

  private mutating func wait(_ interval: Interval) {
    guard waiting.count < InFlightMeter.mostWaiting else {
      result.late += 1
      return
    }
    waiting.append(interval)
    nextWaiting = min(nextWaiting, interval.end)
  }

  /// Takes those that wait and that the newest end has reached, the earliest first.
  private mutating func releaseWaiting() {
    let reached = waiting.filter { $0.end <= clock.high }.sorted { ($0.end, $0.start) < ($1.end, $1.start) }
    waiting.removeAll { $0.end <= clock.high }
    nextWaiting = waiting.map(\.end).min() ?? .max
    for interval in reached { place(interval) }
  }

  /// Nothing but one request was taken so far, and it ended at a time that the next one contradicts: now it waits.
  private mutating func withdraw(end: Int64) {
    let start = result.requests > 0 ? result.start : nil
    changes = InFlightChanges()
    (total, wholeSeconds) = (0, 0)
    let known = result
    result = InFlight()
    (result.withoutStart, result.late) = (known.withoutStart, known.late)
    if let start { wait(Interval(start: start, end: end)) }
  }

  private mutating func place(_ interval: Interval) {
    changes.advance(to: EventTime.floorDivide(interval.end, EventTime.nanosecondsPerSecond).quotient)
    guard interval.end > changes.edge else {
      if interval.end > from && interval.start < to { result.late += 1 }
      return
    }
    let start = max(interval.start, from, changes.edge)
    let end = min(interval.end, to)
    // One that took no time was there all the same.
    guard start < end || (interval.start == interval.end && start > from && start <= to) else { return }
    if interval.start < changes.edge && from < changes.edge { result.cut += 1 }
    result.requests += 1
    total += Int128(end.less(start))
    if EventTime.floorDivide(interval.end, EventTime.nanosecondsPerSecond).remainder == 0 { wholeSeconds += 1 }
    result.start = result.start == EventTime.none ? start : min(result.start, start)
    result.end = max(result.end, end)
    let last = EventTime.floorDivide(
      end.plus(EventTime.nanosecondsPerMillisecond - 1), EventTime.nanosecondsPerMillisecond
    )
    .quotient
    guard interval.end.less(interval.start) >= EventTime.nanosecondsPerMillisecond else {
      if result.instants == 0 { firstInstant = last }
      result.instants += 1
      return
    }
    let length = max(1, end.less(start) / EventTime.nanosecondsPerMillisecond)
    changes.add(from: last.less(length), to: last)
  }

  /// What was measured, now that no more requests come.
  package consuming func finish() -> InFlight {
    clock.finish()
    releaseWaiting()
    result.late += Int64(waiting.count)
    changes.finish()
    guard result.requests > 0 else { return result }
    let span = result.end.less(result.start)
    if span > 0 { result.mean = Double(total) / Double(span) }
    result.isToTheSecond = wholeSeconds.times(2) > result.requests
    let (peak, at) = changes.peak > 0 ? (changes.peak, changes.peakAt) : (1, firstInstant)
    // Ends that are cut to milliseconds make a span a little too short.
    let isKnown = (result.mean ?? 0) <= Double(peak) * InFlightMeter.tolerance
    if isKnown { result.mean = result.mean.map { min($0, Double(peak)) } }
    if isKnown, !result.isToTheSecond {
      result.peak = peak
      result.peakAt = at.times(EventTime.nanosecondsPerMillisecond)
    }
    return result
  }

  /// By how much a mean may be over a peak that is right.
  private static let tolerance = 1.05
}

/// Changes of a count by millisecond, for the last `InFlightMeter.horizon` seconds; what is older has been added up.
///
/// Seconds lie in a ring, those with changes have a row of milliseconds. Bits say which of them have any, so that adding up
/// costs by change, not by millisecond. Times here are milliseconds of event time unless they say otherwise.
struct InFlightChanges: Sendable {
  private static let perSecond = 1_000
  private static let wordsPerSecond = 16
  /// A power of two above the horizon.
  private static let ringSize: Int64 = 1_024

  /// Number of the row of each second, -1 without one.
  private var ring = ContiguousArray<Int32>(repeating: -1, count: Int(ringSize))
  private var rows: ContiguousArray<Int32> = []
  private var touched: ContiguousArray<UInt64> = []
  private var free: ContiguousArray<Int32> = []
  private var used = 0
  /// Seconds: the first one that is not added up yet, the newest one.
  private var first = Int64.min
  private var newest = Int64.min
  private var count: Int64 = 0
  private(set) var peak: Int64 = 0
  private(set) var peakAt: Int64 = 0

  /// Nanoseconds: changes before it have no place any more.
  var edge: Int64 { first.times(EventTime.nanosecondsPerSecond) }

  /// The newest end has come to `second`: what is older than the horizon is added up.
  @inline(__always)
  mutating func advance(to second: Int64) {
    if second > newest { move(to: second) }
  }

  private mutating func move(to second: Int64) {
    newest = second
    let edge = second.less(InFlightMeter.horizon - 1)
    addUp(before: edge)
    first = max(first, edge)
  }

  private mutating func addUp(before end: Int64) {
    var second = first
    while used > 0, second < end {
      let place = Int(truncatingIfNeeded: second & (InFlightChanges.ringSize - 1))
      if ring[place] >= 0 {
        addUp(row: Int(ring[place]), second)
        free.append(ring[place])
        ring[place] = -1
        used -= 1
      }
      second += 1
    }
  }

  private mutating func addUp(row: Int, _ second: Int64) {
    for word in row * InFlightChanges.wordsPerSecond..<(row + 1) * InFlightChanges.wordsPerSecond {
      var bits = touched[word]
      guard bits != 0 else { continue }
      touched[word] = 0
      let start = (word - row * InFlightChanges.wordsPerSecond) * 64
      while bits != 0 {
        let millisecond = start + bits.trailingZeroBitCount
        bits &= bits - 1
        let place = row * InFlightChanges.perSecond + millisecond
        count += Int64(rows[place])
        rows[place] = 0
        if count > peak {
          peak = count
          peakAt = second.times(Int64(InFlightChanges.perSecond)).plus(Int64(millisecond))
        }
      }
    }
  }

  /// One more from `start` on, one less from `end` on. `end` is at most a millisecond after the newest second.
  @inline(__always)
  mutating func add(from start: Int64, to end: Int64) {
    change(at: max(start, first.times(Int64(InFlightChanges.perSecond))), by: 1)
    change(at: end, by: -1)
  }

  @inline(__always)
  private mutating func change(at time: Int64, by change: Int32) {
    let (second, millisecond) = EventTime.floorDivide(time, Int64(InFlightChanges.perSecond))
    let place = Int(truncatingIfNeeded: second & (InFlightChanges.ringSize - 1))
    if ring[place] < 0 { makeRow(at: place) }
    let row = Int(ring[place])
    let index = Int(truncatingIfNeeded: millisecond)
    rows[row * InFlightChanges.perSecond + index] &+= change
    touched[row * InFlightChanges.wordsPerSecond + index / 64] |= 1 << UInt64(index % 64)
  }

  private mutating func makeRow(at place: Int) {
    used += 1
    if let known = free.popLast() {
      ring[place] = known
      return
    }
    ring[place] = Int32(truncatingIfNeeded: touched.count / InFlightChanges.wordsPerSecond)
    rows.append(contentsOf: repeatElement(0, count: InFlightChanges.perSecond))
    touched.append(contentsOf: repeatElement(0, count: InFlightChanges.wordsPerSecond))
  }

  /// No more changes come.
  mutating func finish() {
    if used > 0 { addUp(before: newest.plus(2)) }
  }
}
