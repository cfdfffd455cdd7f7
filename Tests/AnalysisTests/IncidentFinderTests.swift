import TestKit
import Testing
import TraceCore

@testable import Analysis

/// The span of an incident: on the real captures, and where a series is at its edges.
struct IncidentFinderTests {
  private static let second: Int64 = 1_000_000_000

  // MARK: Captures

  private static func series(_ capture: Capture) throws -> [SeriesWindow] {
    var series = AdaptiveSeries()
    for request in try capture.requests() {
      let time = try #require(OptionValue.time(request.time))
      series.add(
        RequestEvent(
          time: time, duration: Int64(request.tenthsOfMillisecond) * 100_000,
          route: 0, group: 0, status: UInt16(request.status), level: .info, watermark: time))
    }
    return series.windows()
  }

  private static func phases(_ capture: Capture) throws -> [String: Int64] {
    let truth = try JSONValue(parsing: Fixtures.bytes("logs/parkapi-\(capture.rawValue)/truth.json"))
    var phases: [String: Int64] = [:]
    for phase in truth["phases"].array {
      phases[try #require(phase["phase"].string)] = OptionValue.time(try #require(phase["start_utc"].string))
    }
    return phases
  }

  /// The bad release goes to half of the requests, then to all, then is rolled back: nobody told the finder.
  @Test(arguments: Capture.allCases)
  func theIncidentOfACapture(capture: Capture) throws {
    let found = IncidentFinder.find(try Self.series(capture))
    let phases = try Self.phases(capture)
    let span = try #require(found.span)
    let half = try #require(phases["deploy50"])
    let whole = try #require(phases["deploy100"])
    #expect(half < span.onset && span.onset < whole + 15 * Self.second)
    let rollback = try #require(phases["rollback"])
    let recovery = try #require(phases["recovery"])
    #expect(rollback < span.recovery && span.recovery < recovery + 30 * Self.second)
    #expect(span.signals == [.errors, .latency] && !span.isOngoing && !span.beginsBefore && found.others.isEmpty)
    #expect(found.cleanWindows >= found.cleanWindowsNeeded && found.cleanWindowsNeeded == 30)
    let peak = try #require(found.peak)
    #expect(whole <= peak.time && peak.time < rollback && peak.errorRate > 0.6)
    #expect(try #require(found.baseline.errorRate) < 0.025)
    #expect(found.baseline.slowThreshold == 178_000_000)
  }

  /// A healthy capture has none: its first minutes alone.
  @Test(arguments: Capture.allCases)
  func theBaselineOfACaptureHasNone(capture: Capture) throws {
    let end = try #require(try Self.phases(capture)["deploy50"])
    let found = IncidentFinder.find(try Self.series(capture).filter { $0.end <= end })
    #expect(found.span == nil && found.others.isEmpty && found.peak == nil)
    #expect(found.method.hasPrefix("in no span of 11"), "\(found.method)")
  }

  // MARK: Edges

  /// Windows of a second with 20 requests of 10 ms each; `errors` and `slow` of them by window.
  private static func series(
    _ count: Int, requests: (Int) -> Int64 = { _ in 20 }, errors: (Int) -> Int64 = { _ in 0 },
    slow: (Int) -> Int64 = { _ in 0 }
  ) -> [SeriesWindow] {
    (0..<count).map { number in
      let all = requests(number)
      var window = SeriesWindow(
        start: Int64(number) * second, length: second, requests: all, errors: min(all, errors(number)), timed: all)
      for index in 0..<all { window.latency.add(index < slow(number) ? 500_000_000 : 10_000_000) }
      return window
    }
  }

  @Test func nothingAndLittle() {
    #expect(IncidentFinder.find([]).span == nil)
    #expect(IncidentFinder.find([]).method.contains("no requests"))
    #expect(IncidentFinder.find(Self.series(1)).span == nil)
    #expect(IncidentFinder.find(Self.series(300)).span == nil)
    #expect(IncidentFinder.find(Self.series(300, requests: { _ in 0 })).span == nil)
    // One bad window of a single request is nothing.
    #expect(IncidentFinder.find(Self.series(30, requests: { _ in 1 }, errors: { $0 == 12 ? 1 : 0 })).span == nil)
  }

  @Test func inTheMiddle() throws {
    let found = IncidentFinder.find(Self.series(300, errors: { 100..<160 ~= $0 ? 10 : $0 % 10 == 0 ? 1 : 0 }))
    let span = try #require(found.span)
    #expect(span == IncidentSpan(onset: 100 * Self.second, recovery: 160 * Self.second, signals: [.errors]))
    #expect(found.baseline.errorRate == 24.0 / 4800 && found.cleanWindows == 140 && found.notes.isEmpty)
  }

  @Test func failingFromTheStart() throws {
    let found = IncidentFinder.find(Self.series(300, errors: { $0 < 90 ? 20 : 0 }))
    let span = try #require(found.span)
    #expect(span.beginsBefore && !span.isOngoing && span.onset == 0 && span.recovery == 90 * Self.second)
    #expect(found.notes.contains { $0.contains("begins inside") })
  }

  @Test func neverRecovering() throws {
    let found = IncidentFinder.find(Self.series(300, errors: { $0 >= 40 ? 20 : 0 }))
    let span = try #require(found.span)
    #expect(
      span.isOngoing && !span.beginsBefore && span.onset == 40 * Self.second && span.recovery == 300 * Self.second)
    #expect(found.cleanWindows == 0 && found.notes.contains { $0.contains("ends inside") })
  }

