internal import TraceCore

/// One objective through a stage or a baseline: takes the requests that it is about and spreads them over its evidence,
/// overall or by route or instance.
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
    let per: Objective.Part?
    let isRelative: Bool
    let isOfTheService: Bool
    let namesRoutes: Bool
    /// Findings are counted; there is no bet and no bound.
    var isAboutFindings: Bool { kind == .findings }
    /// The same without instances: of a baseline.
    var withoutInstances: Plan {
      guard per == .instance else { return self }
      var plan = Plan(objective.withoutInstances)
      (plan.condition, plan.ratio, plan.field) = (condition, ratio, field)
      return plan
    }

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
      per = objective.per
      isRelative = objective.limit.isRelative
      isOfTheService = objective.isOfTheService
      namesRoutes = objective.namesRoutes
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

  /// A route or an instance.
  struct Part: Sendable {
    var number: Int32
    var evidence: ObjectiveEvidence
  }

  /// Requests and bad ones of a route or an instance: for the mix of routes, and to name the worst.
  struct Stratum: Sendable {
    var total: Int64 = 0
    var bad: Int64 = 0
  }

  /// Routes or instances that have evidence of their own at most; the rest is counted together.
  static let mostParts = 1_000

  let plan: Plan
  var bar: ObjectiveEvidence.Bar?
  /// All requests; for an objective by part, those of the parts beyond `mostParts`.
  var overall: ObjectiveEvidence
  /// In the order in which they first appeared.
  var parts: [Part] = []
  var places: [Int32: Int] = [:]
  /// By route, and by instance; of no more than `mostParts` each.
  private(set) var strata: [Int32: Stratum] = [:]
  private(set) var instances: [Int32: Stratum] = [:]
  private var keepsStrata: Bool
  /// The values of each route, where versions are compared at the same mix of routes.
  private(set) var routeValues: [Int32: QuantileSketch] = [:]
  private var keepsValues: Bool
  let knowsOpenRequests: Bool
  /// What the condition, which looks at the route alone, said of each route.
  var routeTruths: [Int32: UInt32] = [:]
  var findings: Int64 = 0
  /// The first one that counts.
  private(set) var firstFinding: GateFinding?

  /// - Parameters:
  ///   - keepsValues: of a quantile, the values of each route.
  ///   - earlier: a track of the same objective, which knows routes already.
  init(
    _ plan: Plan, bar: ObjectiveEvidence.Bar?, keepsStrata: Bool, keepsValues: Bool = false,
    knowing earlier: ObjectiveTrack? = nil
  ) {
    self.keepsValues = keepsValues
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
      if request.duration >= 0 { add(request.duration, of: request) }
    }
  }

  /// A field's value of a request that `take` has been given.
  mutating func take(value: Int64, field: Int, of request: GateRequest) {
    guard plan.field == field, isConcerned(by: request, again: true) else { return }
    add(value, of: request)
  }

  /// Requests of which only it is known how many are bad; for simulations.
  mutating func add(bad: Int64, of total: Int64) { overall.add(bad: bad, of: total) }

  mutating func takeUnended(route: Int32, count: Int64 = 1) {
    guard countsUnended, bar != nil, concernsRoute(route) else { return }
    if keepsStrata { note(isBad: true, route: route, instance: -1, count: count) }
    change(plan.per == .route ? route : -1) { $0.addUnended(count) }
  }

  mutating func take(_ finding: GateFinding) {
    guard case .findings(let worst) = plan.objective.metric, finding.severity <= worst else { return }
    findings += 1
    if firstFinding == nil { firstFinding = finding }
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
    if keepsStrata { note(isBad: isBad, route: request.route, instance: request.instance) }
    change(part(of: request)) { $0.add(isBad: isBad) }
  }

  private mutating func add(_ value: Int64, of request: GateRequest) {
    if keepsStrata, bar != nil { note(isBad: overall.isBad(value), route: request.route, instance: request.instance) }
    if keepsValues, routeValues.count < ObjectiveTrack.mostParts || routeValues[request.route] != nil {
      routeValues[request.route, default: QuantileSketch()].add(value)
    }
    change(part(of: request)) { $0.add(value: value) }
  }

  private mutating func note(isBad: Bool, route: Int32, instance: Int32, count: Int64 = 1) {
    let stratum = Stratum(total: count, bad: isBad ? count : 0)
    ObjectiveTrack.add(stratum, &strata, route)
    if instance >= 0 { ObjectiveTrack.add(stratum, &instances, instance) }
  }

  private func part(of request: GateRequest) -> Int32 {
    switch plan.per {
    case nil: -1
    case .route: request.route
    case .instance: request.instance
    }
  }

  mutating func change(_ part: Int32, _ body: (inout ObjectiveEvidence) -> Void) {
    guard part >= 0 else { return body(&overall) }
    if let place = places[part] { return body(&parts[place].evidence) }
    guard parts.count < ObjectiveTrack.mostParts else { return body(&overall) }
    places[part] = parts.count
    var evidence = ObjectiveEvidence(plan.objective, bar: bar)
    body(&evidence)
    parts.append(Part(number: part, evidence: evidence))
  }

  // MARK: Put together

  /// Adds what another track of the same objective says: of another span, or of another version at the same time.
  mutating func merge(_ other: ObjectiveTrack) {
    overall.merge(other.overall)
    for part in other.parts { change(part.number) { $0.merge(part.evidence) } }
    // In order, so that it is the same ones that find no place.
    for (route, stratum) in other.strata.sorted(by: { $0.key < $1.key }) {
      ObjectiveTrack.add(stratum, &strata, route)
    }
    for (instance, stratum) in other.instances.sorted(by: { $0.key < $1.key }) {
      ObjectiveTrack.add(stratum, &instances, instance)
    }
    for (route, values) in other.routeValues.sorted(by: { $0.key < $1.key })
    where routeValues.count < ObjectiveTrack.mostParts || routeValues[route] != nil {
      routeValues[route, default: QuantileSketch()].merge(values)
    }
  }

  private static func add(_ stratum: Stratum, _ strata: inout [Int32: Stratum], _ number: Int32) {
    guard strata.count < mostParts || strata[number] != nil else { return }
    strata[number, default: Stratum()].total += stratum.total
    strata[number, default: Stratum()].bad += stratum.bad
  }

  /// All requests, whatever part they are of.
  var together: ObjectiveEvidence {
    var all = overall
    for part in parts { all.merge(part.evidence) }
    return all
  }

  // MARK: What was not counted

  /// Adds `added` requests that may all be bad, spread as the `all` requests of the stage are.
  mutating func addWorst(_ added: Int64, of all: Int64) {
    func share(_ evidence: ObjectiveEvidence) -> Int64 {
      let part = Double(evidence.total) / Double(max(all, 1))
      return min(added, Int64(saturating: (Double(added) * min(part, 1)).rounded(.up)))
    }
    overall.addWorst(share(overall))
    for place in parts.indices { parts[place].evidence.addWorst(share(parts[place].evidence)) }
  }

  // MARK: Looking

  /// The parts (-1: overall) in which the bets refute the objective, with a chance of `alpha` of being wrong in all looks of
  /// the stage together.
  mutating func look(alpha: Double, inRow: Int) -> [Int32] {
    guard plan.per != nil else { return overall.look(alpha: alpha, inRow: inRow) ? [-1] : [] }
    var refuted: [Int32] = []
    for place in parts.indices {
      // How many parts will come is not known: the j-th gets 1 / (j (j + 1)) of it, which adds up to 1.
      let part = Double((place + 1) * (place + 2))
      if parts[place].evidence.look(alpha: alpha / part, inRow: inRow) { refuted.append(parts[place].number) }
    }
    return refuted
  }

  /// The overall evidence for an objective that is not by part; also of one by part, as a baseline for a part.
  func evidence(of part: Int32?) -> ObjectiveEvidence? {
    guard let part, plan.per != nil else { return overall }
    return places[part].map { parts[$0].evidence }
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
    try coder.code(&parts, empty: Part(number: 0, evidence: empty)) { part, coder throws(StateError) in
      try coder.code(&part.number)
      try coder.code(&part.evidence)
    }
    try ObjectiveTrack.code(&strata, &coder)
    try ObjectiveTrack.code(&instances, &coder)
    try coder.code(&keepsValues)
    try coder.code(
      &routeValues, emptyKey: 0, empty: QuantileSketch(),
      key: { route, coder throws(StateError) in try coder.code(&route) },
      { values, coder throws(StateError) in try coder.code(&values) })
    try coder.code(
      &routeTruths, emptyKey: 0, empty: 0, key: { route, coder throws(StateError) in try coder.code(&route) },
      { truth, coder throws(StateError) in try coder.code(&truth) })
    try coder.code(count: &findings)
    try coder.code(&firstFinding, empty: .empty) { finding, coder throws(StateError) in try coder.code(&finding) }
    guard coder.isLoading else { return }
    places = [:]
    for (place, part) in parts.enumerated() where part.number >= 0 { places[part.number] = place }
    let isOneEach = places.count == parts.count && parts.count <= ObjectiveTrack.mostParts
    guard isOneEach, plan.per != nil || parts.isEmpty else { throw .invalid("routes of an objective") }
  }

  private static func code(_ strata: inout [Int32: Stratum], _ coder: inout StateCoder) throws(StateError) {
    try coder.code(
      &strata, emptyKey: 0, empty: Stratum(), key: { number, coder throws(StateError) in try coder.code(&number) },
      { stratum, coder throws(StateError) in
        try coder.code(count: &stratum.total)
        try coder.code(count: &stratum.bad)
      })
  }
}
