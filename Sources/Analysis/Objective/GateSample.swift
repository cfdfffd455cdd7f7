package import TraceCore

/// The requests of a baseline: what `Gate.setBaseline` takes for `baseline: {log: …}`, and what a gate itself collects for
/// an earlier span. It judges nothing.
///
/// Memory: the evidence of the objectives that are relative, by route where they are.
package struct GateSample: Sendable {
  private let definition: GateDefinition
  private let window: Int64
  private var windowEnd = EventTime.none
  private(set) var tracks: [ObjectiveTrack]
  /// Ends of the first and the last request.
  private var first = EventTime.none
  private var last = EventTime.none
  /// The length of the span where it is known beforehand; nanoseconds.
  private var span: Int64?
  private(set) var routeNames: [Int32: String] = [:]
  /// Requests of each version, by its number, and by its name where it is known.
  private var versionCounts: [Int32: Int64] = [:]
  private(set) var versions: [String: Int64] = [:]

  /// Windows without requests in a row that are counted as such; a longer silence is a gap in the log.
  private static let mostEmptyWindows: Int64 = 1_000
  private static let mostVersions = 100

  package init(_ definition: GateDefinition) { self.init(definition, start: nil) }

  /// - Parameter start: the beginning of the span; nil for the first request's end.
  init(_ definition: GateDefinition, start: Int64?, span: Int64? = nil) {
    self.definition = definition
    window = definition.window
    self.span = span
    tracks = ObjectiveTrack.Plan.all(of: definition).map {
      ObjectiveTrack($0.withoutInstances, bar: nil, keepsStrata: false)
    }
    if let start { windowEnd = start + definition.window }
  }

  /// Requests in order of the log, as for a gate.
  package mutating func take(_ request: GateRequest) {
    guard request.time != EventTime.none, definition.counts(request.kind) else { return }
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
    if request.version >= 0, versionCounts.count < GateSample.mostVersions || versionCounts[request.version] != nil {
      versionCounts[request.version, default: 0] += 1
    }
    for i in tracks.indices { tracks[i].take(request) }
  }

  package mutating func take(value: Int64, field: Int, of request: GateRequest) {
    guard definition.counts(request.kind) else { return }
    for i in tracks.indices { tracks[i].take(value: value, field: field, of: request) }
  }

  /// The end of the sample.
  ///
  /// - Parameters:
  ///   - routeName: for objectives by route.
  ///   - versionName: nil where the numbers are those of the gate's own log.
  package mutating func finish(routeName: (Int32) -> String, versionName: ((Int32) -> String)? = nil) {
    close(isLast: true)
    if let versionName { for (version, count) in versionCounts { versions[versionName(version), default: 0] += count } }
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
    try coder.code(
      &versionCounts, emptyKey: 0, empty: 0, key: { version, coder throws(StateError) in try coder.code(&version) },
      { count, coder throws(StateError) in try coder.code(count: &count) })
    try coder.code(
      &versions, emptyKey: "", empty: 0, key: { name, coder throws(StateError) in try coder.code(&name) },
      { count, coder throws(StateError) in try coder.code(count: &count) })
  }
}
