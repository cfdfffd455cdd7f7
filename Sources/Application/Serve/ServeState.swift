internal import Analysis
internal import Pipeline
internal import Platform
internal import Report
internal import Synchronization
internal import TraceCore

/// All that the pages of a moment are made of.
struct ServedMoment: Sendable {
  var follow: FollowSnapshot
  var service: ServiceSnapshot
  /// As `skein stats` would say it now.
  var summary: StatsSummary
  var gate: LiveGate?
  var isBehind: Bool
  /// All that was there at the start has been read: from here on counts only grow, also over a restart.
  var hasCaughtUp: Bool
  var isFinished: Bool
  var warnings: [String]
  /// Nanoseconds since 1970.
  var wall: Int64
  /// Nanoseconds of the monotonic clock.
  var made: Int64
}

/// What following and answering share: who answers asks for the present moment, who follows gives it between two steps. So
/// following costs nothing while nobody asks, and no more than two moments a second however many ask.
final class ServeState: Sendable {
  private let monitor = Monitor()
  private let bell: WakeUp
  private let shared = Mutex(Shared())

  private struct Shared {
    var moment: ServedMoment?
    var isWanted = false
    var isOver = false
    /// When following last looked, on the monotonic clock.
    var turnedAt = Clock.monotonicNanoseconds
  }

  /// Nanoseconds for which a moment is new enough; and for which one is waited for where following is busy.
  private static let freshness: Int64 = EventTime.nanosecondsPerSecond / 2
  private static let patience: Int64 = 2 * EventTime.nanosecondsPerSecond

  init(bell: WakeUp) { self.bell = bell }

  // MARK: Following

  /// To be polled: somebody asks.
  var descriptor: Int32 { bell.descriptor }

  /// Whether a moment is asked for. Notes that following is alive.
  func isWanted(at now: Int64) -> Bool {
    _ = bell.clear()
    return shared.withLock { shared in
      shared.turnedAt = now
      return shared.isWanted
    }
  }

  func publish(_ moment: ServedMoment) {
    monitor.lock()
    shared.withLock { shared in
      (shared.moment, shared.isWanted) = (moment, false)
    }
    monitor.signal()
    monitor.unlock()
  }

  /// Nothing more comes: nobody waits any longer.
  func end() {
    monitor.lock()
    shared.withLock { $0.isOver = true }
    monitor.signal()
    monitor.unlock()
  }

  // MARK: Answering

  /// Nanoseconds since following looked last.
  func age(at now: Int64) -> Int64 { now - shared.withLock { $0.turnedAt } }

  /// The present moment, or the last one where following is busy for longer than is waited for; nil where there was none yet.
  /// Waits; not for the thread that follows.
  func moment() -> ServedMoment? {
    let begin = Clock.monotonicNanoseconds
    monitor.lock()
    defer { monitor.unlock() }
    while true {
      let (moment, isOver) = shared.withLock { shared in
        let isFresh = shared.moment.map { begin - $0.made < ServeState.freshness } ?? false
        if !isFresh { shared.isWanted = true }
        return (isFresh ? shared.moment : nil, shared.isOver)
      }
      if let moment { return moment }
      if isOver { break }
      bell.ring()
      let left = ServeState.patience - (Clock.monotonicNanoseconds - begin)
      guard left > 0, monitor.wait(atMost: left) else { break }
    }
    return shared.withLock { $0.moment }
  }
}
