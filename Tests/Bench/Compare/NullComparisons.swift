import Analysis
import Foundation
import TraceCore

/// Comparisons of two spans of one traffic, in which nothing differs: how often a diff says that something does.
///
/// Twelve routes of 0.05 to 2 requests a second, with error rates of 0.2 to 5 % and log-normal latencies. The same seed gives the
/// same traffic.
struct NullComparisons {
  enum Traffic: String, CaseIterable {
    /// Every request for itself.
    case independent
    /// Errors in bursts of ten seconds, so that they scatter two and three times as much as independent ones.
    case bursts2, bursts3
    /// A tenth of the variance of a latency's logarithm is shared for a minute, by all routes.
    case episodes
    /// The same, each route with episodes of its own.
    case ownEpisodes

    var description: String {
      switch self {
      case .independent: "independent"
      case .bursts2: "errors in bursts, phi 2"
      case .bursts3: "errors in bursts, phi 3"
      case .episodes: "episodes of all routes"
      case .ownEpisodes: "episodes of each route"
      }
    }
  }

  struct Result {
    var runs = 0
    /// Runs in which a figure of a route moved.
    var wrong = 0
    /// Intervals of p95, and those that hold zero.
    var intervals = 0
    var covered = 0
    /// Runs in which a fact stood out among the failed requests.
    var wrongFacts = 0
    /// Runs in which what people use instead says that a route moved, at 5 % shared among all routes: Mann-Whitney on latencies,
    /// and a test of two independent shares on errors.
    var wrongByMannWhitney = 0
    var wrongByTwoShares = 0
  }

  var traffic: Traffic
  /// Of each set.
  var seconds = 900
  private static let routes = 12

  private struct Side {
    var routes: [(name: String, stats: GroupStats)] = []
    var scatter: [String: ScatterSeries] = ["": ScatterSeries()]
    /// Requests with each value of a fact that changes every ten seconds: failed, others.
    var facts: [(failed: Int64, others: Int64)] = Array(repeating: (0, 0), count: 8)
    /// By route, nanoseconds.
    var latencies: [[Double]] = []
  }

  func run(_ runs: Int, seed: UInt64) -> Result {
    var result = Result()
    for run in 0..<runs {
      var random = SplitMix64(seed: seed &+ UInt64(run) &* 0x9E37_79B9)
      let rates = (0..<NullComparisons.routes).map { _ in 0.002 + 0.05 * random.unit() }
      let a = side(rates, from: 0, &random)
      let b = side(rates, from: seconds, &random)
      let span = Int64(seconds) * 1_000_000_000
      let shifts = RouteShift.compare(
        a: a.routes, b: b.routes, spanA: span, spanB: span, scatterA: a.scatter, scatterB: b.scatter)
      result.runs += 1
      if shifts.contains(where: { [$0.errorRate, $0.p50, $0.p95].contains { $0?.isSignificant ?? false } }) {
        result.wrong += 1
      }
      for interval in shifts.compactMap({ $0.p95?.difference }) {
        result.intervals += 1
        if interval.lower <= 0 && interval.upper >= 0 { result.covered += 1 }
      }
      if hasFact(b) { result.wrongFacts += 1 }
      if zip(a.latencies, b.latencies).contains(where: { abs(OtherMethods.z($0, $1)) > NullComparisons.limit }) {
        result.wrongByMannWhitney += 1
      }
      if zip(a.routes, b.routes).contains(where: { abs(twoShares($0.stats, $1.stats)) > NullComparisons.limit }) {
        result.wrongByTwoShares += 1
      }
    }
    return result
  }

  /// Standard errors for 5 % among twelve routes, either way.
  private static let limit = 2.865

  /// Standard errors by which two shares of failed requests differ, as of independent requests.
  private func twoShares(_ a: GroupStats, _ b: GroupStats) -> Double {
    let (n, m) = (Double(a.requests), Double(b.requests))
    guard n > 0, m > 0 else { return 0 }
    let all = Double(a.errors + b.errors) / (n + m)
    let deviation = (all * (1 - all) * (1 / n + 1 / m)).squareRoot()
    return deviation > 0 ? (Double(a.errors) / n - Double(b.errors) / m) / deviation : 0
  }

