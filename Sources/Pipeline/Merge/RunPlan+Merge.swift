internal import Analysis
internal import RulePack
internal import TraceCore

extension RunPlan {
  /// The merge of a run of this plan, with everything that it counts.
  ///
  /// - Parameters:
  ///   - streams: their names.
  ///   - ranking: keeps traces; nil for none.
  ///   - evidence: keeps records.
  ///   - measures: counts requests for figures that a document asks for.
  ///   - lives: is told the life of each record.
  ///   - rules: takes the hits of the plan's rules.
  func mergeStage(
    streams: [String], ranking: TraceRanking? = nil, evidence: EvidenceCollector? = nil,
    measures: MeasureCollector? = nil, lives: LifeTeller? = nil, rules: RuleStage? = nil
  ) -> MergeStage {
    let areGroupsRoutes = groupBy == nil || groupBy == "route"
    let selection = TimeSelection(since: since, until: until)
    let survey = survey.map { RequestSurvey($0, streams: streams.count, span: span) }
    let evidence = evidence.map(EvidenceKeeper.init)
    let feed = live.map {
      EventFeed($0, streams: streams.count, rules: self.rules?.set.rules ?? [], firstAtom: firstGateAtom)
    }
    let tally = RequestTally(by: groupBy ?? "route", groupsByRoute: feed != nil, every: every)
    let ranker = ranking.map { TraceRanker($0, filter: filter, selection: selection, evidence: evidence) }
    if let rules {
      if let survey { rules.tellReleases(to: survey) }
      if let feed { rules.onHit = { feed.takeHit(rule: $0, time: $1, events: $2, begun: $3) } }
    }
    var settings = MergeStage.Settings(
      selection: selection, selectsRequests: requestFilter != nil, requestsFrom: requestsFrom)
    settings.grouping.idle = idle
    settings.grouping.maxOpen = maxOpen
    settings.grouping.predicates = filter?.recordPredicates.count ?? (selectsForRules ? 1 : 0)
    settings.grouping.groupsAreRoutes = areGroupsRoutes
    settings.grouping.keepsClosed = ranker != nil || rules?.needsTraces == true
    settings.grouping.keepsMembers = lives != nil || evidence != nil || rules != nil || survey != nil
    if live?.service != nil { settings.grouping.keepsMembers = true }
    settings.grouping.keepsTellings = evidence != nil || survey != nil || feed != nil
    let series = collectsSeries ? SeriesKeeper(areGroupsRoutes: areGroupsRoutes || feed != nil) : nil
    // The tally makes the summary that others add to; rules find what the feed then tells.
    let inFlight =
      inFlight.isEmpty
      ? nil : InFlightKeeper(inFlight, selected: selection, selectsRequests: settings.selectsRequests)
    let observers: [(any MergeObserver)?] = [
      tally, measures, survey, evidence, series, inFlight, messages == .dated ? MessageKeeper() : nil, feed?.recorder,
      feed,
      ranker, rules, lives,
    ]
    return MergeStage(
      settings, streams: streams, tally: tally, observers: observers.compactMap(\.self), feed: feed)
  }
}
