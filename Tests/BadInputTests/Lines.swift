import TestKit

/// Lines that the tests put together.
enum Lines {
  /// One finished request with the id 7ab0.
  static let request = request()

  /// A line in the layout `python-request-id`.
  static func request(
    time: String = "06:47:55,003", id: String = "7ab0", path: String = "/x", status: Int = 200, more: String = ""
  ) -> String {
    "2026-11-23 \(time) INFO [api.access] [\(id)] request finished method=GET path=\(path) status=\(status) "
      + "duration_ms=6.9 version=v1\(more)\n"
  }

  /// The same as bytes, with bytes in it.
  static func request(id: String = "7ab0", message: [UInt8]) -> [UInt8] {
    Array("2026-11-23 06:47:55,003 INFO [api.access] [\(id)] ".utf8) + message
      + Array(" method=GET path=/x status=200 duration_ms=6.9\n".utf8)
  }
}

extension Command.Result {
  /// Standard output as one JSON value.
  func json() throws -> JSONValue { try JSONValue(parsing: output) }

  /// The ledger of a JSON report.
  func ledger() throws -> JSONValue { try json()["ledger"] }
}
