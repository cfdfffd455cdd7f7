internal import Glibc
internal import TraceCore

/// Finds the span of an incident in a series of windows: when the share of failed requests, or of slow ones, left what it
/// was before and after, and when it came back.
///
/// Both are counts of requests: failed of all; at or above a border of `LatencyHistogram` of those with a duration, the
/// border next above the p95 outside the span. Each is searched by a `ShareScan`; what is found of either and is not parted
/// by enough clean windows is one incident, and of several the one that harmed the most requests is the span. It finds
/// nothing where nothing is wrong, and it names no cause.
///
/// Nothing depends on anything but the series. Cost: some 10,000 spans looked at for each one found.
///
/// Meaning: docs/semantics.md#incidents-and-causes.
package enum IncidentFinder {
  package struct Options: Sendable {
    /// The chance, of each signal, to find an incident where the shares are the same throughout: of all requests together, and
    /// of all routes one by one.
    package var alpha = 0.002
    package var alphaOfRoutes = 0.005
    /// Shares that matter: at least so many times the share outside and so much more, or more by `alone`.
    package var errorRatio = 2.0
    package var errorsMore = 0.002
    package var errorsAlone = 0.03
    /// Such a share more is an incident even where the like comes often.
    package var errorsGross = 0.3
    /// So many others of their kind do not make failures, or a slow time, how the service always is.
    package var sparedOutages = 2
    package var sparedSlowdowns = 1
    package var slowRatio = 2.0
    package var slowMore = 0.05
    /// What p50 or p95 inside must be of what it is outside, at least.
    package var latencyRatio = 2.0
    /// Bad requests that an incident has at least.
    package var leastBad: Int64 = 8
    /// Of a route the share must be more by so much, or by so much alone, and at least so many requests must be bad.
    package var routeMore = 0.02
    package var routeAlone = 0.1
    package var leastOfRoute: Int64 = 10
    /// A slow time lasts at least so long, failures so long; nanoseconds.
    package var least: Int64 = 10_000_000_000
    package var leastErrors: Int64 = 3_000_000_000
    /// So much of its worst time may not be all that speaks for it; nanoseconds.
    package var sparedSlow: Int64 = 5_000_000_000
    package var sparedErrors: Int64 = 1_000_000_000
    /// At one of its borders a slow time must begin or end within so long, for what rises and falls with the day is none;
    /// nanoseconds.
    package var abrupt: Int64 = 900_000_000_000
    /// By such a part of all that it is slower, and with such a log-likelihood ratio.
    package var abruptPart = 0.4
    package var abruptRatio = 7.0
    /// So long without a sign of it, and at least three windows, makes the end of an incident; nanoseconds.
    package var cleanTime: Int64 = 30_000_000_000

    package init() {}
  }

  /// What the requests outside of all spans came to.
  package struct Baseline: Sendable, Equatable {
    package var requests: Int64
    /// Nil without requests.
    package var errorRate: Double?
    /// Nanoseconds; requests that took as long or longer are slow. Nil without durations.
    package var slowThreshold: Int64?
    package var slowShare: Double?

    package init(requests: Int64 = 0, errorRate: Double? = nil, slowThreshold: Int64? = nil, slowShare: Double? = nil) {
      self.requests = requests
      self.errorRate = errorRate
      self.slowThreshold = slowThreshold
      self.slowShare = slowShare
    }
  }

  /// Where it was worst: of stretches of `resolution` in the span, by errors, or by slow requests where errors are no sign.
  package struct Peak: Sendable, Equatable {
    /// Its beginning; it lasts `Found.resolution`.
    package var time: Int64
    package var errorRate: Double
    package var slowShare: Double?

    package init(time: Int64, errorRate: Double, slowShare: Double?) {
      self.time = time
      self.errorRate = errorRate
      self.slowShare = slowShare
    }
  }

  package struct Found: Sendable, Equatable {
    /// Nil where nothing is wrong.
    package var span: IncidentSpan?
    /// Other incidents, in order of time.
    package var others: [IncidentSpan] = []
    package var baseline = Baseline()
    /// From which duration on requests of a route are slow (nanoseconds), for those with a measure of their own.
    package var slowByRoute: [String: Int64] = [:]
    package var peak: Peak?
    /// Windows with requests and without a sign of the incident after the recovery, up to the next one or the end.
    package var cleanWindows = 0
    package var cleanWindowsNeeded = 0
    /// Stretches in which hardly any request ended.
    package var drops: [TrafficDrop] = []
    /// Nanoseconds: the length of what the search looked at, a window or several put together. Borders are to a window.
    package var resolution: Int64 = 0
    /// How it was found, in a sentence with the method's source.
    package var method = ""
    /// What a reader must know besides.
    package var notes: [String] = []

    package init() {}
  }

  /// Routes that are looked at one by one, the busiest.
  static let mostRoutes = 200

  /// - Parameters:
  ///   - series: in order and without gaps, as `AdaptiveSeries.windows`.
  ///   - routes: the same requests by route; nil where routes are not known.
  package static func find(
    _ series: [SeriesWindow], routes: RouteWindows? = nil, _ options: Options = Options()
  ) -> Found {
    guard let first = series.first, series.contains(where: { $0.requests > 0 }) else {
      var found = Found()
      found.method = "there are no requests with a time to search for an incident"
      return found
    }
    var search = IncidentSearch(series, length: max(1, first.length), options)
    search.run(routes ?? RouteWindows(series))
    return search.found()
  }
}
