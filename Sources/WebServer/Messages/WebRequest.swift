#if Serve

  /// A request that has passed all checks.
  package struct WebRequest: Sendable {
    /// HEAD instead of GET. It is answered like GET: the server leaves the body out.
    package let isHead: Bool
    /// Percent-decoded. Begins with "/"; has no empty segment but perhaps the last, none that is "." or "..", no backslash and
    /// no control character. Encoded slashes are refused, so that every "/" separates segments.
    package let path: String
    /// Decoded, "+" being a space, in the order of the request; names may come more than once. No NUL.
    package let query: [(name: String, value: String)]
    /// `Accept`; several fields are joined by ", ".
    package let accept: String?
    /// `If-None-Match`; several fields are joined by ", ".
    package let ifNoneMatch: String?

    /// The first value of that name in the query.
    package func value(_ name: String) -> String? { query.first { $0.name == name }?.value }
  }

  /// What answers requests.
  package protocol WebHandler: Sendable {
    /// Called on the server's only thread, for one request of a connection at a time: must return soon, without waiting.
    ///
    /// - Parameter reply: to be called once, now or later, from any thread; further calls do nothing. If it is let go without a
    ///   call, the client gets 500. There is no limit of time.
    func respond(to request: WebRequest, reply: @escaping @Sendable (WebResponse) -> Void)
  }

#endif
