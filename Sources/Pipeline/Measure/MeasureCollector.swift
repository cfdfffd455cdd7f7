internal import Analysis
internal import TraceCore

/// Counts the requests of one run for each selection of a pass. Told by the merge stage, in order.
///
/// A span that counts from the first record (`+70s`) is known only when nothing older can come any more, two seconds of
/// event time behind it; requests that end until then are held back. Memory: a sketch a selection, and what is held.
package final class MeasureCollector {
  /// Requests held back at most. Beyond, spans begin at the oldest record so far; if an older one comes, they fail.
  static let mostHeld = 1_000_000

  private struct Tally {
    let number: Int
    let condition: Int?
    let group: String?
    var span: MeasureSpan
    var since = Int64.min
    var until = Int64.max
    var isBounded: Bool
    var total = GroupStats()
    var lastRequest = EventTime.none
    var groups: RequestStats?
    /// Made once the span is known; takes requests whenever they end.
    var inFlight: InFlightMeter?
    let measuresInFlight: Bool
  }

  private var tallies: [Tally]
  private var heldRequests: [RequestEvent] = []
  private var heldUnfinished: [UnfinishedRequest] = []
  private var isResolved: Bool
  /// The time that spans were counted from.
  private var origin = EventTime.none
  /// By number of the selection.
  package private(set) var results: [Int: MeasuredSelection] = [:]
  /// Names of all routes of the log, in order of first appearance.
  package private(set) var routes: [String] = []
  /// Routes beyond the cap are not among `routes`.
  package private(set) var areRoutesCut = false

  package init(_ pass: MeasurePasses.Pass, of selections: [MeasureSelection]) {
    tallies = pass.selections.map { entry in
      let selection = selections[entry.number]
      return Tally(
        number: entry.number, condition: entry.condition, group: selection.group, span: selection.span,
        isBounded: selection.span != .whole, groups: selection.group == nil ? nil : RequestStats(),
        measuresInFlight: selection.measuresInFlight)
    }
    isResolved = !tallies.contains { $0.span.isRelative }
    if isResolved { resolve(first: EventTime.none) }
  }

  /// Takes requests and unfinished ones as they come out of the grouper.
  ///
  /// - Parameters:
  ///   - first: the oldest time so far.
  ///   - watermark: nothing older than this counts as the first record's any more.
  func take(
    _ requests: ContiguousArray<RequestEvent>, _ unfinished: ContiguousArray<UnfinishedRequest>, first: Int64,
    watermark: Int64
  ) {
    if !isResolved {
      heldRequests.append(contentsOf: requests)
      heldUnfinished.append(contentsOf: unfinished)
      let isKnown = first != EventTime.none && watermark >= first
      if isKnown || heldRequests.count + heldUnfinished.count > Self.mostHeld { release(first: first) }
      return
    }
    for request in requests { add(request) }
    for request in unfinished { add(request) }
  }

  private func release(first: Int64) {
    resolve(first: first)
    isResolved = true
    for request in heldRequests { add(request) }
    for request in heldUnfinished { add(request) }
    heldRequests = []
    heldUnfinished = []
  }

  private func resolve(first: Int64) {
    origin = first
    for index in tallies.indices {
      let span = tallies[index].span.resolved(first: first)
      tallies[index].since = span.since ?? .min
      tallies[index].until = span.until ?? .max
      if tallies[index].measuresInFlight {
        tallies[index].inFlight = InFlightMeter(from: tallies[index].since, to: tallies[index].until)
      }
    }
  }

  private func add(_ request: RequestEvent) {
    for index in tallies.indices {
      if let condition = tallies[index].condition, request.truths >> UInt32(2 * condition) & 3 != 1 { continue }
      if tallies[index].measuresInFlight { tallies[index].inFlight?.add(request) }
      guard !tallies[index].isBounded || isIn(tallies[index], request.time) else { continue }
      tallies[index].total.add(request)
      tallies[index].lastRequest = max(tallies[index].lastRequest, request.time)
      guard tallies[index].group != nil else { continue }
      var event = request
      if tallies[index].group == "route" { event.group = request.route }
      tallies[index].groups?.add(event)
    }
  }

  private func add(_ request: UnfinishedRequest) {
    for index in tallies.indices where tallies[index].condition == nil {
      guard !tallies[index].isBounded || isIn(tallies[index], request.start) else { continue }
      tallies[index].total.unfinished += 1
      let group = tallies[index].group == "route" ? request.route : request.group
      tallies[index].groups?.addUnfinished(group: group)
    }
  }

  private func isIn(_ tally: Tally, _ time: Int64) -> Bool {
    time != EventTime.none && time >= tally.since && time < tally.until
  }

  /// Ends the run.
  ///
  /// - Parameters:
  ///   - first, last: event times of the log.
  ///   - routes, groups: names of the numbers that requests have.
  func finish(first: Int64, last: Int64, routes: GroupNames, groups: GroupNames) {
    if !isResolved { release(first: first) }
    let hasTimes = first != EventTime.none && last != EventTime.none
    for tally in tallies {
      let start = max(first, tally.since)
      let end = min(last, tally.until)
      let isKnown = !tally.span.isRelative || origin == first
      let isInLog = hasTimes && isKnown && end >= start
      var rows: [GroupSummary] = []
      if var stats = tally.groups {
        let isByRoute = tally.group == "route"
        let known = stats
        rows = stats.summaries(
          names: isByRoute ? routes : groups, span: isInLog ? end - start : 0,
          unmatched: { isByRoute && known.isUnmatched($0) })
      }
      results[tally.number] = MeasuredSelection(
        span: tally.span.resolved(first: first), start: isInLog ? start : EventTime.none,
        end: isInLog ? end : EventTime.none, total: tally.total, lastRequest: tally.lastRequest, groups: rows,
        inFlight: tally.inFlight?.finish())
    }
    self.routes = (0..<routes.count).map(routes.name)
    areRoutesCut = routes.isFull
  }
}
