internal import Analysis
internal import TraceCore

/// Keeps figures over time, in windows that adapt to the span of the log.
final class SeriesKeeper: MergeObserver {
  private var series = AdaptiveSeries()
  private let areGroupsRoutes: Bool

  init(areGroupsRoutes: Bool) { self.areGroupsRoutes = areGroupsRoutes }

  func take(_ results: MergedResults) {
    for request in results.counted { series.add(request) }
  }

  func finish(_ end: MergeEnd, into outcome: inout MergeOutcome) {
    series.finish(newest: end.newest)
    let areRoutes = areGroupsRoutes
    outcome.series = series
    outcome.seriesRoutes = series.routes(name: { route in
      let isUnmatched = route >= 0 && areRoutes && end.isUnmatched(Int(route))
      return isUnmatched ? RequestStats.unmatchedName : end.routes.text(of: route)
    })
  }
}
