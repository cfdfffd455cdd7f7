extension PatternOutline {
  /// For literals of which one is needed: an outline as if a pattern listed them.
  package init(anyOf literals: [RequiredLiteral]) {
    let nodes = literals.map { literal in
      PatternNode.sequence(
        literal.bytes.map { byte in
          guard literal.isCaseless, RequiredLiteral.isLetter(byte) else { return .bytes([byte]) }
          var both = CharacterClass()
          both.insert(byte)
          both.foldASCII()
          return .character(both)
        })
    }
    self.init(root: PatternNode.choice(nodes).simplified, isBytes: true)
  }

  /// A text of the outline's language, to try machines on that are made from it; nil where it would be long.
  ///
  /// - Parameter breaks: whether it may hold line breaks.
  package func sample(breaks: Bool, using random: inout some RandomNumberGenerator) -> [UInt8]? {
    var text: [UInt8] = []
    return root.write(&text, isBytes, breaks, &random) ? text : nil
  }
}

extension PatternNode {
  private static var sampleLimit: Int { 4096 }

  /// Appends one of its texts; false where it gets too long, or there is none without a line break.
  fileprivate func write(
    _ text: inout [UInt8], _ isBytes: Bool, _ breaks: Bool, _ random: inout some RandomNumberGenerator
  ) -> Bool {
    guard text.count < Self.sampleLimit else { return false }
    switch self {
    case .empty, .assertion: return true
    case .anything:
      for _ in 0..<Int.random(in: 0...3, using: &random) { text.append(UInt8.random(in: 0x20...0x7E, using: &random)) }
      return true
    case .bytes(let bytes):
      text += bytes
      return true
    case .character(let set):
      var choices = set.asciiMembers.filter { breaks || $0 != 0x0A }.map { [$0] }
      switch set.beyond {
      case .none: break
      case .some(let scalars): choices += scalars.map { set.bytes(of: $0, isBytes: isBytes) }
      case .any: choices += isBytes ? [[0x80], [0xFF]] : ["ä", "€", "😀"].map { Array($0.utf8) }
      }
      guard let choice = choices.randomElement(using: &random) else { return false }
      text += choice
      return true
    case .sequence(let nodes): return nodes.allSatisfy { $0.write(&text, isBytes, breaks, &random) }
    case .choice(let nodes):
      return nodes.randomElement(using: &random).map { $0.write(&text, isBytes, breaks, &random) } ?? false
    case .repetition(let node, let times):
      let most = min(times.maximum ?? Int.max, times.minimum + 3)
      for _ in 0..<Int.random(in: times.minimum...max(most, times.minimum), using: &random) {
        guard node.write(&text, isBytes, breaks, &random) else { return false }
      }
      return true
    case .atomic(let node): return node.write(&text, isBytes, breaks, &random)
    }
  }
}
