package import TraceCore

/// What has been judged up to here: a gate of the same definition and start that loads it goes on with the same verdicts.
///
/// The definition is not saved. A sample of another log is: what it said when the gate began holds to its end.
extension Gate: StateCodable {
  package mutating func code(_ coder: inout StateCoder) throws(StateError) {
    try coder.section("gate")
    try checkDefinition(&coder)
    try coder.code(choice: &phase)
    try coder.code(&stageNumber)
    try coder.code(time: &stageStart)
    try coder.code(time: &countFrom)
    try coder.code(time: &stageEnd)
    try coder.code(time: &boundary)
    try coder.code(time: &countTo)
    try coder.code(time: &windowStart)
    try coder.code(time: &failingFinding)
    try coder.code(time: &newest)
    try coder.code(&stageStates, empty: .pass) { state, coder throws(StateError) in try coder.code(choice: &state) }
    try coder.code(&extensions)
    try coder.code(&isHeld)
    try coder.code(&versions)
    try coder.code(
      &versionNames, emptyKey: 0, empty: "", key: { version, coder throws(StateError) in try coder.code(&version) },
      { name, coder throws(StateError) in try coder.code(&name) })
    try coder.code(&versionsBefore, empty: 0) { version, coder throws(StateError) in try coder.code(&version) }
    try coder.code(&lastKnown)
    try coder.code(&notes)
    if coder.isLoading { try checkTimes() }
    let (definition, plans) = (definition, plans)
    try evidence.code(&coder, plans)
    try earlier.code(&coder, plans)
    try coder.code(&baseline, empty: GateSample(definition)) { sample, coder throws(StateError) in
      try coder.code(&sample)
    }
    try codePending(&coder)
    try coder.code(&traffic)
    try coder.code(
      &versionTraffic, emptyKey: 0, empty: TrafficWatch(),
      key: { version, coder throws(StateError) in try coder.code(&version) },
      { watch, coder throws(StateError) in try coder.code(&watch) })
    try coder.code(
      &instanceTraffic, emptyKey: 0, empty: TrafficWatch(),
      key: { instance, coder throws(StateError) in try coder.code(&instance) },
      { watch, coder throws(StateError) in try coder.code(&watch) })
    try doubts.code(&coder, plans)
    try coder.code(&passed, empty: .empty) { stage, coder throws(StateError) in try coder.code(&stage) }
    guard passed.allSatisfy({ $0.findings.count == plans.count && definition.stages.indices.contains($0.number) })
    else {
      throw .invalid("stage")
    }
  }

  private func checkDefinition(_ coder: inout StateCoder) throws(StateError) {
    try coder.check(plans.count, "objectives")
    for plan in plans { try coder.check(plan.objective.text, "objectives") }
    try coder.check(definition.stages.count, "stages")
    for stage in definition.stages {
      try coder.check(Int(stage.duration), "stages")
      try coder.check(Int(stage.longest), "stages")
    }
    try coder.check(Int(definition.window), "windows of the gate")
  }

  /// Whether nothing of the gate is beyond the times that can be told.
  package static func canBegin(_ definition: GateDefinition, at start: Int64) -> Bool {
    var before: Int64 = 0
    if case .span(let length) = definition.baseline { before = length }
    let margin = definition.duration + definition.window
    return !start.subtractingReportingOverflow(before).overflow && !start.addingReportingOverflow(margin).overflow
  }

  /// The stage's times follow from its number, from how often it was extended, and from how long earlier ones could be; the
  /// others lie within it.
  private func checkTimes() throws(StateError) {
    guard stageNumber >= -1, stageNumber < definition.stages.count,
      stageNumber < 0 ? phase == .waiting || phase == .over : phase != .waiting, 0..<GateLevels.looks ~= extensions
    else { throw .invalid("stage") }
    let hasBegun = stageNumber >= 0
    let before = definition.stages.prefix(max(0, stageNumber))
    let earliest = start + before.reduce(Int64(0)) { $0 + $1.duration }
    let latest = start + before.reduce(Int64(0)) { $0 + $1.longest }
    guard earliest <= stageStart, stageStart <= latest else { throw .invalid("time of a stage") }
    let begin = stageStart
    let end = begin + (hasBegun ? definition.stages[stageNumber].length(atLook: extensions) : 0)
    let from = min(begin + (hasBegun ? definition.warmUp : 0), end)
    guard (stageStart, countFrom, stageEnd) == (begin, from, end), boundary >= begin, boundary <= end,
      windowStart >= start, windowStart <= boundary, countTo >= begin, countTo <= boundary,
      failingFinding == EventTime.none || (failingFinding >= windowStart && failingFinding <= end)
    else { throw .invalid("time of a stage") }
  }

  private mutating func codePending(_ coder: inout StateCoder) throws(StateError) {
    let empty = Pending(GateRequest(time: 0, duration: 0, isError: false))
    try coder.code(&pending, empty: empty) { event, coder throws(StateError) in
      try coder.code(&event.request)
      try coder.code(&event.field)
      try coder.code(&event.value)
      var source = event.uncounted ?? GateDoubts.others
      try coder.code(&source)
      event.uncounted = source == GateDoubts.others ? nil : source
    }
    try coder.code(&pendingFindings, empty: .empty) { finding, coder throws(StateError) in try coder.code(&finding) }
  }
}

extension GateRequest: StateCodable {
  package mutating func code(_ coder: inout StateCoder) throws(StateError) {
    try coder.code(time: &time)
    try coder.code(&duration)
    try coder.code(&isError)
    try coder.code(&route)
    try coder.code(&version)
    try coder.code(&instance)
    try coder.code(&truths)
    try coder.code(choice: &kind)
  }
}
