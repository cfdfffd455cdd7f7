internal import Glibc
internal import TraceCore

/// Which version is the new one: the one whose share of the requests grows within the log.
///
/// That a version's first line comes after another's says nothing in a log that begins in the middle of a rollout. What does:
/// - it *appeared*: so many requests of the other came before its first one that chance does not explain it;
/// - it *grew*: its requests come later in the log than chance would put them (the Cochran-Armitage test over parts of the
///   log). So do those of the old version when a rollout is taken back, which is why the answer says how it is known.
///
/// The new version is the one that is newer than another and that none is newer than. Where there is no such one it says so
/// and guesses nothing.
///
/// Requests are numbered in the order of the log and their times not asked: one wrong clock moves nothing. Memory: `mostParts`
/// counts for each of `mostVersions` versions. `newest` costs a pass over them for each pair.
///
/// Sources: W. G. Cochran, "Some Methods for Strengthening the Common chi-squared Tests", Biometrics 10, 1954; P. Armitage,
/// "Tests for Linear Trends in Proportions and Frequencies", Biometrics 11, 1955; successive differences as in `WindowCounts`.
struct VersionWatch: Sendable, Equatable {
  enum Answer: Equatable {
    /// No version was seen.
    case none
    /// It appeared in the log, or a baseline lacks it.
    case known(Int32)
    /// Its share grew, and it was there from the beginning; with the others that were.
    case grown(Int32, among: [Int32])
    /// One of these, in order of their numbers; of a single one it is open whether it is new.
    case open([Int32])
    /// More than `mostVersions`.
    case tooMany
  }

  /// Versions that are told apart.
  static let mostVersions = 16
  private static let mostParts = 64
  /// Requests of a part at first.
  private static let firstLength: Int64 = 8
  /// Standard errors from which on a trend is one: by chance once in 30,000 times.
  static let certain = 4.0
  /// The chance with which requests may be missing from a part of a log.
  static let mayBeMissing = 1e-4
  /// What a version's share is taken for at most, where that is asked: so one request before it is no proof.
  private static let mostShare = 0.9

  /// Requests of each version in each part of the log; one more part than there is room for never lasts.
  private var counts: [Int32: [Int64]] = [:]
  /// Of each version: the requests of the others before its first one.
  private var before: [Int32: [Int32: Int64]] = [:]
  private var parts = 1
  private var length = VersionWatch.firstLength
  private var inPart: Int64 = 0
  private(set) var isOver = false

  /// The next request that names a version; not negative.
  mutating func take(_ version: Int32) {
    if inPart == length { beginPart() }
    guard counts[version] != nil || counts.count < VersionWatch.mostVersions else {
      isOver = true
      return
    }
    inPart += 1
    if counts[version] == nil { before[version] = counts.mapValues { $0.reduce(0, +) } }
    counts[version, default: Array(repeating: 0, count: VersionWatch.mostParts)][parts - 1] += 1
  }

  private mutating func beginPart() {
    if parts == VersionWatch.mostParts {
      for version in counts.keys {
        guard let old = counts[version] else { continue }
        var new = Array(repeating: Int64(0), count: VersionWatch.mostParts)
        for part in old.indices { new[part / 2] += old[part] }
        counts[version] = new
      }
      parts /= 2
      length *= 2
    }
    parts += 1
    inPart = 0
  }

  var versions: [Int32] { counts.keys.sorted() }

  func requests(of version: Int32) -> Int64 { counts[version]?.reduce(0, +) ?? 0 }

  /// - Parameter known: versions that were there before, by another log; nil where nothing is known.
  func newest(lackedBy known: ((Int32) -> Bool)? = nil) -> Answer {
    guard !isOver else { return .tooMany }
    var candidates = versions
    guard !candidates.isEmpty else { return .none }
    if let known {
      candidates = candidates.filter { !known($0) }
      if candidates.isEmpty { return .none }
      if candidates.count == 1 { return .known(candidates[0]) }
    }
    let newer = candidates.filter { version in
      versions.contains { isNewer(version, than: $0) } && !versions.contains { isNewer($0, than: version) }
    }
    guard newer.count == 1 else { return .open(candidates) }
    let appeared = candidates.allSatisfy { $0 == newer[0] || hasAppeared(newer[0], after: $0) || !isThere($0) }
    return appeared ? .known(newer[0]) : .grown(newer[0], among: candidates)
  }

