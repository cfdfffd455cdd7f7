extension PatternOutline {
  /// A regular expression over bytes for Vectorscan (without its UTF-8 mode, whose behaviour on invalid UTF-8 is
  /// undefined): where the pattern matches within a line, the expression does. Nil where too little would be left of the
  /// pattern to pick out anything.
  ///
  /// Both ends are cut to what is always there, so that a match is reported as early and as seldom as possible; long counted
  /// repeats are loosened, since each count costs states.
  ///
  /// - Parameter acrossLines: whether matches may hold line breaks. Without it no part of the expression matches one, so
  ///   that it cannot run on through a block.
  package func byteExpression(acrossLines: Bool = false) -> String? {
    guard let core = root.cut(.leading, isBytes)?.cut(.trailing, isBytes),
      core.rarity(isBytes: isBytes) >= Self.leastRarity
    else {
      return nil
    }
    var writer = ExpressionWriter(isBytes: isBytes, acrossLines: acrossLines)
    let states = writer.write(core, .alone)
    return states <= ExpressionWriter.stateLimit ? writer.text : nil
  }

  /// About how rare a place is where it could match, in bits: 10 for about every thousandth byte. 0: anywhere.
  package var rarity: Double { root.rarity(isBytes: isBytes) }

  /// Bytes of the longest run of literal bytes, in one case or both, that stands in every match just as the pattern has it;
  /// where branches differ, the shortest of theirs.
  package var longestRun: Int { root.longestRun }

  /// Rarer than any common byte.
  static let leastRarity = 9.0
}

extension PatternNode {
  enum End { case leading, trailing }

  /// Without what may be missing at that end, or would be there nearly everywhere: every text of the pattern holds one of
  /// the result. Nil where nothing is left.
  func cut(_ end: End, _ isBytes: Bool) -> PatternNode? {
    switch self {
    case .empty, .assertion, .anything: return nil
    case .character: return rarity(isBytes: isBytes) < 1 ? nil : self
    case .bytes: return self
    case .atomic(let node): return node.cut(end, isBytes)
    case .choice(let nodes):
      var kept: [PatternNode] = []
      for node in nodes {
        guard let part = node.cut(end, isBytes) else { return nil }
        kept.append(part)
      }
      return .choice(kept)
    case .repetition(let node, let times):
      let count = times.minimum
      if count == 0 { return nil }
      // Many characters of a kind are rarer than a few.
      if count >= 4, case .character = node, node.rarity(isBytes: isBytes) >= 0.25 {
        return .repetition(node, Repetition(count, count))
      }
      // Where the node itself can be cut, that holds for the copy at the end.
      guard let outer = node.cut(end, isBytes) else { return nil }
      if count == 1 { return outer }
      if outer == node { return .repetition(node, Repetition(count, count)) }
      let rest = PatternNode.repetition(node, Repetition(count - 1, count - 1)).simplified
      return .sequence(end == .leading ? [outer, rest] : [rest, outer]).simplified
    case .sequence(var nodes):
      while let node = end == .leading ? nodes.first : nodes.last {
        let part = node.cut(end, isBytes)
        if end == .leading { nodes.removeFirst() } else { nodes.removeLast() }
        guard let part else { continue }
        return PatternNode.sequence(end == .leading ? [part] + nodes : nodes + [part]).simplified
      }
      return nil
    }
  }

  /// See `PatternOutline.longestRun`.
  var longestRun: Int {
    switch self {
    case .empty, .assertion, .anything: return 0
    case .character, .bytes: return literalCount
    case .atomic(let node): return node.longestRun
    case .choice(let nodes): return nodes.map(\.longestRun).min() ?? 0
    case .repetition(let node, let times): return times.minimum == 0 ? 0 : node.longestRun
    case .sequence(let nodes):
      var longest = 0
      var run = 0
      for node in nodes {
        let count = node.literalCount
        run = count == 0 ? 0 : run + count
        longest = max(longest, run, node.longestRun)
      }
      return longest
    }
  }

  /// Bytes that it stands for, where they are always the same but for the case of letters; else 0.
  private var literalCount: Int {
    switch self {
    case .bytes(let bytes): return bytes.count
    case .character(let set) where set.beyond == .none:
      let members = set.asciiMembers
      return members.count == 1 || members.count == 2 && members[0] | 0x20 == members[1] && members[1] >= 0x61 ? 1 : 0
    default: return 0
    }
  }

  /// See `PatternOutline.rarity`; at most 1,000.
  func rarity(isBytes: Bool) -> Double {
    switch self {
    case .empty, .assertion, .anything: return 0
    case .character(let set):
      var share = set.asciiMembers.reduce(0) { $0 + ByteRarity.share($1) }
      switch set.beyond {
      case .none: break
      case .some(let scalars): share += Double(scalars.count) * 0x1p-12
      case .any: share += 0x1p-5
      }
      return min(max(0, -ByteRarity.log2(share)), 100)
    case .bytes(let bytes): return Double(bytes.count) * 6
    case .sequence(let nodes): return min(nodes.reduce(0) { $0 + $1.rarity(isBytes: isBytes) }, 1000)
    case .choice(let nodes):
      let share = nodes.reduce(0) { $0 + ByteRarity.exp2(-min($1.rarity(isBytes: isBytes), 60)) }
      return max(0, -ByteRarity.log2(share))
    case .repetition(let node, let times):
      return min(Double(min(times.minimum, 100)) * node.rarity(isBytes: isBytes), 1000)
    case .atomic(let node): return node.rarity(isBytes: isBytes)
    }
  }
}

