internal import Analysis
internal import LogSource
package import TraceCore

/// Takes parsed blocks in order, groups their records into traces and requests, and tells its observers.
///
/// The only stage with state over the whole input. What it says depends on the order of the records alone. It knows of no
/// command: what is made of records, requests and traces its observers know.
package final class MergeStage: RecordStage {
  /// What groups, and which of it is selected.
  struct Settings {
    var grouping = TraceGrouper.Options()
    var selection = TimeSelection()
    /// Only requests count whose closing record the plan's expression holds for.
    var selectsRequests = false
    /// `--requests-from`.
    var requestsFrom: [String] = []
  }

  private let settings: Settings
  private(set) var grouper: TraceGrouper
  /// The life of each stream's last record, which lines of its next block may continue.
  private var lastMembers: [TraceGrouper.Membership]
  private var members: ContiguousArray<TraceGrouper.Membership> = []
  /// Where the records of the last block came from.
  private var origin: (layouts: [String], wrapping: String, stream: Int, origin: TellingSources.Origin)?
  /// What each stream is called among those that are read.
  var instanceNames: [String]
  let tally: RequestTally
  private let observers: [any MergeObserver]
  /// Divides the records where something is due by event time; nil in a run that only gives a result.
  let feed: EventFeed?

  /// - Parameters:
  ///   - observers: in the order in which they are told; `feed` among them.
  init(
    _ settings: Settings, streams: [String], tally: RequestTally, observers: [any MergeObserver], feed: EventFeed?
  ) {
    self.settings = settings
    self.tally = tally
    self.observers = observers
    self.feed = feed
    let names = InstanceNames(streams: streams)
    instanceNames = streams.map(names.name)
    grouper = TraceGrouper(
      options: settings.grouping, sources: TellingSources(wanted: settings.requestsFrom, streamNames: streams))
    lastMembers = Array(repeating: MergeStage.noMember, count: streams.count)
    feed?.recorder?.instanceName = { [unowned self] in instanceName($0) }
  }

  private static let noMember = TraceGrouper.Membership(state: -1, life: 0)

  /// Another stream has come.
  func addStream(_ name: String, instance: String?) {
    instanceNames.append(instance ?? name)
    lastMembers.append(MergeStage.noMember)
    grouper.sources.addStream(name)
    for observer in observers { observer.addStream() }
  }

  // MARK: Records

  package var isHolding: Bool { false }

  /// Takes `range` of the block's records, up to each one before which something is due.
  package func accept(_ parsed: ParsedBlock, _ range: Range<Int>) {
    guard let feed else { return consume(parsed, range) }
    if feed.isOver { return }
    var start = range.lowerBound
    var seen = start
    while true {
      let all = parsed.batch.records
      guard let cut = feed.cut(all.span, from: seen, to: range.upperBound) else { break }
      consume(parsed, start..<cut)
      // The record after the cut moves event time on: what no longer waits by it belongs in front of the tick.
      settle(before: feed.clock.time)
      feed.tick(view)
      // What comes after the record with which a gate is decided is of no result.
      if feed.isOver { return }
      start = cut
      seen = cut + 1
    }
    consume(parsed, start..<range.upperBound)
  }

  package func acceptFront(_ parsed: ParsedBlock) {
    guard !parsed.front.isEmpty else { return }
    for observer in observers { observer.takeFront(of: parsed) }
    for front in parsed.front where front.isContinuation {
      grouper.amend(lastMembers[parsed.stream], lines: 1, traceback: front.beginsTraceback)
    }
  }

  private func consume(_ parsed: ParsedBlock, _ range: Range<Int>) {
    guard !range.isEmpty else { return }
    members.removeAll(keepingCapacity: true)
    grouper.consume(&parsed.batch, range, in: parsed.block, from: origin(of: parsed), members: &members)
    if range.upperBound == parsed.batch.records.count { lastMembers[parsed.stream] = grouper.lastMember }
    tell(MergedRecords(parsed: parsed, range: range, members: members, tellings: grouper.tellings))
    grouper.tellings.removeAll(keepingCapacity: true)
    tellResults()
  }

  // Functions of their own: what was told is given back before its memory is used again.

  @inline(never)
  private func tell(_ records: MergedRecords) {
    for observer in observers { observer.take(records) }
  }

  @inline(never)
  private func tell(_ results: MergedResults) {
    for observer in observers { observer.take(results) }
  }

  private func origin(of parsed: ParsedBlock) -> TellingSources.Origin {
    if let origin, origin.stream == parsed.stream, origin.wrapping == parsed.wrapping, origin.layouts == parsed.layouts
    {
      return origin.origin
    }
    let new = grouper.sources.origin(stream: parsed.stream, layouts: parsed.layouts, wrapping: parsed.wrapping)
    origin = (parsed.layouts, parsed.wrapping, parsed.stream, new)
    return new
  }

  // MARK: Results

  /// Counts the requests that ended before `time`: nothing more is waited for that tells of them.
  func settle(before time: Int64) {
    grouper.settle(before: time)
    tellResults()
  }

  private func tellResults() {
    guard grouper.hasResults else { return }
    tell(selected())
    grouper.removeResults()
  }

  /// What the grouper has, with what of it is selected.
  private func selected() -> MergedResults {
    var results = MergedResults(
      counted: grouper.requests, requests: grouper.requests, unfinished: grouper.unfinished,
      allUnfinished: grouper.unfinished, uncounted: [], dropped: grouper.dropped, closed: grouper.closed,
      routes: grouper.routes, groups: grouper.groupNames, firstTime: grouper.firstTime,
      watermark: grouper.watermark.time)
    let selection = settings.selection
    if settings.selectsRequests || !selection.isEverything {
      results.counted.removeAll { !isCounted($0) }
      for request in results.requests where !isCounted(request) { results.dropped.append(request.exchange) }
      results.unfinished.removeAll { settings.selectsRequests || !selection.contains($0.start) }
    }
    for request in grouper.uncounted {
      results.dropped.append(request.exchange)
      // What --requests-from leaves out was left out by somebody who knows.
      if grouper.sources.isWanted(request.source), isCounted(request) { results.uncounted.append(request) }
    }
    return results
  }

  private func isCounted(_ request: RequestEvent) -> Bool {
    settings.selection.contains(request.time) && (request.isSelected || !settings.selectsRequests)
  }

  /// Requests that are open now, whether or not they will be selected: nobody knows it yet.
  var openRequests: [(start: Int64, route: Int32)] { grouper.openRequestList }

  /// Ends the input: closes every trace and window.
  package func finish() -> MergeOutcome {
    let open = feed == nil ? [] : openRequests
    feed?.beginEnd()
    while grouper.finishSome() { tellResults() }
    tellResults()
    if let feed {
      var view = view
      view.open = { open }
      feed.finish(view)
    }
    let end = end
    var outcome = MergeOutcome(
      stats: StatsSummary(by: "route", total: GroupStats().summary(name: "total", span: 0), groups: []))
    // The tally makes the summary that the others add to.
    for observer in observers { observer.finish(end, into: &outcome) }
    summarize(end, &outcome.stats)
    return outcome
  }

  /// What `finish` would say of requests now, of a run without windows (`--every`).
  var summary: StatsSummary {
    var outcome = MergeOutcome(
      stats: StatsSummary(by: "route", total: GroupStats().summary(name: "total", span: 0), groups: []))
    let end = end
    tally.finish(end, into: &outcome)
    summarize(end, &outcome.stats)
    return outcome.stats
  }

  private var end: MergeEnd {
    let first = max(grouper.firstTime, settings.selection.since ?? .min)
    let last = min(grouper.watermark.high, settings.selection.until ?? .max)
    return MergeEnd(
      firstTime: grouper.firstTime, newest: grouper.watermark.high,
      hasSpan: grouper.firstTime != EventTime.none && grouper.watermark.high != EventTime.none && last >= first,
      first: first, last: last, routes: grouper.routes, groups: grouper.groupNames, isUnmatched: tally.isUnmatched)
  }

  private func summarize(_ end: MergeEnd, _ stats: inout StatsSummary) {
    stats.firstTime = end.hasSpan ? end.first : EventTime.none
    stats.lastTime = end.hasSpan ? end.last : EventTime.none
    stats.traces = grouper.traceCount
    stats.sources = tellingSummaries
    stats.streams = lastMembers.count
    stats.ledger.distinctIDs = grouper.distinctIDs
    stats.ledger.distinctIDsEstimated = grouper.distinctIDsEstimated
    stats.ledger.evictedTraces = grouper.evicted
    stats.ledger.uncounted = uncountedTellings
    stats.ledger.totals.lateRecords = grouper.lateRecords
    stats.ledger.totals.clockJumps = grouper.watermark.unconfirmedJumps
  }

  /// Who told of requests, in order of first appearance.
  private var tellingSummaries: [TellingSummary] {
    let sources = grouper.sources
    return sources.sources.indices.compactMap { index in
      let source = sources.sources[index]
      guard source.requests + source.hops + source.uncounted > 0 else { return nil }
      return TellingSummary(
        name: sources.name(Int32(index)), stream: sources.stream(Int32(index)), requests: source.requests,
        hops: source.hops)
    }
  }

  /// Closing records that are not counted, by source.
  var uncountedTellings: [UncountedTellings] {
    let sources = grouper.sources
    return sources.sources.indices.compactMap { index in
      let source = sources.sources[index]
      guard source.uncounted > 0 else { return nil }
      return UncountedTellings(
        source: sources.name(Int32(index)), stream: lastMembers.count > 1 ? sources.stream(Int32(index)) : nil,
        requests: source.uncounted,
        errors: source.uncountedErrors, reason: source.isWanted ? .sharesNoIDs : .notChosen)
    }
  }
}

// MARK: State

extension MergeStage {
  /// Saves what the records up to here have made of the stage, or goes on from what was saved. Between blocks.
  package func code(_ coder: inout StateCoder) throws(StateError) {
    try coder.section("merge")
    try coder.check(lastMembers.count, "streams")
    try coder.check(grouper.options.keepsClosed ? 1 : 0, "rules")
    try coder.code(&grouper)
    for index in lastMembers.indices { try coder.code(&lastMembers[index]) }
    let saved = observers.compactMap { $0 as? any SavedObserver }
    try coder.check(saved.count, "what is counted")
    for observer in saved { try observer.code(&coder) }
    let isSound =
      lastMembers.allSatisfy { $0.isWithin(grouper) }
      && tally.isWithin(routes: grouper.routes, groups: grouper.groupNames)
      && feed?.recorder?.isWithin(
        routes: grouper.routes, versions: grouper.groupNames, streams: lastMembers.count) != false
    guard !coder.isLoading || isSound else { throw .invalid("number of a stream") }
  }
}
