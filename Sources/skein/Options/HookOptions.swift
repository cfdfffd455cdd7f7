internal import Application
internal import ArgumentParser
internal import RulePack

/// Commands that are run when something happens.
struct HookOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp("Run this with the event as JSON on standard input when a finding begins.", valueName: "command")
  )
  var onAlert: String?

  @Option(help: ArgumentHelp("The mildest severity for which --on-alert is run.", valueName: "P0-P3"))
  var alertOn = "P1"

  @Option(help: ArgumentHelp("Run this with the event as JSON when the gate gives a verdict.", valueName: "command"))
  var onVerdict: String?

  @Option(
    help: ArgumentHelp(
      "Who is sent what about incidents (YAML): Slack, PagerDuty, Alertmanager, webhooks, commands.", valueName: "file"),
    completion: .file(extensions: ["yml", "yaml"]))
  var alerts: String?

  @Option(help: ArgumentHelp("A command that runs longer than this is terminated.", valueName: "duration"))
  var hookTimeout = "10s"

  func settings() throws(Failure) -> HookSettings {
    HookSettings(onAlert: onAlert, severity: try severity(), onVerdict: onVerdict, timeout: hookTimeout)
  }

  /// The severity of `--alert-on`.
  private func severity() throws(Failure) -> Severity {
    guard let severity = Severity(alertOn) else {
      throw Failure(.usage, "--alert-on: '\(alertOn)' is no severity; write P0, P1, P2 or P3")
    }
    return severity
  }
}
