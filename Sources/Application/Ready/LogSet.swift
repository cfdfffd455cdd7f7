internal import Analysis
internal import Pipeline
internal import Report
internal import TraceCore

/// One set of logs, with what was asked of it.
final class LogSet {
  let plan: RunPlan
  let settings: RunSettings
  let files: [String]
  /// Of the figures if there are any, else of the first gate.
  private(set) var ledger: Ledger?

  private let expectations: [Expectation]
  private var measuring: FillMeasuring?
  private var replays: [String: GateRun] = [:]

  /// A gate's verdicts over these logs.
  struct GateRun {
    var definition: GateDefinition
    var verdicts: [Verdict]
    /// Where it began, as it was given.
    var from: Int64?
    var ledger: Ledger
    /// The command that replays it.
    var command: String
  }

  init(_ files: [String], _ settings: RunSettings, _ expectations: [Expectation]) throws(Failure) {
    self.files = files
    self.settings = settings
    self.expectations = expectations
    var plan = try settings.plan(files: files)
    plan.input = try LogRun.repeatable(plan.input)
    self.plan = plan
  }

  // MARK: Figures

  func result(of asked: [Expectation], least: Int64) throws(Failure) -> ItemResult {
    let measuring = try measured()
    guard let stats = measuring.stats else { return ItemResult(.unknown, "the log was not read") }
    let answers = measuring.answers()
    var found: [(state: ReadyState, reason: String)] = []
    var commands: [String] = []
    for expectation in asked {
      guard let number = expectations.firstIndex(where: { $0.text == expectation.text }) else { continue }
      switch answers[number] {
      case .failure(let problem): found.append((.unknown, "\(expectation.text): \(problem.message)"))
      case .success(let entry):
        commands.append("measured by: \(entry.filled.command)")
        guard let selection = measuring.selection(of: number) else { continue }
        let isBounded = selection.span != .whole
        found.append(
          expectation.judge(
            ObservedFigure(
              total: selection.total, length: selection.length, traces: stats.traces,
              lost: stats.ledger.leftOut(isBounded: isBounded), gap: stats.ledger.gap), least: least))
      }
    }
    let state = ReadyState(of: found.map(\.state))
    let others = found.filter { $0.state != state }.map {
      ItemResult.Evidence.note("\($0.state.rawValue): \($0.reason)")
    }
    return ItemResult(
      state, found.filter { $0.state == state }.map(\.reason).joined(separator: "; "),
      evidence: others + commands.map { .note($0) })
  }

  private func measured() throws(Failure) -> FillMeasuring {
    if let measuring { return measuring }
    let questions = expectations.map {
      FillMeasuring.Question(line: 1, column: 1, placeholder: $0.text, measure: $0.measure)
    }
    var measuring = FillMeasuring(
      questions, spans: [:], whole: .whole, command: ReplayCommand(settings, files: files))
    try measuring.run(plan)
    self.measuring = measuring
    ledger = measuring.stats?.ledger
    return measuring
  }

  // MARK: Gates

  func replay(_ definition: GateDefinition, path: String, from: Int64?) throws(Failure) -> GateRun {
    let key = "\(path)\u{0}\(from ?? 0)"
    if let run = replays[key] { return run }
    let own = try GateEvents.plan(plan, definition, from: from, settings)
    let record = GateRecord()
    let result = try GateEvents.run(own, isOpen: from == nil) { record.take($0) }
    let words = [path] + (from.map { ["--from", EventTime.rfc3339($0)] } ?? [])
    let run = GateRun(
      definition: definition, verdicts: record.verdicts, from: from, ledger: result.stats.ledger,
      command: ReplayCommand(settings, files: files).line(.gate, words))
    replays[key] = run
    if ledger == nil { ledger = run.ledger }
    return run
  }

  // MARK: Selections

  /// What was counted of some selections, and what was read for it.
  func counts(_ selections: [MeasureSelection]) throws(Failure) -> (counts: [MeasuredSelection?], stats: StatsSummary?)
  {
    let found = try LogRun.measure(selections, plan)
    if ledger == nil { ledger = found.stats?.ledger }
    return found
  }
}

extension Ledger {
  /// Lines and requests that were read and are not counted, each of which could be a request that is asked about.
  ///
  /// - Parameter isBounded: a span is asked about, in which nothing without a time is.
  func leftOut(isBounded: Bool) -> Int64 {
    let untold = uncounted.reduce(0) { $0 + ($1.reason == .sharesNoIDs ? $1.requests : 0) }
    return totals.unparsedLines + totals.damagedLines + totals.undecidedRecords + untold
      + (isBounded ? totals.recordsWithoutTime : 0)
  }

  /// What is missing and nobody can say how much, as a clause; nil where nothing is.
  var gap: String? {
    for source in sources {
      // What is unread was counted: it is among what was left out.
      if let note = source.notes.first(where: { $0.isGap && $0.kind != .unread }) {
        return "\(source.path): \(note.text)"
      }
    }
    return nil
  }
}
