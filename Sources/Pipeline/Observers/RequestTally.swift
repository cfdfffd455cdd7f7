internal import Analysis
internal import TraceCore

/// Counts the requests of a run by group, and by window with `--every`: what `skein stats` shows, and the total of every run.
final class RequestTally: SavedObserver {
  /// Groups are routes, whatever else requests are grouped by: where events are told, whose groups are versions.
  private let groupsByRoute: Bool
  /// What the groups are called in the summary, `route` or a field's name.
  private let by: String
  private let every: Int64?
  private var stats = RequestStats()
  private var windows: Windows?
  /// By the window in which they began: a window shows them in the end, when all are known.
  private var unfinishedInWindows: [UnfinishedInWindow: Int64] = [:]

  init(by: String, groupsByRoute: Bool, every: Int64?) {
    self.by = by
    self.groupsByRoute = groupsByRoute
    self.every = every
    windows = every.map(Windows.init(length:))
  }

  private var areGroupsRoutes: Bool { groupsByRoute || by == "route" }

  /// Whether a route answered nothing but 404 so far.
  var isUnmatched: (Int) -> Bool {
    let known = stats
    return { known.isUnmatched($0) }
  }

  func take(_ results: MergedResults) {
    // Held once: each access to a member of a class is checked and counted.
    var stats = RequestStats()
    swap(&stats, &self.stats)
    for request in results.counted {
      if groupsByRoute {
        var byRoute = request
        byRoute.group = request.route
        stats.add(byRoute)
      } else {
        stats.add(request)
      }
      if windows != nil {
        let known = stats
        let areRoutes = areGroupsRoutes
        windows?.add(request, names: results.groups, isUnmatched: { areRoutes && known.isUnmatched($0) })
      }
    }
    for request in results.unfinished {
      stats.addUnfinished(group: groupsByRoute ? request.route : request.group)
      if let every, request.start != EventTime.none {
        let start = request.start - EventTime.floorDivide(request.start, every).remainder
        unfinishedInWindows[UnfinishedInWindow(start: start, group: request.group), default: 0] += 1
      }
    }
    swap(&stats, &self.stats)
  }

  func finish(_ end: MergeEnd, into outcome: inout MergeOutcome) {
    let names = groupsByRoute ? end.routes : end.groups
    let (known, areRoutes) = (stats, areGroupsRoutes)
    let unmatched: (Int) -> Bool = { areRoutes && known.isUnmatched($0) }
    windows?.finish(newest: end.newest, names: names, isUnmatched: unmatched)
    for (place, count) in unfinishedInWindows {
      windows?.addUnfinished(
        count, start: place.start, name: place.group >= 0 ? names.name(Int(place.group)) : nil)
    }
    let groups = stats.summaries(names: names, span: end.span, unmatched: unmatched)
    outcome.stats = StatsSummary(
      by: groupsByRoute ? "route" : by, total: stats.total.summary(name: "total", span: end.span), groups: groups)
    outcome.stats.every = every
    outcome.stats.windows = windows?.series ?? []
    outcome.stats.lateRequests = windows?.lateRequests ?? 0
    outcome.stats.ledger.foldedRequests = stats.foldedRequests
    outcome.isWindowsOverfull = windows?.isOverfull ?? false || outcome.stats.windows.count > Windows.most
  }
}

// MARK: State

extension RequestTally {
  func code(_ coder: inout StateCoder) throws(StateError) {
    try coder.section("requests")
    try coder.code(&stats)
    try coder.code(&unfinishedInWindows, emptyKey: UnfinishedInWindow(start: 0, group: -1), empty: 0) {
      place, coder throws(StateError) in
      try coder.code(time: &place.start)
      try coder.code(&place.group)
    } _: { count, coder throws(StateError) in
      try coder.code(count: &count)
    }
    try coder.check(windows != nil ? 1 : 0, "--every")
    if var parts = windows {
      try coder.code(&parts)
      if coder.isLoading { windows = parts }
    }
  }

  /// Whether all numbers of groups are names'.
  func isWithin(routes: GroupNames, groups: GroupNames) -> Bool {
    let names = groupsByRoute ? routes : groups
    return stats.isWithin(names) && windows?.isWithin(names) != false
      && unfinishedInWindows.keys.allSatisfy { names.isNumber($0.group) }
  }
}

/// Where requests that never ended are shown: by the beginning of a window, and the number of a group.
struct UnfinishedInWindow: Hashable, Comparable {
  var start: Int64
  var group: Int32

  static func < (a: UnfinishedInWindow, b: UnfinishedInWindow) -> Bool { (a.start, a.group) < (b.start, b.group) }
}
