/// How much work one match may cost before PCRE2 gives it up (`MatchResult.limitReached`).
///
/// Hostile text meets patterns that backtrack; the limits turn hours into milliseconds and a wrong "no match" into an
/// answer of its own. Meaning of each: pcre2api(3), "The match context".
package struct MatchLimits: Sendable, Equatable {
  /// Backtracking steps; counted by JIT code too, more coarsely.
  package var steps: UInt32
  /// Nested backtracking points of the interpreter.
  package var depth: UInt32
  /// KiB of heap for the interpreter.
  package var heap: UInt32
  /// Bytes that the stack of JIT code may grow to.
  package var stack: Int

  /// Some 10 ms of backtracking at worst: far above what patterns meant for log lines need.
  package static let standard = MatchLimits(steps: 1_000_000, depth: 250_000, heap: 64 * 1024, stack: 1 << 20)

  package init(steps: UInt32, depth: UInt32, heap: UInt32, stack: Int) {
    self.steps = steps
    self.depth = depth
    self.heap = heap
    self.stack = stack
  }
}

/// What looking for a pattern came to.
package enum MatchResult: Sendable, Equatable, BitwiseCopyable {
  /// Found at `start ..< end`, offsets in the span that was searched.
  case match(start: Int, end: Int)
  case noMatch
  /// Given up at one of the `MatchLimits`: neither a match nor none.
  case limitReached
  /// PCRE2 could not do it (its error code, negative): neither a match nor none.
  case failure(code: Int32)
}
