internal import Analysis
internal import RulePack
internal import TraceCore

// Windows that end, with the hits of rules in them.

extension EventFeed {
  /// Empty windows in a row that are reported one by one; more of them are one mark.
  private static let mostEmpty: Int64 = 1_000

  func start(of time: Int64) -> Int64 { time - EventTime.floorDivide(time, length).remainder }

  func closeWindows(upTo time: Int64, _ state: State, isEnd: Bool) {
    routes.close(upTo: time, names: state.routeNames, isUnmatched: state.isUnmatched)
    versions?.close(upTo: time, names: state.versionNames, isUnmatched: { _ in false })
    var byStart: [Int64: WindowSummary] = [:]
    for window in routes.takeClosed() { byStart[window.start] = window }
    var versionsByStart: [Int64: [GroupSummary]] = [:]
    for window in versions?.takeClosed() ?? [] { versionsByStart[window.start] = window.groups }
    let told = (Array(byStart.keys) + hits.keys).sorted()
    var place = 0
    while next + length <= time {
      while place < told.count, told[place] < next { place += 1 }
      let until = place < told.count ? min(told[place], start(of: time)) : start(of: time)
      if (until - next) / length > EventFeed.mostEmpty {
        tell(.mark(EventMark(kind: .gap, time: next, text: EventFeed.gap(from: next, to: until, length))))
        next = until
        closeBudgets(upTo: next)
        continue
      }
      let summary = byStart[next] ?? Windows.empty(start: next, length: length)
      tell(
        .window(
          EventWindow(
            summary: summary, versions: versionsByStart[next] ?? [], hits: takeHits(before: next + length),
            unfinished: leftOut.unfinished, isPartial: isEnd && next + length > clock.high,
            uncounted: leftOut.uncounted, uncountedErrors: leftOut.uncountedErrors)))
      leftOut = LeftOut()
      next += length
      closeBudgets(upTo: next)
    }
  }

  static func gap(from start: Int64, to end: Int64, _ length: Int64) -> String {
    "nothing until \(EventTime.rfc3339(end)): \((end - start) / length) empty windows are not reported"
  }

  private func takeHits(before end: Int64) -> [EventWindow.RuleCount] {
    var sums: [Int: Int64] = [:]
    for (start, counts) in hits where start < end {
      for (rule, count) in counts { sums[rule, default: 0] += count }
      hits[start] = nil
    }
    return sums.sorted { ($0.key) < ($1.key) }
      .map { EventWindow.RuleCount(rule: rules[$0.key].id, severity: rules[$0.key].severity.name, hits: $0.value) }
  }
}
