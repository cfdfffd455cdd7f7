internal import TraceCore

/// What rules would have raised over the span of a log, worked out from the findings of a scan: alerts per hour and what they are
/// about. For people who decide whether a rule may page someone.
package struct Backtest: Sendable {
  /// One rule.
  package struct Line: Sendable {
    package var rule: Rule
    /// What an alert would have been sent for.
    package var findings: Int64
    package var hits: Int64
    /// Findings that a suppression hid.
    package var suppressed: Int64
    /// Lines on which the pattern was given up.
    package var givenUp: Int64
    /// The noisiest first; at most `mostGroups`.
    package var groups: [Group]
    /// All of them.
    package var groupCount: Int
  }

  /// Findings with the same values of the rule's group-by.
  package struct Group: Sendable {
    package var values: [(name: String, value: String?)]
    package var findings: Int64
    package var hits: Int64
  }

  /// Groups of a rule that are shown.
  package static let mostGroups = 3

  /// All rules: those with most findings first, then by severity and in the order of the packs.
  package private(set) var lines: [Line]
  /// By severity, also of findings that were too many to be kept.
  package private(set) var bySeverity: [Severity: Int64]
  /// Findings that were too many to be kept; no line counts them.
  package private(set) var unkept: Int64
  /// Event times; EventTime.none where the log has none.
  package private(set) var start: Int64
  package private(set) var end: Int64
  package private(set) var notes: [String]
  package private(set) var packs: [String]
  /// Rules without findings of their own: they only serve correlations.
  package private(set) var servants: [Rule]

  /// - Parameters:
  ///   - start: the log's first event time, and its last.
  package init(_ findings: Findings, of set: RuleSet, start: Int64, end: Int64) {
    let rules = set.rules
    self.start = start
    self.end = end
    notes = findings.notes
    packs = findings.packs
    var tallies = Dictionary(uniqueKeysWithValues: rules.map { ($0.id, Tally()) })
    var bySeverity: [Severity: Int64] = [:]
    for finding in findings.findings {
      tallies[finding.rule.id]?.take(finding)
      if finding.kind == .rule { bySeverity[finding.rule.severity, default: 0] += 1 }
    }
    for hidden in findings.suppressed { tallies[hidden.suppression.rule]?.suppressed += hidden.findings }
    unkept = findings.unkept.values.reduce(0, +)
    for (severity, count) in findings.unkept { bySeverity[severity, default: 0] += count }
    self.bySeverity = bySeverity
    servants = zip(rules, set.raisesFindings).filter { !$0.1 }.map(\.0)
    let found = rules.enumerated().compactMap { index, rule in tallies[rule.id].map { (index, $0.line(rule)) } }
      .filter { set.raisesFindings[$0.0] || $0.1.givenUp > 0 }
    lines = found.sorted { a, b in
      (b.1.findings, a.1.rule.severity, a.0) < (a.1.findings, b.1.rule.severity, b.0)
    }.map(\.1)
  }

  /// Length of the span; 0 where nothing has a time, or all the same.
  package var hours: Double {
    start == EventTime.none || end == EventTime.none ? 0 : Double(end - start) / 3.6e12
  }

  /// Findings an hour; nil for a span of nothing. A span of less than an hour is not stretched to one: rates of a short log
  /// say little, and the caller says how short it is.
  package func perHour(_ findings: Int64) -> Double? { hours > 0 ? Double(findings) / hours : nil }

  /// Gathers the findings of one rule.
  private struct Tally {
    var findings: Int64 = 0
    var hits: Int64 = 0
    var suppressed: Int64 = 0
    var givenUp: Int64 = 0
    var groups: [Group] = []
    var places: [[String?]: Int] = [:]

    mutating func take(_ finding: Finding) {
      guard finding.kind == .rule else {
        givenUp += finding.count
        return
      }
      findings += 1
      hits += finding.count
      guard !finding.group.isEmpty else { return }
      let key = finding.group.map(\.value)
      let place = places[key] ?? groups.count
      if place == groups.count {
        places[key] = place
        groups.append(Group(values: finding.group, findings: 0, hits: 0))
      }
      groups[place].findings += 1
      groups[place].hits += finding.count
    }

    func line(_ rule: Rule) -> Line {
      let noisiest = groups.enumerated().sorted { a, b in
        (b.1.findings, b.1.hits, a.0) < (a.1.findings, a.1.hits, b.0)
      }
      return Line(
        rule: rule, findings: findings, hits: hits, suppressed: suppressed, givenUp: givenUp,
        groups: noisiest.prefix(Backtest.mostGroups).map(\.1), groupCount: groups.count)
    }
  }
}
