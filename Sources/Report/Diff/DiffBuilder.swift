package import Analysis
package import TraceCore

/// Makes a `DiffDocument` of a survey with two segments, A and B. It reads no log and redacts nothing.
package struct DiffBuilder {
  /// Rows of each kind that are kept.
  static let mostTemplates = 60
  static let mostFacts = 6

  package var survey: SurveyResult
  /// Names of A and B, and their spans of event time in nanoseconds (EventTime.none where there is none).
  package var names: [String]
  package var spans: [(from: Int64, to: Int64)]
  package var ledgers: [Ledger]
  package var notes: [String]

  package init(
    survey: SurveyResult, names: [String], spans: [(from: Int64, to: Int64)], ledgers: [Ledger],
    notes: [String]
  ) {
    self.survey = survey
    self.names = names
    self.spans = spans
    self.ledgers = ledgers
    self.notes = notes
  }

  package var document: DiffDocument {
    let (a, b) = (survey.segments[0], survey.segments[1])
    var document = DiffDocument(
      a: side(0), b: side(1),
      routes: RouteShift.compare(
        a: a.routes, b: b.routes, spanA: length(0), spanB: length(1), scatterA: a.scatter, scatterB: b.scatter))
    document.total =
      RouteShift.compare(
        a: [("total", a.total)], b: [("total", b.total)], spanA: length(0), spanB: length(1),
        scatterA: a.scatter, scatterB: b.scatter
      ).first
    let all = [a, b].compactMap { $0.scatter[""] }
    document.dispersion = all.count == 2 ? RouteShift.Dispersion(all) : RouteShift.Dispersion()
    document.templates = Array(
      TemplateShift.compare(
        survey.templates, a: 0, b: 1, requestsA: a.total.requests, requestsB: b.total.requests, spanA: length(0),
        spanB: length(1)
      ).prefix(DiffBuilder.mostTemplates))
    document.contrasts = contrasts
    document.notes = notes
    if survey.outside > 0 {
      document.notes.append("\(CountText.text(survey.outside, "request")) of the log belong to neither A nor B")
    }
    return document
  }

  private func length(_ segment: Int) -> Int64 {
    let span = spans[segment]
    return span.from == EventTime.none || span.to == EventTime.none ? 0 : max(0, span.to - span.from)
  }

  private func side(_ index: Int) -> DiffDocument.Side {
    DiffDocument.Side(
      name: names[index], from: spans[index].from, to: spans[index].to,
      total: survey.segments[index].total.summary(name: "total", span: length(index)), ledger: ledgers[index])
  }

  /// What sets the failed and the slow requests of B apart from its others.
  private var contrasts: [Contrast] {
    [SurveyResult.Target.failed, .slow].compactMap { target in
      let counted = survey.counts(target, segments: [1])
      guard counted.inside >= 5, counted.outside >= 5 else { return nil }
      // Failures that came in a burst are as few observations of what they have in common as of themselves.
      var options = Contrast.Options()
      if let all = survey.segments[1].scatter[""] {
        options.dispersion = Scatter([all], target == .failed ? .errors : .above(quantile: 0.95)).weight
      }
      var contrast = Contrast.rank(
        counts: counted.counts, inside: "\(target.rawValue) requests of B", outside: "other requests of B",
        insideRequests: counted.inside, outsideRequests: counted.outside, leftOut: survey.leftOut,
        options: options)
      contrast.rows = contrast.requestFactsFirst(most: DiffBuilder.mostFacts)
      return contrast.rows.isEmpty ? nil : contrast
    }
  }
}
