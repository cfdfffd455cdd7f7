internal import LogSource
package import RulePack
package import TraceCore

/// Runs a plan: reads each stream, merges them by event time, and gathers the results.
///
/// How many threads do it changes nothing but the time it takes: see `BlockScheduler`.
package struct Driver {
  private let plan: RunPlan
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
    readers = plan.input.streams.map { StreamReader(plan: plan, parsePlan: parsePlan, stream: $0) }
  }

  /// Threads that a run uses where nothing else is said: as many as there are processors, up to the number beyond which
  /// the merge, which is done by one at a time, leaves them nothing to do.
  package static var usualThreads: Int { min(Syscalls.processors, 8) }

  /// Reads everything. `ranking` keeps traces, `evidence` records; both may be absent.
  package func run(
    ranking: TraceRanking? = nil, evidence: EvidenceCollector? = nil
  ) throws(RunError) -> Result {
    let stage = MergeStage(
      plan: plan, streamNames: plan.input.streams.map(\.name), ranking: ranking, evidence: evidence)
    var ledgers: [StreamLedger] = []
    var first = 0
    for (index, stream) in plan.input.streams.enumerated() {
      ledgers.append(StreamLedger(stream: stream, index: index, firstSource: first))
      first += stream.generations.count
    }
    let merge = StreamMerge(stage: stage, ledgers: ledgers, observer: observer)
    try BlockScheduler(plan: plan, parsePlan: parsePlan, readers: readers, merge: merge).run()
    return try assemble(stage.finish(), ledgers: merge.ledgers, seen: merge.seenWanted)
  }

  private func assemble(
    _ outcome: MergeStage.Outcome, ledgers: [StreamLedger], seen: UInt64
  ) throws(RunError) -> Result {
    var stats = outcome.stats
    if let wanted = plan.requestsFrom, outcome.requestSource == nil, !stats.hopSources.isEmpty {
      let names = stats.hopSources.prefix(5).map(\.name).joined(separator: "; ")
      throw RunError.usage("--requests-from: no closing record comes from '\(wanted)'; there are \(names)")
    }
    if outcome.isWindowsOverfull {
      throw RunError.usage(
        "--every: so short a span gives over 100,000 windows; give a longer one, or --since and --until")
    }
    var sources = ledgers.flatMap(\.sources)
    for (source, counts) in outcome.corrections { sources[source].counts.add(counts) }
    for source in sources { stats.ledger.totals.add(source.counts) }
    stats.ledger.sources = sources + skippedSources
    let evidence = outcome.evidence.map { collector in
      EvidenceReader(
        layouts: readers.map { $0.choice?.layouts }, zone: plan.zone, paths: sources.map(\.path),
        requestSource: outcome.requestSource
      ).traces(collector)
    }
    let fields = wantedFields.indices.filter { $0 >= 64 || seen & (1 << UInt64($0)) != 0 }.map { wantedFields[$0] }
    return Result(
      stats: stats, ranking: outcome.ranking, evidence: evidence ?? [], findings: outcome.findings, seenFields: Set(fields),
      sampledFields: sampledFields)
  }

  private func sampledFields() -> [String] {
    var names: [String] = []
    for (reader, stream) in zip(readers, plan.input.streams) {
      guard let layouts = reader.choice?.layouts else { continue }
      var sampler = FieldSampler(layouts: layouts, zone: plan.zone)
      for generation in stream.generations { sampler.sample(StreamReader.unwrappedHead(of: generation)) }
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
