package import TraceCore

/// What a service remembers of requests while it follows logs: the hours that are not over yet, and the last minutes in small
/// steps. An hour that is over is handed out, once, to be kept in a file (`takeSealed`).
///
/// All by event time: what it holds depends on the requests and their order alone. Memory: the open hours (each at most
/// `mostGroups` routes by minute, some MB) and 120 steps.
package struct ServiceHistory: Sendable {
  /// Minutes of a part of an hour that is over; while it is open each minute is kept by itself.
  package static let partMinutes = 5
  /// Routes, and versions, and instances, by part of an hour; the others share one number.
  package static let mostGroups = 200
  /// Rules whose hits are kept, and causes of stack traces, by part of an hour.
  static let mostRules = 1_000
  /// Fields that name people or clients, by part of an hour.
  static let mostAudiences = 4
  /// Steps of ten seconds that are kept.
  static let mostTicks = 120
  /// Event time after the end of an hour during which requests may still be reported that ended in it.
  static let patience = 5 * ServiceTime.minute
  /// Hours that are open at once: clocks that are wrong.
  static let mostHours = 4
  /// Hours that are kept where nobody writes them.
  package static let mostUnwritten = 48

  /// Number of what has none of its own among `mostGroups`.
  package static let folded = GroupNames.folded
  /// Number of routes that answered nothing but 404 when a request to them ended.
  package static let unmatched: Int32 = -3

  private(set) package var hours: [ServiceHour<Int32>] = []
  private(set) package var ticks: [Tick] = []
  private var inFlight = ServiceInFlight()
  /// Over, and not taken yet.
  private(set) package var sealed: [ServiceHour<String>] = []
  /// Hours that nobody could write, and requests that ended in an hour that was over.
  private(set) package var forgotten: Int64 = 0
  private(set) package var late: Int64 = 0
  /// Hours that begin before this are over.
  private var sealedBefore = EventTime.none
  /// Routes that have answered something else than 404.
  private var matched: Set<Int32> = []

  package struct Tick: Sendable, Equatable {
    package var start: Int64
    package var counts: ServiceCounts
  }

  private let mostSealed: Int

  /// - Parameter mostSealed: hours that are over and wait to be written; beyond that the oldest is forgotten.
  package init(mostSealed: Int = ServiceHistory.mostUnwritten) { self.mostSealed = mostSealed }

  /// The number under which a request of a route is counted: see `unmatched`.
  package mutating func route(of request: RequestEvent) -> Int32 {
    guard request.route >= 0 else { return request.route }
    if request.status != 404 {
      matched.insert(request.route)
    } else if !matched.contains(request.route) {
      return ServiceHistory.unmatched
    }
    return request.route
  }

  /// A request that counts.
  ///
  /// - Parameters:
  ///   - route: `route(of:)`.
  ///   - version: -1 where nothing names it.
  package mutating func add(_ request: RequestEvent, route: Int32, version: Int32) {
    guard request.time != EventTime.none else { return }
    note(inFlight.add(request))
    addTick(request)
    let start = ServiceTime.start(of: request.time, ServiceTime.hour)
    guard start >= sealedBefore else {
      late += 1
      return
    }
    let at = index(ofHour: start)
    let place = ServiceTime.place(of: request.time, ServiceTime.minute)
    hours[at].minutes[place, default: .init()].add(request)
    ServiceHistory.add(request, route, &hours[at].parts[place, default: .init()].routes)
    if version >= -2 { ServiceHistory.add(request, version, &hours[at].parts[place, default: .init()].versions) }
    ServiceHistory.add(request, request.stream, &hours[at].parts[place, default: .init()].instances)
  }

  /// Hits of a rule in a window that begins at `time`; those of an hour that is over are in no hour.
  package mutating func add(hits: Int64, of rule: String, at time: Int64) {
    change(partAt: time) { part in
      guard part.hits[rule] != nil || part.hits.count < ServiceHistory.mostRules else { return }
      part.hits[rule] = (part.hits[rule] ?? 0).plus(hits)
    }
  }

  /// What is known of a request that `add` has counted, beside its counts.
  package struct Circumstances {
    /// Whom it names, by field.
    package var people: [(field: String, text: String, hash: UInt64)] = []
    package var id: String?
    package var hasID = false
    package var isRetry = false

    package init() {}
  }

  package mutating func add(_ known: Circumstances, of request: RequestEvent) {
    guard known.hasID || !known.people.isEmpty else { return }
    change(partAt: request.time) { part in
      for person in known.people
      where part.audiences[person.field] != nil || part.audiences.count < ServiceHistory.mostAudiences {
        part.audiences[person.field, default: .init()].add(
          request, of: (person.text, person.hash), id: known.id)
      }
      if known.hasID { part.identified += 1 }
      if known.isRetry { part.retries += 1 }
    }
  }

  /// A stack trace of a cause; those of an hour that is over are in no hour.
  package mutating func add(cause key: String, at time: Int64) {
    change(partAt: time) { part in
      guard part.causes[key] != nil || part.causes.count < ServiceHistory.mostRules else { return }
      part.causes[key, default: 0] += 1
    }
  }

  /// Changes the part in which `time` lies, unless its hour is over.
  private mutating func change(partAt time: Int64, _ body: (inout ServiceHour<Int32>.Part) -> Void) {
    guard time != EventTime.none else { return }
    let start = ServiceTime.start(of: time, ServiceTime.hour)
    guard start >= sealedBefore else { return }
    let at = index(ofHour: start)
    body(&hours[at].parts[ServiceTime.place(of: time, ServiceTime.minute), default: .init()])
  }

  private mutating func note(_ peaks: [(minute: Int64, peak: ServiceInFlight.Peak)]) {
    for (minute, peak) in peaks {
      let start = ServiceTime.start(of: minute, ServiceTime.hour)
      guard start >= sealedBefore else { continue }
      let at = index(ofHour: start)
      hours[at].peaks[ServiceTime.place(of: minute, ServiceTime.minute)] = peak
    }
  }

  /// Most requests in flight at once in the last minutes, which are in no hour yet; nil where the log's times do not tell.
  package func openPeaks(until time: Int64) -> [ServiceInFlight.Peak]? {
    inFlight.isToTheSecond ? nil : inFlight.open(until: time).map(\.peak)
  }

  private static func add(_ request: RequestEvent, _ number: Int32, _ groups: inout ServiceHour<Int32>.Groups) {
    let number = groups.count < mostGroups || groups[number] != nil ? number : folded
    groups[number, default: ServiceCounts()].add(request)
  }

  private mutating func addTick(_ request: RequestEvent) {
    let start = ServiceTime.start(of: request.time, ServiceTime.tick)
    var place = ticks.count
    while place > 0, ticks[place - 1].start > start { place -= 1 }
    if place == 0 || ticks[place - 1].start != start {
      guard place > 0 || ticks.count < ServiceHistory.mostTicks else { return }
      ticks.insert(Tick(start: start, counts: ServiceCounts()), at: place)
      place += 1
    }
    ticks[place - 1].counts.add(request)
    if ticks.count > ServiceHistory.mostTicks { ticks.removeFirst() }
  }

  private mutating func index(ofHour start: Int64) -> Int {
    var place = hours.count
    while place > 0, hours[place - 1].start > start { place -= 1 }
    if place > 0, hours[place - 1].start == start { return place - 1 }
    hours.insert(ServiceHour(start: start), at: place)
    return place
  }

  // MARK: Hours that are over

  /// Whether an hour is over when event time has come to `watermark`.
  package func isOver(at watermark: Int64) -> Bool {
    guard watermark != EventTime.none, let first = hours.first else { return false }
    return first.end <= watermark.less(ServiceHistory.patience) || hours.count > ServiceHistory.mostHours
  }

  /// Ends the hours that are over when event time has come to `watermark`. To be asked with the watermark of each request
  /// (`RequestEvent.watermark`), before it is added, so that the result depends on the requests alone.
  package mutating func seal(before watermark: Int64, _ names: ServiceNames) {
    note(inFlight.settle(at: watermark))
    while isOver(at: watermark), let first = hours.first {
      sealed.append(first.joined(partMinutes: ServiceHistory.partMinutes).named(names))
      hours.removeFirst()
      sealedBefore = max(sealedBefore, first.end)
      if sealed.count > mostSealed {
        sealed.removeFirst()
        forgotten += 1
      }
    }
  }

  /// The oldest hour that is over was written.
  package mutating func removeSealed() { if !sealed.isEmpty { sealed.removeFirst() } }
}

