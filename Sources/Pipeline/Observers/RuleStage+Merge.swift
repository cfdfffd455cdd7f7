internal import RulePack
internal import TraceCore

// Rules as an observer of the merge: what it alone knows, and the traces that close.
extension RuleStage: SavedObserver {
  func take(_ records: MergedRecords) { take(records.parsed, records.range, records.members) }

  func take(_ results: MergedResults) {
    guard needsTraces else { return }
    for trace in results.closed { close(trace, results.routes) }
  }

  private func close(_ closed: ClosedTrace, _ routes: GroupNames) {
    let trace = TraceSummary(closed)
    var facts = TraceFacts(atoms: requestAtoms.map { closed.state.atom($0) })
    facts.take(trace)
    let isSelected = !selectsRecords || closed.counts[0] > 0
    close(facts, isSelected: isSelected, life: closed.state.life, trace: closed.state.idHash, id: { closed.id }) {
      var whole = trace
      whole.complete(from: closed, routes: routes)
      return whole
    }
  }

  /// Tells a survey of lines about releases.
  func tellReleases(to survey: RequestSurvey) {
    onRelease = { time, message, example in
      survey.takeRelease(
        time: time, message: message, example: example.map { ($0.path, $0.line, $0.text, $0.hash) })
    }
  }

  func finish(_ end: MergeEnd, into outcome: inout MergeOutcome) { outcome.findings = finish(newest: end.newest) }
}
