#if Serve

  internal import NIOHTTP1

  /// What a request must be before a handler sees it.
  enum RequestRules {
    /// - Parameter local: this side's address of the connection.
    static func check(_ head: HTTPRequestHead, hosts: HostRules, local: IPLiteral?) throws(WebRefusal) -> WebRequest {
      guard head.version == .http1_1 || head.version == .http1_0 else { throw .version }
      guard head.method == .GET || head.method == .HEAD else { throw .method }
      try checkBody(head.headers)
      let target = try RequestTarget(head.uri)
      let names = head.headers["Host"]
      guard names.count == 1, hosts.allow(names[0], local: local) else { throw .host }
      return WebRequest(
        isHead: head.method == .HEAD, path: target.path, query: target.query,
        accept: joined(head.headers["Accept"]), ifNoneMatch: joined(head.headers["If-None-Match"]))
    }

    /// No body, and nothing that could be taken for one: where a request ends must not be a matter of opinion.
    private static func checkBody(_ headers: HTTPHeaders) throws(WebRefusal) {
      let lengths = headers["Content-Length"]
      guard !headers.contains(name: "Transfer-Encoding"), lengths.isEmpty || lengths == ["0"] else { throw .body }
    }

    private static func joined(_ values: [String]) -> String? { values.isEmpty ? nil : values.joined(separator: ", ") }
  }

  extension WebRefusal {
    /// What the parser's complaint amounts to.
    init(_ error: HTTPParserError) {
      switch error {
      case .invalidMethod: self = .method
      case .invalidVersion: self = .version
      case .invalidURL, .invalidHost, .invalidPort, .invalidPath, .invalidQueryString, .invalidFragment: self = .target
      case .invalidContentLength, .unexpectedContentLength: self = .body
      default: self = .malformed
      }
    }
  }

#endif
