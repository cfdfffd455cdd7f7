internal import Application
internal import ArgumentParser
internal import Config
internal import Report

/// `skein alerts test`: whether a file of alerts is right, and who is told of what.
struct AlertsTestCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "test",
    abstract: "Check a file of alerts: who is told of what, and whether every key is there.",
    discussion: """
      Nothing is sent. Keys are looked for where the file says they are, and not printed.

      Exit codes: 0 all receivers can be sent to; 3 a key or a library is missing; 64 a mistake in the file.
      """)

  @Argument(help: ArgumentHelp("The file of alerts (YAML).", valueName: "file"), completion: .file())
  var file: String

  @OptionGroup var output: OutputOptions<TextFormat>
  @OptionGroup var color: ColorOptions

  func run() throws {
    let settings = try AlertSettingsReader.read(path: file)
    let rows = AlertCheck.rows(settings)
    let objectives = settings.objectives.map { AlertCheck.objective($0, settings) }
    var sink = TextSink()
    if output.chosen == .json {
      AlertReport.json(
        rows.map(\.reported), objectives: objectives, pretty: Terminal.outputIsTerminal, into: &sink)
    } else {
      AlertReport.text(rows.map(\.reported), objectives: objectives, style: color.style, into: &sink)
    }
    try Terminal.write(&sink)
    if rows.contains(where: { $0.problem != nil }) { throw Ending(.data) }
  }
}

extension AlertCheck.Row {
  var reported: AlertReport.Receiver {
    AlertReport.Receiver(name: receiver, kind: kind, problem: problem, severities: severities)
  }
}
