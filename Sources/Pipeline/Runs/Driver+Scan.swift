internal import LogSource
package import RulePack
package import TraceCore

extension Driver {
  /// What `scan` gives.
  package struct ScanResult {
    package var findings: Findings
    package var ledger: Ledger
    /// Fields asked for by name that stood in at least one record.
    package var seenFields: Set<String>
    /// Names of fields in the first lines, most frequent first: for suggestions.
    package var sampledFields: () -> [String]
  }

  /// Reads everything and applies the plan's rules; where none asks for traces, nothing is grouped.
  package func scan() throws(RunError) -> ScanResult {
    guard let rules = plan.rules, let ruleStage = plan.ruleStage() else { throw RunError.usage("there are no rules") }
    guard !rules.set.needsTraces else {
      let result = try run()
      return ScanResult(
        findings: result.findings ?? Findings(of: rules.set), ledger: result.stats.ledger,
        seenFields: result.seenFields, sampledFields: result.sampledFields)
    }
    let stage = ScanStage(rules: ruleStage)
    let reading = try read(into: stage)
    var ledger = Ledger()
    ledger.isGrouped = false
    ledger.readsFields = !plan.isOutline
    settle(&ledger, reading)
    return ScanResult(
      findings: stage.finish(), ledger: ledger, seenFields: reading.seenFields, sampledFields: sampledFields)
  }
}
