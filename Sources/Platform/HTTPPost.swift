internal import CShims

/// A message to another machine over HTTP or HTTPS, by the system's libcurl, which is loaded when it is first needed: TLS,
/// certificates and proxies are as the system has them.
package enum HTTPPost {
  /// What a server said.
  package struct Answer: Sendable, Equatable {
    package var status: Int
    /// Seconds that it asks to wait; nil where it does not.
    package var retryAfter: Int64?
    /// The first bytes.
    package var body: [UInt8]

    package init(status: Int, retryAfter: Int64? = nil, body: [UInt8] = []) {
      self.status = status
      self.retryAfter = retryAfter
      self.body = body
    }
  }

  /// No answer came: why, for people. Names the host at most, never the address.
  package struct Failed: Error, Equatable {
    package var message: String

    package init(message: String) { self.message = message }
  }

  private static let mostKept = 16 << 10

  /// Whether libcurl is there.
  package static var isAvailable: Bool { skein_http_is_available() == 1 }

  /// Posts and waits for the answer. Redirects are not followed: they are an answer.
  ///
  /// - Parameters:
  ///   - headers: `Name: value`.
  ///   - milliseconds: for all of it.
  ///   - authorities: a file of certificates to trust in place of the system's.
  package static func send(
    _ body: [UInt8], to address: String, headers: [String], milliseconds: Int, authorities: String? = nil
  ) throws(Failed) -> Answer {
    var answer = skein_http_answer()
    var kept = [UInt8](repeating: 0, count: mostKept)
    // One after the other, each with its 0: C reads them by their places.
    var text: [CChar] = []
    var places: [Int] = []
    for header in headers {
      places.append(text.count)
      text += header.utf8CString
    }
    let isAnswered = unsafe kept.withUnsafeMutableBytes { room in
      unsafe body.withUnsafeBytes { bytes in
        unsafe text.withUnsafeBufferPointer { text in
          let list = unsafe places.map { unsafe text.baseAddress?.advanced(by: $0) }
          return unsafe list.withUnsafeBufferPointer { list in
            unsafe skein_http_post(
              address, list.baseAddress, list.count, bytes.baseAddress?.assumingMemoryBound(to: CChar.self),
              bytes.count, milliseconds, authorities, room.baseAddress?.assumingMemoryBound(to: CChar.self), room.count,
              &answer)
          }
        }
      }
    }
    guard isAnswered == 1 else {
      let text = unsafe withUnsafeBytes(of: &answer.message) { bytes in
        unsafe String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
      }
      throw Failed(message: text.isEmpty ? "no answer" : text)
    }
    return Answer(
      status: answer.status, retryAfter: answer.retry_after > 0 ? Int64(answer.retry_after) : nil,
      body: Array(kept.prefix(min(answer.length, mostKept))))
  }
}
