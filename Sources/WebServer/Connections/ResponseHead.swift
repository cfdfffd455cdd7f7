#if Serve

  internal import NIOCore
  internal import NIOHTTP1

  /// The fields of an answer: what the handler wants, and what every answer of this server has.
  enum ResponseHead {
    /// What pages of other sites may do with answers (nothing), and what pages of this one may load.
    private static let protection: [(String, String)] = [
      ("X-Content-Type-Options", "nosniff"),
      ("Referrer-Policy", "no-referrer"),
      ("Cross-Origin-Resource-Policy", "same-origin"),
      ("Cross-Origin-Opener-Policy", "same-origin"),
      ("X-Frame-Options", "DENY"),
      (
        "Content-Security-Policy",
        "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; connect-src 'self'; "
          + "base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
      ),
    ]
    /// What the handler cannot set.
    private static let own = Set(
      ["content-length", "content-type", "transfer-encoding", "connection", "keep-alive", "upgrade", "trailer"]
        + protection.map { $0.0.lowercased() })

    /// - Parameter isLast: whether the connection closes after it; an event stream always does.
    /// - Returns: nil if there is something in it that cannot be sent.
    static func make(_ response: WebResponse, isLast: Bool) -> HTTPResponseHead? {
      guard 200...599 ~= response.status, isSendable(response.contentType) else { return nil }
      var headers = HTTPHeaders()
      headers.add(name: "Content-Type", value: response.contentType)
      if hasBody(response), !response.isStream { headers.add(name: "Content-Length", value: "\(response.body.count)") }
      if isLast || response.isStream { headers.add(name: "Connection", value: "close") }
      for (name, value) in response.headers {
        guard !name.isEmpty, name.utf8.allSatisfy(HeadScanner.isToken), isSendable(value) else { return nil }
        if !own.contains(name.lowercased()) { headers.add(name: name, value: value) }
      }
      if !headers.contains(name: "Cache-Control") { headers.add(name: "Cache-Control", value: "no-store") }
      for (name, value) in protection { headers.add(name: name, value: value) }
      return HTTPResponseHead(
        version: .http1_1, status: HTTPResponseStatus(statusCode: response.status), headers: headers)
    }

    /// RFC 9110, 6.4.1.
    static func hasBody(_ response: WebResponse) -> Bool { response.status != 204 && response.status != 304 }

    private static func isSendable(_ value: String) -> Bool { value.utf8.allSatisfy(HeadScanner.isValue) }
  }

#endif
