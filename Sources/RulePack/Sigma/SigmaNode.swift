/// What a Sigma rule looks for, as a tree of tests on a record.
indirect enum SigmaNode {
  /// One part or more.
  case and([SigmaNode])
  case or([SigmaNode])
  case not(SigmaNode)
  case field(SigmaFieldTest)
  case keywords(SigmaKeywords)

  /// It cannot hold without a keyword that is found: then a search for texts can find the rule's records.
  var needsKeyword: Bool {
    switch self {
    case .and(let parts): parts.contains(where: \.needsKeyword)
    case .or(let parts): parts.allSatisfy(\.needsKeyword)
    case .not, .field: false
    case .keywords: true
    }
  }

  /// It asks for keywords alone, or for fields alone.
  var isAboutKeywords: Bool { leaves { if case .keywords = $0 { true } else { false } } }
  var isAboutFields: Bool { leaves { if case .field = $0 { true } else { false } } }

  private func leaves(_ satisfy: (SigmaNode) -> Bool) -> Bool {
    switch self {
    case .and(let parts), .or(let parts): parts.allSatisfy { $0.leaves(satisfy) }
    case .not(let part): part.leaves(satisfy)
    case .field, .keywords: satisfy(self)
    }
  }

  /// The parts that must all hold.
  var conjuncts: [SigmaNode] {
    if case .and(let parts) = self { parts.flatMap(\.conjuncts) } else { [self] }
  }

  // MARK: Words

  /// Words of which one must stand in the line for this to hold, as many as it takes; nil where nothing of the kind is known.
  var words: [String]? {
    switch self {
    case .and(let parts):
      // The set whose shortest word is longest: it is found least.
      parts.compactMap(\.words).max { SigmaNode.shortest($0) < SigmaNode.shortest($1) }
    case .or(let parts): SigmaNode.union(parts.map(\.words))
    case .not: nil
    case .field(let test): test.words
    case .keywords(let keywords): keywords.words
    }
  }

  static func union(_ sets: [[String]?]) -> [String]? {
    var all: [String] = []
    for set in sets {
      guard let set else { return nil }
      for word in set where !all.contains(word) { all.append(word) }
    }
    return all.isEmpty ? nil : all
  }

  private static func shortest(_ words: [String]) -> Int { words.map(\.utf8.count).min() ?? 0 }
}

/// `field|modifier: value or values`: any of the values, where `|all` does not ask for all (those are parts of an `and`).
struct SigmaFieldTest {
  enum Comparison: String {
    case less = "<"
    case lessOrEqual = "<="
    case greater = ">"
    case greaterOrEqual = ">="
  }

  enum Value {
    /// Missing, or null.
    case nothing
    case something
    /// A number as written.
    case number(String)
    case compared(Comparison, String)
    case text(SigmaPattern)
    /// A regular expression with its flags; also what `cidr` became.
    case regex(String)
  }

  var field: SigmaField
  var values: [Value]
  var isCaseless = true

  /// See `SigmaNode.words`.
  var words: [String]? {
    guard case .texts(let places, _) = field.kind, places != [SigmaField.Place(name: "method", isOwn: true)] else {
      return nil
    }
    return SigmaNode.union(
      values.map { value in
        guard case .text(let pattern) = value, !pattern.surestWord.isEmpty else { return nil }
        return [pattern.surestWord]
      })
  }
}

/// Texts that are looked for in a whole record, any of them.
struct SigmaKeywords {
  enum Value {
    case text(SigmaPattern)
    case regex(String)
  }

  var values: [Value]
  var isCaseless = true

  /// See `SigmaNode.words`.
  var words: [String]? {
    SigmaNode.union(
      values.map { value in
        guard case .text(let pattern) = value, !pattern.surestWord.isEmpty else { return nil }
        return [pattern.surestWord]
      })
  }

  /// A pattern for one line of a log.
  var pattern: String {
    let texts = values.compactMap { if case .text(let pattern) = $0 { pattern } else { nil } }
    let regexes = values.compactMap { if case .regex(let pattern) = $0 { pattern } else { nil } }
    var parts: [String] = []
    if !texts.isEmpty {
      parts.append(SigmaPattern.alternatives(texts, of: .whole, isCaseless: isCaseless, inLine: true))
    }
    parts += regexes
    return parts.count == 1 ? parts[0] : parts.map { "(?:\($0))" }.joined(separator: "|")
  }
}
