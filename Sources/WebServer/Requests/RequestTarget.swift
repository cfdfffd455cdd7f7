#if Serve

  /// What a request asks for, decoded. Refuses whatever a handler and something before it might read differently.
  struct RequestTarget {
    let path: String
    let query: [(name: String, value: String)]

    /// - Parameter text: origin-form: a path and perhaps a query (RFC 9112, 3.2.1).
    init(_ text: String) throws(WebRefusal) {
      let bytes = Array(text.utf8)
      guard bytes.first == UInt8(ascii: "/"), !bytes.contains(UInt8(ascii: "#")) else { throw .target }
      let parts = bytes.split(separator: UInt8(ascii: "?"), maxSplits: 1, omittingEmptySubsequences: false)
      path = try RequestTarget.path(parts[0])
      query = parts.count > 1 ? try RequestTarget.query(parts[1]) : []
    }

    private static func path(_ bytes: ArraySlice<UInt8>) throws(WebRefusal) -> String {
      let (decoded, encoded) = try decode(bytes, plusIsSpace: false)
      guard !encoded.contains(UInt8(ascii: "/")), !decoded.contains(UInt8(ascii: "\\")),
        decoded.allSatisfy({ $0 >= 0x20 && $0 != 0x7F })
      else { throw .target }
      let segments = decoded.dropFirst().split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
      for (number, segment) in segments.enumerated() {
        let isEmptyWithin = segment.isEmpty && number < segments.count - 1
        let isDots = segment.count <= 2 && !segment.isEmpty && segment.allSatisfy { $0 == UInt8(ascii: ".") }
        guard !isEmptyWithin, !isDots else { throw .target }
      }
      return try text(decoded)
    }

    private static func query(_ bytes: ArraySlice<UInt8>) throws(WebRefusal) -> [(name: String, value: String)] {
      var pairs: [(name: String, value: String)] = []
      for piece in bytes.split(separator: UInt8(ascii: "&")) {
        let halves = piece.split(separator: UInt8(ascii: "="), maxSplits: 1, omittingEmptySubsequences: false)
        let name = try decode(halves[0], plusIsSpace: true).all
        let value = halves.count > 1 ? try decode(halves[1], plusIsSpace: true).all : []
        guard !name.contains(0), !value.contains(0) else { throw .target }
        pairs.append((try text(name), try text(value)))
      }
      return pairs
    }

    /// - Returns: all bytes, and those of them that were percent-encoded.
    private static func decode(
      _ bytes: ArraySlice<UInt8>, plusIsSpace: Bool
    ) throws(WebRefusal) -> (all: [UInt8], encoded: Set<UInt8>) {
      var all: [UInt8] = []
      var encoded: Set<UInt8> = []
      all.reserveCapacity(bytes.count)
      var at = bytes.startIndex
      while at < bytes.endIndex {
        switch bytes[at] {
        case UInt8(ascii: "%"):
          guard bytes.endIndex - at > 2, let high = digit(bytes[at + 1]), let low = digit(bytes[at + 2]) else {
            throw .target
          }
          all.append(high << 4 | low)
          encoded.insert(high << 4 | low)
          at += 3
        case UInt8(ascii: "+") where plusIsSpace:
          all.append(UInt8(ascii: " "))
          at += 1
        case let byte:
          all.append(byte)
          at += 1
        }
      }
      return (all, encoded)
    }

    private static func digit(_ byte: UInt8) -> UInt8? {
      switch byte {
      case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
      case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
      case UInt8(ascii: "A")...UInt8(ascii: "F"): byte - UInt8(ascii: "A") + 10
      default: nil
      }
    }

    private static func text(_ bytes: [UInt8]) throws(WebRefusal) -> String {
      guard let text = String(validating: bytes, as: UTF8.self) else { throw .target }
      return text
    }
  }

#endif
