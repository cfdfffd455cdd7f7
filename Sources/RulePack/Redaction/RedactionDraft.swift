internal import Patterns

/// A text on its way to being redacted: what was replaced stands in it as a token without a number, since a later round may
/// cover it and numbers go by place.
struct RedactionDraft {
  /// What was put in place of a value.
  private struct Token {
    var start: Int
    var end: Int
    var kind: Int
    var canonical: [UInt8]
  }

  private(set) var text: [UInt8]
  /// In order, none over another.
  private var tokens: [Token] = []
  /// Values that fixed text stands for: it is text like any other from then on, as it will be when redacted again.
  private(set) var fixed: [(kind: Int, value: [UInt8])] = []

  init(_ text: [UInt8]) { self.text = text }

  /// Puts tokens in place of the values.
  ///
  /// - Parameter values: in order, none over another, each over whole tokens or none.
  mutating func replace(_ values: [FoundValue], kinds: [String]) {
    var out: [UInt8] = []
    out.reserveCapacity(text.count)
    var outTokens: [Token] = []
    var copied = 0
    var next = 0
    func copy(to end: Int) {
      let shift = out.count - copied
      out += text[copied..<end]
      while next < tokens.count, tokens[next].end <= end {
        let token = tokens[next]
        outTokens.append(
          Token(start: token.start + shift, end: token.end + shift, kind: token.kind, canonical: token.canonical))
        next += 1
      }
    }
    for value in values {
      copy(to: value.start)
      while next < tokens.count, tokens[next].start < value.end { next += 1 }
      copied = value.end
      if let replacement = value.replacement {
        out += replacement
        fixed.append((value.kind, value.canonical))
      } else {
        let begin = out.count
        out += Array("<\(kinds[value.kind])>".utf8)
        outTokens.append(Token(start: begin, end: out.count, kind: value.kind, canonical: value.canonical))
      }
    }
    copy(to: text.count)
    text = out
    tokens = outTokens
  }

  /// The text, with what `name` gives for each value in its order.
  func finished(_ name: (_ kind: Int, _ value: [UInt8]) -> [UInt8]) -> [UInt8] {
    var out: [UInt8] = []
    out.reserveCapacity(text.count + 8)
    var copied = 0
    for token in tokens {
      out += text[copied..<token.start]
      out += name(token.kind, token.canonical)
      copied = token.end
    }
    return out + text[copied...]
  }
}
