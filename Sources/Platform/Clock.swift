internal import Glibc

/// The system's clocks.
package enum Clock {
  /// Milliseconds of a clock that only runs forward.
  package static var monotonicMilliseconds: Int64 { monotonicNanoseconds / 1_000_000 }

  /// Nanoseconds of a clock that only runs forward.
  package static var monotonicNanoseconds: Int64 { now(CLOCK_MONOTONIC) }

  /// Nanoseconds since 1970, of the clock that files are dated with.
  package static var wallNanoseconds: Int64 { now(CLOCK_REALTIME) }

  private static func now(_ clock: clockid_t) -> Int64 {
    var time = timespec()
    guard unsafe clock_gettime(clock, &time) == 0 else { return 0 }
    return nanoseconds(time)
  }

  /// Held at the ends of the type: a file may say that it is of any year.
  static func nanoseconds(_ time: timespec) -> Int64 {
    let (seconds, isOver) = Int64(time.tv_sec).multipliedReportingOverflow(by: 1_000_000_000)
    let (sum, isOverToo) = seconds.addingReportingOverflow(Int64(time.tv_nsec))
    return isOver || isOverToo ? (time.tv_sec < 0 ? .min : .max) : sum
  }
}
