/// Differences of event times that a poisoned clock cannot turn into a trap.
enum TimeSpan {
  /// `end - start` in nanoseconds, held at the ends of Int64.
  static func between(_ start: Int64, _ end: Int64) -> Int64 {
    let (difference, overflow) = end.subtractingReportingOverflow(start)
    return overflow ? (end < start ? .min : .max) : difference
  }
}
