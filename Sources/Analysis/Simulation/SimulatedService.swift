internal import Glibc
internal import TraceCore

/// The requests of a service, one by one: random load, routes, failures and latencies, with what services have without an
/// incident (clumps of failures, stalls, episodes, the rhythm of a day, traffic that moves), and incidents planted in it. For
/// what is promised of the search for an incident.
///
/// Same seed, same requests.
package struct SimulatedService: Sendable {
  /// A change for a while.
  package struct Change: Sendable {
    /// Seconds.
    package var start: Double
    package var end: Double
    /// Share of requests that fail.
    package var errorRate: Double?
    /// Factor of all durations; with `fades` at the beginning, and less and less so.
    package var slowness = 1.0
    package var fades = false
    /// Factor of the traffic.
    package var traffic = 1.0
    /// The route that it is about; nil for all.
    package var route: Int?

    package init(start: Double, end: Double) { (self.start, self.end) = (start, end) }
  }

  package struct Route: Sendable {
    /// Part of the requests.
    package var share: Double
    /// Nanoseconds.
    package var median: Double

    package init(share: Double, median: Double) { (self.share, self.median) = (share, median) }
  }

  /// Times in which all requests are slower or fail more often, again and again: seconds on average between two, and of
  /// one, which lasts half as long to half as long again.
  package struct Episodes: Sendable {
    package var every: Double
    package var length: Double
    package var slowness = 1.0
    package var errorRate: Double?

    package init(every: Double, length: Double) { (self.every, self.length) = (every, length) }
  }

  /// Requests a second; seconds.
  package var rate = 20.0
  package var seconds = 600
  package var errorRate = 0.01
  /// Failures that come together, on average: of n requests the failures then vary 2 clump - 1 times as much as independent ones.
  package var clump = 1.0
  package var routes = [Route(share: 1, median: 20e6)]
  /// From `shiftedFrom` on the routes have these parts of the traffic.
  package var shifted: [Double] = []
  package var shiftedFrom = 0.0
  /// Of the logarithm of durations.
  package var spread = 1.0
  /// Stalls a minute: one to three seconds in which requests take three times as long.
  package var stalls = 0.0
  package var episodes: Episodes?
  /// All durations drift: standard deviation of the logarithm, over some minute.
  package var drift = 0.0
  /// Load and latency rise and fall once a `period`: from the middle by so large a part of it.
  package var loadRhythm = 0.0
  package var latencyRhythm = 0.0
  package var period = 86_400.0
  package var changes: [Change] = []

  package init() {}

  /// Any load from one request a second to `most`, and all else that services have throughout.
  package static func random(_ random: inout SimulationRandom, most: Double = 60) -> SimulatedService {
    var service = SimulatedService()
    service.rate = exp(random.unit() * log(most))
    service.seconds = 300 + Int(saturating: random.unit() * 900)
    service.errorRate = 0.001 * exp(random.unit() * log(50))
    service.clump = 1 + random.unit() * 3
    service.spread = 0.5 + random.unit()
    service.stalls = random.unit() * 0.5
    service.routes = mixture(&random)
    return service
  }

  /// Three to twelve routes, of which some are rare, with medians from 3 to 100 ms.
  package static func mixture(_ random: inout SimulationRandom) -> [Route] {
    let count = 3 + Int(saturating: random.unit() * 10)
    var routes = (0..<count).map { _ in
      Route(share: exp(-3 * random.unit()), median: 3e6 * exp(random.unit() * log(33)))
    }
    let sum = routes.map(\.share).reduce(0, +)
    for index in routes.indices { routes[index].share /= sum }
    return routes
  }

  /// The requests, as a log's are counted.
  package func series(_ random: inout SimulationRandom) -> AdaptiveSeries {
    var series = AdaptiveSeries()
    var (stalledUntil, drifted, failing) = (-1.0, 0.0, 0)
    var episode = (from: -1.0, to: -1.0)
    for second in 0..<seconds {
      let time = Double(second)
      let phase = sin(2 * Double.pi * time / period)
      if random.unit() < stalls / 60 { stalledUntil = time + 1 + random.unit() * 2 }
      drifted = drifted * drifting + drift * (1 - drifting * drifting).squareRoot() * SimulatedService.normal(&random)
      if let episodes, time >= episode.to, random.unit() < 1 / episodes.every {
        episode = (time, time + max(1, episodes.length * (0.5 + random.unit())))
      }
      let isEpisode = time < episode.to
      let load = changes.filter { $0.start <= time && time < $0.end }.map(\.traffic).reduce(1, *)
      let requests = SimulatedService.poisson(rate * (1 + loadRhythm * phase) * load, &random)
      // How slow a second is: a little more or less than the others.
      let slowness =
        (1 + latencyRhythm * phase) * exp(0.15 * SimulatedService.normal(&random) + drifted)
        * (time < stalledUntil ? 3 : 1) * (isEpisode ? episodes?.slowness ?? 1 : 1)
      for index in 0..<requests {
        let at = time + Double(index) / Double(requests)
        let route = pick(at, &random)
        let change = changes.first { $0.start <= at && at < $0.end && ($0.route == nil || $0.route == route) }
        if let share = change?.errorRate {
          failing = random.unit() < share ? 1 : 0
        } else if isEpisode, let share = episodes?.errorRate {
          failing = random.unit() < share ? 1 : 0
        } else if failing == 0, random.unit() < errorRate / clump {
          // A clump's first failure; the others follow it.
          failing = 1
          while random.unit() < 1 - 1 / clump { failing += 1 }
        }
        var factor = change?.slowness ?? 1
        if let change, change.fades {
          factor = 1 + (factor - 1) * exp(-4 * (at - change.start) / (change.end - change.start))
        }
        let duration = routes[route].median * slowness * factor * exp(spread * SimulatedService.normal(&random))
        let end = Int64(saturating: at * 1e9)
        series.add(
          RequestEvent(
            time: end, duration: Int64(saturating: min(duration, 1e14)), route: Int32(clamping: route),
            group: Int32(clamping: route), status: failing > 0 ? 500 : 200, level: .info, watermark: end))
        failing = max(0, failing - 1)
      }
    }
    series.finish(newest: Int64(seconds).times(1_000_000_000))
    return series
  }

  /// A minute's correlation, a second at a time.
  private var drifting: Double { exp(-1.0 / 60) }

  private func pick(_ time: Double, _ random: inout SimulationRandom) -> Int {
    guard routes.count > 1 else { return 0 }
    var left = random.unit()
    for index in routes.indices {
      left -= !shifted.isEmpty && time >= shiftedFrom ? shifted[index] : routes[index].share
      if left < 0 { return index }
    }
    return routes.count - 1
  }

  private static func normal(_ random: inout SimulationRandom) -> Double {
    (-2 * log(1 - random.unit())).squareRoot() * cos(2 * Double.pi * random.unit())
  }

  /// By multiplication (D. E. Knuth, "The Art of Computer Programming", vol. 2, section 3.4.1), in steps of 20.
  package static func poisson(_ mean: Double, _ random: inout SimulationRandom) -> Int {
    var (count, left) = (0, mean)
    while left > 0 {
      let limit = exp(-min(left, 20))
      var product = random.unit()
      while product > limit {
        count += 1
        product *= random.unit()
      }
      left -= 20
    }
    return count
  }
}
