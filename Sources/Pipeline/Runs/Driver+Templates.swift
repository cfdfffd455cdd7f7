package import Analysis
internal import LogSource
package import TraceCore

extension Driver {
  /// What `templates` gives.
  package struct TemplateResult {
    /// Its rows are in order of the first record that was read.
    package var summary: TemplateSummary
    package var ledger: Ledger
    /// Fields asked for by name that stood in at least one record.
    package var seenFields: Set<String>
    /// Names of fields in the first lines, most frequent first: for suggestions.
    package var sampledFields: () -> [String]
  }

  /// Reads everything and counts records by message template: those for which the plan's `recordFilter` is yes, between
  /// `since` and `until`. The plan keeps messages.
  package func templates() throws(RunError) -> TemplateResult {
    let selection = RecordSelection(hasExpression: plan.recordFilter != nil, since: plan.since, until: plan.until)
    let stage = TemplateStage(selection: selection)
    let reading = try read(into: stage)
    var ledger = Ledger()
    ledger.isGrouped = false
    settle(&ledger, reading)
    return TemplateResult(
      summary: stage.finish(), ledger: ledger, seenFields: reading.seenFields,
      sampledFields: sampledFields)
  }
}
