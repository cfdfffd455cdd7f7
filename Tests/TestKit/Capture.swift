/// One of the real captures in fixtures/logs, with what the service itself counted while it wrote them
/// (fixtures/logs/README.md).
package enum Capture: String, CaseIterable, Sendable {
  /// app.log in text, rotated by logrotate with `create`.
  case text
  /// app.log in JSON lines, rotated by Python's TimedRotatingFileHandler.
  case json
  /// app.log in text, rotated by logrotate with `copytruncate`.
  case copytruncate

  /// One finish line, as the service noted it.
  package struct ServedRequest: Sendable, Equatable {
    /// RFC 3339 with milliseconds.
    package var time: String
    package var id: String
    package var method: String
    /// The framework's template, such as "/api/spots/{spot_id}"; "-" where no route matched.
    package var route: String
    package var path: String
    package var status: Int
    /// As logged: tenths of a millisecond.
    package var tenthsOfMillisecond: Int
    package var version: String
    package var phase: String
  }

  /// What stands in the log under one request id.
  package struct LoggedID: Sendable, Equatable {
    package var id: String
    /// Records; their lines with continuation lines (in JSON one each).
    package var records: Int
    package var lines: Int
    package var tracebacks: Int
    /// Records at ERROR or above.
    package var errors: Int
    /// RFC 3339 with milliseconds.
    package var first: String
    package var last: String
  }

  /// Absolute path of its folder.
  package var folder: String { Fixtures.path("logs/parkapi-\(rawValue)") }

  /// Absolute paths of the generations of app.log, oldest first.
  package var appLogs: [String] { generations.map { folder + "/app.log" + $0 } }

  private var generations: [String] {
    switch self {
    case .text: (2...9).reversed().map { ".\($0).gz" } + [".1", ""]
    case .copytruncate: (1...8).reversed().map { ".\($0).gz" } + [""]
    case .json:
      ["06-37-04", "06-37-44", "06-38-24", "06-39-04", "06-39-44", "06-40-24", "06-41-04"]
        .map { ".2026-11-23_\($0).gz" } + [""]
    }
  }

  /// The bytes of all generations of app.log, inflated, oldest first: what a pipe would bring.
  package func appLogBytes() throws(FileFault) -> [UInt8] {
    var all: [UInt8] = []
    for path in appLogs { all += try Fixtures.plainBytes(ofFile: path) }
    return all
  }

  /// Every finished request, in the order of the finish lines.
  package func requests() throws -> [ServedRequest] {
    let name = "logs/parkapi-\(rawValue)/server_truth.csv.gz"
    return try Fixtures.table(name).rows.map { row in
      guard row.count == 9, let status = Int(row[5]), let tenths = Self.tenths(row[6]) else {
        throw FileFault(path: name, what: "has a row that is not one: \(row)")
      }
      return ServedRequest(
        time: row[0], id: row[1], method: row[2], route: row[3], path: row[4], status: status,
        tenthsOfMillisecond: tenths, version: row[7], phase: row[8])
    }
  }

  /// Every request id of the log, in the order of their first records.
  package func ids() throws -> [LoggedID] {
    let name = "logs/parkapi-\(rawValue)/server_ids.csv.gz"
    return try Fixtures.table(name).rows.map { row in
      guard row.count == 7, let records = Int(row[1]), let lines = Int(row[2]), let tracebacks = Int(row[3]),
        let errors = Int(row[4])
      else { throw FileFault(path: name, what: "has a row that is not one: \(row)") }
      return LoggedID(
        id: row[0], records: records, lines: lines, tracebacks: tracebacks, errors: errors, first: row[5], last: row[6])
    }
  }

  /// "12.3" as 123.
  private static func tenths(_ text: String) -> Int? {
    let parts = text.split(separator: ".")
    guard parts.count == 2, parts[1].count == 1 else { return nil }
    return Int(parts[0] + parts[1])
  }
}
