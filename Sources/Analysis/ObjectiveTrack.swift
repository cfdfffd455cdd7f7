internal import TraceCore

/// One objective through a stage or a baseline: takes the requests that it is about and spreads them over its evidence,
/// overall or by route.
struct ObjectiveTrack: Sendable {
  /// An objective and where its answers stand in a request.
  struct Plan: Sendable {
    var objective: Objective
    /// Number of the condition in `GateRequest.truths`.
    var condition: Int?
    var ratio: Int?
    /// Number of the field in `GateDefinition.fields`.
    var field: Int?
    // Of the objective, so that taking a request copies none of its texts.
    let kind: Kind
    let isCeiling: Bool
    let byRoute: Bool
    let isRelative: Bool
    let isOfTheService: Bool

    enum Kind: Sendable { case errors, unfinished, throughput, ratio, duration, field, findings }

    init(_ objective: Objective) {
      self.objective = objective
      kind =
        switch objective.metric {
        case .errorRate: .errors
        case .unfinishedRate: .unfinished
        case .throughput: .throughput
        case .ratio: .ratio
        case .findings: .findings
        case .quantile(_, .duration): .duration
        case .quantile(_, .field): .field
        }
      isCeiling = objective.comparison.isCeiling
      byRoute = objective.byRoute
      isRelative = objective.limit.isRelative
      isOfTheService = objective.isOfTheService
    }

    static func all(of definition: GateDefinition) -> [Plan] {
      var conditions = 0
      let fields = definition.fields
      return definition.objectives.map { objective in
        var plan = Plan(objective)
        if objective.condition != nil {
          plan.condition = conditions
          conditions += 1
        }
        if case .ratio = objective.metric {
          plan.ratio = conditions
          conditions += 1
        }
        if case .quantile(_, .field(let field)) = objective.metric { plan.field = fields.firstIndex(of: field) }
        return plan
      }
    }
  }

  struct Route: Sendable {
    var number: Int32
    var evidence: ObjectiveEvidence
  }

  /// Requests and bad ones of a route, for the mix of routes.
  struct Stratum: Sendable {
    var total: Int64 = 0
    var bad: Int64 = 0
  }

  /// Routes that have evidence of their own at most; the rest is counted together.
  static let mostRoutes = 1_000

  let plan: Plan
  private(set) var bar: ObjectiveEvidence.Bar?
  /// All requests; for an objective by route, those of the routes beyond `mostRoutes`.
  private(set) var overall: ObjectiveEvidence
  /// In the order in which they first appeared.
  private(set) var routes: [Route] = []
  private var places: [Int32: Int] = [:]
  private(set) var strata: [Int32: Stratum] = [:]
  private var keepsStrata: Bool
  private let knowsOpenRequests: Bool
  /// What the condition, which looks at the route alone, said of each route.
  private var routeTruths: [Int32: UInt32] = [:]
  private(set) var findings: Int64 = 0

  /// - Parameter earlier: a track of the same objective, which knows routes already.
  init(_ plan: Plan, bar: ObjectiveEvidence.Bar?, keepsStrata: Bool, knowing earlier: ObjectiveTrack? = nil) {
    self.plan = plan
    routeTruths = earlier?.routeTruths ?? [:]
    self.bar = bar
    self.keepsStrata = keepsStrata
    knowsOpenRequests = plan.objective.knowsOpenRequests
    overall = ObjectiveEvidence(plan.objective, bar: bar)
  }

  // MARK: Taking

  mutating func take(_ request: GateRequest) {
    guard isConcerned(by: request) else { return }
    switch plan.kind {
    case .findings, .field: break
    case .errors: add(request, isBad: request.isError == plan.isCeiling)
    case .unfinished, .throughput: add(request, isBad: false)
    case .ratio:
      let truth = plan.ratio.map { request.truth($0) } ?? 2
      if truth > 1 { overall.unknown += 1 } else { add(request, isBad: (truth == 1) == plan.isCeiling) }
    case .duration:
      if request.duration >= 0 { add(request.duration, of: request.route) }
    }
  }

  /// A field's value of a request that `take` has been given.
  mutating func take(value: Int64, field: Int, of request: GateRequest) {
    guard plan.field == field, isConcerned(by: request, again: true) else { return }
    add(value, of: request.route)
  }

  mutating func takeUnended(route: Int32) {
    guard countsUnended, bar != nil, concernsRoute(route) else { return }
    change(route) { $0.addUnended() }
  }

  mutating func takeFinding(severity: Int) {
    if case .findings(let worst) = plan.objective.metric, severity <= worst { findings += 1 }
  }

  /// Whether it must know of every request's route what its condition says of it.
  var learnsRoutes: Bool { plan.condition != nil && countsUnended }

  mutating func learn(_ request: GateRequest) {
    guard let condition = plan.condition else { return }
    routeTruths[request.route] = request.truth(condition)
  }

  private mutating func isConcerned(by request: GateRequest, again: Bool = false) -> Bool {
    guard let condition = plan.condition else { return true }
    let truth = request.truth(condition)
    if !again && truth > 1 { overall.unknown += 1 }
    return truth == 1
  }

  private mutating func add(_ request: GateRequest, isBad: Bool) {
    if keepsStrata {
      strata[request.route, default: Stratum()].total += 1
      if isBad { strata[request.route, default: Stratum()].bad += 1 }
    }
    change(request.route) { $0.add(isBad: isBad) }
  }

  private mutating func add(_ value: Int64, of route: Int32) { change(route) { $0.add(value: value) } }

