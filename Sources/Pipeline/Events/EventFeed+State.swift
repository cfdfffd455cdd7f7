internal import Analysis
internal import RulePack
internal import TraceCore

/// What has been told up to here, so that a run goes on after a restart as if it had not ended.
extension EventFeed {
  func code(_ coder: inout StateCoder) throws(StateError) {
    try coder.section("events")
    try coder.check(Int(exactly: length) ?? 0, "windows")
    try coder.code(&details)
    try coder.code(&clock)
    try coder.code(&routes)
    try coder.check(versions != nil ? 1 : 0, "--version-field")
    if var parts = versions {
      try coder.code(&parts)
      if coder.isLoading { versions = parts }
    }
    try coder.code(time: &next)
    try coder.code(
      &hits, emptyKey: 0, empty: [:], key: { start, coder throws(StateError) in try coder.code(time: &start) },
      { counts, coder throws(StateError) in
        try coder.code(&counts, empty: 0) { count, coder throws(StateError) in try coder.code(count: &count) }
      })
    try coder.code(count: &leftOut.unfinished)
    try coder.code(count: &leftOut.uncounted)
    try coder.code(count: &leftOut.uncountedErrors)
    try coder.code(&knownVersions)
    try coder.code(&gaps, empty: 0) { gap, coder throws(StateError) in try coder.code(time: &gap) }
    if !coder.isLoading { giveUnread() }
    try coder.code(&unread)
    try coder.code(&logsWithoutTime)
    try coder.code(&counted, empty: 0) { count, coder throws(StateError) in try coder.code(count: &count) }
    guard counted.keys.allSatisfy(rules.indices.contains) else { throw .invalid("rule of a finding") }
    try coder.code(&alerts)
    try coder.code(&budgets)
    try codeWaiting(&coder)
    try codeGate(&coder)
  }

  /// Findings and marks, each in their order: a tick tells them in the order in which they came.
  private func codeWaiting(_ coder: inout StateCoder) throws(StateError) {
    let rules = rules
    try coder.code(&waiting, empty: .mark(EventMark(kind: .given, time: 0, text: ""))) {
      event, coder throws(StateError) in
      var isFinding = if case .finding = event { true } else { false }
      try coder.code(&isFinding)
      if isFinding {
        var finding: Finding? = if case .finding(let known) = event { known } else { nil }
        try Finding.code(&finding, rules: rules, &coder)
        if let finding { event = .finding(finding) }
      } else {
        var mark = if case .mark(let known) = event { known } else { EventMark(kind: .given, time: 0, text: "") }
        try coder.code(choice: &mark.kind)
        try coder.code(time: &mark.time)
        try coder.code(&mark.text)
        event = .mark(mark)
      }
    }
  }

  private func codeGate(_ coder: inout StateCoder) throws(StateError) {
    try coder.check(gatePlan != nil ? 1 : 0, "--gate")
    guard let gatePlan else { return }
    var start = gate?.start ?? EventTime.none
    try coder.code(time: &start)
    guard start != EventTime.none else { return }
    guard Gate.canBegin(gatePlan.definition, at: start) else { throw .invalid("start of a gate") }
    var known = gate ?? self.gate(of: gatePlan, from: start)
    try coder.code(&known)
    if coder.isLoading { gate = known }
  }
}
