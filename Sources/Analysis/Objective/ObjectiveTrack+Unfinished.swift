internal import TraceCore

// Requests without an end.

extension ObjectiveTrack {
  /// Whether open and given-up requests say something here.
  var countsUnended: Bool {
    guard knowsOpenRequests else { return false }
    switch plan.kind {
    case .unfinished: return true
    case .duration: return plan.isCeiling
    case .field, .errors, .throughput, .ratio, .findings: return false
    }
  }

  /// The age from which on an open request counts; nanoseconds.
  private func age(_ unfinishedAfter: Int64) -> Int64 {
    if plan.kind == .unfinished { return unfinishedAfter }
    return Int64(saturating: max(0, min(bar?.threshold ?? 0, 9e18)))
  }

  /// Whether a request that began then counts as unended at `time`.
  func isBeyond(_ start: Int64, at time: Int64, unfinishedAfter: Int64) -> Bool {
    let (age, isTooLong) = time.subtractingReportingOverflow(start)
    guard !isTooLong else { return false }
    let bar = self.age(unfinishedAfter)
    return plan.objective.comparison == .less ? age >= bar : age > bar
  }

  func concernsRoute(_ route: Int32) -> Bool { plan.condition == nil || routeTruths[route] == 1 }

  /// Sets what is open where judging begins.
  mutating func begin(open: [OpenRequest], at time: Int64, unfinishedAfter: Int64) {
    let counts = countOpen(open, at: time, unfinishedAfter)
    overall.begin(open: counts[-1] ?? 0)
    for place in parts.indices { parts[place].evidence.begin(open: counts[parts[place].number] ?? 0) }
  }

  mutating func closeWindow(
    open: [OpenRequest], at time: Int64, unfinishedAfter: Int64, isFull: Bool, isLast: Bool
  ) {
    let counts = countOpen(open, at: time, unfinishedAfter)
    overall.closeWindow(open: counts[-1] ?? 0, isFull: isFull, isLast: isLast)
    for place in parts.indices {
      parts[place].evidence.closeWindow(open: counts[parts[place].number] ?? 0, isFull: isFull, isLast: isLast)
    }
  }

  /// Open requests beyond the bar by the number of the route that has evidence of its own; -1 for the overall evidence.
  private mutating func countOpen(_ open: [OpenRequest], at time: Int64, _ unfinishedAfter: Int64) -> [Int32: Int64] {
    guard countsUnended, bar != nil else { return [:] }
    var counts: [Int32: Int64] = [:]
    for request in open
    where concernsRoute(request.route) && isBeyond(request.start, at: time, unfinishedAfter: unfinishedAfter) {
      guard plan.per == .route, request.route >= 0 else {
        counts[-1, default: 0] += 1
        continue
      }
      // A route of which nothing has ended yet gets its evidence here.
      change(request.route) { _ in }
      counts[places[request.route] == nil ? -1 : request.route, default: 0] += 1
    }
    return counts
  }
}
