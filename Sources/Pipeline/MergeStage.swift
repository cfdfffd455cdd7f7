package import Analysis
internal import Patterns
package import RulePack
package import TraceCore

/// Takes parsed blocks in order: joins records across blocks, elects the request source, groups, counts.
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
  var election: RequestSourceElection
  var chosen: RequestSourceElection.Source?
  var endsByID = false
  var isElected = false
  /// Blocks that wait for the election, with the range of their records; nil: the lines before the first of them.
  private var waiting: [(parsed: ParsedBlock, range: Range<Int>?)] = []
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
  /// Closing records that are hops, by source, in order of first appearance.
  var hops: [(source: RequestSourceElection.Source, records: Int64)] = []
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
    var options = TraceGrouper.Options()
    options.idle = plan.idle
    options.maxOpen = plan.maxOpen
    options.predicates = plan.filter?.recordPredicates.count ?? 0
    options.groupsAreRoutes = plan.groupBy == nil || plan.groupBy == "route"
    feed = plan.live.map {
      EventFeed($0, rules: plan.rules?.set.rules ?? [], firstAtom: plan.rules?.set.requestAtoms.count ?? 0)
    }
    survey = plan.survey.map { RequestSurvey($0, streams: streamNames.count, span: plan.span) }
    series = plan.collectsSeries ? AdaptiveSeries() : nil
    options.keepsClosed = ranking != nil || rules?.needsTraces == true
    options.keepsMembers = keepsMembers || evidence != nil || rules != nil || plan.survey != nil
    grouper = TraceGrouper(options: options)
    election = RequestSourceElection(wanted: plan.requestsFrom, streamNames: streamNames)
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

  /// Another stream has come.
  func addStream(_ name: String) {
    streams.append(StreamState())
    election.streamNames.append(name)
    rules?.addStream()
    survey?.addStream()
  }

  /// Lets the election look at records that are not counted: those in front of where following begins.
  func prime(_ parsed: ParsedBlock) {
    guard !isElected else { return }
    election.observe(parsed, 0..<parsed.batch.records.count)
  }

  /// Ends the election with what it has seen, if that is enough to choose.
  func endPriming() {
    guard !isElected, election.winner != nil else { return }
    flush()
  }

  /// Records that the election has looked at; nil once it is decided.
  package var electing: Int? { isElected ? nil : election.seen }

  /// Takes `range` of the block's records.
  ///
  /// Keeps the block until the election is over: see `isHolding`.
  package func accept(_ parsed: ParsedBlock, _ range: Range<Int>) {
    if isElected {
      process(parsed, range)
      return
    }
    election.observe(parsed, range)
    waiting.append((parsed, range))
    if election.isIdle || election.isDecided { flush() } else { parsed.block.trim() }
  }

  /// Whether blocks given to `accept` are still needed.
  package var isHolding: Bool { !waiting.isEmpty }

  /// After a gate's last verdict.
  package var isDone: Bool { feed?.isOver ?? false }

  package func noteGap(at time: Int64) { feed?.noteGap(at: time) }

  package func acceptFront(_ parsed: ParsedBlock) {
    guard !parsed.batch.orphans.isEmpty else { return }
    if isElected { resolveOrphans(of: parsed) } else { waiting.append((parsed, nil)) }
  }

  private func flush() {
    if !isElected, election.isDecided || !election.isIdle {
      chosen = election.winner
      endsByID = chosen.map(election.endsByID) ?? false
      isElected = true
    }
    for (parsed, range) in waiting {
      if let range { process(parsed, range) } else { resolveOrphans(of: parsed) }
    }
    waiting.removeAll()
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
    return EventFeed.State(
      routeNames: grouper.routes, versionNames: grouper.groupNames, isUnmatched: { known.isUnmatched($0) },
      open: { self.grouper.openRequestList })
  }

  /// Ends the election with the records that there are.
  func settle() { flush() }

  /// The wall clock says that event time has reached `time`.
  func expire(at time: Int64) {
    flush()
    feed?.expire(at: time, feedState)
  }

  private func consume(_ parsed: ParsedBlock, _ range: Range<Int>) {
    guard !range.isEmpty else { return }
    members.removeAll(keepingCapacity: true)
    let choice = chosen(in: parsed)
    grouper.consume(&parsed.batch, range, in: parsed.block, chosen: choice, members: &members)
    noteHops(in: parsed)
    if range.upperBound == parsed.batch.records.count {
      streams[parsed.stream].continuation = parsed.batch.continuation
      streams[parsed.stream].lastMember = grouper.lastMember
      streams[parsed.stream].lastHasTraceback = parsed.batch.records[range.upperBound - 1].flags.contains(.traceback)
    }
    evidence?.collect(parsed, range, members)
    rules?.take(parsed, range, members)
    survey?.take(parsed, range, members, grouper.requests) { isCounted($0) }
    onMembers?(parsed, range, members)
    takeResults(of: parsed)
  }

  /// Lines before a block's first record continue the stream's last record, or are unparsed.
  private func resolveOrphans(of parsed: ParsedBlock) {
    var state = streams[parsed.stream]
    var found = LedgerCounts()
    for (index, orphan) in parsed.batch.orphans.enumerated() {
      let isContinuation = state.continuation.accepts(orphan.shape)
      rules?.take(orphan: index, of: parsed, isContinuation: isContinuation)
      guard isContinuation else {
        found.unparsedLines += 1
        feed?.noteUnread(front: Int(orphan.line), of: parsed)
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

  /// Which of the batch's records count as requests.
  private func chosen(in parsed: ParsedBlock) -> TraceGrouper.Chosen {
    guard let chosen, chosen.stream == parsed.stream, let layout = parsed.layouts.firstIndex(of: chosen.layout) else {
      return .nothing
    }
    guard let logger = chosen.logger else {
      return TraceGrouper.Chosen(logger: -1, layout: UInt8(layout), endsByID: endsByID)
    }
    let bytes = ContiguousArray(logger.utf8)
    guard let label = parsed.batch.labels.find(bytes.span, 0, bytes.count) else { return .nothing }
    return TraceGrouper.Chosen(logger: Int32(label), layout: UInt8(layout), endsByID: endsByID)
  }

  private func noteHops(in parsed: ParsedBlock) {
    for hop in grouper.hops.sorted(by: { ($0.logger, $0.layout) < ($1.logger, $1.layout) }) {
      let source = RequestSourceElection.Source(
        stream: parsed.stream, layout: parsed.layouts[Int(hop.layout)],
        logger: hop.logger >= 0 ? parsed.batch.labels.string(Int(hop.logger)) : nil)
      if let known = hops.firstIndex(where: { $0.source == source }) {
        hops[known].records += hop.records
      } else if hops.count < 100 {
        hops.append((source, hop.records))
      }
    }
    grouper.hops.removeAll(keepingCapacity: true)
  }

  /// - Parameter parsed: the block that they come from; nil at the end.
  private func takeResults(of parsed: ParsedBlock? = nil) {
    measures?.take(
      grouper.requests, grouper.unfinished, first: grouper.firstTime, watermark: grouper.watermark.time)
    for request in grouper.requests where isCounted(request) {
      series?.add(request)
      if let feed {
        feed.take(request, versionNames: grouper.groupNames)
        if feed.recent != nil, request.status >= 500, let parsed { noteFailure(request, in: parsed, to: feed) }
        if let parsed, !parsed.batch.values.isEmpty { giveValues(of: request, in: parsed, to: feed) }
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
    grouper.requests.removeAll(keepingCapacity: true)
    for request in grouper.unfinished where isSelected(request.start) && plan.requestFilter == nil {
      feed?.take(request)
      survey?.addUnfinished(request)
      stats.addUnfinished(group: feed == nil ? request.group : request.route)
      if windows != nil { unfinishedInWindows.append(request) }
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

  private func noteFailure(_ request: RequestEvent, in parsed: ParsedBlock, to feed: EventFeed) {
    guard parsed.batch.records.indices.contains(Int(request.record)) else { return }
    let record = parsed.batch.records[Int(request.record)]
    guard record.idHash != 0 else { return }
    feed.recent?.take(
      FailedRequest(
        id: parsed.id(of: record), route: feedState.name(request.route), status: Int(request.status),
        duration: request.duration, time: request.time))
  }

  /// What somebody who watches is shown.
  func snapshot(rendering electing: (seen: Int, of: Int)?) -> FollowSnapshot {
    let state = feedState
    let figures = feed?.recent?.summaries(state)
    return FollowSnapshot(
      time: feed?.clock.high ?? EventTime.none, electing: electing, routes: figures?.routes ?? [],
      versions: figures?.versions ?? [], failures: feed?.recent?.failures ?? [],
      gate: feed?.gate?.progress(names: state.gateNames), span: feed?.recent?.span ?? 0,
      counts: feed?.countsByRule ?? [:])
  }

  private func giveValues(of request: RequestEvent, in parsed: ParsedBlock, to feed: EventFeed) {
    while parsed.consumedValues < parsed.batch.values.count {
      let value = parsed.batch.values[parsed.consumedValues]
      guard value.record <= request.record else { return }
      parsed.consumedValues += 1
      if value.record == request.record {
        feed.take(parsed.batch.labels.string(Int(value.label)), field: Int(value.field))
      }
    }
  }

  var unfinishedInWindows: [UnfinishedRequest] = []
  private var isByRoute: Bool { plan.groupBy == nil || plan.groupBy == "route" || feed != nil }
  var statsNames: GroupNames { feed == nil ? grouper.groupNames : grouper.routes }

  private func isCounted(_ request: RequestEvent) -> Bool {
    isSelected(request.time) && (request.isSelected || plan.requestFilter == nil)
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
    var facts = TraceFacts(atoms: (0..<(plan.rules?.set.requestAtoms.count ?? 0)).map { closed.state.atom($0) })
    facts.take(trace)
    rules.close(facts, life: closed.state.life, trace: closed.state.idHash, id: { closed.id }) {
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
    /// What orphans turned out to be, by source.
    package var corrections: [Int: LedgerCounts]
    /// `--every` divides the span into more windows than can be kept.
    package var isWindowsOverfull: Bool
    /// Whose records count as requests.
    var requestSource: RequestSourceElection.Source?
  }

  /// Ends the input: closes every trace and window.
  package func finish() -> Outcome {
    flush()
    let open = feed == nil ? [] : grouper.openRequestList
    feed?.beginEnd()
    grouper.finish()
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
    for request in unfinishedInWindows {
      windows?.addUnfinished(request, name: request.group >= 0 ? names.name(Int(request.group)) : nil)
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
    summary.requestSource = chosen.map(describe)
    summary.hopSources = hops.sorted { ($1.records, describe($0.source)) < ($0.records, describe($1.source)) }
      .map { (describe($0.source), $0.records) }
    summary.lateRequests = windows?.lateRequests ?? 0
    summary.ledger.distinctIDs = grouper.distinctIDs
    summary.ledger.distinctIDsEstimated = grouper.distinctIDsEstimated
    summary.ledger.evictedTraces = grouper.evicted
    summary.ledger.foldedRequests = stats.foldedRequests
    summary.ledger.totals.lateRecords = grouper.lateRecords
    summary.ledger.totals.clockJumps = grouper.watermark.unconfirmedJumps
    return Outcome(
      stats: summary, ranking: ranking, evidence: evidence, findings: rules?.finish(newest: grouper.watermark.high),
      survey: survey?.finish(names: grouper.routes, isUnmatched: { known.isUnmatched($0) }),
      templates: survey?.knownTemplates, series: series, corrections: corrections,
      isWindowsOverfull: windows?.isOverfull ?? false || summary.windows.count > Windows.most,
      requestSource: chosen)
  }

  /// A source in words: its logger, or its layout; the stream only where there are several.
  private func describe(_ source: RequestSourceElection.Source) -> String {
    let name = source.logger ?? source.layout
    return streams.count > 1 ? "\(name) in \(election.streamNames[source.stream])" : name
  }
}
