#if Serve

  /// Which values of `Host` are this server's own, so that no page of another site reaches it through a name of that site
  /// (DNS rebinding): localhost, loopback addresses, the address that the connection came in at, and names that were allowed.
  struct HostRules: Sendable {
    private let names: Set<String>
    private let literals: Set<IPLiteral>
    /// The only port that may be there; nil: any.
    private let port: Int?

    /// - Parameters:
    ///   - hosts: further names or addresses, without a port.
    ///   - own: the address that is listened on.
    ///   - port: that is listened on; nil: no port is checked.
    init(hosts: [String], own: IPLiteral?, port: Int?) {
      var names: Set<String> = ["localhost"]
      var literals: Set<IPLiteral> = []
      for host in hosts {
        let bare = host.hasPrefix("[") && host.hasSuffix("]") ? String(host.dropFirst().dropLast()) : host
        if let literal = IPLiteral(bare) { literals.insert(literal) } else { names.insert(bare.lowercased()) }
      }
      if let own { literals.insert(own) }
      self.names = names
      self.literals = literals
      self.port = port
    }

    /// - Parameters:
    ///   - value: of the only `Host` field.
    ///   - local: this side's address of the connection, which tells more than a listener on 0.0.0.0.
    func allow(_ value: String, local: IPLiteral?) -> Bool {
      guard let (host, port) = HostRules.split(value) else { return false }
      if let port, let expected = self.port, port != expected { return false }
      switch host {
      case .name(let name): return names.contains(name)
      case .literal(let literal): return literal.isLoopback || literal == local || literals.contains(literal)
      }
    }

    private enum Host {
      case name(String)
      case literal(IPLiteral)
    }

    /// Host and port of `name`, `name:port`, `[address]` or `[address]:port`; nil for anything else.
    private static func split(_ value: String) -> (Host, Int?)? {
      let hostText: Substring
      let rest: Substring
      if value.hasPrefix("[") {
        guard let end = value.firstIndex(of: "]") else { return nil }
        hostText = value[value.index(after: value.startIndex)..<end]
        rest = value[value.index(after: end)...]
        guard hostText.contains(":") else { return nil }
      } else {
        hostText = value.prefix { $0 != ":" }
        rest = value[hostText.endIndex...]
      }
      var port: Int?
      if !rest.isEmpty {
        let digits = rest.dropFirst()
        guard rest.hasPrefix(":"), 1...5 ~= digits.utf8.count, digits.utf8.allSatisfy({ 0x30...0x39 ~= $0 }) else {
          return nil
        }
        port = Int(digits)
      }
      if let literal = IPLiteral(hostText) { return (.literal(literal), port) }
      return hostText.isEmpty ? nil : (.name(hostText.lowercased()), port)
    }
  }

#endif
