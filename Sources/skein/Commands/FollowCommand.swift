internal import Analysis
internal import Application
internal import ArgumentParser
internal import Config
internal import LogSource
internal import Pipeline
internal import Report
internal import TraceCore

/// `skein follow`: a log while it is written, through rotations; with a gate, go or no-go by exit code.
struct FollowCommand: LogCommand {
  static let configuration = CommandConfiguration(
    commandName: "follow",
    abstract: "Follow a log live, through rotations; with --gate decide a deploy by exit code.",
    discussion: """
      On a terminal one screen shows rates, latencies, findings and the gate; elsewhere, or with --plain, a line a window,
      with --json an event a line. Examples:

        skein follow app.log
        skein follow --gate rollout.yml app.log || ./rollback.sh
        skein follow --json --checkpoint state.ckpt app.log | jq -c 'select(.event == "finding")'
        skein follow --on-alert './page.sh' --alert-on P1 app.log

      Following begins after what is there (--from end); --from start reads the file from its beginning, with -R the
      rotations before it as well. With --checkpoint a run continues where the last one ended.

      Exit codes: 0 ended, or the gate passed; 1 the gate failed; 2 the gate is inconclusive; 4 it ended
      after a stage that others follow, with nothing proven against the new version; 3 data or I/O error, or a gap under
      --strict; 64 usage.
      """)

  @OptionGroup var input: InputOptions
  @OptionGroup var requests: RequestSourceOptions
  @OptionGroup var lives: LifeOptions
  @OptionGroup var condition: RequestConditionOptions
  @OptionGroup var format: OutputOptions<TextFormat>
  @OptionGroup var color: ColorOptions
  @OptionGroup var ledger: LedgerOptions
  @OptionGroup var live: LiveEventOptions
  @OptionGroup var summary: GateOutputOptions

  @Option(
    help: ArgumentHelp("A gate (YAML): follow until its last stage ends or one fails.", valueName: "file"),
    completion: .file(extensions: ["yml", "yaml"]))
  var gate: String?

  @Option(help: ArgumentHelp("Where to begin: start, end or checkpoint. (default: end)", valueName: "where"))
  var from: FollowJob.Beginning?

  @Option(
    help: ArgumentHelp("Keep the state in this file, and continue from it after a restart.", valueName: "file"),
    completion: .file())
  var checkpoint: String?

  @Flag(help: "Look for changes once a second (network and overlay file systems do not report them).")
  var poll = false

  @Flag(help: "Print one line per window; no screen.")
  var plain = false

  @Flag(help: "Read what is there, report its events, and end.")
  var once = false

  @OptionGroup var hooks: HookOptions

  var settings: RunSettings { RunSettings(input, requests, lives, condition, live.rules) }

  mutating func take(_ value: ProjectSettings.Value) -> Bool {
    input.take(value) || requests.take(value) || lives.take(value)
  }

  func run() throws {
    guard !(input.files.isEmpty && Terminal.inputIsTerminal) else {
      throw Failure(.usage, "no log named; give files or folders, or pipe a log in (see skein follow --help)")
    }
    guard from != .checkpoint || checkpoint != nil else {
      throw Failure(.usage, "--from checkpoint: which? Name its file with --checkpoint")
    }
    guard !once || (hooks.onAlert == nil && hooks.onVerdict == nil) else {
      throw Failure(.usage, "--once replays what is there, and hooks never run in a replay: leave one of them out")
    }
    guard !once || hooks.alerts == nil else {
      throw Failure(
        .usage,
        "--once replays what is there, and nobody is told of the past: skein alerts backtest shows what would be sent")
    }
    guard hooks.onVerdict == nil || gate != nil else {
      throw Failure(.usage, "--on-verdict: there is no verdict without --gate")
    }
    guard live.newVersion == nil || gate != nil else {
      throw Failure(.usage, "--new-version says what a gate judges: give --gate")
    }
    let definition = try gate.map { (path) throws(Failure) in try live.gate(path) }
    var plan = try settings.plan(input: InputPlan())
    try live.apply(to: &plan, gate: definition, settings)
    if let definition {
      let baseline = try GateBaseline.sample(of: definition, like: plan, settings)
      plan.live?.gate?.baseline = baseline
    }
    let alerts = try hooks.alerts.map { (path) throws(Failure) in try AlertSettingsReader.read(path: path) }
    try LiveEventOptions.apply(alerts, to: &plan)
    var job = FollowJob(
      files: arguments, settings: settings, plan: plan, style: color.style, detail: ledger.detail,
      hooks: try hooks.settings())
    job.alerts = alerts
    job.definition = definition
    job.gate = gate
    job.beginning = from
    job.checkpoint = checkpoint
    (job.polls, job.isPlain, job.isOnce) = (poll, plain, once)
    job.isJSON = format.chosen == .json
    job.isStrict = ledger.strict.strict
    job.notes = input.notes + condition.notes
    (job.words, job.markWords) = (live.words, live.markWords)
    job.output = summary.output
    job.redaction = try live.redaction.rules(secretsOf: plan.rules?.set)
    try FollowLoop(job).run()
  }

  /// The files to follow; standard input where none is named.
  var arguments: [String] { input.files.isEmpty ? [StandardInput.path] : input.files }
}

extension FollowJob.Beginning: ExpressibleByArgument {}
