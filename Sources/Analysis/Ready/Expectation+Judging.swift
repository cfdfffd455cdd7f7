package import TraceCore

// Whether an expectation holds: never by what was not read.

/// What a log says of an expectation's figure, and what of it could not be read.
package struct ObservedFigure: Sendable {
  /// Of the requests that the figure is about.
  package var total: GroupStats
  /// Nanoseconds of log in the span.
  package var length: Int64
  /// Of the whole log.
  package var traces: Int64
  /// Lines and requests that were left out and could each have been one of these requests.
  package var lost: Int64
  /// Something is missing of which nobody can say how much, as the end of a sentence: `app.log.3 is missing`.
  package var gap: String?

  package init(total: GroupStats, length: Int64, traces: Int64, lost: Int64 = 0, gap: String? = nil) {
    self.total = total
    self.length = length
    self.traces = traces
    self.lost = lost
    self.gap = gap
  }

  /// Requests without a duration that counts: those that log none, those that have not ended, what was left out.
  fileprivate var untimed: Int64 { lost + total.requests - total.durations.count + total.unfinished }

  /// The value at a rank, from 1 to the number of durations.
  fileprivate func duration(rank: Int64) -> Double? {
    // In the middle of a rank, so that no rounding leads to its neighbour.
    total.quantile((Double(rank) - 0.5) / Double(total.durations.count)).map { Double($0) }
  }
}

extension Expectation {
  /// Pass: it holds, also if all that was left out spoke against it. Fail: it does not. Else it is unknown.
  ///
  /// - Parameter least: requests of which a share, a percentile or a small count is believed.
  package func judge(_ observed: ObservedFigure, least: Int64) -> (state: ReadyState, reason: String) {
    guard let value = value(observed) else { return (.unknown, "\(text): there is no \(measure.figure.name)") }
    let said = "\(text): \(shown(value))\(base(observed))"
    let holds = comparison.holds(value, limit)
    if let count = basis(observed, holds: holds), count < least {
      return (.unknown, "\(said); fewer than \(least) requests say too little")
    }
    guard holds else {
      // More requests can mend what is too few of them, and nothing else.
      let couldHold =
        comparison.isFloor && (observed.gap != nil || highest(observed).map { comparison.holds($0, limit) } == true)
      guard isCount, couldHold else { return (.fail, said) }
      return (.unknown, "\(said), but \(left(observed))")
    }
    if observed.gap != nil { return (.unknown, "\(said), but \(left(observed))") }
    let bounds = (comparison.isCeiling ? [highest(observed)] : []) + (comparison.isFloor ? [lowest(observed)] : [])
    for bound in bounds where bound.map({ comparison.holds($0, limit) }) != true {
      let worst = bound.map { "it could be \(shown($0))" } ?? "nobody can say how bad it could be"
      return (.unknown, "\(said), but \(left(observed)): \(worst)")
    }
    return (.pass, said)
  }

  // MARK: Values

  private func value(_ observed: ObservedFigure) -> Double? {
    let total = observed.total
    switch measure.figure {
    case .requests: return Double(total.requests)
    case .errors: return Double(total.errors)
    case .clientErrors: return Double(total.clientErrors)
    case .unfinished: return Double(total.unfinished)
    case .errorRate: return total.requests > 0 ? Double(total.errors) / Double(total.requests) : nil
    case .rate: return observed.length > 0 ? Double(total.requests) / (Double(observed.length) / 1e9) : nil
    case .quantile(let q, _): return total.quantile(q).map { Double($0) }
    case .max: return total.durations.max.map { Double($0) }
    case .traces: return Double(observed.traces)
    case .duration: return Double(observed.length)
    case .first, .last, .inFlight, .inFlightPeak, .inFlightPeakAt: return nil
    }
  }

  /// The most that it could be; nil: nobody can say.
  private func highest(_ observed: ObservedFigure) -> Double? {
    let total = observed.total
    let lost = Double(observed.lost)
    switch measure.figure {
    case .requests, .errors, .clientErrors, .unfinished, .traces: return value(observed).map { $0 + lost }
    case .rate:
      return observed.length > 0 ? (Double(total.requests) + lost) / (Double(observed.length) / 1e9) : nil
    case .errorRate:
      let open = lost + Double(total.unfinished)
      return (Double(total.errors) + open) / max(1, Double(total.requests) + open)
    case .quantile(let q, _):
      let rank = rank(q, observed)
      return rank <= total.durations.count ? observed.duration(rank: rank) : nil
    case .max: return observed.untimed == 0 ? value(observed) : nil
    case .duration, .first, .last, .inFlight, .inFlightPeak, .inFlightPeakAt: return value(observed)
    }
  }

  /// The least that it could be.
  private func lowest(_ observed: ObservedFigure) -> Double? {
    let total = observed.total
    switch measure.figure {
    case .errorRate:
      return Double(total.errors) / max(1, Double(total.requests) + Double(observed.lost) + Double(total.unfinished))
    case .quantile(let q, _):
      let rank = rank(q, observed) - observed.untimed
      return rank >= 1 ? observed.duration(rank: rank) : 0
    default: return value(observed)
    }
  }

  /// The nearest rank among all requests, also those whose duration is not known.
  private func rank(_ q: Double, _ observed: ObservedFigure) -> Int64 {
    let all = Double(observed.total.durations.count + observed.untimed)
    return max(1, Int64(saturating: (q * all - 1e-9).rounded(.up)))
  }

  // MARK: How much it rests on

  private var isCount: Bool {
    switch measure.figure {
    case .requests, .errors, .clientErrors, .unfinished, .traces, .rate: true
    default: false
    }
  }

  /// Requests that it rests on, where few are not enough: always of shares and percentiles, of counts where they are small.
  private func basis(_ observed: ObservedFigure, holds: Bool) -> Int64? {
    switch measure.figure {
    case .errorRate: observed.total.requests
    case .quantile: observed.total.durations.count
    case .max: holds && comparison.isCeiling ? observed.total.durations.count : nil
    case .errors, .clientErrors, .unfinished: holds && comparison.isCeiling ? observed.total.requests : nil
    case .requests, .rate, .traces, .duration, .first, .last, .inFlight, .inFlightPeak, .inFlightPeakAt: nil
    }
  }

  // MARK: Words

  private func shown(_ value: Double) -> String {
    let unit: Objective.Unit =
      switch measure.figure {
      case .errorRate: .share
      case .rate: .perSecond
      case .quantile, .max, .duration: .nanoseconds
      default: .count
      }
    return GateText.value(value, unit)
  }

  private func base(_ observed: ObservedFigure) -> String {
    switch measure.figure {
    case .errorRate, .errors, .clientErrors: " of " + GateText.count(observed.total.requests, "request")
    case .quantile, .max: " of " + GateText.count(observed.total.durations.count, "request")
    default: ""
    }
  }

  private func left(_ observed: ObservedFigure) -> String {
    if let gap = observed.gap { return gap }
    let untimed = measure.figure.dimension == .time ? observed.untimed : observed.lost
    if observed.lost == 0, untimed > 0 { return "\(GateText.count(untimed, "request")) have no duration or no end" }
    if observed.lost == 0 { return "\(GateText.count(observed.total.unfinished, "request")) have no end" }
    return "\(GateText.count(observed.lost, "line")) or requests were left out"
  }
}
