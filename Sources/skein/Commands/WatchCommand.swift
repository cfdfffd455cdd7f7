internal import Analysis
internal import Application
internal import ArgumentParser
internal import Config
internal import Pipeline
internal import Platform
internal import Report
internal import RulePack
internal import TraceCore

/// `skein watch`: the hours after a deploy.
struct WatchCommand: LogCommand {
  static let configuration = CommandConfiguration(
    commandName: "watch",
    abstract: "The 24 hours after a deploy, hour by hour: does the release hold?",
    discussion: """
      Begins with the last release in the log and looks at each hour after it: requests,
      failures and p95 beside those of the day before, what a gate says of the hour,
      alerts, and messages that were never logged before. Then it says what comes of
      all hours together. With -o a page is written for the release's ticket, named
      after the start of the watch, and an incident document where there was one.

        skein watch --gate deploy.yml app.log*
        skein watch --gate deploy.yml --from 2026-11-23T06:49:05Z --for 8h -o watches app.log*

      Exit codes: 0 every objective is met, no alert, all hours seen; 1 something
      speaks against the release; 2 not all is known, for example since the log ends
      before the watch does; 3 data or I/O error, or a gap under --strict; 64 usage.
      """)

  @OptionGroup var input: InputOptions
  @OptionGroup var threads: ThreadOptions
  @OptionGroup var requests: RequestSourceOptions
  @OptionGroup var lives: LifeOptions
  @OptionGroup var condition: RequestConditionOptions
  @OptionGroup var rules: RuleOptions
  @OptionGroup var output: OutputOptions<TextFormat>
  @OptionGroup var color: ColorOptions
  @OptionGroup var ledger: LedgerOptions
  @OptionGroup var redaction: RedactionOptions

  @Option(
    help: ArgumentHelp(
      "A gate (YAML) whose objectives each hour must meet, and all of them together.", valueName: "gate"),
    completion: .file(extensions: ["yml", "yaml"]))
  var gate: String?

  @Option(help: ArgumentHelp("When the deploy was. (default: the last release in the log)", valueName: "time"))
  var from: String?

  @Option(name: .customLong("for"), help: ArgumentHelp("How long it is watched. (default: 24h)", valueName: "duration"))
  var duration: String?

  @Option(
    help: ArgumentHelp(
      "What the hours are compared with. (default: the 24 hours before the start)", valueName: "from..to"))
  var baseline: String?

  @Option(
    name: .customLong("version-field"),
    help: ArgumentHelp("The field that names the release. (default: the gate's, or version)", valueName: "field"))
  var versionField: String?

  @Option(
    name: [.customShort("o"), .customLong("output")],
    help: ArgumentHelp(
      "Write the watch as Markdown, redacted: a folder for watch_YYYYMMDD_HHMMSS.md, made if it is missing, or a file (.md).",
      valueName: "folder|file"),
    completion: .directory)
  var page: String?

  var settings: RunSettings { RunSettings(input, threads, requests, lives, condition, rules) }

  mutating func take(_ value: ProjectSettings.Value) -> Bool {
    input.take(value) || threads.take(value) || requests.take(value) || lives.take(value)
  }

  func run() throws {
    let definition = try gate.map(LiveEventOptions.read)
    var options = WatchJob.Options()
    options.start = try OptionTime.read(from, option: "--from")
    if let duration { options.duration = try WatchCommand.length(duration) }
    options.baseline = try baseline.map(WatchCommand.span)
    if let field = versionField ?? definition?.versionField { options.versionField = field }
    let target = try page.map(PageTarget.init)
    var plan = try settings.plan()
    plan.input = try LogRun.repeatable(plan.input)
    if rules.packs != "none" || !rules.paths.isEmpty {
      let set = try rules.load()
      plan.rules = ScanRules(set: set, lines: RuleLoader.lines(set))
    }
    let redactions = try redaction.rules(secretsOf: plan.rules?.set)
    let job = WatchJob(settings: settings, plan: plan, options: options, gate: definition)
    var document = try job.run(command: ReplayCommand(settings, input: plan.input).line(.watch, words))
    document.notes = input.notes + notes + document.notes
    // Of a file that is no log there is no document.
    if document.start == EventTime.none { return try finish(document) }
    if let target { document.report = try writeIncident(document, plan, into: target.folder, redactions) }
    let name = WatchReport.fileName(start: document.start)
    try print(document, page: target.map { $0.file(named: name) })
    if let target {
      var sink = TextSink()
      WatchReport.markdown(redactions.map { document.redacted(by: Redactor($0)) } ?? document, into: &sink)
      try target.write(&sink, named: name)
    }
    try finish(document)
  }

