#if Serve

  internal import NIOCore

  /// An IP address as text has it, so that two spellings of one address are equal.
  struct IPLiteral: Hashable, Sendable {
    /// As the system writes it; an IPv4 address in IPv6 clothes is the IPv4 address.
    let text: String

    /// Nil unless it is an address in full: `127.1`, names, and addresses with a zone are none.
    init?(_ text: some StringProtocol) {
      guard !text.contains("%"), let address = try? SocketAddress(ipAddress: String(text), port: 0) else { return nil }
      self.init(address)
    }

    /// The address of a socket; nil for a Unix socket.
    init?(_ address: SocketAddress) {
      guard let text = address.ipAddress else { return nil }
      let mapped = "::ffff:"
      self.text = text.hasPrefix(mapped) && text.contains(".") ? String(text.dropFirst(mapped.count)) : text
    }

    var isLoopback: Bool { text == "::1" || text.hasPrefix("127.") }
  }

#endif
