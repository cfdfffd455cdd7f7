/// How far event time has come: the highest time seen less a reorder bound (DESIGN section 3, "Time").
///
/// A jump ahead of more than `jump` counts only once a later record confirms it, so that one poisoned record closes nothing.
/// The first record is as little to be trusted: one that is far ahead of the second is taken back.
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
  /// Whether a second record agreed with `high`.
  private var isConfirmed = false
  /// Jumps ahead that were taken back by the next record.
  package private(set) var unconfirmedJumps: Int64 = 0

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
      if !isConfirmed {
        guard time >= high - Watermark.jump else {
          unconfirmedJumps += 1
          high = time
          return false
        }
        isConfirmed = true
      }
      dropPending()
      return time < high - Watermark.reorder
    }
    if time - high <= Watermark.jump {
      dropPending()
      isConfirmed = true
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
      isConfirmed = true
      high = max(pending, time - pending <= Watermark.jump ? time : pending)
      pending = time - pending <= Watermark.jump ? EventTime.none : time
    } else {
      // A smaller jump ahead after a larger one: the larger was wrong, this one is not confirmed yet.
      unconfirmedJumps += 1
      pending = time
    }
  }

  /// At the end of the input: a jump that nothing confirmed stays out.
  package mutating func finish() { dropPending() }
}