  private func hasFact(_ side: Side) -> Bool {
    var options = Contrast.Options()
    if let all = side.scatter[""] { options.dispersion = Scatter([all], .errors).weight }
    let contrast = Contrast.rank(
      counts: side.facts.enumerated().map { place, count in
        .init(fact: .init(name: "host", value: "h\(place)"), inside: count.failed, outside: count.others)
      }, inside: "failed", outside: "others", insideRequests: side.facts.reduce(0) { $0 + $1.failed },
      outsideRequests: side.facts.reduce(0) { $0 + $1.others }, options: options)
    return !contrast.rows.isEmpty
  }

  // MARK: Traffic

  private func side(_ errorRates: [Double], from start: Int, _ random: inout SplitMix64) -> Side {
    var side = Side()
    let phase = random.unit() * 60
    let shared = (0..<seconds / 60 + 2).map { _ in normal(&random) }
    let hosts = (0..<seconds / 10 + 2).map { _ in random.below(8) }
    for (route, errorRate) in errorRates.enumerated() {
      let rate = 0.05 * pow(40, Double(route) / Double(NullComparisons.routes - 1))
      let own = traffic == .ownEpisodes ? shared.map { _ in normal(&random) } : shared
      let bursts = shares(errorRate, requests: rate * 10, &random)
      var (stats, series, latencies) = (GroupStats(), ScatterSeries(), [Double]())
      var time = 0.0
      while true {
        time -= log(1 - random.unit()) / rate
        guard time < Double(seconds) else { break }
        let noise = normal(&random)
        let episode = own[Int((time + phase) / 60)]
        let deviate = isEpisodic ? 0.9.squareRoot() * noise + 0.1.squareRoot() * episode : noise
        let window = Int((time + phase) / 10) % bursts.count
        let isError = random.unit() < bursts[window]
        let request = RequestEvent(
          time: Int64((Double(start) + time) * 1e9), duration: Int64(20e6 * exp(deviate)), route: 0, group: 0,
          status: isError ? 500 : 200, level: .info, watermark: EventTime.none)
        stats.add(request)
        latencies.append(Double(request.duration))
        series.add(request, isError: isError)
        side.scatter[""]?.add(request, isError: isError)
        let host = hosts[Int(time / 10)]
        if isError { side.facts[host].failed += 1 } else { side.facts[host].others += 1 }
      }
      side.routes.append(("r\(route)", stats))
      side.latencies.append(latencies)
      side.scatter["r\(route)"] = series
    }
    return side
  }

  private var isEpisodic: Bool { traffic == .episodes || traffic == .ownEpisodes }

  /// The share of errors in each ten seconds: in bursts a window has all of its errors at a rate of its own, so that counts
  /// scatter phi times as much (a mixture of two rates with the mean and the variance of the beta-binomial).
  private func shares(_ rate: Double, requests: Double, _ random: inout SplitMix64) -> [Double] {
    let windows = seconds / 10 + 8
    let phi: Double
    switch traffic {
    case .bursts2: phi = 2
    case .bursts3: phi = 3
    case .independent, .episodes, .ownEpisodes: return Array(repeating: rate, count: windows)
    }
    // The correlation of two requests of a window.
    let correlation = min(0.9, (phi - 1) / max(requests - 1, 1))
    // High in a part of the windows, none in the others: mean `rate`, variance `correlation * rate * (1 - rate)`.
    let high = rate + correlation * (1 - rate)
    return (0..<windows).map { _ in random.unit() < rate / high ? high : 0 }
  }

  private func normal(_ random: inout SplitMix64) -> Double {
    (-2 * log(1 - random.unit())).squareRoot() * cos(2 * Double.pi * random.unit())
  }
}
