package import Analysis
internal import Platform
package import Report
internal import TraceCore

/// What a file of alerts means: who is told of what, whether everything that is needed is there; and a message to try it.
package enum AlertCheck {
  /// One receiver.
  package struct Row: Sendable, Equatable {
    package var receiver: String
    package var kind: String
    /// Nil where it can be sent to, as far as this machine shows.
    package var problem: String?
    /// Severities for which it is told of an incident of any rule and route, as `P0`.
    package var severities: [String]
  }

  package static func rows(_ settings: AlertSettings) -> [Row] {
    settings.receivers.map { receiver in
      Row(
        receiver: receiver.name, kind: receiver.kind.name, problem: problem(receiver),
        severities: (0...3).filter { severity in
          severity <= settings.leastSeverity && settings.receivers(of: sample(UInt8(severity))).contains(receiver.name)
        }.map { "P\($0)" })
    }
  }

  /// An objective, and to whom it would be reported if its budget burnt.
  package static func objective(_ objective: BudgetObjective, _ settings: AlertSettings) -> AlertReport.Promise {
    var message = sample(objective.severity)
    (message.rule, message.pack) = (objective.rule, AlertBook.budgetPack)
    return AlertReport.Promise(
      name: objective.name, text: objective.objective.text, condition: objective.objective.condition?.source,
      window: objective.window, severity: "P\(objective.severity)",
      receivers: objective.severity <= settings.leastSeverity ? settings.receivers(of: message) : [])
  }

  private static func problem(_ receiver: AlertReceiver) -> String? {
    do throws(Failure) {
      let keys = try AlertKeys(receiver)
      if keys.needsNetwork, !HTTPPost.isAvailable { return "libcurl is not installed" }
      return nil
    } catch {
      let start = "--alerts: receiver '\(receiver.name)': "
      return error.message.hasPrefix(start) ? String(error.message.dropFirst(start.count)) : error.message
    }
  }

  /// An incident that nobody had.
  package static func sample(_ severity: UInt8, at time: Int64 = 1_795_413_600_000_000_000) -> AlertMessage {
    var message = AlertMessage(
      key: "skein-test-\(time / EventTime.nanosecondsPerSecond)", state: .open, severity: severity,
      title: "This is a test of skein",
      lines: ["Nobody has to do anything: somebody tries whether messages arrive."], opened: time,
      closed: EventTime.none, time: time)
    message.logs = "skein alerts send"
    return message
  }

  /// Sends a test to a receiver: that it opens, then that it is over. Waits for the answers.
  ///
  /// - Returns: what went wrong; nil if nothing did.
  package static func send(_ receiver: AlertReceiver) throws(Failure) -> String? {
    let dispatch = AlertDispatch(receiver, try AlertKeys(receiver))
    let now = Clock.wallNanoseconds
    var message = sample(1, at: now)
    let opened = dispatch.send(
      AlertDesk.Task(key: message.key, receiver: receiver.name, message: message, sent: nil), at: now)
    guard case .done(let reference) = opened else { return text(opened) }
    message.state = .over
    (message.closed, message.time) = (now.plus(1), now.plus(1))
    let sent = AlertDelivery.Sent(state: .open, severity: 1, time: now, at: now, reference: reference)
    return text(
      dispatch.send(
        AlertDesk.Task(key: message.key, receiver: receiver.name, message: message, sent: sent), at: now.plus(1)))
  }

  private static func text(_ outcome: AlertDelivery.Outcome) -> String? {
    switch outcome {
    case .done: nil
    case .failed(let reason, _), .refused(let reason): reason
    }
  }
}
