internal import TraceCore

/// A rule that held, with its evidence: one storm is one finding with a count.
package struct Finding: Sendable {
  package enum Kind: String, Sendable {
    case rule
    /// PCRE2 gave the rule's pattern up on these lines: they neither match nor pass.
    case matchLimit = "match-limit"
  }

  /// Where an example stands.
  package struct Example: Sendable, Equatable {
    package var path: String
    /// From 1.
    package var line: Int
    /// The record's first line, or the line of it that hit; secrets in it are replaced.
    package var text: String
    /// `SHA256.lineHash` of the line as logged; of its first 24 KiB where it is longer.
    package var hash: String

    package init(path: String, line: Int, text: String, hash: String = "") {
      self.path = path
      self.line = line
      self.text = text
      self.hash = hash
    }
  }

  package var kind: Kind
  package var rule: Rule
  /// The rule's message with the first hit's values.
  package var message: String
  /// Values of `Rule.groupBy`, or of a correlation's group-by, by name; nil where the record does not have the field.
  package var group: [(name: String, value: String?)]
  /// Hits; of a correlation the events in it.
  package var count: Int64
  /// Event times of the first and the last hit; EventTime.none where no line told one.
  package var first: Int64
  package var last: Int64
  package var example: Example?
  /// Request ids, in order of first appearance, at most `mostTraces`.
  package var traces: [String]
  /// Different request ids among the hits, counted up to `mostCountedTraces`.
  package var traceCount: Int64
  /// The event id of the finding as it was found, in one whose group has been redacted since.
  var foundID: String?

  package static let mostCountedTraces = 1_000
  /// There may be more than were counted.
  package var traceCountIsMinimum: Bool { traceCount >= Finding.mostCountedTraces }

  package static let mostTraces = 5

  package init(
    kind: Kind, rule: Rule, message: String, group: [(name: String, value: String?)], count: Int64, first: Int64,
    last: Int64, example: Example?, traces: [String], traceCount: Int64
  ) {
    self.kind = kind
    self.rule = rule
    self.message = message
    self.group = group
    self.count = count
    self.first = first
    self.last = last
    self.example = example
    self.traces = traces
    self.traceCount = traceCount
  }
}

/// What a scan found.
package struct Findings: Sendable {
  /// By severity, then by time.
  package var findings: [Finding]
  /// Findings that were hidden, by suppression.
  package var suppressed: [SuppressedCount]
  /// Findings beyond the limit of those kept, by severity.
  package var unkept: [Severity: Int64]
  /// Sentences for the reader: expired suppressions, groups folded.
  package var notes: [String]
  /// Rules applied, and the packs they come from.
  package var ruleCount: Int
  package var packs: [String]

  /// Nothing found yet.
  package init(of set: RuleSet) {
    findings = []
    suppressed = []
    unkept = [:]
    notes = []
    ruleCount = set.rules.count
    packs = set.packs
  }

  package struct SuppressedCount: Sendable {
    package var suppression: Suppression
    package var findings: Int64
    package var hits: Int64

    package init(suppression: Suppression, findings: Int64, hits: Int64) {
      self.suppression = suppression
      self.findings = findings
      self.hits = hits
    }
  }

  package init(
    findings: [Finding], suppressed: [SuppressedCount] = [], unkept: [Severity: Int64] = [:], notes: [String] = [],
    ruleCount: Int, packs: [String]
  ) {
    self.findings = findings
    self.suppressed = suppressed
    self.unkept = unkept
    self.notes = notes
    self.ruleCount = ruleCount
    self.packs = packs
  }
}
