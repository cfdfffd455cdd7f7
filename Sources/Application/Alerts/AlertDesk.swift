internal import Analysis
internal import Report
internal import TraceCore

/// Decides who is sent what, and when: of the changes of incidents, the settings, and how attempts ended.
///
/// Knows no network and no clock of its own: all times come from outside (nanoseconds since 1970), so that a test turns them.
/// Its state is kept in a file (`AlertQueue`), so that what is owed survives a restart; what was sent is sent again only where
/// an attempt was under way when the program ended. PagerDuty and Alertmanager take that for the same alert, by its key.
///
/// Meaning: docs/alerts.md#delivery.
struct AlertDesk {
  /// What is to be sent now.
  struct Task: Sendable, Equatable {
    /// Names the delivery for `note`.
    var key: String
    var receiver: String
    var message: AlertMessage
    var sent: AlertDelivery.Sent?
  }

  private static let second = EventTime.nanosecondsPerSecond
  /// Between attempts at most.
  private static let longestPause = 300 * second
  /// After so long without success what is owed is given up, and reported.
  private static let patience = 24 * 3_600 * second
  /// How often a receiver hears that an incident goes on that would take silence for its end, and what it is told to wait.
  private static let repeatEvery = 60 * second
  static let repeatUntil = 300 * second
  private static let mostDeliveries = 500
  private static let mostDone = 1_000

  private(set) var settings: AlertSettings
  private(set) var deliveries: [AlertDelivery] = []
  /// Incidents that wait until they have gone on for `hold`.
  private var held: [AlertMessage] = []
  /// Keys of incidents that are over and of which nothing is owed, the newest last: after a restart their events come again.
  private var done: [String] = []
  /// Something changed that is in no file yet.
  var isChanged = false
  /// What is read is of the past: nobody is told of what was over before the present.
  var isCatchingUp = false
  /// Sentences for the one who runs the program.
  private(set) var sentences: [String] = []

  init(_ settings: AlertSettings) { self.settings = settings }

  // MARK: Changes

  /// An incident has changed.
  ///
  /// - Parameters:
  ///   - message: what it is now; redacted.
  ///   - isWorse: it is worth a message of its own.
  mutating func take(_ message: AlertMessage, isWorse: Bool, at now: Int64) {
    guard !done.contains(message.key) else { return }
    isChanged = true
    if let place = held.firstIndex(where: { $0.key == message.key }) {
      held.remove(at: place)
      // Over before anybody was told: not worth a message.
      if message.state == .over { return finish(message.key) }
    }
    let known = deliveries.contains { $0.wanted.key == message.key }
    if !known, message.state == .open, message.time.less(message.opened) < settings.hold {
      held.append(message)
      return
    }
    update(message, isWorse: isWorse, at: now)
    open(message, at: now)
  }

  /// Event time has come so far: what has gone on for long enough is sent.
  mutating func advance(to time: Int64, at now: Int64) {
    for message in held where time.less(message.opened) >= settings.hold {
      held.removeAll { $0.key == message.key }
      var message = message
      message.time = max(message.time, time)
      take(message, isWorse: true, at: now)
    }
  }

  private mutating func finish(_ key: String) {
    done.append(key)
    if done.count > AlertDesk.mostDone { done.removeFirst() }
  }

  /// Changes what those are to know who know of it, or are about to.
  private mutating func update(_ message: AlertMessage, isWorse: Bool, at now: Int64) {
    for place in deliveries.indices where deliveries[place].wanted.key == message.key {
      // The same event again, after a restart.
      if message.time < deliveries[place].wanted.time
        || (deliveries[place].wanted.state == .over && message.state == .open)
      {
        continue
      }
      let isNews =
        message.state != deliveries[place].wanted.state
        || (isWorse && (canChange(deliveries[place].receiver) || message.severity < deliveries[place].wanted.severity))
      deliveries[place].wanted = message
      deliveries[place].isUrgent = deliveries[place].isUrgent || isNews
      schedule(place, at: now)
    }
  }

  /// Begins to tell those whom it now concerns and who know nothing yet: also where it became worse.
  private mutating func open(_ message: AlertMessage, at now: Int64) {
    for name in settings.receivers(of: message)
    where !deliveries.contains(where: { $0.receiver == name && $0.wanted.key == message.key }) {
      // Of what is over nobody need be told who was told nothing.
      guard message.state == .open else { continue }
      guard deliveries.count < AlertDesk.mostDeliveries else {
        say("too many alerts wait: one for \(name) is not sent")
        return
      }
      deliveries.append(AlertDelivery(receiver: name, wanted: message, isUrgent: true, due: now))
      schedule(deliveries.count - 1, at: now)
    }
  }

