internal import Patterns

/// A value that patterns found in a text.
struct FoundValue {
  var start: Int
  var end: Int
  /// Index in `RedactionRules.kinds`.
  var kind: Int
  /// Compared with others of the kind.
  var canonical: [UInt8]
  /// Fixed text in its place.
  var replacement: [UInt8]?
}

/// Looks for values with all patterns before anything is replaced, in every layer of escapes of the text.
///
/// Where values overlap, the longest is what stands there, and all that any of them covers goes with it: a pattern that sees a
/// part of a secret must not keep another one from seeing the whole, nor leave the rest of it behind.
struct RedactionFinder: Sendable {
  /// Kinds whose tokens are left alone.
  let kinds: [String]
  let patterns: ArraySlice<RedactionPattern>
  /// From here on patterns look past ids, hashes and times.
  let firstOfNumbers: Int
  /// Without those that a number is found with.
  var isOfID = false

  /// A part of the layer that is left alone.
  private struct Shelter {
    var start: Int
    var end: Int
    /// An id, a hash, a time: for patterns of numbers only. Else a token.
    var isKept: Bool
  }

  /// What is replaced in the text: in order, none over another.
  ///
  /// - Returns: nil if a pattern gave up.
  /// - Complexity: linear in the text; each pattern bounds what it looks at from one place.
  func values(in text: [UInt8], _ scratch: MatchScratch) -> [FoundValue]? {
    guard let found = candidates(in: text, scratch) else { return nil }
    return RedactionFinder.merged(
      found, text, secret: kinds.firstIndex(of: "secret"), email: kinds.firstIndex(of: "email"))
  }

  /// All that patterns find, in no order.
  func candidates(in text: [UInt8], _ scratch: MatchScratch) -> [FoundValue]? {
    var found: [FoundValue] = []
    for layer in RedactionView.layers(of: text) {
      guard let tokens = tokens(layer.bytes, scratch) else { return nil }
      var shelters = tokens
      for (index, pattern) in zip(patterns.indices, patterns) {
        if index == firstOfNumbers {
          guard let kept = kept(layer.bytes, tokens, scratch) else { return nil }
          shelters = kept
        }
        if isOfID && pattern.isOfDigits { continue }
        guard search(pattern, layer, shelters, scratch, &found) else { return nil }
      }
    }
    return found
  }

  // MARK: One pattern

  private func search(
    _ pattern: RedactionPattern, _ layer: RedactionView, _ shelters: [Shelter], _ scratch: MatchScratch,
    _ found: inout [FoundValue]
  ) -> Bool {
    let text = layer.bytes
    // The first shelter that does not end before the search.
    var next = 0
    var at = 0
    while at <= text.count {
      switch pattern.regex.firstMatch(in: text.span, from: 0, to: text.count, at: at, scratch: scratch) {
      case .noMatch: return true
      case .limitReached, .failure: return false
      case .match(let start, let end):
        while next < shelters.count, shelters[next].end <= start { next += 1 }
        guard let (place, canonical) = value((start, end), pattern, text, shelters[next...], scratch) else {
          at = RedactionFinder.character(after: start, text)
          continue
        }
        let origin = layer.place(place.start, place.end)
        found.append(
          FoundValue(
            start: origin.start, end: origin.end, kind: pattern.kind, canonical: canonical,
            replacement: pattern.replacement))
        at = max(place.end, RedactionFinder.character(after: start, text))
      }
    }
    return true
  }

  /// The value of a match and where it stands; nil for none.
  ///
  /// - Parameter shelters: from the first on that does not end before the match.
  private func value(
    _ match: (start: Int, end: Int), _ pattern: RedactionPattern, _ text: [UInt8], _ shelters: ArraySlice<Shelter>,
    _ scratch: MatchScratch
  ) -> (place: (start: Int, end: Int), canonical: [UInt8])? {
    guard var place = pattern.place(match, scratch) else { return nil }
    // What names a value is no part of a token: `<secret>` is no element of XML.
    if let first = shelters.first, first.start < place.start { return nil }
    var isSecret = false
    if case .secret = pattern.form { isSecret = true }
    // A number ends where a time or an id begins.
    if let first = shelters.first, first.isKept, first.start > place.start, first.start < place.end {
      place.end = first.start
      while place.end > place.start, text[place.end - 1] == UInt8(ascii: " ") { place.end -= 1 }
    }
    guard let value = RedactedValue(text, match: match, place: place, form: pattern.form) else { return nil }
    place.end -= value.excess
    let covered = shelters.prefix { $0.start < place.end }
    guard !covered.isEmpty else {
      if let replacement = pattern.replacement, text[place.start..<place.end] == replacement[...] { return nil }
      return (place, value.canonical)
    }
    // A value never stands over a part of a token; a secret may stand over whole ones, if there is more of it.
    guard isSecret, covered.allSatisfy({ $0.end <= place.end }) else { return nil }
    let taken = covered.reduce(0) { $0 + $1.end - $1.start }
    return taken < place.end - place.start ? (place, value.canonical) : nil
  }