extension ServiceHistory: StateCodable {
  package mutating func code(_ coder: inout StateCoder) throws(StateError) {
    try coder.section("history")
    try coder.code(&hours, empty: ServiceHour(start: 0)) { hour, coder throws(StateError) in
      var start = hour.start
      try coder.code(time: &start)
      guard start == ServiceTime.start(of: start, ServiceTime.hour) else { throw .invalid("start of an hour") }
      if coder.isLoading { hour = ServiceHour(start: start) }
      try hour.code(&coder, emptyKey: 0) { number, coder throws(StateError) in try coder.code(&number) }
    }
    try coder.code(&ticks, empty: Tick(start: 0, counts: ServiceCounts())) { tick, coder throws(StateError) in
      try coder.code(time: &tick.start)
      try tick.counts.code(&coder)
    }
    try coder.code(&sealed, empty: ServiceHour(start: 0)) { hour, coder throws(StateError) in
      var start = hour.start
      try coder.code(time: &start)
      guard start == ServiceTime.start(of: start, ServiceTime.hour) else { throw .invalid("start of an hour") }
      if coder.isLoading { hour = ServiceHour(start: start) }
      try hour.code(&coder, emptyKey: "") { name, coder throws(StateError) in try coder.code(&name) }
    }
    try coder.code(count: &forgotten)
    try coder.code(count: &late)
    try coder.code(time: &sealedBefore)
    try coder.code(&inFlight)
    try coder.code(&matched, empty: 0) { number, coder throws(StateError) in try coder.code(&number) }
  }

  /// Whether all numbers are names'.
  package func isWithin(routes: GroupNames, versions: GroupNames, streams: Int) -> Bool {
    func isSound(_ groups: ServiceHour<Int32>.Groups, _ isNumber: (Int32) -> Bool) -> Bool {
      groups.keys.allSatisfy { $0 < 0 || isNumber($0) }
    }
    return hours.allSatisfy { hour in
      hour.parts.values.allSatisfy { part in
        isSound(part.routes, routes.isNumber) && isSound(part.versions, versions.isNumber)
          && isSound(part.instances) { Int($0) < streams }
      }
    }
  }
}
