internal import Analysis
internal import TraceCore

extension RequestSurvey: MergeObserver {
  func take(_ records: MergedRecords) { take(records.parsed, records.range, records.members, records.tellings) }

  func takeFront(of parsed: ParsedBlock) {
    for front in parsed.front where front.isContinuation {
      take(orphan: front.line, of: parsed, isTraceback: front.beginsTraceback)
    }
  }

  func take(_ results: MergedResults) {
    for request in results.counted { close(request, routes: results.routes) }
    for exchange in results.dropped { drop(exchange) }
    for request in results.unfinished { addUnfinished(request) }
  }

  func finish(_ end: MergeEnd, into outcome: inout MergeOutcome) {
    outcome.survey = finish(names: end.routes, isUnmatched: end.isUnmatched)
    outcome.templates = knownTemplates
  }
}
