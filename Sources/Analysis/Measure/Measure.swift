package import TraceCore

/// One figure that a document asks of a log: `p95 where route = "/api/spots" from baseline`.
///
/// It says what is asked, not what comes of it: `MeasureReader` reads it, the pipeline measures it.
package struct Measure: Sendable {
  /// What is measured of the requests that were chosen, or of the log.
  package enum Figure: Sendable, Equatable {
    case requests, errors, clientErrors, unfinished
    /// errors / requests.
    case errorRate
    /// Requests a second of event time.
    case rate
    /// Of the logged durations, by nearest rank; `q` in 0 ..< 1 from the name (`p99.9`).
    case quantile(q: Double, name: String)
    case max
    /// Requests in flight at once: on average, at most, and when that was first so.
    case inFlight, inFlightPeak, inFlightPeakAt
    /// Traces that have begun; of the whole log.
    case traces
    /// Event time of the first and the last record, no earlier and no later than the span; the time between them.
    case first, last, duration

    /// As it is written in a placeholder.
    package var name: String {
      switch self {
      case .requests: "requests"
      case .errors: "errors"
      case .clientErrors: "client_errors"
      case .unfinished: "unfinished"
      case .errorRate: "error_rate"
      case .rate: "rate"
      case .quantile(_, let name): name
      case .max: "max"
      case .inFlight: "in_flight"
      case .inFlightPeak: "in_flight_peak"
      case .inFlightPeakAt: "in_flight_peak_at"
      case .traces: "traces"
      case .first: "first"
      case .last: "last"
      case .duration: "duration"
      }
    }

    /// What a unit must be of, if one is asked for.
    package var dimension: MeasureUnit.Dimension? {
      switch self {
      case .requests, .errors, .clientErrors, .unfinished, .traces, .first, .last: nil
      case .inFlight, .inFlightPeak, .inFlightPeakAt: nil
      case .errorRate: .share
      case .rate: .rate
      case .quantile, .max, .duration: .time
      }
    }

    /// About the records of the log and not about requests: nothing to choose or to group.
    package var isAboutLog: Bool {
      switch self {
      case .traces, .first, .last, .duration: true
      default: false
      }
    }

    package var isInFlight: Bool {
      switch self {
      case .inFlight, .inFlightPeak, .inFlightPeakAt: true
      default: false
      }
    }

    /// Whether `skein stats` prints it; other percentiles it does not.
    package var isInStats: Bool {
      guard case .quantile(let q, _) = self else { return true }
      return [0.5, 0.9, 0.95, 0.99].contains(q)
    }
  }

  /// Where in event time.
  package enum Place: Sendable, Equatable {
    case whole
    /// A span that has a name: `from baseline`.
    case named(String)
    case span(MeasureSpan)
  }

  package var figure: Figure
  /// Only requests whose closing record this holds for.
  package var condition: FilterExpression?
  package var place: Place
  /// For each value of this field, as `stats --by`.
  package var group: String?
  package var unit: MeasureUnit?

  package init(
    _ figure: Figure, where condition: FilterExpression? = nil, place: Place = .whole, by group: String? = nil,
    unit: MeasureUnit? = nil
  ) {
    self.figure = figure
    self.condition = condition
    self.place = place
    self.group = group
    self.unit = unit
  }

  /// As it would be written with the span's times in it: what measures the same again.
  package func text(in span: MeasureSpan) -> String {
    var text = figure.name
    if let condition { text += " where \(condition.source)" }
    if span != .whole { text += " from \(span.text)" }
    if let group { text += " by \(group)" }
    if let unit { text += " in \(unit.name)" }
    return text
  }
}

/// A unit that a value is to be given in.
package enum MeasureUnit: String, Sendable, Equatable, CaseIterable {
  case nanoseconds = "ns"
  case microseconds = "us"
  case milliseconds = "ms"
  case seconds = "s"
  case minutes = "min"
  case hours = "h"
  case percent = "%"
  case perSecond = "/s"
  case perMinute = "/min"
  case perHour = "/h"

  package enum Dimension: Sendable { case time, share, rate }

  package var name: String { rawValue }

  /// `µs` (both of Unicode's) is `us`.
  package init?(name: String) {
    self.init(rawValue: name == "\u{B5}s" || name == "\u{3BC}s" ? "us" : name)
  }

  package var dimension: Dimension {
    switch self {
    case .nanoseconds, .microseconds, .milliseconds, .seconds, .minutes, .hours: .time
    case .percent: .share
    case .perSecond, .perMinute, .perHour: .rate
    }
  }

  /// By what nanoseconds are divided; of rates by what those a second are multiplied; 100 of a share.
  package var factor: Double {
    switch self {
    case .nanoseconds, .perSecond: 1
    case .microseconds: 1e3
    case .milliseconds: 1e6
    case .seconds: 1e9
    case .minutes: 60e9
    case .hours: 3_600e9
    case .percent: 100
    case .perMinute: 60
    case .perHour: 3_600
    }
  }
}