  @Test func nothingHealthyAtAll() throws {
    let found = IncidentFinder.find(Self.series(60, errors: { _ in 20 }))
    let span = try #require(found.span)
    #expect(span.beginsBefore && span.isOngoing && span.recovery == 60 * Self.second)
    #expect(found.method.contains("nothing healthy"))
  }

  /// Of two the one that harmed more requests; the other one is told.
  @Test func theWorstOfTwo() throws {
    let found = IncidentFinder.find(
      Self.series(400, errors: { 50..<80 ~= $0 ? 10 : 200..<300 ~= $0 ? 12 : 0 }, slow: { 50..<80 ~= $0 ? 6 : 0 }))
    #expect(found.span?.onset == 200 * Self.second && found.span?.recovery == 300 * Self.second)
    #expect(found.others.map(\.onset) == [50 * Self.second] && found.others.map(\.recovery) == [80 * Self.second])
    #expect(found.others.map(\.signals) == [[.errors, .latency]])
  }

  /// Two bad stretches with fewer clean windows between them than make an end are one.
  @Test func aShortBreakIsNoEnd() {
    let found = IncidentFinder.find(Self.series(400, errors: { 100..<140 ~= $0 || 160..<200 ~= $0 ? 12 : 0 }))
    #expect(found.span?.onset == 100 * Self.second && found.span?.recovery == 200 * Self.second)
    #expect(found.others.isEmpty)
  }

  /// Significant with a million requests, and too little to matter.
  @Test func aSmallEffectIsNone() {
    let found = IncidentFinder.find(
      Self.series(300, requests: { _ in 4_000 }, errors: { 100..<200 ~= $0 ? 6 : 4 }))
    #expect(found.span == nil)
  }

  /// One window of failures, however bad, in a log that is fine by the second.
  @Test func aBurstIsNone() {
    #expect(IncidentFinder.find(Self.series(300, errors: { $0 == 150 ? 20 : 0 })).span == nil)
  }

  @Test func requestsThatStop() throws {
    // Alone it is a note.
    let still = IncidentFinder.find(Self.series(300, requests: { 100..<130 ~= $0 ? 0 : 20 }))
    #expect(still.span == nil)
    #expect(
      still.drops == [TrafficDrop(from: 100 * Self.second, to: 130 * Self.second, requests: 0, expected: 600)])
    #expect(still.notes.count == 1 && still.notes[0].contains("00:01:40.000 to 00:02:10.000"))
    // Behind failures it is a part of the incident.
    let found = IncidentFinder.find(
      Self.series(300, requests: { 100..<130 ~= $0 ? 0 : 20 }, errors: { 70..<100 ~= $0 ? 15 : 0 }))
    #expect(found.span?.onset == 70 * Self.second && found.span?.recovery == 130 * Self.second)
  }

  @Test func withoutDurations() {
    var series = Self.series(300, errors: { 100..<160 ~= $0 ? 10 : 0 })
    for index in series.indices {
      series[index].latency = LatencyHistogram()
      series[index].timed = 0
    }
    let found = IncidentFinder.find(series)
    #expect(found.span?.signals == [.errors] && found.baseline.slowThreshold == nil)
    #expect(found.notes == ["no request has a duration: latency was not searched for an incident"])
  }

  /// An incident over most of the log: what is healthy is the smaller part.
  @Test func longerThanTheRest() {
    let found = IncidentFinder.find(Self.series(400, slow: { 60..<340 ~= $0 ? 12 : 0 }))
    #expect(found.span?.onset == 60 * Self.second && found.span?.recovery == 340 * Self.second)
    #expect(found.span?.signals == [.latency])
    #expect(found.baseline.slowThreshold == 13_300_000 && found.baseline.slowShare == 0)
  }

  @Test func quantilesOfAHistogram() throws {
    var histogram = LatencyHistogram()
    #expect(histogram.quantile(0.5) == nil && histogram.bucket(ofQuantile: 0.95) == nil)
    for millisecond in 1...1_000 { histogram.add(Int64(millisecond) * 1_000_000) }
    for (q, value) in [(0.5, 500e6), (0.95, 950e6), (0.1, 100e6)] {
      let found = try #require(histogram.quantile(q))
      #expect(abs(found / value - 1) < 0.1, "\(q): \(found)")
    }
    #expect(histogram.total == 1_000)
  }
}
