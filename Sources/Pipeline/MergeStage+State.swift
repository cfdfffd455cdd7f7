internal import Analysis
package import TraceCore

extension MergeStage {
  /// Saves what the records up to here have made of the stage, or goes on from what was saved. Between blocks. It throws
  /// `notYet` while blocks wait for the election of the request source: then they have to be read again. Evidence is not
  /// saved: it is for commands that read a log once.
  package func code(_ coder: inout StateCoder) throws(StateError) {
    guard !isHolding else { throw .notYet("it is known whose records are requests") }
    try coder.section("requests")
    try coder.check(streams.count, "streams")
    try coder.check(grouper.options.keepsClosed ? 1 : 0, "rules")
    try coder.code(&isElected)
    try coder.code(&chosen, empty: .empty) { source, coder throws(StateError) in try coder.code(&source) }
    try coder.code(&endsByID)
    try coder.code(&election)
    try coder.code(&grouper)
    for index in streams.indices {
      try coder.code(&streams[index].continuation)
      try coder.code(&streams[index].lastMember)
      try coder.code(&streams[index].lastHasTraceback)
    }
    try coder.code(&hops, empty: (source: .empty, records: 0)) { hop, coder throws(StateError) in
      try coder.code(&hop.source)
      try coder.code(count: &hop.records)
    }
    try coder.code(&stats)
    try coder.code(&unfinishedInWindows, empty: .empty)
    try coder.code(&corrections, empty: LedgerCounts()) { counts, coder throws(StateError) in try coder.code(&counts) }
    try codeOptionalParts(&coder)
    guard !coder.isLoading || isSound else { throw .invalid("number of a stream") }
  }

  /// What there is by the plan alone.
  private func codeOptionalParts(_ coder: inout StateCoder) throws(StateError) {
    try coder.check(windows != nil ? 1 : 0, "--every")
    if var parts = windows {
      try coder.code(&parts)
      if coder.isLoading { windows = parts }
    }
    try coder.check(ranking != nil ? 1 : 0, "traces")
    if var rows = ranking {
      try coder.code(&rows)
      if coder.isLoading { ranking = rows }
    }
    try coder.check(rules != nil ? 1 : 0, "rules")
    try rules?.code(&coder)
    try coder.check(feed != nil ? 1 : 0, "events")
    try feed?.code(&coder)
  }

  /// Whether all numbers point at what is there.
  private var isSound: Bool {
    let sources = hops.map(\.source) + (chosen.map { [$0] } ?? [])
    let names = statsNames
    return sources.allSatisfy { streams.indices.contains($0.stream) }
      && streams.allSatisfy { $0.lastMember.isWithin(grouper) }
      && stats.isWithin(names) && windows?.isWithin(names) != false
      && unfinishedInWindows.allSatisfy { names.isNumber($0.group) }
  }
}