  /// Sets when the delivery is due, by what is owed.
  private mutating func schedule(_ place: Int, at now: Int64) {
    let delivery = deliveries[place]
    guard let receiver = settings.receivers.first(where: { $0.name == delivery.receiver }) else {
      deliveries[place].due = .max
      return
    }
    // It waits for its next attempt, which takes what is true then.
    if delivery.failures > 0, delivery.due != .max { return }
    guard let sent = delivery.sent else {
      deliveries[place].due = now
      return
    }
    if delivery.isUrgent {
      deliveries[place].due = now
    } else if receiver.kind.canChange, delivery.wanted.time > sent.time {
      deliveries[place].due = max(now, sent.at.plus(settings.updateEvery))
    } else {
      deliveries[place].due = .max
    }
    if receiver.kind.isRepeated, delivery.wanted.state == .open {
      deliveries[place].due = min(deliveries[place].due, max(now, sent.at.plus(AlertDesk.repeatEvery)))
    }
  }

  // MARK: Time

  /// When `tasks` has something to give; nil: nothing is owed.
  var due: Int64? {
    let times = deliveries.filter { !$0.isUnderWay && !$0.isSettled }.map(\.due)
    return isCatchingUp ? nil : times.min()
  }

  /// An attempt is under way.
  var isBusy: Bool { deliveries.contains(where: \.isUnderWay) }

  /// Whoever read the past has come to the present.
  mutating func endCatchingUp() {
    guard isCatchingUp else { return }
    isCatchingUp = false
    for delivery in deliveries where delivery.sent == nil && delivery.wanted.state == .over {
      finish(delivery.wanted.key)
    }
    deliveries.removeAll { $0.sent == nil && $0.wanted.state == .over }
    isChanged = true
  }

  /// What is to be sent at `now`; each is under way until `note` says how it ended.
  mutating func tasks(at now: Int64) -> [Task] {
    guard !isCatchingUp else { return [] }
    var tasks: [Task] = []
    for place in deliveries.indices {
      let delivery = deliveries[place]
      guard !delivery.isUnderWay, delivery.due <= now else { continue }
      // One attempt at a time and receiver: their order is kept.
      guard !deliveries.contains(where: { $0.isUnderWay && $0.receiver == delivery.receiver }) else { continue }
      if delivery.sent == nil, let end = settings.quiet.compactMap({ $0.end(of: now, for: delivery.wanted) }).max() {
        deliveries[place].due = end
        isChanged = true
        continue
      }
      if delivery.sent == nil, delivery.wanted.state == .over, isPager(delivery.receiver) {
        // Nobody is woken for what is over.
        deliveries[place].due = .max
        deliveries[place].isUrgent = false
        isChanged = true
        continue
      }
      deliveries[place].isUnderWay = true
      tasks.append(
        Task(
          key: delivery.wanted.key, receiver: delivery.receiver, message: delivery.wanted, sent: delivery.sent))
    }
    removeSettled()
    return tasks
  }

  /// Where a message cannot be changed each is a new one: more of the same is none, more severe is.
  private func canChange(_ name: String) -> Bool {
    settings.receivers.first { $0.name == name }?.kind.canChange ?? false
  }

  private func isPager(_ name: String) -> Bool {
    switch settings.receivers.first(where: { $0.name == name })?.kind {
    case .pagerDuty, .alertmanager: true
    default: false
    }
  }

