package import TraceCore

/// Gives findings a life: which incidents are open, what of them changes, and when they are over.
///
/// It is told of the events of a run (findings as they begin, windows as they end, marks, verdicts), which depend on the log
/// alone; so do its changes, however the log is read. All by event time: an alert is over when the log has gone on for
/// `overAfter` without a hit of its rule. That a log falls silent nobody can read in it: see `silence`.
///
/// Memory: one open incident with its members and routes.
package struct AlertBook: Sendable {
  /// What became of an incident.
  package struct Change: Sendable, Equatable {
    package enum Kind: String, Sendable {
      case opened, worse
      /// It goes on: counts have grown.
      case updated
      case over
    }

    package var kind: Kind
    package var incident: AlertIncident
    /// Event time.
    package var time: Int64

    package init(_ kind: Kind, _ incident: AlertIncident, at time: Int64) {
      self.kind = kind
      self.incident = incident
      self.time = time
    }
  }

  /// After how long without a hit an alert is over, where its rule says nothing: nanoseconds.
  package static let usualOverAfter = 120 * EventTime.nanosecondsPerSecond
  /// Of the alerts of budgets, among the names of packs.
  package static let budgetPack = "budgets"
  /// P1: what is less severe is a matter for the day.
  package static let usualSeverity: UInt8 = 1
  /// Hits of a window from which on twice as many as before are worse.
  private static let leastPeak: Int64 = 10

  package private(set) var open: AlertIncident?
  private let least: UInt8
  /// The newest release.
  private var release: String?
  private var releasedAt = EventTime.none
  /// Releases seen: the first one is what the log began with.
  private var releases: Int64 = 0
  /// End of the last window.
  private var time = EventTime.none

  /// - Parameter least: the least severe finding that opens an incident and keeps it open; others only join one.
  package init(least: UInt8 = AlertBook.usualSeverity) { self.least = least }

  // MARK: What happens

  /// A finding has begun.
  ///
  /// - Parameter id: its event id.
  package mutating func take(_ found: AlertIncident.Member, id: String) -> Change? {
    let at = found.last == EventTime.none ? time : found.last
    var found = found
    if found.first == EventTime.none { (found.first, found.last) = (at, at) }
    guard var incident = open else {
      guard found.severity <= least else { return nil }
      var incident = AlertIncident(key: id, opened: found.first)
      incident.last = found.last
      incident.members = [found]
      if releases > 1 { (incident.release, incident.releasedAt) = (release, releasedAt) }
      open = incident
      return Change(.opened, incident, at: at)
    }
    let before = incident.severity
    incident.last = max(incident.last, found.last)
    // A rule that finds something else is the same alert.
    if let place = incident.members.firstIndex(where: { $0.rule == found.rule }) {
      incident.members[place].last = max(incident.members[place].last, found.last)
      incident.members[place].isOver = false
      // What somebody else watches says what is true now; a rule, what it found first.
      if found.overAfter == .max { incident.members[place].message = found.message }
    } else if incident.members.count < AlertIncident.mostMembers {
      incident.members.append(found)
    } else {
      incident.otherMembers = incident.otherMembers.plus(1)
      // The worst is never among those that are not kept.
      if found.severity < before, let place = incident.members.lastIndex(where: { $0.severity > found.severity }) {
        incident.members[place] = found
      }
    }
    open = incident
    return Change(incident.severity < before ? .worse : .updated, incident, at: at)
  }

  /// An alert that somebody else watches goes on: what it says now, and whether that was a hit.
  ///
  /// Of such an alert `overAfter` is Int64.max: it is over when `end` says so.
  package mutating func update(_ rule: String, message: String, at time: Int64) -> Change? {
    guard var incident = open, let place = incident.members.firstIndex(where: { $0.rule == rule }) else { return nil }
    incident.members[place].message = message
    incident.members[place].last = max(incident.members[place].last, time)
    incident.last = max(incident.last, time)
    open = incident
    return Change(.updated, incident, at: time)
  }

  /// An alert that somebody else watches is over.
  package mutating func end(_ rule: String, message: String, at time: Int64) -> Change? {
    guard var incident = open, let place = incident.members.firstIndex(where: { $0.rule == rule }) else { return nil }
    incident.members[place].message = message
    incident.members[place].isOver = true
    guard isOver(incident) else {
      open = incident
      return Change(.updated, incident, at: time)
    }
    (incident.state, incident.closed) = (.over, time)
    open = nil
    return Change(.over, incident, at: time)
  }

  /// A window of event time has ended.
  package mutating func take(_ window: EventWindow) -> Change? {
    let end = window.summary.end
    time = time == EventTime.none ? end : max(time, end)
    guard var incident = open else { return nil }
    count(window, in: &incident)
    var isWorse = false
    var hasHits = false
    for hit in window.hits {
      guard let place = incident.members.firstIndex(where: { $0.rule == hit.rule }) else { continue }
      hasHits = true
      incident.members[place].hits = incident.members[place].hits.plus(hit.hits)
      incident.members[place].last = max(incident.members[place].last, end.less(1))
      incident.members[place].isOver = false
      incident.last = max(incident.last, incident.members[place].last)
      let peak = incident.members[place].peak
      if hit.hits > peak {
        // The first window says how bad it begins.
        if peak > 0, hit.hits >= peak.times(2), hit.hits >= AlertBook.leastPeak { isWorse = true }
        if peak == 0 || hit.hits >= peak.times(2) { incident.members[place].peak = hit.hits }
      }
    }
    for place in incident.members.indices where !incident.members[place].isOver {
      let member = incident.members[place]
      if end.less(member.last) >= member.overAfter { incident.members[place].isOver = true }
    }
    if isOver(incident) {
      incident.state = .over
      incident.closed = end
      open = nil
      return Change(.over, incident, at: end)
    }
    open = incident
    return isWorse ? Change(.worse, incident, at: end) : hasHits ? Change(.updated, incident, at: end) : nil
  }

  private func isOver(_ incident: AlertIncident) -> Bool {
    incident.members.allSatisfy { $0.isOver || $0.severity > least }
  }

  private func count(_ window: EventWindow, in incident: inout AlertIncident) {
    guard window.summary.end > incident.opened else { return }
    for group in window.summary.groups {
      incident.total.requests = incident.total.requests.plus(group.requests)
      incident.total.errors = incident.total.errors.plus(group.errors)
      guard incident.routes[group.name] != nil || incident.routes.count < AlertIncident.mostRoutes else { continue }
      var route = incident.routes[group.name] ?? AlertIncident.Route()
      route.requests = route.requests.plus(group.requests)
      route.errors = route.errors.plus(group.errors)
      incident.routes[group.name] = route
    }
  }

  /// Nothing happened for long enough that windows are not reported one by one.
  package mutating func takeGap(until end: Int64) -> Change? {
    time = time == EventTime.none ? end : max(time, end)
    guard var incident = open else { return nil }
    for place in incident.members.indices {
      incident.members[place].isOver =
        incident.members[place].isOver || end.less(incident.members[place].last) >= incident.members[place].overAfter
    }
    guard isOver(incident) else {
      open = incident
      return nil
    }
    (incident.state, incident.closed) = (.over, end)
    open = nil
    return Change(.over, incident, at: end)
  }

  /// A release appears in the log.
  package mutating func take(release name: String, at time: Int64) {
    (release, releasedAt) = (name, time)
    releases = releases.plus(1)
  }

  /// A gate has failed.
  package mutating func take(verdict text: String, at time: Int64) -> Change? {
    guard open != nil else { return nil }
    open?.verdict = text
    return open.map { Change(.updated, $0, at: time) }
  }
}

extension AlertBook: StateCodable {
  package mutating func code(_ coder: inout StateCoder) throws(StateError) {
    try coder.section("alerts")
    try coder.code(&open, empty: AlertIncident(key: "", opened: 0)) { incident, coder throws(StateError) in
      try incident.code(&coder)
    }
    try coder.code(&release)
    try coder.code(time: &releasedAt)
    try coder.code(count: &releases)
    try coder.code(time: &time)
  }
}
