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

      --since and --until select the records that rules look at, and whole requests by their end.

      Exit codes: 0 done; 1 --fail-on was reached; 3 data or I/O error, or a gap under --strict; 64 usage (also a mistake
      in a rule).
      """)

  @OptionGroup var common: CommonOptions
  @OptionGroup var rules: RuleOptions
  @OptionGroup var redaction: RedactionOptions

  @Option(help: ArgumentHelp("Exit with 1 if there is a finding of this severity or a worse one.", valueName: "P0-P3"))
  var failOn: String?

  @Option(help: ArgumentHelp("text, json (as --json) or sarif.", valueName: "format"))
  var format: Format?

  @Flag(help: "Every finding with all of its lines, notes (P3) too.")
  var full = false

  enum Format: String, ExpressibleByArgument, CaseIterable { case text, json, sarif }

  func run() throws {
    let limit = try severity()
    let set = try rules.load()
    let redactor = try redaction.redactor(secretsOf: set)
    var plan = try common.plan()
    plan.rules = ScanRules(set: set, lines: RuleLoader.lines(set))
    let (findings, ledger) = try common.run(plan) { (driver) throws(RunError) in try driver.scan() }
    var sink = TextSink()
    switch format ?? (common.json ? .json : .text) {
    case .text:
      ScanReport.text(
        findings, style: common.style, ledger: ledger, detail: common.ledger ? .full : .line, full: full,
        notes: common.notes, into: &sink)
    case .json: ScanReport.json(findings, ledger: ledger, into: &sink)
    case .sarif:
      SARIFReport.write(
        redactor.map(findings.redacted) ?? findings, rules: set.rules, version: Skein.version, ledger: ledger,
        redact: { text in redactor?.redacted(text) ?? text }, pretty: Terminal.outputIsTerminal, into: &sink)
    }
    try Terminal.write(&sink)
    // What was found is proven, whatever else is missing.
    if let limit, ScanCommand.reaches(limit, findings) { throw ExitCode(ExitReason.negative.rawValue) }
    try common.finish(ledger)
  }

  /// Also what was counted and not kept; not a pattern that was given up on, which found nothing.
  private static func reaches(_ limit: Severity, _ findings: Findings) -> Bool {
    findings.unkept.contains { $0.key <= limit && $0.value > 0 }
      || findings.findings.contains { $0.kind == .rule && $0.rule.severity <= limit }
  }

  private func severity() throws(Failure) -> Severity? {
    guard let failOn else { return nil }
    guard let severity = Severity(failOn) else {
      throw Failure(.usage, "--fail-on: '\(failOn)' is no severity; write P0, P1, P2 or P3")
    }
    return severity
  }
}
