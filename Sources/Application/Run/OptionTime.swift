internal import TraceCore

/// Times of options.
package enum OptionTime {
  package static func read(_ text: String?, option: String) throws(Failure) -> Int64? {
    guard let text else { return nil }
    guard let time = OptionValue.time(text) else {
      throw Failure(.usage, "\(option): '\(text)' is not a time; write for example 2026-11-23T06:50:00Z")
    }
    return time
  }
}
