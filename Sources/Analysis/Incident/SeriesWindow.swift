internal import TraceCore

/// What requests that ended in one window of event time came to: a point of every chart over time, and what the search for
/// the incident's span looks at.
package struct SeriesWindow: Sendable, Equatable {
  /// Nanoseconds; the window is start ..< start + length.
  package var start: Int64
  package var length: Int64
  package var requests: Int64
  /// 4xx.
  package var clientErrors: Int64
  package var errors: Int64
  /// Requests with a logged duration.
  package var timed: Int64
  /// Nanoseconds; nil without durations.
  package var p50, p95, p99: Int64?
  package var latency: LatencyHistogram

  package var end: Int64 { start.plus(length) }
  /// errors / requests; nil without requests.
  package var errorRate: Double? { requests > 0 ? Double(errors) / Double(requests) : nil }

  package init(
    start: Int64, length: Int64, requests: Int64 = 0, clientErrors: Int64 = 0, errors: Int64 = 0, timed: Int64 = 0,
    p50: Int64? = nil, p95: Int64? = nil, p99: Int64? = nil, latency: LatencyHistogram = LatencyHistogram()
  ) {
    self.start = start
    self.length = length
    self.requests = requests
    self.clientErrors = clientErrors
    self.errors = errors
    self.timed = timed
    self.p50 = p50
    self.p95 = p95
    self.p99 = p99
    self.latency = latency
  }
}
