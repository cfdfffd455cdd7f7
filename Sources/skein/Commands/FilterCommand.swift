internal import Application
internal import Config
internal import ArgumentParser
internal import LogSource
internal import Pipeline
internal import Report
internal import TraceCore

/// `skein filter`: the records for which an expression holds, as they stand in the log.
struct FilterCommand: LogCommand {
  static let configuration = CommandConfiguration(
    commandName: "filter",
    abstract: "The lines of matching records, or of their whole traces, for the next pipe.",
    discussion: """
      A record is passed on with all its lines, byte for byte. Examples:

        skein filter 'status >= 500 or level >= error' app.log*
        skein filter --traces 'duration > 1s' app.log* | less
        tail -F app.log | skein filter --line-buffered 'level >= warn'
        skein filter --rule pool-exhausted app.log*

      With --rule all arguments are files; --where adds an expression. --idle and --max-open go with --traces.

      Exit codes: 0 something matched; 1 nothing matched; 3 data or I/O error, or a gap under --strict; 64 usage.
      """)

  @Argument(
    help: ArgumentHelp("What must hold for a record: status >= 500 and route ~ \"^/api\".", valueName: "expression"))
  var expression: String?

  @OptionGroup var input: InputOptions
  @OptionGroup var threads: ThreadOptions
  @OptionGroup var lives: LifeOptions
  @OptionGroup var selection: RecordSelectionOptions
  @OptionGroup var output: OutputOptions<TextFormat>
  @OptionGroup var ledger: LedgerOptions

  @Option(
    name: .customLong("rule"),
    help: ArgumentHelp("Records that this rule hits, instead of an expression.", valueName: "id"))
  var rule: String?

  @OptionGroup var rules: RuleOptions

  @Flag(name: [.customShort("v"), .customLong("invert-match")], help: "The records for which it does not hold.")
  var inverted = false

  @Flag(name: [.customShort("c"), .long], help: "Only how many records match.")
  var count = false

  @Option(
    name: [.customShort("m"), .customLong("max-count")],
    help: ArgumentHelp("Stop after N matching records.", valueName: "n"))
  var most: Int64?

  @Option(
    name: [.customShort("A"), .customLong("after-context")],
    help: ArgumentHelp("Also the N records after each.", valueName: "n"))
  var after: Int?

  @Option(
    name: [.customShort("B"), .customLong("before-context")],
    help: ArgumentHelp("Also the N records before each.", valueName: "n"))
  var before: Int?

  @Option(
    name: [.customShort("C"), .customLong("context")],
    help: ArgumentHelp("Also the N records before and after each.", valueName: "n"))
  var context: Int?

  @Flag(name: .customLong("line-buffered"), help: "Write each record as soon as it was read.")
  var lineBuffered = false

  @Flag(help: "All lines of every trace in which a record matches, in two passes.")
  var traces = false

  @Flag(help: "On a terminal: log text as it is, with control characters.")
  var raw = false

  var settings: RunSettings { RunSettings(input, threads, lives, selection, rules) }

  mutating func take(_ value: ProjectSettings.Value) -> Bool {
    input.take(value) || threads.take(value) || traces && lives.take(value)
  }

  func run() throws {
    guard traces || lives.idle == nil && lives.maxOpen == nil else {
      throw Failure(.usage, "--idle and --max-open say when a trace ends: they go with --traces")
    }
    guard rule != nil || settings.words(.rules).isEmpty else {
      throw Failure(.usage, "--packs, --rules and --suppressions say where a rule is looked for: they go with --rule")
    }
    let options = try options()
    let (text, files) = try subject()
    let isWatched = lineBuffered || Terminal.outputIsTerminal
    var settings = settings
    settings.condition = nil
    var plan = try settings.plan(files: files, isLive: isWatched && !traces)
    plan.recordFilter = try text.map(filter)
    if let rule {
      plan.rules = try rules.load(only: rule)
      plan.marksHits = true
    }
    plan.passesWholeLines = true
    plan.keepsOriginal = options.output == .lines && (raw || !Terminal.outputIsTerminal)
    if (isWatched || most != nil) && plan.input.streams.contains(where: { $0.generations.contains(where: \.isPipe) }) {
      // Two could not end while one of them waits for a quiet pipe.
      plan.threads = 1
    }
    plan = try LogRun.counted(plan)
    if traces { plan.input = try LogRun.repeatable(plan.input) }
    let lines = FilterOutput(escapes: Terminal.outputIsTerminal && !raw, flushesSteps: isWatched)
    // It would be in the way of what is written, or of whoever shows that.
    let progress = count || Terminal.outputIsFile ? Progress(plan.input) : nil
    let result: Driver.FilterResult
    do throws(RunError) {
      let driver = Driver(plan: plan, observer: progress?.observe)
      let selection = RecordSelection(
        isInverted: inverted, hasExpression: text != nil, hasRule: rule != nil, since: plan.since, until: plan.until)
      if traces {
        let found = try Driver(plan: plan).findTraces(selection)
        result = try driver.filter(found, isInverted: inverted, options, into: lines)
        warn(of: found)
      } else {
        result = try driver.filter(selection, options, into: lines)
      }
    } catch {
      throw Failure(error)
    }
    progress?.finish()
    lines.flush()
    if let failure = lines.failure { throw failure }
    try finish(result, text)
  }

