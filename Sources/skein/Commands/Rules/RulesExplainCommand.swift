internal import Application
internal import Config
internal import ArgumentParser
internal import LogSource
internal import Pipeline
internal import Report
internal import RulePack
internal import TraceCore

/// `skein rules explain`: where a rule matches a line, and where and why it does not.
struct RulesExplainCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "explain",
    abstract: "Explain what a rule finds in a line, or why it does not.",
    discussion: """
      Several lines are a small log: a record with its continuation lines, or what a rule about traces or a correlation needs.
      Examples:

        skein rules explain http-5xx '2026-11-23 06:50:48,123 ERROR [access] [a1] finished status=502'
        tail -n 20 app.log | skein rules explain pool-leak --rules my-rules.yml -

      Exit codes: 0 the rule raises a finding; 1 it does not; 3 standard input cannot be read; 64 usage (also a mistake in a
      rule).
      """)

  @Argument(help: ArgumentHelp("The rule's id.", valueName: "id"))
  var id: String

  @Argument(help: ArgumentHelp("Lines of a log, or - for standard input.", valueName: "line"))
  var lines: [String] = []

  @OptionGroup var rules: RuleOptions

  @Option(
    help: ArgumentHelp("A layout's name, a pasted log format, or a layout file.", valueName: "layout"))
  var layout: String?

  @OptionGroup var output: OutputOptions<TextFormat>
  @OptionGroup var color: ColorOptions

  func run() throws {
    let set = try rules.load(raisesAll: true)
    guard let rule = set.rules.first(where: { $0.id == id || $0.name == id }) else {
      let near = NameSuggestion.closest(to: id, in: set.rules.map(\.id)).map { "; did you mean '\($0)'?" } ?? ""
      throw Failure(.usage, "no rule has the id '\(id)'\(near) (skein rules list shows all)")
    }
    let text = try self.text()
    var own = OwnLayouts()
    var named = layout
    if let layout, RunSettings.isLayoutFile(layout) {
      own.definitions = try RunSettings.layouts(in: layout).definitions
      own.isNamed = true
      named = nil
    }
    let explanation: RuleExplanation
    do throws(RuleExplainer.Problem) {
      explanation = try RuleExplainer(set, zone: .utc, layout: named, own: own).explanation(of: rule, in: text)
    } catch {
      throw Failure(.usage, "--layout: \(error.message)")
    }
    var plan = RunPlan(input: .memory(text, name: "-"))
    plan.layout = named
    plan.own = own
    plan.rules = ScanRules(set: set, lines: RuleLoader.lines(set))
    let findings: [Finding]
    do throws(RunError) {
      findings = try Driver(plan: plan).run().findings?.findings.filter { $0.rule.id == rule.id } ?? []
    } catch {
      throw Failure(error)
    }
    var sink = TextSink()
    if output.chosen == .json {
      ExplainReport.json(explanation, findings: findings, pretty: Terminal.outputIsTerminal, into: &sink)
    } else {
      ExplainReport.text(explanation, findings: findings, style: color.style, into: &sink)
    }
    try Terminal.write(&sink)
    if findings.isEmpty { throw Ending(.negative) }
  }

  private func text() throws(Failure) -> [UInt8] {
    if lines.isEmpty && Terminal.inputIsTerminal {
      throw Failure(.usage, "no line given; write one after the id, or pipe some in (see skein rules explain --help)")
    }
    guard lines.isEmpty || lines == ["-"] else { return Array((lines.joined(separator: "\n") + "\n").utf8) }
    do throws(SourceError) {
      return try ConfigurationFile.readStandardInput()
    } catch {
      throw Failure(error)
    }
  }
}
