package import Analysis
package import RulePack
package import TraceCore

/// The hours after a deploy, as values: what `WatchReport` writes.
package struct WatchDocument: Sendable {
  /// An hour of the watch, counted from its start.
  package struct Hour: Sendable {
    /// From 1.
    package var number: Int
    /// Event times, nanoseconds: `start ..< end`.
    package var start: Int64
    package var end: Int64
    package var figures: GroupSummary
    /// The log goes on to its end.
    package var isWhole: Bool
    /// What the gate says of it by itself; nil without a gate, and where nothing could be judged.
    package var verdict: Verdict?
    /// Messages that were logged for the first time; nil where nothing is known from before.
    package var newMessages: Int?
    /// Incidents that began in it; nil where no rules were applied.
    package var incidents: Int?

    package init(number: Int, start: Int64, end: Int64, figures: GroupSummary, isWhole: Bool) {
      (self.number, self.start, self.end, self.figures, self.isWhole) = (number, start, end, figures, isWhole)
    }
  }

  /// What was before.
  package struct Baseline: Sendable {
    package var start: Int64
    package var end: Int64
    package var figures: GroupSummary

    package init(start: Int64, end: Int64, figures: GroupSummary) {
      (self.start, self.end, self.figures) = (start, end, figures)
    }
  }

  /// The logs as the user named them.
  package var title: String
  /// The release that is watched; nil where none was seen.
  package var release: String?
  /// Event times, nanoseconds: what is watched, and of which the log says something.
  package var start: Int64
  package var end: Int64
  /// The oldest and the newest record's.
  package var first: Int64
  package var last: Int64
  package var baseline: Baseline?
  package var hours: [Hour] = []
  /// Of all hours together.
  package var total: GroupSummary
  /// Name of the gate, and what it says of all hours together.
  package var gate: String?
  package var verdict: Verdict?
  /// Those that were open while it was watched, by their beginning; nil where no rules were applied.
  package var incidents: [AlertIncident]?
  /// Messages that are new since the start; nil where nothing is known from before, so that all would be.
  package var messages: [ServiceMessages.Shape]?
  /// The incident document that was written beside this one; nil without one.
  package var report: String?
  package var ledger: Ledger
  /// Makes this document again.
  package var command: String
  /// `skein stats` of the watched span.
  package var statsCommand: String
  /// How times were read, where the release was found.
  package var notes: [String] = []
  /// Kinds of what was redacted with how many different values.
  package var redacted: [(kind: String, values: Int)] = []

  package init(
    title: String, start: Int64, end: Int64, first: Int64, last: Int64, total: GroupSummary, ledger: Ledger,
    command: String,
    statsCommand: String
  ) {
    (self.title, self.start, self.end, self.first, self.last) = (title, start, end, first, last)
    self.total = total
    (self.ledger, self.command, self.statsCommand) = (ledger, command, statsCommand)
  }

  // MARK: What comes of it

  /// The log may end so long before the watch and yet be of all of it: no record need stand at its very end.
  package static let tolerance = 60 * EventTime.nanosecondsPerSecond

  /// The log goes on to the end of the watch.
  package var isOver: Bool { last >= end.less(WatchDocument.tolerance) }

  /// What is proven against the release, what is not known, each as a sentence without a full stop.
  package var findings: (failed: [String], unknown: [String]) {
    var failed: [String] = []
    var unknown: [String] = []
    if let verdict, verdict.state == .fail { failed.append("all hours together: \(verdict.reason)") }
    for hour in hours where hour.verdict?.state == .fail {
      failed.append("hour \(hour.number): \(hour.verdict?.reason ?? "")")
    }
    for incident in incidents ?? [] where incident.severity <= AlertBook.usualSeverity {
      let title = incident.leader?.title ?? incident.leader?.rule ?? ""
      failed.append("P\(incident.severity) at \(EventTime.rfc3339(incident.opened)): \(title)")
    }
    if gate == nil {
      unknown.append("no gate was given, so nothing says which figures are good enough (--gate)")
    } else if verdict == nil {
      unknown.append("the gate could not judge it: there are too few records")
    } else if let verdict, verdict.state == .inconclusive || verdict.state == .goesOn {
      unknown.append("all hours together: \(verdict.reason)")
    }
    if first > start.plus(WatchDocument.tolerance) {
      unknown.append("the log begins \(DurationText.short(first.less(start))) after the start")
    }
    if incidents == nil {
      unknown.append("no rules were applied, so nothing says which alerts there would have been (--packs)")
    }
    if !isOver {
      let seen = max(0, last.less(start))
      unknown.append(
        "the log ends \(DurationText.short(seen)) after the start, and the watch is of \(WatchReport.length(end.less(start)))"
      )
    }
    let silent = hours.filter { $0.figures.requests == 0 && $0.isWhole }.map(\.number)
    if !silent.isEmpty {
      let isOne = silent.count == 1
      unknown.append(
        "\(isOne ? "hour" : "hours") \(WatchDocument.list(silent)) \(isOne ? "has" : "have") no request at all")
    }
    if ledger.hasGap { unknown.append("something is missing in the log: see the ledger") }
    return (failed, unknown)
  }

  /// `2, 8, 9, 11 to 24`
  private static func list(_ numbers: [Int]) -> String {
    var runs: [ClosedRange<Int>] = []
    for number in numbers {
      if let last = runs.last, last.upperBound + 1 == number {
        runs[runs.count - 1] = last.lowerBound...number
      } else {
        runs.append(number...number)
      }
    }
    return runs.flatMap { run in
      run.count > 2 ? ["\(run.lowerBound) to \(run.upperBound)"] : run.map { String($0) }
    }.joined(separator: ", ")
  }

  /// Fail if something is proven or somebody had to look; pass only if all is known.
  package var state: Verdict.State {
    let findings = findings
    return !findings.failed.isEmpty ? .fail : findings.unknown.isEmpty ? .pass : .inconclusive
  }

  /// With every text that comes from the log redacted, in the order in which a reader meets them.
  package func redacted(by redactor: Redactor) -> WatchDocument {
    var copy = self
    copy.release = release.map { redactor.redacted($0) }
    if let verdict { copy.verdict = verdict.redacted(by: redactor) }
    for index in hours.indices { copy.hours[index].verdict = hours[index].verdict?.redacted(by: redactor) }
    copy.incidents = incidents.map { $0.map { $0.changingTexts { redactor.redacted($0) } } }
    copy.messages = messages.map {
      $0.map { shape in
        var shape = shape
        shape.text = redactor.redacted(shape.text)
        return shape
      }
    }
    copy.notes = notes.map { redactor.redacted($0) }
    copy.command = redactor.redacted(command)
    copy.statsCommand = redactor.redacted(statsCommand)
    copy.redacted = redactor.values
    return copy
  }
}

extension AlertIncident {
  /// With each text that comes from the log changed.
  func changingTexts(_ change: (String) -> String) -> AlertIncident {
    var copy = self
    for index in members.indices {
      copy.members[index].message = change(members[index].message)
      copy.members[index].example = change(members[index].example)
    }
    copy.routes = Dictionary(routes.map { (change($0.key), $0.value) }) { first, _ in first }
    copy.release = release.map(change)
    copy.verdict = verdict.map(change)
    return copy
  }
}
