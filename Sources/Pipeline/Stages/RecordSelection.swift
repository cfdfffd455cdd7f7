internal import TraceCore

/// Which records `filter` passes on: those for which its expression, the first predicate of the plan, is yes and its rule
/// holds, as the second says; or, inverted, all others. `since` and `until` limit both.
package struct RecordSelection: Sendable {
  private let isInverted: Bool
  private let hasExpression: Bool
  private let hasRule: Bool
  private let hasSpan: Bool
  private let since: Int64
  private let until: Int64

  /// - Parameters:
  ///   - hasExpression: there is an expression.
  ///   - hasRule: there is a rule.
  ///   - since: event time from which on records are passed, in nanoseconds.
  ///   - until: event time before which they are.
  package init(
    isInverted: Bool = false, hasExpression: Bool = true, hasRule: Bool = false, since: Int64? = nil,
    until: Int64? = nil
  ) {
    self.isInverted = isInverted
    self.hasExpression = hasExpression
    self.hasRule = hasRule
    hasSpan = since != nil || until != nil
    self.since = since ?? .min
    self.until = until ?? .max
  }

  /// Lines that are no record are not what the expression means; and they have no time.
  package var passesUnparsed: Bool { isInverted && !hasSpan }

  /// Whether the expression is yes and the rule holds.
  ///
  /// - Parameter isHit: the rule holds for a line of the record that is in another block.
  @inline(__always)
  func isYes(_ record: Record, isHit: Bool = false) -> Bool {
    (!hasExpression || record.predicates & 3 == 1)
      && (!hasRule || isHit || record.predicates & ParsePlan.ruleHitBit != 0)
  }

  /// Whether a record of which `matches` is known is passed on.
  @inline(__always)
  func passes(_ record: Record, matches: Bool) -> Bool { matches != isInverted && isInSpan(record) }

  /// A record without a time is in no span.
  @inline(__always)
  func isInSpan(_ record: Record) -> Bool {
    !hasSpan || (record.time != EventTime.none && record.time >= since && record.time < until)
  }
}
