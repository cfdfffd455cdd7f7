internal import TraceCore

/// What belongs to a stage's span and is in none of its figures, kept to see at its end whether it could turn the verdict.
///
/// Memory: the evidence of the stage again, twice for each of `mostSources` kinds of records and once for all.
struct GateDoubts: Sendable {
  /// Kinds of uncounted records that are told apart at most; the rest is one, `others`.
  static let mostSources = 4
  static let others: Int32 = -1

  /// Closing records of one kind that are not counted as requests.
  struct Uncounted: Sendable {
    var requests: Int64 = 0
    var errors: Int64 = 0
    /// As if they had been, in place of the others and besides them.
    var alone: GateEvidence
    var both: GateEvidence
  }

  /// Lines that could not be read, which may have been requests, after one record.
  struct Unread: Sendable {
    var time: Int64
    var lines: Int64
    /// Where the first one stands: `app.log:17`.
    var place: String?
  }

  /// Lines of the stage that could not be read, and where the first one stands.
  var unread: Int64 = 0
  var firstUnread: String?
  /// Requests without a time, which may have ended in the stage.
  var withoutTime: Int64 = 0
  /// By number of the source.
  var uncounted: [Int32: Uncounted] = [:]
  /// As if all kinds had been counted, where there are several.
  var together: GateEvidence?
  /// Where only some requests are judged: those given up in the stage by number of the objective and the route.
  var givenUp: [Int: [Int32: Int64]] = [:]
  /// As if they and the open ones had been selected, at the end of the last window; made anew for each.
  var unended: GateEvidence?
  /// Requests that may have failed, of earlier stages whose evidence goes on into this one.
  var carried: Int64 = 0
  /// Of later windows.
  var pendingUnread: [Unread] = []

  mutating func beginStage() {
    (unread, firstUnread, withoutTime) = (0, nil, 0)
    uncounted = [:]
    together = nil
    givenUp = [:]
    unended = nil
  }

  /// Supposes that the requests without an end are of those that are judged.
  ///
  /// - Parameters:
  ///   - evidence: before the end of the window.
  ///   - counts: the objectives that count requests without an end.
  ///   - close: ends the window, with the open requests of an objective.
  mutating func suppose(
    _ open: [OpenRequest], beside evidence: GateEvidence, _ counts: [Bool],
    _ close: (inout GateEvidence, (Int) -> [OpenRequest]) -> Void
  ) {
    unended = nil
    guard counts.contains(true), !open.isEmpty || !givenUp.isEmpty else { return }
    var supposed = evidence
    for (objective, routes) in givenUp {
      supposed.change(objective: objective) { track in
        for (route, count) in routes.sorted(by: { $0.key < $1.key }) { track.takeUnended(route: route, count: count) }
      }
    }
    close(&supposed) { counts[$0] ? open : [] }
    unended = supposed
  }

  /// Changes what counted requests belong to as well.
  mutating func changeBoth(_ body: (inout GateEvidence) -> Void) {
    for source in uncounted.keys {
      if var kind = uncounted.removeValue(forKey: source) {
        body(&kind.both)
        uncounted[source] = kind
      }
    }
    if var all = together.take() {
      body(&all)
      together = all
    }
  }

  mutating func changeAlone(_ body: (inout GateEvidence) -> Void) {
    for source in uncounted.keys {
      if var kind = uncounted.removeValue(forKey: source) {
        body(&kind.alone)
        uncounted[source] = kind
      }
    }
  }

  /// Holds lines of a later window back.
  mutating func hold(_ lines: Unread) {
    if let last = pendingUnread.indices.last, pendingUnread[last].time == lines.time {
      pendingUnread[last].lines += lines.lines
    } else {
      pendingUnread.append(lines)
    }
  }

  mutating func take(_ lines: Unread) {
    unread += lines.lines
    if firstUnread == nil { firstUnread = lines.place }
  }

  /// Requests that may all have failed.
  var worst: Int64 { unread + withoutTime + carried }

  /// The stage is over and its evidence goes on into the next one: so does what it does not know.
  mutating func carry() {
    carried += unread + withoutTime + (uncounted.values.map(\.errors).max() ?? 0)
  }
}

/// A stage that has passed: what comes late could still change that.
struct PassedStage: Sendable {
  var number: Int
  /// What was judged of it.
  var from: Int64
  var end: Int64
  /// Failed requests that it could have had besides and still passed.
  var allowance: Int64
  /// Requests, unread lines too, that came when it was over.
  var late: Int64 = 0
  /// Findings of each objective about them, those that came late included, and the first one with which one fails.
  var findings: [Int64]
  var failing: GateFinding?
}

extension GateDoubts {
  mutating func code(_ coder: inout StateCoder, _ plans: [ObjectiveTrack.Plan]) throws(StateError) {
    try coder.code(count: &unread)
    try coder.code(&firstUnread)
    try coder.code(count: &withoutTime)
    try coder.code(count: &carried)
    try coder.code(
      &uncounted, emptyKey: 0,
      empty: Uncounted(alone: GateEvidence([], narrowed: []), both: GateEvidence([], narrowed: [])),
      key: { source, coder throws(StateError) in try coder.code(&source) },
      { kind, coder throws(StateError) in
        try coder.code(count: &kind.requests)
        try coder.code(count: &kind.errors)
        try kind.alone.code(&coder, plans)
        try kind.both.code(&coder, plans)
      })
    try coder.code(&together, empty: GateEvidence([], narrowed: [])) { shadow, coder throws(StateError) in
      try shadow.code(&coder, plans)
    }
    try coder.code(
      &givenUp, emptyKey: 0, empty: [:], key: { objective, coder throws(StateError) in try coder.code(&objective) }
    ) {
      routes, coder throws(StateError) in
      try coder.code(
        &routes, emptyKey: -1, empty: 0, key: { route, coder throws(StateError) in try coder.code(&route) }
      ) {
        count, coder throws(StateError) in try coder.code(count: &count)
      }
    }
    guard givenUp.keys.allSatisfy(plans.indices.contains) else { throw .invalid("requests without an end") }
    try coder.code(&pendingUnread, empty: Unread(time: 0, lines: 0, place: nil)) { lines, coder throws(StateError) in
      try coder.code(time: &lines.time)
      try coder.code(count: &lines.lines)
      try coder.code(&lines.place)
    }
    guard uncounted.count <= GateDoubts.mostSources + 1 else { throw .invalid("sources of requests") }
  }
}

extension PassedStage: StateCodable {
  static let empty = PassedStage(number: 0, from: 0, end: 0, allowance: 0, findings: [])

  mutating func code(_ coder: inout StateCoder) throws(StateError) {
    try coder.code(&number)
    try coder.code(time: &from)
    try coder.code(time: &end)
    try coder.code(count: &allowance)
    try coder.code(count: &late)
    try coder.code(&findings, empty: 0) { count, coder throws(StateError) in try coder.code(count: &count) }
    try coder.code(&failing, empty: .empty) { finding, coder throws(StateError) in try coder.code(&finding) }
  }
}