  private func print(_ document: WatchDocument, page: String?) throws {
    var sink = TextSink()
    if output.chosen == .json {
      WatchReport.json(document, page: page, pretty: Terminal.outputIsTerminal, into: &sink)
    } else {
      WatchReport.text(document, style: color.style, detail: ledger.detail, into: &sink)
    }
    try Terminal.write(&sink)
  }

  private func finish(_ document: WatchDocument) throws {
    try ledger.finish(document.ledger)
    guard document.start != EventTime.none else {
      throw Failure(.data, "no record of the log has a time: there are no hours to watch")
    }
    switch document.state {
    case .pass: return
    case .fail: throw Ending(.negative)
    case .inconclusive, .goesOn: throw Ending(.inconclusive)
    }
  }

  /// The incident document, where somebody had to look; the name of its file.
  private func writeIncident(
    _ document: WatchDocument, _ plan: RunPlan, into folder: String, _ redactions: RedactionRules?
  ) throws(Failure) -> String? {
    let isBad =
      (document.incidents ?? []).contains { $0.severity <= AlertBook.usualSeverity } || document.verdict?.state == .fail
      || document.hours.contains { $0.verdict?.state == .fail }
    guard isBad else { return nil }
    // What was long before is another matter, and so is what came after.
    let since = document.baseline?.start ?? document.start
    var (plan, settings) = (plan, self.settings)
    (plan.since, plan.until) = (since, document.end)
    (settings.since, settings.until) = (EventTime.rfc3339(since), EventTime.rfc3339(document.end))
    let (incident, overview) = try IncidentJob(settings: settings, plan: plan, notes: input.notes + notes).run(
      redactions.map { Redactor($0) })
    guard let span = overview.found.span, span.recovery > document.start, span.onset < document.end else { return nil }
    try ReportTarget(output: folder, format: "md", json: false, charts: false).write(incident)
    return IncidentReport.fileName(incident) + ".md"
  }

  /// What decides what the document says and is an option of this command alone, as it was given; not where it goes.
  private var words: [String] {
    var words: [String] = []
    for (name, value) in [
      ("--gate", gate), ("--from", from), ("--for", duration), ("--baseline", baseline),
      ("--version-field", versionField),
    ] {
      if let value { words += [name, value] }
    }
    return words
  }

  static func length(_ text: String, option: String = "--for") throws(Failure) -> Int64 {
    let length = try RunSettings.duration(text, option: option)
    guard length >= 60 * EventTime.nanosecondsPerSecond, length <= WatchJob.mostHours * WatchJob.hour else {
      throw Failure(.usage, "\(option): from 1m to \(WatchJob.mostHours / 24)d; write for example 24h")
    }
    return length
  }

  private var notes: [String] {
    condition.expression == nil
      ? [] : condition.notes + ["alerts and messages are those of the whole log, whatever --where says"]
  }

  private static func span(_ text: String) throws(Failure) -> Range<Int64> {
    let span: MeasureSpan
    do throws(MeasureSpan.Fault) {
      span = try MeasureSpan(parsing: text)
    } catch {
      throw Failure(.usage, "--baseline: \(error.message)")
    }
    guard case .time(let from) = span.from, case .time(let to) = span.to else {
      throw Failure(
        .usage, "--baseline: give both times, for example 2026-11-22T00:00:00Z..2026-11-23T00:00:00Z")
    }
    return from..<to
  }
}
