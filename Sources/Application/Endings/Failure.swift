package import Pipeline
package import LogSource

/// What the exit codes mean (docs/cli.md, "Exit codes").
package enum ExitReason: Int32 {
  case done = 0
  /// `show` found no such id, `filter` matched nothing, a gate failed.
  case negative = 1
  /// A gate could not decide.
  case inconclusive = 2
  /// Data or I/O error, or a gap under `--strict`.
  case data = 3
  /// A gate has nothing against the new version after a stage that others follow; no pass.
  case goesOn = 4
  /// The command line is wrong.
  case usage = 64
  /// A fault of skein's own.
  case fault = 70
}

/// Ends a command with an exit code where everything was said.
package struct Ending: Error {
  package var code: ExitReason

  package init(_ code: ExitReason) { self.code = code }
}

/// Ends a command with a message and an exit code.
package struct Failure: Error {
  package var code: ExitReason
  /// What, where, what to do; without a final full stop or newline.
  package var message: String

  package init(_ code: ExitReason, _ message: String) {
    self.code = code
    self.message = message
  }

  package init(_ error: RunError) {
    switch error {
    case .source(let error): self.init(error)
    case .usage(let message): self.init(.usage, message)
    }
  }

  package init(_ error: SourceError) {
    // Naming standard input twice is a mistake in the command line; all else is in the data.
    if case .readTwice = error { self.init(.usage, error.message) } else { self.init(.data, error.message) }
  }
}
