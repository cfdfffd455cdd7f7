internal import Application
internal import ArgumentParser
internal import Config
internal import Pipeline
internal import Report
internal import TraceCore

/// `skein stats`: latency and errors by route and over time.
struct StatsCommand: LogCommand {
  static let configuration = CommandConfiguration(
    commandName: "stats",
    abstract: "Latency and errors, by route and over time.",
    discussion: "Exit codes: 0 done; 3 data or I/O error, or a gap under --strict; 64 usage.")

  @OptionGroup var input: InputOptions
  @OptionGroup var threads: ThreadOptions
  @OptionGroup var requests: RequestSourceOptions
  @OptionGroup var lives: LifeOptions
  @OptionGroup var span: RequestSpanOptions
  @OptionGroup var condition: RequestConditionOptions
  @OptionGroup var output: TableOutputOptions
  @OptionGroup var color: ColorOptions
  @OptionGroup var ledger: LedgerOptions

  @Option(
    help: ArgumentHelp("Group by this field instead of the route: status, version, any field.", valueName: "field"))
  var by: String?

  @Option(help: ArgumentHelp("The same figures for every span of this length.", valueName: "duration"))
  var every: String?

  @Option(help: ArgumentHelp("Only the first N groups; 0 for all.", valueName: "n"))
  var top = 0

  var settings: RunSettings { RunSettings(input, threads, requests, lives, span, condition) }

  mutating func take(_ value: ProjectSettings.Value) -> Bool {
    input.take(value) || threads.take(value) || requests.take(value) || lives.take(value)
  }

  func run() throws {
    var plan = try settings.plan()
    plan.groupBy = by
    if let every {
      plan.every = try RunSettings.duration(every, option: "--every")
    }
    guard top >= 0 else { throw Failure(.usage, "--top: a number from 0 (all) up") }
    let result = try LogRun.run(plan)
    try refuseUnknownFields(plan, result)
    var summary = result.stats
    if top > 0 && summary.groups.count > top { summary.groups.removeLast(summary.groups.count - top) }
    var sink = TextSink()
    switch output.chosen {
    case .json: StatsReport.json(summary, pretty: Terminal.outputIsTerminal, into: &sink)
    case .csv: StatsReport.csv(summary, rows: every == nil ? .groups : .windows, into: &sink)
    case .text:
      StatsReport.text(
        summary, style: color.style, ledger: ledger.detail, notes: input.notes + notes(summary),
        into: &sink)
    }
    try Terminal.write(&sink)
    try ledger.finish(summary.ledger)
  }

  /// A log without requests says nothing about the expression, not even that a pattern was given up.
  private func notes(_ summary: StatsSummary) -> [String] {
    guard condition.expression != nil, summary.sources.isEmpty, summary.total.requests == 0,
      summary.ledger.totals.records > 0
    else { return [] }
    return ["--where was evaluated on no record, since none ends a request; skein filter evaluates it on all records"]
  }

  /// A field that no line has is more likely a mistake than a fact.
  private func refuseUnknownFields(_ plan: RunPlan, _ result: Driver.Result) throws(Failure) {
    try LogRun.refuseUnknownFields(of: plan, result)
    if let by, plan.wantedFields.contains(by), !result.seenFields.contains(by), result.stats.total.requests > 0 {
      throw Failure(.usage, LogRun.unknown(by, option: "--by", in: result.sampledFields()))
    }
  }
}
