internal import Config
package import Analysis
internal import LogSource
package import Pipeline
internal import Report
package import TraceCore

/// Reads what a diff compares: two logs, two spans of one, or two values of a field. Segment 0 is A, segment 1 is B.
package struct DiffPasses {
  /// What is compared.
  package enum Sides {
    case logs(String, String)
    case spans(Range<Int64>, Range<Int64>)
    case values(field: String, String, String)
  }

  package let settings: RunSettings
  package let sides: Sides

  package init(settings: RunSettings, sides: Sides) {
    self.settings = settings
    self.sides = sides
  }

  /// What was counted, and of which logs.
  package struct Counted {
    package var survey: SurveyResult
    /// Of A and of B; of one log the same.
    package var stats: [StatsSummary]

    package init(survey: SurveyResult, stats: [StatsSummary]) {
      self.survey = survey
      self.stats = stats
    }

  }

  /// What a first pass tells.
  private struct Overview {
    var p95: Int64?
    var fields: [String]
  }

  package func count() throws(Failure) -> Counted {
    switch sides {
    case .logs(let a, let b): return try logs(a, b)
    case .spans(let a, let b):
      return try oneLog(SurveyOptions(division: .time([a, b])))
    case .values(let field, let a, let b):
      var options = SurveyOptions(division: .value(field: field, [a, b]))
      options.fields = []
      return try oneLog(options)
    }
  }

  /// Two passes: of the first, the p95 of A says which requests are slow.
  private func oneLog(_ options: SurveyOptions) throws(Failure) -> Counted {
    var plan = try settings.plan()
    plan.input = try LogRun.repeatable(plan.input)
    var options = options
    let overview = try overview(plan, of: options.division)
    options.slowFrom = overview.p95
    options.collectsScatter = true
    let chosen = options
    SurveyFields.choose(from: overview.fields, catalog: plan.parsePlan().catalog, into: &options)
    if case .value(let field, _) = chosen.division {
      options.fields.removeAll { $0 == field }
      options.releases.removeAll { $0 == field }
    }
    plan.survey = options
    let result = try LogRun.run(plan, pass: "2 of 2, what differs") { (driver) throws(RunError) in try driver.run() }
    guard let survey = result.survey else { throw Failure(.data, "nothing was counted") }
    if case .value(let field, _) = chosen.division, !result.seenFields.contains(field),
      result.stats.ledger.totals.records > 0
    {
      let near = NameSuggestion.closest(to: field, in: result.sampledFields()).map { " (did you mean '\($0)'?)" } ?? ""
      throw Failure(
        .usage, "--by: no record has a field '\(field)'\(near); skein doctor lists the fields that this log has")
    }
    return Counted(survey: survey, stats: [result.stats, result.stats])
  }

  private func overview(
    _ plan: RunPlan, of division: SurveyOptions.Division, pass: String = "1 of 2"
  ) throws(Failure) -> Overview {
    var first = plan
    if case .time(let spans) = division {
      first.since = max(spans[0].lowerBound, plan.since ?? .min)
      first.until = min(spans[0].upperBound, plan.until ?? .max)
    }
    let result = try LogRun.run(first, pass: "\(pass), figures") { (driver) throws(RunError) in try driver.run() }
    try LogRun.refuseUnknownFields(of: plan, result)
    return Overview(p95: result.stats.total.p95, fields: result.sampledFields())
  }

  /// A, then B with what is known of A's templates, so that both have one set of them.
  private func logs(_ a: String, _ b: String) throws(Failure) -> Counted {
    var planA = try settings.plan(files: [a])
    var planB = try settings.plan(files: [b])
    planA.input = try LogRun.repeatable(planA.input)
    planB.input = try LogRun.repeatable(planB.input)
    var options = SurveyOptions(division: .whole(segment: 0, of: 2))
    let overviewA = try overview(planA, of: options.division, pass: "A")
    let overviewB = try overview(planB, of: options.division, pass: "B")
    options.slowFrom = overviewA.p95
    options.collectsScatter = true
    let names = overviewA.fields + overviewB.fields.filter { !overviewA.fields.contains($0) }
    SurveyFields.choose(from: names, catalog: planA.parsePlan().catalog, into: &options)
    planA.survey = options
    let resultA = try LogRun.run(planA, pass: "A, what differs") { (driver) throws(RunError) in try driver.run() }
    options.division = .whole(segment: 1, of: 2)
    planB.survey = options
    planB.survey?.known = resultA.templates
    let resultB = try LogRun.run(planB, pass: "B, what differs") { (driver) throws(RunError) in try driver.run() }
    guard var survey = resultB.survey, let before = resultA.survey else { throw Failure(.data, "nothing was counted") }
    survey.segments[0] = before.segments[0]
    survey.addCells(of: before)
    return Counted(survey: survey, stats: [resultA.stats, resultB.stats])
  }
}
