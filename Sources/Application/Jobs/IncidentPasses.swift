package import Analysis
package import Pipeline
internal import Report
package import RulePack
package import TraceCore

/// Reads a log three times for an incident document: figures over time, from which the span is found; everything counted
/// before, during and after it; the records of the requests that are shown. Memory is bounded in each.
package struct IncidentPasses {
  package let settings: RunSettings
  /// Of an input that can be read again.
  package let plan: RunPlan

  package init(settings: RunSettings, plan: RunPlan) {
    self.settings = settings
    self.plan = plan
  }

  /// What the first pass gives.
  package struct Overview {
    package var stats: StatsSummary
    /// What charts show: fewer windows than the search looks at, so that each has requests enough for a p95.
    package var series: [SeriesWindow]
    package static let mostDrawn = 120
    /// Length of the windows that the search looked at.
    package var searchWindow: Int64
    package var found: IncidentFinder.Found
    /// Names of fields in the first lines, most frequent first.
    package var fields: [String]
  }

  /// Figures over time, and the span of the incident.
  package func overview(pass: String = "1 of 3, figures") throws(Failure) -> Overview {
    var first = plan
    first.rules = nil
    first.collectsSeries = true
    let result = try LogRun.run(first, pass: pass) { (driver) throws(RunError) in try driver.run() }
    try LogRun.refuseUnknownFields(of: plan, result)
    let series = result.series ?? AdaptiveSeries()
    return Overview(
      stats: result.stats, series: series.windows(most: Overview.mostDrawn), searchWindow: series.length,
      found: IncidentFinder.find(series.windows(), routes: result.seriesRoutes),
      fields: result.sampledFields())
  }

  /// What the second pass gives.
  package struct Surveyed {
    package var survey: SurveyResult
    package var findings: Findings?
    /// Requests in flight, by segment.
    package var inFlight: [InFlight]
  }

  /// Everything that is told by segment: before, during and after `span`, or of the whole where there is none.
  package func survey(
    _ overview: Overview, span: IncidentSpan?
  ) throws(Failure) -> Surveyed {
    var options: SurveyOptions
    var second = plan
    if let span {
      let parts = [(EventTime.none + 1)..<span.onset, span.onset..<span.recovery, span.recovery..<Int64.max]
      options = SurveyOptions(division: .time(parts))
      options.focus = 1
      second.inFlight = parts
    } else {
      options = SurveyOptions(division: .whole(segment: 0, of: 1))
      second.inFlight = [.min ..< .max]
    }
    options.sampled = SurveyResult.Target(of: span)
    options.slowFrom = overview.found.baseline.slowThreshold
    options.slowByRoute = overview.found.slowByRoute
    SurveyFields.choose(from: overview.fields, catalog: plan.parsePlan().catalog, into: &options)
    second.survey = options
    let result = try LogRun.run(second, pass: "2 of 3, what differs") { (driver) throws(RunError) in try driver.run() }
    return Surveyed(
      survey: result.survey ?? SurveyResult(segments: []), findings: result.findings, inFlight: result.inFlight)
  }

  /// What a gate says of the log, replayed from `start`.
  package func verdicts(of definition: GateDefinition, from start: Int64?) throws(Failure) -> [Verdict] {
    try GateReplay(plan: plan, settings: settings).verdicts(of: definition, from: start, pass: "gate")
  }

  /// The traces of requests with their records, by life; no pass where there are none.
  package func records(
    of picks: [SurveyResult.Pick]
  ) throws(Failure) -> [UInt64: (trace: TraceSummary, records: [EvidenceRecord])] {
    guard !picks.isEmpty else { return [:] }
    var ids = LabelTable()
    for pick in picks { _ = ids.intern(pick.id) }
    var third = plan
    third.rules = nil
    third.includesSteps = true
    let evidence = EvidenceCollector(.ids(ids))
    let result = try LogRun.run(third, pass: "3 of 3, exemplars") { (driver) throws(RunError) in
      try driver.run(ranking: TraceRanking(order: .start, most: 1_000, isOfEvidence: true), evidence: evidence)
    }
    var records: [UInt64: (trace: TraceSummary, records: [EvidenceRecord])] = [:]
    for life in result.evidence {
      guard let row = result.ranking?.rows.first(where: { $0.life == life.life }) else { continue }
      records[life.life] = (row.trace, life.records)
    }
    return records
  }
}
