package import Analysis
package import Pipeline
internal import RulePack

extension RunPlan {
  /// Refuses to ask more of each request than there is room for an answer: by `--where`, the rules, a gate and the objectives of a
  /// file of alerts together.
  ///
  /// - Parameter gate: one that the plan does not have yet; nil for what it has.
  package func checkConditions(gate: GateDefinition? = nil) throws(Failure) {
    let conditions =
      (requestFilter == nil ? 0 : 1) + (rules?.set.requestAtoms.count ?? 0)
      + (gate?.requestConditions ?? live?.requestConditions ?? []).count
    guard conditions <= GateDefinition.mostConditions else {
      let objectives = live?.objectives.isEmpty ?? true ? "" : " the objectives,"
      throw Failure(
        .usage,
        "the gate,\(objectives) the rules and --where ask \(conditions) questions about each request, and at most "
          + "\(GateDefinition.mostConditions) are possible: leave rules out (--packs none) or ask for less")
    }
  }
}
