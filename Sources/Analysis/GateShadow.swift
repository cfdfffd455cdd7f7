internal import TraceCore

/// A stage's evidence as it would be if other requests had been counted: windows, bounds and bets as of the real one.
struct GateShadow: Sendable {
  /// One an objective; those about findings are not used.
  var tracks: [ObjectiveTrack]
  /// Parts (-1: overall) of each objective whose bet has refuted it.
  var refuted: [Int: Set<Int32>] = [:]

  /// With nothing counted yet.
  init(empty tracks: [ObjectiveTrack]) {
    self.tracks = tracks.map { ObjectiveTrack($0.plan, bar: $0.bar, keepsStrata: false) }
  }

  /// With what has been counted of the stage.
  init(_ tracks: [ObjectiveTrack], refuted: [Int: Set<Int32>]) {
    self.tracks = tracks
    self.refuted = refuted
  }

  mutating func restart(_ objective: Int) {
    let track = tracks[objective]
    tracks[objective] = ObjectiveTrack(track.plan, bar: track.bar, keepsStrata: false, knowing: track)
    refuted[objective] = nil
  }

  mutating func code(_ coder: inout StateCoder, _ plans: [ObjectiveTrack.Plan]) throws(StateError) {
    try Gate.code(tracks: &tracks, plans, &coder)
    guard tracks.count == plans.count else { throw .invalid("objectives") }
    try Gate.code(refuted: &refuted, &coder)
  }
}
