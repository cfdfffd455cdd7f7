internal import Analysis
package import Pipeline
internal import Platform
package import Report
package import RulePack
internal import TraceCore

/// Alerts of a followed run: takes the changes of incidents from its events, and has them sent.
///
/// Used by the thread that follows. Nothing here waits for a receiver.
package final class AlertService {
  /// What one of `follow` and `serve` gives.
  package struct Options: Sendable {
    package var settings: AlertSettings
    /// Nil to keep what is owed in memory alone.
    package var queue: String?
    package var logs: [String]

    package init(_ settings: AlertSettings, queue: String?, logs: [String]) {
      self.settings = settings
      self.queue = queue
      self.logs = logs
    }
  }

  /// How long what is owed is sent at the end of a run, in nanoseconds.
  private static let farewell = 3 * EventTime.nanosecondsPerSecond
  /// Of silence, by the clock of the wall, after which an open incident is called silent.
  private static let silence = 120 * EventTime.nanosecondsPerSecond

  private var options: Options
  private var desk: AlertDesk
  private let queue: AlertQueue?
  private var sender: AlertSender
  /// Those of earlier settings, whose last attempts are still noted.
  private var retired: [AlertSender] = []
  private let bell: WakeUp
  private let redact: (String) -> String
  private var isQueueBroken = false
  /// Of the incident that is open: when it was heard of last, and what was said.
  private var open: (message: AlertMessage, at: Int64, isSilent: Bool)?
  /// When lines were read last.
  private var readAt: Int64

  /// - Parameters:
  ///   - isFirstRun: there is no state of an earlier run: what is read first is of the past.
  package init(_ options: Options, redactor: Redactor?, isFirstRun: Bool) throws(Failure) {
    self.options = options
    guard let bell = WakeUp() else { throw Failure(.data, "the system has no descriptor left") }
    self.bell = bell
    redact = redactor.map { redactor in { redactor.redacted($0) } } ?? { $0 }
    desk = AlertDesk(options.settings)
    queue = options.queue.map { AlertQueue(path: $0) }
    try queue?.check()
    try queue?.load(into: &desk)
    desk.isCatchingUp = isFirstRun
    sender = try AlertSender(options.settings.receivers, bell: bell)
    readAt = Clock.wallNanoseconds
  }

  /// Goes on with other settings; where they cannot be used nothing changes.
  package func replace(_ settings: AlertSettings) throws(Failure) {
    let next = try AlertSender(settings.receivers, bell: bell)
    // What is under way ends by itself, and is noted.
    sender.retire()
    retired.append(sender)
    sender = next
    options.settings = settings
    desk.replace(settings)
  }

  // MARK: What happens

  package func take(_ event: LiveEvent) {
    let now = Clock.wallNanoseconds
    readAt = now
    switch event {
    case .alert(let change): take(change, at: now)
    case .window(let window): desk.advance(to: window.summary.end, at: now)
    case .finding, .mark, .verdict, .rotation: break
    }
  }

  private func take(_ change: AlertBook.Change, at now: Int64) {
    let message = AlertMessage(change, logs: options.logs, link: options.settings.link).redacted(redact)
    open = change.kind == .over ? nil : (message, now, false)
    desk.take(message, isWorse: change.kind == .worse || change.kind == .opened, at: now)
  }

  /// What is no incident, but of whoever asked for its rule: nobody is paged for it by a route for all.
  package func take(_ message: AlertMessage) {
    guard options.settings.routes.contains(where: { $0.rules.contains(message.rule) }) else { return }
    desk.take(message.redacted(redact), isWorse: true, at: Clock.wallNanoseconds)
  }

  /// A log that says nothing any more says neither that it is over.
  private func lookForSilence(at now: Int64) {
    guard let known = open, !known.isSilent, now.less(readAt) >= AlertService.silence, !desk.isCatchingUp else {
      return
    }
    var message = known.message
    message.time = message.time.plus(1)
    message.lines.insert(
      "The log has been silent for \(DurationText.short(AlertService.silence)): nobody knows whether it is over.", at: 0
    )
    open = (message, now, true)
    desk.take(message, isWorse: true, at: now)
  }

  // MARK: Sending

  package var descriptors: [Int32] { [bell.descriptor] }

  /// When there is something to be sent, in nanoseconds of the monotonic clock.
  package var due: Int64? {
    let (wall, now) = (Clock.wallNanoseconds, Clock.monotonicNanoseconds)
    let silent = open.flatMap { $0.isSilent ? nil : readAt.plus(AlertService.silence) }
    return [desk.due, silent].compactMap(\.self).min().map { now.plus(max(0, $0.less(wall))) }
  }

  /// Sends what is due; what there is to be said to the one who runs the program. Between two steps.
  package func poll(hasCaughtUp: Bool) -> [String] {
    let now = Clock.wallNanoseconds
    for ending in (retired + [sender]).flatMap({ $0.removeEndings() }) {
      desk.note(ending.task, ending.outcome, at: now)
    }
    if hasCaughtUp { desk.endCatchingUp() }
    lookForSilence(at: now)
    let tasks = desk.tasks(at: now)
    // Before anything is sent: what is sent and not known of is sent again.
    keep()
    for task in tasks { sender.send(task) }
    return desk.removeSentences().map { "alerts: \($0)" }
  }

  /// Writes what is owed. Before the state of the run is kept: what is in neither would be lost.
  package func keep() {
    guard desk.isChanged, let queue else { return }
    do throws(OutputError) {
      try queue.write(&desk)
      isQueueBroken = false
    } catch {
      if !isQueueBroken { desk.say("\(error.message); what is owed is kept in memory alone") }
      isQueueBroken = true
    }
  }

  /// The end of the run: what is due is sent, for a short while; the rest by the next run.
  package func finish() -> [String] {
    let end = Clock.monotonicNanoseconds.plus(AlertService.farewell)
    var sentences = poll(hasCaughtUp: !desk.isCatchingUp)
    while desk.isBusy, Clock.monotonicNanoseconds < end {
      Syscalls.waitForAny([bell.descriptor], atMost: 50_000_000)
      sentences += poll(hasCaughtUp: !desk.isCatchingUp)
    }
    keep()
    return sentences
  }
}