/// Writes a tree as an expression that Hyperscan's syntax and PCRE2's have in common. Counts the states it takes, about.
private struct ExpressionWriter {
  /// Above, compiling takes long or is refused.
  static let stateLimit = 1_500
  /// Counted repeats that would take more are loosened.
  static let repeatLimit = 64

  /// What stands around: what needs parentheses there gets them.
  enum Place { case alone, sequence, repeated }

  let isBytes: Bool
  let acrossLines: Bool
  var text = ""

  mutating func write(_ node: PatternNode, _ place: Place) -> Int {
    switch node {
    case .empty, .assertion:
      if place == .repeated { text += "(?:)" }
      return 0
    case .anything:
      // The repeats of it are gone, see `PatternNode.simplified`.
      text += acrossLines ? "[\\x00-\\xff]*" : "[^\\n]*"
      return 1
    case .bytes(let bytes):
      let needsGroup = place == .repeated && bytes.count > 1
      if needsGroup { text += "(?:" }
      for byte in bytes { write(byte) }
      if needsGroup { text += ")" }
      return bytes.count
    case .character(let set): return write(set, place)
    case .sequence(let nodes):
      if place == .repeated { text += "(?:" }
      let states = nodes.reduce(0) { sum, node in sum + write(node, .sequence) }
      if place == .repeated { text += ")" }
      return states
    case .choice(let nodes):
      if place != .alone { text += "(?:" }
      var states = 0
      for (index, node) in nodes.enumerated() {
        if index > 0 { text += "|" }
        states += write(node, .sequence)
      }
      if place != .alone { text += ")" }
      return states
    case .atomic(let node): return write(node, place)
    case .repetition(let node, let times):
      if place == .repeated { text += "(?:" }
      let states = write(node, times)
      if place == .repeated { text += ")" }
      return states
    }
  }

  private mutating func write(_ node: PatternNode, _ times: PatternNode.Repetition) -> Int {
    var least = times.minimum
    var most = times.maximum
    var states: Int
    if case .character(let set) = node, set.beyond == .any, !isBytes {
      // Each character is one to four bytes, at least two of them where none is ASCII.
      text += written(bytes(of: set, from: 0x80))
      if set.asciiCount == 0 { least *= 2 }
      most = most.map { $0 * 4 }
      states = 1
    } else {
      states = write(node, .repeated)
    }
    // Weaker: fewer at least, and without end.
    let limit = max(1, Self.repeatLimit / max(states, 1))
    if least > limit {
      least = limit
      most = nil
    }
    if let count = most, count > limit { most = nil }
    states *= max(most ?? least, 1)
    switch (least, most) {
    case (0, nil): text += "*"
    case (1, nil): text += "+"
    case (0, 1): text += "?"
    case (let least, nil): text += "{\(least),}"
    case (let least, let most?): text += least == most ? "{\(least)}" : "{\(least),\(most)}"
    }
    return states
  }

  /// One character.
  private mutating func write(_ set: CharacterClass, _ place: Place) -> Int {
    switch set.beyond {
    case .none:
      text += written(bytes(of: set, from: 0x100))
      return 1
    case .some(let scalars):
      var parts = scalars.map { scalar in
        set.bytes(of: scalar, isBytes: isBytes).map(Self.written).joined()
      }
      let ascii = bytes(of: set, from: 0x100)
      if ascii.contains(true) { parts.insert(written(ascii), at: 0) }
      text += "(?:" + parts.joined(separator: "|") + ")"
      return parts.count * 2
    case .any:
      if isBytes {
        text += written(bytes(of: set, from: 0x80))
        return 1
      }
      if place == .repeated { text += "(?:" }
      if set.asciiCount > 0 {
        text += written(bytes(of: set, from: 0x80)) + "[\\x80-\\xbf]{0,3}"
      } else {
        text += "[\\xc2-\\xf4][\\x80-\\xbf]{1,3}"
      }
      if place == .repeated { text += ")" }
      return 4
    }
  }

  /// The set's ASCII bytes, and all from `high` on; the line break only where it can stand in a match.
  private func bytes(of set: CharacterClass, from high: Int) -> [Bool] {
    (0..<0x100).map { byte in
      byte == 0x0A && !acrossLines ? false : byte >= high || set.contains(UInt8(byte))
    }
  }

  private func written(_ set: [Bool]) -> String {
    var ranges: [ClosedRange<Int>] = []
    for byte in 0..<0x100 where set[byte] {
      if let last = ranges.last, last.upperBound == byte - 1 {
        ranges[ranges.count - 1] = last.lowerBound...byte
      } else {
        ranges.append(byte...byte)
      }
    }
    // Only a line break could be in it: what no line holds, and neither do these two bytes.
    guard let first = ranges.first else { return "\\xff\\xff" }
    if ranges.count == 1 && first.count == 1 { return Self.written(UInt8(first.lowerBound)) }
    let parts = ranges.map { range in
      let start = Self.written(UInt8(range.lowerBound))
      let end = Self.written(UInt8(range.upperBound))
      return range.count == 1 ? start : range.count == 2 ? start + end : start + "-" + end
    }
    return "[" + parts.joined() + "]"
  }

  private mutating func write(_ byte: UInt8) { text += Self.written(byte) }

  private static func written(_ byte: UInt8) -> String {
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "a")...UInt8(ascii: "z"),
      UInt8(ascii: " "), UInt8(ascii: "_"), UInt8(ascii: "="), UInt8(ascii: ":"):
      return String(Unicode.Scalar(byte))
    default:
      let digits = Array("0123456789abcdef")
      return "\\x\(digits[Int(byte >> 4)])\(digits[Int(byte & 15)])"
    }
  }
}
