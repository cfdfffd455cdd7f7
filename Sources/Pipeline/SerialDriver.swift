internal import LogSource
package import TraceCore

/// Runs a plan on one thread: reads each stream, merges them by event time, and gathers the results.
package struct SerialDriver {
  private let plan: RunPlan
  private let readers: [StreamReader]
  private let wantedFields: [String]
  /// Sees every block before the merge stage does, in reading order.
  private let observer: ((ParsedBlock) -> Void)?

  /// What a run gives.
  package struct Result {
    package var stats: StatsSummary
    package var ranking: TraceRanking?
    /// The traces that were asked for, with their records, in order of their first.
    package var evidence: [EvidenceTrace]
    /// Fields asked for by name that stood in at least one record.
    package var seenFields: Set<String>
    /// Names of fields in the first lines, most frequent first: for suggestions.
    package var sampledFields: () -> [String]
  }

  package init(plan: RunPlan, observer: ((ParsedBlock) -> Void)? = nil) {
    self.plan = plan
    self.observer = observer
    wantedFields = plan.wantedFields
    var first = 0
    let parsePlan = plan.parsePlan()
    var readers: [StreamReader] = []
    for (index, stream) in plan.input.streams.enumerated() {
      readers.append(
        StreamReader(plan: plan, parsePlan: parsePlan, stream: stream, index: index, firstSource: first))
      first += stream.generations.count
    }
    self.readers = readers
  }

  /// Reads everything. `ranking` keeps traces, `evidence` records; both may be absent.
  package func run(
    ranking: TraceRanking? = nil, evidence: EvidenceCollector? = nil
  ) throws(RunError) -> Result {
    let merge = MergeStage(
      plan: plan, streamNames: plan.input.streams.map(\.name), ranking: ranking, evidence: evidence)
    var heads: [Head] = []
    var seen: UInt64 = 0
    for reader in readers {
      var head = Head(reader: reader)
      try head.advance(plan.blockSize, keeping: false)
      heads.append(head)
    }
    while let next = oldest(of: heads) {
      try step(&heads, next, merge, &seen)
    }
    return try assemble(merge.finish(), seen: seen)
  }

  /// Where a stream stands in the merge.
  private struct Head {
    let reader: StreamReader
    var parsed: ParsedBlock?

    init(reader: StreamReader) { self.reader = reader }

    /// Time of the last record passed on.
    var lastTime = EventTime.none

    /// Where the next record stands in the merge. One without a time follows the one before it at once; a stream without
    /// any cannot be merged and comes after all others.
    var time: Int64 {
      if reader.isTimeless { return .max }
      guard let parsed, parsed.consumed < parsed.batch.records.count else { return lastTime }
      let time = parsed.batch.records[parsed.consumed].time
      return time != EventTime.none ? time : lastTime
    }

    /// Reads the next block, into the memory of the old one unless that is still needed.
    mutating func advance(_ blockSize: Int, keeping: Bool) throws(RunError) {
      let block = keeping ? nil : parsed
      let next = block ?? ParsedBlock(capacity: blockSize)
      parsed = try reader.next(into: next) ? next : nil
    }
  }

  /// The stream whose next record is the oldest; of equals the first named.
  private func oldest(of heads: [Head]) -> Int? {
    heads.indices.filter { heads[$0].parsed != nil }.min { (heads[$0].time, $0) < (heads[$1].time, $1) }
  }

  /// Passes on the records of one stream up to where another stream's are older.
  private func step(
    _ heads: inout [Head], _ index: Int, _ merge: MergeStage, _ seen: inout UInt64
  ) throws(RunError) {
    guard let parsed = heads[index].parsed else { return }
    if parsed.consumed == 0 {
      observer?(parsed)
      seen |= parsed.batch.seenWanted
    }
    let records = parsed.batch.records
    var limit = Int64.max
    var limitStream = Int.max
    for other in heads.indices where other != index && heads[other].parsed != nil && heads[other].time < limit {
      limit = heads[other].time
      limitStream = other
    }
    let start = parsed.consumed
    var end = start
    if limit == Int64.max {
      end = records.count
    } else {
      while end < records.count,
        (records[end].time, index) <= (limit, limitStream) || records[end].time == EventTime.none
      { end += 1 }
    }
    merge.accept(parsed, start..<max(end, min(start + 1, records.count)))
    parsed.consumed = max(end, min(start + 1, records.count))
    if let last = records[start..<parsed.consumed].last(where: { $0.time != EventTime.none }) {
      heads[index].lastTime = last.time
    }
    if parsed.consumed >= records.count {
      if !parsed.batch.counts.isEmpty { readers[index].add(parsed.batch.counts, toSource: parsed.source) }
      try heads[index].advance(plan.blockSize, keeping: merge.isHolding)
    }
  }

  private func assemble(_ outcome: MergeStage.Outcome, seen: UInt64) throws(RunError) -> Result {
    var stats = outcome.stats
    if let wanted = plan.requestsFrom, outcome.requestSource == nil, !stats.hopSources.isEmpty {
      let names = stats.hopSources.prefix(5).map(\.name).joined(separator: "; ")
      throw RunError.usage("--requests-from: no closing record comes from '\(wanted)'; there are \(names)")
    }
    if outcome.isWindowsOverfull {
      throw RunError.usage(
        "--every: so short a span gives over 100,000 windows; give a longer one, or --since and --until")
    }
    var sources: [SourceLedger] = []
    for reader in readers { sources.append(contentsOf: reader.ledgers) }
    for (source, counts) in outcome.corrections { sources[source].counts.add(counts) }
    for source in sources { stats.ledger.totals.add(source.counts) }
    stats.ledger.sources = sources + skippedSources
    let evidence = outcome.evidence.map { collector in
      EvidenceReader(
        layouts: readers.map(\.layoutSet), zone: plan.zone, paths: sources.map(\.path),
        requestSource: outcome.requestSource
      ).traces(collector)
    }
    let fields = wantedFields.indices.filter { $0 >= 64 || seen & (1 << UInt64($0)) != 0 }.map { wantedFields[$0] }
    return Result(
      stats: stats, ranking: outcome.ranking, evidence: evidence ?? [], seenFields: Set(fields),
      sampledFields: sampledFields)
  }

  private func sampledFields() -> [String] {
    var names: [String] = []
    for (reader, stream) in zip(readers, plan.input.streams) {
      guard let layouts = reader.layoutSet else { continue }
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

  /// Ledgers of each stream's generations, up to what was read.
  package var ledgers: [[SourceLedger]] { readers.map(\.ledgers) }
}
