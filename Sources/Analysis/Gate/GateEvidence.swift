internal import TraceCore

/// What has been counted of a stage: of all requests, and of each version by itself where the new version alone is judged.
///
/// Which version is the new one may show later than its requests come. So each has evidence of its own, with windows and bets,
/// and whichever turns out to be the new one has been watched from its first request on.
///
/// Memory: the evidence of all objectives once for each version, of `VersionWatch.mostVersions` at most.
struct GateEvidence: Sendable {
  /// Stands for all requests in `refuted`.
  static let everything: Int32 = -1
  /// Requests that may be of any version.
  private static let unknown: Int32 = -2

  /// One an objective; those that are narrowed stay empty here.
  private(set) var all: [ObjectiveTrack]
  /// Of the objectives that are narrowed.
  private(set) var versions: [Int32: [ObjectiveTrack]] = [:]
  /// Objectives that are about the new version's requests alone.
  private(set) var narrowed: [Bool]
  /// With nothing counted.
  private var fresh: [ObjectiveTrack]
  /// Parts (-1: overall) of each objective that a look has refuted, by version; `everything` for those that are not narrowed.
  private(set) var refuted: [Int32: [Int: Set<Int32>]] = [:]
  /// Looks in a row at which `refute` was called with something, of each objective.
  private var compared: [Int32: [Int: Int]] = [:]

  /// - Parameter tracks: with nothing counted yet.
  init(_ tracks: [ObjectiveTrack], narrowed: [Bool]) {
    all = tracks
    fresh = tracks
    self.narrowed = narrowed
  }

  /// The same stage with nothing counted.
  var empty: GateEvidence { GateEvidence(fresh, narrowed: narrowed) }

  var isNarrowed: Bool { narrowed.contains(true) }

  // MARK: Taking

  mutating func take(_ event: Gate.Pending) {
    for i in all.indices where !narrowed[i] { GateEvidence.give(event, to: &all[i]) }
    guard event.request.version >= 0, isNarrowed else { return }
    change(event.request.version) { GateEvidence.give(event, to: &$0) }
  }

  /// A record that is not counted: where it names no version it may be of any.
  mutating func takeUncounted(_ request: GateRequest) {
    spread(request) { request.kind == .user || !$0.namesRoutes }
  }

  /// A health check or a static file, for the objectives that ask for its route by name.
  mutating func takeAsked(_ request: GateRequest) {
    spread(request) { $0.namesRoutes }
  }

  private mutating func spread(_ request: GateRequest, where isMeant: (ObjectiveTrack.Plan) -> Bool) {
    for i in all.indices where !narrowed[i] && isMeant(all[i].plan) { all[i].take(request) }
    guard isNarrowed else { return }
    func take(_ track: inout ObjectiveTrack) { if isMeant(track.plan) { track.take(request) } }
    if request.version >= 0 { return change(request.version, take) }
    change(GateEvidence.unknown, take)
    for version in versions.keys where version != GateEvidence.unknown { change(version, take) }
  }

  private mutating func change(_ version: Int32, _ body: (inout ObjectiveTrack) -> Void) {
    // Out of the dictionary and back, so that nothing is copied.
    guard var tracks = versions.removeValue(forKey: version) ?? begin(version) else { return }
    for i in tracks.indices where narrowed[i] { body(&tracks[i]) }
    versions[version] = tracks
  }

  private func begin(_ version: Int32) -> [ObjectiveTrack]? {
    versions.count <= VersionWatch.mostVersions ? versions[GateEvidence.unknown] ?? fresh : nil
  }

  private static func give(_ event: Gate.Pending, to track: inout ObjectiveTrack) {
    if event.field < 0 {
      track.take(event.request)
    } else {
      track.take(value: event.value, field: Int(event.field), of: event.request)
    }
  }

  /// Requests of which only it is known how many are bad; for simulations.
  mutating func add(bad: Int64, of total: Int64, version: Int32) {
    for i in all.indices where !narrowed[i] { all[i].add(bad: bad, of: total) }
    if isNarrowed { change(version) { $0.add(bad: bad, of: total) } }
  }

  /// Changes what one objective has of all requests.
  mutating func change(objective: Int, _ body: (inout ObjectiveTrack) -> Void) { body(&all[objective]) }

  // MARK: Windows

  /// - Parameter open: the requests that are open, for the objectives that count them.
  mutating func closeWindow(
    at now: Int64, open: (Int) -> [OpenRequest], unfinishedAfter: Int64, isFull: Bool, isLast: Bool
  ) {
    for i in all.indices where !narrowed[i] {
      all[i].closeWindow(open: open(i), at: now, unfinishedAfter: unfinishedAfter, isFull: isFull, isLast: isLast)
    }
    for version in versions.keys {
      change(version) {
        $0.closeWindow(open: [], at: now, unfinishedAfter: unfinishedAfter, isFull: isFull, isLast: isLast)
      }
    }
  }

