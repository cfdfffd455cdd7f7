package import TraceCore

/// What a service promises over weeks, as a file of alerts says it: `error_rate < 2 %` over 30 days.
///
/// It is a gate's objective that is a share of requests, with a name and a window.
package struct BudgetObjective: Sendable {
  /// Named in messages and metrics; at most 60 of a-z, A-Z, 0-9, `-`, `_` and `.`.
  package var name: String
  /// A ceiling of failed or slow requests, or a share that an expression holds for; no baseline, no `per`.
  package let objective: Objective
  /// Over which the budget is counted, in nanoseconds.
  package var window: Int64
  /// Of its burn alert: 0 (P0) ... 3 (P3).
  package var severity: UInt8
  /// The share of bad requests that is allowed, between 0 and 1, both excluded.
  package let limit: Double
  /// Whether an answer of the ratio's expression that is yes is bad.
  private let isYesBad: Bool

  package static let usualWindow = 30 * 86_400 * EventTime.nanosecondsPerSecond
  package static let leastWindow = 3_600 * EventTime.nanosecondsPerSecond
  package static let longestWindow = 90 * 86_400 * EventTime.nanosecondsPerSecond
  /// Of one file.
  package static let most = 16

  /// Nil where the objective is not about a share of requests, or not a limit that bad ones can break.
  package init?(name: String, objective: Objective, window: Int64 = usualWindow, severity: UInt8 = 1) {
    guard !objective.limit.isRelative, objective.per == nil else { return nil }
    let isCeiling = objective.comparison.isCeiling
    switch objective.metric {
    case .errorRate where isCeiling: limit = objective.limit.offset
    case .ratio: limit = isCeiling ? objective.limit.offset : 1 - objective.limit.offset
    case .quantile(let q, .duration) where isCeiling: limit = 1 - q
    default: return nil
    }
    guard limit > 0, limit < 1 else { return nil }
    isYesBad = isCeiling
    (self.name, self.objective, self.window, self.severity) = (name, objective, window, severity)
  }

  /// What its burn alert is called among rules: in `routes` of a file of alerts, and in messages.
  package var rule: String { "budget.\(name)" }

  /// Questions about each request, in the order of their bits: its `where`, then its ratio.
  package var conditions: [FilterExpression] {
    var conditions = objective.condition.map { [$0] } ?? []
    if case .ratio(let expression) = objective.metric { conditions.append(expression) }
    return conditions
  }

  /// What it is about, so that a saved state finds its objective again.
  package var identity: String {
    "\(name) \(objective.text) \(objective.condition?.source ?? "") \(window)"
  }

  /// What is bad about a request: failed, slow, or what the expression says.
  package enum Answer: Sendable, Equatable { case bad, good, notConcerned }

  /// How a request counts. Plain comparisons; called for each counted request.
  ///
  /// - Parameter truths: two bits for each of `conditions`, the first ones lowest: 0 no, 1 yes, 2 unknown.
  package func answer(isError: Bool, duration: Int64, truths: UInt32, kind: RouteKind) -> Answer {
    var truths = truths
    if objective.condition != nil {
      guard truths & 3 == 1 else { return .notConcerned }
      truths >>= 2
    }
    if kind != .user, !objective.namesRoutes { return .notConcerned }
    switch objective.metric {
    case .errorRate: return isError ? .bad : .good
    case .ratio:
      guard truths & 3 < 2 else { return .notConcerned }
      return (truths & 3 == 1) == isYesBad ? .bad : .good
    case .quantile:
      guard duration >= 0 else { return .notConcerned }
      let isUnder =
        objective.comparison.allowsEqual
        ? Double(duration) <= objective.limit.offset : Double(duration) < objective.limit.offset
      return isUnder ? .good : .bad
    case .unfinishedRate, .throughput, .findings: return .notConcerned
    }
  }
}
