internal import Config
internal import ArgumentParser
internal import Pipeline
internal import Report
internal import TraceCore

/// `skein stats`: latency and errors by route and over time.
struct StatsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "stats",
    abstract: "Latency and errors, by route and over time.",
    discussion: "Exit codes: 0 done; 3 data or I/O error, or a gap under --strict; 64 usage.")

  @OptionGroup var common: CommonOptions

  @Option(
    help: ArgumentHelp("Group by this field instead of the route: status, version, any field.", valueName: "field"))
  var by: String?

  @Option(
    name: .customLong("where"),
    help: ArgumentHelp("Only requests whose closing record this holds for.", valueName: "expression"))
  var expression: String?

  @Option(help: ArgumentHelp("The same figures for every span of this length.", valueName: "duration"))
  var every: String?

  @Option(help: ArgumentHelp("Show only the first N groups; 0 for all.", valueName: "n"))
  var top = 0

  @Flag(help: "Write CSV: the groups, or with --every the windows.")
  var csv = false

  func run() throws {
    var plan = try common.plan()
    plan.groupBy = by
    if let expression { plan.requestFilter = try filter(expression) }
    if let every {
      plan.every = try CommonOptions.duration(every, option: "--every")
    }
    guard top >= 0 else { throw Failure(.usage, "--top: a number from 0 (all) up") }
    let result = try common.run(plan)
    try refuseUnknownFields(plan, result)
    var summary = result.stats
    if top > 0 && summary.groups.count > top { summary.groups.removeLast(summary.groups.count - top) }
    var sink = TextSink()
    if common.json {
      StatsReport.json(summary, pretty: Terminal.outputIsTerminal, into: &sink)
    } else if csv {
      StatsReport.csv(summary, rows: every == nil ? .groups : .windows, into: &sink)
    } else {
      StatsReport.text(
        summary, style: common.style, ledger: common.ledger ? .full : .line, notes: common.notes + notes(summary),
        into: &sink)
    }
    try Terminal.write(&sink)
    try common.finish(summary.ledger)
  }

  /// A log without requests says nothing about the expression, not even that a pattern was given up.
  private func notes(_ summary: StatsSummary) -> [String] {
    guard expression != nil, summary.sources.isEmpty, summary.total.requests == 0, summary.ledger.totals.records > 0
    else { return [] }
    return ["--where was asked of no record, as none ends a request; skein filter asks it of all records"]
  }

  private func filter(_ text: String) throws(Failure) -> FilterExpression {
    do throws(FilterError) {
      return try FilterExpression(parsing: text)
    } catch {
      throw Failure(.usage, "--where: \(error.render(expression: text))")
    }
  }

  /// A field that no line has is more likely a mistake than a fact.
  private func refuseUnknownFields(_ plan: RunPlan, _ result: Driver.Result) throws(Failure) {
    guard result.stats.ledger.totals.records > 0 else { return }
    if let name = plan.requestFilter?.fieldNames.first(where: { !result.seenFields.contains($0) }) {
      throw unknown(name, option: "--where", result)
    }
    if let by, plan.wantedFields.contains(by), !result.seenFields.contains(by), result.stats.total.requests > 0 {
      throw unknown(by, option: "--by", result)
    }
  }

  private func unknown(_ name: String, option: String, _ result: Driver.Result) -> Failure {
    let near = NameSuggestion.closest(to: name, in: result.sampledFields()).map { " (did you mean '\($0)'?)" } ?? ""
    return Failure(
      .usage, "\(option): no record has a field '\(name)'\(near); skein doctor lists the fields that this log has")
  }
}
