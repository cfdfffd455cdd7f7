package import Analysis
package import RulePack
package import TraceCore

/// What a load test has measured, as values: what `BenchmarkReport` writes.
package struct BenchmarkDocument: Sendable {
  /// The criteria, and what came of them.
  package struct Criteria: Sendable {
    /// Name of the gate.
    package var gate: String
    /// On the whole span; nil where nothing could be judged.
    package var verdict: Verdict?

    package init(gate: String, verdict: Verdict?) {
      self.gate = gate
      self.verdict = verdict
    }
  }

  /// The logs as the user named them.
  package var title: String
  package var stats: StatsSummary
  /// Nil where none were given.
  package var criteria: Criteria?
  /// Makes this document again.
  package var command: String
  /// How times were read, what was selected.
  package var notes: [String]
  /// Kinds of what was redacted with how many different values.
  package var redacted: [(kind: String, values: Int)] = []

  package init(title: String, stats: StatsSummary, criteria: Criteria?, command: String, notes: [String]) {
    self.title = title
    self.stats = stats
    self.criteria = criteria
    self.command = command
    self.notes = notes
  }

  /// With every text that comes from the log redacted, in the order in which a reader meets them.
  package func redacted(by redactor: Redactor) -> BenchmarkDocument {
    var copy = self
    if let verdict = criteria?.verdict { copy.criteria?.verdict = verdict.redacted(by: redactor) }
    for index in copy.stats.groups.indices {
      copy.stats.groups[index].name = redactor.redacted(stats.groups[index].name)
    }
    copy.notes = notes.map { redactor.redacted($0) }
    copy.command = redactor.redacted(command)
    copy.redacted = redactor.values
    return copy
  }
}
