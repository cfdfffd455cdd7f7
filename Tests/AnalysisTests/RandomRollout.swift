import TestKit
import TraceCore

@testable import Analysis

/// Gates with an objective of every kind.
enum GateSamples {
  /// - Parameter isLenient: with limits that most traffic keeps.
  static func definition(_ baseline: String, isLenient: Bool) throws -> GateDefinition {
    let second = GateFeed.second
    let easy = isLenient ? 4.0 : 1
    func objective(
      _ metric: Objective.Metric, _ comparison: Objective.Comparison, _ offset: Double, factor: Double = 0,
      where condition: String? = nil, per: Objective.Part? = nil
    ) throws -> Objective {
      Objective(
        text: "", metric: metric, comparison: comparison,
        limit: .init(factor: factor, offset: offset),
        condition: try condition.map { try FilterExpression(parsing: $0) },
        per: per)
    }
    let field = GateField(name: "db_ms", isDuration: true)
    var objectives = [
      try objective(.errorRate, .less, 0.06 * easy),
      try objective(.quantile(q: 0.95, of: .duration), .less, 250e6 * easy),
      try objective(.quantile(q: 0.05, of: .duration), .greater, 1e6),
      try objective(.throughput, .greater, 6 / easy),
      try objective(.throughput, .less, isLenient ? 60 : 5),
      try objective(.unfinishedRate, .less, 0.03 * easy),
      try objective(.ratio(try FilterExpression(parsing: "status = 429")), .less, 0.3 * easy),
      try objective(.ratio(try FilterExpression(parsing: "status < 500")), .greaterOrEqual, 0.2),
      try objective(.findings(worst: 1), .lessOrEqual, isLenient ? 9 : 3),
      try objective(.quantile(q: 0.9, of: .field(field)), .less, 90e6 * easy, where: "route = \"GET /1\""),
      try objective(.errorRate, .less, 0.1 * easy, where: "status < 500", per: .route),
      try objective(.quantile(q: 0.5, of: .duration), .lessOrEqual, 120e6 * easy, per: .route),
      try objective(.errorRate, .less, 0.1 * easy, per: .instance),
    ]
    if baseline != "absolute" {
      objectives += [
        try objective(.quantile(q: 0.9, of: .duration), .less, 0, factor: 1.2 * easy),
        try objective(.errorRate, .less, 0.02 * easy, factor: 1),
        try objective(.throughput, .greater, 0, factor: 0.5 / easy),
        try objective(.errorRate, .less, 0.05 * easy, factor: 1, per: .route),
      ]
    }
    for number in objectives.indices { objectives[number].text = "objective \(number + 1)" }
    var definition = GateDefinition(
      name: "t",
      stages: [
        .init(name: "some", share: 0.3, duration: 50 * second), .init(name: "more", share: 0.6, duration: 40 * second),
        .init(name: "all", duration: 60 * second),
      ], objectives: objectives)
    definition.warmUp = 5 * second
    definition.minimumRequests = 30
    definition.consecutiveFailures = 2
    definition.versionField = "version"
    definition.unfinishedAfter = 4 * second
    switch baseline {
    case "span": definition.baseline = .span(40 * second)
    case "log": definition.baseline = .log("before.log")
    case "version": definition.baseline = .version
    default: break
    }
    return definition
  }
}

/// Random traffic of a rollout as a driver gives it: requests in nearly the order of time, values, requests that never end,
/// findings, new versions, and looks whenever one is due.
struct RandomRollout {
  enum Step {
    case request(GateRequest)
    case value(Int64, of: GateRequest)
    case uncounted(GateUncounted)
    case unread(Int64, time: Int64, String)
    case unfinished(start: Int64, route: Int32)
    case finding(severity: Int, time: Int64)
    case version(Int32, String)
    case look(Int64, [OpenRequest], GateLoss)
    case finish(Int64)

