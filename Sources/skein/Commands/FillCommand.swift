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

/// `skein fill`: measured values in place of the placeholders of a document.
struct FillCommand: LogCommand {
  static let configuration = CommandConfiguration(
    commandName: "fill",
    abstract: "Measured values in place of a document's placeholders.",
    discussion: """
      A placeholder asks for one figure; each value gets a footnote with the
      command that measures it again:

        [MEASURE error_rate from 2026-11-23T06:49:05Z..2026-11-23T06:51:30Z]
        [MEASURE p95 where route = "/api/spots" from baseline in ms]
        [MEASURE requests by version]

        skein fill postmortem.md --span baseline=..+70s -o filled.md app.log*
        skein fill --measure 'p99.9 from +70s..' app.log*

      The spans before, during and after are those of the incident that skein
      report finds, unless --span says otherwise. docs/fill.md has the language. What cannot be measured is left as
      it is and listed on standard error.

      Exit codes: 0 done; 1 a placeholder was left; 3 data or I/O error, or a gap
      under --strict; 64 usage.
      """)

  @Argument(help: ArgumentHelp("The document: a Markdown file.", valueName: "template"), completion: .file())
  var template: String?

  @OptionGroup var input: InputOptions
  @OptionGroup var threads: ThreadOptions
  @OptionGroup var requests: RequestSourceOptions
  @OptionGroup var lives: LifeOptions
  @OptionGroup var span: RequestSpanOptions
  @OptionGroup var format: OutputOptions<TextFormat>
  @OptionGroup var ledger: LedgerOptions
  @OptionGroup var redaction: RedactionOptions

  @Option(
    name: .customLong("span"),
    help: ArgumentHelp(
      "A span of time that placeholders refer to by its name: baseline=FROM..TO; times, or durations after the first record as +70s. Can be given several times.",
      valueName: "name=span"))
  var spans: [String] = []

  @Option(
    help: ArgumentHelp("Print this figure, without a document. Can be given several times.", valueName: "measure"))
  var measure: [String] = []

  @Option(
    name: [.customShort("o"), .customLong("output")],
    help: ArgumentHelp("Write the document into a file, redacted.", valueName: "file"))
  var output: String?

  @Flag(name: .customLong("no-footnotes"), help: "Values alone, without the commands that reproduce them.")
  var noFootnotes = false

  @Flag(help: "Read no log; list the placeholders and what is wrong with them.")
  var check = false

  var settings: RunSettings { RunSettings(input, threads, requests, lives, span) }

  mutating func take(_ value: ProjectSettings.Value) -> Bool {
    input.take(value) || threads.take(value) || requests.take(value) || lives.take(value)
  }

  func run() throws {
    if measure.isEmpty { try fill() } else { try printMeasures() }
  }

  // MARK: A document

  private func fill() throws {
    guard let path = template else {
      throw Failure(.usage, "no document named; write skein fill TEMPLATE.md app.log, or --measure 'p95' app.log")
    }
    let document = try FillCommand.read(path)
    let given = try namedSpans()
    let parsed = document.placeholders.map { placeholder in
      placeholder.reading.map { measure in
        FillMeasuring.Question(
          line: placeholder.line, column: placeholder.column, placeholder: placeholder.text, measure: measure)
      }
    }
    if check {
      try list(parsed, document, given, path)
      return
    }
    let questions = parsed.compactMap { try? $0.get() }
    let (answers, ledger) = try measure(questions, given, files: input.files)
    var rest = answers[...]
    let all = parsed.map { reading -> Result<FillReport.Entry, FillProblem> in
      if case .failure(let problem) = reading { return .failure(problem) }
      return rest.removeFirst()
    }
    var filled = FilledDocument()
    filled.hasFootnotes = !noFootnotes
    let redact = try redact()
    filled.redact = redact
    let bytes = filled.bytes(
      document, all.map { (try? $0.get())?.filled }, ledger: ledger.map(FillReport.ledger) ?? "")
    let left = zip(document.placeholders, all).compactMap { placeholder, answer -> FillReport.Left? in
      guard case .failure(let problem) = answer else { return nil }
      return FillReport.Left(placeholder: placeholder.text, problem: problem)
    }
    try write(bytes, path, all, left, ledger, redact)
    for left in left { Terminal.writeError(left.problem.text(path: path) + "\n") }
    for name in given.keys.sorted() where !document.spanNames.contains(name) {
      Terminal.writeError("skein: --span \(name): no placeholder asks for it\n")
    }
    if document.placeholders.isEmpty {
      Terminal.writeError("skein: \(Escape.terminal(path)) has no placeholder ([MEASURE …]): it is as it was\n")
    } else if !left.isEmpty {
      let of = CountText.text(Int64(document.placeholders.count), "placeholder")
      Terminal.writeError("skein: \(CountText.text(left.count)) of \(of) left as they are\n")
    }
    try finish(ledger, isWhole: left.isEmpty)
  }

