internal import Application
internal import ArgumentParser
internal import Config
internal import Report

/// The command `skein`: its subcommands and what holds for all of them.
@main
struct Skein: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "skein",
    abstract: "Untangle the interleaved lines of a log into request traces.",
    discussion: """
      skein reads a service's log and its rotations, groups the lines by request
      id, and reports latency, errors, findings, and whether a deploy was good.

        skein stats  app.log*                          latency and errors by route
        skein traces --where 'status >= 500' app.log*  the worst traces
        skein show   1f0c app.log*                     one trace as a waterfall
        skein scan   app.log*                          what rules find in it
        skein filter 'level >= error' app.log*         the lines of matching records
        skein templates app.log*                       what it says, by message template
        skein follow app.log                           the same while it is written
        skein follow --gate deploy.yml app.log         go or no-go, by exit code
        skein gate   deploy.yml app.log*               the same verdict afterwards
        skein watch  --gate deploy.yml app.log*        the 24 hours after a deploy, by hour
        skein ready  checklist.yml                     is everything in place for a deploy
        skein serve  --checkpoint state.ckpt app.log   for weeks, with pages and metrics
        skein alerts backtest alerts.yml app.log*      who would have been told of what
        skein report -o incident.html app.log*         the incident document
        skein diff   before.log after.log              what changed
        skein fill   report.md app.log*                measured values in a document
        skein doctor app.log                           what this log lacks
      """,
    version: ProgramVersion.text,
    subcommands: [
      StatsCommand.self, TracesCommand.self, ShowCommand.self, ScanCommand.self, FilterCommand.self,
      TemplatesCommand.self, FollowCommand.self, GateCommand.self, WatchCommand.self, ReadyCommand.self,
      ReportCommand.self,
      DiffCommand.self, FillCommand.self, RulesCommand.self, AlertsCommand.self, DoctorCommand.self,
    ] + services)

  /// What is there in a build with the trait `Serve` alone.
  private static var services: [any ParsableCommand.Type] {
    #if Serve
      [ServeCommand.self]
    #else
      []
    #endif
  }

  /// A message about an option that the command does not have, with the commands that have it.
  private static func explained(_ message: String) -> String {
    guard let start = message.firstRange(of: "Unknown option '--")?.upperBound,
      let end = message[start...].firstIndex(of: "'")
    else { return message }
    let name = "--" + message[start..<end]
    let commands = configuration.subcommands.filter { type in
      helpMessage(for: type).split(whereSeparator: { " \n,".contains($0) }).contains { $0 == name }
    }
    guard !commands.isEmpty else { return message }
    let names = commands.map { $0.configuration.commandName ?? "" }.joined(separator: ", ")
    return "\(message[...end]) (it does nothing here; \(names) obey it)\(message[message.index(after: end)...])"
  }

  static func main() {
    Terminal.prepare()
    var settings: [ProjectSettings.Value] = []
    do {
      var command = try parseAsRoot()
      if var reading = command as? any LogCommand {
        try reading.takeSettings()
        reading.noteSettings()
        settings = reading.input.taken.values
        command = reading
      }
      let own = type(of: command)
      if let name = RepeatedOption.first(
        in: Array(CommandLine.arguments.dropFirst()), help: { Skein.helpMessage(for: own, includeHidden: true) })
      {
        throw Failure(.usage, "\(name) is given twice, and one value is taken: leave one of them out")
      }
      try command.run()
    } catch let error as Ending {
      exit(withError: ExitCode(error.code.rawValue))
    } catch let error as Failure {
      Terminal.writeError("skein: \(error.message)\n")
      if error.code == .usage {
        // Whoever gave none of these options has to know where they came from.
        for value in settings {
          Terminal.writeError("skein: \(Escape.terminal(value.text)) is from \(Escape.terminal(value.origin))\n")
        }
      }
      exit(withError: ExitCode(error.code.rawValue))
    } catch {
      let code = exitCode(for: error)
      // Help and versions are asked for; all else is a message, which may quote what was given.
      if code.isSuccess { exit(withError: error) }
      let message = explained(fullMessage(for: error))
      if !message.isEmpty { Terminal.writeError(message + "\n") }
      exit(withError: code)
    }
  }
}
