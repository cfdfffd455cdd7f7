internal import Analysis
internal import TraceCore

extension ServiceRecorder: SavedObserver {
  func take(_ records: MergedRecords) { take(records.tellings, of: records.parsed) }

  func take(_ results: MergedResults) {
    for request in results.counted { take(request, routes: results.routes, versions: results.groups) }
    for exchange in results.dropped { drop(exchange) }
  }
}
