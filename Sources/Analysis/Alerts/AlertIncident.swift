package import TraceCore

/// What is wrong, as long as it is: the alerts of one time, reported as one.
///
/// An alert is a rule with findings. Alerts of which one is open when another begins are one incident: they are reported
/// under one key, which is the event id of the finding that opened it, and so the same in every run over the same log.
///
/// Meaning: docs/alerts.md#the-life-of-an-alert.
package struct AlertIncident: Sendable, Equatable {
  /// A rule with findings in the incident.
  package struct Member: Sendable, Equatable {
    package var rule: String
    package var pack: String
    package var title: String
    /// 0 (P0) ... 3 (P3).
    package var severity: UInt8
    /// Event times of the first and the last hit.
    package var first: Int64
    package var last: Int64
    package var hits: Int64 = 0
    /// Hits of the worst window so far by which the incident was called worse, or opened.
    package var peak: Int64 = 0
    /// Nanoseconds without a hit after which it is over.
    package var overAfter: Int64
    package var isOver = false
    /// Of the first finding: its message, where its first line stands, that line, a request.
    package var message: String
    package var place: String
    package var example: String
    package var trace: String?
    package var runbook: String?

    package init(
      rule: String, pack: String = "", title: String, severity: UInt8, first: Int64, last: Int64, overAfter: Int64,
      message: String,
      place: String = "", example: String = "", trace: String? = nil, runbook: String? = nil
    ) {
      self.rule = rule
      self.pack = pack
      self.title = title
      self.severity = severity
      self.first = first
      self.last = last
      self.overAfter = overAfter
      self.message = message
      self.place = place
      self.example = example
      self.trace = trace
      self.runbook = runbook
    }
  }

  /// Requests of a route while the incident is open.
  package struct Route: Sendable, Equatable {
    package var requests: Int64 = 0
    package var errors: Int64 = 0

    package init() {}
  }

  package enum State: UInt8, Sendable { case open, over }

  package var key: String
  package var state = State.open
  /// Event times: of the first hit, of the newest one, and when it was over.
  package var opened: Int64
  package var last: Int64
  package var closed = EventTime.none
  /// In the order in which they joined, at most `mostMembers`.
  package var members: [Member] = []
  /// Rules that joined beyond them.
  package var otherMembers: Int64 = 0
  /// Of the windows since it opened.
  package var total = Route()
  package var routes: [String: Route] = [:]
  /// The last release before it opened: its name and time.
  package var release: String?
  package var releasedAt = EventTime.none
  /// A verdict that failed while it was open, as a sentence.
  package var verdict: String?

  package static let mostMembers = 50
  package static let mostRoutes = 200

  package init(key: String, opened: Int64) {
    (self.key, self.opened, last) = (key, opened, opened)
  }

  /// The worst of its members', also of those that are over.
  package var severity: UInt8 { members.map(\.severity).min() ?? 3 }

  /// What it is called: its most severe member, of these the first.
  package var leader: Member? { members.min { $0.severity < $1.severity } }

  /// The route with most failures, of those the one with the higher share.
  package var worstRoute: (name: String, counts: Route)? {
    let failed = routes.filter { $0.value.errors > 0 }
    return failed.min { a, b in
      (-a.value.errors, a.value.requests, a.key) < (-b.value.errors, b.value.requests, b.key)
    }.map { (name: $0.key, counts: $0.value) }
  }
}

extension AlertIncident: StateCodable {
  package mutating func code(_ coder: inout StateCoder) throws(StateError) {
    try coder.code(&key)
    try coder.code(choice: &state)
    try coder.code(time: &opened)
    try coder.code(time: &last)
    try coder.code(time: &closed)
    try coder.code(
      &members,
      empty: Member(rule: "", title: "", severity: 0, first: 0, last: 0, overAfter: 0, message: "")
    ) { member, coder throws(StateError) in try member.code(&coder) }
    try coder.code(count: &otherMembers)
    try total.code(&coder)
    try coder.code(
      &routes, emptyKey: "", empty: Route(), key: { name, coder throws(StateError) in try coder.code(&name) },
      { route, coder throws(StateError) in try route.code(&coder) })
    try coder.code(&release)
    try coder.code(time: &releasedAt)
    try coder.code(&verdict)
  }
}

extension AlertIncident.Member: StateCodable {
  package mutating func code(_ coder: inout StateCoder) throws(StateError) {
    try coder.code(&rule)
    try coder.code(&pack)
    try coder.code(&title)
    try coder.code(&severity)
    try coder.code(time: &first)
    try coder.code(time: &last)
    try coder.code(count: &hits)
    try coder.code(count: &peak)
    try coder.code(time: &overAfter)
    try coder.code(&isOver)
    try coder.code(&message)
    try coder.code(&place)
    try coder.code(&example)
    try coder.code(&trace)
    try coder.code(&runbook)
    guard severity < 4, overAfter >= 0 else { throw .invalid("alert") }
  }
}

extension AlertIncident.Route: StateCodable {
  package mutating func code(_ coder: inout StateCoder) throws(StateError) {
    try coder.code(count: &requests)
    try coder.code(count: &errors)
  }
}
