import TestKit
import Testing

@testable import Application
@testable import Report
@testable import TraceCore

/// Who is sent what, and when: by a clock that the test turns.
struct AlertDeskTests {
  static let second: Int64 = 1_000_000_000
  static let start: Int64 = 1_795_413_600 * second

  static func settings(_ change: (inout AlertSettings) -> Void = { _ in }) -> AlertSettings {
    var settings = AlertSettings()
    settings.receivers = [
      AlertReceiver(name: "bot", kind: .slackBot(token: .plain("t"), channel: "C", base: "http://127.0.0.1:1")),
      AlertReceiver(name: "pager", kind: .pagerDuty(key: .plain("k"), base: "http://127.0.0.1:1")),
      AlertReceiver(name: "hook", kind: .webhook(url: .plain("http://127.0.0.1:1"), authorization: nil)),
    ]
    change(&settings)
    return settings
  }

  static func message(
    _ key: String, _ seconds: Int64, over: Bool = false, severity: UInt8 = 1, opened: Int64 = 0
  ) -> AlertMessage {
    AlertMessage(
      key: key, state: over ? .over : .open, severity: severity, title: "A pool is exhausted", lines: ["\(seconds)"],
      opened: start + opened * second, closed: over ? start + seconds * second : EventTime.none,
      time: start + seconds * second)
  }

  private func at(_ seconds: Int64) -> Int64 { Self.start + seconds * Self.second }

  private func send(_ desk: inout AlertDesk, _ seconds: Int64) -> [AlertDesk.Task] {
    let tasks = desk.tasks(at: at(seconds))
    for task in tasks { desk.note(task, .done(reference: "ts"), at: at(seconds)) }
    return tasks
  }

  @Test func opensOnceAndIsOverOnce() {
    var desk = AlertDesk(Self.settings())
    desk.take(Self.message("a", 0), isWorse: true, at: at(0))
    #expect(send(&desk, 0).map(\.receiver) == ["bot", "pager", "hook"])
    desk.take(Self.message("a", 10), isWorse: false, at: at(10))
    #expect(send(&desk, 10).isEmpty && desk.due == at(30))
    // A webhook cannot change what it has sent, PagerDuty need not: that it goes on is no message.
    #expect(send(&desk, 30).map(\.receiver) == ["bot"])
    desk.take(Self.message("a", 40, over: true), isWorse: false, at: at(40))
    let over = send(&desk, 40)
    #expect(over.map(\.receiver) == ["bot", "pager", "hook"] && over.allSatisfy { $0.message.state == .over })
    #expect(desk.deliveries.isEmpty && desk.due == nil)
    // After a restart its events come again.
    desk.take(Self.message("a", 0), isWorse: true, at: at(50))
    #expect(desk.deliveries.isEmpty)
  }

