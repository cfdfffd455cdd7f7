package import TraceCore

/// How urgent a finding is.
package enum Severity: UInt8, Sendable, Comparable, CaseIterable {
  /// Page someone now.
  case p0
  /// Act within the hour.
  case p1
  /// Look today.
  case p2
  /// Take note.
  case p3

  package var name: String { "P\(rawValue)" }

  /// `P1`, `p1`.
  package init?(_ text: String) {
    guard let found = Severity.allCases.first(where: { $0.name == text.uppercased() }) else { return nil }
    self = found
  }

  /// The more urgent is the smaller.
  package static func < (a: Severity, b: Severity) -> Bool { a.rawValue < b.rawValue }
}

/// One rule of a pack: what it looks for, and what it means to people.
package struct Rule: Sendable {
  package enum Status: String, Sendable, CaseIterable { case experimental, stable }

  /// What it is about.
  package enum Condition: Sendable {
    case line(LineCondition)
    case correlation(CorrelationCondition)
    case trace(TraceCondition)
  }

  /// Lines of a log that it must find and must pass over.
  package struct Samples: Sendable {
    package struct Sample: Sendable {
      package var text: String
      package var line: Int
      package var column: Int
    }
    package var hits: [Sample] = []
    package var misses: [Sample] = []
  }

  /// Unique among all packs loaded.
  package var id: String
  /// Sigma's `name`: what correlations may call it as well. See `RuleNames`.
  package var name: String?
  package var title: String
  package var description: String?
  package var severity: Severity
  package var status: Status
  package var condition: Condition
  /// What a finding says; the title where there is none.
  package var message: MessageTemplate?
  /// Fields or named captures: one finding for each of their values.
  package var groupBy: [String]
  /// Nanoseconds of event time without a hit after which a finding ends.
  package var cooldown: Int64
  /// Nanoseconds of event time without a hit after which an alert of the rule is over; nil for the usual.
  package var overAfter: Int64?
  /// What it matches is a secret, which no output shows.
  package var isSecret: Bool
  package var runbook: String?
  /// Each hit of a rule with this tag stands on the timeline of a report: releases, rollbacks, starts.
  package static let timelineTag = "timeline"
  /// A rule with this tag only counts requests that failed or were slow: what it finds is what an incident is, and not why.
  package static let symptomTag = "symptom"
  package var tags: [String]
  package var falsePositives: [String]
  package var samples: Samples
  /// Name of the pack, and where the rule stands.
  package var pack: String
  package var path: String
  package var line: Int
  package var column: Int

  /// What a finding about a trace knows of it, by name.
  package static let traceValues = ["route", "status", "duration", "level", "id"]

  /// 5 minutes.
  package static let usualCooldown: Int64 = 300 * EventTime.nanosecondsPerSecond
}

/// What a rule about single records looks for.
package struct LineCondition: Sendable {
  package var target: LineRule.Target
  package var pattern: String?
  /// Where the pattern stands, for what is found out about it later.
  package var patternLine = 0
  package var patternColumn = 0
  package var keywords: [String]
  package var expression: FilterExpression?
  /// The compiled rule, but for the values that correlations ask for.
  var rule: LineRule
}

/// Several events of other rules together, with the names and the meaning of the Sigma correlation specification 2.
package struct CorrelationCondition: Sendable {
  package enum Kind: String, Sendable, CaseIterable {
    case eventCount = "event_count"
    case valueCount = "value_count"
    case temporal
    case temporalOrdered = "temporal_ordered"
    case valuePercentile = "value_percentile"
  }

  package enum Comparison: String, Sendable, CaseIterable { case gt, gte, lt, lte, eq }

  package var kind: Kind
  /// Ids of line rules.
  package var rules: [String]
  package var groupBy: [String]
  /// Nanoseconds of event time.
  package var timespan: Int64
  /// All must hold. Counts, or for a percentile what the field is measured in (durations in nanoseconds).
  package var comparisons: [(Comparison, Double)]
  /// The comparisons of a percentile are with durations.
  package var measuresDurations = false
  /// For value_count and value_percentile.
  package var field: String?
  /// For value_percentile, in percent.
  package var percentile: Double
  /// Whether the rules it names raise findings of their own.
  package var generate: Bool
  /// Rule id -> alias -> field name: `aliases` of the specification.
  package var aliases: [String: [String: String]]
}

/// Something about one whole trace.
package struct TraceCondition: Sendable {
  package var expression: TraceExpression?
  /// Conditions on records that hold one after another.
  package var sequence: [FilterExpression]
  /// Nanoseconds from the first to the last of the sequence at most.
  package var within: Int64?
  /// A record that `begun` holds for has none after it that `ended` holds for.
  package var begun: FilterExpression?
  package var ended: FilterExpression?
}
