internal import Application
internal import ArgumentParser
internal import Config
internal import Pipeline
internal import Report
internal import RulePack
internal import TraceCore

/// `skein scan`: rules applied to lines and traces; what they found.
struct ScanCommand: LogCommand {
  static let configuration = CommandConfiguration(
    commandName: "scan",
    abstract: "Find anomalies with rules: findings by severity, with evidence.",
    discussion: """
      The built-in packs are applied, and the rules given by --rules. Examples:

        skein scan app.log*
        skein scan --rules rules/ --packs none app.log*
        skein scan --fail-on P1 --format sarif app.log* > findings.sarif

      --since, --until and --where select the records that rules look at; of rules about traces the traces that end in the
      span and have a record for which --where holds.

      Exit codes: 0 done; 1 --fail-on was reached; 3 data or I/O error, or a gap under --strict; 64 usage (also a mistake
      in a rule).
      """)

  @OptionGroup var input: InputOptions
  @OptionGroup var threads: ThreadOptions
  @OptionGroup var requests: RequestSourceOptions
  @OptionGroup var lives: LifeOptions
  @OptionGroup var selection: RuleSelectionOptions
  @OptionGroup var output: OutputOptions<Format>
  @OptionGroup var color: ColorOptions
  @OptionGroup var ledger: LedgerOptions
  @OptionGroup var rules: RuleOptions
  @OptionGroup var redaction: RedactionOptions

  @Option(help: ArgumentHelp("Exit with 1 if there is a finding of this severity or a worse one.", valueName: "P0-P3"))
  var failOn: String?

  @Flag(help: "Every finding with all of its lines, including notes (P3).")
  var full = false

  enum Format: String, OutputFormat {
    case text, json, sarif
    static let usual = Format.text
  }

  var settings: RunSettings { RunSettings(input, threads, requests, lives, selection, rules) }

  mutating func take(_ value: ProjectSettings.Value) -> Bool {
    input.take(value) || threads.take(value) || requests.take(value) || lives.take(value)
  }

  func run() throws {
    let limit = try severity()
    let set = try rules.load()
    let redactor = try redaction.redactor(secretsOf: set)
    var plan = try settings.plan()
    plan.rules = ScanRules(set: set, lines: RuleLoader.lines(set))
    let result = try LogRun.run(plan) { (driver) throws(RunError) in try driver.scan() }
    try refuseUnknownFields(plan, result)
    let (findings, read) = (result.findings, result.ledger)
    var sink = TextSink()
    switch output.chosen {
    case .text:
      ScanReport.text(
        findings, style: color.style, ledger: read, detail: ledger.detail, full: full,
        notes: input.notes, into: &sink)
    case .json: ScanReport.json(findings, ledger: read, into: &sink)
    case .sarif:
      SARIFReport.write(
        redactor.map(findings.redacted) ?? findings, rules: set.rules, version: ProgramVersion.text, ledger: read,
        redact: { text in redactor?.redacted(text) ?? text }, pretty: Terminal.outputIsTerminal, into: &sink)
    }
    try Terminal.write(&sink)
    // What was found is proven, whatever else is missing.
    if let limit, ScanCommand.reaches(limit, findings) { throw Ending(.negative) }
    try ledger.finish(read)
  }

  /// Also what was counted and not kept; not a pattern that was given up on, which found nothing.
  private static func reaches(_ limit: Severity, _ findings: Findings) -> Bool {
    findings.unkept.contains { $0.key <= limit && $0.value > 0 }
      || findings.findings.contains { $0.kind == .rule && $0.rule.severity <= limit }
  }

  /// A field that no record has is more likely a mistake than a fact.
  private func refuseUnknownFields(_ plan: RunPlan, _ result: Driver.ScanResult) throws(Failure) {
    guard result.ledger.totals.records > 0,
      let unknown = plan.recordFilter?.unknownFields(given: result.seenFields).first
    else { return }
    throw Failure(.usage, LogRun.unknown(unknown.name, option: "--where", in: result.sampledFields()))
  }

  private func severity() throws(Failure) -> Severity? {
    guard let failOn else { return nil }
    guard let severity = Severity(failOn) else {
      throw Failure(.usage, "--fail-on: '\(failOn)' is no severity; write P0, P1, P2 or P3")
    }
    return severity
  }
}
