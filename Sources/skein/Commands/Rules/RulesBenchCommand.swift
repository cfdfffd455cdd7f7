internal import Application
internal import ArgumentParser
internal import Pipeline
internal import Report
internal import RulePack
internal import TraceCore

/// `skein rules bench`: what rules cost.
struct RulesBenchCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "bench",
    abstract: "Measure what each rule costs; find rules that never hit and patterns that backtrack.",
    discussion: """
      Without files, the packs that are built in are measured; without --log, on the samples of the rules. Examples:

        skein rules bench --log app.log
        skein rules bench --top 0 my-rules.yml --log app.log --log app.log.1

      Exit codes: 0 done; 3 data or I/O error; 64 usage (also a mistake in a rule).
      """)

  @Argument(help: ArgumentHelp("Files of rules, or folders of them.", valueName: "file|folder"), completion: .file())
  var files: [String] = []

  @Option(
    help: ArgumentHelp("A log to measure on. Can be given several times.", valueName: "file"), completion: .file())
  var log: [String] = []

  @Option(help: ArgumentHelp("Show only the N most expensive rules; 0 for all.", valueName: "n"))
  var top = 20

  @OptionGroup var output: OutputOptions<TextFormat>
  @OptionGroup var color: ColorOptions

  private var logSettings: RunSettings {
    var settings = RunSettings()
    settings.files = log
    return settings
  }

  func run() throws {
    guard top >= 0 else { throw Failure(.usage, "--top: a number from 0 (all) up") }
    let set = try RuleOptions.load(files, raisesAll: true)
    var plan: RunPlan?
    if !log.isEmpty { plan = try logSettings.plan() }
    let bench: RuleBench
    do throws(RunError) {
      bench = try RuleBench(set, plan: plan) { Int64(saturating: Terminal.monotonicSeconds * 1e9) }
    } catch {
      throw Failure(error)
    }
    let found = RuleBenchReport.Findings(
      costs: bench.costs, backtracking: bench.backtracking.map { ($0.rule, $0.pattern, $0.report) }, dead: bench.dead,
      isDeadUnsure: bench.isDeadUnsure, bytes: bench.bytes, ledger: bench.ledger)
    var sink = TextSink()
    if output.chosen == .json {
      RuleBenchReport.json(found, pretty: Terminal.outputIsTerminal, into: &sink)
    } else {
      RuleBenchReport.text(found, top: top, style: color.style, into: &sink)
    }
    try Terminal.write(&sink)
  }
}
