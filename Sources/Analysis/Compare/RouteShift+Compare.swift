internal import Glibc
package import TraceCore

/// The comparison of two sets of requests, route by route.
///
/// Error rates: Newcombe's interval of the difference, Fisher's exact test. Quantiles: the interval of the difference from
/// the order-statistic interval of each (square-and-add, as gates do); and the test whether as large a share of each set
/// lies above the quantile of both together (Fisher's test again). All tests of all routes are corrected together. A change
/// is significant if its q is under the limit and its interval excludes zero.
///
/// Sources: beside those of `FisherExact`, `FalseDiscovery`, `Binomial` and `Mover`: A. M. Mood, "Introduction to the Theory
/// of Statistics", 1950, section 16.4, and W. J. Conover, "Practical Nonparametric Statistics", 3rd ed., 1999, section 4.3
/// (the test of two quantiles by counts above the common one).
extension RouteShift {
  /// How much more than independent ones the requests of both sets together scatter (`Scatter.phi`): of errors, and of
  /// requests above the p95. 1 where it is not known.
  package struct Dispersion: Sendable, Equatable {
    package var errors: Double
    package var latency: Double

    package init(errors: Double = 1, latency: Double = 1) {
      self.errors = errors
      self.latency = latency
    }

    package init(_ sets: [ScatterSeries]) {
      self.init(errors: Scatter(sets, .errors).phi, latency: Scatter(sets, .above(quantile: 0.95)).phi)
    }
  }

  /// The rate of false discoveries among what is called more than chance.
  package static let limit = 0.05
  /// What a change must be to be reported as one, besides more than chance: so large a share of requests...
  package static let leastShare = 0.001
  /// ... or so large a part of the smaller quantile.
  package static let leastRatio = 0.1

  /// Whether a route's figures moved: more than chance, and by enough to be reported.
  package var errorRateMoved: Bool {
    errorRate.map { $0.isSignificant && abs($0.difference.value) >= RouteShift.leastShare } ?? false
  }
  package var p50Moved: Bool { RouteShift.hasMoved(p50, a?.p50, b?.p50) }
  package var p95Moved: Bool { RouteShift.hasMoved(p95, a?.p95, b?.p95) }
  package var moved: Bool { errorRateMoved || p50Moved || p95Moved }

  private static func hasMoved(_ change: Change?, _ a: Int64?, _ b: Int64?) -> Bool {
    guard let change, change.isSignificant, let a, let b else { return false }
    return abs(change.difference.value) >= leastRatio * Double(max(1, min(a, b)))
  }

  /// - Parameters:
  ///   - a: the routes of A with what they came to, each name once; in any order. `b` as well.
  ///   - spanA: event time that rates are over, nanoseconds.
  ///   - scatterA: of each route of A; a route that has none in A or B is judged by that named `""`, of all requests, and as
  ///     independent requests without that.
  /// - Returns: routes whose error rate moved, by its difference; those of which only latency moved, by its ratio; routes
  ///   that are in one set only, by requests; the others, by requests.
  package static func compare(
    a: [(name: String, stats: GroupStats)], b: [(name: String, stats: GroupStats)], spanA: Int64, spanB: Int64,
    scatterA: [String: ScatterSeries] = [:], scatterB: [String: ScatterSeries] = [:]
  ) -> [RouteShift] {
    func scatter(_ route: String, _ figure: ScatterSeries.Figure) -> Scatter {
      guard let first = scatterA[route], let second = scatterB[route] else {
        return route.isEmpty ? .independent : scatter("", figure)
      }
      return Scatter([first, second], figure)
    }
    var places: [String: Int] = [:]
    for (place, route) in b.enumerated() { places[route.name] = place }
    let inA = Set(a.map(\.name))
    var shifts: [RouteShift] = []
    for route in a {
      guard let place = places[route.name] else {
        shifts.append(
          RouteShift(
            route: route.name, a: route.stats.summary(name: route.name, span: spanA), b: nil, errorRate: nil, p50: nil,
            p95: nil))
        continue
      }
      let other = b[place].stats
      var shift = RouteShift(
        route: route.name, a: route.stats.summary(name: route.name, span: spanA),
        b: other.summary(name: route.name, span: spanB), errorRate: nil, p50: nil, p95: nil)
      shift.errorRate = errors(route.stats, other, scatter(route.name, .errors))
      let both = merged(route.stats, other)
      shift.p50 = quantile(0.5, route.stats, other, both, scatter(route.name, .above(quantile: 0.5)))
      shift.p95 = quantile(0.95, route.stats, other, both, scatter(route.name, .above(quantile: 0.95)))
      shifts.append(shift)
    }
    for route in b where !inA.contains(route.name) {
      shifts.append(
        RouteShift(
          route: route.name, a: nil, b: route.stats.summary(name: route.name, span: spanB), errorRate: nil, p50: nil,
          p95: nil))
    }
    correct(&shifts)
    return shifts.map { ($0, $0.rank) }.sorted { $0.1 < $1.1 }.map(\.0)
  }

