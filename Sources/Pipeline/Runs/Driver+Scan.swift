internal import LogSource
package import RulePack
package import TraceCore

extension Driver {
  /// Reads everything and applies the plan's rules; where none asks for traces, nothing is grouped.
  package func scan() throws(RunError) -> (findings: Findings, ledger: Ledger) {
    guard let rules = plan.rules, let ruleStage = plan.ruleStage() else { throw RunError.usage("there are no rules") }
    guard !rules.set.needsTraces else {
      let result = try run()
      return (result.findings ?? Findings(of: rules.set), result.stats.ledger)
    }
    let stage = ScanStage(rules: ruleStage)
    let reading = try read(into: stage)
    var ledger = Ledger()
    ledger.isGrouped = false
    ledger.readsFields = !plan.isOutline
    settle(&ledger, reading)
    return (stage.finish(), ledger)
  }
}
