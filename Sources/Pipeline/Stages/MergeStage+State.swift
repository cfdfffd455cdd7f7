internal import Analysis
package import TraceCore

extension MergeStage {
  /// Saves what the records up to here have made of the stage, or goes on from what was saved. Between blocks. Evidence is
  /// not saved: it is for commands that read a log once.
  package func code(_ coder: inout StateCoder) throws(StateError) {
    try coder.section("requests")
    try coder.check(streams.count, "streams")
    try coder.check(grouper.options.keepsClosed ? 1 : 0, "rules")
    try coder.code(&grouper)
    try coder.code(&details)
    for index in streams.indices {
      try coder.code(&streams[index].continuation)
      try coder.code(&streams[index].lastMember)
      try coder.code(&streams[index].lastHasTraceback)
    }
    try coder.code(&stats)
    try coder.code(&unfinishedInWindows, emptyKey: UnfinishedInWindow(start: 0, group: -1), empty: 0) {
      place, coder throws(StateError) in
      try coder.code(time: &place.start)
      try coder.code(&place.group)
    } _: { count, coder throws(StateError) in
      try coder.code(count: &count)
    }
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
    let names = statsNames
    return streams.allSatisfy { $0.lastMember.isWithin(grouper) }
      && stats.isWithin(names) && windows?.isWithin(names) != false
      && unfinishedInWindows.keys.allSatisfy { names.isNumber($0.group) }
  }
}

/// Where requests that never ended are shown: by the beginning of a window, and the number of a group.
struct UnfinishedInWindow: Hashable, Comparable {
  var start: Int64
  var group: Int32

  static func < (a: UnfinishedInWindow, b: UnfinishedInWindow) -> Bool { (a.start, a.group) < (b.start, b.group) }
}
