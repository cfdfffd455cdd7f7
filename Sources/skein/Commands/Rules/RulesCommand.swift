internal import Application
internal import ArgumentParser

/// `skein rules`: work on rules themselves.
struct RulesCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "rules",
    abstract: "Check, test and try out rules.",
    subcommands: [
      RulesLintCommand.self, RulesTestCommand.self, RulesListCommand.self, RulesExplainCommand.self,
      RulesBacktestCommand.self, RulesBenchCommand.self,
    ])
}