  private func isNewer(_ version: Int32, than other: Int32) -> Bool {
    guard version != other else { return false }
    if hasAppeared(version, after: other) { return true }
    return !hasAppeared(other, after: version) && hasGrown(version, against: other)
  }

  /// Whether there is enough of it to be compared with.
  private func isThere(_ version: Int32) -> Bool { requests(of: version) >= VersionWatch.fewRequests }

  private static let fewRequests: Int64 = 20

  /// Whether so many requests of `other` came before the first one of `version` that chance does not explain it.
  private func hasAppeared(_ version: Int32, after other: Int32) -> Bool {
    guard let mine = counts[version], let theirs = counts[other], let first = mine.firstIndex(where: { $0 > 0 }),
      let last = mine.lastIndex(where: { $0 > 0 })
    else { return false }
    let before = self.before[version]?[other] ?? 0
    let own = Double(mine.reduce(0, +))
    let share = own / (own + Double(theirs[first...last].reduce(0, +)))
    return Double(before) * log1p(-min(share, VersionWatch.mostShare)) < log(VersionWatch.mayBeMissing)
  }

  /// Whether the share of `version` among the requests of both grows.
  private func hasGrown(_ version: Int32, against other: Int32) -> Bool {
    guard let mine = counts[version], let theirs = counts[other] else { return false }
    let (a, b) = (Double(mine.reduce(0, +)), Double(theirs.reduce(0, +)))
    let n = a + b
    guard a > 0, b > 0 else { return false }
    let share = a / n
    var mean = 0.0
    for part in 0..<parts { mean += Double(part) * Double(mine[part] + theirs[part]) / n }
    var (trend, spread, steps) = (0.0, 0.0, 0.0)
    var last: (share: Double, requests: Double)?
    var used = 0
    for part in 0..<parts {
      let requests = Double(mine[part] + theirs[part])
      guard requests > 0 else { continue }
      let distance = Double(part) - mean
      trend += Double(mine[part]) * distance
      spread += requests * distance * distance
      let here = Double(mine[part]) / requests
      if let last { steps += (here - last.share) * (here - last.share) / (1 / requests + 1 / last.requests) }
      last = (here, requests)
      used += 1
    }
    guard used > 1, spread > 0 else { return false }
    let variance = share * (1 - share)
    let dispersion = max(1, steps / (variance * Double(used - 1)))
    return trend / (variance * spread * dispersion).squareRoot() > VersionWatch.certain
  }
}

extension VersionWatch: StateCodable {
  mutating func code(_ coder: inout StateCoder) throws(StateError) {
    try coder.code(
      &counts, emptyKey: 0, empty: [], key: { version, coder throws(StateError) in try coder.code(&version) },
      { counts, coder throws(StateError) in
        try coder.code(&counts, empty: 0) { count, coder throws(StateError) in try coder.code(count: &count) }
      })
    try coder.code(
      &before, emptyKey: 0, empty: [:], key: { version, coder throws(StateError) in try coder.code(&version) },
      { others, coder throws(StateError) in
        try coder.code(
          &others, emptyKey: 0, empty: 0, key: { version, coder throws(StateError) in try coder.code(&version) },
          { count, coder throws(StateError) in try coder.code(count: &count) })
      })
    try coder.code(&parts)
    try coder.code(count: &length)
    try coder.code(count: &inPart)
    try coder.code(&isOver)
    guard 1...VersionWatch.mostParts ~= parts, length > 0, inPart <= length, counts.count <= VersionWatch.mostVersions,
      counts.values.allSatisfy({ $0.count == VersionWatch.mostParts })
    else { throw .invalid("versions") }
  }
}
