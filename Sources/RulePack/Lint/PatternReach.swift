internal import Patterns

/// How far a pattern that does not match could get in a text: for people who look for the part that is wrong.
package struct PatternReach: Sendable, Equatable {
  /// The longest beginning of the pattern, or of one of its branches, that does match; the rest of that branch; and what is
  /// matched: bytes of the text. Nil where not even a first character does.
  package var matched: (pattern: String, rest: String, start: Int, end: Int)?
  /// Texts of which one must stand in every match, where none does.
  package var missing: [String]

  package static func == (a: PatternReach, b: PatternReach) -> Bool {
    a.missing == b.missing && a.matched?.pattern == b.matched?.pattern && a.matched?.start == b.matched?.start
      && a.matched?.end == b.matched?.end
  }

  /// Compiles the pattern's beginnings one by one, the longest first: some ms.
  package init(_ pattern: String, in text: [UInt8]) {
    for branch in PatternReach.branches(pattern) {
      guard let found = PatternReach.longest(branch, text) else { continue }
      if found.end - found.start > matched.map({ $0.end - $0.start }) ?? 0 { matched = found }
    }
    missing = PatternReach.missing(pattern, text)
  }

  /// The branches of the outermost choice, each with the switches (`(?i)`) that stand in front of the first.
  private static func branches(_ pattern: String) -> [String] {
    var rest = pattern[...]
    var switches = ""
    if rest.hasPrefix("(?"), let end = rest.firstIndex(of: ")"), rest[..<end].dropFirst(2).allSatisfy(\.isLetter) {
      switches = String(rest[...end])
      rest = rest[rest.index(after: end)...]
    }
    var branches: [String] = []
    var branch = switches
    var depth = 0
    var isClass = false
    var isEscaped = false
    for character in rest {
      if isEscaped {
        isEscaped = false
      } else {
        switch character {
        case "\\": isEscaped = true
        case "[": isClass = true
        case "]": isClass = false
        case "(" where !isClass: depth += 1
        case ")" where !isClass: depth -= 1
        case "|" where !isClass && depth == 0:
          branches.append(branch)
          branch = switches
          continue
        default: break
        }
      }
      branch.append(character)
    }
    branches.append(branch)
    // Where that was too simple a reading, the pattern is one.
    return branches.allSatisfy { (try? Regex($0, options: .interpreted)) != nil } ? branches : [pattern]
  }

  private static func longest(
    _ pattern: String, _ text: [UInt8]
  ) -> (pattern: String, rest: String, start: Int, end: Int)? {
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
        var rest = String.UnicodeScalarView()
        rest.append(contentsOf: scalars[count...])
        return (beginning, String(rest), start, end)
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
    guard let end = head.firstIndex(where: { ":>=!)".unicodeScalars.contains($0) }) else { return true }
    return end == head.endIndex - 1 && head[end] != ")"
  }

  /// With the groups that are open closed.
  private static func closed(_ beginning: String) -> Regex? {
    for depth in 0...4 {
      if let regex = try? Regex(beginning + String(repeating: ")", count: depth), options: .interpreted) {
        return regex
      }
    }
    return nil
  }

  private static func missing(_ pattern: String, _ text: [UInt8]) -> [String] {
    guard let required = PatternOutline(pattern).requiredLiterals?.literals else { return [] }
    let lowered = text.map { $0 &- 0x41 < 26 ? $0 | 0x20 : $0 }
    for literal in required where contains(literal.isCaseless ? lowered : text, literal.bytes) { return [] }
    let words = required.map { String(decoding: $0.bytes, as: UTF8.self) }
    // In either case a few letters have a third form (the long s), which nobody looks for.
    let plain = words.filter { $0.utf8.allSatisfy { $0 < 0x80 } }
    return plain.isEmpty ? words : plain
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
