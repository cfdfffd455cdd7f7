/// One closed trace: the records that carry one request id, in one life.
package struct TraceSummary: Sendable, Equatable {
  package var id: String
  /// Event times of the first and last record (nanoseconds), or EventTime.none.
  package var start: Int64
  package var end: Int64
  /// Nanoseconds: of the last request if logged, else last - first record (`inferred`); nil without times.
  package var duration: Int64?
  package var inferred: Bool
  /// Route and status of the last request; route nil and status 0 without one.
  package var route: String?
  package var status: Int
  /// Worst level of its records.
  package var level: Level
  package var records: Int
  /// Records' first lines and continuation lines.
  package var lines: Int
  /// Requests finished under this id in this life, and opened without a close.
  package var requests: Int
  package var unfinished: Int
  /// Records with a traceback; records at error or above.
  package var tracebacks: Int
  package var errors: Int
  /// The id was seen before, in a life that had ended.
  package var reopened: Bool

  package init(
    id: String, start: Int64, end: Int64, duration: Int64?, inferred: Bool, route: String?, status: Int, level: Level,
    records: Int, lines: Int, requests: Int, unfinished: Int, tracebacks: Int, errors: Int, reopened: Bool
  ) {
    self.id = id
    self.start = start
    self.end = end
    self.duration = duration
    self.inferred = inferred
    self.route = route
    self.status = status
    self.level = level
    self.records = records
    self.lines = lines
    self.requests = requests
    self.unfinished = unfinished
    self.tracebacks = tracebacks
    self.errors = errors
    self.reopened = reopened
  }
}

/// One record of a trace with its text, for `show` and `--lines`.
package struct EvidenceRecord: Sendable, Equatable {
  /// Event time in nanoseconds, or EventTime.none.
  package var time: Int64
  package var level: Level
  package var logger: String?
  /// What the layout calls the message; the whole line where it names none.
  package var message: String
  /// The record's bytes, continuation lines included, without the last newline.
  package var text: [UInt8]
  /// Where it stands: file and line (from 1).
  package var path: String
  package var line: Int
  /// A step that the record tells the duration of (nanoseconds), ending at `time`; nil if none.
  package var step: Int64?
  /// What it is in its trace.
  package var role: Role

  package enum Role: String, Sendable { case plain, opening, closing, hop }

  package init(
    time: Int64, level: Level, logger: String?, message: String, text: [UInt8], path: String, line: Int, step: Int64?,
    role: Role
  ) {
    self.time = time
    self.level = level
    self.logger = logger
    self.message = message
    self.text = text
    self.path = path
    self.line = line
    self.step = step
    self.role = role
  }
}
