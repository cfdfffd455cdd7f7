internal import Application
internal import Config
internal import Analysis
internal import ArgumentParser
internal import Pipeline
internal import Report
internal import TraceCore

/// `skein templates`: what a log says, by message template.
struct TemplatesCommand: LogCommand {
  static let configuration = CommandConfiguration(
    commandName: "templates",
    abstract: "What the log says, by message template: how often, how bad, since when.",
    discussion: """
      Messages that differ only in values have one template, with <*> in place of the values. Examples:

        skein templates app.log*
        skein templates --where 'level >= warn' --sort rare app.log*
        skein templates --json app.log* | jq -r '.templates[] | [.count, .template] | @tsv'

      --since and --until select records by their time.

      Exit codes: 0 done; 3 data or I/O error, or a gap under --strict; 64 usage.
      """)

  @OptionGroup var input: InputOptions
  @OptionGroup var threads: ThreadOptions
  @OptionGroup var selection: RecordSelectionOptions
  @OptionGroup var output: TableOutputOptions
  @OptionGroup var color: ColorOptions
  @OptionGroup var ledger: LedgerOptions

  @Option(
    help: ArgumentHelp(
      "Only the first N templates; 0 for all. (default: 40 in the table, all in JSON and CSV)", valueName: "n"))
  var top: Int?

  @Option(help: ArgumentHelp("count (most frequent first), first (as they appeared) or rare.", valueName: "order"))
  var sort: TemplateSummary.Order = .count

  var settings: RunSettings { RunSettings(input, threads, selection) }

  mutating func take(_ value: ProjectSettings.Value) -> Bool { input.take(value) || threads.take(value) }

  /// Rows of a table where nothing is said.
  private static let usualRows = 40

  func run() throws {
    guard top ?? 0 >= 0 else { throw Failure(.usage, "--top: a number from 0 (all) up") }
    var plan = try settings.plan()
    plan.messages = .kept
    let result = try LogRun.run(plan) { (driver) throws(RunError) in try driver.templates() }
    try refuseUnknownFields(plan, result)
    var summary = result.summary
    summary.sort(by: sort)
    var sink = TextSink()
    switch output.chosen {
    case .json:
      summary.keep(first: top ?? 0)
      TemplatesReport.json(summary, ledger: result.ledger, pretty: Terminal.outputIsTerminal, into: &sink)
    case .csv:
      summary.keep(first: top ?? 0)
      TemplatesReport.csv(summary, forTerminal: Terminal.outputIsTerminal, into: &sink)
    case .text:
      TemplatesReport.text(
        summary, top: top ?? TemplatesCommand.usualRows, order: sort, style: color.style, ledger: result.ledger,
        detail: ledger.detail, notes: input.notes, into: &sink)
    }
    try Terminal.write(&sink)
    try ledger.finish(result.ledger)
  }

  /// A field that no record has is more likely a mistake than a fact.
  private func refuseUnknownFields(_ plan: RunPlan, _ result: Driver.TemplateResult) throws(Failure) {
    guard result.ledger.totals.records > 0,
      let unknown = plan.recordFilter?.unknownFields(given: result.seenFields).first
    else { return }
    let near = NameSuggestion.closest(to: unknown.name, in: result.sampledFields()) ?? unknown.suggestion
    let hint = near.map { " (did you mean '\($0)'?)" } ?? ""
    throw Failure(
      .usage, "--where: no record has a field '\(unknown.name)'\(hint); skein doctor lists the fields that this log has"
    )
  }
}

extension TemplateSummary.Order: ExpressibleByArgument {}
