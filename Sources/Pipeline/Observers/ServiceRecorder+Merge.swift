internal import Analysis
internal import TraceCore

extension ServiceRecorder: SavedObserver {
  func take(_ records: MergedRecords) { take(records.parsed, records.range, records.members, records.tellings) }

  func takeFront(of parsed: ParsedBlock) {
    for front in parsed.front where front.isContinuation {
      take(orphan: front.line, of: parsed, isTraceback: front.beginsTraceback)
    }
  }

  func take(_ results: MergedResults) {
    for request in results.counted { take(request, routes: results.routes, versions: results.groups) }
    for exchange in results.dropped { drop(exchange) }
  }
}
