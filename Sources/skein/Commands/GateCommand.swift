internal import Analysis
internal import Application
internal import ArgumentParser
internal import Config
internal import LogSource
internal import Pipeline
internal import Report
internal import RulePack
internal import TraceCore

/// `skein gate`: a gate's verdict, replayed over logs that are there.
struct GateCommand: LogCommand {
  static let configuration = CommandConfiguration(
    commandName: "gate",
    abstract: "Was the deploy good? A gate's verdict over logs of the past.",
    discussion: """
      Reads a gate (stages, objectives) and judges the requests of the logs by it,
      as skein follow --gate does live: on the same bytes with the same verdict.

        skein gate rollout.yml --from 2026-11-23T06:49:05Z app.log*
        skein gate rollout.yml --stages 45s,45s,2m app.log*
        skein gate --plan rollout.yml --rate 10/s
        skein gate rollout.yml --json app.log* | jq 'select(.event == "verdict")'

      It reads until the gate is decided. Without --from it begins at the first record;
      if it passes, the rest of the logs is looked at as well: if that fails, the gate
      is inconclusive. How a gate is written and how it decides: docs/gates.md.

      Exit codes: 0 passed; 1 failed; 2 inconclusive; 4 continue: the log ends with a
      stage that has nothing proven against it, and others follow; 3 data or I/O error,
      or a gap under --strict; 64 usage (also a mistake in the gate).
      """)

  @Argument(
    help: ArgumentHelp("The gate: a YAML file.", valueName: "gate"), completion: .file(extensions: ["yml", "yaml"]))
  var gate: String

  @OptionGroup var input: InputOptions
  @OptionGroup var threads: ThreadOptions
  @OptionGroup var requests: RequestSourceOptions
  @OptionGroup var lives: LifeOptions
  @OptionGroup var condition: RequestConditionOptions
  @OptionGroup var output: OutputOptions<TextFormat>
  @OptionGroup var color: ColorOptions
  @OptionGroup var ledger: LedgerOptions
  @OptionGroup var live: LiveEventOptions
  @OptionGroup var summary: GateOutputOptions

  @Option(help: ArgumentHelp("When the first stage began. (default: at the first record)", valueName: "time"))
  var from: String?

  @Option(
    help: ArgumentHelp(
      "When watching ended: silence up to this time counts. (default: at the last record)", valueName: "time"))
  var to: String?

  @Option(help: ArgumentHelp("Durations that replace those of the gate's stages: 45s,45s,2m.", valueName: "durations"))
  var stages: String?

  @Flag(help: "Report windows and findings too, not only verdicts.")
  var full = false

  @Flag(help: "Read no log: say how long each stage needs for which true rate. Needs --rate.")
  var plan = false

  @Option(help: ArgumentHelp("With --plan: requests of all versions, as 10/s or 600/min.", valueName: "rate"))
  var rate: String?

  @Option(
    help: ArgumentHelp(
      "With --plan: by how much failures scatter more than independent ones. (default: 2)", valueName: "factor"))
  var phi: Double?

  var settings: RunSettings { RunSettings(input, threads, requests, lives, condition, live.rules) }

  mutating func take(_ value: ProjectSettings.Value) -> Bool {
    input.take(value) || threads.take(value) || requests.take(value) || lives.take(value)
  }

  func run() throws {
    var definition = try live.gate(gate)
    if let stages { try GateCommand.apply(stages, to: &definition) }
    if plan { return try GatePlanRun.run(definition, rate: rate, phi: phi, style: color.style) }
    guard rate == nil, phi == nil else { throw Failure(.usage, "--rate and --phi are for a plan: give --plan as well") }
    var plan = try settings.plan()
    try live.apply(to: &plan, gate: definition, settings)
    let redactor = try live.redaction.redactor(secretsOf: plan.rules?.set)
    plan.live?.gate?.start = try OptionTime.read(from, option: "--from")
    plan.live?.gate?.end = try OptionTime.read(to, option: "--to")
    let baseline = try GateBaseline.sample(of: definition, like: plan, settings)
    plan.live?.gate?.baseline = baseline
    let printer = EventPrinter(output.chosen == .json ? .json : .text, style: color.style, isBrief: !full)
    let record = GateRecord()
    let result = try GateEvents.run(plan, isOpen: from == nil && to == nil) { event in
      record.take(event)
      printer.take(event)
    }
    if let failure = printer.failure { throw failure }
    if let message = LogRun.unknownFields(of: plan, result) {
      Terminal.writeError("skein: \(Escape.terminal(message))\n")
    }
    var sink = TextSink()
    if output.chosen == .json {
      EventReport.json(result.stats, into: &sink)
    } else {
      LedgerReport.text(
        result.stats.ledger, style: color.style, detail: ledger.detail, into: &sink)
    }
    try Terminal.write(&sink)
    if let summary = summary.output {
      try GateSummary.write(
        record, definition, to: summary, command: ReplayCommand.given, ledger: result.stats.ledger, redactor: redactor)
    }
    try LedgerCheck(isStrict: ledger.strict.strict).finish(result.stats.ledger, verdict: record.verdicts.last)
  }

  private static func apply(_ text: String, to definition: inout GateDefinition) throws(Failure) {
    let parts = text.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
    guard parts.count == definition.stages.count else {
      throw Failure(
        .usage,
        "--stages: \(parts.count) durations for the \(definition.stages.count) stages of the gate; give one for each")
    }
    for (index, part) in parts.enumerated() {
      guard let (duration, longest) = GateReader.span(part) else {
        throw Failure(.usage, "--stages: '\(part)' is no duration; write for example 45s, or 4m..12m")
      }
      guard duration > definition.warmUp else {
        throw Failure(.usage, "--stages: the stage of \(part) is over before its warm-up ('warm_up' in the gate) is")
      }
      definition.stages[index].duration = duration
      definition.stages[index].longest = longest
    }
  }
}
