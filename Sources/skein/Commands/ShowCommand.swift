internal import Application
internal import ArgumentParser
internal import Config
internal import Pipeline
internal import Report
internal import TraceCore

/// `skein show`: the lines of one trace, with a waterfall of its steps.
struct ShowCommand: LogCommand {
  static let configuration = CommandConfiguration(
    commandName: "show",
    abstract: "One trace, line by line, as a waterfall.",
    discussion: """
      A unique beginning of the id is enough. An id that was used again later has several lives; each is shown.

      Exit codes: 0 done; 1 no such id; 3 data or I/O error, or a gap under --strict; 64 usage (also an ambiguous id).
      """)

  @Argument(help: ArgumentHelp("The request id, or its beginning.", valueName: "id"))
  var traceID: String

  @OptionGroup var input: InputOptions
  @OptionGroup var threads: ThreadOptions
  @OptionGroup var requests: RequestSourceOptions
  @OptionGroup var lives: LifeOptions
  @OptionGroup var span: TraceSpanOptions
  @OptionGroup var output: OutputOptions<TextFormat>
  @OptionGroup var color: ColorOptions
  @OptionGroup var ledger: LedgerOptions

  @Flag(help: "Print log text as it is, with control characters.")
  var raw = false

  @Flag(help: "Fold nothing: all lines of tracebacks, all steps.")
  var full = false

  var settings: RunSettings { RunSettings(input, threads, requests, lives, span) }

  mutating func take(_ value: ProjectSettings.Value) -> Bool {
    input.take(value) || threads.take(value) || requests.take(value) || lives.take(value)
  }

  func run() throws {
    guard !traceID.isEmpty else { throw Failure(.usage, "the id is empty; give a request id or its beginning") }
    var plan = try settings.plan()
    plan.includesSteps = true
    let evidence = EvidenceCollector(.prefix(Array(traceID.utf8)))
    let ranking = TraceRanking(order: .start, most: 1_000, isOfEvidence: true)
    let result = try LogRun.run(plan, ranking: ranking, evidence: evidence)
    let wanted = try choose(result.evidence)
    var traces: [UInt64: TraceSummary] = [:]
    for row in result.ranking?.rows ?? [] { traces[row.life] = row.trace }
    let lives = result.evidence.filter { $0.id == wanted && traces[$0.life] != nil }
    guard !lives.isEmpty else {
      throw Failure(.negative, "the trace '\(Escape.terminal(wanted))' did not end in the span of --since and --until")
    }
    var sink = TextSink()
    for (index, life) in lives.enumerated() {
      guard let trace = traces[life.life] else { continue }
      let read = index == lives.count - 1 ? result.stats.ledger : nil
      if output.chosen == .json {
        ShowReport.json(trace, life.records, ledger: read, pretty: Terminal.outputIsTerminal, into: &sink)
      } else {
        if index > 0 { sink.writeLine() }
        ShowReport.text(
          trace, life.records, style: color.style, options: ShowReport.Options(raw: raw, full: full), ledger: read,
          detail: ledger.detail, into: &sink)
        if life.omitted + life.omittedLines > 0 {
          sink.writeLine(
            "… \(life.omitted) more records and \(life.omittedLines) more lines of the last one shown: "
              + "8 MiB of text are kept")
        }
      }
      try Terminal.write(&sink)
    }
    try ledger.finish(result.stats.ledger)
  }

  /// The one id that was meant.
  private func choose(_ found: [EvidenceTrace]) throws(Failure) -> String {
    if found.contains(where: { $0.id == traceID }) { return traceID }
    var ids: [String] = []
    for trace in found where !ids.contains(trace.id) { ids.append(trace.id) }
    guard let first = ids.first else {
      throw Failure(.negative, "no record has a request id that begins with '\(Escape.terminal(traceID))'")
    }
    guard ids.count == 1 else {
      let some = ids.sorted().prefix(5).map { "\n  \(Escape.terminal($0))" }.joined()
      throw Failure(
        .usage,
        "\(ids.count) ids begin with '\(Escape.terminal(traceID))'; give more of it:\(some)\(ids.count > 5 ? "\n  …" : "")"
      )
    }
    return first
  }
}
