package import Analysis
package import Pipeline
internal import TraceCore

/// The requests of another log that a gate compares with.
package enum GateBaseline {
  /// Reads the log that the gate names; nil if it names none.
  package static func sample(of definition: GateDefinition, like plan: RunPlan, _ settings: RunSettings) throws(Failure)
    -> GateSample?
  {
    guard case .log(let path) = definition.baseline else { return nil }
    var other = try settings.plan(files: [path])
    other.groupBy = plan.groupBy
    var live = LiveOptions()
    live.versionField = plan.live?.versionField
    live.gate = GatePlan(definition: definition)
    live.gate?.isSample = true
    other.live = live
    return try LogRun.run(other) { (driver) throws(RunError) in try driver.baseline() }
  }
}
