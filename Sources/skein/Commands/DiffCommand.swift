internal import Analysis
internal import Application
internal import ArgumentParser
internal import Config
internal import LogSource
internal import Pipeline
internal import Platform
internal import Report
internal import RulePack
internal import TraceCore

/// `skein diff`: what changed between two logs, two spans of time, or two versions.
struct DiffCommand: LogCommand {
  static let configuration = CommandConfiguration(
    commandName: "diff",
    abstract: "What changed: between two logs, before and after a time, or between two versions.",
    discussion: """
      Routes whose error rate or latency moved, messages that are new, gone or
      changed in rate, and what sets failed and slow requests apart; each by more
      than chance, corrected for how many things were compared. Examples:

        skein diff before.log after.log
        skein diff yesterday/ today/
        skein diff --at 2026-11-23T06:49:50Z app.log*
        skein diff --by version=v1,v2 app.log*

      Exit codes: 0 done, whether something changed or not; 3 data or I/O error, or
      a gap under --strict; 64 usage.
      """)

  @OptionGroup var input: InputOptions
  @OptionGroup var threads: ThreadOptions
  @OptionGroup var requests: RequestSourceOptions
  @OptionGroup var lives: LifeOptions
  @OptionGroup var span: RequestSpanOptions
  @OptionGroup var condition: RequestConditionOptions
  @OptionGroup var output: OutputOptions<TextFormat>
  @OptionGroup var color: ColorOptions
  @OptionGroup var ledger: LedgerOptions
  @OptionGroup var redaction: RedactionOptions

  @Option(help: ArgumentHelp("A is what ended before this time, B what ended from it on.", valueName: "time"))
  var at: String?

  @Option(
    help: ArgumentHelp("A and B are requests with these values of a field: version=v1,v2.", valueName: "field=a,b"))
  var by: String?

  @Option(
    name: [.customShort("o"), .customLong("output")],
    help: ArgumentHelp("Write the document as Markdown into a file, redacted.", valueName: "file"),
    completion: .file())
  var target: String?

  var settings: RunSettings { RunSettings(input, threads, requests, lives, span, condition) }

  mutating func take(_ value: ProjectSettings.Value) -> Bool {
    input.take(value) || threads.take(value) || requests.take(value) || lives.take(value)
  }

  func run() throws {
    let sides = try self.sides()
    if let target {
      do throws(OutputError) { try AtomicFile.check(target) } catch { throw Failure(.data, error.message) }
    }
    let redactor = target == nil ? nil : try redaction.redactor()
    let passes = DiffPasses(settings: settings, sides: sides)
    let counted = try passes.count()
    let builder = DiffBuilder(
      survey: counted.survey, names: names(sides), spans: spans(sides, counted), ledgers: counted.stats.map(\.ledger),
      notes: input.notes + condition.notes + notes(sides))
    var document = builder.document
    document.commands = commands(sides, document)
    try write(document, redactor)
    for read in isOneLog(sides) ? [document.a.ledger] : [document.a.ledger, document.b.ledger] {
      try ledger.finish(read)
    }
  }

  private func write(_ document: DiffDocument, _ redactor: Redactor?) throws(Failure) {
    var sink = TextSink()
    if let target {
      DiffReport.markdown(redactor.map { document.redacted(by: $0) } ?? document, into: &sink)
      do throws(OutputError) { try AtomicFile.write(target, sink.bytes) } catch { throw Failure(.data, error.message) }
      Terminal.writeError("skein: wrote \(Escape.terminal(target))\n")
      if output.chosen != .json { return }
      sink = TextSink()
    }
    if output.chosen == .json {
      DiffReport.json(document, pretty: Terminal.outputIsTerminal, into: &sink)
    } else {
      DiffReport.text(document, style: color.style, ledger: ledger.detail, into: &sink)
    }
    try Terminal.write(&sink)
  }

  // MARK: What is compared

