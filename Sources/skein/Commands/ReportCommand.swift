internal import Analysis
internal import Application
internal import ArgumentParser
internal import Config
internal import LogSource
internal import Pipeline
internal import Report
internal import RulePack
internal import TraceCore

/// `skein report`: the incident document.
struct ReportCommand: LogCommand {
  static let configuration = CommandConfiguration(
    commandName: "report",
    abstract: "The incident document: what happened, how bad, since when, with evidence.",
    discussion: """
      Finds the span in which the error rate or latency left its baseline, or takes
      it from --from and --to, and writes what is known of it: impact, timeline,
      routes before, during and after, findings, what sets failing requests apart,
      exemplars, stack traces, recovery, and how each number is made again. What
      people must decide stays blank.

        skein report app.log* > incident.md
        skein report -o incident.html app.log*
        skein report -o incidents/ --format md,html --mark '2026-11-23T06:51:20Z rollback ordered' app.log*

      Addresses, tokens and other personal data are replaced: docs/redaction.md.

      Exit codes: 0 done, also where nothing is wrong; 3 data or I/O error, or a gap
      under --strict; 64 usage.
      """)

  @OptionGroup var input: InputOptions
  @OptionGroup var threads: ThreadOptions
  @OptionGroup var requests: RequestSourceOptions
  @OptionGroup var lives: LifeOptions
  @OptionGroup var span: RequestSpanOptions
  @OptionGroup var condition: RequestConditionOptions
  @OptionGroup var strict: StrictOption
  @OptionGroup var rules: RuleOptions
  @OptionGroup var redaction: RedactionOptions

  @Option(
    name: [.customShort("o"), .long],
    help: ArgumentHelp(
      "Write into this file (.md, .html, .json), or into a folder as incident_YYYYMMDD_HHMMSS.md.",
      valueName: "file|folder"),
    completion: .file())
  var output: String?

  @Option(
    help: ArgumentHelp(
      "md, html, json, or several, separated by commas. (default: by -o, else md)", valueName: "formats"))
  var format: String?

  @Flag(help: "Write JSON with a documented schema: --format json.")
  var json = false

  @Option(help: ArgumentHelp("When the incident began. (default: found automatically)", valueName: "time"))
  var from: String?

  @Option(help: ArgumentHelp("When it ended. (default: found automatically, or the end of the log)", valueName: "time"))
  var to: String?

  @Option(
    help: ArgumentHelp(
      "Something that happened: a time, a blank, and a text. Can be given several times.", valueName: "time text"))
  var mark: [String] = []

  @Option(
    help: ArgumentHelp(
      "A gate (YAML) whose verdicts are put on the timeline, from the first release in the log on.", valueName: "gate"),
    completion: .file(extensions: ["yml", "yaml"]))
  var gate: String?

  @Option(
    name: .customLong("gate-from"), help: ArgumentHelp("When the gate's first stage began.", valueName: "time"))
  var gateFrom: String?

  @Flag(help: "With Markdown in a file: the charts as SVG files beside it.")
  var charts = false

  var settings: RunSettings { RunSettings(input, threads, requests, lives, span, condition, rules) }

  mutating func take(_ value: ProjectSettings.Value) -> Bool {
    input.take(value) || threads.take(value) || requests.take(value) || lives.take(value)
  }

  func run() throws {
    let target = try ReportTarget(output: output, format: format, json: json, charts: charts)
    let marks = try mark.map(ReportCommand.mark)
    let gate = try gate.map(LiveEventOptions.read)
    let gateFrom = try OptionTime.read(gateFrom, option: "--gate-from")
    var plan = try settings.plan()
    plan.input = try LogRun.repeatable(plan.input)
    if rules.packs != "none" || !rules.paths.isEmpty {
      let set = try rules.load()
      plan.rules = ScanRules(set: set, lines: RuleLoader.lines(set))
    }
    let redactor = try redaction.redactor(secretsOf: plan.rules?.set)
    let (document, overview) = try IncidentJob(
      settings: settings, plan: plan,
      span: (try OptionTime.read(from, option: "--from"), try OptionTime.read(to, option: "--to")), marks: marks,
      gate: gate, gateFrom: gateFrom, notes: input.notes + notes, options: ownOptions
    ).run(redactor)
    // Of a file that is no log there is no document.
    if overview.stats.ledger.totals.records == 0 { try strict.finish(overview.stats.ledger) }
    try target.write(document)
    try strict.finish(overview.stats.ledger)
  }

  /// What decides what the document says and is an option of this command alone, as it was given; not where it goes.
  private var ownOptions: [String] {
    var options: [String] = []
    for (name, value) in [
      ("--from", from), ("--to", to), ("--gate", gate), ("--gate-from", gateFrom),
    ] {
      if let value { options += [name, value] }
    }
    for text in mark { options += ["--mark", text] }
    return options
  }

  private var notes: [String] {
    condition.expression == nil
      ? [] : condition.notes + ["findings, messages and stack traces are those of the whole log, whatever --where says"]
  }

  private static func mark(_ text: String) throws(Failure) -> (time: Int64, text: String) {
    let parts = text.split(separator: " ", maxSplits: 1).map(String.init)
    guard parts.count == 2, let time = OptionValue.time(parts[0]) else {
      throw Failure(
        .usage,
        "--mark: '\(text)' is not a time and a text; write for example --mark '2026-11-23T06:51:20Z rollback ordered'")
    }
    return (time, parts[1])
  }
}
