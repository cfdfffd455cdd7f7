internal import Glibc
package import TraceCore

/// How much of an objective's budget is left: failures over the window, hour by hour.
///
/// The budget is the number of failures that the objective allows of the requests of the window. Counts are exact; what the
/// service's rate is, of which they are one sample, the interval says: the exact binomial bounds, at the sample size divided by
/// the scatter between hours, as in a gate.
///
/// Memory: an hour is three numbers; a window of 30 days has 721.
package struct ErrorBudget: Sendable, Equatable {
  struct Hour: Sendable, Equatable {
    var start: Int64
    var requests: Int64 = 0
    var failures: Int64 = 0
  }

  /// How it stands at one moment.
  package struct Standing: Sendable, Equatable {
    /// Of the objective: its name, how it is written, the share that it allows, and its window in nanoseconds.
    package var name: String
    package var text: String
    package var limit: Double
    package var window: Int64
    /// In the part of the window that the log covers.
    package var requests: Int64
    package var failures: Int64
    /// Nanoseconds of the window for which there are figures: at most `window`.
    package var covered: Int64
    /// Parts of the budget: 1 is all of it, under 0 more than all is used up. Nil without a request.
    package var left: Double?
    /// What `left` may be in the long run at the service's rate, at 95 %.
    package var lower: Double
    package var upper: Double
    /// Since when it burns; nil while nothing is proven.
    package var burningSince: Int64?
  }

  private static let hour = 3_600 * EventTime.nanosecondsPerSecond
  /// Of each end of the interval.
  private static let alpha = 0.025

  let window: Int64
  private(set) var hours: [Hour] = []
  /// The first span that had requests.
  private(set) var first = EventTime.none

  init(window: Int64) { self.window = window }

  /// Adds the requests of a span that begins at `start`, and forgets the hours that have left the window by then.
  mutating func add(failures: Int64, of requests: Int64, at start: Int64) {
    guard requests > 0 else { return }
    if first == EventTime.none { first = start }
    let begin = start.less(EventTime.floorDivide(start, ErrorBudget.hour).remainder)
    // Spans come in order; one that does not is counted with the newest hour.
    if let last = hours.last, last.start >= begin {
      hours[hours.count - 1].requests = last.requests.plus(requests)
      hours[hours.count - 1].failures = last.failures.plus(failures)
    } else {
      hours.append(Hour(start: begin, requests: requests, failures: failures))
    }
    forget(at: start)
  }

  private mutating func forget(at time: Int64) {
    let gone = hours.prefix { $0.start.plus(ErrorBudget.hour) <= time.less(window) }.count
    if gone > 0 { hours.removeFirst(gone) }
  }

  /// Cost: a pass over the hours, and two quantiles of a beta distribution.
  func standing(of objective: BudgetObjective, at time: Int64, burningSince: Int64?) -> Standing {
    var counts = WindowCounts()
    for hour in hours where hour.start.plus(ErrorBudget.hour) > time.less(window) {
      counts.add(bad: hour.failures, of: hour.requests)
    }
    let limit = objective.limit
    var standing = Standing(
      name: objective.name, text: objective.objective.text, limit: limit, window: window, requests: counts.total,
      failures: counts.bad,
      covered: first == EventTime.none ? 0 : max(0, min(window, time.less(first))), left: nil, lower: -.infinity,
      upper: 1, burningSince: burningSince)
    guard counts.total > 0 else { return standing }
    let (bad, total, phi) = (Double(counts.bad), Double(counts.total), counts.dispersionForPass)
    standing.left = 1 - counts.share / limit
    standing.lower =
      1 - Binomial.upperBound(bad, of: total, alpha: ErrorBudget.alpha, dispersion: phi) / limit
    standing.upper =
      1 - Binomial.lowerBound(bad, of: total, alpha: ErrorBudget.alpha, dispersion: phi) / limit
    return standing
  }
}

/// The window is that of the objective.
extension ErrorBudget: StateCodable {
  package mutating func code(_ coder: inout StateCoder) throws(StateError) {
    try coder.code(time: &first)
    try coder.code(&hours, empty: Hour(start: 0)) { hour, coder throws(StateError) in
      try coder.code(time: &hour.start)
      try coder.code(count: &hour.requests)
      try coder.code(count: &hour.failures)
      guard hour.failures <= hour.requests else { throw .invalid("hour of a budget") }
    }
    let isOrdered = zip(hours, hours.dropFirst()).allSatisfy { $0.start < $1.start }
    guard isOrdered else { throw .invalid("hours of a budget") }
  }
}
