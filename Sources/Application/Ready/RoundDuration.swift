internal import Report

/// Durations that people wrote, as they wrote them: `30 d`, not `30 d 00 h`.
enum RoundDuration {
  /// - Parameter nanoseconds: at least 0.
  static func text(_ nanoseconds: Int64) -> String {
    let text = DurationText.short(nanoseconds)
    for zero in [" 00 s", " 00 m", " 00 h"] where text.hasSuffix(zero) { return String(text.dropLast(zero.count)) }
    return text
  }
}
