/// The fields that skein itself understands.
package enum StandardField: UInt8, Sendable, BitwiseCopyable, CaseIterable {
  case none
  case time, level, logger, message, requestID, method, path, status, duration, route
  /// A traceback or stack that stands inside the line (JSON `exc_info`, `exc`, `stack`).
  case exception
  /// `GET /x HTTP/1.1` in one value.
  case requestLine
}
