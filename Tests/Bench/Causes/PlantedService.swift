import Foundation

/// A made-up service: what a request of it can be, and how its circumstances go together without any of them being a cause.
///
/// A user has a home region and a program of their own, a host is in a region, a pool serves a part of the users, a route
/// calls some upstreams more than others, and one route, one program and one host have always failed more.
struct PlantedService {
  struct Route {
    var method: String
    var path: String
    var weight: Double
    /// Share of failures that is usual, and milliseconds in the middle.
    var failures: Double
    var latency: Double
    /// Chance of a call to each of `upstreams`; the rest call none.
    var calls: [Double]
  }

  static let regions = ["eu-west", "eu-north", "us-east", "ap-south"]
  static let upstreams = ["ledger", "geo", "search", "mailer"]
  static let pools = ["users-a", "users-b", "users-c", "users-d"]
  private static let paths = [
    ("GET", "/api/items"), ("GET", "/api/items/{id}"), ("POST", "/api/orders"), ("GET", "/api/orders/{id}"),
    ("PUT", "/api/profile"), ("POST", "/api/payments"), ("GET", "/api/search"), ("GET", "/api/places"),
    ("POST", "/api/messages"), ("DELETE", "/api/items/{id}"),
  ]
  private static let programs = ["shop-ios", "shop-android", "okhttp", "python-requests", "curl", "partner-sync"]

  var routes: [Route] = []
  /// Region of each host.
  var hosts: [Int] = []
  /// The order in which hosts get the new release.
  var order: [Int] = []
  var agents: [String] = []
  var users: [(name: String, region: Int, agent: Int, pool: Int)] = []
  var chronicAgent = 0
  var chronicHost = 0
  private var routeWeights: [Double] = []
  private var userWeights: [Double] = []
  private var agentWeights: [Double] = []

  init(_ random: inout SplitMix64) {
    for (method, path) in PlantedService.paths {
      let calls = PlantedService.upstreams.map { _ in random.unit() < 0.5 ? random.unit() * 0.5 : 0 }
      let scale = max(1, calls.reduce(0, +))
      routes.append(
        Route(
          method: method, path: path, weight: 0.2 + random.unit(), failures: 0.001 + 0.008 * random.unit(),
          latency: random.lognormal(median: 30, sigma: 0.8), calls: calls.map { $0 / scale }))
    }
    routes[random.below(routes.count)].failures = 0.03
    let regions = 2 + random.below(3)
    for region in 0..<regions { hosts += Array(repeating: region, count: 2 + random.below(2)) }
    order = hosts.indices.shuffled(using: &random)
    for index in 0..<(16 + random.below(24)) {
      let program = PlantedService.programs[index % PlantedService.programs.count]
      agents.append("\(program)/\(1 + random.below(9)).\(index)")
    }
    agentWeights = PlantedService.cumulative(agents.indices.map { 1 / Double($0 + 1) })
    for index in 0..<(200 + random.below(2_500)) {
      users.append(
        (
          "u\(1_000 + index * 7)", random.below(regions), PlantedService.pick(agentWeights, &random),
          random.below(PlantedService.pools.count)
        ))
    }
    userWeights = PlantedService.cumulative(users.indices.map { pow(Double($0 + 1), -0.9) })
    routeWeights = PlantedService.cumulative(routes.map(\.weight))
    chronicAgent = random.below(agents.count)
    chronicHost = random.below(hosts.count)
  }

  private static func cumulative(_ weights: [Double]) -> [Double] {
    var sum = 0.0
    return weights.map {
      sum += $0
      return sum
    }
  }

  private static func pick(_ cumulative: [Double], _ random: inout SplitMix64) -> Int {
    let point = random.unit() * (cumulative.last ?? 0)
    var (low, high) = (0, cumulative.count - 1)
    while low < high {
      let middle = (low + high) / 2
      if cumulative[middle] > point { high = middle } else { low = middle + 1 }
    }
    return low
  }

  // MARK: Requests

  struct Request {
    var time = 0.0
    var route = 0
    var user = 0
    var agent = 0
    var region = 0
    var host = 0
    var pool = 0
    /// -1: none.
    var upstream = -1
    /// Of all requests of a while: what can be told from a burst of failures by time alone.
    var leader = 0
    var isNew = false
  }

  /// - Parameters:
  ///   - newHosts: how many of `order` have the new release.
  ///   - newCalls: how much more often the new release calls this upstream.
  func request(
    at time: Double, newHosts: Int, newCalls: (upstream: Int, factor: Double)?, _ random: inout SplitMix64
  ) -> Request {
    var request = Request(time: time)
    request.route = PlantedService.pick(routeWeights, &random)
    request.user = PlantedService.pick(userWeights, &random)
    let user = users[request.user]
    request.agent = random.unit() < 0.85 ? user.agent : PlantedService.pick(agentWeights, &random)
    request.pool = user.pool
    let home = random.unit() < 0.8 ? user.region : hosts[random.below(hosts.count)]
    let choices = hosts.indices.filter { hosts[$0] == home }
    request.host = choices[random.below(choices.count)]
    request.region = home
    request.isNew = order.prefix(newHosts).contains(request.host)
    var point = random.unit()
    var calls = routes[request.route].calls
    if let newCalls, request.isNew {
      calls[newCalls.upstream] = min(0.85, calls[newCalls.upstream] * newCalls.factor + 0.25)
    }
    for (upstream, chance) in calls.enumerated() {
      if point < chance {
        request.upstream = upstream
        break
      }
      point -= chance
    }
    return request
  }

  /// How likely it fails where nothing is wrong.
  func usualFailures(_ request: Request) -> Double {
    var share = routes[request.route].failures
    if request.agent == chronicAgent { share += 0.05 }
    if request.host == chronicHost { share += 0.005 }
    return share
  }

  /// One that routes call not too rarely, as far as there is one.
  func busyUpstream(_ random: inout SplitMix64) -> Int {
    var upstream = 0
    for _ in 0..<20 {
      upstream = random.below(PlantedService.upstreams.count)
      if routes.reduce(0, { $0 + $1.calls[upstream] }) >= 0.5 { break }
    }
    return upstream
  }

  /// One with at least a twentieth of the traffic, and less than a half.
  func busyAgent(_ random: inout SplitMix64) -> Int {
    var shares = Array(repeating: 0.0, count: agents.count)
    for (index, user) in users.enumerated() { shares[user.agent] += pow(Double(index + 1), -0.9) }
    let all = shares.reduce(0, +)
    let busy = shares.indices.filter { shares[$0] > 0.05 * all && shares[$0] < 0.5 * all }
    return busy.isEmpty ? 0 : busy[random.below(busy.count)]
  }

  func logged(_ request: Request) -> [(String, String)] {
    var fields = [
      ("host", "web-\(request.host + 1)"), ("region", PlantedService.regions[request.region]),
      ("version", request.isNew ? "v2" : "v1"), ("pool", PlantedService.pools[request.pool]),
      ("user_id", users[request.user].name), ("user_agent", agents[request.agent]),
      ("leader", "node-\(request.leader + 1)"),
    ]
    if request.upstream >= 0 { fields.append(("upstream", PlantedService.upstreams[request.upstream])) }
    return fields
  }
}
