/// Latency and error figures of one group of requests (a route, a version, a window, all).
package struct GroupSummary: Sendable, Equatable {
  /// Route or value of `--by`; "total" for all.
  package var name: String
  package var requests: Int64 = 0
  package var unfinished: Int64 = 0
  /// 4xx.
  package var clientErrors: Int64 = 0
  /// status >= 500; without a status, a level of error or above.
  package var errors: Int64 = 0
  /// Requests per second of event time; nil where the span is zero or unknown.
  package var ratePerSecond: Double?
  /// Requests with a logged duration: the n of the quantiles.
  package var timed: Int64 = 0
  /// Nanoseconds; nil where there is no duration at all.
  package var p50, p90, p95, p99, max: Int64?
  /// Quantiles come from the sketch (relative error at most 0.1 %), not from the values themselves.
  package var approximate = false

  /// errors / requests; nil without requests.
  package var errorRate: Double? { requests > 0 ? Double(errors) / Double(requests) : nil }
  /// p95 of fewer than 20 values is hardly one.
  package var p95IsWeak: Bool { timed < 20 }
  /// p99 of fewer than 100 values is hardly one.
  package var p99IsWeak: Bool { timed < 100 }

  package init(name: String) { self.name = name }
}

/// Figures of one window of event time.
package struct WindowSummary: Sendable, Equatable {
  /// Nanoseconds; the window is start ..< end.
  package var start: Int64
  package var end: Int64
  package var total: GroupSummary
  package var groups: [GroupSummary]

  package init(start: Int64, end: Int64, total: GroupSummary, groups: [GroupSummary]) {
    self.start = start
    self.end = end
    self.total = total
    self.groups = groups
  }
}

/// All that `skein stats` says.
package struct StatsSummary: Sendable, Equatable {
  /// Field that the groups are of: "route" unless `--by`.
  package var by: String
  package var total: GroupSummary
  /// Most requests first, then by name.
  package var groups: [GroupSummary]
  /// Length of a window in nanoseconds (`--every`), and the windows in order.
  package var every: Int64?
  package var windows: [WindowSummary] = []
  /// First and last event time of the records read (after --since/--until), or EventTime.none.
  package var firstTime = EventTime.none
  package var lastTime = EventTime.none
  package var traces: Int64 = 0
  /// The one source whose closing records count as requests, in words; nil if there is none.
  package var requestSource: String?
  /// Sources of closing records that do not count (hops), with how many records they had.
  package var hopSources: [(name: String, records: Int64)] = []
  /// Requests in the totals and in no window: they ended in one that was already closed, or at a time that nothing confirms.
  package var lateRequests: Int64 = 0
  package var ledger = Ledger()

  package init(by: String, total: GroupSummary, groups: [GroupSummary]) {
    self.by = by
    self.total = total
    self.groups = groups
  }

  package static func == (a: StatsSummary, b: StatsSummary) -> Bool {
    a.by == b.by && a.total == b.total && a.groups == b.groups && a.every == b.every && a.windows == b.windows
      && a.firstTime == b.firstTime && a.lastTime == b.lastTime && a.traces == b.traces
      && a.requestSource == b.requestSource && a.hopSources.elementsEqual(b.hopSources, by: { $0 == $1 })
      && a.lateRequests == b.lateRequests && a.ledger == b.ledger
  }
}

extension GroupSummary: StateCodable {
  package mutating func code(_ coder: inout StateCoder) throws(StateError) {
    try coder.code(&name)
    try coder.code(count: &requests)
    try coder.code(count: &unfinished)
    try coder.code(count: &clientErrors)
    try coder.code(count: &errors)
    try coder.code(&ratePerSecond)
    try coder.code(count: &timed)
    try coder.code(&p50)
    try coder.code(&p90)
    try coder.code(&p95)
    try coder.code(&p99)
    try coder.code(&max)
    try coder.code(&approximate)
  }
}

extension WindowSummary: StateCodable {
  /// What loading fills.
  package static var empty: WindowSummary {
    WindowSummary(start: 0, end: 0, total: GroupSummary(name: ""), groups: [])
  }

  package mutating func code(_ coder: inout StateCoder) throws(StateError) {
    try coder.code(time: &start)
    try coder.code(time: &end)
    try coder.code(&total)
    try coder.code(&groups, empty: GroupSummary(name: ""))
  }
}
