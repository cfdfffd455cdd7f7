internal import Application
internal import ArgumentParser
internal import Config
internal import LogSource
internal import Pipeline
internal import Report
internal import RulePack
internal import TraceCore

/// `skein rules backtest`: what rules would have raised over a log of the past.
struct RulesBacktestCommand: LogCommand {
  static let configuration = CommandConfiguration(
    commandName: "backtest",
    abstract: "Tell how many alerts an hour each rule would have raised over a log.",
    discussion: """
      PACK is the name of a pack that is built in (several with commas between, or all), a file of rules or a folder of
      them; what follows are logs. Examples:

        skein rules backtest http app.log*
        skein rules backtest my-rules.yml --suppressions hidden.yml app.log*

      Exit codes: 0 done; 3 data or I/O error, or a gap under --strict; 64 usage (also a mistake in a rule).
      """)

  @Argument(
    help: ArgumentHelp("A built-in pack, or a file or folder of rules.", valueName: "pack"), completion: .file()
  )
  var pack: String

  @OptionGroup var input: InputOptions
  @OptionGroup var threads: ThreadOptions
  @OptionGroup var requests: RequestSourceOptions
  @OptionGroup var lives: LifeOptions
  @OptionGroup var selection: RuleSelectionOptions
  @OptionGroup var output: OutputOptions<TextFormat>
  @OptionGroup var color: ColorOptions
  @OptionGroup var ledger: LedgerOptions

  @Option(
    name: .customLong("rules"),
    help: ArgumentHelp("More rules: a file or a folder. Can be given several times.", valueName: "file|folder"),
    completion: .file())
  var rules: [String] = []

  @Option(
    help: ArgumentHelp("A file of suppressions. Can be given several times.", valueName: "file"), completion: .file())
  var suppressions: [String] = []

  var settings: RunSettings { RunSettings(input, threads, requests, lives, selection) }

  mutating func take(_ value: ProjectSettings.Value) -> Bool {
    input.take(value) || threads.take(value) || requests.take(value) || lives.take(value)
  }

  func run() throws {
    let set = try RuleOptions.load(pack: pack, with: rules, suppressions: suppressions)
    var plan = try settings.plan()
    plan.rules = ScanRules(set: set, lines: RuleLoader.lines(set))
    let result = try LogRun.run(plan)
    guard let findings = result.findings else { return }
    let summary = result.stats
    let backtest = Backtest(findings, of: set, start: summary.firstTime, end: summary.lastTime)
    var sink = TextSink()
    if output.chosen == .json {
      BacktestReport.json(backtest, ledger: summary.ledger, pretty: Terminal.outputIsTerminal, into: &sink)
    } else {
      BacktestReport.text(
        backtest, style: color.style, ledger: summary.ledger, detail: ledger.detail,
        notes: input.notes,
        into: &sink)
    }
    try Terminal.write(&sink)
    try ledger.finish(summary.ledger)
  }
}
