package import Analysis
internal import TraceCore

/// When a gate's stages end by the clock, whatever the log says: event time and the clock were together at the first record.
package final class GateDeadline {
  /// Nanoseconds that a line may be late by.
  private static let grace: Int64 = 7 * EventTime.nanosecondsPerSecond

  private let duration: Int64
  private let startedAt: Int64
  /// The clock at the gate's start in event time.
  private var began: (clock: Int64, event: Int64)?

  package init(_ definition: GateDefinition, startedAt: Int64) {
    duration = definition.duration
    self.startedAt = startedAt
  }

  /// The end of the stage in event time, if the clock has passed it.
  ///
  /// - Parameter stage: start of the gate and end of the stage at hand; nil before the first record.
  package func passed(_ stage: (start: Int64, end: Int64)?, at now: Int64) -> Int64? {
    guard let stage else { return nil }
    let began = self.began ?? (now, stage.start)
    self.began = began
    return now - began.clock >= stage.end - began.event + GateDeadline.grace ? stage.end : nil
  }

  /// Whether no record has come for as long as all stages take.
  package func isOver(_ stage: (start: Int64, end: Int64)?, at now: Int64) -> Bool {
    stage == nil && now - startedAt >= duration + GateDeadline.grace
  }
}
