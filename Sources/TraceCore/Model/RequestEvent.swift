/// A request that ended, as statistics take it.
package struct RequestEvent: BitwiseCopyable, Sendable {
  package var time: Int64
  /// Nanoseconds, or -1.
  package var duration: Int64
  package var route: Int32
  package var group: Int32
  package var status: UInt16
  package var level: Level
  /// The watermark when its record came: windows that end at or before it were closed already.
  package var watermark: Int64
  /// What the first request atom of the plan said about it (`stats --where`).
  package var isSelected: Bool
  /// Truths of the plan's request atoms, two bits each (0 no, 1 yes, 2 unknown), the first lowest.
  package var truths: UInt32
  /// Number of the stream whose record is counted, -1 where nobody says.
  package var stream: Int32
  /// Number of the source (`TellingSources`), -1 where nobody says.
  package var source: Int32 = -1
  /// The exchange and the telling of it that is counted, as `TraceGrouper.tellings` numbers them.
  package var exchange: UInt64 = 0
  package var telling: UInt64 = 0
  /// Life of its trace, 0 without one.
  package var life: UInt64 = 0

  package init(
    time: Int64, duration: Int64, route: Int32, group: Int32, status: UInt16, level: Level, watermark: Int64,
    isSelected: Bool = true, truths: UInt32 = 0xAAAA_AAAA, stream: Int32 = -1
  ) {
    self.time = time
    self.duration = duration
    self.route = route
    self.group = group
    self.status = status
    self.level = level
    self.watermark = watermark
    self.isSelected = isSelected
    self.truths = truths
    self.stream = stream
  }

  /// Whether it failed: docs/semantics.md#errors-and-levels.
  @inline(__always)
  package var isError: Bool { RequestEvent.isFailure(status: status, level: level) }

  /// The one meaning of a failed request: a status of 500 and more; without a status a closing record at ERROR and above.
  @inline(__always)
  package static func isFailure(status: UInt16, level: Level) -> Bool {
    status >= 500 || (status == 0 && level >= .error)
  }
}
