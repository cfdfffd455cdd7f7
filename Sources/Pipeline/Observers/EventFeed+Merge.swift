internal import Analysis
internal import TraceCore

extension EventFeed: SavedObserver {
  func take(_ records: MergedRecords) {
    details.take(records.tellings, of: records.parsed, keepsIDs: recent != nil)
  }

  func takeFront(of parsed: ParsedBlock) {
    for front in parsed.front where !front.isContinuation && front.line.shape != .notice {
      noteUnread(front: Int(front.line.line), of: parsed)
    }
  }

  func take(_ results: MergedResults) {
    for request in results.counted {
      let known = details.remove(request.exchange)
      take(request, routeNames: results.routes, versionNames: results.groups)
      if request.isError, let id = known?.id {
        recent?.take(
          FailedRequest(
            id: id, route: results.routes.text(of: request.route), status: Int(request.status),
            duration: request.duration, time: request.time))
      }
      for value in known?.values ?? [] { take(value.text, field: Int(value.field)) }
    }
    for exchange in results.dropped { _ = details.remove(exchange) }
    for request in results.uncounted { takeUncounted(request, source: request.source) }
    leftOut.unfinished += Int64(results.unfinished.count)
    // What has no end does not say whether `--where` selects it: the gate is given all and doubts.
    for request in selection == nil ? results.unfinished : results.allUnfinished { giveUp(request) }
  }

  func finish(_ end: MergeEnd, into outcome: inout MergeOutcome) { outcome.budgets = budgets.standings }
}
