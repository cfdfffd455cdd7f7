package import Analysis
internal import LogSource
internal import Patterns
package import RulePack
package import TraceCore

/// Takes parsed blocks in order: joins records across blocks, groups, counts.
///
/// The only stage with state over the whole input. What it says depends on the order of the records alone.
package final class MergeStage: RecordStage {
  /// What the merge stage keeps of one stream.
  struct StreamState {
    var continuation = Continuation()
    var lastMember = TraceGrouper.Membership(state: -1, life: 0)
    var lastHasTraceback = false
  }

  let plan: RunPlan
  var grouper: TraceGrouper
  /// What is known of requests that are not counted yet, for the feed.
  var details = WaitingDetails()
  /// Where the records of the last block came from.
  private var origin: (layouts: [String], wrapping: String, stream: Int, origin: TellingSources.Origin)?
  var streams: [StreamState]
  private let scratch = MatchScratch()
  private var members: ContiguousArray<TraceGrouper.Membership> = []
  var stats = RequestStats()
  var windows: Windows?
  /// Worst traces, or all of them.
  var ranking: TraceRanking?
  private var evidence: EvidenceCollector?
  let rules: RuleStage?
  /// Tells what happens while it happens; nil in a run that only gives a result.
  let feed: EventFeed?
  private let survey: RequestSurvey?
  private var series: AdaptiveSeries?
  /// Counts requests for figures that a document asks for.
  var measures: MeasureCollector?
  /// What orphans turned out to be, by source.
  var corrections: [Int: LedgerCounts] = [:]
  /// Told the life of each record (`filter --traces`), in order, as soon as it is known.
  var onMembers: ((ParsedBlock, Range<Int>, ContiguousArray<TraceGrouper.Membership>) -> Void)?

  package init(
    plan: RunPlan, streamNames: [String], ranking: TraceRanking?, evidence: EvidenceCollector?,
    keepsMembers: Bool = false
  ) {
    self.plan = plan
    rules = plan.ruleStage()
    self.ranking = ranking
    self.evidence = evidence
    let names = InstanceNames(streams: streamNames)
    instanceNames = streamNames.map(names.name)
    var options = TraceGrouper.Options()
    options.idle = plan.idle
    options.maxOpen = plan.maxOpen
    options.predicates = plan.filter?.recordPredicates.count ?? (plan.selectsForRules ? 1 : 0)
    options.groupsAreRoutes = plan.groupBy == nil || plan.groupBy == "route"
    feed = plan.live.map {
      EventFeed($0, rules: plan.rules?.set.rules ?? [], firstAtom: plan.firstGateAtom)
    }
    survey = plan.survey.map { RequestSurvey($0, streams: streamNames.count, span: plan.span) }
    series = plan.collectsSeries ? AdaptiveSeries() : nil
    options.keepsClosed = ranking != nil || rules?.needsTraces == true
    options.keepsMembers = keepsMembers || evidence != nil || rules != nil || plan.survey != nil
    options.keepsTellings = evidence != nil || plan.survey != nil || plan.live != nil
    grouper = TraceGrouper(
      options: options, sources: TellingSources(wanted: plan.requestsFrom, streamNames: streamNames))
    streams = Array(repeating: StreamState(), count: streamNames.count)
    windows = plan.every.map(Windows.init(length:))
    if let survey, let rules {
      rules.onRelease = { time, message, example in
        survey.takeRelease(
          time: time, message: message, example: example.map { ($0.path, $0.line, $0.text, $0.hash) })
      }
    }
    if let feed, let rules { rules.onHit = { feed.takeHit(rule: $0, time: $1, events: $2, begun: $3) } }
  }

  /// What each stream is called among those that are read.
  var instanceNames: [String]

  /// Another stream has come.
  func addStream(_ name: String, instance: String?) {
    instanceNames.append(instance ?? name)
    streams.append(StreamState())
    grouper.sources.addStream(name)
    rules?.addStream()
    survey?.addStream()
  }

  /// Takes `range` of the block's records.
  package func accept(_ parsed: ParsedBlock, _ range: Range<Int>) { process(parsed, range) }

  package var isHolding: Bool { false }

  /// After a gate's last verdict.
  package var isDone: Bool { feed?.isOver ?? false }

  package func noteGap(at time: Int64) { feed?.noteGap(at: time) }

  package func acceptFront(_ parsed: ParsedBlock) {
    if !parsed.batch.orphans.isEmpty { resolveOrphans(of: parsed) }
  }

  /// Takes records up to the next one with which something is to be told, tells it, and goes on.
  private func process(_ parsed: ParsedBlock, _ range: Range<Int>) {
    guard let feed else { return consume(parsed, range) }
    if feed.isOver { return }
    var start = range.lowerBound
    var seen = start
    while true {
      let all = parsed.batch.records
      guard let cut = feed.cut(all.span, from: seen, to: range.upperBound) else { break }
      consume(parsed, start..<cut)
      // The record behind the cut moves event time on: what no longer waits by it belongs in front of the tick.
      settle(before: feed.clock.time)
      feed.tick(feedState)
      // What stands behind the record with which a gate is decided is of no result.
      if feed.isOver { return }
      start = cut
      seen = cut + 1
    }
    consume(parsed, start..<range.upperBound)
  }

  private var feedState: EventFeed.State {
    let known = stats
    let instances = instanceNames
    return EventFeed.State(
      routeNames: grouper.routes, versionNames: grouper.groupNames, isUnmatched: { known.isUnmatched($0) },
      open: { self.openRequests },
      instanceName: { instances.indices.contains(Int($0)) ? instances[Int($0)] : "instance \($0 + 1)" },
      sourceName: { source in
        GateNames.Source(
          name: self.grouper.sources.name(source), reason: "they share no ids with the requests that are counted")
      })
  }

  /// The wall clock says that event time has reached `time`.
  func expire(at time: Int64) {
    settle(before: time)
    feed?.expire(at: time, feedState)
  }

  /// Counts the requests that ended before `time`: nothing more is waited for that tells of them.
  private func settle(before time: Int64) {
    grouper.settle(before: time)
    takeResults()
  }

  private func consume(_ parsed: ParsedBlock, _ range: Range<Int>) {
    guard !range.isEmpty else { return }
    members.removeAll(keepingCapacity: true)
    let origin = origin(of: parsed)
    grouper.consume(&parsed.batch, range, in: parsed.block, from: origin, members: &members)
    if range.upperBound == parsed.batch.records.count {
      streams[parsed.stream].continuation = parsed.batch.continuation
      streams[parsed.stream].lastMember = grouper.lastMember
      streams[parsed.stream].lastHasTraceback = parsed.batch.records[range.upperBound - 1].flags.contains(.traceback)
    }
    evidence?.collect(parsed, range, members, grouper.tellings)
    rules?.take(parsed, range, members)
    survey?.take(parsed, range, members, grouper.tellings)
    onMembers?(parsed, range, members)
    if let feed { details.take(grouper.tellings, of: parsed, keepsIDs: feed.recent != nil) }
    grouper.tellings.removeAll(keepingCapacity: true)
    takeResults()
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

  /// Lines before a block's first record continue the stream's last record, or are unparsed.
  private func resolveOrphans(of parsed: ParsedBlock) {
    var state = streams[parsed.stream]
    var found = LedgerCounts()
    for (index, orphan) in parsed.batch.orphans.enumerated() {
      let isContinuation = state.continuation.accepts(orphan.shape)
      rules?.take(orphan: index, of: parsed, isContinuation: isContinuation)
      guard isContinuation else {
        found.count(loose: orphan.shape)
        if orphan.shape != .notice {
          if parsed.strangers.count < RecordBatch.mostExamples { parsed.strangers.append(orphan) }
          feed?.noteUnread(front: Int(orphan.line), of: parsed)
        }
        continue
      }
      found.continuationLines += 1
      let isTraceback = orphan.shape.isTraceback && !state.lastHasTraceback
      if isTraceback {
        state.lastHasTraceback = true
        found.tracebacks += 1
      }
      grouper.amend(state.lastMember, lines: 1, traceback: isTraceback)
      evidence?.extend(stream: parsed.stream, parsed.block, orphan)
      survey?.take(orphan: orphan, of: parsed, isTraceback: isTraceback)
    }
    streams[parsed.stream] = state
    corrections[parsed.source, default: LedgerCounts()].add(found)
  }

  private func takeResults() {
    measures?.take(
      grouper.requests, grouper.unfinished, first: grouper.firstTime, watermark: grouper.watermark.time)
    // Held once: each access to a member of a class is checked and counted.
    let (survey, feed, requests) = (survey, feed, grouper.requests)
    var stats = RequestStats()
    swap(&stats, &self.stats)
    for request in requests {
      let known = feed == nil ? nil : details.remove(request.exchange)
      guard isCounted(request) else {
        survey?.drop(request.exchange)
        continue
      }
      survey?.close(request, routes: grouper.routes)
      if evidence != nil { evidence?.noteCounted(request) }
      if series != nil { series?.add(request) }
      if let feed {
        feed.take(request, routeNames: grouper.routes, versionNames: grouper.groupNames)
        if request.isError, let id = known?.id { noteFailure(request, id, to: feed) }
        for value in known?.values ?? [] { feed.take(value.text, field: Int(value.field)) }
        var byRoute = request
        byRoute.group = request.route
        stats.add(byRoute)
      } else {
        stats.add(request)
      }
      if windows != nil {
        let names = grouper.groupNames
        let stats = stats
        windows?.add(request, names: names, isUnmatched: { isByRoute && stats.isUnmatched($0) })
      }
    }
    swap(&stats, &self.stats)
    grouper.requests.removeAll(keepingCapacity: true)
    if !grouper.uncounted.isEmpty {
      for request in grouper.uncounted {
        forget(request.exchange)
        // What --requests-from leaves out was left out by somebody who knows.
        if let feed, grouper.sources.isWanted(request.source), isCounted(request) {
          feed.takeUncounted(request, source: request.source)
        }
      }
      grouper.uncounted.removeAll(keepingCapacity: true)
    }
    if !grouper.dropped.isEmpty {
      for exchange in grouper.dropped { forget(exchange) }
      grouper.dropped.removeAll(keepingCapacity: true)
    }
    for request in grouper.unfinished where isSelected(request.start) && plan.requestFilter == nil {
      feed?.take(request)
      survey?.addUnfinished(request)
      self.stats.addUnfinished(group: feed == nil ? request.group : request.route)
      if let every = plan.every, windows != nil, request.start != EventTime.none {
        let start = request.start - EventTime.floorDivide(request.start, every).remainder
        unfinishedInWindows[UnfinishedInWindow(start: start, group: request.group), default: 0] += 1
      }
    }
    grouper.unfinished.removeAll(keepingCapacity: true)
    if grouper.options.keepsClosed {
      for trace in grouper.closed {
        if ranking != nil { rank(trace) }
        if let rules, rules.needsTraces { close(trace, for: rules) }
      }
      grouper.closed.removeAll(keepingCapacity: true)
    }
  }

  /// An exchange is not counted: what was kept of it is not needed.
  private func forget(_ exchange: UInt64) {
    if feed != nil { _ = details.remove(exchange) }
    survey?.drop(exchange)
  }

  private func noteFailure(_ request: RequestEvent, _ id: String, to feed: EventFeed) {
    feed.recent?.take(
      FailedRequest(
        id: id, route: feedState.name(request.route), status: Int(request.status), duration: request.duration,
        time: request.time))
  }

  /// What somebody who watches is shown.
  var snapshot: FollowSnapshot {
    let state = feedState
    let figures = feed?.recent?.summaries(state)
    return FollowSnapshot(
      time: feed?.clock.high ?? EventTime.none, routes: figures?.routes ?? [],
      versions: figures?.versions ?? [], failures: feed?.recent?.failures ?? [],
      gate: feed?.gate?.progress(names: state.gateNames), span: feed?.recent?.span ?? 0,
      counts: feed?.countsByRule ?? [:], uncounted: uncountedTellings)
  }

  /// By the window in which they began: a window shows them in the end, when all are known.
  var unfinishedInWindows: [UnfinishedInWindow: Int64] = [:]
  private var isByRoute: Bool { plan.groupBy == nil || plan.groupBy == "route" || feed != nil }
  var statsNames: GroupNames { feed == nil ? grouper.groupNames : grouper.routes }

  private func isCounted(_ request: RequestEvent) -> Bool {
    isSelected(request.time) && (request.isSelected || plan.requestFilter == nil)
  }

  /// Requests that are open now; none where nobody knows yet whether they will be selected.
  private var openRequests: [(start: Int64, route: Int32)] {
    plan.requestFilter == nil ? grouper.openRequestList : []
  }

  private func isSelected(_ time: Int64) -> Bool {
    if plan.since == nil && plan.until == nil { return true }
    guard time != EventTime.none else { return false }
    return time >= plan.since ?? .min && time < plan.until ?? .max
  }

  private func rank(_ closed: ClosedTrace) {
    if ranking?.isOfEvidence == true, evidence?.holds(closed.state.life) != true { return }
    let end = closed.state.requestEnd != EventTime.none ? closed.state.requestEnd : closed.state.last
    guard isSelected(end) else { return }
    let trace = TraceSummary(closed)
    if let filter = plan.filter, !matches(filter, trace, closed) { return }
    ranking?.add(trace, life: closed.state.life) { $0.complete(from: closed, routes: grouper.routes) }
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

  private func close(_ closed: ClosedTrace, for rules: RuleStage) {
    let trace = TraceSummary(closed)
    var facts = TraceFacts(atoms: (plan.firstRuleAtom..<plan.firstGateAtom).map { closed.state.atom($0) })
    facts.take(trace)
    let isSelected = !plan.selectsForRules || closed.counts[0] > 0
    rules.close(facts, isSelected: isSelected, life: closed.state.life, trace: closed.state.idHash, id: { closed.id }) {
      var whole = trace
      whole.complete(from: closed, routes: grouper.routes)
      return whole
    }
  }

  // MARK: Results

  /// What a run gives, but for the sources' ledgers, which the driver has.
  package struct Outcome {
    package var stats: StatsSummary
    package var ranking: TraceRanking?
    package var evidence: EvidenceCollector?
    package var findings: Findings?
    package var survey: SurveyResult?
    /// What its survey knows of templates.
    package var templates: TemplateTally?
    package var series: AdaptiveSeries?
    /// The same by route.
    package var seriesRoutes: RouteWindows?
    /// What orphans turned out to be, by source.
    package var corrections: [Int: LedgerCounts]
    /// `--every` divides the span into more windows than can be kept.
    package var isWindowsOverfull: Bool
  }

  /// Ends the input: closes every trace and window.
  package func finish() -> Outcome {
    let open = feed == nil ? [] : openRequests
    feed?.beginEnd()
    while grouper.finishSome() { takeResults() }
    takeResults()
    if let feed {
      var state = feedState
      state.open = { open }
      feed.finish(state)
    }
    measures?.finish(
      first: grouper.firstTime, last: grouper.watermark.high, routes: grouper.routes, groups: grouper.groupNames)
    let names = statsNames
    let known = stats
    let unmatched: (Int) -> Bool = { self.isByRoute && known.isUnmatched($0) }
    windows?.finish(newest: grouper.watermark.high, names: names, isUnmatched: unmatched)
    for (place, count) in unfinishedInWindows {
      windows?.addUnfinished(
        count, start: place.start, name: place.group >= 0 ? names.name(Int(place.group)) : nil)
    }
    series?.finish(newest: grouper.watermark.high)
    let first = max(grouper.firstTime, plan.since ?? .min)
    let last = min(grouper.watermark.high, plan.until ?? .max)
    let hasSpan = grouper.firstTime != EventTime.none && grouper.watermark.high != EventTime.none && last >= first
    let span = hasSpan ? last - first : 0
    let groups = stats.summaries(names: names, span: span, unmatched: unmatched)
    var summary = StatsSummary(
      by: feed == nil ? plan.groupBy ?? "route" : "route", total: stats.total.summary(name: "total", span: span),
      groups: groups)
    summary.every = plan.every
    summary.windows = windows?.series ?? []
    summary.firstTime = hasSpan ? first : EventTime.none
    summary.lastTime = hasSpan ? last : EventTime.none
    summary.traces = grouper.traceCount
    summary.sources = tellingSummaries
    summary.streams = streams.count
    summary.lateRequests = windows?.lateRequests ?? 0
    summary.ledger.distinctIDs = grouper.distinctIDs
    summary.ledger.distinctIDsEstimated = grouper.distinctIDsEstimated
    summary.ledger.evictedTraces = grouper.evicted
    summary.ledger.foldedRequests = stats.foldedRequests
    summary.ledger.uncounted = uncountedTellings
    summary.ledger.totals.lateRecords = grouper.lateRecords
    summary.ledger.totals.undecidedRecords = scratch.givenUp
    summary.ledger.totals.clockJumps = grouper.watermark.unconfirmedJumps
    return Outcome(
      stats: summary, ranking: ranking, evidence: evidence, findings: rules?.finish(newest: grouper.watermark.high),
      survey: survey?.finish(names: grouper.routes, isUnmatched: { known.isUnmatched($0) }),
      templates: survey?.knownTemplates, series: series, seriesRoutes: series?.routes(name: routeName),
      corrections: corrections,
      isWindowsOverfull: windows?.isOverfull ?? false || summary.windows.count > Windows.most)
  }

  private func routeName(_ route: Int32) -> String {
    if route == GroupNames.folded { return RequestStats.otherName }
    guard route >= 0 else { return RequestStats.noneName }
    return isByRoute && stats.isUnmatched(Int(route)) ? RequestStats.unmatchedName : grouper.routes.name(Int(route))
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

  private var uncountedTellings: [UncountedTellings] {
    let sources = grouper.sources
    return sources.sources.indices.compactMap { index in
      let source = sources.sources[index]
      guard source.uncounted > 0 else { return nil }
      return UncountedTellings(
        source: sources.name(Int32(index)), stream: streams.count > 1 ? sources.stream(Int32(index)) : nil,
        requests: source.uncounted,
        errors: source.uncountedErrors, reason: source.isWanted ? .sharesNoIDs : .notChosen)
    }
  }
}
