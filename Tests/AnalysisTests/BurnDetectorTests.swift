import Testing

@testable import Analysis
@testable import TraceCore

/// The burn alert: that it is hardly ever wrong, that it is soon right, and that it ends.
struct BurnDetectorTests {
  private static let second: Int64 = 1_000_000_000
  private static let start: Int64 = 1_795_413_600 * second
  private static let month = 30 * 86_400 * second

  /// Windows of ten seconds with the same requests and failures each; the first window number is `from`.
  private func feed(
    _ detector: inout BurnDetector, _ windows: Range<Int64>, failures: Int64, of requests: Int64
  ) -> (change: BurnDetector.Change, at: Int64)? {
    for number in windows {
      let begin = Self.start + number * 10 * Self.second
      let change = detector.add(
        failures: failures, of: requests, from: begin, to: begin + 10 * Self.second)
      if let change { return (change, number) }
    }
    return nil
  }

  @Test func anOutageIsReportedAndIsOver() throws {
    var detector = BurnDetector(limit: 0.02, window: Self.month)
    // Three weeks without a failure earn nothing, and cost nothing.
    #expect(feed(&detector, 0..<181_440, failures: 0, of: 2) == nil)
    let begins = feed(&detector, 181_440..<181_500, failures: 1, of: 2)
    #expect(begins?.change == .begins)
    #expect(try #require(begins?.at) - 181_440 < 30)
    let burn = try #require(detector.burn)
    #expect(burn.since >= Self.start + 181_440 * 10 * Self.second - 30 * Self.second)
    #expect(burn.failures * 2 >= burn.requests - 6)
    // It goes on for an hour, then all is well.
    #expect(feed(&detector, 181_500..<181_860, failures: 1, of: 2) == nil)
    let ends = feed(&detector, 181_860..<190_000, failures: 0, of: 2)
    #expect(ends?.change == .ends)
    #expect(try #require(ends?.at) - 181_860 < 60)
    #expect(detector.burn == nil && detector.coins == 0)
  }

  @Test func whatIsBadAndCheapIsNotReported() {
    // A thousand requests a second, of which twice as many fail as may: proven in seconds, and nothing yet of a month's budget.
    var detector = BurnDetector(limit: 0.02, window: Self.month)
    let found = feed(&detector, 0..<10_000, failures: 400, of: 10_000)
    // A thousandth of the budget, at twice its rate: 21.6 minutes.
    #expect(found?.change == .begins && found?.at == 129)
  }

  @Test func aBlockIsOneObservation() {
    // A hundred failures at once, then nothing: they share one fate.
    var detector = BurnDetector(limit: 0.02, window: Self.month)
    #expect(feed(&detector, 0..<360, failures: 0, of: 20) == nil)
    #expect(feed(&detector, 360..<361, failures: 100, of: 100) == nil)
    #expect(feed(&detector, 361..<8_640, failures: 0, of: 20) == nil)
  }

  @Test func withoutRequestsNobodyKnows() {
    var detector = BurnDetector(limit: 0.02, window: Self.month)
    #expect(feed(&detector, 0..<600, failures: 10, of: 10)?.change == .begins)
    // For a day it stays as it is, then it ends.
    let ends = feed(&detector, 600..<20_000, failures: 0, of: 0)
    #expect(ends?.change == .ends && detector.burn == nil)
    #expect((ends?.at ?? 0) > 8_600)
    // Silence puts in no more than ten coins.
    #expect(feed(&detector, 400_000..<400_001, failures: 0, of: 10) == nil)
    #expect(detector.coins <= 10)
  }

  @Test func itIsTheSameSavedInTheMiddle() throws {
    var whole = BurnDetector(limit: 0.001, window: Self.month)
    var parts = whole
    var random = SimulationRandom(seed: 5)
    for number in Int64(0)..<20_000 {
      let requests = Int64(saturating: random.unit() * 5)
      let failures = random.unit() < (number > 12_000 ? 0.2 : 0.002) ? min(requests, 1) : 0
      let begin = Self.start + number * 10 * Self.second
      let a = whole.add(failures: failures, of: requests, from: begin, to: begin + 10 * Self.second)
      let b = parts.add(failures: failures, of: requests, from: begin, to: begin + 10 * Self.second)
      #expect(a == b)
      guard number % 997 == 0 else { continue }
      let saved = try StateCoder.saved { (coder: inout StateCoder) throws(StateError) in try coder.code(&parts) }
      var loaded = BurnDetector(limit: 0.001, window: Self.month)
      try StateCoder.load(saved.bytes) { (coder: inout StateCoder) throws(StateError) in try coder.code(&loaded) }
      #expect(loaded == parts)
      parts = loaded
    }
    #expect(whole == parts && whole.burn != nil)
  }

  // MARK: What is promised (docs/alerts.md), in small: ./dev simulate budgets

  @Test(arguments: [0.001, 0.02], [0.5, 1, 10])
  func atMostOneFalsePageInAMonth(_ limit: Double, _ rate: Double) {
    for clump in [1, 1.5] {
      let counts = SimulatedBurn(limit: limit, rate: rate, clump: clump)
        .steady(share: limit, runs: 8, seed: 2_026, others: false)
      #expect(counts.pages <= counts.runs, "\(counts.pages) pages in \(counts.runs) months, clump \(clump)")
      let half = SimulatedBurn(limit: limit, rate: rate, clump: clump)
        .steady(share: limit / 2, runs: 4, seed: 2_026, others: false)
      #expect(half.pages <= 2, "\(half.pages) pages in \(half.runs) months at half of the limit, clump \(clump)")
    }
  }

  @Test func halfOfTheRequestsFailAtTenAMinute() throws {
    let counts = SimulatedBurn(limit: 0.02, rate: 10).change(to: 0.5, runs: 40, seed: 2_026, others: false)
    let late = try #require(SimulatedBurn.Counts.time(counts.times, 95, of: counts.runs))
    #expect(late <= 300 * Self.second)
    let end = try #require(SimulatedBurn.Counts.time(counts.endTimes, 50, of: counts.endTimes.count))
    #expect(end <= 600 * Self.second)
  }

  @Test func fourTimesTheLimitIsReportedWhereTheWorkbookIsSilent() throws {
    let counts = SimulatedBurn(limit: 0.02, rate: 100, days: 2).change(to: 0.08, runs: 4, seed: 2_026)
    #expect(counts.times.count == 4 && counts.workbookTimes.isEmpty)
    #expect(try #require(counts.times.last) <= 1_200 * Self.second)
  }

  @Test func theWorkbooksRulesAtLowTraffic() {
    let counts = SimulatedBurn(limit: 0.001, rate: 1).steady(share: 0.0005, runs: 4, seed: 2_026)
    // Each failure of an hour is a page.
    #expect(counts.workbookPages >= 8 * counts.runs && counts.pages <= 1)
  }
}
