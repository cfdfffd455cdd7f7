package import Analysis
package import TraceCore

/// What those see who watch a followed run.
extension FollowDriver {
  /// From now on `snapshot` has figures and failures of the last windows.
  package func watch() { stage.feed?.recent = RecentRequests(length: stage.feed?.length ?? 1) }

  /// What somebody who watches is shown. Costs a merge of some sketches.
  package var snapshot: FollowSnapshot { stage.snapshot }

  /// What a service shows of the past; nil where the plan is of none. Costs the naming of the open hours.
  package var service: ServiceSnapshot? { stage.service }

  /// Hours of a service that are over and in no file yet, the oldest first; and that the first of them was written.
  package var sealedHours: [ServiceHour<String>] { stage.feed?.recorder?.sealed ?? [] }
  package func removeSealedHour() { stage.feed?.recorder?.removeSealed() }

  /// What `finish` would say now.
  package var summary: StatsSummary { withLedger(stage.summary) }

  func withLedger(_ stats: StatsSummary) -> StatsSummary {
    var stats = stats
    for source in merge.sources { stats.ledger.totals.add(source.counts) }
    stats.ledger.sources = merge.sources
    return stats
  }

  /// Start of the gate and end of its stage at hand; nil before the first record.
  package var gateStage: (start: Int64, end: Int64)? {
    stage.feed?.gate.flatMap { $0.isOver ? nil : ($0.start, $0.stageEnd) }
  }
  package var gateStart: Int64? { stage.feed?.gate?.start }
}
