package import LogSource
package import TraceCore

/// Saving where following stands and what it has counted, and going on from there.
extension FollowDriver {
  /// A stream of a saved run.
  package struct SavedStream: Sendable, Equatable {
    package var name: String
    /// Nil: nothing of it was read.
    package var position: FollowPosition?
  }

  /// The state after the records merged so far. It throws `notYet` where it has none of its own: in the middle of a line that
  /// goes over a boundary, between streams that wait for each other.
  package func saved() throws(StateError) -> Block {
    guard isDrained else { throw .notYet("all that was read is merged") }
    var streams: [SavedStream] = []
    for lane in lanes {
      streams.append(SavedStream(name: lane.name, position: try lane.place()))
    }
    return try StateCoder.saved { (coder: inout StateCoder) throws(StateError) in
      try FollowDriver.code(&streams, &coder)
      try self.code(&coder)
    }
  }

  /// The streams of a saved run, to be added in this order before `load`.
  package static func streams(of state: Span<UInt8>) throws(StateError) -> [SavedStream] {
    var streams: [SavedStream] = []
    var coder = StateCoder(loading: state)
    try code(&streams, &coder)
    return streams
  }

  /// Goes on from a saved state. What throws leaves a driver of no use.
  package func load(_ state: Span<UInt8>) throws(StateError) {
    try StateCoder.load(state) { (coder: inout StateCoder) throws(StateError) in
      var streams: [SavedStream] = []
      try FollowDriver.code(&streams, &coder)
      guard streams.map(\.name) == lanes.map(\.name) else { throw .mismatch("files") }
      try self.code(&coder)
    }
  }

  private func code(_ coder: inout StateCoder) throws(StateError) {
    var names = instanceNames ?? InstanceNames(streams: lanes.map(\.name))
    try coder.code(&names)
    nameInstances(names)
    try coder.code(word: &idSeed)
    for lane in lanes { try lane.code(&coder) }
    try registry.code(&coder)
    try merge.code(&coder)
    try stage.code(&coder)
  }

  private static func code(_ streams: inout [SavedStream], _ coder: inout StateCoder) throws(StateError) {
    try coder.section("follow")
    try coder.code(&streams, empty: SavedStream(name: "", position: nil)) { stream, coder throws(StateError) in
      try coder.code(&stream.name)
      var bytes = ContiguousArray(stream.position?.encoded() ?? [])
      try coder.code(&bytes)
      guard coder.isLoading, !bytes.isEmpty else { return }
      guard let position = FollowPosition(decoding: Array(bytes)) else { throw .invalid("place in a file") }
      stream.position = position
    }
  }
}
