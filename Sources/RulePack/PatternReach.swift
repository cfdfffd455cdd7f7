internal import Patterns

/// How far a pattern that does not match could get in a text: for people who look for the part that is wrong.
package struct PatternReach: Sendable, Equatable {
  /// The longest beginning of the pattern that does match, and what it matches: bytes of the text. Nil where not even the
  /// first character does.
  package var matched: (pattern: String, start: Int, end: Int)?
  /// Texts of which one must stand in every match, where none does.
  package var missing: [String]

  package static func == (a: PatternReach, b: PatternReach) -> Bool {
    a.missing == b.missing && a.matched?.pattern == b.matched?.pattern && a.matched?.start == b.matched?.start
      && a.matched?.end == b.matched?.end
  }

  /// Compiles the pattern's beginnings one by one, the longest first: some ms.
  package init(_ pattern: String, in text: [UInt8]) {
    matched = PatternReach.longest(pattern, text)
    missing = PatternReach.missing(pattern, text)
  }

  private static func longest(_ pattern: String, _ text: [UInt8]) -> (pattern: String, start: Int, end: Int)? {
    let scalars = Array(pattern.unicodeScalars)
    let scratch = MatchScratch()
    for count in stride(from: scalars.count - 1, to: 0, by: -1) {
      var view = String.UnicodeScalarView()
      view.append(contentsOf: scalars[..<count])
      // An empty branch or group would match anywhere.
      if endsWithHead(scalars[..<count]) { continue }
      let beginning = String(view)
      guard let regex = closed(beginning) else { continue }
      if case .match(let start, let end) = regex.firstMatch(in: text.span, from: 0, to: text.count, scratch: scratch),
        end > start
      {
        return (beginning, start, end)
      }
    }
    return nil
  }

  /// Whether it ends with nothing but the beginning of a group or of a branch: `(`, `(?<name>`, `|`.
  private static func endsWithHead(_ beginning: ArraySlice<Unicode.Scalar>) -> Bool {
    if let last = beginning.last, last == "|" || last == "(" || last == "\\" { return true }
    guard let open = beginning.lastIndex(of: "("), open + 1 < beginning.endIndex, beginning[open + 1] == "?" else {
      return false
    }
    let head = beginning[(open + 2)...]
    guard let last = head.last, ":>=!".unicodeScalars.contains(last) else { return false }
    return head.dropLast().allSatisfy { $0.properties.isAlphabetic || "<_-0123456789".unicodeScalars.contains($0) }
  }

  /// With the groups that are open closed.
  private static func closed(_ beginning: String) -> Regex? {
    for depth in 0...4 {
      if let regex = try? Regex(beginning + String(repeating: ")", count: depth), options: .interpreted) { return regex }
    }
    return nil
  }

  private static func missing(_ pattern: String, _ text: [UInt8]) -> [String] {
    guard let required = PatternOutline(pattern).requiredLiterals?.literals else { return [] }
    let lowered = text.map { $0 &- 0x41 < 26 ? $0 | 0x20 : $0 }
    for literal in required where contains(literal.isCaseless ? lowered : text, literal.bytes) { return [] }
    return required.map { String(decoding: $0.bytes, as: UTF8.self) }
  }

  static func contains(_ text: [UInt8], _ word: [UInt8]) -> Bool { first(word, in: text) != nil }

  static func first(_ word: [UInt8], in text: [UInt8]) -> Int? {
    guard !word.isEmpty, text.count >= word.count else { return word.isEmpty ? 0 : nil }
    return (0...(text.count - word.count)).first { start in
      for i in word.indices where text[start + i] != word[i] { return false }
      return true
    }
  }
}
