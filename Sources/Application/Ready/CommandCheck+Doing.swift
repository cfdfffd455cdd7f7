package import Analysis
internal import Platform
internal import Report

extension CommandCheck {
  /// Runs the command and says whether it ended as expected.
  ///
  /// - Parameter base: the checklist's folder.
  package func result(
    in base: ChecklistFolder, limits: CommandRun.Limits = .init(), clock: () -> Int64, shouldStop: () -> Bool
  ) -> ItemResult {
    let shown = words.map(ShellWord.quoted).joined(separator: " ")
    var evidence = [ItemResult.Evidence.note("command: \(shown)\(folder.map { " (in \($0))" } ?? "")")]
    let place = base.path(of: folder ?? ".")
    guard AtomicFile.isFolder(place) else {
      return ItemResult(.unknown, "it was not run: \(folder ?? ".") is no folder", evidence: evidence)
    }
    let run = CommandRun(words, folder: place, limit: limit, limits: limits, clock: clock, shouldStop: shouldStop)
    if run.written > 0 { evidence.append(.output(run.lines, omitted: run.omitted)) }
    switch run.outcome {
    case .notStarted(let reason):
      return ItemResult(
        .unknown, "\(words[0]) could not be run: \(reason)",
        advice: "Install it, or name it with its path; it is looked up in PATH of whoever runs skein.",
        evidence: evidence)
    case .interrupted: return ItemResult(.unknown, "it was interrupted", evidence: evidence)
    case .timedOut:
      return ItemResult(
        .fail, "it was not done within \(RoundDuration.text(limit)) and was stopped",
        advice: "Find out what it waits for, or give it more time with 'within'.", evidence: evidence)
    case .ended(.signalled(let signal)):
      return ItemResult(.fail, "it was ended by signal \(signal)", evidence: evidence)
    case .ended(.exited(let code)) where code == exitCode:
      return ItemResult(.pass, "exit code \(code)", evidence: evidence)
    case .ended(.exited(let code)):
      return ItemResult(.fail, "exit code \(code), not \(exitCode)", evidence: evidence)
    }
  }
}
