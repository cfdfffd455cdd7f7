internal import Glibc
internal import TraceCore

/// Which requests are slow, each by the measure of its own route: those at or above the border next above the p95 that its
/// route has while nothing is wrong.
///
/// So traffic that moves to slow routes is no slowdown, and a fast route that becomes slow is one. Routes with few requests
/// are measured together.
struct RouteLatency {
  /// A route with a measure of its own, or the rest.
  struct Stratum {
    /// Place in the routes; nil for the rest.
    var route: Int?
    var windows: RouteWindows.Route
    /// First bucket of slow requests.
    var border: Int
  }

  /// Requests with a duration that a measure of one's own takes.
  static let leastTimed: Int64 = 100
  /// Of them in quiet windows; with fewer the border stays where it was.
  private static let leastQuiet: Int64 = 20

  private(set) var strata: [Stratum] = []
  let count: Int

  init(_ windows: RouteWindows) {
    count = windows.count
    var rest: RouteWindows.Route?
    for (index, route) in windows.routes.enumerated() where route.timed > 0 {
      if route.timed >= RouteLatency.leastTimed {
        strata.append(Stratum(route: index, windows: route, border: RouteLatency.quietBorder(of: route)))
      } else if rest == nil {
        rest = route
      } else {
        rest?.merge(route)
      }
    }
    if let rest { strata.append(Stratum(route: nil, windows: rest, border: RouteLatency.quietBorder(of: rest))) }
  }

  /// Slow requests of all, by window.
  var slow: [ShareScan.Counts] {
    var sum = [ShareScan.Counts](repeating: .init(), count: count)
    for stratum in strata {
      for (index, counts) in stratum.windows.slow(from: stratum.border).enumerated() {
        sum[index] = sum[index] + counts
      }
    }
    return sum
  }

  /// The border of a route by the windows of those cells whose p95 is at most the lower quartile of theirs: an incident may be
  /// most of the log.
  private static func quietBorder(of route: RouteWindows.Route) -> Int {
    let group = ShareScan.group(route.slow(from: 0).map(\.total))
    let cells = route.histograms(by: group).compactMap { histogram in
      histogram.bucket(ofQuantile: 0.95).map { (histogram: histogram, bucket: $0) }
    }
    let buckets = cells.map(\.bucket).sorted()
    guard !buckets.isEmpty else { return LatencyHistogram.buckets - 1 }
    var quiet = LatencyHistogram()
    for cell in cells where cell.bucket <= buckets[(buckets.count - 1) / 4] { quiet.merge(cell.histogram) }
    return border(above: quiet)
  }

  private static func border(above histogram: LatencyHistogram) -> Int {
    min((histogram.bucket(ofQuantile: 0.95) ?? LatencyHistogram.buckets) + 1, LatencyHistogram.buckets - 1)
  }

  /// Puts a route's border back to where its quietest windows have it.
  mutating func beginAnew(route: Int) {
    for index in strata.indices where strata[index].route == route {
      strata[index].border = RouteLatency.quietBorder(of: strata[index].windows)
    }
  }

  /// Measures again, by these windows: all routes, or one.
  ///
  /// - Returns: whether a border has moved.
  mutating func measure(_ isQuiet: [Bool], route: Int? = nil) -> Bool {
    var hasMoved = false
    for index in strata.indices where route == nil || strata[index].route == route {
      let quiet = strata[index].windows.histogram { isQuiet[$0] }
      guard quiet.total >= RouteLatency.leastQuiet else { continue }
      let border = RouteLatency.border(above: quiet)
      if border != strata[index].border { (strata[index].border, hasMoved) = (border, true) }
    }
    return hasMoved
  }

  /// How many times as long as elsewhere requests of a span take, at p50 or p95 (`quantiles`), whichever is more; nil where nothing can be
  /// compared. What is elsewhere is weighted so that each route has the part that it has in the span.
  func slowdown(
    in span: Range<Int>, _ isQuiet: [Bool], route: Int? = nil, at quantiles: [Double] = [0.5, 0.95]
  ) -> Double? {
    var (inside, outside) = (WeightedLatencies(), WeightedLatencies())
    for stratum in strata where route == nil || stratum.route == route {
      let here = stratum.windows.histogram { span.contains($0) }
      let elsewhere = stratum.windows.histogram { isQuiet[$0] && !span.contains($0) }
      let (count, others) = (here.total, elsewhere.total)
      guard count > 0, others >= RouteLatency.leastQuiet else { continue }
      inside.add(here, weight: 1)
      outside.add(elsewhere, weight: Double(count) / Double(others))
    }
    return quantiles.compactMap { q in
      guard let here = inside.quantile(q), let elsewhere = outside.quantile(q) else { return nil }
      return here / elsewhere
    }.max()
  }
}