  private func write(
    _ bytes: [UInt8], _ path: String, _ answers: [Result<FillReport.Entry, FillProblem>], _ left: [FillReport.Left],
    _ ledger: Ledger?, _ redact: @escaping (String) -> String
  ) throws {
    if let output {
      do throws(OutputError) {
        try AtomicFile.write(output, bytes)
      } catch {
        throw Failure(.data, error.message)
      }
      Terminal.writeError("skein: wrote \(Escape.terminal(output))\n")
    } else if format.chosen != .json {
      try Terminal.write(bytes.span)
    }
    if format.chosen == .json {
      var sink = TextSink()
      FillReport.json(
        template: path, answers.compactMap { try? $0.get() }, left: left, ledger: ledger, redact: redact,
        pretty: Terminal.outputIsTerminal, into: &sink)
      try Terminal.write(&sink)
    }
  }

  /// `--check`.
  private func list(
    _ parsed: [Result<FillMeasuring.Question, FillProblem>], _ document: FillTemplate, _ spans: [String: MeasureSpan],
    _ path: String
  ) throws {
    var sink = TextSink()
    var problems: [FillProblem] = []
    for (placeholder, reading) in zip(document.placeholders, parsed) {
      switch reading {
      case .failure(let problem): problems.append(problem)
      case .success(let question):
        if case .named(let name) = question.measure.place, spans[name] == nil,
          !FillCommand.incidentNames.contains(name)
        {
          problems.append(
            FillProblem(
              "there is no span called '\(name)'; give --span \(name)=FROM..TO", line: question.line,
              column: question.column))
          continue
        }
        let text = placeholder.text.split(whereSeparator: \.isNewline).joined(separator: " ")
        sink.writeLine(Escape.terminal("\(path):\(question.line):\(question.column): \(text)"))
      }
    }
    try Terminal.write(&sink)
    for problem in problems { Terminal.writeError(problem.text(path: path) + "\n") }
    if !problems.isEmpty { throw Ending(.negative) }
  }

  private static func read(_ path: String) throws(Failure) -> FillTemplate {
    guard path != "-" else {
      throw Failure(.usage, "the document must be a file; - means a log that comes through a pipe")
    }
    let bytes: [UInt8]
    do throws(SourceError) {
      bytes = try ConfigurationFile.read(path)
    } catch {
      throw Failure(error)
    }
    do throws(FillTemplate.Fault) {
      return try FillTemplate(bytes)
    } catch {
      throw Failure(.data, "\(path) \(error.message)")
    }
  }

  // MARK: Figures alone

  private func printMeasures() throws {
    guard output == nil, !check, !noFootnotes else {
      throw Failure(.usage, "--measure prints figures; -o, --check and --no-footnotes are for a document")
    }
    var questions: [FillMeasuring.Question] = []
    for (number, text) in measure.enumerated() {
      do throws(MeasureReader.Fault) {
        questions.append(
          FillMeasuring.Question(
            line: number + 1, column: 1, placeholder: text, measure: try MeasureReader.read(text)))
      } catch {
        throw Failure(.usage, "--measure '\(Escape.terminal(text))', character \(error.offset + 1): \(error.message)")
      }
    }
    let (answers, ledger) = try measure(
      questions, try namedSpans(), files: (template.map { [$0] } ?? []) + input.files)
    var sink = TextSink()
    var left: [FillReport.Left] = []
    for (question, answer) in zip(questions, answers) {
      switch answer {
      case .success(let entry):
        if format.chosen != .json { sink.writeLine(Escape.terminal(entry.filled.plainText())) }
      case .failure(let problem):
        left.append(FillReport.Left(placeholder: question.placeholder, problem: problem))
        if format.chosen != .json { sink.writeLine("-") }
      }
    }
    if format.chosen == .json {
      FillReport.json(
        template: nil, answers.compactMap { try? $0.get() }, left: left, ledger: ledger,
        pretty: Terminal.outputIsTerminal, into: &sink)
    }
    try Terminal.write(&sink)
    for left in left {
      Terminal.writeError("skein: \(Escape.terminal("\(left.placeholder): \(left.problem.message)"))\n")
    }
    try finish(ledger, isWhole: left.isEmpty)
  }

