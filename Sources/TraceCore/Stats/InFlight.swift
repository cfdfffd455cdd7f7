/// Requests in flight at once over a span of event time, from the start to the end of each: what `InFlightMeter` has measured.
///
/// A start is known where a duration is logged. The others are counted, and are in neither figure.
package struct InFlight: Sendable, Equatable {
  /// Requests of which start and end are known, and that lay in the span at least partly.
  package var requests: Int64 = 0
  /// On average: the time that all of them took, divided by the time from `start` to `end` (Little's law). Nil where that is 0.
  package var mean: Double?
  /// Most at once, to the millisecond. Nil without requests; where the log's times are to the second (`isToTheSecond`): all
  /// that end in one second would be in flight together at its beginning; and where most was of `instants`.
  package var peak: Int64?
  /// When that was first so: nanoseconds of event time, a whole millisecond.
  package var peakAt: Int64?
  /// From the first start to the last end, within the span that was asked for; EventTime.none without requests.
  package var start = EventTime.none
  package var end = EventTime.none
  /// Requests without a logged duration, or without a time.
  package var withoutStart: Int64 = 0
  /// Of `requests` those that had begun more than 15 minutes before the newest end: they count from there on.
  package var cut: Int64 = 0
  /// Requests that came more than 15 minutes of event time too late, or end at a time that nothing confirms.
  package var late: Int64 = 0
  /// Of `requests` those that took less than a millisecond, by their log: they are in the mean, and the peak does not see them
  /// beside others.
  package var instants: Int64 = 0
  /// More than half of the ends are whole seconds.
  package var isToTheSecond = false

  package init() {}
}
