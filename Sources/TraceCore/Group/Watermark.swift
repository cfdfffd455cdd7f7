/// How far event time has come: the highest time seen less a reorder bound (docs/semantics.md#time).
///
/// A jump ahead of more than `jump` counts only once a later record confirms it, so that one poisoned record closes nothing.
/// A function of the sequence of times alone.
package struct Watermark: BitwiseCopyable, Sendable, Equatable {
  /// Records may be this much older than the newest one (nanoseconds).
  package static let reorder: Int64 = 2 * EventTime.nanosecondsPerSecond
  /// A longer step ahead needs confirming (nanoseconds).
  package static let jump: Int64 = 300 * EventTime.nanosecondsPerSecond

  /// The highest confirmed time, or EventTime.none.
  package private(set) var high = EventTime.none
  /// The newest unconfirmed time, or EventTime.none.
  package private(set) var pending = EventTime.none
  /// Jumps ahead that were taken back by the next record.
  package private(set) var unconfirmedJumps: Int64 = 0

  /// Nothing but the first record speaks for `high` yet.
  private var isFirst = true

  package init() {}

  /// Times below this are late; EventTime.none before the first record.
  @inline(__always)
  package var time: Int64 { high == EventTime.none ? EventTime.none : high - Watermark.reorder }

  /// Notes the time of the next record; returns whether it is late.
  @inline(__always)
  package mutating func observe(_ time: Int64) -> Bool {
    if high == EventTime.none {
      high = time
      return false
    }
    if time <= high {
      if isFirst, time < high - Watermark.jump {
        // The first record's clock may be the poisoned one: it is the jump that later records have to confirm.
        isFirst = false
        pending = high
        high = time
        return false
      }
      isFirst = false
      dropPending()
      return time < high - Watermark.reorder
    }
    isFirst = false
    if time - high <= Watermark.jump {
      dropPending()
      high = time
      return false
    }
    observeJump(time)
    return false
  }

  @inline(__always)
  private mutating func dropPending() {
    if pending != EventTime.none {
      pending = EventTime.none
      unconfirmedJumps += 1
    }
  }

  private mutating func observeJump(_ time: Int64) {
    guard pending != EventTime.none else {
      pending = time
      return
    }
    if time >= pending - Watermark.reorder {
      // Confirmed: time goes on from there.
      high = max(pending, time - pending <= Watermark.jump ? time : pending)
      pending = time - pending <= Watermark.jump ? EventTime.none : time
    } else {
      // A smaller jump ahead after a larger one: the larger was wrong, this one is not confirmed yet.
      unconfirmedJumps += 1
      pending = time
    }
  }

  /// A step of up to this at the very end is believed (nanoseconds): a quiet service, not a poisoned clock.
  package static let believed: Int64 = 86_400 * EventTime.nanosecondsPerSecond

  /// At the end of the input: nothing can contradict the last jump any more. One of up to a day counts; a longer one that
  /// nothing confirmed stays out.
  package mutating func finish() {
    if pending != EventTime.none, pending - high <= Watermark.believed {
      high = pending
      pending = EventTime.none
    }
    dropPending()
  }
}

extension Watermark: StateCodable {
  package mutating func code(_ coder: inout StateCoder) throws(StateError) {
    try coder.code(time: &high)
    try coder.code(time: &pending)
    try coder.code(count: &unconfirmedJumps)
    try coder.code(&isFirst)
  }
}