  /// The next character begins after the one at `place`.
  private static func character(after place: Int, _ text: [UInt8]) -> Int {
    var next = place + 1
    while next < text.count, text[next] & 0xC0 == 0x80 { next += 1 }
    return next
  }

  // MARK: What stays

  private func tokens(_ text: [UInt8], _ scratch: MatchScratch) -> [Shelter]? {
    guard text.contains(UInt8(ascii: "<")), let name = BuiltinRedactions.token.group(named: "name") else { return [] }
    var tokens: [Shelter] = []
    var at = 0
    while at < text.count {
      switch BuiltinRedactions.token.firstMatch(in: text.span, from: 0, to: text.count, at: at, scratch: scratch) {
      case .noMatch: return tokens
      case .limitReached, .failure: return nil
      case .match(let start, let end):
        at = end
        guard let place = scratch.capture(name) else { continue }
        if kinds.contains(String(decoding: text[place.start..<place.end], as: UTF8.self)) {
          tokens.append(Shelter(start: start, end: end, isKept: false))
        }
      }
    }
    return tokens
  }

  /// The tokens, and between them ids, hashes and times.
  private func kept(_ text: [UInt8], _ tokens: [Shelter], _ scratch: MatchScratch) -> [Shelter]? {
    var all: [Shelter] = []
    var next = 0
    var at = 0
    searching: while at < text.count {
      switch BuiltinRedactions.kept.firstMatch(in: text.span, from: 0, to: text.count, at: at, scratch: scratch) {
      case .noMatch: break searching
      case .limitReached, .failure: return nil
      case .match(let start, let end):
        at = end
        while next < tokens.count, tokens[next].end <= start {
          all.append(tokens[next])
          next += 1
        }
        if next < tokens.count, tokens[next].start < end { continue }
        all.append(Shelter(start: start, end: end, isKept: true))
      }
    }
    return all + tokens[next...]
  }

  // MARK: All of them

  /// Values that do not overlap: of those that do, the longest with all that they cover.
  ///
  /// - Parameters:
  ///   - found: what patterns found; of two of the same length that comes first is meant.
  ///   - secret: the kind of what is made of several, if one of them is of it.
  ///   - email: the kind that gives way to it: what stands before the `@` of `https://bob:secret@host.example.org` is no
  ///     name.
  static func merged(_ found: [FoundValue], _ text: [UInt8], secret: Int?, email: Int?) -> [FoundValue] {
    let order = found.indices.sorted { (found[$0].start, $0) < (found[$1].start, $1) }
    var out: [FoundValue] = []
    var at = 0
    while at < order.count {
      var members = [found[order[at]]]
      var end = members[0].end
      at += 1
      while at < order.count, found[order[at]].start < end {
        members.append(found[order[at]])
        end = max(end, found[order[at]].end)
        at += 1
      }
      let isSecret = members.contains { $0.kind == secret }
      if isSecret, members.contains(where: { $0.kind == email }) {
        // The rest of the address is looked at once more in the next round.
        out += merged(members.filter { $0.kind != email }, text, secret: secret, email: nil)
        continue
      }
      guard var value = members.max(by: { $0.end - $0.start < $1.end - $1.start }) else { continue }
      let start = members[0].start
      if value.start != start || value.end != end {
        value = FoundValue(
          start: start, end: end, kind: isSecret ? secret ?? value.kind : value.kind,
          canonical: Array(text[start..<end]))
      }
      out.append(value)
    }
    return out
  }
}
