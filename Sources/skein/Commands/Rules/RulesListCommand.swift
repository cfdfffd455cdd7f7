internal import Application
internal import ArgumentParser
internal import Report
internal import RulePack

/// `skein rules list`: the rules that a scan would apply.
struct RulesListCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "list",
    abstract: "List rules: id, severity, kind, title, pack.",
    discussion: """
      Without files, the packs that are built in are listed.

      Exit codes: 0 done; 3 a file cannot be read; 64 usage (also a mistake in a rule).
      """)

  @Argument(help: ArgumentHelp("Files of rules, or folders of them.", valueName: "file|folder"), completion: .file())
  var files: [String] = []

  @OptionGroup var output: OutputOptions<TextFormat>
  @OptionGroup var color: ColorOptions

  func run() throws {
    let rules = try RuleOptions.load(files).rules
    var sink = TextSink()
    if output.chosen == .json {
      RulesReport.json(rules, pretty: Terminal.outputIsTerminal, into: &sink)
    } else {
      RulesReport.text(rules, style: color.style, into: &sink)
    }
    try Terminal.write(&sink)
  }
}