  /// How an attempt ended.
  mutating func note(_ task: Task, _ outcome: AlertDelivery.Outcome, at now: Int64) {
    guard
      let place = deliveries.firstIndex(where: { $0.receiver == task.receiver && $0.wanted.key == task.key })
    else { return }
    isChanged = true
    deliveries[place].isUnderWay = false
    switch outcome {
    case .done(let reference):
      if deliveries[place].failingSince != EventTime.none { say("\(task.receiver): reached again") }
      deliveries[place].sent = AlertDelivery.Sent(
        state: task.message.state, severity: task.message.severity, time: task.message.time, at: now,
        reference: reference.isEmpty ? task.sent?.reference ?? "" : reference)
      (deliveries[place].failures, deliveries[place].failingSince) = (0, EventTime.none)
      deliveries[place].isUrgent =
        deliveries[place].wanted.state != task.message.state
        || deliveries[place].wanted.severity < task.message.severity
      schedule(place, at: now)
    case .failed(let reason, let wait):
      if deliveries[place].failingSince == EventTime.none {
        deliveries[place].failingSince = now
        say("\(task.receiver): \(reason); it is tried again")
      }
      if now.less(deliveries[place].failingSince) > AlertDesk.patience {
        say("\(task.receiver): not reached for a day; '\(task.message.title)' is given up")
        deliveries[place].due = .max
        if deliveries[place].wanted.state == .over { return removeSettled() }
        return
      }
      deliveries[place].failures += 1
      let doubled = AlertDesk.second.times(1 << min(deliveries[place].failures - 1, 16))
      let pause = wait.map { min(max($0, 1), 3_600).times(AlertDesk.second) } ?? min(doubled, AlertDesk.longestPause)
      deliveries[place].due = now.plus(pause)
    case .refused(let reason):
      say("\(task.receiver): \(reason); '\(task.message.title)' was not taken, and is not sent again as it is")
      (deliveries[place].failures, deliveries[place].due, deliveries[place].isUrgent) = (0, .max, false)
    }
    removeSettled()
  }

  private mutating func removeSettled() {
    let isOver = { (delivery: AlertDelivery) in
      !delivery.isUnderWay && delivery.isSettled && delivery.wanted.state == .over
    }
    for delivery in deliveries where isOver(delivery) && !done.contains(delivery.wanted.key) {
      finish(delivery.wanted.key)
    }
    deliveries.removeAll(where: isOver)
  }

  mutating func say(_ sentence: String) {
    sentences.append(sentence)
    if sentences.count > 100 { sentences.removeFirst() }
  }

  mutating func removeSentences() -> [String] {
    defer { sentences = [] }
    return sentences
  }
}

extension AlertDesk: StateCodable {
  mutating func code(_ coder: inout StateCoder) throws(StateError) {
    try coder.section("desk")
    try coder.code(
      &deliveries,
      empty: AlertDelivery(receiver: "", wanted: .empty, isUrgent: false, due: 0)
    ) { delivery, coder throws(StateError) in try delivery.code(&coder) }
    try coder.code(&held, empty: .empty) { message, coder throws(StateError) in try message.code(&coder) }
    try coder.code(&done)
    guard deliveries.count <= AlertDesk.mostDeliveries else { throw .invalid("alerts that wait") }
    if coder.isLoading { removeStrangers() }
  }

  /// Goes on with other settings.
  mutating func replace(_ settings: AlertSettings) {
    self.settings = settings
    removeStrangers()
    isChanged = true
  }

  private mutating func removeStrangers() {
    let names = settings.receivers.map(\.name)
    for delivery in deliveries where !names.contains(delivery.receiver) && !delivery.isSettled {
      say("\(delivery.receiver) is no receiver any more: '\(delivery.wanted.title)' is not sent")
    }
    deliveries.removeAll { !names.contains($0.receiver) }
  }
}

extension AlertMessage {
  fileprivate static var empty: AlertMessage {
    AlertMessage(
      key: "", state: .open, severity: 3, title: "", lines: [], opened: EventTime.none, closed: EventTime.none,
      time: EventTime.none)
  }
}

extension QuietHours {
  private static let minute = 60 * EventTime.nanosecondsPerSecond
  private static let day = 1_440 * minute

  /// When the quiet ends in which `now` lies, for a message that has to wait; nil where it has not.
  func end(of now: Int64, for message: AlertMessage) -> Int64? {
    guard message.severity > except else { return nil }
    let offset = Int64(zone.offset(atUTC: now / EventTime.nanosecondsPerSecond)).times(EventTime.nanosecondsPerSecond)
    let local = now.plus(offset)
    let midnight = local.less(EventTime.floorDivide(local, QuietHours.day).remainder)
    // It may have begun yesterday.
    for start in [midnight, midnight.less(QuietHours.day)] {
      guard days.contains(QuietHours.weekday(of: start)) else { continue }
      let begin = start.plus(Int64(from).times(QuietHours.minute))
      let end = start.plus(Int64(to <= from ? to + 1_440 : to).times(QuietHours.minute))
      if local >= begin, local < end { return end.less(offset) }
    }
    return nil
  }

  /// 1 (Monday) ... 7; 1970-01-01 was a Thursday.
  private static func weekday(of local: Int64) -> Int {
    let days = EventTime.floorDivide(local, day).quotient
    return Int(EventTime.floorDivide(days.plus(3), 7).remainder) + 1
  }
}
