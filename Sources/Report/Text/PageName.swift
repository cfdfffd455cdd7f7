internal import TraceCore

/// Names of pages: what they are, and a time.
package enum PageName {
  /// `watch_20261123_064905`, in UTC; `watch` where there is no time.
  ///
  /// - Parameter time: nanoseconds since 1970, or EventTime.none.
  static func text(_ kind: String, at time: Int64) -> String {
    guard time != EventTime.none else { return kind }
    let digits = "\(EventTime.date(time))_\(EventTime.timeOfDay(time).prefix(8))".filter { $0.isNumber || $0 == "_" }
    return "\(kind)_\(digits)"
  }
}
