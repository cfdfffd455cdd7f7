/// Stack traces with the same cause.
package struct StackGroup: Sendable, Equatable {
  /// The exception at the root of the chain, as logged: `app.PoolExhausted`; and what it became last, if that is another one.
  package var cause: String
  package var outermost: String?
  /// Its message, of the first example.
  package var message: String
  /// Where it was raised: innermost frame of the service's own code, else the innermost: `checkout (app.py:512)`.
  package var frame: String?
  package var count: Int64
  /// Event times; EventTime.none without times.
  package var first: Int64
  package var last: Int64
  /// The first example: where it stands, and its text (cut at 64 lines).
  package var path: String
  package var line: Int
  package var text: String

  package init(
    cause: String, outermost: String?, message: String, frame: String?, count: Int64, first: Int64, last: Int64,
    path: String, line: Int, text: String
  ) {
    self.cause = cause
    self.outermost = outermost
    self.message = message
    self.frame = frame
    self.count = count
    self.first = first
    self.last = last
    self.path = path
    self.line = line
    self.text = text
  }
}
