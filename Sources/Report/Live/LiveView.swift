package import TraceCore

/// All that the live screen shows at one moment, as plain values: `LiveScreen` draws it, whoever follows fills it in.
///
/// Times are event times in nanoseconds (`EventTime.none`: none), durations nanoseconds, shares 0 ... 1. Texts may come from
/// a log and be hostile: the screen escapes and cuts them. The view decides nothing and knows no terminal.
package struct LiveView: Sendable, Equatable {
  /// Names of the followed logs, in the order of the command line.
  package var files: [String] = []
  /// How far event time has come.
  package var time = EventTime.none
  /// How far the wall clock is ahead of `time`; nil where it is not known or says nothing (a replay).
  package var lag: Int64?
  package var progress = LiveProgress.following
  /// Length of the windows of the figures.
  package var window: Int64 = 10 * EventTime.nanosecondsPerSecond
  /// Start of the last window of the figures' series.
  package var lastWindow = EventTime.none
  /// Requests a second.
  package var rate = LiveFigure()
  package var errorRate = LiveFigure()
  /// Nanoseconds.
  package var p50 = LiveFigure()
  package var p95 = LiveFigure()
  package var p99 = LiveFigure()
  /// What the baseline is, for a heading: `first 5 minutes`, `before.log`; empty: there is none.
  package var baseline = ""
  /// Nanoseconds that the figures of routes and versions are of, back from now; nil: not known.
  package var listSpan: Int64?
  /// Requests that were told and are not counted, by source.
  package var uncounted: [UncountedTellings] = []
  package var routes: [LiveRoute] = []
  /// Open and past findings, in any order.
  package var findings: [LiveFinding] = []
  /// Findings by severity, P0 first; also those no longer kept in `findings`.
  package var findingCounts: [Int64] = [0, 0, 0, 0]
  /// Whether rules are applied at all.
  package var hasRules = true
  package var gate: LiveGate?
  /// By first appearance.
  package var versions: [LiveVersion] = []
  /// Oldest first.
  package var marks: [LiveMark] = []
  /// What the ledger, hooks or the terminal have to warn of, the newest last.
  package var warnings: [String] = []
  /// Requests that failed, the newest last.
  package var traces: [LiveTrace] = []

  package init() {}
}

/// How reading stands.
package enum LiveProgress: Sendable, Equatable {
  /// At the end of every log.
  case following
  /// Old bytes are still being read; how many are left, where that is known.
  case catchingUp(bytes: Int64?)
  /// No log is there yet.
  case waiting
  /// Nothing more comes.
  case ended
}

/// One figure over time.
package struct LiveFigure: Sendable, Equatable {
  /// Of the last complete window; nil: none, or no request in it.
  package var now: Double?
  package var baseline: Double?
  /// One a window, the oldest first; nil: no request. The last one is `LiveView.lastWindow`.
  package var series: [Double?]
  /// `now` is of too few values to trust.
  package var isThin: Bool

  package init(now: Double? = nil, baseline: Double? = nil, series: [Double?] = [], isThin: Bool = false) {
    self.now = now
    self.baseline = baseline
    self.series = series
    self.isThin = isThin
  }
}

/// A route's figures over the last windows.
package struct LiveRoute: Sendable, Equatable {
  package var name: String
  package var requests: Int64
  /// Requests a second.
  package var rate: Double
  package var errors: Int64
  /// Nil: no durations.
  package var p50: Int64?
  package var p95: Int64?
  package var p99: Int64?
  /// Requests without an end.
  package var open: Int64

  package init(
    name: String, requests: Int64, rate: Double, errors: Int64, p50: Int64? = nil, p95: Int64? = nil,
    p99: Int64? = nil, open: Int64 = 0
  ) {
    self.name = name
    self.requests = requests
    self.rate = rate
    self.errors = errors
    self.p50 = p50
    self.p95 = p95
    self.p99 = p99
    self.open = open
  }

  package var errorRate: Double { requests > 0 ? Double(errors) / Double(requests) : 0 }
}

package struct LiveFinding: Sendable, Equatable {
  /// Event id.
  package var id: String
  /// 0 (P0) ... 3 (P3).
  package var severity: Int
  package var title: String
  package var rule: String
  /// What its findings count so far, as a scan says it.
  package var count: Int64
  package var first: Int64
  package var last: Int64
  /// A request to look at.
  package var trace: String?

  package init(
    id: String, severity: Int, title: String, rule: String, count: Int64, first: Int64, last: Int64,
    trace: String? = nil
  ) {
    self.id = id
    self.severity = severity
    self.title = title
    self.rule = rule
    self.count = count
    self.first = first
    self.last = last
    self.trace = trace
  }
}

/// A version of the service, by the version field: its figures over the last windows.
package struct LiveVersion: Sendable, Equatable {
  package var name: String
  package var requests: Int64
  package var errors: Int64
  package var p95: Int64?
  /// Time of its first request.
  package var first: Int64
  /// The one that a gate judges.
  package var isNew: Bool

  package init(
    name: String, requests: Int64, errors: Int64, p95: Int64?, first: Int64 = EventTime.none, isNew: Bool = false
  ) {
    self.name = name
    self.requests = requests
    self.errors = errors
    self.p95 = p95
    self.first = first
    self.isNew = isNew
  }
}

/// A moment that someone named (`--mark`), or at which a version appeared.
package struct LiveMark: Sendable, Equatable {
  package var time: Int64
  package var text: String

  package init(time: Int64, text: String) {
    self.time = time
    self.text = text
  }
}

/// A request that failed.
package struct LiveTrace: Sendable, Equatable {
  package var id: String
  package var route: String
  package var status: Int?
  package var duration: Int64?
  package var time: Int64

  package init(id: String, route: String, status: Int?, duration: Int64?, time: Int64) {
    self.id = id
    self.route = route
    self.status = status
    self.duration = duration
    self.time = time
  }
}
