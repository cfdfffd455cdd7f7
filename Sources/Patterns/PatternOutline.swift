/// What a pattern's text must look like, as far as that can be told without running it.
///
/// Reads PCRE2's syntax into a small tree whose language holds every text that the pattern matches, and maybe more: what
/// it does not understand becomes weaker, never wrong. Prefilters and lints work on the tree. It does not check patterns:
/// that is `Regex`'s work, and the outline of a pattern that `Regex` refuses means nothing.
package struct PatternOutline: Sendable, Equatable {
  package let root: PatternNode
  /// Whether characters are bytes (`PatternOptions.bytes`).
  package let isBytes: Bool

  /// Takes some µs for each character of the pattern.
  package init(_ pattern: String, options: PatternOptions = []) {
    isBytes = options.contains(.bytes)
    var parser = PatternParser(pattern, options: options)
    root = parser.parse().simplified
  }

  /// For trees made by hand, as in tests.
  init(root: PatternNode, isBytes: Bool = false) {
    self.root = root
    self.isBytes = isBytes
  }
}

/// A part of a pattern.
package indirect enum PatternNode: Sendable, Equatable {
  /// Matches the empty text: an anchor, `\b`, a comment.
  case empty
  /// A look-around, with what it looks for; matches the empty text.
  case assertion(PatternNode)
  /// One character of the class.
  case character(CharacterClass)
  /// These bytes: one character beyond ASCII.
  case bytes([UInt8])
  case sequence([PatternNode])
  case choice([PatternNode])
  case repetition(PatternNode, Repetition)
  /// Never tried again once it has matched: `(?>…)`.
  case atomic(PatternNode)
  /// Not understood, or not to be had in a tree: any text, line breaks in it too, also none.
  case anything

  /// How often something stands in a row.
  package struct Repetition: Sendable, Equatable {
    package enum Kind: Sendable { case greedy, lazy, possessive }
    package var minimum: Int
    /// Nil: without end.
    package var maximum: Int?
    package var kind: Kind

    package init(_ minimum: Int, _ maximum: Int?, _ kind: Kind = .greedy) {
      self.minimum = minimum
      self.maximum = maximum
      self.kind = kind
    }
  }
}

extension PatternNode {
  /// The same language, without empty and nested sequences.
  var simplified: PatternNode {
    switch self {
    case .empty, .character, .bytes, .anything: return self
    case .assertion(let node): return .assertion(node.simplified)
    case .atomic(let node): return .atomic(node.simplified)
    case .choice(let nodes): return .choice(nodes.map(\.simplified))
    case .repetition(let node, let times):
      let inner = node.simplified
      if inner == .anything || inner == .empty { return inner }
      if times.minimum == 1, times.maximum == 1 { return inner }
      return .repetition(inner, times)
    case .sequence(let nodes):
      var flat: [PatternNode] = []
      for node in nodes.map(\.simplified) {
        switch node {
        case .empty: continue
        case .sequence(let inner): flat += inner
        case .anything where flat.last == .anything: continue
        default: flat.append(node)
        }
      }
      return flat.isEmpty ? .empty : flat.count == 1 ? flat[0] : .sequence(flat)
    }
  }
}
