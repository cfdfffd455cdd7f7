import TestKit
import Testing
import TraceCore

@testable import Analysis

/// Requests in flight against a model that looks at every millisecond with a change.
struct InFlightMeterTests {
  private static let ms: Int64 = 1_000_000
  private static let second: Int64 = 1_000_000_000
  /// 2026-11-23T06:40:00Z
  private static let begin: Int64 = 1_795_416_000 * second

  private static func request(end: Int64, duration: Int64) -> RequestEvent {
    RequestEvent(
      time: end, duration: duration, route: 0, group: 0, status: 200, level: .info, watermark: EventTime.none)
  }

  private static func measure(
    _ requests: [(end: Int64, duration: Int64)], from: Int64 = .min, to: Int64 = .max
  ) -> InFlight {
    var meter = InFlightMeter(from: from, to: to)
    for request in requests { meter.add(Self.request(end: request.end, duration: request.duration)) }
    return meter.finish()
  }

  /// What is measured of requests of which none is cut or late.
  private static func model(
    _ requests: [(end: Int64, duration: Int64)], from: Int64 = .min, to: Int64 = .max
  ) -> (requests: Int64, mean: Double?, peak: Int64?, at: Int64?) {
    var changes: [Int64: Int64] = [:]
    var (count, total, first, last) = (Int64(0), 0.0, Int64.max, Int64.min)
    for request in requests {
      let (start, end) = (max(request.end - request.duration, from), min(request.end, to))
      guard start < end else { continue }
      count += 1
      total += Double(end - start)
      (first, last) = (min(first, start), max(last, end))
      if request.duration < ms { continue }
      let upTo = (end + ms - 1) / ms
      changes[upTo - max(1, (end - start) / ms), default: 0] += 1
      changes[upTo, default: 0] -= 1
    }
    var (now, peak) = (Int64(0), Int64(0))
    var at: Int64?
    for (time, change) in changes.sorted(by: { $0.key < $1.key }) {
      now += change
      if now > peak { (peak, at) = (now, time * ms) }
    }
    guard count > 0 else { return (0, nil, nil, nil) }
    let mean = last > first ? total / Double(last - first) : nil
    let isKnown = mean ?? 0 <= Double(max(1, peak)) * 1.05
    return (count, mean, isKnown ? max(1, peak) : nil, at)
  }

  private static func traffic(_ random: inout SplitMix64) -> [(end: Int64, duration: Int64)] {
    let (count, gap, longest) = (1 + random.below(400), 1 + random.below(30_000), 1 + random.below(800_000))
    var time = begin
    return (0..<count).map { _ in
      // Now and then nothing happens for up to three hours.
      time += Int64(random.below(gap)) * ms + (random.below(60) == 0 ? Int64(random.below(10_800)) * second : 0)
      let disorder = Int64(random.below(20_000)) * ms / 10
      let duration =
        Int64(random.below(4) == 0 ? random.below(longest) : random.below(2_000)) * ms + Int64(random.below(1_000_000))
      return (time - disorder, max(duration, 1))
    }
  }

