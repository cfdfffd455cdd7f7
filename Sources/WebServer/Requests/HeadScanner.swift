#if Serve

  /// Finds the end of a request's head (RFC 9112, 2 to 5) and refuses, before any parser sees it, what parsers differ about:
  /// lines that do not end in CR LF, folded lines, spaces before a colon, control characters, other than two spaces in the
  /// first line. The meaning is left to the parser.
  struct HeadScanner {
    enum Progress: Equatable {
      case incomplete
      /// So many bytes.
      case complete(Int)
      case refused(WebRefusal)
    }

    private enum Place {
      case requestLine
      case fieldStart
      case fieldName
      case fieldValue
      case lineEnd
      case headEnd
      case done
    }

    private let limit: Int
    private var place = Place.requestLine
    private var scanned = 0
    /// In the first line, and whether the byte before was one.
    private var spaces = 0
    private var followsSpace = true

    /// - Parameter limit: bytes of a head at most.
    init(limit: Int) { self.limit = limit }

    /// Goes on with the bytes of the same head: all that there are so far.
    mutating func scan(_ bytes: some Collection<UInt8>) -> Progress {
      for byte in bytes.dropFirst(scanned) {
        guard scanned < limit else { return .refused(.headTooLarge) }
        scanned += 1
        guard take(byte) else { return .refused(.malformed) }
        if place == .done { return .complete(scanned) }
      }
      return .incomplete
    }

    /// Whether a head may go on with this byte.
    private mutating func take(_ byte: UInt8) -> Bool {
      switch (place, byte) {
      case (.requestLine, 0x20):
        guard !followsSpace, spaces < 2 else { return false }
        spaces += 1
        followsSpace = true
      case (.requestLine, 0x21...0x7E):
        followsSpace = false
      case (.requestLine, 0x0D):
        guard spaces == 2, !followsSpace else { return false }
        place = .lineEnd
      case (.fieldStart, 0x0D): place = .headEnd
      case (.fieldStart, _):
        guard HeadScanner.isToken(byte) else { return false }
        place = .fieldName
      case (.fieldName, UInt8(ascii: ":")): place = .fieldValue
      case (.fieldName, _): return HeadScanner.isToken(byte)
      case (.fieldValue, 0x0D): place = .lineEnd
      case (.fieldValue, _): return HeadScanner.isValue(byte)
      case (.lineEnd, 0x0A): place = .fieldStart
      case (.headEnd, 0x0A): place = .done
      default: return false
      }
      return true
    }

    /// `tchar` of RFC 9110, 5.6.2.
    static func isToken(_ byte: UInt8) -> Bool {
      switch byte {
      case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "a")...UInt8(ascii: "z"):
        return true
      case UInt8(ascii: "!"), UInt8(ascii: "#"), UInt8(ascii: "$"), UInt8(ascii: "%"), UInt8(ascii: "&"),
        UInt8(ascii: "'"), UInt8(ascii: "*"), UInt8(ascii: "+"), UInt8(ascii: "-"), UInt8(ascii: "."),
        UInt8(ascii: "^"), UInt8(ascii: "_"), UInt8(ascii: "`"), UInt8(ascii: "|"), UInt8(ascii: "~"):
        return true
      default: return false
      }
    }

    /// Of a field: RFC 9110, 5.5.
    static func isValue(_ byte: UInt8) -> Bool { byte >= 0x20 && byte != 0x7F || byte == 0x09 }
  }

#endif