  private mutating func change(_ route: Int32, _ body: (inout ObjectiveEvidence) -> Void) {
    guard plan.byRoute, route >= 0 else { return body(&overall) }
    if let place = places[route] { return body(&routes[place].evidence) }
    guard routes.count < ObjectiveTrack.mostRoutes else { return body(&overall) }
    places[route] = routes.count
    var evidence = ObjectiveEvidence(plan.objective, bar: bar)
    body(&evidence)
    routes.append(Route(number: route, evidence: evidence))
  }

  // MARK: Requests without an end

  /// Whether open and given-up requests say something here.
  var countsUnended: Bool {
    guard knowsOpenRequests else { return false }
    switch plan.kind {
    case .unfinished: return true
    case .duration: return plan.isCeiling
    case .field, .errors, .throughput, .ratio, .findings: return false
    }
  }

  /// The age from which on an open request counts; nanoseconds.
  private func age(_ unfinishedAfter: Int64) -> Int64 {
    if plan.kind == .unfinished { return unfinishedAfter }
    return Int64(max(0, min(bar?.threshold ?? 0, 9e18)))
  }

  /// Whether a request that began then counts as unended at `time`.
  func isBeyond(_ start: Int64, at time: Int64, unfinishedAfter: Int64) -> Bool {
    let (age, isTooLong) = time.subtractingReportingOverflow(start)
    guard !isTooLong else { return false }
    let bar = self.age(unfinishedAfter)
    return plan.objective.comparison == .less ? age >= bar : age > bar
  }

  private func concernsRoute(_ route: Int32) -> Bool { plan.condition == nil || routeTruths[route] == 1 }

  /// Sets what is open where judging begins.
  mutating func begin(open: [OpenRequest], at time: Int64, unfinishedAfter: Int64) {
    let counts = countOpen(open, at: time, unfinishedAfter)
    overall.begin(open: counts[-1] ?? 0)
    for place in routes.indices { routes[place].evidence.begin(open: counts[routes[place].number] ?? 0) }
  }

  mutating func closeWindow(
    open: [OpenRequest], at time: Int64, unfinishedAfter: Int64, isFull: Bool, isLast: Bool
  ) {
    let counts = countOpen(open, at: time, unfinishedAfter)
    overall.closeWindow(open: counts[-1] ?? 0, isFull: isFull, isLast: isLast)
    for place in routes.indices {
      routes[place].evidence.closeWindow(open: counts[routes[place].number] ?? 0, isFull: isFull, isLast: isLast)
    }
  }

  /// Open requests beyond the bar by the number of the route that has evidence of its own; -1 for the overall evidence.
  private mutating func countOpen(_ open: [OpenRequest], at time: Int64, _ unfinishedAfter: Int64) -> [Int32: Int64] {
    guard countsUnended, bar != nil else { return [:] }
    var counts: [Int32: Int64] = [:]
    for request in open
    where concernsRoute(request.route) && isBeyond(request.start, at: time, unfinishedAfter: unfinishedAfter) {
      guard plan.byRoute, request.route >= 0 else {
        counts[-1, default: 0] += 1
        continue
      }
      // A route of which nothing has ended yet gets its evidence here.
      change(request.route) { _ in }
      counts[places[request.route] == nil ? -1 : request.route, default: 0] += 1
    }
    return counts
  }

  // MARK: Looking

  /// Whether the bets refute the objective, with a chance of `alpha` of being wrong in all looks of the stage together.
  mutating func look(alpha: Double, inRow: Int, minimumRequests: Int64) -> [Int32] {
    guard plan.byRoute else { return overall.look(alpha: alpha, inRow: inRow) ? [-1] : [] }
    var refuted: [Int32] = []
    for place in routes.indices {
      // How many routes will come is not known: the j-th gets 1 / (j (j + 1)) of it, which adds up to 1.
      let part = Double((place + 1) * (place + 2))
      let isRefuted = routes[place].evidence.look(alpha: alpha / part, inRow: inRow)
      // Routes with few requests do not block.
      if isRefuted, routes[place].evidence.total >= minimumRequests { refuted.append(routes[place].number) }
    }
    return refuted
  }

  /// The overall evidence for an objective that is not by route; also of one by route, as a baseline for a route.
  func evidence(of route: Int32?) -> ObjectiveEvidence? {
    guard let route, plan.byRoute else { return overall }
    return places[route].map { routes[$0].evidence }
  }
}

/// The objective is given by the definition.
extension ObjectiveTrack: StateCodable {
  mutating func code(_ coder: inout StateCoder) throws(StateError) {
    try coder.code(&bar, empty: .empty) { bar, coder throws(StateError) in try coder.code(&bar) }
    try coder.code(&keepsStrata)
    let empty = ObjectiveEvidence(plan.objective, bar: bar)
    if coder.isLoading { overall = empty }
    try coder.code(&overall)
    try coder.code(&routes, empty: Route(number: 0, evidence: empty)) { route, coder throws(StateError) in
      try coder.code(&route.number)
      try coder.code(&route.evidence)
    }
    try coder.code(
      &strata, emptyKey: 0, empty: Stratum(), key: { route, coder throws(StateError) in try coder.code(&route) },
      { stratum, coder throws(StateError) in
        try coder.code(count: &stratum.total)
        try coder.code(count: &stratum.bad)
      })
    try coder.code(
      &routeTruths, emptyKey: 0, empty: 0, key: { route, coder throws(StateError) in try coder.code(&route) },
      { truth, coder throws(StateError) in try coder.code(&truth) })
    try coder.code(count: &findings)
    guard coder.isLoading else { return }
    places = [:]
    for (place, route) in routes.enumerated() where route.number >= 0 { places[route.number] = place }
    let isOneEach = places.count == routes.count && routes.count <= ObjectiveTrack.mostRoutes
    guard isOneEach, plan.byRoute || routes.isEmpty else { throw .invalid("routes of an objective") }
  }
}
