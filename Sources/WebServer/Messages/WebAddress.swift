#if Serve

  internal import NIOCore

  /// Where a server listens.
  package enum WebAddress: Sendable, Equatable {
    /// An IP address without brackets, or `localhost`, which is 127.0.0.1; names are not looked up. Port 0: any free one.
    case tcp(host: String, port: Int)
    /// A socket file of at most 107 bytes of path. Who may connect is up to the umask and the folder.
    case unix(path: String)
    /// A stream socket that was bound by whoever started the program (systemd's LISTEN_FDS). The server closes it.
    case inherited(descriptor: Int32)

    /// What `sun_path` holds, without its NUL.
    static let longestPath = 107

    /// Reads `127.0.0.1:9419`, `[::1]:9419`, `localhost:9419` or `unix:/run/skein.sock`.
    ///
    /// - Throws: what is wrong with the text, and what to write instead.
    package init(parsing text: String) throws(WebError) {
      if text.hasPrefix("unix:") {
        let path = String(text.dropFirst(5))
        try WebAddress.check(path: path)
        self = .unix(path: path)
        return
      }
      guard let colon = text.lastIndex(of: ":") else {
        let example = WebAddress.port(text) == nil ? "\(text):9419" : "127.0.0.1:\(text)"
        throw WebError("\(text) is no address to listen on: a port belongs to it, as in \(example)")
      }
      guard let port = WebAddress.port(text[text.index(after: colon)...]) else {
        throw WebError("\(text) is no address to listen on: a port is a number from 0 to 65535, as in 127.0.0.1:9419")
      }
      var host = String(text[..<colon])
      guard host != "", host != "*" else {
        throw WebError(
          "\(text) does not say who may connect: write 127.0.0.1:\(port) for this machine alone, "
            + "or 0.0.0.0:\(port) for everyone who can reach it")
      }
      if host.hasPrefix("["), host.hasSuffix("]") {
        host = String(host.dropFirst().dropLast())
        guard host.contains(":") else {
          throw WebError(
            "\(text) is no address to listen on: only IPv6 addresses stand in brackets, as in [::1]:\(port)")
        }
      } else if host.contains(":") {
        throw WebError("\(text) is no address to listen on: write an IPv6 address in brackets, as in [::1]:\(port)")
      }
      self = .tcp(host: host, port: port)
      _ = try socketAddress
    }

    /// Whether only this machine can connect. An inherited socket counts: whoever bound it has decided.
    package var isLoopback: Bool {
      switch self {
      case .tcp(let host, _): IPLiteral(host == "localhost" ? "127.0.0.1" : host)?.isLoopback ?? false
      case .unix, .inherited: true
      }
    }

    /// As `init(parsing:)` reads it, but for an inherited one.
    package var text: String {
      switch self {
      case .tcp(let host, let port): host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)"
      case .unix(let path): "unix:\(path)"
      case .inherited(let descriptor): "descriptor \(descriptor)"
      }
    }

    /// What to bind; of no use for an inherited one.
    var socketAddress: SocketAddress {
      get throws(WebError) {
        switch self {
        case .tcp(let host, let port):
          guard 0...65_535 ~= port else { throw WebError("port \(port) is not from 0 to 65535; choose another port") }
          if let address = try? SocketAddress(ipAddress: host == "localhost" ? "127.0.0.1" : host, port: port) {
            return address
          }
          throw WebError(
            "\(host) is no IP address: names are not looked up; write localhost:\(port), "
              + "or the address of this machine to listen on, as in 127.0.0.1:\(port)")
        case .unix(let path):
          try WebAddress.check(path: path)
          if let address = try? SocketAddress(unixDomainSocketPath: path) { return address }
          throw WebError("\(text) is no path for a socket; choose another")
        case .inherited(let descriptor):
          throw WebError("descriptor \(descriptor) is bound already")
        }
      }
    }

    private static func check(path: String) throws(WebError) {
      guard path != "" else { throw WebError("unix: lacks a path, as in unix:/run/skein.sock") }
      guard !path.utf8.contains(0) else { throw WebError("the path of a socket must not have a NUL in it") }
      guard path.utf8.count <= longestPath else {
        throw WebError(
          "unix:\(path) is too long: the path of a socket has at most \(longestPath) bytes and this one "
            + "\(path.utf8.count); choose a shorter one")
      }
    }

    private static func port(_ text: some StringProtocol) -> Int? {
      let isNumber = 1...5 ~= text.utf8.count && text.utf8.allSatisfy { 0x30...0x39 ~= $0 }
      guard isNumber, let port = Int(text), port <= 65_535 else { return nil }
      return port
    }
  }

#endif
