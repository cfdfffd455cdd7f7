internal import Analysis
internal import Application
internal import ArgumentParser
internal import Config
internal import Pipeline
internal import Report
internal import RulePack
internal import TraceCore

/// `skein stats`: latency and errors by route and over time.
struct StatsCommand: LogCommand {
  static let configuration = CommandConfiguration(
    commandName: "stats",
    abstract: "Latency and errors, by route and over time.",
    discussion: """
      With -o a document of a load test is written as well: latencies by route,
      throughput, requests in flight, errors, and whether the objectives of a gate
      hold over all that was measured. docs/load-test.md runs one.

        skein stats app.log*
        skein stats -o benchmarks --gate load.yml --since 10m app.log

      Exit codes: 0 done; 3 data or I/O error, or a gap under --strict; 64 usage; with
      --gate 1 an objective is missed, 2 it is not decided.
      """)

  @OptionGroup var input: InputOptions
  @OptionGroup var threads: ThreadOptions
  @OptionGroup var requests: RequestSourceOptions
  @OptionGroup var lives: LifeOptions
  @OptionGroup var span: RequestSpanOptions
  @OptionGroup var condition: RequestConditionOptions
  @OptionGroup var output: TableOutputOptions
  @OptionGroup var color: ColorOptions
  @OptionGroup var ledger: LedgerOptions
  @OptionGroup var redaction: RedactionOptions

  @Option(
    name: [.customShort("o"), .customLong("output")],
    help: ArgumentHelp(
      "Write what a load test has measured as Markdown, redacted: a folder for benchmark_YYYYMMDD_HHMMSS.md, made if it is missing, or a file (.md).",
      valueName: "folder|file"),
    completion: .directory)
  var document: String?

  @Option(
    help: ArgumentHelp(
      "With -o: a gate (YAML) whose objectives are the criteria, judged over the whole span.", valueName: "gate"),
    completion: .file(extensions: ["yml", "yaml"]))
  var gate: String?

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
    guard gate == nil || document != nil else {
      throw Failure(
        .usage, "--gate: what comes of the criteria is written into a document: give -o FOLDER; skein gate prints it")
    }
    let definition = try gate.map(LiveEventOptions.read)
    let redactor = try redaction.redactor()
    var plan = try settings.plan()
    let target = try document.map(PageTarget.init)
    plan.groupBy = by
    if let every {
      plan.every = try RunSettings.duration(every, option: "--every")
    }
    guard top >= 0 else { throw Failure(.usage, "--top: a number from 0 (all) up") }
    plan.inFlight = [.min ..< .max]
    if definition != nil { plan.input = try LogRun.repeatable(plan.input) }
    let result = try LogRun.run(plan)
    try refuseUnknownFields(plan, result)
    var summary = result.stats
    summary.inFlight = result.inFlight.first
    let whole = summary
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
    guard let target else { return try ledger.finish(summary.ledger) }
    // Of a file that is no log there is no document.
    if summary.ledger.totals.records == 0 { try ledger.finish(summary.ledger) }
    let verdict = try definition.flatMap { try self.verdict(of: $0, whole, plan) }
    try write(whole, definition, verdict, plan, to: target, redactor)
    guard definition != nil else { return try ledger.finish(summary.ledger) }
    try LedgerCheck(isStrict: ledger.strict.strict).finish(summary.ledger, verdict: verdict)
  }

  // MARK: The document of a load test

  /// What the objectives say of all that was measured; nil where nothing was.
  private func verdict(of gate: GateDefinition, _ summary: StatsSummary, _ plan: RunPlan) throws(Failure) -> Verdict? {
    guard summary.firstTime != EventTime.none, summary.total.requests > 0 else { return nil }
    var plan = plan
    if gate.asksForFindings {
      let set = try RuleOptions.load([])
      plan.rules = ScanRules(set: set, lines: RuleLoader.lines(set))
    }
    // The last record is of the span, and what --until leaves out is not.
    let end = min(summary.lastTime.plus(1), plan.until ?? .max)
    return try GateReplay(plan: plan, settings: settings).verdict(
      of: gate, from: summary.firstTime, to: end, pass: "criteria")
  }

  private func write(
    _ summary: StatsSummary, _ gate: GateDefinition?, _ verdict: Verdict?, _ plan: RunPlan, to target: PageTarget,
    _ redactor: Redactor?
  ) throws(Failure) {
    var own: [String] = []
    for (name, value) in [("-o", document), ("--gate", self.gate), ("--by", by)] {
      if let value { own += [name, value] }
    }
    for file in redaction.files { own += ["--redact", file] }
    if redaction.isOff { own.append("--no-redaction") }
    var page = BenchmarkDocument(
      title: LogRun.title(plan.input), stats: summary,
      criteria: gate.map { BenchmarkDocument.Criteria(gate: $0.name, verdict: verdict) },
      command: ReplayCommand(settings, input: plan.input).line(.stats, own),
      notes: input.notes + condition.notes + notes(summary))
    if let redactor { page = page.redacted(by: redactor) }
    var sink = TextSink()
    BenchmarkReport.markdown(page, into: &sink)
    try target.write(&sink, named: BenchmarkReport.fileName(page.stats))
    if let gate {
      let said = verdict.map { "\($0.state.rawValue): \($0.reason)" } ?? "not judged: nothing was measured"
      Terminal.writeError("skein: criteria of \(Escape.terminal(gate.name)): \(Escape.terminal(said))\n")
    }
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