  private func sides() throws(Failure) -> DiffPasses.Sides {
    guard at == nil || by == nil else {
      throw Failure(.usage, "--at and --by both say what to compare; give only one of them")
    }
    if let at {
      guard let time = OptionValue.time(at) else {
        throw Failure(.usage, "--at: '\(at)' is not a time; write for example 2026-11-23T06:50:00Z")
      }
      return .spans((EventTime.none + 1)..<time, time..<Int64.max)
    }
    if let by {
      let parts = by.split(separator: "=", maxSplits: 1).map(String.init)
      let values = parts.count == 2 ? parts[1].split(separator: ",").map(String.init) : []
      guard values.count == 2, !parts[0].isEmpty, values[0] != values[1] else {
        throw Failure(.usage, "--by: '\(by)' is not a field and two values; write for example --by version=v1,v2")
      }
      return .values(field: parts[0], values[0], values[1])
    }
    guard input.files.count == 2 else {
      throw Failure(
        .usage,
        "give two logs to compare (files, folders or globs in quotes), or one with --at TIME or --by FIELD=A,B; there "
          + (input.files.count == 1 ? "is 1" : "are \(input.files.count)"))
    }
    guard input.files[0] != "-" || input.files[1] != "-" else {
      throw Failure(.usage, "only one of the two logs can be standard input")
    }
    return .logs(input.files[0], input.files[1])
  }

  private func isOneLog(_ sides: DiffPasses.Sides) -> Bool {
    if case .logs = sides { return false }
    return true
  }

  private func names(_ sides: DiffPasses.Sides) -> [String] {
    switch sides {
    case .logs(let a, let b): [a, b]
    case .spans(_, let b): ["before \(EventTime.rfc3339(b.lowerBound))", "from \(EventTime.rfc3339(b.lowerBound)) on"]
    case .values(let field, let a, let b): ["\(field)=\(a)", "\(field)=\(b)"]
    }
  }

  private func spans(_ sides: DiffPasses.Sides, _ counted: DiffPasses.Counted) -> [(from: Int64, to: Int64)] {
    func end(_ stats: StatsSummary) -> Int64 { stats.lastTime == EventTime.none ? stats.lastTime : stats.lastTime + 1 }
    let (a, b) = (counted.stats[0], counted.stats[1])
    switch sides {
    case .logs: return [(a.firstTime, end(a)), (b.firstTime, end(b))]
    case .spans(_, let later):
      guard a.firstTime != EventTime.none else { return [(a.firstTime, a.firstTime), (a.firstTime, a.firstTime)] }
      return [
        (min(a.firstTime, later.lowerBound), later.lowerBound), (later.lowerBound, max(end(a), later.lowerBound)),
      ]
    case .values:
      return counted.survey.segments.prefix(2).map { segment in
        segment.first == EventTime.none ? (segment.first, segment.first) : (segment.first, segment.last + 1)
      }
    }
  }

  private func notes(_ sides: DiffPasses.Sides) -> [String] {
    if case .values = sides { return ["a message counts once for each request whose records say it"] }
    return condition.expression == nil ? [] : ["messages are those of the whole log, whatever --where says"]
  }

  private func commands(_ sides: DiffPasses.Sides, _ document: DiffDocument) -> [IncidentDocument.Command] {
    func stats(
      _ purpose: String, _ files: [String], where condition: String? = nil, _ since: Int64? = nil, _ until: Int64? = nil
    )
      -> IncidentDocument.Command
    {
      .init(
        purpose: purpose,
        command: ReplayCommand(settings, files: files).stats(where: condition, since: since, until: until))
    }
    let own = IncidentDocument.Command(purpose: "this comparison", command: ReplayCommand.given)
    switch sides {
    case .logs(let a, let b): return [own, stats("figures of A", [a]), stats("figures of B", [b])]
    case .spans(_, let b):
      return [
        own, stats("figures of A", input.files, nil, b.lowerBound),
        stats("figures of B", input.files, b.lowerBound),
      ]
    case .values(let field, let a, let b):
      return [
        own, stats("figures of A", input.files, where: "\(field) = \"\(a)\""),
        stats("figures of B", input.files, where: "\(field) = \"\(b)\""),
      ]
    }
  }
}
