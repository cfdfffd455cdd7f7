internal import Application
internal import Config
internal import ArgumentParser
internal import Pipeline
internal import Report
internal import RulePack

/// `skein rules test`: every sample of every rule.
struct RulesTestCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "test",
    abstract: "Run the samples of every rule: each hit must hit, each miss must miss.",
    discussion: """
      Without files, the packs that are built in are tested.

      Exit codes: 0 all samples behave as stated; 1 some do not; 3 a file cannot be read; 64 usage (also a mistake in a rule).
      """)

  @Argument(help: ArgumentHelp("Files of rules, or folders of them.", valueName: "file|folder"), completion: .file())
  var files: [String] = []

  func run() throws {
    let set = try RuleOptions.load(files, raisesAll: true)
    let check = SampleCheck(set)
    var failures: [SampleCheck.Failure] = []
    var samples = 0
    for rule in set.rules {
      samples += rule.samples.hits.count + rule.samples.misses.count
      do throws(RunError) {
        failures += try check.failures(of: rule)
      } catch {
        throw Failure(error)
      }
    }
    var sink = TextSink()
    for failure in failures { sink.writeLine(failure.problem.description) }
    let total = "\(CountText.text(Int64(set.rules.count), "rule")), \(CountText.text(Int64(samples), "sample"))"
    sink.writeLine(failures.isEmpty ? "\(total): all as stated" : "\(total): \(failures.count) not as stated")
    try Terminal.write(&sink)
    if !failures.isEmpty { throw Ending(.negative) }
  }
}
