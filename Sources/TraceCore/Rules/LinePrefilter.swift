/// Somewhere on the line that holds byte `offset`, rule `rule` could match.
package struct RuleCandidate: BitwiseCopyable, Sendable, Equatable {
  /// Of any byte of what could match, not behind it.
  package var offset: UInt32
  package var rule: UInt32

  package init(offset: UInt32, rule: UInt32) {
    self.offset = offset
    self.rule = rule
  }
}

/// Finds candidates; one instance for each thread.
///
/// It decides nothing: where it reports a rule, PCRE2 has to look; where it does not, the rule cannot match.
package protocol LinePrefilter: AnyObject {
  /// Appends the candidates in `bytes` (under 4 GiB), in ascending order of offset; the same rule may come several times
  /// for a line.
  func scan(_ bytes: Span<UInt8>, into candidates: inout ContiguousArray<RuleCandidate>)
}
