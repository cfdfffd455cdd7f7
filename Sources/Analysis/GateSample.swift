package import TraceCore

/// The requests of a baseline: what `Gate.setBaseline` takes for `baseline: {log: …}`, and what a gate itself collects for
/// an earlier span. It judges nothing.
///
/// Memory: the evidence of the objectives that are relative, by route where they are.
package struct GateSample: Sendable {
  private let window: Int64
  private var windowEnd = EventTime.none
  private(set) var tracks: [ObjectiveTrack]
  /// Ends of the first and the last request.
  private var first = EventTime.none
  private var last = EventTime.none
  /// The length of the span where it is known beforehand; nanoseconds.
  private var span: Int64?
  private(set) var routeNames: [Int32: String] = [:]

  /// Windows without requests in a row that are counted as such; a longer silence is a gap in the log.
  private static let mostEmptyWindows: Int64 = 1_000

  package init(_ definition: GateDefinition) { self.init(definition, start: nil) }

  /// - Parameter start: the beginning of the span; nil for the first request's end.
  init(_ definition: GateDefinition, start: Int64?, span: Int64? = nil) {
    window = definition.window
    self.span = span
    tracks = ObjectiveTrack.Plan.all(of: definition).map {
      ObjectiveTrack($0.withoutInstances, bar: nil, keepsStrata: false)
    }
    if let start { windowEnd = start + definition.window }
  }

  /// Requests in order of the log, as for a gate.
  package mutating func take(_ request: GateRequest) {
    guard request.time != EventTime.none else { return }
    if windowEnd == EventTime.none { windowEnd = request.time + window }
    var empty: Int64 = 0
    while request.time >= windowEnd {
      close(isLast: false)
      windowEnd += window
      empty += 1
      if empty > GateSample.mostEmptyWindows { windowEnd = request.time + window }
    }
    if first == EventTime.none { first = request.time }
    last = max(last, request.time)
    for i in tracks.indices { tracks[i].take(request) }
  }

  package mutating func take(value: Int64, field: Int, of request: GateRequest) {
    for i in tracks.indices { tracks[i].take(value: value, field: field, of: request) }
  }

  /// The end of the sample; the names of its routes, for objectives by route.
  package mutating func finish(routeName: (Int32) -> String) {
    close(isLast: true)
    for track in tracks {
      for route in track.parts where routeNames[route.number] == nil {
        routeNames[route.number] = routeName(route.number)
      }
    }
  }

  private mutating func close(isLast: Bool) {
    for i in tracks.indices {
      tracks[i].closeWindow(open: [], at: 0, unfinishedAfter: 0, isFull: !isLast, isLast: isLast)
    }
  }

  /// Seconds that it spans.
  var seconds: Double {
    let nanoseconds = span ?? (first == EventTime.none ? 0 : last - first)
    return Double(nanoseconds) / Double(EventTime.nanosecondsPerSecond)
  }

  /// The evidence for an objective, of a route by its name.
  func evidence(_ objective: Int, route: String?) -> ObjectiveEvidence? {
    guard let route else { return tracks[objective].overall }
    let number = tracks[objective].parts.first { routeNames[$0.number] == route }?.number
    return number.flatMap { tracks[objective].evidence(of: $0) }
  }
}

extension GateSample: StateCodable {
  package mutating func code(_ coder: inout StateCoder) throws(StateError) {
    try coder.check(Int(window), "windows of the gate")
    try coder.check(tracks.count, "objectives")
    try coder.code(time: &windowEnd)
    for objective in tracks.indices { try coder.code(&tracks[objective]) }
    try coder.code(time: &first)
    try coder.code(time: &last)
    try coder.code(&span)
    guard first == EventTime.none || (last >= first && !last.subtractingReportingOverflow(first).overflow) else {
      throw .invalid("span")
    }
    try coder.code(
      &routeNames, emptyKey: 0, empty: "", key: { route, coder throws(StateError) in try coder.code(&route) },
      { name, coder throws(StateError) in try coder.code(&name) })
  }
}
