internal import Application
internal import ArgumentParser
internal import Config
internal import Report

/// `skein alerts send`: a test message.
struct AlertsSendCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "send",
    abstract: "Send a test message: that an incident has begun, then that it is over.",
    discussion: """
      It says that it is a test, with severity P1. PagerDuty notifies whoever is on call, and takes it back.

      Exit codes: 0 all took it; 3 one did not, or a key is missing; 64 a mistake in the file.
      """)

  @Argument(help: ArgumentHelp("The file of alerts (YAML).", valueName: "file"), completion: .file())
  var file: String

  @Option(help: ArgumentHelp("A receiver. Can be given several times. (default: all)", valueName: "name"))
  var receiver: [String] = []

  func run() throws {
    let settings = try AlertSettingsReader.read(path: file)
    let names = settings.receivers.map(\.name)
    for name in receiver where !names.contains(name) {
      let near = NameSuggestion.closest(to: name, in: names).map { "; did you mean '\($0)'?" } ?? ""
      throw Failure(.usage, "--receiver: \(file) has no receiver '\(name)'\(near)")
    }
    let named = receiver
    var hasFailed = false
    for receiver in settings.receivers where named.isEmpty || named.contains(receiver.name) {
      var sink = TextSink()
      if let problem = try AlertCheck.send(receiver) {
        hasFailed = true
        sink.writeLine("\(Escape.terminal(receiver.name)): not taken: \(problem)")
      } else {
        sink.writeLine("\(Escape.terminal(receiver.name)): taken")
      }
      try Terminal.write(&sink)
    }
    if hasFailed { throw Ending(.data) }
  }
}
