internal import ArgumentParser
internal import Pipeline
internal import Report
internal import RulePack
internal import TraceCore

/// `skein scan`: rules applied to lines and traces; what they found.
struct ScanCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "scan",
    abstract: "Find anomalies with rules: findings by severity, with evidence.",
    discussion: """
      The packs that are built in are applied, and those given by --rules. Examples:

        skein scan app.log*
        skein scan --rules rules/ --packs none app.log*
        skein scan --fail-on P1 --format sarif app.log* > findings.sarif

      Exit codes: 0 done; 1 --fail-on was reached; 3 data or I/O error, or a gap under --strict; 64 usage (also a mistake
      in a rule).
      """)

  @OptionGroup var common: CommonOptions
  @OptionGroup var rules: RuleOptions

  @Option(help: ArgumentHelp("Exit with 1 if there is a finding of this severity or a worse one.", valueName: "P0-P3"))
  var failOn: String?

  @Option(help: ArgumentHelp("text, json (as --json) or sarif.", valueName: "format"))
  var format: Format?

  enum Format: String, ExpressibleByArgument, CaseIterable { case text, json, sarif }

  func run() throws {
    let limit = try severity()
    let set = try rules.load()
    var plan = try common.plan()
    plan.rules = ScanRules(set: set, lines: RuleLoader.lines(set))
    let result = try common.run(plan)
    guard let findings = result.findings else { return }
    var sink = TextSink()
    for finding in findings.findings {
      sink.writeLine(
        "\(finding.rule.severity.name) \(finding.rule.id) \(finding.kind.rawValue) ×\(finding.count) \(EventTime.rfc3339(finding.first)) \(EventTime.rfc3339(finding.last)) \(finding.group.map { "\($0.name)=\($0.value ?? "-")" }) traces \(finding.traceCount) \(finding.message)"
      )
      if let example = finding.example { sink.writeLine("   \(example.path):\(example.line): \(Escape.terminal(example.text))") }
    }
    try Terminal.write(&sink)
    try common.finish(result.stats.ledger)
    if let limit, findings.findings.contains(where: { $0.rule.severity <= limit }) {
      throw ExitCode(ExitReason.negative.rawValue)
    }
  }

  private func severity() throws(Failure) -> Severity? {
    guard let failOn else { return nil }
    guard let severity = Severity(failOn) else {
      throw Failure(.usage, "--fail-on: '\(failOn)' is no severity; write P0, P1, P2 or P3")
    }
    return severity
  }
}
