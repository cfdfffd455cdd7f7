/// What a verdict tells besides its objectives, counted as it happens.
struct GateNotes: Sendable {
  /// Requests whose stage was over when they came.
  var late: Int64 = 0
  /// Requests of the stage that name no version.
  var withoutVersion: Int64 = 0
  /// Times that a newer version appeared and the evidence began anew.
  var restarts = 0

  mutating func beginStage() {
    withoutVersion = 0
    restarts = 0
  }
}
