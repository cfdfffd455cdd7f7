package import Analysis
internal import LogSource
internal import Platform
package import RulePack
package import TraceCore

/// Runs a plan: reads each stream, merges them by event time, and gathers the results.
///
/// How many threads do it changes nothing but the time it takes: see `BlockScheduler`.
package struct Driver {
  let plan: RunPlan
  private let parsePlan: ParsePlan
  private let readers: [StreamReader]
  private let wantedFields: [String]
  /// Sees every block before the merge stage does, in reading order; from any thread, one at a time.
  private let observer: ((ParsedBlock) -> Void)?

  /// What a run gives.
  package struct Result {
    package var stats: StatsSummary
    package var ranking: TraceRanking?
    /// The traces that were asked for, with their records, in order of their first.
    package var evidence: [EvidenceTrace]
    /// What the plan's rules found.
    package var findings: Findings?
    /// What the plan's `survey` counted.
    package var survey: SurveyResult?
    /// What its survey knows of templates, for a survey of another log that goes on with it.
    package var templates: TemplateTally?
    /// Figures over time, if the plan collects them.
    package var series: AdaptiveSeries?
    package var seriesRoutes: RouteWindows?
    /// Requests in flight, in each of the plan's `inFlight`.
    package var inFlight: [InFlight]
    /// When each message was logged first, where the plan asks for it.
    package var messages: ServiceMessages?
    /// How the objectives of a file of alerts stand.
    package var budgets: [ErrorBudget.Standing]
    /// Fields asked for by name that stood in at least one record.
    package var seenFields: Set<String>
    /// Names of fields in the first lines, most frequent first: for suggestions.
    package var sampledFields: () -> [String]
  }

  package init(plan: RunPlan, observer: ((ParsedBlock) -> Void)? = nil) {
    self.plan = plan
    self.observer = observer
    wantedFields = plan.wantedFields
    let parsePlan = plan.parsePlan()
    self.parsePlan = parsePlan
    let names = InstanceNames(streams: plan.input.streams.map(\.name))
    let detector = plan.detector(parsePlan)
    readers = plan.input.streams.map {
      StreamReader(
        plan: plan, parsePlan: parsePlan, detector: detector, stream: $0, instance: names.name(of: $0.name))
    }
  }

  /// Threads that a run uses where nothing else is said: as many as there are processors, up to the number beyond which
  /// the merge, which is done by one at a time, leaves them nothing to do.
  package static var usualThreads: Int { min(Program.processors, 8) }

  /// Reads everything. `ranking` keeps traces, `evidence` records, `measures` counts requests; all may be absent. `onEvent` is told what the plan's
  /// `live` asks for, in order, from any thread.
  package func run(
    ranking: TraceRanking? = nil, evidence: EvidenceCollector? = nil, measures: MeasureCollector? = nil,
    onEvent: ((LiveEvent) -> Void)? = nil
  ) throws(RunError) -> Result {
    let stage = plan.mergeStage(
      streams: streamNames, ranking: ranking, evidence: evidence, measures: measures, rules: plan.ruleStage())
    stage.feed?.onEvent = onEvent
    let reading = try read(into: stage)
    return try assemble(stage.finish(), reading)
  }

  /// Reads everything for the requests that another log's gate compares with; the plan's `live` says so.
  package func baseline() throws(RunError) -> GateSample? {
    let stage = plan.mergeStage(streams: streamNames, rules: plan.ruleStage())
    _ = try read(into: stage)
    _ = stage.finish()
    return stage.feed?.sample
  }

  var streamNames: [String] { plan.input.streams.map(\.name) }

  /// What was read, whatever was made of it.
  struct Reading {
    /// In reading order.
    var sources: [SourceLedger]
    var seenFields: Set<String>
    /// The stage needed no more before the input ended.
    var isStopped: Bool
  }

  /// Reads everything, or until the stage is done, and gives it to the stage in the order of the merge.
  func read(into stage: any RecordStage) throws(RunError) -> Reading {
    let registry = SourceRegistry()
    let ledgers = plan.input.streams.enumerated().map { StreamLedger(stream: $1, index: $0, registry: registry) }
    let merge = StreamMerge(stage: stage, ledgers: ledgers, observer: observer)
    let scheduler = BlockScheduler(plan: plan, parsePlan: parsePlan, readers: readers, merge: merge)
    try scheduler.run()
    let seen = merge.seenWanted
    let fields = wantedFields.indices.filter { $0 >= 64 || seen & (1 << UInt64($0)) != 0 }.map { wantedFields[$0] }
    return Reading(
      sources: merge.sources, seenFields: Set(fields), isStopped: scheduler.isStopped)
  }

  private func assemble(_ outcome: MergeOutcome, _ reading: Reading) throws(RunError) -> Result {
    var stats = outcome.stats
    if !plan.requestsFrom.isEmpty, plan.requestsFrom != ["all"], stats.total.requests == 0,
      !stats.ledger.uncounted.isEmpty, !stats.sources.contains(where: { $0.requests > 0 })
    {
      let names = stats.ledger.uncounted.prefix(5).map(\.source).joined(separator: "; ")
      throw RunError.usage(
        "--requests-from: no closing record comes from '\(plan.requestsFrom.joined(separator: ","))'; there are \(names)"
      )
    }
    if outcome.isWindowsOverfull {
      throw RunError.usage(
        "--every: so short a span gives over 100,000 windows; give a longer one, or --since and --until")
    }
    settle(&stats.ledger, reading)
    let paths = stats.ledger.sources.map(\.path)
    let evidence = outcome.evidence.map { collector in
      EvidenceReader(
        layouts: readers.map { $0.choice?.layouts }, zone: plan.zone, paths: paths
      ).traces(collector)
    }
    return Result(
      stats: stats, ranking: outcome.ranking, evidence: evidence ?? [], findings: outcome.findings,
      survey: outcome.survey, templates: outcome.templates, series: outcome.series, seriesRoutes: outcome.seriesRoutes,
      inFlight: outcome.inFlight, messages: outcome.messages, budgets: outcome.budgets, seenFields: reading.seenFields,
      sampledFields: sampledFields)
  }

  /// Completes a ledger with its sources and their sum.
  func settle(_ ledger: inout Ledger, _ reading: Reading) {
    for source in reading.sources { ledger.totals.add(source.counts) }
    ledger.sources = reading.sources + skippedSources
    ledger.isUnread = reading.isStopped && ledger.totals.lines == 0
  }

  func sampledFields() -> [String] {
    var names: [String] = []
    for (reader, stream) in zip(readers, plan.input.streams) {
      guard let layouts = reader.choice?.layouts else { continue }
      var sampler = FieldSampler(layouts: layouts, zone: plan.zone)
      for generation in stream.generations { sampler.sample(LayoutChooser.unwrapped(generation.head)) }
      names.append(contentsOf: sampler.names(most: 200).map(\.name))
    }
    return names
  }

  /// What was found and not read, as sources with nothing but a note.
  private var skippedSources: [SourceLedger] {
    plan.input.skipped.map { skipped in
      var ledger = SourceLedger(path: skipped.path, stream: skipped.path, compression: "none")
      ledger.notes = [skipped.note]
      return ledger
    }
  }

  /// The layouts chosen for each stream, once it was read.
  package var choices: [LayoutDetector.Choice?] { readers.map(\.choice) }

  /// Wrappers taken off the lines of each stream.
  package var wrappers: [[String]] { readers.map(\.wrapperNames) }
}
