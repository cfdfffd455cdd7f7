extension PatternOutline {
  /// Texts of which at least one stands in every match, chosen to be rare and few; nil where there are none worth
  /// looking for (each has two bytes or more).
  package var requiredLiterals: RequiredLiterals? {
    LiteralFacts(root, isBytes: isBytes).best
  }

  /// The fewest bytes that a match has.
  package var minimumLength: Int { root.minimumLength(isBytes: isBytes) }
}

extension PatternNode {
  func minimumLength(isBytes: Bool) -> Int {
    switch self {
    case .empty, .assertion, .anything: 0
    case .character: 1
    case .bytes(let bytes): bytes.count
    case .sequence(let nodes): nodes.reduce(0) { Self.capped($0 + $1.minimumLength(isBytes: isBytes)) }
    case .choice(let nodes): nodes.map { $0.minimumLength(isBytes: isBytes) }.min() ?? 0
    case .repetition(let node, let times):
      times.minimum == 0 ? 0 : Self.capped(node.minimumLength(isBytes: isBytes) * times.minimum)
    case .atomic(let node): node.minimumLength(isBytes: isBytes)
    }
  }

  /// Counted repeats within each other would overflow.
  private static func capped(_ length: Int) -> Int { min(length, 1 << 20) }
}

/// What is known of the texts that a part of a pattern matches; sets are never empty.
///
/// The idea: R. Cox, "Regular Expression Matching with a Trigram Index" (2012).
private struct LiteralFacts {
  static let setLimit = 64
  /// Texts are cut where they get longer; more would not make them rarer.
  static let lengthLimit = 48

  /// All texts that it matches, where there are few.
  var exact: [RequiredLiteral]?
  /// Every match begins with one of them, and ends with one of them; they may be empty.
  var beginnings: [RequiredLiteral]
  var endings: [RequiredLiteral]
  /// One of them stands in every match.
  var best: RequiredLiterals?

  private static let nothing = [RequiredLiteral([])]

  /// Of anything at all.
  private init() {
    beginnings = Self.nothing
    endings = Self.nothing
  }

  private init(exactly texts: [RequiredLiteral]) {
    exact = texts
    beginnings = texts
    endings = texts
    offer(texts)
  }

  init(_ node: PatternNode, isBytes: Bool) {
    switch node {
    case .empty, .assertion: self.init(exactly: Self.nothing)
    case .anything: self.init()
    case .bytes(let bytes): self.init(exactly: [RequiredLiteral(bytes)])
    case .character(let set):
      if let texts = Self.texts(of: set, isBytes: isBytes) { self.init(exactly: texts) } else { self.init() }
    case .atomic(let inner): self.init(inner, isBytes: isBytes)
    case .sequence(let nodes):
      self.init(exactly: Self.nothing)
      // What is one text is put together first: most of a pattern is.
      var run = RequiredLiteral([])
      for node in nodes {
        if let text = Self.text(of: node, isBytes: isBytes) {
          run = run + text
          continue
        }
        if !run.bytes.isEmpty { append(LiteralFacts(exactly: [run])) }
        run = RequiredLiteral([])
        append(LiteralFacts(node, isBytes: isBytes))
      }
      if !run.bytes.isEmpty { append(LiteralFacts(exactly: [run])) }
    case .choice(let nodes): self.init(anyOf: nodes.map { LiteralFacts($0, isBytes: isBytes) })
    case .repetition(let inner, let times):
      let once = LiteralFacts(inner, isBytes: isBytes)
      if times.minimum == 0 {
        guard times.maximum == 1 else {
          self.init()
          return
        }
        self.init(anyOf: [once, LiteralFacts(exactly: Self.nothing)])
        return
      }
      let copies = min(times.minimum, 8)
      self.init(exactly: Self.nothing)
      for _ in 0..<copies { append(once) }
      guard times.maximum != copies else { return }
      // The copies stand at the beginning and at the end, with more between.
      exact = nil
    }
  }

