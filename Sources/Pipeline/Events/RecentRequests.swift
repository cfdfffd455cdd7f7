package import Analysis
package import TraceCore

/// The requests of the last windows and the last failures, for somebody who watches. Bounded; no part of any result.
struct RecentRequests {
  /// Windows that are kept.
  static let windows = 6
  /// Failures that are kept.
  static let mostFailures = 50

  private let length: Int64
  private var buckets: [(start: Int64, routes: RequestStats, versions: RequestStats)] = []
  private(set) var failures: [FailedRequest] = []

  init(length: Int64) { self.length = length }

  mutating func take(_ request: RequestEvent) {
    guard request.time != EventTime.none else { return }
    let start = request.time - EventTime.floorDivide(request.time, length).remainder
    var place = buckets.count
    while place > 0 && buckets[place - 1].start > start { place -= 1 }
    if place == 0 || buckets[place - 1].start != start {
      guard buckets.count < RecentRequests.windows || place > 0 else { return }
      buckets.insert((start, RequestStats(), RequestStats()), at: place)
      place += 1
    }
    var byRoute = request
    byRoute.group = request.route
    buckets[place - 1].routes.add(byRoute)
    buckets[place - 1].versions.add(request)
    while buckets.count > RecentRequests.windows { buckets.removeFirst() }
  }

  mutating func take(_ failure: FailedRequest) {
    failures.append(failure)
    if failures.count > RecentRequests.mostFailures { failures.removeFirst() }
  }

  /// Nanoseconds that the figures are of, at most.
  var span: Int64 { Int64(buckets.count) * length }

  /// Figures by route and by version, over the windows that are kept. Costs a merge of their sketches.
  func summaries(_ state: EventFeed.State) -> (routes: [GroupSummary], versions: [GroupSummary]) {
    var routes = RequestStats()
    var versions = RequestStats()
    for bucket in buckets {
      routes.merge(bucket.routes)
      versions.merge(bucket.versions)
    }
    return (
      routes.summaries(names: state.routeNames, span: span, unmatched: state.isUnmatched),
      versions.summaries(names: state.versionNames, span: span, unmatched: { _ in false })
    )
  }
}

/// A request that ended in an error.
package struct FailedRequest: Sendable, Equatable {
  package var id: String
  package var route: String
  /// 0 without one.
  package var status: Int
  /// Nanoseconds, or -1.
  package var duration: Int64
  package var time: Int64
}

/// What somebody who watches is shown besides the events.
package struct FollowSnapshot: Sendable {
  /// How far event time has come.
  package var time: Int64
  /// Over the last windows.
  package var routes: [GroupSummary]
  package var versions: [GroupSummary]
  /// The newest last.
  package var failures: [FailedRequest]
  package var gate: GateProgress?
  /// Nanoseconds that the figures of routes and versions are of: the last windows.
  package var span: Int64
  /// By id of the rule: what its findings count so far.
  package var counts: [String: Int64]
  /// Requests that were told and are not counted, by source.
  package var uncounted: [UncountedTellings] = []
}
