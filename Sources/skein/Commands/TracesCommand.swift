internal import Application
internal import Config
internal import ArgumentParser
internal import Pipeline
internal import Report
internal import TraceCore

/// `skein traces`: one row a trace, the worst first.
struct TracesCommand: LogCommand {
  static let configuration = CommandConfiguration(
    commandName: "traces",
    abstract: "One row a trace, the worst first.",
    discussion: """
      --where takes an expression about the trace: its status, route and duration are its last request's; any(...),
      all(...) and count(...) look at its records. Examples:

        skein traces --where 'status >= 500 and duration > 300ms' app.log*
        skein traces --where 'count(level >= error) >= 3' --sort errors app.log*

      Exit codes: 0 done; 3 data or I/O error, or a gap under --strict; 64 usage.
      """)

  @OptionGroup var input: InputOptions
  @OptionGroup var threads: ThreadOptions
  @OptionGroup var requests: RequestSourceOptions
  @OptionGroup var lives: LifeOptions
  @OptionGroup var span: TraceSpanOptions
  @OptionGroup var condition: TraceConditionOptions
  @OptionGroup var output: TableOutputOptions
  @OptionGroup var color: ColorOptions
  @OptionGroup var ledger: LedgerOptions

  @Option(help: ArgumentHelp("Order: duration, start, lines or errors; the greatest first.", valueName: "order"))
  var sort: TraceRanking.Order = .duration

  @Option(help: ArgumentHelp("Only the first N traces; 0 for all, as --all.", valueName: "n"))
  var top = 20

  @Flag(help: "All traces, in the order in which they end; with --json (one object per line) or --csv.")
  var all = false

  @Flag(help: "With --json: the records of each trace with their lines, in a second pass.")
  var lines = false

  var settings: RunSettings { RunSettings(input, threads, requests, lives, span, condition) }

  mutating func take(_ value: ProjectSettings.Value) -> Bool {
    input.take(value) || threads.take(value) || requests.take(value) || lives.take(value)
  }

  func run() throws {
    guard top >= 0 else { throw Failure(.usage, "--top: a number from 0 (all) up") }
    let isWhole = all || top == 0
    guard !isWhole || output.chosen != .text else {
      throw Failure(
        .usage,
        "\(all ? "--all" : "--top 0"): give --json (one object a line) or --csv with it; a table of all traces helps nobody"
      )
    }
    guard !lines || output.chosen == .json && !isWhole else {
      throw Failure(.usage, "--lines: needs --json, and not --all")
    }
    var plan = try settings.plan()
    if lines { plan.input = try LogRun.repeatable(plan.input) }
    if isWhole {
      try streamAll(plan)
      return
    }
    var result = try LogRun.run(plan, ranking: TraceRanking(order: sort, most: top))
    try warnOfUnknownFields(plan, result)
    guard let ranking = result.ranking else { return }
    var sink = TextSink()
    switch output.chosen {
    case .csv:
      var writer = CSVWriter(sink: sink, forTerminal: Terminal.outputIsTerminal)
      TracesReport.csvHeader(into: &writer)
      for row in ranking.rows { TracesReport.csvRow(row.trace, into: &writer) }
      sink = writer.sink
    case .json:
      var evidence: [UInt64: EvidenceTrace] = [:]
      if lines { evidence = try records(of: ranking, plan) }
      var stream = TracesReport.JSONStream(matched: ranking.matched, pretty: Terminal.outputIsTerminal, sink: sink)
      for row in ranking.rows { stream.row(row.trace, log: lines ? evidence[row.life]?.records ?? [] : nil) }
      sink = stream.finish(result.stats.ledger)
    case .text:
      TracesReport.text(
        ranking.rows.map(\.trace), matched: ranking.matched, order: words(sort), style: color.style,
        ledger: result.stats.ledger, detail: ledger.detail, into: &sink)
    }
    result.ranking = nil
    try Terminal.write(&sink)
    try ledger.finish(result.stats.ledger)
  }

  private func words(_ order: TraceRanking.Order) -> String {
    switch order {
    case .duration: "longest first"
    case .start: "newest first"
    case .lines: "most lines first"
    case .errors: "most errors first"
    }
  }

  /// A name that occurs in no line is more likely a mistake than a fact.
  private func warnOfUnknownFields(_ plan: RunPlan, _ result: Driver.Result) throws(Failure) {
    guard let filter = plan.filter else { return }
    let unknown = filter.fieldNames.filter { !result.seenFields.contains($0) }
    guard !unknown.isEmpty, result.stats.ledger.totals.records > 0 else { return }
    let hints = unknown.map { name in
      let near = NameSuggestion.closest(to: name, in: result.sampledFields())
      return "'\(name)'" + (near.map { " (did you mean '\($0)'?)" } ?? "")
    }
    throw Failure(
      .usage,
      "--where: no record has a field \(hints.joined(separator: ", ")); skein doctor lists the fields that this log has"
    )
  }

  /// A second pass over the same input for the records of the rows.
  private func records(of ranking: TraceRanking, _ plan: RunPlan) throws(Failure) -> [UInt64: EvidenceTrace] {
    var ids = LabelTable()
    for row in ranking.rows { _ = ids.intern(row.trace.id) }
    var second = plan
    second.includesSteps = true
    let result = try LogRun.run(second, evidence: EvidenceCollector(.ids(ids)))
    let omitted = result.evidence.reduce(0) { $0 + $1.omitted + $1.omittedLines }
    if omitted > 0 {
      Terminal.writeError(
        "skein: --lines: 8 MiB of text are kept; \(omitted) more records and lines were left out; ask for fewer traces (--top) or for one (skein show)\n"
      )
    }
    return Dictionary(uniqueKeysWithValues: result.evidence.map { ($0.life, $0) })
  }

  private func streamAll(_ plan: RunPlan) throws(Failure) {
    var sink = TextSink()
    var failure: Failure?
    let asCSV = output.chosen == .csv
    if asCSV {
      var writer = CSVWriter(sink: sink, forTerminal: Terminal.outputIsTerminal)
      TracesReport.csvHeader(into: &writer)
      sink = writer.sink
    }
    let ranking = TraceRanking(order: .start, most: 0) { trace in
      if asCSV {
        var writer = CSVWriter(sink: sink, forTerminal: Terminal.outputIsTerminal)
        sink = TextSink()
        TracesReport.csvRow(trace, into: &writer)
        sink = writer.sink
      } else {
        TracesReport.jsonLine(trace, into: &sink)
      }
      guard sink.bytes.count > 64 * 1024, failure == nil else { return }
      do throws(Failure) { try Terminal.write(&sink) } catch { failure = error }
    }
    let result = try LogRun.run(plan, ranking: ranking)
    if let failure { throw failure }
    try warnOfUnknownFields(plan, result)
    if !asCSV { TracesReport.jsonLedgerLine(result.stats.ledger, into: &sink) }
    try Terminal.write(&sink)
    try ledger.finish(result.stats.ledger)
  }
}

extension TraceRanking.Order: ExpressibleByArgument {}
