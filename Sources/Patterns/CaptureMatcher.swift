internal import Synchronization

/// A pattern whose groups are asked for, by any number of threads: each search borrows a scratch of its own.
///
/// For patterns that are not part of a hot loop: a lock is taken twice a search.
package final class CaptureMatcher: @unchecked Sendable {
  package let regex: Regex
  private let limits: MatchLimits
  /// Not in use by any thread; only touched with the lock held.
  private let lock = Mutex<Void>(())
  private var idle: [MatchScratch] = []
  private let hits = Atomic<Int64>(0)

  package init(_ regex: Regex, limits: MatchLimits = .standard) {
    self.regex = regex
    self.limits = limits
  }

  /// Searches that were given up at a limit, or that PCRE2 could not do: neither a match nor none.
  package var limitHits: Int64 { hits.load(ordering: .relaxed) }

  /// Looks for the first match in `start ..< end` of `bytes`, and gives the place of every group asked for, in their order:
  /// -1 for one that did not take part.
  ///
  /// - Parameter places: where they are written, start and end of each.
  package func match(
    _ bytes: Span<UInt8>, from start: Int, to end: Int, groups: [Int], into places: inout [(start: Int, end: Int)]
  ) -> Bool {
    let scratch = lock.withLock { _ in idle.popLast() } ?? MatchScratch(limits: limits)
    defer { lock.withLock { _ in idle.append(scratch) } }
    switch regex.firstMatch(in: bytes, from: start, to: end, scratch: scratch) {
    case .match:
      places.removeAll(keepingCapacity: true)
      for group in groups { places.append(scratch.capture(group) ?? (-1, -1)) }
      return true
    case .noMatch: return false
    case .limitReached, .failure:
      hits.add(1, ordering: .relaxed)
      return false
    }
  }
}