  /// The expression and the files: with a rule the first argument is a file, too.
  private func subject() throws(Failure) -> (expression: String?, files: [String]) {
    guard rule != nil else {
      guard let expression else {
        throw Failure(.usage, "what is to be filtered? give an expression ('status >= 500'), or --rule ID")
      }
      guard selection.expression == nil else {
        throw Failure(.usage, "--where: goes with --rule; without it the first argument is the expression")
      }
      return (expression, input.files)
    }
    return (selection.expression, (expression.map { [$0] } ?? []) + input.files)
  }

  private func options() throws(Failure) -> RecordWriter.Options {
    var options = RecordWriter.Options()
    if let most, most < 1 { throw Failure(.usage, "-m: a number from 1 up") }
    for (name, number) in [("-A", after), ("-B", before), ("-C", context)] {
      guard (0...FilterCommand.mostContext).contains(number ?? 0) else {
        throw Failure(.usage, "\(name): a number from 0 to \(FilterCommand.mostContext)")
      }
      if number ?? 0 > 0, output.chosen == .json || count {
        throw Failure(.usage, "\(name): shows records around others; it does not go with --json and -c")
      }
    }
    options.output = count ? .nothing : output.chosen == .json ? .details : .lines
    options.most = most
    options.after = after ?? context ?? 0
    options.before = before ?? context ?? 0
    return options
  }

  /// Records of context at most.
  private static let mostContext = 100_000

  private func filter(_ text: String) throws(Failure) -> FilterExpression {
    do throws(FilterError) {
      return try FilterExpression(parsing: text)
    } catch {
      throw Failure(.usage, error.render(expression: text))
    }
  }

  private func warn(of found: Driver.FoundTraces) {
    guard found.evicted > 0 else { return }
    Terminal.writeError(
      "skein: --traces: \(found.evicted) traces were ended early because too many were open; "
        + "lines of theirs may be missing\n")
  }

  private func finish(_ result: Driver.FilterResult, _ text: String?) throws {
    if count {
      var sink = TextSink()
      sink.writeLine(String(result.selected))
      try Terminal.write(&sink)
    }
    if ledger.ledger {
      var sink = TextSink()
      let style = Style(color: false, width: Terminal.width, unicode: Terminal.isUnicode)
      LedgerReport.text(result.ledger, style: style, detail: .full, into: &sink)
      Terminal.writeError(sink.text)
    }
    if let text = LedgerReport.undecided(result.ledger) { Terminal.writeError("skein: \(text)\n") }
    if result.isContextCut {
      Terminal.writeError("skein: 64 MiB of text are kept for -B; some context was left out\n")
    }
    if result.isTextCut {
      Terminal.writeError("skein: --json: 16 MiB of text are kept of a record; longer ones were cut\n")
    }
    if !result.isStopped {
      if let text { try refuseUnknownFields(result, text) }
      try ledger.finish(result.ledger)
    }
    if result.selected == 0 { throw Ending(.negative) }
  }

  /// A field that no record has is more likely a mistake than a fact; an error, unless the expression held without it.
  private func refuseUnknownFields(_ result: Driver.FilterResult, _ text: String) throws(Failure) {
    guard result.ledger.totals.records > 0 else { return }
    let unknown = try filter(text).unknownFields(given: result.seenFields)
    guard !unknown.isEmpty else { return }
    let hints = unknown.map { field in
      let near = NameSuggestion.closest(to: field.name, in: result.sampledFields()) ?? field.suggestion
      return "'\(Escape.terminal(field.name))'" + (near.map { " (did you mean '\(Escape.terminal($0))'?)" } ?? "")
    }
    let message =
      "no record has a field \(hints.joined(separator: ", ")); skein doctor lists the fields that this log has"
    guard result.matched > 0 else { throw Failure(.usage, message) }
    Terminal.writeError("skein: \(message)\n")
  }
}
