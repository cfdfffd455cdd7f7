import TestKit
import Testing

@testable import Analysis
@testable import TraceCore

/// The most requests in flight by minute, held against counting one by one, and against what a whole run measures.
struct ServiceInFlightTests {
  private static let second: Int64 = 1_000_000_000
  private static let start: Int64 = 1_795_413_600 * second

  /// Requests nearly in order of their ends, with gaps.
  private func requests(_ seed: UInt64) -> [RequestEvent] {
    var random = SplitMix64(seed: seed)
    var newest = Self.start
    return (0..<900).map { _ in
      newest += Int64(random.below(random.below(60) == 0 ? 900_000 : 700)) * 1_000_000
      let duration = random.below(40) == 0 ? 90_000 : random.below(3_000)
      return RequestEvent(
        time: newest - Int64(random.below(1_500)) * 1_000_000 + 1_000, duration: Int64(duration) * 1_000_000, route: 0,
        group: 0, status: 200, level: .info, watermark: newest - 2 * Self.second)
    }
  }

  private func peaks(_ all: [RequestEvent], cut: Int? = nil) throws -> [Int64: ServiceInFlight.Peak] {
    var flight = ServiceInFlight()
    var found: [Int64: ServiceInFlight.Peak] = [:]
    for (index, request) in all.enumerated() {
      for (minute, peak) in flight.add(request) { found[minute] = peak }
      guard index == cut else { continue }
      let bytes = try StateCoder.saved { (coder) throws(StateError) in try flight.code(&coder) }
      flight = ServiceInFlight()
      try StateCoder.load(bytes.bytes) { (coder) throws(StateError) in try flight.code(&coder) }
    }
    for (minute, peak) in flight.open(until: (all.last?.time ?? 0) + 60 * Self.second) { found[minute] = peak }
    return found
  }

  @Test(arguments: UInt64(1)...12) func asCountedOneByOne(seed: UInt64) throws {
    let all = requests(seed)
    var counts: [Int64: Int64] = [:]
    for request in all where request.duration >= 1_000_000 {
      let end = (request.time + 999_999) / 1_000_000
      for time in (end - request.duration / 1_000_000)..<end { counts[time, default: 0] += 1 }
    }
    var expected: [Int64: ServiceInFlight.Peak] = [:]
    for (time, count) in counts.sorted(by: { $0.key < $1.key }) {
      let at = time * 1_000_000
      let minute = at - at % (60 * Self.second)
      if count > expected[minute]?.count ?? 0 { expected[minute] = ServiceInFlight.Peak(count: count, time: at) }
    }
    let found = try peaks(all)
    for (minute, peak) in expected { #expect(found[minute]?.count == peak.count, "minute \(minute)") }
    for (minute, peak) in found { #expect(expected[minute]?.count == peak.count, "minute \(minute)") }
    #expect(try peaks(all, cut: 400) == found)
    var meter = InFlightMeter()
    for request in all { meter.add(request) }
    #expect(meter.finish().peak == found.values.map(\.count).max())
  }

  @Test func timesToTheSecondTellNoPeak() {
    var flight = ServiceInFlight()
    for number in 0..<50 as Range<Int64> {
      _ = flight.add(
        RequestEvent(
          time: Self.start + number * Self.second, duration: 5_000_000, route: 0, group: 0, status: 200, level: .info,
          watermark: Self.start + number * Self.second))
    }
    #expect(flight.isToTheSecond)
  }
}
