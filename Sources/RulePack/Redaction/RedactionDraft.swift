internal import Patterns

/// A text on its way to being redacted: what was replaced stands in it as a token without a number, since numbers go by place
/// and patterns look one after another.
struct RedactionDraft {
  /// A part of the text that is left alone from now on.
  struct Token {
    enum Content {
      /// Put in place of a value of a kind.
      case value(kind: Int, [UInt8])
      /// It stood in the text as given.
      case found
      /// An id, a hash, a time: not for patterns of numbers, until the next round.
      case kept
    }
    var start: Int
    var end: Int
    var content: Content
  }

  private(set) var text: [UInt8]
  /// In order, none over another.
  private(set) var tokens: [Token] = []
  /// Values that fixed text stands for: it is text like any other from then on, as it will be when redacted again.
  private(set) var fixed: [(kind: Int, value: [UInt8])] = []
  private let kinds: [String]

  init(_ text: [UInt8], kinds: [String], _ scratch: MatchScratch) {
    self.text = text
    self.kinds = kinds
    guard let name = BuiltinRedactions.token.group(named: "name") else { return }
    var at = 0
    while at < text.count,
      case .match(let start, let end) = BuiltinRedactions.token.firstMatch(
        in: text.span, from: 0, to: text.count, at: at, scratch: scratch)
    {
      at = end
      guard let place = scratch.capture(name) else { continue }
      if kinds.contains(String(decoding: text[place.start..<place.end], as: UTF8.self)) {
        tokens.append(Token(start: start, end: end, content: .found))
      }
    }
  }

  /// What a pattern did.
  enum Outcome { case nothing, replaced, gaveUp }

  /// Puts tokens in place of all values that a pattern finds.
  mutating func apply(_ pattern: RedactionPattern, _ scratch: MatchScratch) -> Outcome {
    var out: [UInt8] = []
    var outTokens: [Token] = []
    var copied = 0
    // The first token that does not end before the search.
    var next = 0
    var at = 0
    var hasReplaced = false
    // Tokens that are in `outTokens`, or gone.
    var taken = 0
    func copy(to end: Int, tokensTo tokenEnd: Int) {
      let shift = out.count - copied
      out += text[copied..<end]
      for token in tokens[taken..<tokenEnd] {
        outTokens.append(Token(start: token.start + shift, end: token.end + shift, content: token.content))
      }
      copied = end
      taken = tokenEnd
    }
    searching: while at <= text.count {
      switch pattern.regex.firstMatch(in: text.span, from: 0, to: text.count, at: at, scratch: scratch) {
      case .noMatch: break searching
      case .limitReached, .failure: return .gaveUp
      case .match(let start, let end):
        while next < tokens.count, tokens[next].end <= start { next += 1 }
        guard let found = replacement(for: (start, end), pattern, from: next, scratch) else {
          at = character(after: start)
          continue
        }
        let (place, value, first, last) = found
        let valueEnd = place.end - value.excess
        copy(to: place.start, tokensTo: first)
        taken = last
        copied = valueEnd
        if let replacement = pattern.replacement {
          out += replacement
          fixed.append((pattern.kind, value.canonical))
        } else {
          let begin = out.count
          out += Array("<\(kinds[pattern.kind])>".utf8)
          outTokens.append(
            Token(start: begin, end: out.count, content: .value(kind: pattern.kind, value.canonical)))
        }
        hasReplaced = true
        next = last
        at = max(valueEnd, character(after: start))
      }
    }
    guard hasReplaced else { return .nothing }
    copy(to: text.count, tokensTo: tokens.count)
    text = out
    tokens = outTokens
    return .replaced
  }

  /// What a match replaces, and the tokens that go with it; nil for nothing.
  ///
  /// - Parameter from: the first token that does not end before the match.
  private func replacement(
    for match: (start: Int, end: Int), _ pattern: RedactionPattern, from next: Int, _ scratch: MatchScratch
  ) -> (place: (start: Int, end: Int), value: RedactedValue, first: Int, last: Int)? {
    guard var place = pattern.place(match, scratch) else { return nil }
    // What names a value is no part of a token: `<secret>` is no element of XML.
    if next < tokens.count, tokens[next].start < place.start { return nil }
    var isSecret = false
    if case .secret = pattern.form { isSecret = true }
    // A number ends where a time or an id begins.
    if next < tokens.count, case .kept = tokens[next].content, tokens[next].start > place.start,
      tokens[next].start < place.end
    {
      place.end = tokens[next].start
      while place.end > place.start, text[place.end - 1] == UInt8(ascii: " ") { place.end -= 1 }
    }
    guard let value = RedactedValue(text, match: match, place: place, form: pattern.form) else { return nil }
    let valueEnd = place.end - value.excess
    var last = next
    while last < tokens.count, tokens[last].start < valueEnd { last += 1 }
    if last == next {
      if let replacement = pattern.replacement, text[place.start..<valueEnd] == replacement[...] { return nil }
      return (place, value, next, last)
    }
    // A value never stands over a part of a token; a secret may stand over whole ones, if there is more of it.
    guard isSecret else { return nil }
    var covered = 0
    for token in tokens[next..<last] {
      guard token.end <= valueEnd else { return nil }
      covered += token.end - token.start
    }
    return covered < valueEnd - place.start ? (place, value, next, last) : nil
  }

  /// The next character begins behind the one at `place`.
  private func character(after place: Int) -> Int {
    var next = place + 1
    while next < text.count, text[next] & 0xC0 == 0x80 { next += 1 }
    return next
  }

  // MARK: What is kept

  /// Marks ids, hashes and times.
  mutating func keep(_ scratch: MatchScratch) -> Outcome {
    var kept: [Token] = []
    var next = 0
    var at = 0
    searching: while at < text.count {
      switch BuiltinRedactions.kept.firstMatch(in: text.span, from: 0, to: text.count, at: at, scratch: scratch) {
      case .noMatch: break searching
      case .limitReached, .failure: return .gaveUp
      case .match(let start, let end):
        at = end
        while next < tokens.count, tokens[next].end <= start {
          kept.append(tokens[next])
          next += 1
        }
        if next < tokens.count, tokens[next].start < end { continue }
        kept.append(Token(start: start, end: end, content: .kept))
      }
    }
    tokens = kept + tokens[next...]
    return .nothing
  }

  /// A secret may look like an id.
  mutating func releaseKept() {
    tokens.removeAll { if case .kept = $0.content { true } else { false } }
  }

  /// The text, with what `name` gives for each value in its order.
  func finished(_ name: (_ kind: Int, _ value: [UInt8]) -> [UInt8]) -> [UInt8] {
    var out: [UInt8] = []
    out.reserveCapacity(text.count + 8)
    var copied = 0
    for token in tokens {
      guard case .value(let kind, let value) = token.content else { continue }
      out += text[copied..<token.start]
      out += name(kind, value)
      copied = token.end
    }
    return out + text[copied...]
  }
}
