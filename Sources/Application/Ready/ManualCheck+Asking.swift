package import Analysis
internal import Report
internal import TraceCore

extension ManualCheck {
  /// Whether it is signed, and for now.
  ///
  /// - Parameter now: nanoseconds since 1970.
  package func result(now: Int64) -> ItemResult {
    let evidence = note.map { [ItemResult.Evidence.note($0)] } ?? []
    let advice = "Look at it, and sign in the checklist: manual: {who: NAME, when: \(EventTime.date(now))}."
    guard let who else {
      let reason = when == nil ? "nobody has signed it" : "a day is there and no name: nobody has signed it"
      return ItemResult(.unknown, reason, advice: advice, evidence: evidence)
    }
    guard let when else {
      return ItemResult(.unknown, "signed by \(who) without a day", advice: advice, evidence: evidence)
    }
    let age = now.less(when.time)
    // A day has begun in the east up to 14 hours before it does in UTC.
    let early = when.isDay ? 14 * 3_600 * EventTime.nanosecondsPerSecond : 60 * EventTime.nanosecondsPerSecond
    if age < -early {
      return ItemResult(
        .unknown, "signed by \(who) for \(when.text), which is still to come", advice: advice, evidence: evidence)
    }
    guard age <= longest else {
      return ItemResult(
        .unknown, "signed by \(who) on \(when.text), longer ago than \(RoundDuration.text(longest))",
        advice: advice, evidence: evidence)
    }
    return ItemResult(.pass, "signed by \(who) on \(when.text)", evidence: evidence)
  }
}
