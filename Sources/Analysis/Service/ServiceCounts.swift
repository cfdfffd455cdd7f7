package import TraceCore

/// Requests of one span and one route, version or instance: counts that add up.
package struct ServiceCounts: Sendable, Equatable {
  package var requests: Int64 = 0
  /// 4xx.
  package var clientErrors: Int64 = 0
  package var errors: Int64 = 0
  /// Longer than `slowLimit`.
  package var slow: Int64 = 0
  /// Nanoseconds.
  package static let slowLimit = EventTime.nanosecondsPerSecond
  /// Sum of the logged durations in nanoseconds.
  package var busy: Int64 = 0
  package var latency = LatencyBuckets()

  package init() {}

  package mutating func add(_ request: RequestEvent) {
    requests += 1
    if request.isError {
      errors += 1
    } else if request.status >= 400 {
      clientErrors += 1
    }
    guard request.duration >= 0 else { return }
    if request.duration > ServiceCounts.slowLimit { slow += 1 }
    busy = busy.plus(request.duration)
    latency.add(request.duration)
  }

  package mutating func merge(_ other: ServiceCounts) {
    requests += other.requests
    clientErrors += other.clientErrors
    errors += other.errors
    slow += other.slow
    busy = busy.plus(other.busy)
    latency.merge(other.latency)
  }

  /// As a point of a chart.
  package func window(start: Int64, length: Int64) -> SeriesWindow {
    SeriesWindow(
      start: start, length: length, requests: requests, clientErrors: clientErrors, errors: errors,
      timed: latency.count, p50: latency.quantile(0.5), p95: latency.quantile(0.95), p99: latency.quantile(0.99),
      latency: latency.histogram)
  }
}

extension ServiceCounts: StateCodable {
  package mutating func code(_ coder: inout StateCoder) throws(StateError) {
    try coder.code(count: &requests)
    try coder.code(count: &clientErrors)
    try coder.code(count: &errors)
    try coder.code(count: &slow)
    try coder.code(&busy)
    guard busy >= 0 else { throw .invalid("sum of durations") }
    try coder.code(&latency)
  }
}
