/// Reads messages as words, marks and values: the shape of a message is what is left when everything that is obviously a
/// value is taken out.
///
/// It knows one message at a time and no other: what turns out to be a value only by comparing messages is for whoever
/// compares them. It looks at the first `mostBytes` and gives the first `mostTokens`. No allocation. One for each thread.
package struct MessageShape: Sendable {
  /// Bytes of a message that are looked at, up to the last blank before.
  package static let mostBytes = 2_048
  /// Tokens that count.
  package static let mostTokens = 64

  private let classes = ByteClasses.table

  package init() {}

  /// Hash of the shape of `start ..< end`; never 0. Equal for messages whose tokens are equal, blanks aside. Not keyed: of
  /// two texts that were made to have one hash the second counts as the first.
  package func hash(_ bytes: Span<UInt8>, from start: Int, to end: Int) -> UInt64 {
    var scanner = MessageScanner(sink: ShapeHash())
    scanner.run(bytes, from: start, to: end, classes.span)
    return max(1, scanner.sink.value)
  }

  /// Appends the tokens of `start ..< end`; returns whether all of it was read.
  @discardableResult
  package func tokens(
    of bytes: Span<UInt8>, from start: Int, to end: Int, into tokens: inout ContiguousArray<MessageToken>
  ) -> Bool {
    var scanner = MessageScanner(sink: TokenList())
    swap(&scanner.sink.tokens, &tokens)
    scanner.run(bytes, from: start, to: end, classes.span)
    swap(&scanner.sink.tokens, &tokens)
    return !scanner.isCut
  }
}

private struct ShapeHash: MessageTokenSink {
  var value: UInt64 = 0x9E37_79B9_7F4A_7C15

  @inline(__always)
  mutating func take(_ token: MessageToken, _ bytes: Span<UInt8>) {
    let sum = (value ^ token.identity(in: bytes)) &* 0xA076_1D64_78BD_642F
    value = sum ^ sum &>> 32
  }
}

private struct TokenList: MessageTokenSink {
  var tokens: ContiguousArray<MessageToken> = []

  @inline(__always)
  mutating func take(_ token: MessageToken, _ bytes: Span<UInt8>) { tokens.append(token) }
}

/// What a byte may be part of.
enum ByteClasses {
  /// A letter, an underscore, or anything beyond ASCII.
  static let letter: UInt8 = 1
  static let digit: UInt8 = 2
  /// Stands inside names and numbers: `.:-/@\+#$%&*~?!^`.
  static let joiner: UInt8 = 4
  /// At most 0x20.
  static let blank: UInt8 = 8
  static let quote: UInt8 = 16
  /// May end the value of a pair: blanks, quotes, brackets, commas, semicolons.
  static let stop: UInt8 = 32
  static let run = letter | digit | joiner

  /// The classes of each of the 256 bytes.
  static let table: ContiguousArray<UInt8> = {
    var table = ContiguousArray<UInt8>(repeating: 0, count: 256)
    for byte in 0..<256 {
      switch UInt8(byte) {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "_"), 0x80...:
        table[byte] = letter
      case UInt8(ascii: "0")...UInt8(ascii: "9"): table[byte] = digit
      case 0...0x20: table[byte] = blank | stop
      default: break
      }
    }
    for byte in ".:-/@\\+#$%&*~?!^".utf8 { table[Int(byte)] = joiner }
    for byte in "\"'`".utf8 { table[Int(byte)] = quote | stop }
    for byte in "()[]{},;".utf8 { table[Int(byte)] = stop }
    return table
  }()
}
