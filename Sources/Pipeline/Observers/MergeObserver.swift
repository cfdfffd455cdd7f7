package import Analysis
package import RulePack
package import TraceCore

/// What is told as records pass the merge, each for itself: statistics, windows, series, survey, measures, events, ranking,
/// evidence, rules.
///
/// Told in batches, so that no call through an existential is made for each line or request. What an observer makes of them
/// must depend on their order alone, never on where batches end. Used by one thread at a time.
protocol MergeObserver: AnyObject {
  /// Records in the order of the merge, with their lives.
  func take(_ records: MergedRecords)
  /// The lines in front of a block's first record.
  func takeFront(of parsed: ParsedBlock)
  /// What the records taken so far have ended.
  func take(_ results: MergedResults)
  /// Another stream has come.
  func addStream()
  /// The input has ended; what the observer has goes into `outcome`.
  func finish(_ end: MergeEnd, into outcome: inout MergeOutcome)
}

extension MergeObserver {
  func take(_ records: MergedRecords) {}
  func takeFront(of parsed: ParsedBlock) {}
  func take(_ results: MergedResults) {}
  func addStream() {}
  func finish(_ end: MergeEnd, into outcome: inout MergeOutcome) {}
}

/// An observer whose state a followed run keeps over a restart.
protocol SavedObserver: MergeObserver {
  func code(_ coder: inout StateCoder) throws(StateError)
}

/// A range of a block's records.
struct MergedRecords {
  let parsed: ParsedBlock
  let range: Range<Int>
  /// Their lives, where somebody wants them (`TraceGrouper.Options.keepsMembers`).
  let members: ContiguousArray<TraceGrouper.Membership>
  /// Those of them that tell of requests, where somebody wants them (`keepsTellings`).
  let tellings: ContiguousArray<TraceGrouper.TellingNote>
}

/// What some records have ended.
struct MergedResults {
  /// Requests that count and are selected (`--since`, `--until`, `--where`), in order.
  var counted: ContiguousArray<RequestEvent>
  /// All that count.
  let requests: ContiguousArray<RequestEvent>
  /// Selected ones that never ended; and all.
  var unfinished: ContiguousArray<UnfinishedRequest>
  let allUnfinished: ContiguousArray<UnfinishedRequest>
  /// Closing records that are not counted, selected, and not left out by `--requests-from`.
  var uncounted: ContiguousArray<RequestEvent>
  /// Exchanges of which nothing more is to be known: not counted, not selected, or none at all.
  var dropped: ContiguousArray<UInt64>
  /// Traces that closed, where somebody wants them (`keepsClosed`).
  let closed: ContiguousArray<ClosedTrace>
  /// Names of the numbers that requests have.
  let routes: GroupNames
  let groups: GroupNames
  /// The oldest time so far, and the watermark.
  let firstTime: Int64
  let watermark: Int64
}

/// What is known when the input has ended.
struct MergeEnd {
  /// Event times of the oldest and newest record; EventTime.none without.
  let firstTime: Int64
  let newest: Int64
  /// Of what is selected; `span` is 0 where there are no times.
  let hasSpan: Bool
  let first: Int64
  let last: Int64
  var span: Int64 { hasSpan ? last - first : 0 }
  let routes: GroupNames
  let groups: GroupNames
  /// Whether a route answered nothing but 404.
  let isUnmatched: (Int) -> Bool
}

/// What a run gives, but for the sources' ledgers, which the driver has.
package struct MergeOutcome {
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
  /// In each of the plan's `inFlight`.
  package var inFlight: [InFlight] = []
  /// Where the plan asks for it.
  package var messages: ServiceMessages?
  /// How the objectives of a file of alerts stand at the end.
  package var budgets: [ErrorBudget.Standing] = []
  /// `--every` divides the span into more windows than can be kept.
  package var isWindowsOverfull = false
}
