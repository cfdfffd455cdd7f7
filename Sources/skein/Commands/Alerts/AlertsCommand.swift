internal import Application
internal import ArgumentParser

/// `skein alerts`: try out who is sent what.
struct AlertsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "alerts",
    abstract: "Check a file of alerts, try it on logs of the past, send a test.",
    discussion: """
      A file of alerts says who is sent what about incidents: follow and serve take it with --alerts. Examples:

        skein alerts test     alerts.yml
        skein alerts backtest alerts.yml app.log*
        skein alerts send     alerts.yml --receiver team
      """,
    subcommands: [AlertsTestCommand.self, AlertsBacktestCommand.self, AlertsSendCommand.self])
}
