internal import TraceCore

extension MeasureCollector: MergeObserver {
  func take(_ results: MergedResults) {
    take(results.requests, results.allUnfinished, first: results.firstTime, watermark: results.watermark)
  }

  func finish(_ end: MergeEnd, into outcome: inout MergeOutcome) {
    finish(first: end.firstTime, last: end.newest, routes: end.routes, groups: end.groups)
  }
}
