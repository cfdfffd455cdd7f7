package import TraceCore

/// Requests counted for a scraper: by route, status and version, with durations in buckets that somebody chose, and a request
/// to look at in each. Counts only grow; they are part of a run's state, so they go on over a restart.
package struct RequestMetrics: Sendable {
  /// Series at most, and routes among them; what is beyond shares `ServiceHistory.folded`.
  package static let mostSeries = 5_000
  package static let mostRoutes = 200
  /// OpenTelemetry's advice for `http.server.request.duration`, in nanoseconds (semantic conventions for HTTP metrics, 1.23).
  package static let usualBounds: [Int64] = [5, 10, 25, 50, 75, 100, 250, 500, 750, 1_000, 2_500, 5_000, 7_500, 10_000]
    .map { $0 * 1_000_000 }

  package struct Key: Hashable, Comparable, Sendable {
    package var route: Int32
    package var version: Int32
    /// 0 without one.
    package var status: UInt16
    package var isError: Bool

    package static func < (a: Key, b: Key) -> Bool {
      (a.route, a.version, a.status, a.isError ? 1 : 0) < (b.route, b.version, b.status, b.isError ? 1 : 0)
    }
  }

  /// A request that fell into a bucket: the last one with an id.
  package struct Exemplar: Sendable, Equatable {
    package var id: String
    /// Nanoseconds.
    package var duration: Int64
    package var time: Int64
  }

  package struct Series: Sendable, Equatable {
    package var requests: Int64 = 0
    /// Nanoseconds.
    package var sum: Int64 = 0
    /// Requests by bucket, the last one above the last bound; not added up.
    package var buckets: [Int64]
    /// By number of the bucket.
    package var exemplars: [Int: Exemplar] = [:]

    fileprivate mutating func add(_ request: RequestEvent, at place: Int?, id: String?) {
      requests += 1
      guard let place else { return }
      sum = sum.plus(request.duration)
      buckets[place] += 1
      if let id { exemplars[place] = Exemplar(id: id, duration: request.duration, time: request.time) }
    }

    package mutating func merge(_ other: Series) {
      requests += other.requests
      sum = sum.plus(other.sum)
      for index in buckets.indices where index < other.buckets.count { buckets[index] += other.buckets[index] }
      exemplars.merge(other.exemplars) { $0.time < $1.time ? $1 : $0 }
    }

    /// With a duration.
    package var timed: Int64 { buckets.reduce(0, +) }
  }

  /// Upper bounds (inclusive) in nanoseconds, rising.
  package let bounds: [Int64]
  private(set) package var series: [Key: Series] = [:]
  private var routes: Set<Int32> = []

  /// - Parameter limits: durations that somebody asks about, a gate's: each becomes a bound.
  package init(limits: [Int64] = []) {
    bounds = Set(RequestMetrics.usualBounds + limits.filter { $0 > 0 }).sorted()
  }

  /// Counts a request.
  ///
  /// - Parameter id: for an exemplar.
  package mutating func add(_ request: RequestEvent, route: Int32, version: Int32, id: String?) {
    var key = Key(route: route, version: version, status: request.status, isError: request.isError)
    if route >= 0, !routes.contains(route) {
      if routes.count < RequestMetrics.mostRoutes { routes.insert(route) } else { key.route = ServiceHistory.folded }
    }
    if series[key] == nil, series.count >= RequestMetrics.mostSeries {
      key = Key(route: ServiceHistory.folded, version: ServiceHistory.folded, status: 0, isError: request.isError)
    }
    let place = request.duration < 0 ? nil : bounds.firstIndex { request.duration <= $0 } ?? bounds.count
    let room = bounds.count + 1
    series[key, default: Series(buckets: Array(repeating: 0, count: room))].add(request, at: place, id: id)
  }
}

extension RequestMetrics: StateCodable {
  package mutating func code(_ coder: inout StateCoder) throws(StateError) {
    try coder.section("metrics")
    try coder.check(bounds.count, "bounds of the metrics")
    for bound in bounds { try coder.check(Int(clamping: bound), "bounds of the metrics") }
    let room = bounds.count + 1
    try coder.code(
      &series, emptyKey: Key(route: 0, version: 0, status: 0, isError: false),
      empty: Series(buckets: Array(repeating: 0, count: room)),
      key: { key, coder throws(StateError) in
        try coder.code(&key.route)
        try coder.code(&key.version)
        try coder.code(&key.status)
        try coder.code(&key.isError)
      },
      { one, coder throws(StateError) in
        try coder.code(count: &one.requests)
        try coder.code(&one.sum)
        for index in one.buckets.indices { try coder.code(count: &one.buckets[index]) }
        try coder.code(&one.exemplars, empty: Exemplar(id: "", duration: 0, time: 0)) {
          exemplar, coder throws(StateError) in
          try coder.code(&exemplar.id)
          try coder.code(&exemplar.duration)
          try coder.code(time: &exemplar.time)
        }
        guard one.sum >= 0, one.exemplars.keys.allSatisfy((0..<room).contains) else { throw .invalid("metrics") }
      })
    try coder.code(&routes, empty: 0) { number, coder throws(StateError) in try coder.code(&number) }
  }

  /// Whether all numbers are names'.
  package func isWithin(routes: GroupNames, versions: GroupNames) -> Bool {
    series.keys.allSatisfy {
      ($0.route < 0 || routes.isNumber($0.route)) && ($0.version < 0 || versions.isNumber($0.version))
    }
  }
}
