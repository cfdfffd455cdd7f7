internal import Config
internal import Analysis
internal import ArgumentParser
internal import Pipeline
internal import Report
internal import TraceCore

/// `skein templates`: what a log says, by message template.
struct TemplatesCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "templates",
    abstract: "What the log says, by message template: how often, how bad, since when.",
    discussion: """
      Messages that differ in values alone have one template, with <*> where the values stand. Examples:

        skein templates app.log*
        skein templates --where 'level >= warn' --sort rare app.log*
        skein templates --json app.log* | jq -r '.templates[] | [.count, .template] | @tsv'

      --since and --until select records by their time.

      Exit codes: 0 done; 3 data or I/O error, or a gap under --strict; 64 usage.
      """)

  @OptionGroup var common: CommonOptions

  @Option(
    name: .customLong("where"), help: ArgumentHelp("Only records for which this holds.", valueName: "expression"))
  var expression: String?

  @Option(help: ArgumentHelp("Show only the first N templates; 0 for all. --json and --csv have all.", valueName: "n"))
  var top = 40

  @Option(help: ArgumentHelp("count (most frequent first), first (as they appeared) or rare.", valueName: "order"))
  var sort: TemplateSummary.Order = .count

  @Flag(help: "Write CSV.")
  var csv = false

  func run() throws {
    guard top >= 0 else { throw Failure(.usage, "--top: a number from 0 (all) up") }
    var plan = try common.plan()
    plan.keepsMessages = true
    plan.recordFilter = try expression.map(TemplatesCommand.filter)
    let result = try common.run(plan) { (driver) throws(RunError) in try driver.templates() }
    try refuseUnknownFields(plan, result)
    var summary = result.summary
    summary.sort(by: sort)
    var sink = TextSink()
    if common.json {
      TemplatesReport.json(summary, ledger: result.ledger, pretty: Terminal.outputIsTerminal, into: &sink)
    } else if csv {
      TemplatesReport.csv(summary, forTerminal: Terminal.outputIsTerminal, into: &sink)
    } else {
      TemplatesReport.text(
        summary, top: top, order: sort, style: common.style, ledger: result.ledger,
        detail: common.ledger ? .full : .line, notes: common.notes, into: &sink)
    }
    try Terminal.write(&sink)
    try common.finish(result.ledger)
  }

  private static func filter(_ text: String) throws(Failure) -> FilterExpression {
    do throws(FilterError) {
      return try FilterExpression(parsing: text)
    } catch {
      throw Failure(.usage, "--where: \(error.render(expression: text))")
    }
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
