import Foundation

/// A log of a `PlantedService` with an incident whose cause is known. A release is rolled out over its hosts about the onset,
/// whatever the cause. The same seed gives the same log.
struct PlantedLog {
  enum Cause: String, CaseIterable {
    case version, host, userAgent = "user agent", upstream, region, pool, user
    /// All requests fail more from the deploy on, those of the old release as well.
    case deploy = "time of deploy"
    /// One of the hosts that have the release; others that have it are well.
    case hostOfRelease = "host with the release"
    /// The release calls it more often.
    case upstreamOfRelease = "upstream the release calls"
    /// Its hosts get the release first.
    case regionOfRelease = "region of the rollout"
    /// The release fails where it calls one upstream.
    case two = "version and upstream"
  }

  /// How the failures of requests go together in an incident without a cause.
  enum Null: String, CaseIterable {
    case independent, bursts2 = "bursts, phi 2", bursts3 = "bursts, phi 3"
    var phi: Double { self == .independent ? 1 : self == .bursts2 ? 2 : 3 }
  }

  let service: PlantedService
  /// Nil for none: failures rise for all alike.
  let cause: Cause?
  /// What the report should name: one fact, or two; empty where it is the deploy, or nothing.
  private(set) var facts: [(name: String, value: String)] = []
  /// Seconds.
  let length: Double
  let onset: Double
  let recovery: Double
  let deploy: Double
  let requests: Int
  let rows: [(request: PlantedService.Request, milliseconds: Double, isFailed: Bool)]

  /// - Parameters:
  ///   - rate: requests a second.
  ///   - minutes: of the log; the incident takes a third of it.
  init(_ cause: Cause?, null: Null = .independent, seed: UInt64, rate: Double? = nil, minutes: Double = 15) {
    var random = SplitMix64(seed: seed)
    self.cause = cause
    length = minutes * 60
    onset = length * (0.35 + 0.15 * random.unit())
    recovery = onset + length * (0.22 + 0.13 * random.unit())
    let begins =
      switch cause {
      case .version, .deploy, .two: onset
      default: onset - 120 + 180 * random.unit()
      }
    deploy = begins
    let rate = rate ?? 20 + 30 * random.unit()
    let plant = Plant(cause, PlantedService(&random), &random)
    let service = plant.service
    self.service = service
    facts = plant.facts

    var rows: [(request: PlantedService.Request, milliseconds: Double, isFailed: Bool)] = []
    let step = length * 0.06
    let shape = (0..<Int(length / 10) + 2).map { _ in random.lognormal(median: 1, sigma: 0.35) }
    let leaders = (0..<Int(length / 20) + 1).map { _ in random.below(5) }
    let bursts = PlantedLog.bursts(phi: null.phi, windows: shape.count, requests: rate * 10, share: 0.08, &random)
    var time = 0.0
    while true {
      time -= log(1 - random.unit()) / rate
      guard time < length else { break }
      let newHosts =
        time < begins
        ? 0
        : plant.newHosts(
          stage: Int((time - begins) / step), of: service.hosts.count, isOver: time >= recovery)
      var request = service.request(at: time, newHosts: newHosts, newCalls: plant.newCalls, &random)
      request.leader = leaders[Int(time / 20)]
      let isInside = time >= onset && time < recovery
      var share = cause == nil ? 0.005 : service.usualFailures(request) * shape[Int(time / 10)]
      if isInside { share += cause == nil ? bursts[Int(time / 10)] : plant.failures(request) }
      let isFailed = random.unit() < share
      let median = service.routes[request.route].latency * (isFailed ? 1.6 : 1)
      rows.append((request, random.lognormal(median: median, sigma: 0.6), isFailed))
    }
    self.rows = rows
    requests = rows.count
  }

  /// The share of failures in each ten seconds: all of them at once in a part of the windows, so that counts scatter phi times
  /// as much as those of independent requests (mean `share`, variance that of a beta-binomial).
  private static func bursts(
    phi: Double, windows: Int, requests: Double, share: Double, _ random: inout SplitMix64
  ) -> [Double] {
    let correlation = (phi - 1) / max(requests - 1, 1)
    let high = share + correlation * (1 - share)
    return (0..<windows).map { _ in phi == 1 ? share : random.unit() < share / high ? high : 0 }
  }

  /// What is wrong.
  private struct Plant {
    var facts: [(name: String, value: String)] = []
    var newCalls: (upstream: Int, factor: Double)?
    private let cause: Cause?
    let service: PlantedService
    private var host = 0
    private var other = 0
    private var strength = 0.0
    private let isGradual: Bool

