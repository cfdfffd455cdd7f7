package import Analysis
package import TraceCore

/// All that the pages of `skein serve` show at one moment, as plain values: whoever follows fills it in, `ServicePage` writes it.
///
/// Times are event times in nanoseconds (`EventTime.none`: none), durations nanoseconds. Texts may come from a log and be hostile:
/// the page escapes them. What is to be redacted is redacted already.
package struct ServiceView: Sendable {
  /// Names of the followed logs, in the order of the command line.
  package var logs: [String] = []
  package var programVersion = ""
  /// How far event time has come.
  package var time = EventTime.none
  /// How far the wall clock is ahead of `time`; nil where it is not known or says nothing (a replay).
  package var lag: Int64?
  package var progress = LiveProgress.waiting
  package var span = ServiceSpan.quarter
  /// Part of the names of routes that are asked for; empty: all routes. The page itself shows those alone that contain it.
  package var filter = ""
  /// What the figures are of; empty without a request.
  package var range: Range<Int64> = 0..<0
  /// When the newest request ended, also where that is not in the range: since then there has been silence.
  package var lastRequest = EventTime.none
  package var total = ServiceFigures()
  /// Of the time before the range: as long as it, or before the release where `span` is since the release. Nil: not known.
  package var before: ServiceFigures?
  /// What `before` is of, as words: `the 15 minutes before`, `before version v2`.
  package var beforeName = ""
  /// For the charts, oldest first; contiguous.
  package var windows: [SeriesWindow] = []
  /// Releases and marks within the range, oldest first.
  package var marks: [LiveMark] = []
  /// The busiest first.
  package var routes: [ServiceRow] = []
  /// Empty where no field names the version.
  package var versions: [ServiceRow] = []
  /// Empty where only one log is followed.
  package var instances: [ServiceRow] = []
  package var users = ServiceUsers()
  /// The newest first.
  package var findings: [ServiceFinding] = []
  /// Whether rules are applied at all.
  package var hasRules = true
  /// Requests that failed, the newest first.
  package var failures: [LiveTrace] = []
  /// Shapes of messages that were not logged before the last release, the most frequent first.
  package var newMessages: [ServiceMessage] = []
  /// What limits `newMessages`, as a sentence; empty where nothing does.
  package var newMessagesNote = ""
  /// The last release; nil without one before it.
  package var release: LiveMark?
  /// Stack traces by cause, the most frequent first.
  package var causes: [ServiceCause] = []
  /// Requests that were told and are not counted, by source.
  package var uncounted: [UncountedTellings] = []
  /// Sentences about what is missing, damaged, late or not counted, for every page.
  package var notes: [String] = []
  /// Nil without a gate.
  package var gate: LiveGate?

  package init() {}
}

/// The span that a page is asked for, as it stands in its address (`?span=1h`).
package enum ServiceSpan: String, Sendable, CaseIterable {
  case quarter = "15m"
  case hour = "1h"
  case day = "24h"
  case month = "30d"
  case release

  /// Nanoseconds; nil for what begins with the last release.
  package var length: Int64? {
    let minute = 60 * EventTime.nanosecondsPerSecond
    return switch self {
    case .quarter: 15 * minute
    case .hour: 60 * minute
    case .day: 24 * 60 * minute
    case .month: 30 * 24 * 60 * minute
    case .release: nil
    }
  }
}

/// Requests of a span.
package struct ServiceFigures: Sendable, Equatable {
  package var requests: Int64 = 0
  /// 4xx.
  package var clientErrors: Int64 = 0
  package var errors: Int64 = 0
  /// Requests with a logged duration.
  package var timed: Int64 = 0
  /// Nanoseconds, within 2 %; nil without durations.
  package var p50, p95, p99: Int64?
  /// Nil where the span is not known.
  package var ratePerSecond: Double?
  /// Requests in flight, on average (Little's law: the sum of durations by the span); nil without durations.
  package var inFlight: Double?
  /// Most at once, and when: event time. Nil where it is not known.
  package var peakInFlight: Int64?
  package var peakTime = EventTime.none

  package init() {}

  package var errorRate: Double? { requests > 0 ? Double(errors) / Double(requests) : nil }
}

/// A route, version or instance.
package struct ServiceRow: Sendable, Equatable {
  package var name: String
  package var figures: ServiceFigures
  /// Of the time before, as `ServiceView.before`; nil where it had none.
  package var before: ServiceFigures?
  /// Time of the first request where that is known (a version).
  package var first = EventTime.none

  package init(name: String, figures: ServiceFigures, before: ServiceFigures? = nil) {
    self.name = name
    self.figures = figures
    self.before = before
  }
}

/// What people felt.
package struct ServiceUsers: Sendable {
  /// The field that names a person or client; nil where none is logged.
  package var field: String?
  /// `field` names clients, such as addresses, and no persons.
  package var areClients = false
  /// Requests that name one.
  package var named: Int64 = 0
  /// Different people with a request, and with a failed one; whether both are estimates, within 2.3 %.
  package var people: Int64 = 0
  package var failedPeople: Int64 = 0
  package var isEstimate = false
  /// Those with failures or slow requests, most failures first.
  package var rows: [ServicePerson] = []
  /// Failures and slow requests of people who are in no row, because there are too many.
  package var otherErrors: Int64 = 0
  package var otherSlow: Int64 = 0
  /// Requests that change something (POST, PUT, PATCH, DELETE), and those of the time before.
  package var writes = ServiceFigures()
  package var writesBefore: ServiceFigures?
  /// Requests that took longer than this, and how many: nanoseconds.
  package var slowLimit: Int64 = EventTime.nanosecondsPerSecond
  package var slow: Int64 = 0
  /// Requests under an id that had one of the same route before, and all that have an id; nil: none has one.
  package var retries: Int64?
  package var identified: Int64 = 0

  package init() {}

  /// `12 people`, `1 client`.
  func count(_ number: Int64) -> String {
    areClients ? CountText.text(number, "client") : CountText.text(number, "person", plural: "people")
  }
  var noun: String { areClients ? "clients" : "people" }
}

/// Somebody who met failures or slow requests.
package struct ServicePerson: Sendable, Equatable {
  package var name: String
  package var errors: Int64
  package var slow: Int64
  /// End of the last such request, and its id.
  package var last: Int64
  package var trace: String?

  package init(name: String, errors: Int64, slow: Int64, last: Int64, trace: String? = nil) {
    self.name = name
    self.errors = errors
    self.slow = slow
    self.last = last
    self.trace = trace
  }
}

/// A finding that began in the span.
package struct ServiceFinding: Sendable, Equatable {
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
  /// The message of the first line found, and where it stands (`app.log:120`).
  package var message = ""
  package var place = ""

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

/// A shape of messages.
package struct ServiceMessage: Sendable, Equatable {
  package var pattern: String
  package var level: Level
  package var count: Int64
  package var first: Int64
  package var trace: String?

  package init(pattern: String, level: Level, count: Int64, first: Int64, trace: String? = nil) {
    self.pattern = pattern
    self.level = level
    self.count = count
    self.first = first
    self.trace = trace
  }
}

/// Stack traces with one cause.
package struct ServiceCause: Sendable, Equatable {
  /// The kind of exception and its message.
  package var title: String
  /// The line of the program it came from.
  package var place: String
  package var count: Int64
  package var first: Int64
  package var last: Int64
  package var trace: String?

  package init(title: String, place: String, count: Int64, first: Int64, last: Int64, trace: String? = nil) {
    self.title = title
    self.place = place
    self.count = count
    self.first = first
    self.last = last
    self.trace = trace
  }
}
