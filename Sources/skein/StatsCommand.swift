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

  @Option(help: ArgumentHelp("The same figures for every span of this length.", valueName: "duration"))
  var every: String?

  @Option(help: ArgumentHelp("Show only the first N groups; 0 for all.", valueName: "n"))
  var top = 0

  @Flag(help: "Write CSV: the groups, or with --every the windows.")
  var csv = false

  func run() throws {
    var plan = try common.plan()
    plan.groupBy = by
    if let every {
      plan.every = try CommonOptions.duration(every, option: "--every")
    }
    guard top >= 0 else { throw Failure(.usage, "--top: a number from 0 (all) up") }
    let result = try common.run(plan)
    try warnOfUnknownField(plan, result)
    var summary = result.stats
    if top > 0 && summary.groups.count > top { summary.groups.removeLast(summary.groups.count - top) }
    var sink = TextSink()
    if common.json {
      StatsReport.json(summary, pretty: Terminal.outputIsTerminal, into: &sink)
    } else if csv {
      StatsReport.csv(summary, rows: every == nil ? .groups : .windows, into: &sink)
    } else {
      StatsReport.text(
        summary, style: common.style, ledger: common.ledger ? .full : .line, notes: [], into: &sink)
    }
    try Terminal.write(&sink)
    try common.finish(summary.ledger)
  }

  /// A field that no line has is more likely a mistake than a fact.
  private func warnOfUnknownField(_ plan: RunPlan, _ result: SerialDriver.Result) throws(Failure) {
    guard let by, plan.wantedFields.contains(by), !result.seenFields.contains(by),
      result.stats.total.requests > 0
    else { return }
    let near = NameSuggestion.closest(to: by, in: result.sampledFields()).map { " (did you mean '\($0)'?)" } ?? ""
    throw Failure(
      .usage, "--by: no record has a field '\(by)'\(near); skein doctor lists the fields that this log has")
  }
}
