internal import Analysis
internal import TraceCore

/// Measures requests in flight, in each of the plan's spans.
///
/// Requests belong to a span in which they were in flight, wherever they end: of those whose closing record the plan's
/// condition holds for it looks at all, also at those that `--since` and `--until` leave out.
final class InFlightKeeper: MergeObserver {
  private var meters: [InFlightMeter]
  private let selectsRequests: Bool

  /// - Parameter spans: nanoseconds of event time; nothing outside of `selected` is measured.
  init(_ spans: [Range<Int64>], selected: TimeSelection, selectsRequests: Bool) {
    meters = spans.map { span in
      InFlightMeter(
        from: max(span.lowerBound, selected.since ?? .min), to: min(span.upperBound, selected.until ?? .max))
    }
    self.selectsRequests = selectsRequests
  }

  func take(_ results: MergedResults) {
    guard selectsRequests else {
      for index in meters.indices { meters[index].add(results.requests) }
      return
    }
    let requests = results.requests.filter(\.isSelected)
    for index in meters.indices { meters[index].add(ContiguousArray(requests)) }
  }

  func finish(_ end: MergeEnd, into outcome: inout MergeOutcome) { outcome.inFlight = meters.map { $0.finish() } }
}
