internal import TraceCore

/// What a verdict tells besides its objectives, counted as it happens.
struct GateNotes: Sendable {
  /// Requests whose stage was over when they came.
  var late: Int64 = 0
  /// Requests of the stage that name no version.
  var withoutVersion: Int64 = 0
  /// Times that a newer version appeared and the evidence began anew.
  var restarts: Int64 = 0

  mutating func beginStage() {
    withoutVersion = 0
    restarts = 0
  }
}

extension GateNotes: StateCodable {
  mutating func code(_ coder: inout StateCoder) throws(StateError) {
    try coder.code(count: &late)
    try coder.code(count: &withoutVersion)
    try coder.code(count: &restarts)
  }
}
