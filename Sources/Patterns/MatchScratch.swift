internal import CPCRE2

/// What a match writes to: places of groups, limits, the stack of JIT code. One for each thread, reused for every pattern.
///
/// Not Sendable: two threads must not match with the same one. It also counts what was given up, so that a limit that was
/// hit is reported and never passes for "no match".
@safe
package final class MatchScratch {
  package let limits: MatchLimits
  /// Searches given up at a limit, since `init` or `resetCounts()`.
  package private(set) var limitHits: Int64 = 0
  /// Searches that PCRE2 could not do.
  package private(set) var failures: Int64 = 0

  /// Searches that say neither a match nor none.
  package var givenUp: Int64 { limitHits + failures }

  private var matchData: OpaquePointer
  private var room: Int
  private let context: OpaquePointer
  private let jitStack: OpaquePointer?
  /// Groups set by the last search, and where its text began.
  private var groups = 0
  private var base = 0

  /// Allocates some KiB; the JIT stack grows to `limits.stack` when needed.
  package init(limits: MatchLimits = .standard) {
    self.limits = limits
    room = 16
    guard let context = unsafe pcre2_match_context_create_8(nil),
      let matchData = unsafe pcre2_match_data_create_8(16, nil)
    else { preconditionFailure("out of memory") }
    unsafe self.context = context
    unsafe self.matchData = matchData
    unsafe jitStack = pcre2_jit_stack_create_8(min(32 * 1024, limits.stack), limits.stack, nil)
    unsafe pcre2_set_match_limit_8(context, limits.steps)
    unsafe pcre2_set_depth_limit_8(context, limits.depth)
    unsafe pcre2_set_heap_limit_8(context, limits.heap)
    if let jitStack = unsafe jitStack {
      unsafe pcre2_jit_stack_assign_8(context, nil, UnsafeMutableRawPointer(jitStack))
    }
  }

  deinit {
    unsafe pcre2_match_data_free_8(matchData)
    unsafe pcre2_match_context_free_8(context)
    if let jitStack = unsafe jitStack { unsafe pcre2_jit_stack_free_8(jitStack) }
  }

  /// Sets the counts of what was given up to 0.
  package func resetCounts() {
    limitHits = 0
    failures = 0
  }

  /// Where group `group` of the last search matched, as offsets in the span that was searched; nil if it did not.
  package func capture(_ group: Int) -> (start: Int, end: Int)? {
    guard group >= 0, group < groups, let places = unsafe pcre2_get_ovector_pointer_8(matchData) else { return nil }
    let start = unsafe places[2 * group]
    let end = unsafe places[2 * group + 1]
    // A group that did not take part is at the largest size_t, which is read as -1.
    guard start >= 0, end >= start else { return nil }
    return (start + base, end + base)
  }

  /// One call of pcre2_match; the caller has checked `0 <= start <= position <= end <= buffer.count`.
  func search(
    _ code: OpaquePointer, captures: Int, in buffer: UnsafeBufferPointer<UInt8>, from start: Int, to end: Int,
    at position: Int
  ) -> MatchResult {
    if captures >= room { grow(to: captures + 1) }
    base = start
    // PCRE2 wants an address even for an empty text.
    var nothing: UInt8 = 0
    let result: Int32
    if let address = buffer.baseAddress {
      result = unsafe pcre2_match_8(code, address + start, end - start, position - start, 0, matchData, context)
    } else {
      result = unsafe pcre2_match_8(code, &nothing, 0, 0, 0, matchData, context)
    }
    groups = max(Int(result), 0)
    switch result {
    case 1...:
      guard let places = unsafe pcre2_get_ovector_pointer_8(matchData) else { return .failure(code: 0) }
      let from = unsafe Int(places[0])
      return unsafe .match(start: start + from, end: start + max(Int(places[1]), from))
    case PCRE2_ERROR_NOMATCH:
      return .noMatch
    case PCRE2_ERROR_MATCHLIMIT, PCRE2_ERROR_DEPTHLIMIT, PCRE2_ERROR_HEAPLIMIT, PCRE2_ERROR_JIT_STACKLIMIT,
      PCRE2_ERROR_NOMEMORY:
      limitHits += 1
      return .limitReached
    default:
      failures += 1
      return .failure(code: result)
    }
  }

  /// Makes room for that many groups; PCRE2 has 65,535 at most.
  private func grow(to pairs: Int) {
    guard let bigger = unsafe pcre2_match_data_create_8(UInt32(pairs), nil) else {
      preconditionFailure("out of memory")
    }
    unsafe pcre2_match_data_free_8(matchData)
    unsafe matchData = bigger
    room = pairs
  }
}
