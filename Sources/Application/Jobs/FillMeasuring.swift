internal import Config
package import Analysis
internal import Patterns
package import Pipeline
package import Report
package import TraceCore

/// Measures what placeholders ask for: one pass over the log for all of them, or as many as there must be.
package struct FillMeasuring {
  /// A measure and where it is asked for.
  package struct Question {
    package var line: Int
    package var column: Int
    package var placeholder: String
    package var measure: Measure

    package init(line: Int, column: Int, placeholder: String, measure: Measure) {
      self.line = line
      self.column = column
      self.placeholder = placeholder
      self.measure = measure
    }
  }

  /// Groups of one placeholder that are told; the rest is counted.
  private static let mostGroups = 20

  private let questions: [Question]
  /// For each question the number of its selection, or why it has none.
  private var selected: [Result<Int, FillProblem>] = []
  private var selections: [MeasureSelection] = []
  private let command: ReplayCommand

  /// What came of the log.
  private var measured: [Int: MeasuredSelection] = [:]
  /// Fields that a selection asks for and no record has, by number of the selection: what is wrong.
  private var missingFields: [Int: String] = [:]
  private var routes: [String] = []
  private var areRoutesCut = false
  package private(set) var stats: StatsSummary?
  private let scratch = MatchScratch()

  /// - Parameters:
  ///   - spans: by the names that placeholders call them.
  ///   - whole: what `from` means where it is left out.
  package init(_ questions: [Question], spans: [String: MeasureSpan], whole: MeasureSpan, command: ReplayCommand) {
    self.questions = questions
    self.command = command
    var known: [String: Int] = [:]
    for question in questions {
      let span: MeasureSpan
      switch question.measure.place {
      case .whole: span = question.measure.figure == .traces ? .whole : whole
      case .span(let given): span = given
      case .named(let name):
        guard let named = spans[name] else {
          let near = NameSuggestion.closest(to: name, in: spans.keys.sorted()).map { "; did you mean '\($0)'?" } ?? ""
          selected.append(
            .failure(problem("there is no span called '\(name)'\(near); give --span \(name)=FROM..TO", question)))
          continue
        }
        span = named
      }
      var selection = MeasureSelection(
        where: question.measure.condition, span: span, by: question.measure.group)
      selection.measuresInFlight = question.measure.figure.isInFlight
      let key = [
        selection.condition?.source ?? "", span.text, selection.group ?? "",
        selection.measuresInFlight ? "in flight" : "",
      ].joined(separator: "\u{0}")
      let number = known[key] ?? selections.count
      if number == selections.count {
        known[key] = number
        selections.append(selection)
      }
      selected.append(.success(number))
    }
  }

  /// Whether the log has to be read.
  package var needsLog: Bool { !selections.isEmpty }

  private func problem(_ message: String, _ question: Question) -> FillProblem {
    FillProblem(message, line: question.line, column: question.column)
  }

  // MARK: Reading

  /// Reads the log for all selections. `plan` is that of the input, without a span.
  package mutating func run(_ plan: RunPlan) throws(Failure) {
    let passes = MeasurePasses(selections).passes
    var plan = plan
    if passes.count > 1 { plan.input = try LogRun.repeatable(plan.input) }
    for pass in passes {
      var own = plan
      own.measureConditions = pass.conditions
      own.groupBy = pass.group
      let collector = MeasureCollector(pass, of: selections)
      let result = try LogRun.run(own) { (driver) throws(RunError) in try driver.run(measures: collector) }
      for (number, selection) in collector.results { measured[number] = selection }
      if stats == nil { stats = result.stats }
      routes = collector.routes
      areRoutesCut = collector.areRoutesCut
      guard result.stats.ledger.totals.records > 0 else { continue }
      for (number, _) in pass.selections { noteMissingField(number, own, result) }
    }
  }

  /// A field that no line has is more likely a mistake than a fact.
  private mutating func noteMissingField(_ number: Int, _ plan: RunPlan, _ result: Driver.Result) {
    let selection = selections[number]
    var name = selection.condition?.unknownFields(given: result.seenFields).first?.name
    if name == nil, let group = selection.group, plan.wantedFields.contains(group), !result.seenFields.contains(group) {
      name = group
    }
    guard let name else { return }
    let near = NameSuggestion.closest(to: name, in: result.sampledFields()).map { " (did you mean '\($0)'?)" } ?? ""
    missingFields[number] = "no record has a field '\(name)'\(near); skein doctor lists the fields that this log has"
  }

  // MARK: Answers

  /// What was counted for a question, for whoever asks more of it than its figure; nil where nothing was.
  package func selection(of question: Int) -> MeasuredSelection? {
    guard case .success(let number) = selected[question] else { return nil }
    return measured[number]
  }

  /// For each question its value, or why there is none.
  package func answers() -> [Result<FillReport.Entry, FillProblem>] {
    zip(questions, selected).map { question, number in
      do throws(FillProblem) {
        return .success(try answer(question, try number.get()))
      } catch {
        return .failure(error)
      }
    }
  }

  private func answer(_ question: Question, _ number: Int) throws(FillProblem) -> FillReport.Entry {
    guard let measured = measured[number], let stats else { throw problem("the log was not read", question) }
    let measure = question.measure
    if let missing = missingFields[number] { throw problem(missing, question) }
    guard measured.isInLog else { throw problem(outside(measured, stats), question) }
    let summary = measured.summary
    if !measure.figure.isAboutLog {
      guard stats.requestSource != nil else {
        throw problem(
          "there are no requests: no record has a method, a path and a status; skein doctor says what to log", question)
      }
      if summary.requests == 0, let unknown = unknownRoute(measure) { throw problem(unknown, question) }
    }
    var entry = FillReport.Entry(
      line: question.line, column: question.column, placeholder: question.placeholder, measure: measure,
      start: measured.start, end: measured.end, requests: summary.requests, timed: summary.timed,
      isApproximate: summary.approximate, value: nil,
      filled: FilledValue(.text(""), command: command(measure, measured)))
    if measure.group != nil {
      entry.groups = measured.groups.map { ($0.name, MeasuredValue(measure.figure, of: $0)) }
      guard entry.groups.contains(where: { $0.value != nil }) else {
        throw problem(nothing(measure.figure, summary), question)
      }
      let shown = entry.groups.prefix(Self.mostGroups).map { group in
        FilledValue.Group(name: group.name, text: group.value?.text(in: measure.unit))
      }
      entry.filled.content = .groups(shown, more: entry.groups.count - shown.count)
    } else {
      guard let value = value(measure.figure, measured, summary, stats) else {
        throw problem(nothing(measure.figure, summary, measured.inFlight), question)
      }
      entry.value = value
      entry.filled.content = .text(value.text(in: measure.unit))
    }
    entry.filled.remarks = remarks(measure, summary, measured.groups, measured.inFlight)
    return entry
  }

  private func value(
    _ figure: Measure.Figure, _ measured: MeasuredSelection, _ summary: GroupSummary, _ stats: StatsSummary
  ) -> MeasuredValue? {
    switch figure {
    case .traces: .count(stats.traces)
    case .first: .time(measured.start)
    case .last: .time(measured.end)
    case .duration: .duration(measured.length)
    case .quantile(let q, _): measured.total.quantile(q).map { .duration($0) }
    case .inFlight: measured.inFlight?.mean.map { .average($0) }
    case .inFlightPeak: measured.inFlight?.peak.map { .count($0) }
    case .inFlightPeakAt: measured.inFlight?.peakAt.map { .time($0) }
    default: MeasuredValue(figure, of: summary)
    }
  }

  private func command(_ measure: Measure, _ measured: MeasuredSelection) -> String {
    guard measure.figure.isInStats else { return command.fill(measure: measure.text(in: measured.span)) }
    return command.stats(
      where: measure.condition?.source, since: measured.span.since, until: measured.span.until, by: measure.group)
  }

  /// What a reader must know of a quantile, or of requests in flight.
  private func remarks(
    _ measure: Measure, _ total: GroupSummary, _ groups: [GroupSummary], _ inFlight: InFlight?
  ) -> [String] {
    if measure.figure.isInFlight { return inFlight.map(InFlightReport.remarks) ?? [] }
    guard case .quantile(let q, let name) = measure.figure else { return [] }
    var remarks: [String] = []
    if measure.group == nil {
      if q >= 0.95, Double(total.timed) * (1 - q) < 1 - 1e-9 {
        remarks.append("\(name) of only \(CountText.text(total.timed, "value"))")
      }
    } else {
      let weak = groups.prefix(Self.mostGroups).filter {
        $0.p95 != nil && (q == 0.95 && $0.p95IsWeak || q == 0.99 && $0.p99IsWeak)
      }
      if let least = weak.map(\.timed).min() {
        remarks.append("\(name) of only \(CountText.text(least, "value")) in the smallest group")
      }
    }
    if total.approximate { remarks.append("quantiles of over 1,000 values are within 0.1 %") }
    return remarks
  }

  // MARK: Why there is no value

  private func outside(_ measured: MeasuredSelection, _ stats: StatsSummary) -> String {
    guard stats.firstTime != EventTime.none else { return "no record of the log has a time" }
    return "the span \(measured.span.text) is outside the log, which runs from \(EventTime.rfc3339(stats.firstTime)) "
      + "to \(EventTime.rfc3339(stats.lastTime))"
  }

  private func nothing(_ figure: Measure.Figure, _ summary: GroupSummary, _ inFlight: InFlight? = nil) -> String {
    switch figure {
    case .inFlight, .inFlightPeak, .inFlightPeakAt:
      if let inFlight, inFlight.requests > 0 {
        return figure != .inFlight
          ? "\(InFlightReport.unknownPeak(inFlight)): how many requests were in flight at most is not known"
          : "there is no time between the first start and the last end: no average"
      }
      if summary.requests > 0 {
        return "no duration is logged in any of the \(CountText.text(summary.requests, "request")): when they began is "
          + "not known; skein doctor says how to log it"
      }
    case .quantile, .max:
      if summary.requests > 0 {
        return "no duration is logged in any of the \(CountText.text(summary.requests, "request")): there is no "
          + "\(figure.name); skein doctor says how to log it"
      }
    case .rate:
      if summary.requests > 0 { return "there is no time between the first and the last record: no rate" }
    default: break
    }
    return "no request is chosen by it: there is no \(figure.name)"
  }

  /// What is wrong if no route of the log is one that the condition names.
  private func unknownRoute(_ measure: Measure) -> String? {
    guard !areRoutesCut, let route = measure.condition?.routeCondition(),
      !routes.contains(where: { route.expression.holds(forRoute: $0, scratch: scratch) })
    else { return nil }
    let name = route.names.first
    let known =
      routes
      + routes.compactMap { route in
        route.firstIndex(of: " ").map { String(route[route.index(after: $0)...]) }
      }
    let near = name.flatMap { NameSuggestion.closest(to: $0, in: known) }.map { "; did you mean '\($0)'?" } ?? ""
    return "no request has \(name.map { "the route '\($0)'" } ?? "such a route")\(near) (skein stats lists the routes)"
  }
}
