/// What container runtimes and terminals put around the lines of a log.
package enum Wrapper: String, Sendable, BitwiseCopyable, CaseIterable {
  /// Docker's json-file driver: `{"log":"...\n","stream":"stdout","time":"..."}`.
  case dockerJSON = "docker-json"
  /// Kubernetes' files: `2026-11-23T06:47:54.777Z stdout F message`.
  case cri
  /// `docker compose logs`: `web-1  | message`, coloured or not.
  case compose
  /// `kubectl logs --prefix`: `[pod/name/container] message`.
  case kubectl
  /// `journalctl -o json`: MESSAGE, __REALTIME_TIMESTAMP, PRIORITY.
  case journald
  /// OpenTelemetry's JSON (OTLP): `{"resourceLogs":[…]}`, many records a line.
  case otlp
  /// What CloudWatch sends to a subscription: `{"messageType":…,"logEvents":[…]}`, many lines a line.
  case cloudwatch
  /// CSI escapes (colours, cursor movement) anywhere in a line.
  case ansi
}

/// Where an unwrapped line comes from.
package struct LineOrigin: BitwiseCopyable, Sendable, Equatable {
  package enum Output: UInt8, Sendable, BitwiseCopyable { case unknown, stdout, stderr }

  /// Raw bytes in front of its (first) raw line since the input began.
  package var offset: Int64
  /// Raw bytes that it took, newlines and all parts that were joined included. Of several lines out of one raw line the
  /// first has them, the others 0; so the lengths add up to the bytes of the input.
  package var length: Int64
  /// Number of its (first) raw line, from 1.
  package var line: Int64
  /// What the wrapper says: nanoseconds in UTC, of the first part; or EventTime.none.
  package var time: Int64
  package var output: Output
  /// What the wrapper says, else `none`.
  package var level: Level
  /// The unit or program that the wrapper names, in `Unwrapper.names`.
  package var logger: Slice
  /// It did not fit the wrapper and stands as it was.
  package var isPassedThrough: Bool
  /// A further line of one entry: its text went on after a newline.
  package var isFurther = false
  /// A partial line whose rest did not come, or came after more than `Unwrapper.limit` bytes.
  package var isCut: Bool

  package init(
    offset: Int64, length: Int64, line: Int64, time: Int64 = EventTime.none, output: Output = .unknown,
    level: Level = .none, logger: Slice = .missing, isPassedThrough: Bool = false, isCut: Bool = false
  ) {
    self.offset = offset
    self.length = length
    self.line = line
    self.time = time
    self.output = output
    self.level = level
    self.logger = logger
    self.isPassedThrough = isPassedThrough
    self.isCut = isCut
  }
}
