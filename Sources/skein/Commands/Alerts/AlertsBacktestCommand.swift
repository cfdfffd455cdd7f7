internal import Analysis
internal import Application
internal import ArgumentParser
internal import Config
internal import LogSource
internal import Pipeline
internal import Report
internal import RulePack
internal import TraceCore

/// `skein alerts backtest`: what would have been sent over logs of the past.
struct AlertsBacktestCommand: LogCommand {
  static let configuration = CommandConfiguration(
    commandName: "backtest",
    abstract: "Show each message that a file of alerts would have sent over logs of the past.",
    discussion: """
      Nothing is sent. The clock is that of the log, and receivers take everything at once. Examples:

        skein alerts backtest alerts.yml app.log*
        skein alerts backtest alerts.yml --json app.log* | jq .messages

      Exit codes: 0 done; 3 data or I/O error, or a gap under --strict; 64 usage, or a mistake in the file.
      """)

  @Argument(help: ArgumentHelp("The file of alerts (YAML).", valueName: "file"), completion: .file())
  var file: String

  @OptionGroup var input: InputOptions
  @OptionGroup var threads: ThreadOptions
  @OptionGroup var requests: RequestSourceOptions
  @OptionGroup var lives: LifeOptions
  @OptionGroup var live: LiveEventOptions
  @OptionGroup var output: OutputOptions<TextFormat>
  @OptionGroup var color: ColorOptions
  @OptionGroup var ledger: LedgerOptions

  var settings: RunSettings { RunSettings(input, threads, requests, lives, live.rules) }

  mutating func take(_ value: ProjectSettings.Value) -> Bool {
    input.take(value) || threads.take(value) || requests.take(value) || lives.take(value)
  }

  func run() throws {
    let alerts = try AlertSettingsReader.read(path: file)
    var plan = try settings.plan()
    try live.apply(to: &plan, gate: nil, settings)
    try LiveEventOptions.apply(alerts, to: &plan)
    let redactor = try live.redaction.rules(secretsOf: plan.rules?.set).map { Redactor($0) }
    var backtest = AlertBacktest(alerts, logs: input.files) { text in redactor?.redacted(text) ?? text }
    let result = try LogRun.run(plan) { (driver) throws(RunError) in
      try driver.run { event in
        switch event {
        case .alert(let change): backtest.take(change)
        case .window(let window): backtest.advance(to: window.summary.end)
        case .finding, .mark, .verdict, .rotation: break
        }
      }
    }
    var sink = TextSink()
    let report = AlertReport.Backtest(
      messages: backtest.sent.map {
        AlertReport.Sent(time: $0.time, receiver: $0.receiver, kind: $0.kind, isPage: $0.isPage, message: $0.message)
      }, incidents: backtest.incidents, first: result.stats.firstTime, last: result.stats.lastTime,
      budgets: result.budgets)
    if output.chosen == .json {
      AlertReport.json(report, ledger: result.stats.ledger, pretty: Terminal.outputIsTerminal, into: &sink)
    } else {
      AlertReport.text(report, style: color.style, ledger: result.stats.ledger, detail: ledger.detail, into: &sink)
    }
    try Terminal.write(&sink)
    try ledger.finish(result.stats.ledger)
  }
}
