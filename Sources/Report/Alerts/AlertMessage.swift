package import Analysis
package import TraceCore

/// What people are sent about an incident at one moment: plain texts, redacted already, of which each service's message is
/// made (`AlertPayload`).
package struct AlertMessage: Sendable, Equatable {
  package enum State: UInt8, Sendable { case open, over }

  /// Of the hours after a release (`skein serve --watch`), which are no incident: only a route that names it leads to somebody.
  package static let watchRule = "watch"

  /// The incident's key: the same in all messages about it.
  package var key: String
  package var state: State
  /// 0 (P0) ... 3 (P3).
  package var severity: UInt8
  /// One line: what is wrong.
  package var title: String
  /// Sentences, a line each.
  package var lines: [String]
  /// The line of the log that was found first, where it stands, and a request to look at.
  package var example: String
  package var place: String
  package var trace: String?
  /// Where a browser shows that request; nil without `link:`.
  package var link: String?
  package var runbook: String?
  /// Event times; `closed` is EventTime.none while it is open.
  package var opened: Int64
  package var closed: Int64
  /// Event time up to which it counts.
  package var time: Int64
  /// What it is routed and labelled by.
  package var rule: String
  package var pack: String
  package var route: String
  package var logs: String

  package init(
    key: String, state: State, severity: UInt8, title: String, lines: [String], opened: Int64, closed: Int64,
    time: Int64
  ) {
    self.key = key
    self.state = state
    self.severity = severity
    self.title = title
    self.lines = lines
    self.opened = opened
    self.closed = closed
    self.time = time
    (example, place, rule, pack, route, logs) = ("", "", "", "", "", "")
  }

  /// The same with every text that comes from the log redacted.
  package func redacted(_ redact: (String) -> String) -> AlertMessage {
    var copy = self
    copy.title = redact(title)
    copy.lines = lines.map(redact)
    copy.example = redact(example)
    copy.route = redact(route)
    return copy
  }
}

extension AlertMessage {
  private static let mostMembers = 8
  /// Columns of an example: a JSON line has its whole stack trace in it.
  private static let mostExample = 400

  /// What an incident is at the moment of a change.
  ///
  /// - Parameters:
  ///   - logs: names of the logs.
  ///   - link: begin of the addresses of a service's pages; nil without one.
  package init(_ change: AlertBook.Change, logs: [String], link: String?) {
    let incident = change.incident
    let leader = incident.leader
    let isOver = change.kind == .over
    self.init(
      key: incident.key, state: isOver ? .over : .open, severity: incident.severity,
      title: AlertMessage.title(incident), lines: [], opened: incident.opened, closed: incident.closed,
      time: change.time)
    lines = AlertMessage.lines(incident, until: isOver ? incident.last : change.time, isOver: isOver)
    // A budget has no line of its own.
    if let line = leader?.example, !line.isEmpty { example = IncidentText.clipped(line, AlertMessage.mostExample) }
    place = leader?.place ?? ""
    let withTrace = leader?.trace == nil ? incident.members.first { $0.trace != nil } : leader
    trace = withTrace?.trace
    if let trace, let link {
      self.link = (link.hasSuffix("/") ? String(link.dropLast()) : link) + ServiceAddress.trace(trace)
    }
    runbook = leader?.runbook ?? incident.members.first { $0.runbook != nil }?.runbook
    (rule, pack) = (leader?.rule ?? "", leader?.pack ?? "")
    route = incident.worstRoute?.name ?? ""
    self.logs = logs.joined(separator: ", ")
  }

  private static func title(_ incident: AlertIncident) -> String {
    guard let leader = incident.leader else { return "" }
    var title = leader.title.isEmpty ? leader.rule : leader.title
    if let worst = incident.worstRoute, worst.counts.requests > 0,
      worst.counts.errors.times(50) >= worst.counts.requests
    {
      title += ": \(worst.name) fails"
    }
    return title
  }

  private static func lines(_ incident: AlertIncident, until: Int64, isOver: Bool) -> [String] {
    var lines: [String] = []
    if let leader = incident.leader, !leader.message.isEmpty { lines.append(sentence(leader.message)) }
    let since = "\(EventTime.date(incident.opened)) \(EventTime.timeOfDay(incident.opened).prefix(8)) UTC"
    let length = DurationText.short(max(until.less(incident.opened), 0) / 1_000_000_000 * 1_000_000_000)
    if isOver {
      lines.append("It began at \(since), lasted \(length), and has not come back since.")
    } else {
      lines.append(until > incident.opened ? "Since \(since), for \(length) so far." : "Since \(since).")
    }
    if incident.total.requests > 0 {
      let share = PercentText.text(Double(incident.total.errors) / Double(incident.total.requests))
      var text =
        "\(CountText.text(incident.total.errors)) of \(CountText.text(incident.total.requests, "request")) failed (\(share))"
      if let worst = incident.worstRoute {
        let part = PercentText.text(Double(worst.counts.errors) / Double(max(worst.counts.requests, 1)))
        text +=
          "; worst: \(worst.name), \(CountText.text(worst.counts.errors)) of \(CountText.text(worst.counts.requests)) (\(part))"
      }
      lines.append(text + ".")
    }
    if let release = incident.release {
      let after = incident.opened.less(incident.releasedAt)
      if after >= 0, after < 86_400_000_000_000 {
        lines.append(
          "Version \(release) appeared \(DurationText.short(after / 1_000_000_000 * 1_000_000_000)) before it began.")
      }
    }
    if let verdict = incident.verdict { lines.append(sentence(verdict)) }
    lines += members(incident)
    return lines
  }

  /// The other rules in it, the most severe first.
  private static func members(_ incident: AlertIncident) -> [String] {
    guard let leader = incident.leader else { return [] }
    let others = incident.members.filter { $0.rule != leader.rule }.enumerated()
      .sorted { ($0.element.severity, $0.offset) < ($1.element.severity, $1.offset) }.map(\.element)
    guard !others.isEmpty else { return [] }
    let shown = others.prefix(mostMembers).map { member in
      let hits = member.hits > 0 ? " (\(CountText.text(member.hits)))" : ""
      return "P\(member.severity) \(member.title.isEmpty ? member.rule : member.title)\(hits)"
    }
    let more = Int64(others.count - shown.count).plus(incident.otherMembers)
    return ["Also: " + shown.joined(separator: "; ") + (more > 0 ? "; and \(CountText.text(more)) more" : "") + "."]
  }

  private static func sentence(_ text: String) -> String {
    let first = text.prefix(1).uppercased() + text.dropFirst()
    return first.hasSuffix(".") || first.hasSuffix("!") || first.hasSuffix("?") ? first : first + "."
  }
}

extension AlertMessage: StateCodable {
  package mutating func code(_ coder: inout StateCoder) throws(StateError) {
    try coder.code(&key)
    try coder.code(choice: &state)
    try coder.code(&severity)
    try coder.code(&title)
    try coder.code(&lines)
    try coder.code(&example)
    try coder.code(&place)
    try coder.code(&trace)
    try coder.code(&link)
    try coder.code(&runbook)
    try coder.code(time: &opened)
    try coder.code(time: &closed)
    try coder.code(time: &time)
    try coder.code(&rule)
    try coder.code(&pack)
    try coder.code(&route)
    try coder.code(&logs)
    guard severity < 4 else { throw .invalid("severity") }
  }
}
