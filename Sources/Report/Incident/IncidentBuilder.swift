package import Analysis
package import RulePack
package import TraceCore

/// Makes an `IncidentDocument` of what the passes over a log gave: chooses what is worth saying, and says it in order.
///
/// It reads no log and redacts nothing; see `IncidentDocument.redacted`.
package struct IncidentBuilder {
  /// What the search for the span gave, whether the span was found or given.
  package var found: IncidentFinder.Found
  /// Nil where nothing is wrong.
  package var span: IncidentSpan?
  package var series: [SeriesWindow]
  /// Length of the windows that the search looked at (nanoseconds).
  package var searchWindow: Int64
  /// Segments before, during and after; one of all where nothing is wrong.
  package var survey: SurveyResult
  package var stats: StatsSummary
  package var findings: Findings?
  /// Requests in flight in each segment of the survey.
  package var inFlight: [InFlight] = []
  package var marks: [(time: Int64, text: String)]
  /// Of a gate replayed over the log.
  package var verdicts: [Verdict] = []
  package var notes: [String]

  /// Routes whose failed requests are looked at on their own, and requests shown.
  static let mostRoutes = 6
  static let mostExemplars = 5
  static let mostFindings = 40
  static let mostTemplates = 25
  static let mostStacks = 12
  /// Facts shown of either kind, of what sets requests apart.
  static let mostFacts = 5

  package init(
    found: IncidentFinder.Found, span: IncidentSpan?, series: [SeriesWindow], searchWindow: Int64,
    survey: SurveyResult, stats: StatsSummary, findings: Findings?, marks: [(time: Int64, text: String)],
    notes: [String] = []
  ) {
    self.found = found
    self.span = span
    self.series = series
    self.searchWindow = searchWindow
    self.survey = survey
    self.stats = stats
    self.findings = findings
    self.marks = marks
    self.notes = notes
  }

  /// The segment that the document is about.
  var focus: Int { span == nil ? 0 : 1 }

  /// What the requests that it is about have in common.
  var target: SurveyResult.Target { SurveyResult.Target(of: span) }

  func segmentSpan(_ index: Int) -> (from: Int64, to: Int64) {
    let end = stats.lastTime == EventTime.none ? stats.lastTime : stats.lastTime + 1
    guard let span else { return (stats.firstTime, end) }
    return switch index {
    case 0: (min(stats.firstTime, span.onset), span.onset)
    case 1: (span.onset, span.recovery)
    default: (span.recovery, max(end, span.recovery))
    }
  }

  /// When the first release of the log began, where one is told: what a gate is about.
  package var firstRelease: Int64? {
    let appeared = releases.map(\.time).filter { $0 != EventTime.none }
    return appeared.min() ?? survey.releaseLines.map(\.time).filter { $0 > stats.firstTime }.min()
  }

  // MARK: Exemplars

  /// Routes with failed requests in the focus, most first.
  private var failingRoutes: [(route: String, failed: Int64)] {
    let rows = survey.routeCells.map { (route: $0.route, failed: Int64($0.cells[focus].failed)) }.filter {
      $0.failed > 0
    }
    return rows.sorted { ($1.failed, $0.route) < ($0.failed, $1.route) }
  }

  /// The requests to show, with why; three to five where there are so many.
  package var exemplars: [(pick: SurveyResult.Pick, reason: String)] {
    var chosen: [(pick: SurveyResult.Pick, reason: String)] = []
    func add(_ pick: SurveyResult.Pick?, _ reason: String) {
      guard let pick, chosen.count < IncidentBuilder.mostExemplars, !chosen.contains(where: { $0.pick.id == pick.id })
      else { return }
      chosen.append((pick, reason))
    }
    let failed = survey.picks.filter { $0.reason == .firstFailed }
    add(failed.min { ($0.time, $0.life) < ($1.time, $1.life) }, "the first request that failed")
    // One place is for the rarest of the worst findings, which the most frequent failures hide.
    let rare = worstFindings.filter { !$0.traces.isEmpty }.min { ($0.count, $0.first) < ($1.count, $1.first) }
    if let finding = rare, let id = finding.traces.first {
      let pick = SurveyResult.Pick(
        reason: .firstFailed, route: "", id: id, life: 0, time: finding.first, duration: -1, status: 0)
      add(pick, "the first request of the finding \"\(finding.message)\"")
    }
    for (route, _) in failingRoutes.prefix(IncidentBuilder.mostExemplars) {
      let picks = survey.picks.filter { $0.route == route }
      if let slowest = picks.first(where: { $0.reason == .slowestFailed }) {
        add(slowest, "the slowest failed request of \(route)")
      } else {
        add(picks.first { $0.reason == .firstFailed }, "the first failed request of \(route)")
      }
    }
    let slow = survey.picks.filter { $0.reason == .slowest }.sorted { ($1.duration, $0.life) < ($0.duration, $1.life) }
    for pick in slow.prefix(max(1, 3 - chosen.count)) {
      add(pick, "the slowest request of \(pick.route) that did not fail")
    }
    return chosen
  }

  /// Of several lives of an id the one that the pick's time is in.
  private static func trace(
    of pick: SurveyResult.Pick, in records: [UInt64: (trace: TraceSummary, records: [EvidenceRecord])]
  ) -> (trace: TraceSummary, records: [EvidenceRecord])? {
    if pick.life != 0 { return records[pick.life] }
    let lives = records.filter { $0.value.trace.id == pick.id && $0.value.trace.end >= pick.time }
    return lives.min { $0.key < $1.key }?.value
  }

  /// Findings of the worst severities that began near the span, the first first; not those that only count failed requests.
  var worstFindings: [Finding] {
    touching.filter {
      $0.rule.severity <= .p1 && $0.first != EventTime.none && !$0.rule.tags.contains(Rule.symptomTag)
    }
    .sorted { ($0.first, $0.rule.id) < ($1.first, $1.rule.id) }
  }

  /// Findings that touch the span, but for notes; and not what went on long before the onset, which did not begin with it.
  var touching: [Finding] {
    (findings?.findings ?? []).filter { finding in
      guard finding.rule.severity < .p3, finding.kind == .rule else { return false }
      guard let span, finding.first != EventTime.none else { return true }
      let lead = max(60 * EventTime.nanosecondsPerSecond, (span.recovery - span.onset) / 2)
      return finding.first < span.recovery && finding.first >= span.onset - lead && finding.last >= span.onset
    }
  }

  // MARK: The document

  /// - Parameters:
  ///   - title: the logs as the user named them.
  ///   - records: of the exemplars' traces, by life.
  ///   - command: the command line over the same logs that gives a number again.
  package func document(
    title: String, records: [UInt64: (trace: TraceSummary, records: [EvidenceRecord])],
    command: (IncidentDocument.Recipe) -> String
  ) -> IncidentDocument {
    var document = IncidentDocument(title: title, method: method, ledger: stats.ledger)
    document.span = span
    document.slowStart = slowStart
    document.series = series
    document.segments = segments
    document.audience = survey.audience.map {
      IncidentDocument.Audience(
        field: $0.field, affected: $0.failed[focus], all: $0.all[focus], isEstimate: $0.isEstimate)
    }.filter { $0.all > 0 }
    document.cleanWindows = cleanWindows
    document.cleanWindowsNeeded = found.cleanWindowsNeeded
    document.cleanWindowLength = searchWindow
    document.findings = shownFindings
    document.findingPlaces = (document.findings?.findings ?? []).map { finding in
      finding.example.map { IncidentDocument.Place(path: $0.path, line: $0.line, hash: $0.hash) }
    }
    document.templates = templates
    let causes = causes
    document.contrasts = contrasts(survey.sample.map { FactScatter($0) }, known: causes.suspects)
    document.exemplars = exemplars.compactMap { exemplar in
      guard let kept = IncidentBuilder.trace(of: exemplar.pick, in: records) else { return nil }
      let place = kept.records.first.map {
        IncidentDocument.Place(path: $0.path, line: $0.line, hash: SHA256.lineHash($0.text))
      }
      return IncidentDocument.Exemplar(
        reason: exemplar.reason, trace: kept.trace, records: kept.records, place: place)
    }
    document.stacks = Array(survey.stacks.prefix(IncidentBuilder.mostStacks))
    document.timeline = timeline
    document.candidates =
      IncidentCandidates(builder: self, contrasts: document.contrasts, found: causes).list
    document.commands = commands(document, command)
    document.notes = allNotes
    return document
  }

  /// How the span came about.
  private var method: String {
    guard let span, span.isGiven else { return found.method }
    guard let own = found.span else { return "it was given; a search finds no incident in the log" }
    return "it was given; a search finds \(EventTime.rfc3339(own.onset)) to \(EventTime.rfc3339(own.recovery)): "
      + found.method
  }

  /// Windows without a sign of the incident after its end: after one that was given only as far as the search finds none there.
  private var cleanWindows: Int {
    guard let span, span.isGiven else { return found.cleanWindows }
    guard let own = found.span else {
      return searchWindow > 0 ? Int(max(0, stats.lastTime - span.recovery) / searchWindow) : 0
    }
    let later = max(0, span.recovery - own.recovery)
    return span.recovery < own.recovery && span.recovery > own.onset
      ? 0 : max(0, found.cleanWindows - (searchWindow > 0 ? Int(later / searchWindow) : 0))
  }

  private var segments: [IncidentDocument.Segment] {
    let names = span == nil ? ["all"] : ["before", "during", "after"]
    return survey.segments.indices.compactMap { index in
      let segment = survey.segments[index]
      let (from, to) = segmentSpan(index)
      guard index == focus || segment.total.requests > 0 else { return nil }
      let length = max(0, to.less(from))
      return IncidentDocument.Segment(
        name: names[index], from: from, to: to, total: segment.total.summary(name: "total", span: length),
        routes: segment.routes.map { $0.stats.summary(name: $0.name, span: length) }
          .sorted { ($1.requests, $0.name) < ($0.requests, $1.name) },
        inFlight: inFlight.indices.contains(index) ? inFlight[index] : nil)
    }
  }

  /// Findings that touch the span, but for notes.
  private var shownFindings: Findings? {
    guard var shown = findings else { return nil }
    shown.findings = Array(
      shown.findings.filter { finding in
        guard finding.rule.severity < .p3 else { return false }
        guard let span, finding.first != EventTime.none else { return true }
        return finding.first < span.recovery && finding.last >= span.onset
      }.prefix(IncidentBuilder.mostFindings))
    return shown
  }

  private var templates: [TemplateShift] {
    guard span != nil else { return [] }
    let shifts = TemplateShift.compare(
      survey.templates, a: 0, b: 1, requestsA: survey.segments[0].total.requests,
      requestsB: survey.segments[1].total.requests, spanA: length(0), spanB: length(1))
    return Array(shifts.prefix(IncidentBuilder.mostTemplates))
  }

  private func length(_ segment: Int) -> Int64 {
    let (from, to) = segmentSpan(segment)
    return max(0, to.less(from))
  }

  /// What sets failed and slow requests apart; those of one route, too. All of them together name a fact by chance in one
  /// document of twenty, so each has its part of that.
  ///
  /// - Parameter known: facts that are more than chance over all routes: on each of them a row does not name them anew.
  private func contrasts(_ scatter: FactScatter?, known: [Contrast.Fact]) -> [Contrast] {
    typealias Counted = (counts: [Contrast.Count], inside: Int64, outside: Int64)
    var wanted: [(target: SurveyResult.Target, route: String?)] = [(.failed, nil)]
    wanted += failingRoutes.prefix(IncidentBuilder.mostRoutes).filter { $0.failed >= 5 }.map { (.failed, $0.route) }
    if span?.signals.contains(.latency) ?? true { wanted.append((.slow, nil)) }
    let compared: [(SurveyResult.Target, String?, Counted)] = wanted.compactMap { target, route in
      let counted = survey.counts(target, segments: [focus], route: route)
      return counted.inside >= 5 && counted.outside >= 5 ? (target, route, counted) : nil
    }
    var options = Contrast.Options()
    options.limit /= Double(compared.count + 1)
    return compared.compactMap { target, route, counted in
      let of = route.map { " of \($0)" } ?? ""
      let word = target.rawValue
      let own = scatter?.of(target, route: route) ?? { _, p in (p, .independent) }
      var contrast = Contrast.rank(
        counts: counted.counts, inside: "\(word) requests\(of)", outside: "the other requests\(of)",
        insideRequests: counted.inside, outsideRequests: counted.outside, leftOut: survey.leftOut, options: options,
        scattered: { fact, p in
          target == self.target && known.contains(fact) ? (p, .independent) : own(fact, p)
        })
      contrast.rows = contrast.requestFactsFirst(most: IncidentBuilder.mostFacts)
      return contrast.rows.isEmpty ? nil : contrast
    }
  }

  /// As surely as the contrasts, of which there are hardly more.
  private var causes: CauseFindings {
    guard let span, let sample = survey.sample else { return CauseFindings() }
    let suspects = IncidentDeploys(self, span).releases.map { Contrast.Fact(name: $0.field, value: $0.value) }
    return CauseSearch(
      sample, limit: Contrast.Options().limit / Double(IncidentBuilder.mostRoutes + 1), suspects: suspects
    ).find()
  }

  private var allNotes: [String] {
    var notes = notes
    notes += found.notes
    for other in found.others {
      notes.append(
        "another incident, \(EventTime.rfc3339(other.onset)) to \(EventTime.rfc3339(other.recovery)), is not what this document is "
          + "about; give --from and --to for it")
    }
    if stats.total.requests > 0, stats.total.timed == 0 {
      notes.append(
        "no request has a duration in the log: nothing can be said about latency; skein doctor shows how to log it")
    }
    if stats.ledger.totals.records > 0, stats.traces == 0 {
      notes.append("no record has a request id: there are no traces to show; skein doctor shows how to log one")
    }
    if survey.outside > 0 {
      notes.append(
        "\(CountText.text(survey.outside, "request")) without a time \(survey.outside == 1 ? "is" : "are") in no part")
    }
    return notes
  }
}