  @Test func tenThousandHitsAreOneMessageAndAnEditInThirtySeconds() {
    var desk = AlertDesk(Self.settings { $0.receivers = [$0.receivers[0]] })
    var sent: [Int64] = []
    for hit in 0..<10_000 {
      // A hundred a second.
      let now = Self.start + Int64(hit) * 10_000_000
      var message = Self.message("a", 0)
      message.time = now
      desk.take(message, isWorse: hit == 0, at: now)
      for task in desk.tasks(at: now) {
        sent.append(now)
        desk.note(task, .done(reference: "ts"), at: now)
      }
    }
    #expect(sent.count == 4, "\(sent.map { ($0 - Self.start) / Self.second })")
    for (a, b) in zip(sent, sent.dropFirst()) { #expect(b - a >= 30 * Self.second) }
  }

  @Test func whatFailsIsTriedAgainWithWhatIsTrueThen() {
    var desk = AlertDesk(Self.settings { $0.receivers = [$0.receivers[2]] })
    desk.take(Self.message("a", 0), isWorse: true, at: at(0))
    var pauses: [Int64] = []
    var now = at(0)
    for _ in 0..<12 {
      let task = desk.tasks(at: now)[0]
      desk.note(task, .failed("answered 503", retryAfter: nil), at: now)
      let due = desk.due ?? 0
      pauses.append((due - now) / Self.second)
      now = due
    }
    #expect(pauses == [1, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300, 300])
    #expect(desk.removeSentences() == ["hook: answered 503; it is tried again"])
    desk.take(Self.message("a", 2_000, over: true), isWorse: false, at: now)
    let tasks = desk.tasks(at: now)
    #expect(tasks.map(\.message.state) == [.over])
    desk.note(tasks[0], .done(reference: ""), at: now)
    #expect(desk.removeSentences() == ["hook: reached again"] && desk.deliveries.isEmpty)
  }

  @Test func whoAsksToWaitIsWaitedFor() {
    var desk = AlertDesk(Self.settings { $0.receivers = [$0.receivers[0]] })
    desk.take(Self.message("a", 0), isWorse: true, at: at(0))
    desk.note(desk.tasks(at: at(0))[0], .failed("429", retryAfter: 90), at: at(0))
    desk.take(Self.message("a", 10), isWorse: true, at: at(10))
    #expect(desk.tasks(at: at(89)).isEmpty && desk.tasks(at: at(90)).count == 1)
  }

  @Test func whatIsRefusedIsReportedAndNotSentAgain() {
    var desk = AlertDesk(Self.settings { $0.receivers = [$0.receivers[1]] })
    desk.take(Self.message("a", 0), isWorse: true, at: at(0))
    desk.note(desk.tasks(at: at(0))[0], .refused("answered 400: invalid key"), at: at(0))
    #expect(desk.due == nil && desk.removeSentences().first?.contains("invalid key") == true)
    desk.take(Self.message("a", 60, over: true), isWorse: false, at: at(60))
    _ = desk.tasks(at: at(60))
    #expect(desk.deliveries.isEmpty)
  }

  @Test func holdingKeepsWhatIsShortToItself() {
    var desk = AlertDesk(Self.settings { $0.hold = 30 * Self.second })
    desk.take(Self.message("a", 0), isWorse: true, at: at(0))
    desk.take(Self.message("a", 20, over: true), isWorse: false, at: at(20))
    desk.advance(to: at(60), at: at(60))
    #expect(desk.deliveries.isEmpty)
    desk.take(Self.message("b", 100, opened: 100), isWorse: true, at: at(100))
    desk.advance(to: at(120), at: at(120))
    #expect(desk.tasks(at: at(120)).isEmpty)
    // Nothing more is found, and it goes on all the same.
    desk.advance(to: at(130), at: at(130))
    #expect(desk.tasks(at: at(130)).count == 3)
  }

  @Test func quietHoursHoldWhatCanWait() {
    var quiet = QuietHours()
    // 2026-11-23 06:00 UTC is a Monday.
    (quiet.days, quiet.from, quiet.to) = ([7], 22 * 60, 7 * 60)
    var desk = AlertDesk(Self.settings { $0.quiet = [quiet] })
    desk.take(Self.message("p1", 0), isWorse: true, at: at(0))
    desk.take(Self.message("p0", 0, severity: 0), isWorse: true, at: at(0))
    #expect(Set(desk.tasks(at: at(0)).map(\.message.key)) == ["p0"])
    let seven = (7 * 3_600 - 6 * 3_600) as Int64
    #expect(EventTime.timeOfDay(at(0)).hasPrefix("06:00"))
    #expect(desk.tasks(at: at(seven - 1)).allSatisfy { $0.message.key == "p0" })
  }

  @Test func nobodyIsToldOfThePast() {
    var desk = AlertDesk(Self.settings())
    desk.isCatchingUp = true
    desk.take(Self.message("old", 0), isWorse: true, at: at(0))
    desk.take(Self.message("old", 100, over: true), isWorse: false, at: at(0))
    desk.take(Self.message("now", 200, opened: 190), isWorse: true, at: at(0))
    #expect(desk.tasks(at: at(0)).isEmpty && desk.due == nil)
    desk.endCatchingUp()
    #expect(Set(desk.tasks(at: at(1)).map(\.message.key)) == ["now"])
  }

  @Test func anAlertmanagerHearsThatItGoesOn() {
    var desk = AlertDesk(
      Self.settings {
        $0.receivers = [AlertReceiver(name: "am", kind: .alertmanager(url: "http://x", authorization: nil))]
      })
    desk.take(Self.message("a", 0), isWorse: true, at: at(0))
    var times: [Int64] = []
    for seconds in 0..<600 as Range<Int64> where !send(&desk, seconds).isEmpty { times.append(seconds) }
    #expect(times == [0, 60, 120, 180, 240, 300, 360, 420, 480, 540])
  }
}

/// A program that is killed at any moment, receivers that fail, and the log's events again after each restart: nobody is left
/// with something else than the truth, and nobody has a second incident.
struct AlertDeliveryModelTests {
  /// What a service has made of what it was sent.
  private struct Receiver {
    /// By key: PagerDuty's and Alertmanager's way.
    var states: [String: AlertMessage.State] = [:]
    var triggers: [String: Int] = [:]
    /// Slack's way: a message for each post without a reference.
    var messages: [String: [AlertMessage.State]] = [:]
    var wasInterrupted: Set<String> = []
  }

