#if Serve

  /// An answer to a request.
  package struct WebResponse: Sendable {
    /// 200...599. With 204 and 304 no body is sent, and no Content-Length.
    package var status: Int
    package var contentType: String
    /// Further fields. Fields that the server sets itself are left out, except for Cache-Control, which is `no-store` unless it
    /// is here. A field that cannot be sent (a line break in it) makes the answer a 500.
    package var headers: [(name: String, value: String)]
    package var body: [UInt8]
    let isStream: Bool

    package init(
      status: Int = 200, contentType: String, headers: [(name: String, value: String)] = [], body: [UInt8] = []
    ) {
      self.init(status: status, contentType: contentType, headers: headers, body: body, isStream: false)
    }

    private init(
      status: Int, contentType: String, headers: [(name: String, value: String)], body: [UInt8], isStream: Bool
    ) {
      self.status = status
      self.contentType = contentType
      self.headers = headers
      self.body = body
      self.isStream = isStream
    }

    /// Plain text, with a line break at its end.
    package static func text(status: Int = 200, _ text: String) -> WebResponse {
      WebResponse(status: status, contentType: "text/plain; charset=utf-8", body: Array((text + "\n").utf8))
    }

    /// Turns the connection into an event stream, which gets all that is broadcast from the moment that the server sends this.
    ///
    /// - Parameter opening: what this client gets first. What is broadcast between the making of this answer and its sending
    ///   reaches the client in neither way.
    package static func stream(opening: [WebEvent] = []) -> WebResponse {
      WebResponse(
        status: 200, contentType: "text/event-stream", headers: [], body: opening.flatMap(\.encoded), isStream: true)
    }
  }

  /// What goes to the clients of event streams (https://html.spec.whatwg.org/multipage/server-sent-events.html).
  package struct WebEvent: Sendable, Equatable {
    /// What clients listen for; nil is `message`. Line breaks and NUL are left out.
    package let name: String?
    /// Any text; clients see its line breaks as LF.
    package let data: String
    /// What the client names when it connects again. Line breaks and NUL are left out.
    package let id: String?

    package init(name: String? = nil, data: String, id: String? = nil) {
      self.name = name
      self.data = data
      self.id = id
    }

    /// As it is sent, with the empty line at its end.
    var encoded: [UInt8] {
      var out: [UInt8] = []
      out.reserveCapacity(data.utf8.count + 64)
      func addLine(_ field: String, _ value: some Sequence<UInt8>) {
        out += Array(field.utf8)
        out += value
        out.append(UInt8(ascii: "\n"))
      }
      func isBreak(_ byte: UInt8) -> Bool { byte == UInt8(ascii: "\n") || byte == UInt8(ascii: "\r") }
      if let id { addLine("id: ", id.utf8.filter { !isBreak($0) && $0 != 0 }) }
      if let name { addLine("event: ", name.utf8.filter { !isBreak($0) && $0 != 0 }) }
      var rest = Array(data.utf8)[...]
      while let end = rest.firstIndex(where: isBreak) {
        addLine("data: ", rest[..<end])
        let isPair = rest[end] == UInt8(ascii: "\r") && end + 1 < rest.endIndex && rest[end + 1] == UInt8(ascii: "\n")
        rest = rest[(isPair ? end + 2 : end + 1)...]
      }
      addLine("data: ", rest)
      out.append(UInt8(ascii: "\n"))
      return out
    }
  }

#endif
