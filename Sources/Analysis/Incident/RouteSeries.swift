internal import TraceCore

/// Requests of each route by windows: how many, how many failed, and how long they took by the buckets of `LatencyHistogram`.
///
/// Kept sparsely, since most routes take as long as they always do: a count for each route, window and bucket in which
/// something ended. Where that would be more than `most`, windows become longer, so memory is bounded (16 MB) whatever a log
/// has. The result depends on the set of requests alone: each length of windows that is given up would have been too short
/// for the whole, too.
package struct RouteSeries: Sendable {
  /// Counts kept at most.
  static let most = 700_000

  /// What was counted of a route in a window.
  private enum Place {
    static let failed = LatencyHistogram.buckets
    static let untimed = LatencyHistogram.buckets + 1
  }

  private var step = 0
  /// Nanoseconds.
  var length: Int64 { AdaptiveSeries.lengths[step].times(EventTime.nanosecondsPerSecond) }
  private var counts: [UInt64: UInt32] = [:]

  init() {}

  /// Window (from -2^39 on), route (from -2 on; 2,000 have a name), bucket.
  private static func key(_ window: Int64, _ route: Int32, _ place: Int) -> UInt64 {
    let number = UInt64(clamping: window.plus(1 << 39))
    let group = UInt64(clamping: Int64(route) + 2) & 0xFFFF
    return number << 22 | group << 6 | UInt64(clamping: place)
  }

  mutating func add(_ request: RequestEvent) {
    let number = EventTime.floorDivide(request.time, length).quotient
    let place = request.duration >= 0 ? LatencyHistogram.place(of: request.duration) : Place.untimed
    counts[RouteSeries.key(number, request.route, place), default: 0] &+= 1
    if request.isError { counts[RouteSeries.key(number, request.route, Place.failed), default: 0] &+= 1 }
    while counts.count > RouteSeries.most, step + 1 < AdaptiveSeries.lengths.count { coarsen() }
  }

  private mutating func coarsen() {
    let ratio = AdaptiveSeries.lengths[step + 1] / AdaptiveSeries.lengths[step]
    step += 1
    var merged: [UInt64: UInt32] = [:]
    for (key, count) in counts {
      let number = Int64(key >> 22) - (1 << 39)
      let window = EventTime.floorDivide(number, ratio).quotient
      merged[UInt64(clamping: window + (1 << 39)) << 22 | key & 0x3F_FFFF, default: 0] &+= count
    }
    counts = merged
  }

  /// The routes with their windows, each from `start` on and `count` of them, in order of their numbers.
  ///
  /// - Parameters:
  ///   - least: length of windows that they have at least (nanoseconds): that of the series beside them.
  ///   - name: of a route.
  func routes(from start: Int64, to end: Int64, least: Int64, name: (Int32) -> String) -> RouteWindows {
    var coarse = self
    while coarse.length < least, coarse.step + 1 < AdaptiveSeries.lengths.count { coarse.coarsen() }
    let length = coarse.length
    let first = EventTime.floorDivide(start, length).quotient
    let last = EventTime.floorDivide(end.less(1), length).quotient
    var result = RouteWindows(
      start: first.times(length), length: length, count: Int(clamping: last.less(first).plus(1)))
    var places: [String: Int] = [:]
    for key in coarse.counts.keys.sorted() {
      let window = Int(clamping: Int64(key >> 22) - (1 << 39) - first)
      guard window >= 0, window < result.count, let count = coarse.counts[key] else { continue }
      let named = name(Int32((key >> 6) & 0xFFFF) - 2)
      let at = places[named] ?? result.routes.count
      if at == result.routes.count {
        places[named] = at
        result.routes.append(RouteWindows.Route(name: named, count: result.count))
      }
      result.routes[at].take(window, place: Int(key & 0x3F), Int64(count))
    }
    result.routes.sort { ($1.total, $0.name) < ($0.total, $1.name) }
    return result
  }
}

/// What a `RouteSeries` came to, by route.
package struct RouteWindows: Sendable, Equatable {
  package struct Route: Sendable, Equatable {
    package var name: String
    /// By window.
    package private(set) var requests: [Int64]
    package private(set) var errors: [Int64]
    /// Requests with a duration, by window and bucket; in no order.
    private var latency: [Entry] = []
    package private(set) var total: Int64 = 0
    package private(set) var timed: Int64 = 0

    private struct Entry: Sendable, Equatable {
      var window: Int32
      var bucket: Int32
      var count: Int64
    }

    init(name: String, count: Int) {
      self.name = name
      requests = Array(repeating: 0, count: count)
      errors = Array(repeating: 0, count: count)
    }

    fileprivate mutating func take(_ window: Int, place: Int, _ count: Int64) {
      if place == LatencyHistogram.buckets {
        errors[window] += count
        return
      }
      requests[window] += count
      total += count
      guard place < LatencyHistogram.buckets else { return }
      timed += count
      latency.append(Entry(window: Int32(clamping: window), bucket: Int32(clamping: place), count: count))
    }

    /// Durations of the windows for which `isTaken` holds.
    func histogram(_ isTaken: (Int) -> Bool) -> LatencyHistogram {
      var histogram = LatencyHistogram()
      for entry in latency where isTaken(Int(entry.window)) { histogram.add(entry.count, at: Int(entry.bucket)) }
      return histogram
    }

    /// Durations by cells of so many windows.
    func histograms(by group: Int) -> [LatencyHistogram] {
      var cells = [LatencyHistogram](repeating: .init(), count: (requests.count + group - 1) / max(1, group))
      for entry in latency { cells[Int(entry.window) / group].add(entry.count, at: Int(entry.bucket)) }
      return cells
    }

    /// Counts another route's requests as this one's.
    mutating func merge(_ other: Self) {
      for index in requests.indices {
        requests[index] += other.requests[index]
        errors[index] += other.errors[index]
      }
      latency += other.latency
      total += other.total
      timed += other.timed
    }

    /// By window: requests with a duration, and those from bucket `first` on.
    func slow(from first: Int) -> [ShareScan.Counts] {
      var counts = [ShareScan.Counts](repeating: .init(), count: requests.count)
      for entry in latency {
        counts[Int(entry.window)].total += entry.count
        if Int(entry.bucket) >= first { counts[Int(entry.window)].bad += entry.count }
      }
      return counts
    }
  }

  /// Where the first window begins, and how long each is; nanoseconds.
  package var start: Int64
  package var length: Int64
  /// Windows.
  package var count: Int
  /// The busiest first.
  package var routes: [Route] = []
}

extension RouteWindows {
  /// All requests of a series as those of one route, for a log whose routes were not counted.
  init(_ series: [SeriesWindow]) {
    self.init(start: series.first?.start ?? 0, length: max(1, series.first?.length ?? 1), count: series.count)
    var route = Route(name: "", count: series.count)
    for (index, window) in series.enumerated() {
      route.take(index, place: LatencyHistogram.buckets, window.errors)
      for bucket in 0..<LatencyHistogram.buckets where window.latency[bucket] > 0 {
        route.take(index, place: bucket, window.latency[bucket])
      }
      route.take(index, place: LatencyHistogram.buckets + 1, window.requests - window.latency.total)
    }
    routes = [route]
  }
}