    func apply(_ gate: inout Gate) -> [Verdict] {
      switch self {
      case .request(let request): gate.take(request)
      case .value(let value, let request): gate.take(value: value, field: 0, of: request)
      case .uncounted(let telling): gate.takeUncounted(telling)
      case .unread(let lines, let time, let place): gate.takeUnread(lines: lines, time: time, place: place)
      case .unfinished(let start, let route): gate.take(unfinished: start, route: route)
      case .finding(let severity, let time): gate.takeFinding(severity: severity, time: time)
      case .version(let number, let name): gate.noteVersion(number, name: name)
      case .look(let time, let open, let loss):
        return gate.advance(to: time, open: open, names: GateFeed.names, loss: loss)
      case .finish(let time): return gate.finish(reached: time, open: [], names: GateFeed.names)
      }
      return []
    }
  }

  let start: Int64 = 1_795_416_544_985_000_000
  var random: SplitMix64
  private(set) var now: Int64
  private(set) var steps = 0
  private var queue: [Step] = []
  private var versions: Int32 = 0
  private var last: GateRequest?
  private let errorRate: Double
  private let slowness: Int

  init(seed: UInt64) {
    random = SplitMix64(seed: seed)
    errorRate = [0.02, 0.6, 0.12][Int(seed % 3)]
    slowness = 150 + 60 * Int(seed % 4)
    now = start - 45 * GateFeed.second
  }

  /// Nil some time behind the last stage.
  mutating func next() -> Step? {
    if queue.isEmpty { fill() }
    guard now < start + 160 * GateFeed.second else { return nil }
    steps += 1
    return queue.removeFirst()
  }

  private mutating func fill() {
    now += Int64(random.below(150)) * 1_000_000
    let age = (now - start) / GateFeed.second
    if versions < (age < -40 ? 1 : age < 4 ? 2 : age < 23 ? 3 : 4) {
      queue.append(.version(versions, "v\(versions + 1)"))
      versions += 1
    }
    let request = makeRequest()
    queue.append(.request(request))
    if random.below(3) > 0 { queue.append(.value(Int64(random.below(120)) * 1_000_000, of: request)) }
    if random.below(60) == 0 {
      queue.append(.unfinished(start: now - Int64(random.below(9)) * GateFeed.second, route: request.route))
    }
    if random.below(150) == 0 {
      queue.append(.finding(severity: 1 + random.below(3), time: now + Int64(random.below(40) - 10) * GateFeed.second))
    }
    if random.below(20) == 0 {
      queue.append(.uncounted(GateUncounted(makeRequest(), source: Int32(random.below(20)))))
    }
    if random.below(200) == 0 {
      queue.append(.unread(1, time: now - Int64(random.below(9_000)) * 1_000_000, "app.log:\(steps)"))
    }
    let open = (0..<random.below(5)).map { _ in
      OpenRequest(start: now - Int64(random.below(6_000)) * 1_000_000, route: Int32(random.below(5)) - 1)
    }
    let loss = GateLoss(missing: random.below(20) == 0 ? 1 : 0, read: 5_000)
    queue.append(.look(now - 2 * GateFeed.second, open, loss))
  }

  private mutating func makeRequest() -> GateRequest {
    let lateness =
      random.below(50) == 0 ? Int64(random.below(60)) * GateFeed.second : Int64(random.below(1_500)) * 1_000_000
    // Two ratios, the first one of something rare, and two conditions: mostly known.
    let truths = (0..<4).reduce(UInt32(0)) { bits, condition in
      let truth: UInt32 = random.below(12) == 0 ? 2 : random.below(5) == 0 ? 0 : 1
      return bits | (condition == 0 && truth < 2 ? 1 - truth : truth) << UInt32(2 * condition)
    }
    return GateRequest(
      time: now - lateness, duration: random.below(30) == 0 ? -1 : Int64(random.below(slowness)) * 1_000_000,
      isError: random.unit() < errorRate, route: Int32(random.below(6)) - 1,
      version: random.below(40) == 0 ? -1 : Int32(random.below(Int(max(versions, 1)))),
      instance: Int32(random.below(4)) - 1, truths: truths)
  }

  /// Another log's requests.
  mutating func sample(_ definition: GateDefinition) -> GateSample {
    var sample = GateSample(definition)
    for i in 0..<900 {
      var request = makeRequest()
      request.time = start - 200 * GateFeed.second + Int64(i) * 50_000_000
      sample.take(request)
      sample.take(value: Int64(random.below(120)) * 1_000_000, field: 0, of: request)
    }
    sample.finish(routeName: GateFeed.routeName)
    return sample
  }
}
