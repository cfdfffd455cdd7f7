package import Analysis
package import Pipeline
package import Report
package import RulePack
internal import TraceCore

/// Makes the incident document of a log: what `skein report` writes, and what a watch writes beside its own.
package struct IncidentJob {
  private let settings: RunSettings
  private let plan: RunPlan
  private let span: (from: Int64?, to: Int64?)
  private let marks: [(time: Int64, text: String)]
  private let gate: GateDefinition?
  private let gateFrom: Int64?
  private let notes: [String]
  private let options: [String]

  /// - Parameters:
  ///   - plan: with its rules, of an input that can be read again.
  ///   - span: event times of the incident's beginning and end; what is nil is found.
  ///   - gate: its verdicts are put on the timeline, from `gateFrom` or the first release on.
  ///   - options: of the command alone, for the line that makes the document again.
  package init(
    settings: RunSettings, plan: RunPlan, span: (from: Int64?, to: Int64?) = (nil, nil),
    marks: [(time: Int64, text: String)] = [], gate: GateDefinition? = nil, gateFrom: Int64? = nil,
    notes: [String] = [], options: [String] = []
  ) {
    (self.settings, self.plan, self.span, self.marks) = (settings, plan, span, marks)
    (self.gate, self.gateFrom, self.notes, self.options) = (gate, gateFrom, notes, options)
  }

  /// - Parameter redactor: nil for a document in which everything stands as it was logged.
  package func run(
    _ redactor: Redactor?
  ) throws(Failure) -> (document: IncidentDocument, overview: IncidentPasses.Overview) {
    let passes = IncidentPasses(settings: settings, plan: plan)
    let overview = try passes.overview()
    let incident = try incident(overview)
    let counted = try passes.survey(overview, span: incident)
    var builder = IncidentBuilder(
      found: overview.found, span: incident, series: overview.series,
      searchWindow: overview.searchWindow, survey: counted.survey, stats: overview.stats,
      findings: counted.findings, marks: marks, notes: notes)
    builder.inFlight = counted.inFlight
    if let gate { builder.verdicts = try passes.verdicts(of: gate, from: gateFrom ?? builder.firstRelease) }
    let replay = ReplayCommand(settings, input: plan.input)
    var document = builder.document(
      title: LogRun.title(plan.input), records: try passes.records(of: builder.exemplars.map(\.pick)),
      command: replay.recipe)
    document.commands.insert(.init(purpose: "this document", command: replay.line(.report, options)), at: 0)
    if let redactor { document = document.redacted(by: redactor) } else { document.isRedacted = false }
    return (document, overview)
  }

  /// The span that was given, else the one that was found.
  private func incident(_ overview: IncidentPasses.Overview) throws(Failure) -> IncidentSpan? {
    guard span.from != nil || span.to != nil else { return overview.found.span }
    let (first, last) = (overview.stats.firstTime, overview.stats.lastTime)
    let onset = span.from ?? first
    let recovery = span.to ?? (last == EventTime.none ? last : last.plus(1))
    guard first != EventTime.none else {
      throw Failure(.usage, "--from and --to choose a span, and no record of the log has a time")
    }
    guard onset < recovery else { throw Failure(.usage, "--from: the incident must begin before it ends (--to)") }
    guard onset <= last, recovery > first else {
      throw Failure(
        .usage,
        "--from, --to: the span is outside the log, which runs from \(EventTime.rfc3339(first)) to "
          + EventTime.rfc3339(last))
    }
    return IncidentSpan(onset: onset, recovery: recovery, isGiven: true)
  }
}
