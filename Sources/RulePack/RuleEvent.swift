package import TraceCore

/// A hit of a line rule, on its way to findings, correlations and trace rules. Valid for one call.
package struct RuleEvent {
  /// Index in `RuleSet.rules`.
  package var rule: Int
  package var kind: RuleHit.Kind
  /// Event time of its record; of a line that is none, of the record before it; EventTime.none without one.
  package var time: Int64
  /// Life of its trace; 0: none.
  package var life: UInt64
  /// Values as asked for by `LineRule.values`, in that order; nil where the record does not have it.
  package var values: [String?]

  package init(rule: Int, kind: RuleHit.Kind, time: Int64, life: UInt64, values: [String?]) {
    self.rule = rule
    self.kind = kind
    self.time = time
    self.life = life
    self.values = values
  }
}
