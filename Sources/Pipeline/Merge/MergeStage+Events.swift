internal import Analysis
internal import TraceCore

// What the feed of events is told of besides records and results, and what it sees of the merge.
extension MergeStage {
  /// After a gate's last verdict.
  package var isDone: Bool { feed?.isOver ?? false }

  package var stoppedAt: Int? { feed?.stoppedAt }

  package func noteGap(at time: Int64) { feed?.noteGap(at: time) }

  package func noteUnread(_ parsed: ParsedBlock, _ range: Range<Int>, after time: Int64) {
    guard let feed, feed.gatePlan != nil else { return }
    feed.noteUnread(range, of: parsed, after: time)
  }

  package func note(stream: String, isWithoutTimes: Bool) { feed?.note(stream, isWithoutTimes: isWithoutTimes) }

  /// What a tick has to know of the merge.
  var view: EventFeed.State {
    EventFeed.State(
      routeNames: grouper.routes, versionNames: grouper.groupNames, isUnmatched: tally.isUnmatched,
      open: { self.openRequests },
      instanceName: { self.instanceName($0) },
      sourceName: { source in
        GateNames.Source(
          name: self.grouper.sources.name(source), reason: "they share no ids with the requests that are counted")
      })
  }

  func instanceName(_ stream: Int32) -> String {
    instanceNames.indices.contains(Int(stream)) ? instanceNames[Int(stream)] : "instance \(stream + 1)"
  }

  /// What a service shows of the past; nil where the run is none.
  var service: ServiceSnapshot? {
    var snapshot = feed?.recorder?.snapshot(
      routes: grouper.routes, versions: grouper.groupNames, at: grouper.watermark.high)
    snapshot?.budgets = feed?.budgets.standings ?? []
    return snapshot
  }

  /// The wall clock says that event time has reached `time`.
  func expire(at time: Int64) {
    settle(before: time)
    feed?.expire(at: time, view)
  }

  /// What somebody who watches is shown.
  var snapshot: FollowSnapshot {
    let view = view
    let figures = feed?.recent?.summaries(view)
    return FollowSnapshot(
      time: feed?.clock.high ?? EventTime.none, routes: figures?.routes ?? [],
      versions: figures?.versions ?? [], failures: feed?.recent?.failures ?? [],
      gate: feed?.gate?.progress(names: view.gateNames), span: feed?.recent?.span ?? 0,
      counts: feed?.countsByRule ?? [:], uncounted: uncountedTellings)
  }
}
