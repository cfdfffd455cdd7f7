internal import Application
internal import ArgumentParser
internal import Pipeline
internal import Report
internal import RulePack

/// `skein rules lint`: mistakes in rules, and what could be better in them.
struct RulesLintCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "lint",
    abstract: "Check rules: mistakes, patterns that cost too much, names that mean nothing, samples.",
    discussion: """
      Without files, the packs that are built in are checked. Examples:

        skein rules lint rules/
        skein rules lint --strict --json my-pack.yml

      Exit codes: 0 no errors (also with warnings); 1 a sample does not behave as stated, or a warning under --strict; 3 a
      file cannot be read; 64 usage, or a mistake that keeps the rules from loading.
      """)

  @Argument(help: ArgumentHelp("Files of rules, or folders of them.", valueName: "file|folder"), completion: .file())
  var files: [String] = []

  @Flag(help: "Exit with 1 if there is a warning.")
  var strict = false

  @OptionGroup var output: OutputOptions<TextFormat>
  @OptionGroup var color: ColorOptions

  func run() throws {
    let linter: RuleLinter
    do throws(RuleLoader.Failure) {
      linter = try RuleLinter(paths: files, builtin: files.isEmpty ? nil : [])
    } catch {
      throw Failure(error)
    }
    let counts = LintReport.Counts(rules: linter.rules, samples: linter.samples)
    var sink = TextSink()
    if output.chosen == .json {
      LintReport.json(linter.remarks, counts, pretty: Terminal.outputIsTerminal, into: &sink)
    } else {
      LintReport.text(linter.remarks, counts, style: color.style, into: &sink)
    }
    try Terminal.write(&sink)
    if linter.isUnloadable { throw Ending(.usage) }
    let hasWarning = linter.remarks.contains { $0.level == .warning }
    if linter.hasFailingSamples || (strict && hasWarning) { throw Ending(.negative) }
  }
}
