internal import TraceCore

/// One share over time that is searched: of failed or of slow requests, among all or on one route; and what was found of it.
///
/// Its windows may be longer than those of the series beside it (`RouteSeries`); all that leaves it is in windows of the series.
struct ShareTrack {
  let signal: IncidentSpan.Signal
  /// Name; nil for all requests.
  let route: String?
  let scan: ShareScan
  /// Windows of the series in one of its own, and those that its first one begins before the series.
  let scale: Int
  let offset: Int
  /// Windows of the series.
  let count: Int
  private(set) var hits: [ShareScan.Hit] = []
  /// Spans that would stand out if their like did not come again and again.
  private(set) var recurring = 0

  init(
    _ signal: IncidentSpan.Signal, route: String? = nil, _ scan: ShareScan, scale: Int = 1, offset: Int = 0, count: Int,
    as found: ShareTrack? = nil
  ) {
    (hits, recurring) = (found?.hits ?? [], found?.recurring ?? 0)
    self.signal = signal
    self.route = route
    self.scan = scan
    self.scale = max(1, scale)
    self.offset = offset
    self.count = count
  }

  mutating func search(excluded: [Bool]? = nil) { (hits, recurring) = scan.hits(excluded: excluded) }

  mutating func keep(_ hits: [ShareScan.Hit]) { self.hits = hits }

  /// Windows of the series that its own span covers.
  func covered(_ own: Range<Int>) -> Range<Int> {
    let from = max(0, min(count, own.lowerBound * scale - offset))
    return from..<max(from, min(count, own.upperBound * scale - offset))
  }

  /// Its own window in which one of the series lies.
  func own(_ window: Int) -> Int { min(max(0, (window + offset) / scale), scan.windows.count - 1) }

  /// Its own windows in which those of the series lie.
  func own(_ windows: Range<Int>) -> Range<Int> {
    windows.isEmpty ? 0..<0 : own(windows.lowerBound)..<own(windows.upperBound - 1) + 1
  }

  /// Windows of the series as its own.
  func own(_ isTaken: [Bool]) -> [Bool] {
    var result = [Bool](repeating: false, count: scan.windows.count)
    for index in isTaken.indices where isTaken[index] { result[own(index)] = true }
    return result
  }

  func counts(_ windows: Range<Int>) -> ShareScan.Counts { scan.windows[own(windows)].reduce(ShareScan.Counts(), +) }

  /// What all but these windows of the series came to.
  func counts(outside isTaken: [Bool]) -> ShareScan.Counts { scan.untaken(scan.windows.indices, own(isTaken)) }
}
