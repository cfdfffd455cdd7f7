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
  /// Who told of requests, in order of first appearance.
  package var sources: [TellingSummary] = []
  /// Logs that were read.
  package var streams = 1
  /// Requests in the totals and in no window: they ended in one that was already closed, or at a time that nothing confirms.
  package var lateRequests: Int64 = 0
  /// Requests in flight at once; nil where the run did not measure them.
  package var inFlight: InFlight?
  package var ledger = Ledger()

  package init(by: String, total: GroupSummary, groups: [GroupSummary]) {
    self.by = by
    self.total = total
    self.groups = groups
  }

  package static func == (a: StatsSummary, b: StatsSummary) -> Bool {
    a.by == b.by && a.total == b.total && a.groups == b.groups && a.every == b.every && a.windows == b.windows
      && a.firstTime == b.firstTime && a.lastTime == b.lastTime && a.traces == b.traces
      && a.sources == b.sources && a.streams == b.streams && a.lateRequests == b.lateRequests
      && a.inFlight == b.inFlight && a.ledger == b.ledger
  }
}

/// A source of requests (a logger, or the layout of lines without one, of one log) and what came of its closing records.
package struct TellingSummary: Sendable, Equatable {
  package var name: String
  package var stream: String
  /// Requests counted from them.
  package var requests: Int64
  /// Records about requests that are counted from another record.
  package var hops: Int64

  package init(name: String, stream: String, requests: Int64, hops: Int64) {
    self.name = name
    self.stream = stream
    self.requests = requests
    self.hops = hops
  }
}

extension StatsSummary {
  /// Whose closing records count as requests, in words; nil if nobody's do.
  package var requestSource: String? {
    var words: [String] = []
    for source in sources where source.requests > 0 && !words.contains(where: { $0 == source.name }) {
      words.append(source.name)
    }
    guard !words.isEmpty else { return nil }
    let shown = words.prefix(3).map { name in
      let logs = Set(sources.filter { $0.requests > 0 && $0.name == name }.map(\.stream))
      guard streams > 1, let only = logs.first else { return name }
      return logs.count > 1 ? "\(name) in \(logs.count) logs" : "\(name) in \(only)"
    }
    return shown.joined(separator: ", ") + (words.count > 3 ? " and \(words.count - 3) more" : "")
  }

  /// Sources with records about requests that are counted from others, most records first.
  package var hopSources: [(name: String, records: Int64)] {
    sources.filter { $0.hops > 0 }.map { (streams > 1 ? "\($0.name) in \($0.stream)" : $0.name, $0.hops) }
      .sorted { ($1.1, $0.0) < ($0.1, $1.0) }
  }

  /// Logs from which requests are counted.
  package var instances: Int { Set(sources.filter { $0.requests > 0 }.map(\.stream)).count }
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
