internal import TraceCore

/// Budgets in sentences: numbers with three digits, as in a gate's verdict.
package enum BudgetText {
  private static let day = 86_400e9

  static func title(_ objective: BudgetObjective) -> String { "\(objective.name) burns its error budget" }

  /// `15 of 30 requests did not keep error_rate < 2 % since … (50 %, 25 times what is allowed). Of the budget …`
  static func sentences(
    _ burn: BurnDetector.Burn, _ standing: ErrorBudget.Standing, _ objective: BudgetObjective
  ) -> String {
    let share = Double(burn.failures) / Double(max(burn.requests, 1))
    let times = GateText.number(share / objective.limit)
    let since = "\(EventTime.date(burn.since)) \(EventTime.timeOfDay(burn.since).prefix(8)) UTC"
    var text =
      "\(burn.failures) of \(GateText.count(burn.requests, "request")) did not keep \(objective.objective.text) since \(since) "
      + "(\(GateText.value(share, .share)), \(times) times what is allowed). \(left(standing))"
    // Of a part of the window nobody can say what the rest has used up.
    if let left = standing.left, left > 0, share > objective.limit, isWhole(standing) {
      let rest = left * Double(standing.window) / (share / objective.limit)
      text += "; at this rate it is used up in \(duration(rest))"
    }
    return text
  }

  private static func isWhole(_ standing: ErrorBudget.Standing) -> Bool {
    standing.covered >= standing.window.less(standing.window / 100)
  }

  /// `Of the budget of 30 days, of which 3 days are known, 62.1 % is left (in the long run, at 95 %, 40 % to 71.3 %)`.
  package static func left(_ standing: ErrorBudget.Standing) -> String {
    let window = duration(Double(standing.window))
    guard let left = standing.left else { return "Of the budget of \(window) nothing is known: no request counted" }
    let known = isWhole(standing) ? "" : ", of which \(duration(Double(standing.covered))) are known,"
    let amount =
      left >= 0
      ? "\(GateText.value(left, .share)) is left"
      : "nothing is left: \(GateText.number(1 - left)) times of it is used up"
    return
      "Of the budget of \(window)\(known) \(amount) (in the long run, at 95 %, \(GateText.value(standing.lower, .share)) to "
      + "\(GateText.value(standing.upper, .share)))"
  }

  /// `45 min`, `29 h`, `7.5 days`.
  package static func duration(_ nanoseconds: Double) -> String {
    if nanoseconds >= 2 * day { return GateText.number(nanoseconds / day) + " days" }
    if nanoseconds >= 7_200e9 { return GateText.number(nanoseconds / 3_600e9) + " h" }
    return GateText.duration(nanoseconds)
  }
}