  // MARK: Both

  /// What goes into a document to be shared passes through it.
  private func redact() throws(Failure) -> (String) -> String {
    guard let redactor = try redaction.redactor() else { return { $0 } }
    return { redactor.redacted($0) }
  }

  /// The spans of the incident that is found in the log, where `questions` ask for them and `given` does not have them.
  private func incidentSpans(
    _ questions: [FillMeasuring.Question], _ given: [String: MeasureSpan], _ plan: inout RunPlan
  ) throws(Failure) -> [String: MeasureSpan] {
    let asked = questions.contains { question in
      guard case .named(let name) = question.measure.place else { return false }
      return FillCommand.incidentNames.contains(name) && given[name] == nil
    }
    guard asked else { return given }
    plan.input = try LogRun.repeatable(plan.input)
    let found = try IncidentPasses(settings: settings, plan: plan).overview(pass: "incident").found
    guard let span = found.span else {
      Terminal.writeError("skein: no incident is found in the log: there are no spans before, during and after it\n")
      return given
    }
    let spans = [
      MeasureSpan(since: nil, until: span.onset), MeasureSpan(since: span.onset, until: span.recovery),
      MeasureSpan(since: span.recovery, until: nil),
    ]
    return Dictionary(uniqueKeysWithValues: zip(FillCommand.incidentNames, spans)).merging(given) { $1 }
  }

  private static let incidentNames = ["before", "during", "after"]

  /// Measures all questions; the log is not read if none can be measured.
  private func measure(
    _ questions: [FillMeasuring.Question], _ spans: [String: MeasureSpan], files: [String]
  ) throws -> ([Result<FillReport.Entry, FillProblem>], Ledger?) {
    var plan = try LogRun.counted(try settings.plan(files: files))
    let whole = MeasureSpan(since: plan.since, until: plan.until)
    let spans = try incidentSpans(questions, spans, &plan)
    (plan.since, plan.until) = (nil, nil)
    // Each figure has a span of its own.
    var own = settings
    (own.since, own.until) = (nil, nil)
    var measuring = FillMeasuring(
      questions, spans: spans, whole: whole, command: ReplayCommand(own, files: files))
    if measuring.needsLog { try measuring.run(plan) }
    return (measuring.answers(), measuring.stats?.ledger)
  }

  /// The spans that placeholders may name.
  private func namedSpans() throws(Failure) -> [String: MeasureSpan] {
    var named: [String: MeasureSpan] = [:]
    for text in spans {
      guard let equals = text.firstIndex(of: "="), MeasureSpan.isName(String(text[..<equals])) else {
        throw Failure(.usage, "--span: '\(text)' is not NAME=FROM..TO, as baseline=..+70s")
      }
      let name = String(text[..<equals])
      guard named[name] == nil else { throw Failure(.usage, "--span: '\(name)' is given twice") }
      do throws(MeasureSpan.Fault) {
        named[name] = try MeasureSpan(parsing: String(text[text.index(after: equals)...]))
      } catch {
        throw Failure(.usage, "--span \(name): \(error.message)")
      }
    }
    return named
  }

  /// Exit codes: first what the data lack, then what was left.
  private func finish(_ ledger: Ledger?, isWhole: Bool) throws {
    let options = self.ledger
    if let ledger {
      if options.ledger || ledger.hasGap {
        var sink = TextSink()
        let style = Style(color: false, width: Terminal.width, unicode: Terminal.isUnicode)
        LedgerReport.text(ledger, style: style, detail: options.detail, into: &sink)
        Terminal.writeError(sink.text)
      }
      try options.finish(ledger)
    }
    if !isWhole { throw Ending(.negative) }
  }
}