  @Test(arguments: UInt64(1)...100) func everyReceiverEndsWithTheTruth(seed: UInt64) throws {
    var random = SplitMix64(seed: seed)
    // Events of a log: some incidents, one after the other.
    var events: [(message: AlertMessage, isWorse: Bool)] = []
    var seconds: Int64 = 0
    for number in 0..<4 {
      let opened = seconds
      events.append((AlertDeskTests.message("k\(number)", seconds, opened: opened), true))
      for _ in 0..<random.below(12) {
        seconds += Int64(random.below(40)) + 1
        let isWorse = random.below(5) == 0
        events.append((AlertDeskTests.message("k\(number)", seconds, opened: opened), isWorse))
      }
      seconds += 120
      events.append((AlertDeskTests.message("k\(number)", seconds, over: true, opened: opened), false))
      seconds += 30
    }
    var receivers: [String: Receiver] = ["bot": Receiver(), "pager": Receiver(), "hook": Receiver()]
    var desk = AlertDesk(AlertDeskTests.settings())
    var file = try saved(&desk)
    var (next, checkpoint, now) = (0, 0, AlertDeskTests.start)
    var kills = 0
    var rounds = 0
    while next < events.count || desk.due != nil, rounds < 20_000 {
      rounds += 1
      now += Int64(random.below(20)) * AlertDeskTests.second
      if next < events.count, random.below(2) == 0 {
        desk.take(events[next].message, isWorse: events[next].isWorse, at: now)
        next += 1
      }
      let tasks = desk.tasks(at: now)
      // Before anything is sent, and before the checkpoint.
      file = try saved(&desk)
      if random.below(3) == 0 { checkpoint = next }
      for task in tasks {
        if kills < 5, random.below(25) == 0 {
          // Killed: after it was taken, or before.
          if random.below(2) == 0 { deliver(task, &receivers) }
          // What was taken and is noted in no file is sent again: of all that was under way.
          for other in tasks { receivers[other.receiver]?.wasInterrupted.insert(other.key) }
          kills += 1
          desk = AlertDesk(AlertDeskTests.settings())
          try StateCoder.load(file.bytes) { (coder) throws(StateError) in try desk.code(&coder) }
          next = checkpoint
          break
        }
        switch random.below(4) {
        case 0: desk.note(task, .failed("503", retryAfter: random.below(2) == 0 ? 5 : nil), at: now)
        default: desk.note(task, .done(reference: deliver(task, &receivers)), at: now)
        }
      }
    }
    #expect(desk.deliveries.isEmpty, "\(rounds) rounds")
    for (name, receiver) in receivers {
      for (key, state) in receiver.states { #expect(state == .over, "\(name) \(key)") }
      for (key, triggers) in receiver.triggers { #expect(triggers == 1, "\(name) \(key)") }
      if name == "bot" {
        for (key, messages) in receiver.messages {
          #expect(messages.last == .over, "\(key)")
          if !receiver.wasInterrupted.contains(key) { #expect(messages.count == 1, "\(key): \(messages)") }
        }
      }
      if name != "pager" { #expect(receiver.states.count == 4, "\(name): \(receiver.states.keys.sorted())") }
    }
  }

  @discardableResult
  private func deliver(_ task: AlertDesk.Task, _ receivers: inout [String: Receiver]) -> String {
    let known = task.sent?.reference ?? ""
    // A trigger under a key of which nothing is open is an incident.
    if task.message.state == .open, receivers[task.receiver]?.states[task.key] != .open {
      receivers[task.receiver]?.triggers[task.key, default: 0] += 1
    }
    receivers[task.receiver]?.states[task.key] = task.message.state
    if known.isEmpty {
      receivers[task.receiver]?.messages[task.key, default: []].append(task.message.state)
      return "\(receivers[task.receiver]?.messages[task.key]?.count ?? 0)"
    }
    if let number = Int(known), number > 0 {
      receivers[task.receiver]?.messages[task.key]?[number - 1] = task.message.state
    }
    return known
  }

  private func saved(_ desk: inout AlertDesk) throws -> Block {
    try StateCoder.saved { (coder) throws(StateError) in try desk.code(&coder) }
  }
}