    init(_ cause: Cause?, _ given: PlantedService, _ random: inout SplitMix64) {
      var service = given
      self.cause = cause
      strength = 0.3 + 0.5 * random.unit()
      isGradual = random.unit() < 0.5
      switch cause {
      case .version:
        strength = 0.1 + 0.3 * random.unit()
        facts = [("version", "v2")]
      case .host, .hostOfRelease:
        host = cause == .host ? random.below(service.hosts.count) : service.order[0]
        facts = [("host", "web-\(host + 1)")]
      case .userAgent:
        other = service.busyAgent(&random)
        facts = [("user_agent", service.agents[other])]
      case .upstream, .upstreamOfRelease:
        other = service.busyUpstream(&random)
        facts = [("upstream", PlantedService.upstreams[other])]
        if cause == .upstreamOfRelease { newCalls = (other, 2) }
      case .region, .regionOfRelease:
        other = random.below((service.hosts.max() ?? 0) + 1)
        facts = [("region", PlantedService.regions[other])]
        if cause == .regionOfRelease {
          let (order, hosts, region) = (service.order, service.hosts, other)
          service.order = order.filter { hosts[$0] == region } + order.filter { hosts[$0] != region }
        }
      case .pool:
        other = random.below(PlantedService.pools.count)
        facts = [("pool", PlantedService.pools[other])]
      case .user:
        other = random.below(5)
        strength = 0.6 + 0.35 * random.unit()
        facts = [("user_id", service.users[other].name)]
      case .deploy: strength = 0.08 + 0.2 * random.unit()
      case .two:
        other = service.busyUpstream(&random)
        facts = [("version", "v2"), ("upstream", PlantedService.upstreams[other])]
      case nil: break
      }
      self.service = service
    }

    /// Hosts with the release by stages of the rollout; a release that is the cause is taken back.
    func newHosts(stage: Int, of hosts: Int, isOver: Bool) -> Int {
      if isOver, cause == .version || cause == .two { return 0 }
      if cause == .hostOfRelease { return min(hosts, 3) }
      let share = isGradual ? [0.25, 0.5, 0.75, 1.0] : [0.3, 0.6]
      return max(1, Int((Double(hosts) * share[min(stage, share.count - 1)]).rounded()))
    }

    /// How many more requests of this kind fail.
    func failures(_ request: PlantedService.Request) -> Double {
      let isHit =
        switch cause {
        case .version: request.isNew
        case .host, .hostOfRelease: request.host == host
        case .userAgent: request.agent == other
        case .upstream, .upstreamOfRelease: request.upstream == other
        case .region, .regionOfRelease: request.region == other
        case .pool: request.pool == other
        case .user: request.user == other
        case .deploy: true
        case .two: request.isNew && request.upstream == other
        case nil: false
        }
      return isHit ? strength : 0
    }
  }

  // MARK: Lines

  /// Writes it, half of the seeds as text and half as JSON would be.
  func write(to path: String, format: LogFormat, seed: UInt64) throws {
    var writer = try EventWriter(path: path, format: format)
    var random = SplitMix64(seed: seed ^ 0x5EED)
    var told = false
    var next = 0.0
    for (request, milliseconds, isFailed) in rows {
      while next < request.time {
        writer.begin(Int(next * 10_000), "INFO", "jobs", "", "cache refreshed")
        writer.field("entries", 900 + random.below(200))
        writer.field("took_ms", 3 + random.below(9))
        try writer.end()
        next += 4 + 4 * random.unit()
      }
      if !told, request.time >= deploy {
        told = true
        writer.begin(Int(deploy * 10_000), "INFO", "deploy", "", "rollout release=v2 from_pct=0")
        try writer.end()
      }
      let id = String(random.next(), radix: 16) + String(random.next(), radix: 16)
      let tenths = Int(request.time * 10_000)
      let route = service.routes[request.route]
      if isFailed, random.unit() < 0.5 {
        writer.begin(tenths, "ERROR", "app", id, "request failed: the handler raised")
        try writer.end()
      }
      writer.begin(tenths, isFailed ? "ERROR" : "INFO", "access", id, "request finished")
      writer.field("method", route.method)
      writer.field("path", route.path.replacingOccurrences(of: "{id}", with: "\(10 + random.below(90_000))"))
      writer.field("status", isFailed ? [500, 502, 503][random.below(3)] : random.oneIn(40) ? 404 : 200)
      writer.field("duration_ms", tenths: Int(milliseconds * 10))
      for (name, value) in service.logged(request) { writer.field(name, value) }
      try writer.end()
    }
    try writer.flush()
  }
}
