internal import Glibc
internal import TraceCore

/// A kind of log with a known answer: how often the search for an incident is right on random ones of it.
package struct IncidentScenario: Sendable, CustomStringConvertible {
  /// What came of some runs.
  package struct Counts: Sendable, Equatable {
    package var runs = 0
    /// Where nothing is planted: an incident was found.
    package var alarms = 0
    /// What was planted was found, with both borders within two cells of the search, and within two windows.
    package var found = 0
    package var near = 0
    package var exact = 0
    /// Another method found what was planted, or something where nothing is.
    package var foundByPELT = 0
    package var foundByThreshold = 0
  }

  package let description: String
  /// Of 100 runs so many must find what is planted, in a test.
  package let least: Int
  private let make: @Sendable (inout SimulationRandom) -> SimulatedService
  /// What is no alarm besides no incident at all.
  private let isFine: @Sendable (IncidentFinder.Found) -> Bool

  private init(
    _ description: String, least: Int = 0,
    isFine: @escaping @Sendable (IncidentFinder.Found) -> Bool = { $0.span == nil },
    _ make: @escaping @Sendable (inout SimulationRandom) -> SimulatedService
  ) {
    self.description = description
    self.least = least
    self.make = make
    self.isFine = isFine
  }

  private var isPlanted: Bool { least > 0 }

  /// - Parameter others: whether the methods that people use instead are run, too.
  package func run(_ runs: Int, seed: UInt64, others: Bool = false) -> Counts {
    var random = SimulationRandom(seed: seed)
    var counts = Counts(runs: runs)
    for _ in 0..<runs {
      let service = make(&random)
      let series = service.series(&random)
      let windows = series.windows()
      let found = IncidentFinder.find(windows, routes: series.routes { "route \($0)" })
      if !isFine(found) { counts.alarms += 1 }
      let planted = service.changes.first.map { Int64(saturating: $0.start * 1e9)..<Int64(saturating: $0.end * 1e9) }
      if let planted, service.changes[0].traffic < 1 {
        note(drops: found, planted, windows.first?.length ?? 0, &counts)
      } else if isPlanted, let planted {
        note(found, planted, windows.first?.length ?? 0, &counts)
      }
      guard others else { continue }
      func isHit(_ spans: [Range<Int64>]) -> Bool {
        isPlanted ? spans.contains { planted?.overlaps($0) ?? false } : !spans.isEmpty
      }
      if isHit(OtherFinders.pelt(windows)) { counts.foundByPELT += 1 }
      if isHit(OtherFinders.threshold(windows)) { counts.foundByThreshold += 1 }
    }
    return counts
  }

  private func note(
    _ found: IncidentFinder.Found, _ planted: Range<Int64>, _ length: Int64, _ counts: inout Counts
  ) {
    let spans = ([found.span].compactMap(\.self) + found.others).map { $0.onset..<$0.recovery }
    note(spans, planted, found.resolution, length, &counts)
  }

  private func note(
    drops found: IncidentFinder.Found, _ planted: Range<Int64>, _ length: Int64, _ counts: inout Counts
  ) {
    note(found.drops.map { $0.from..<$0.to }, planted, found.resolution, length, &counts)
  }

  private func note(
    _ spans: [Range<Int64>], _ planted: Range<Int64>, _ cell: Int64, _ length: Int64, _ counts: inout Counts
  ) {
    guard let span = spans.first(where: planted.overlaps) else { return }
    counts.found += 1
    let off = max(abs(span.lowerBound - planted.lowerBound), abs(span.upperBound - planted.upperBound))
    if off <= 2 * cell { counts.near += 1 }
    if off <= 2 * length { counts.exact += 1 }
  }

  // MARK: Nothing is wrong

  private static func busy(
    _ random: inout SimulationRandom, seconds: ClosedRange<Double> = 600...2_400, most: Double = 45
  ) -> SimulatedService {
    var service = SimulatedService.random(&random)
    service.seconds = Int(saturating: seconds.lowerBound + random.unit() * (seconds.upperBound - seconds.lowerBound))
    service.rate = 5 + random.unit() * (most - 5)
    return service
  }

  private static func day(_ random: inout SimulationRandom, latency: Double) -> SimulatedService {
    var service = SimulatedService.random(&random)
    (service.seconds, service.rate) = (86_400, 0.1 + random.unit() * 0.4)
    service.loadRhythm = 0.3 + random.unit() * 0.6
    service.latencyRhythm = latency
    return service
  }

  /// One to three minutes' cycle of episodes.
  private static func episodic(
    _ random: inout SimulationRandom, seconds: ClosedRange<Double>, every: Double, length: Double, slowness: Double
  ) -> SimulatedService {
    var service = busy(&random, seconds: seconds, most: 25)
    service.episodes = .init(every: every, length: length)
    service.episodes?.slowness = slowness
    return service
  }

  package static let quiet: [IncidentScenario] = [
    .init("nothing; failures independent") { random in
      var service = SimulatedService.random(&random)
      service.clump = 1
      return service
    },
    .init("nothing; failures in bursts, phi 2") { random in
      var service = SimulatedService.random(&random)
      service.clump = 1.5
      return service
    },
    .init("nothing; failures in bursts, phi 3") { random in
      var service = SimulatedService.random(&random)
      service.clump = 2
      return service
    },
    .init("nothing; failures in bursts, phi 1 to 7") { .random(&$0) },
    .init("three quarters of the failures in episodes of 10 s") { random in
      var service = busy(&random)
      let share = service.errorRate
      (service.clump, service.errorRate) = (1, share / 4)
      service.episodes = .init(every: 50, length: 10)
      service.episodes?.errorRate = min(0.95, share * 4.5)
      return service
    },
    .init("latency x2 for a minute, every 4 minutes") {
      episodic(&$0, seconds: 1_200...3_600, every: 180, length: 60, slowness: 2)
    },
    .init("latency x3 for 40 s, every 4 minutes") {
      episodic(&$0, seconds: 1_200...3_600, every: 180, length: 40, slowness: 3)
    },
    .init("latency drifts by 30 %, over a minute") { random in
      var service = busy(&random)
      service.drift = 0.3
      return service
    },
    .init("a day: load by 30 to 90 %, latency by 0 to 40 %") { day(&$0, latency: $0.unit() * 0.4) },
    .init("a day: load by 30 to 90 %, latency by 60 %") { day(&$0, latency: 0.6) },
    .init("three days, each slow (x5) for half an hour at the same time") { random in
      var service = SimulatedService.random(&random)
      (service.seconds, service.rate) = (3 * 86_400, 0.1 + random.unit() * 0.2)
      let at = 3_600 + random.unit() * 70_000
      service.changes = (0..<3).map { day in
        var change = SimulatedService.Change(start: at + Double(day) * 86_400, end: at + Double(day) * 86_400 + 1_800)
        change.slowness = 5
        return change
      }
      return service
    },
    .init("half of the traffic moves to a route that takes 300 ms") { random in
      var service = busy(&random)
      service.routes = [
        .init(share: 0.6, median: 5e6), .init(share: 0.3, median: 20e6), .init(share: 0.1, median: 300e6),
      ]
      service.shifted = [0.3, 0.2, 0.5]
      service.shiftedFrom = Double(service.seconds) * (0.2 + 0.6 * random.unit())
      return service
    },
    .init("slow at first (x4 to x10) after a start, and less and less so") { found in
      found.span?.isSlowStart ?? true
    } _: { random in
      var service = busy(&random, seconds: 300...1_200)
      plant(40...180, in: &service, &random) { change, random in
        change.slowness = 4 + random.unit() * 6
        change.fades = true
      }
      return service
    },
  ]

  // MARK: Something is

  private static func plant(
    _ length: ClosedRange<Double>, in service: inout SimulatedService, _ random: inout SimulationRandom,
    _ what: (inout SimulatedService.Change, inout SimulationRandom) -> Void
  ) {
    let length = length.lowerBound + random.unit() * (length.upperBound - length.lowerBound)
    let start = 30 + random.unit() * (Double(service.seconds) - length - 60)
    var change = SimulatedService.Change(start: start, end: start + length)
    what(&change, &random)
    service.changes = [change]
  }

  private static func outage(_ name: String, seconds: Int?, least: Int) -> IncidentScenario {
    .init(name, least: least) { random in
      var service = SimulatedService.random(&random)
      service.rate = 20
      if let seconds { service.seconds = seconds }
      plant(5...5, in: &service, &random) { change, _ in change.errorRate = 1 }
      return service
    }
  }

  private static func failing(_ rate: Double, least: Int) -> IncidentScenario {
    .init("failures x5, at least 5 points more, 1 to 5 minutes, \(Int(saturating: rate))/s", least: least) { random in
      var service = SimulatedService.random(&random)
      service.rate = rate
      let share = service.errorRate
      plant(60...300, in: &service, &random) { change, _ in change.errorRate = max(5 * share, share + 0.05) }
      return service
    }
  }

  private static func slow(_ rate: Double, least: Int) -> IncidentScenario {
    .init("latency x3, 1 to 5 minutes, \(Int(saturating: rate))/s", least: least) { random in
      var service = SimulatedService.random(&random)
      service.rate = rate
      plant(60...300, in: &service, &random) { change, _ in change.slowness = 3 }
      return service
    }
  }

  package static let planted: [IncidentScenario] = [
    outage("all requests fail for 5 s, 20/s", seconds: nil, least: 90),
    outage("all requests fail for 5 s of an hour, 20/s", seconds: 3_600, least: 90),
    failing(2, least: 1), failing(20, least: 75), failing(60, least: 90),
    slow(2, least: 60), slow(20, least: 90), slow(60, least: 90),
    .init("half of a route with 2 % of the traffic fails, 1 to 5 minutes, 20/s", least: 65) { random in
      var service = SimulatedService.random(&random)
      service.rate = 20
      service.routes = [
        .init(share: 0.58, median: 20e6), .init(share: 0.4, median: 50e6), .init(share: 0.02, median: 30e6),
      ]
      plant(60...300, in: &service, &random) { change, _ in (change.errorRate, change.route) = (0.5, 2) }
      return service
    },
    .init("a route of 4 ms takes x8, others 200 ms and more, 1 to 5 minutes, 20/s", least: 90) { random in
      var service = SimulatedService.random(&random)
      service.rate = 20
      service.routes = [
        .init(share: 0.5, median: 200e6), .init(share: 0.4, median: 300e6), .init(share: 0.1, median: 4e6),
      ]
      plant(60...300, in: &service, &random) { change, _ in (change.slowness, change.route) = (8, 2) }
      return service
    },
    .init("latency x6 among episodes of x2, 1 to 5 minutes, 20/s", least: 90) { random in
      var service = episodic(&random, seconds: 1_800...1_800, every: 240, length: 60, slowness: 2)
      service.rate = 20
      plant(60...300, in: &service, &random) { change, _ in change.slowness = 6 }
      return service
    },
    .init("30 % fail, among episodes of 4.5 %, 1 to 5 minutes, 20/s", least: 90) { random in
      var service = busy(&random, seconds: 1_800...1_800)
      (service.rate, service.clump, service.errorRate) = (20, 1, 0.0025)
      service.episodes = .init(every: 50, length: 10)
      service.episodes?.errorRate = 0.045
      plant(60...300, in: &service, &random) { change, _ in change.errorRate = 0.3 }
      return service
    },
    .init("traffic falls to 30 % (a note), 1 to 3 minutes, 20/s", least: 90) { random in
      var service = SimulatedService.random(&random)
      service.rate = 20
      plant(60...200, in: &service, &random) { change, _ in change.traffic = 0.3 }
      return service
    },
  ]
}