  @Test func isWhatAModelCounts() {
    var random = SplitMix64(seed: 7)
    for round in 0..<300 {
      let requests = Self.traffic(&random)
      let found = Self.measure(requests)
      let expected = Self.model(requests)
      #expect(found.requests == expected.requests && found.cut == 0 && found.late == 0, "round \(round)")
      #expect(found.peak == expected.peak, "round \(round)")
      if expected.at != nil, found.peak != nil { #expect(found.peakAt == expected.at, "round \(round)") }
      if let mean = expected.mean {
        let least = min(mean, Double(found.peak ?? .max))
        #expect(abs((found.mean ?? -1) - least) <= mean * 1e-9, "round \(round)")
      }
    }
  }

  @Test func isWhatAModelCountsInASpan() {
    var random = SplitMix64(seed: 8)
    for round in 0..<300 {
      let requests = Self.traffic(&random)
      let ends = requests.map(\.end).sorted()
      let (a, b) = (
        ends[random.below(ends.count)] / Self.ms * Self.ms, ends[random.below(ends.count)] / Self.ms * Self.ms
      )
      let (from, to) = (min(a, b), max(a, b) + Self.second)
      let found = Self.measure(requests, from: from, to: to)
      let expected = Self.model(requests, from: from, to: to)
      #expect(found.requests == expected.requests && found.late == 0, "round \(round)")
      #expect(found.peak == expected.peak, "round \(round)")
      if found.requests > 0 {
        #expect(found.start >= from && found.end <= to)
        #expect(found.peakAt ?? from >= from && found.peakAt ?? from < to, "round \(round)")
      }
    }
  }

  /// The most of all is the most of one of its parts.
  @Test func partsMakeTheWhole() {
    var random = SplitMix64(seed: 9)
    for round in 0..<100 {
      let requests = Self.traffic(&random).map {
        (end: $0.end / Self.ms * Self.ms, duration: ($0.duration / Self.ms + 1) * Self.ms)
      }
      let cuts = (0..<3).map { _ in requests[random.below(requests.count)].end }.sorted()
      let borders = [Int64.min] + cuts + [Int64.max]
      let parts = (0..<4).map { Self.measure(requests, from: borders[$0], to: borders[$0 + 1]) }
      let whole = Self.measure(requests)
      #expect(parts.compactMap(\.peak).max() == whole.peak, "round \(round)")
      let area = parts.reduce(0.0) { $0 + ($1.mean ?? 0) * Double($1.end - $1.start) }
      let all = (whole.mean ?? 0) * Double(whole.end - whole.start)
      #expect(abs(area - all) <= all * 1e-9, "round \(round)")
    }
  }

  /// Users that send one request after the other, in a log with times to the millisecond: never more than there are users.
  @Test(arguments: [1, 10, 100]) func usersThatWaitForTheirAnswers(users: Int) {
    var random = SplitMix64(seed: UInt64(users))
    var requests: [(end: Int64, duration: Int64)] = []
    for _ in 0..<users {
      var time = Self.begin + Int64(random.below(1_000_000))
      while time < Self.begin + 10 * Self.second {
        let duration = Int64(random.below(200_000)) * 1_000 + 50_000
        time += duration
        requests.append((time / Self.ms * Self.ms, duration))
      }
    }
    requests.sort { ($0.end, $0.duration) < ($1.end, $1.duration) }
    let found = Self.measure(requests)
    #expect(found.peak == Int64(users))
    #expect(found.mean ?? 0 > Double(users) * 0.97 && found.mean ?? 0 <= Double(users))
  }

  @Test func theFirstTimeOfThePeakIsSaid() {
    var requests: [(end: Int64, duration: Int64)] = []
    for number in 0..<Int64(5) {
      requests.append((Self.begin + number * 10 * Self.second + Self.ms * 7, Self.second))
    }
    #expect(Self.measure(requests).peakAt == requests[0].end - Self.second)
    requests.append((requests[4].end, Self.second / 2))
    let found = Self.measure(requests)
    #expect(found.peak == 2 && found.peakAt == requests[4].end - Self.second / 2)
  }

  /// One wrong clock, first, between and last, changes nothing but the count of what has no place.
  @Test func aWrongClockChangesNothing() {
    var random = SplitMix64(seed: 10)
    for round in 0..<100 {
      let requests = Self.traffic(&random)
      guard requests.count > 3 else { continue }
      var expected = Self.measure(requests)
      for place in [0, 1 + random.below(requests.count - 2), requests.count] {
        var all = requests
        all.insert((Self.begin + 40 * 365 * 86_400 * Self.second, 5 * Self.second), at: place)
        let found = Self.measure(all)
        expected.late = 1
        #expect(found == expected, "round \(round), place \(place)")
      }
    }
  }

  @Test func theEndsOfTimeEndNothing() {
    var random = SplitMix64(seed: 11)
    // As early and as late as a log can say.
    let times = [0, 1, Self.begin, Self.begin + 1, EventTime.end - 1]
    for _ in 0..<200 {
      let requests = (0..<30).map { _ in
        (end: times[random.below(times.count)], duration: [0, 1, Self.second, .max][random.below(4)])
      }
      for (from, to) in [(Int64.min, Int64.max), (0, Self.begin), (.max, .max), (Self.begin, .min)] {
        let found = Self.measure(requests, from: from, to: to)
        #expect(found.requests + found.late <= 30)
        #expect(found.mean ?? 0 <= Double(found.peak ?? .max) * (1 + 1e-9))
      }
    }
  }

  @Test func longRequestsCountForTheirLastQuarterOfAnHour() {
    let requests = [(end: Self.begin + 7_200 * Self.second + 1, duration: 7_200 * Self.second)]
    let found = Self.measure(requests)
    #expect(found.requests == 1 && found.cut == 1 && found.peak == 1 && found.mean == 1)
    #expect(found.end - found.start <= 900 * Self.second && found.end - found.start > 899 * Self.second)
  }

  @Test func whatIsNotKnownIsNotZero() {
    var meter = InFlightMeter()
    meter.add(Self.request(end: Self.begin, duration: -1))
    meter.add(Self.request(end: EventTime.none, duration: 5))
    let unknown = meter.finish()
    #expect(unknown.withoutStart == 2 && unknown.requests == 0)
    #expect(unknown.mean == nil && unknown.peak == nil && unknown.peakAt == nil)
    // Ends to the second: at the beginning of a second all would be there that end in it.
    let coarse = Self.measure(
      (0..<100).map { (end: Self.begin + Int64($0 / 10) * Self.second, duration: 50 * Self.ms) })
    #expect(coarse.isToTheSecond && coarse.peak == nil && coarse.mean != nil)
    #expect(Self.measure([]) == InFlight())
  }
}
