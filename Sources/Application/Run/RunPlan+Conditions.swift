package import Analysis
package import Pipeline
internal import RulePack

extension RunPlan {
  /// Refuses to ask more of each request than there is room for an answer: by `--where`, the rules and a gate together.
  package func checkConditions(gate: GateDefinition?) throws(Failure) {
    let conditions =
      (requestFilter == nil ? 0 : 1) + (rules?.set.requestAtoms.count ?? 0) + (gate?.requestConditions.count ?? 0)
    guard conditions <= GateDefinition.mostConditions else {
      throw Failure(
        .usage,
        "the gate, the rules and --where ask \(conditions) questions about each request, and at most "
          + "\(GateDefinition.mostConditions) are possible: leave rules out (--packs none) or ask for less")
    }
  }
}