  /// The one text of a character, where it has one.
  private static func text(of node: PatternNode, isBytes: Bool) -> RequiredLiteral? {
    switch node {
    case .bytes(let bytes): return RequiredLiteral(bytes)
    case .character(let set) where set.beyond == .none && set.asciiCount <= 2:
      guard let texts = texts(of: set, isBytes: isBytes), texts.count == 1 else { return nil }
      return texts[0]
    default: return nil
    }
  }

  private init(anyOf facts: [LiteralFacts]) {
    self.init()
    exact = Self.union(facts.map(\.exact))
    beginnings = Self.union(facts.map(\.beginnings)) ?? Self.nothing
    endings = Self.union(facts.map(\.endings)) ?? Self.nothing
    var all: [RequiredLiteral] = []
    for fact in facts {
      guard let best = fact.best else { return }
      all += best.literals
    }
    offer(all)
  }

  /// Puts another part after it.
  private mutating func append(_ other: LiteralFacts) {
    if let second = other.best, second.rarity > (best?.rarity ?? 0) { best = second }
    // What crosses the seam.
    if let across = Self.product(endings, other.beginnings) { offer(across) }
    let newBeginnings = exact.flatMap { Self.product($0, other.beginnings) } ?? beginnings
    let newEndings = other.exact.flatMap { Self.product(endings, $0) } ?? other.endings
    if let first = exact, let second = other.exact { exact = Self.product(first, second) } else { exact = nil }
    beginnings = newBeginnings.map { RequiredLiteral($0.bytes.prefix(Self.lengthLimit), isCaseless: $0.isCaseless) }
    endings = newEndings.map { RequiredLiteral($0.bytes.suffix(Self.lengthLimit), isCaseless: $0.isCaseless) }
    if let texts = exact, texts.contains(where: { $0.bytes.count > Self.lengthLimit }) { exact = nil }
  }

  /// Takes a set that is required as the best if it is better.
  private mutating func offer(_ texts: [RequiredLiteral]) {
    guard texts.count <= Self.setLimit, texts.allSatisfy({ $0.bytes.count >= 2 }) else { return }
    let offered = RequiredLiterals(texts)
    if offered.rarity > (best?.rarity ?? 0) { best = offered }
  }

  private static func union(_ sets: [[RequiredLiteral]?]) -> [RequiredLiteral]? {
    var all: [RequiredLiteral] = []
    var seen: Set<RequiredLiteral> = []
    for set in sets {
      guard let set else { return nil }
      for text in set where seen.insert(text).inserted { all.append(text) }
    }
    return all.count <= setLimit ? all : nil
  }

  private static func product(_ first: [RequiredLiteral], _ second: [RequiredLiteral]) -> [RequiredLiteral]? {
    guard first.count * second.count <= setLimit else { return nil }
    var seen: Set<RequiredLiteral> = []
    var all: [RequiredLiteral] = []
    for start in first {
      for end in second {
        let text = start + end
        if seen.insert(text).inserted { all.append(text) }
      }
    }
    return all
  }

  /// The class as texts, where it has few members. A letter in both cases is one text.
  private static func texts(of set: CharacterClass, isBytes: Bool) -> [RequiredLiteral]? {
    var texts: [RequiredLiteral] = []
    switch set.beyond {
    case .none: break
    case .some(let scalars): texts = scalars.map { RequiredLiteral(set.bytes(of: $0, isBytes: isBytes)) }
    case .any: return nil
    }
    guard set.asciiCount + texts.count <= 16 else { return nil }
    for byte in set.asciiMembers {
      let isCapital = byte >= 0x41 && byte <= 0x5A
      if isCapital && set.contains(byte + 0x20) { continue }
      let isBoth = byte >= 0x61 && byte <= 0x7A && set.contains(byte - 0x20)
      texts.append(RequiredLiteral([byte], isCaseless: isBoth))
    }
    // An empty class matches nothing, and nothing is required of nothing.
    return texts.isEmpty || texts.count > 10 ? nil : texts
  }
}

extension CharacterClass {
  /// How a character beyond ASCII is written.
  func bytes(of scalar: Unicode.Scalar, isBytes: Bool) -> [UInt8] {
    isBytes ? [UInt8(truncatingIfNeeded: scalar.value)] : Array(String(scalar).utf8)
  }
}