  private static func errors(_ a: GroupStats, _ b: GroupStats, _ scatter: Scatter) -> Change? {
    guard a.requests > 0, b.requests > 0 else { return nil }
    let p = FisherExact.p(a.errors, of: a.requests, b.errors, of: b.requests)
    return Change(
      difference: .difference(a.errors, of: a.requests, b.errors, of: b.requests, dispersion: scatter.weight),
      p: scatter.p(p), q: 1, isSignificant: false)
  }

  private static func merged(_ a: GroupStats, _ b: GroupStats) -> QuantileSketch {
    var both = a.durations
    both.merge(b.durations)
    return both
  }

  private static func quantile(
    _ q: Double, _ a: GroupStats, _ b: GroupStats, _ both: QuantileSketch, _ scatter: Scatter
  ) -> Change? {
    let dispersion = scatter.weight
    func interval(_ sketch: QuantileSketch) -> Interval? {
      let n = sketch.count
      guard let value = sketch.quantile(q),
        let lower = Binomial.lowerRank(of: n, q: q, alpha: 0.025, dispersion: dispersion).flatMap({
          sketch.value(rank: $0)
        }),
        let upper = Binomial.upperRank(of: n, q: q, alpha: 0.025, dispersion: dispersion).flatMap({
          sketch.value(rank: $0)
        })
      else { return nil }
      return Interval(lower: Double(lower), value: Double(value), upper: Double(upper))
    }
    guard let first = interval(a.durations), let second = interval(b.durations), let common = both.quantile(q)
    else { return nil }
    let p = FisherExact.p(
      a.durations.count(above: common), of: a.durations.count, b.durations.count(above: common), of: b.durations.count)
    return Change(
      difference: Mover.difference(second, 1, first), p: scatter.p(p), q: 1,
      isSignificant: false)
  }

  private static func correct(_ shifts: inout [RouteShift]) {
    let figures: [WritableKeyPath<RouteShift, Change?>] = [\.errorRate, \.p50, \.p95]
    let qs = FalseDiscovery.adjust(shifts.flatMap { shift in figures.compactMap { shift[keyPath: $0]?.p } })
    var next = 0
    for index in shifts.indices {
      for figure in figures {
        guard var change = shifts[index][keyPath: figure] else { continue }
        change.q = qs[next]
        change.isSignificant = change.q < limit && change.difference.excludesZero
        shifts[index][keyPath: figure] = change
        next += 1
      }
    }
  }

  /// What the order is by: the kind, then the effect, then the name.
  private var rank: (Int, Double, String) {
    let requests = Double((a?.requests ?? 0) + (b?.requests ?? 0))
    if errorRateMoved { return (0, -abs(errorRate?.difference.value ?? 0), route) }
    if p50Moved || p95Moved {
      let ratios = [p50Moved ? ratio(a?.p50, b?.p50) : 0, p95Moved ? ratio(a?.p95, b?.p95) : 0]
      return (1, -(ratios.max() ?? 0), route)
    }
    return a == nil || b == nil ? (2, -requests, route) : (3, -requests, route)
  }

  /// How many times the larger one is the smaller one.
  private func ratio(_ a: Int64?, _ b: Int64?) -> Double {
    guard let a, let b else { return 0 }
    return Double(max(a, b)) / Double(max(1, min(a, b)))
  }
}
