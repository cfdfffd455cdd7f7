internal import Analysis
internal import Pipeline
internal import TraceCore

/// The requests of another log that a gate compares with.
enum GateBaseline {
  /// Reads the log that the gate names; nil if it names none.
  static func sample(of definition: GateDefinition, like plan: RunPlan, _ common: CommonOptions) throws(Failure)
    -> GateSample?
  {
    guard case .log(let path) = definition.baseline else { return nil }
    var other = try common.plan(files: [path])
    other.groupBy = plan.groupBy
    var live = LiveOptions()
    live.versionField = plan.live?.versionField
    live.gate = GatePlan(definition: definition)
    live.gate?.isSample = true
    other.live = live
    return try common.run(other) { (driver) throws(RunError) in try driver.baseline() }
  }
}
