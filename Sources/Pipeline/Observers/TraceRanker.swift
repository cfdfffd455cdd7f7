internal import Patterns
internal import TraceCore

/// Ranks the traces that close: those that are selected and for which `--where` holds.
final class TraceRanker: SavedObserver {
  private var ranking: TraceRanking
  private let filter: TraceExpression?
  private let selection: TimeSelection
  private let evidence: EvidenceKeeper?
  private let scratch = MatchScratch()

  /// - Parameter evidence: where only the traces that it has are meant (`show`).
  init(_ ranking: TraceRanking, filter: TraceExpression?, selection: TimeSelection, evidence: EvidenceKeeper?) {
    self.ranking = ranking
    self.filter = filter
    self.selection = selection
    self.evidence = ranking.isOfEvidence ? evidence : nil
  }

  func take(_ results: MergedResults) {
    for trace in results.closed { rank(trace, results.routes) }
  }

  private func rank(_ closed: ClosedTrace, _ routes: GroupNames) {
    if ranking.isOfEvidence, evidence?.holds(closed.state.life) != true { return }
    let end = closed.state.requestEnd != EventTime.none ? closed.state.requestEnd : closed.state.last
    guard selection.contains(end) else { return }
    let trace = TraceSummary(closed)
    if let filter, !matches(filter, trace, closed) { return }
    ranking.add(trace, life: closed.state.life) { $0.complete(from: closed, routes: routes) }
  }

  private func matches(_ filter: TraceExpression, _ trace: TraceSummary, _ closed: ClosedTrace) -> Bool {
    var facts = TraceFacts(for: filter)
    facts.take(trace)
    for index in facts.counts.indices {
      facts.counts[index].yes = closed.counts[index * 3]
      facts.counts[index].no = closed.counts[index * 3 + 1]
      facts.counts[index].unknown = closed.counts[index * 3 + 2]
    }
    if trace.requests > 0 {
      for index in facts.atoms.indices { facts.atoms[index] = closed.state.atom(index) }
    }
    let id = Array(closed.id.utf8)
    return filter.evaluate(facts, id: id.span, scratch: scratch) == .yes
  }

  func finish(_ end: MergeEnd, into outcome: inout MergeOutcome) {
    outcome.ranking = ranking
    outcome.stats.ledger.totals.undecidedRecords += scratch.givenUp
  }

  func code(_ coder: inout StateCoder) throws(StateError) {
    try coder.section("traces")
    try coder.code(&ranking)
  }
}
