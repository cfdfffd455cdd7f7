internal import TraceCore

/// What a service shows of the past, as plain values under names.
package struct ServiceSnapshot: Sendable {
  /// A line of the counts for a scraper.
  package struct Series: Sendable {
    package var route: String
    /// Nil where no field names it.
    package var version: String?
    /// 0 without one.
    package var status: UInt16
    package var isError: Bool
    package var counts: RequestMetrics.Series

    package init(route: String, version: String?, status: UInt16, isError: Bool, counts: RequestMetrics.Series) {
      self.route = route
      self.version = version
      self.status = status
      self.isError = isError
      self.counts = counts
    }
  }

  /// A request that failed.
  package struct Failed: Sendable, Equatable {
    package var id: String
    package var route: String
    /// 0 without one.
    package var status: UInt16
    /// Nanoseconds, or -1.
    package var duration: Int64
    package var time: Int64

    package init(id: String, route: String, status: UInt16, duration: Int64, time: Int64) {
      self.id = id
      self.route = route
      self.status = status
      self.duration = duration
      self.time = time
    }
  }

  /// Those that are not in a file yet, the oldest first.
  package var hours: [ServiceHour<String>]
  /// The last minutes in steps of ten seconds.
  package var ticks: [ServiceHistory.Tick]
  /// Upper bounds of the buckets of `series`, nanoseconds.
  package var bounds: [Int64]
  package var series: [Series]
  /// Both in the order in which they came.
  package var findings: [ServiceJournal.Found]
  package var failures: [Failed]
  /// End of the last window in which a rule hit, by its id.
  package var lastHits: [String: Int64]
  /// All findings that began, by severity.
  package var findingCounts: [Int64]
  package var verdicts: [ServiceJournal.Judged]
  package var marks: [ServiceJournal.Mark]
  /// Requests that came so late that their hour was over; hours that could not be written.
  package var late: Int64
  package var forgotten: Int64
  /// Most requests in flight at once in the last minutes, which are in no hour yet; nil where nobody knows.
  package var openPeaks: [ServiceInFlight.Peak]?
  /// In the order in which they came.
  package var causes: [ServiceCauses.Cause]
  /// Messages that are new since the last release; nil without one.
  package var messages: NewMessages?
  /// How the objectives of a file of alerts stand, in its order.
  package var budgets: [ErrorBudget.Standing] = []

  package struct NewMessages: Sendable {
    /// Event time of the release.
    package var since: Int64
    package var shapes: [ServiceMessages.Shape]
    /// Shapes that were forgotten, which would look new, and messages of which no shape is kept.
    package var forgotten: Int64
    package var other: Int64

    package init(since: Int64, shapes: [ServiceMessages.Shape], forgotten: Int64, other: Int64) {
      self.since = since
      self.shapes = shapes
      self.forgotten = forgotten
      self.other = other
    }
  }

  package init(
    hours: [ServiceHour<String>], ticks: [ServiceHistory.Tick], bounds: [Int64], series: [Series],
    findings: [ServiceJournal.Found], lastHits: [String: Int64] = [:], findingCounts: [Int64], failures: [Failed],
    verdicts: [ServiceJournal.Judged] = [], marks: [ServiceJournal.Mark], late: Int64, forgotten: Int64,
    causes: [ServiceCauses.Cause] = [], messages: NewMessages? = nil, openPeaks: [ServiceInFlight.Peak]? = []
  ) {
    self.hours = hours
    self.ticks = ticks
    self.bounds = bounds
    self.series = series
    self.findings = findings
    self.lastHits = lastHits
    self.findingCounts = findingCounts
    self.failures = failures
    self.verdicts = verdicts
    self.marks = marks
    self.late = late
    self.forgotten = forgotten
    self.causes = causes
    self.openPeaks = openPeaks
    self.messages = messages
  }
}