  /// Lets the bets say what they refute.
  ///
  /// - Parameter keeping: what is refuted once stays so.
  mutating func look(alpha: (Int) -> Double, inRow: Int, keeping: Bool = false) {
    var found: [Int32: [Int: Set<Int32>]] = keeping ? refuted : [:]
    func note(_ version: Int32, _ objective: Int, _ parts: [Int32]) {
      if !parts.isEmpty { found[version, default: [:]][objective, default: []].formUnion(parts) }
    }
    for i in all.indices where !narrowed[i] {
      note(GateEvidence.everything, i, all[i].look(alpha: alpha(i), inRow: inRow))
    }
    for version in versions.keys {
      guard var tracks = versions.removeValue(forKey: version) else { continue }
      for i in tracks.indices where narrowed[i] { note(version, i, tracks[i].look(alpha: alpha(i), inRow: inRow)) }
      versions[version] = tracks
    }
    refuted = found
  }

  /// The parts of an objective that a look refutes otherwise than by a bet.
  ///
  /// - Parameter inRow: looks in a row after which that counts.
  mutating func refute(_ objective: Int, _ parts: Set<Int32>, of version: Int32, inRow: Int) {
    let version = narrowed[objective] ? version : GateEvidence.everything
    let looks = parts.isEmpty ? 0 : (compared[version]?[objective] ?? 0) + 1
    compared[version, default: [:]][objective] = looks
    guard looks > 0, looks >= inRow else { return }
    refuted[version, default: [:]][objective, default: []].formUnion(parts)
  }

  // MARK: As seen for one version

  /// What each objective is decided by if `version` is the new one; nil: if none has come yet.
  func tracks(of version: Int32?) -> [ObjectiveTrack] {
    let own = version.flatMap { versions[$0] } ?? versions[GateEvidence.unknown] ?? fresh
    return all.indices.map { narrowed[$0] ? own[$0] : all[$0] }
  }

  /// The other versions' requests together.
  func others(than version: Int32?) -> [ObjectiveTrack] {
    var sum = fresh
    for (other, tracks) in versions.sorted(by: { $0.key < $1.key })
    where other != version && other != GateEvidence.unknown {
      for i in sum.indices where narrowed[i] { sum[i].merge(tracks[i]) }
    }
    return sum
  }

  func refuted(of version: Int32?) -> [Int: Set<Int32>] {
    let own = refuted[version ?? GateEvidence.unknown] ?? refuted[GateEvidence.unknown] ?? [:]
    return own.merging(refuted[GateEvidence.everything] ?? [:]) { $0.union($1) }
  }

  /// Adds the evidence of each version that a later stage has brought.
  mutating func add(_ later: GateEvidence) {
    for (version, tracks) in later.versions.sorted(by: { $0.key < $1.key }) where version != GateEvidence.unknown {
      guard var sum = versions.removeValue(forKey: version) ?? begin(version) else { continue }
      for i in sum.indices where later.narrowed[i] { sum[i].merge(tracks[i]) }
      versions[version] = sum
    }
  }
}

extension GateEvidence {
  mutating func code(_ coder: inout StateCoder, _ plans: [ObjectiveTrack.Plan]) throws(StateError) {
    try GateEvidence.code(tracks: &all, plans, &coder)
    try GateEvidence.code(tracks: &fresh, plans, &coder)
    try coder.code(&narrowed, empty: false) { isNarrowed, coder throws(StateError) in try coder.code(&isNarrowed) }
    try coder.code(
      &versions, emptyKey: 0, empty: [], key: { version, coder throws(StateError) in try coder.code(&version) },
      { tracks, coder throws(StateError) in try GateEvidence.code(tracks: &tracks, plans, &coder) })
    try coder.code(
      &refuted, emptyKey: 0, empty: [:], key: { version, coder throws(StateError) in try coder.code(&version) },
      { objectives, coder throws(StateError) in
        try coder.code(&objectives, empty: []) { parts, coder throws(StateError) in
          try coder.code(&parts, empty: 0) { part, coder throws(StateError) in try coder.code(&part) }
        }
      })
    try coder.code(
      &compared, emptyKey: 0, empty: [:], key: { version, coder throws(StateError) in try coder.code(&version) },
      { objectives, coder throws(StateError) in
        try coder.code(&objectives, empty: 0) { looks, coder throws(StateError) in try coder.code(&looks) }
      })
    guard narrowed.count == plans.count, versions.count <= VersionWatch.mostVersions + 1 else {
      throw .invalid("versions")
    }
  }

  private static func code(
    tracks: inout [ObjectiveTrack], _ plans: [ObjectiveTrack.Plan], _ coder: inout StateCoder
  ) throws(StateError) {
    if coder.isLoading { tracks = plans.map { ObjectiveTrack($0, bar: nil, keepsStrata: false) } }
    for objective in tracks.indices { try tracks[objective].code(&coder) }
  }
}
