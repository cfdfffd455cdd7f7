/// Somewhere on the line that holds byte `offset`, rule `rule` could match.
package struct RuleCandidate: BitwiseCopyable, Sendable, Equatable {
  package var offset: UInt32
  /// Number of the rule in `LineRules`.
  package var rule: UInt32

  @inline(__always)
  package init(offset: UInt32, rule: UInt32) {
    self.offset = offset
    self.rule = rule
  }
}

/// Finds where rules could match, in whole blocks, so that most lines are never given to PCRE2. One instance for each thread.
///
/// It may say too much, never too little: rules that it cannot see are not given to it (`LineRules.unfiltered`).
package protocol LinePrefilter: AnyObject {
  /// Appends the candidates in `bytes` in ascending order of offset. A rule may come several times for one line.
  func scan(_ bytes: Span<UInt8>, into candidates: inout ContiguousArray<RuleCandidate>)
}
