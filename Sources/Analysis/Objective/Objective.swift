package import TraceCore

/// One thing that must hold of the requests of a stage: `p95 < 300 ms`.
package struct Objective: Sendable {
  package enum Subject: Sendable, Equatable {
    case duration
    case field(GateField)
  }

  package enum Metric: Sendable {
    /// Share of requests that are errors.
    case errorRate
    /// Share of requests that never ended among all.
    case unfinishedRate
    /// Requests a second.
    case throughput
    /// `q` between 0 and 1; nearest rank.
    case quantile(q: Double, of: Subject)
    /// Share of the requests for which the expression is yes among those for which it is known.
    case ratio(FilterExpression)
    /// Findings of that severity (0 for P0 to 3) or a worse one.
    case findings(worst: Int)
  }

  package enum Comparison: String, Sendable, CaseIterable {
    case less = "<"
    case lessOrEqual = "<="
    case greater = ">"
    case greaterOrEqual = ">="

    /// The limit is a ceiling.
    package var isCeiling: Bool { self == .less || self == .lessOrEqual }
    package var allowsEqual: Bool { self == .lessOrEqual || self == .greaterOrEqual }
  }

  /// `factor * baseline + offset`; shares as 0 to 1, durations in nanoseconds, other fields in thousandths.
  package struct Limit: Sendable, Equatable {
    /// 0: the limit is `offset` alone.
    package var factor: Double
    package var offset: Double

    package init(factor: Double = 0, offset: Double) {
      self.factor = factor
      self.offset = offset
    }

    package var isRelative: Bool { factor != 0 }
  }

  /// What an objective is decided for by itself, one after the other.
  package enum Part: String, Sendable, CaseIterable {
    case route
    /// One running copy of the service, by its log.
    case instance
  }

  /// How values of the metric are written.
  package enum Unit: Sendable, Equatable { case share, nanoseconds, thousandths, perSecond, count }

  /// As written.
  package var text: String
  package var metric: Metric
  package var comparison: Comparison
  package var limit: Limit
  /// Requests that it is about; nil for all.
  package var condition: FilterExpression?
  /// It is decided for each of these by itself; nil: for all requests together.
  package var per: Part?

  package init(
    text: String, metric: Metric, comparison: Comparison, limit: Limit, condition: FilterExpression? = nil,
    per: Part? = nil
  ) {
    self.text = text
    self.metric = metric
    self.comparison = comparison
    self.limit = limit
    self.condition = condition
    self.per = per
  }

  package var unit: Unit {
    switch metric {
    case .errorRate, .unfinishedRate, .ratio: .share
    case .throughput: .perSecond
    case .findings: .count
    case .quantile(_, .duration): .nanoseconds
    case .quantile(_, .field(let field)): field.isDuration ? .nanoseconds : .thousandths
    }
  }

  /// A share of requests.
  var isShare: Bool {
    switch metric {
    case .errorRate, .unfinishedRate, .ratio: true
    case .throughput, .findings, .quantile: false
    }
  }

  var quantile: Double? {
    if case .quantile(let q, _) = metric { q } else { nil }
  }

  /// What is about the service as a whole: it is not narrowed to the new version's requests.
  package var isOfTheService: Bool {
    switch metric {
    case .throughput, .findings, .unfinishedRate: true
    case .errorRate, .ratio, .quantile: false
    }
  }

  /// Whether so many findings break it; false for another metric.
  func findingsFail(_ count: Int64) -> Bool {
    guard case .findings = metric else { return false }
    return comparison.allowsEqual ? Double(count) > limit.offset : Double(count) >= limit.offset
  }

  /// A condition that looks at the route alone, or none: then requests without a closing record can be told apart. Their
  /// instance is not known.
  var knowsOpenRequests: Bool {
    per != .instance && condition.map { $0.standardNames == ["route"] && $0.fieldNames.isEmpty } ?? true
  }

  /// It asks for routes by name: then for health checks and static files as well.
  var namesRoutes: Bool {
    condition.map { $0.standardNames.contains("route") || $0.standardNames.contains("path") } ?? false
  }

  /// A floor of throughput: the one objective about which no traffic says something.
  package var isFloorOfTraffic: Bool {
    if case .throughput = metric { !comparison.isCeiling } else { false }
  }

  /// It asks about requests without a closing record.
  package var isAboutUnfinished: Bool {
    if case .unfinishedRate = metric { true } else { false }
  }

  /// The same, decided for all requests together where it is by instance: what a baseline is.
  var withoutInstances: Objective {
    var objective = self
    if per == .instance { objective.per = nil }
    return objective
  }
}
