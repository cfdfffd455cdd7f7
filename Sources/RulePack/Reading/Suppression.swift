package import TraceCore

/// Findings that somebody answers for not being shown.
package struct Suppression: Sendable {
  /// Id of the rule.
  package var rule: String
  /// Only where this holds: about the record that hit; for correlations about their group-by fields.
  package var expression: FilterExpression?
  package var owner: String
  package var reason: String
  /// Hits at or after this event time are shown again.
  package var expires: Int64
  package var path: String
  package var line: Int

  package init(
    rule: String, expression: FilterExpression?, owner: String, reason: String, expires: Int64, path: String, line: Int
  ) {
    self.rule = rule
    self.expression = expression
    self.owner = owner
    self.reason = reason
    self.expires = expires
    self.path = path
    self.line = line
  }
}
