package import Analysis
package import Report
internal import TraceCore

/// What receivers would have been sent over a log of the past: the desk itself, with event time for the clock and receivers
/// that take everything at once.
package struct AlertBacktest {
  /// A message that would have left.
  package struct Sent: Sendable, Equatable {
    /// Event time.
    package var time: Int64
    package var receiver: String
    /// `opened`, `worse`, `changed`, `over`.
    package var kind: String
    package var message: AlertMessage

    /// Whether it makes somebody look: a change of a message that stands there does not.
    package var isPage: Bool { kind != "changed" }
  }

  private var desk: AlertDesk
  private let logs: [String]
  private let redact: (String) -> String
  package private(set) var sent: [Sent] = []
  package private(set) var incidents: Int64 = 0

  /// - Parameter redact: what leaves the terminal.
  package init(_ settings: AlertSettings, logs: [String], redact: @escaping (String) -> String) {
    desk = AlertDesk(settings)
    self.logs = logs
    self.redact = redact
  }

  package mutating func take(_ change: AlertBook.Change) {
    pass(until: change.time)
    if change.kind == .opened { incidents += 1 }
    let message = AlertMessage(change, logs: logs, link: desk.settings.link).redacted(redact)
    desk.take(message, isWorse: change.kind == .worse || change.kind == .opened, at: change.time)
    send(at: change.time)
  }

  /// A window of event time has ended.
  package mutating func advance(to time: Int64) {
    pass(until: time)
    desk.advance(to: time, at: time)
    send(at: time)
  }

  /// What is due between two events.
  private mutating func pass(until time: Int64) {
    var rounds = 0
    while let due = desk.due, due < time, rounds < 10_000 {
      rounds += 1
      send(at: due)
    }
  }

  private mutating func send(at now: Int64) {
    for task in desk.tasks(at: now) {
      // What only says that it goes on is nothing new.
      let isRepeated = task.sent.map { $0.time == task.message.time && $0.state == task.message.state } ?? false
      if !isRepeated {
        sent.append(Sent(time: now, receiver: task.receiver, kind: kind(task), message: task.message))
      }
      desk.note(task, .done(reference: "message"), at: now)
    }
  }

  private func kind(_ task: AlertDesk.Task) -> String {
    if task.message.state == .over { return "over" }
    guard let sent = task.sent else { return "opened" }
    if task.message.severity < sent.severity { return "worse" }
    let receiver = desk.settings.receivers.first { $0.name == task.receiver }
    return receiver?.kind.canChange == true ? "changed" : "worse"
  }
}
