internal import Patterns

/// A text made to send a pattern back again and again: `prefix`, then `pump` many times, then `suffix`.
struct BacktrackAttack: Hashable, Sendable {
  /// What in the pattern it is aimed at.
  enum Cause: Int, Hashable, Sendable, Comparable {
    /// Repetitions in a row over characters that they share, with something required between: `.*foo.*bar.*`.
    case separated
    /// Repetitions one right after the other over characters that they share: `\s+.*x`.
    case overlapping
    /// The same repetition twice in a row: `\s*\s*`.
    case doubled
    /// A repetition within another: `(a+)+`.
    case nested

    static func < (a: Cause, b: Cause) -> Bool { a.rawValue < b.rawValue }
  }

  var cause: Cause
  var prefix: String
  var pump: String
  var suffix: String
  /// More pumps than this would be a match; nil: any number may stand.
  var mostPumps: Int?

  func text(_ pumps: Int) -> [UInt8] {
    var text = Array(prefix.utf8)
    for _ in 0..<pumps { text += pump.utf8 }
    return text + suffix.utf8
  }

  /// Pumps in a text of at most so many bytes.
  func pumps(inBytes limit: Int) -> Int {
    min((limit - prefix.utf8.count - suffix.utf8.count) / max(pump.utf8.count, 1), mostPumps ?? .max)
  }
}

/// Derives attacks from a pattern's tree: for every repetition in another, and for repetitions in a row that share
/// characters. What they do to the pattern is for `BacktrackProbe` to measure: most of them do nothing.
///
/// The idea of prefix, pump and suffix: J. Kirrage, A. Rathnayake and H. Thielecke, "Static Analysis for Regular Expression
/// Denial-of-Service Attacks", NSS 2013. Only ASCII is pumped, and no line break, since a rule sees one line at a time.
struct AttackFinder {
  /// Attacks on one pattern at most.
  private static let most = 256
  /// Bytes of a prefix or suffix at most.
  private static let longest = 512

  private(set) var attacks: [BacktrackAttack] = []
  private var seen: Set<BacktrackAttack> = []

  init(_ outline: PatternOutline) { visit(outline.root, before: "", after: "") }

  private mutating func add(
    _ cause: BacktrackAttack.Cause, _ before: String, _ pump: String, _ after: String, mostPumps: Int? = nil
  ) {
    guard !pump.isEmpty, pump.utf8.count <= 64, before.utf8.count <= Self.longest, after.utf8.count <= Self.longest
    else { return }
    // What follows must fail, yet stand somewhere, since PCRE2 looks for it before it begins.
    let ends = [
      (before, ""), (before, "\u{1}" + after), (before, after + "\u{1}"), (before, String(after.reversed())),
      (before, String(after.dropLast()) + "\u{1}"), (before + after, ""), (before + after, "\u{1}"),
    ]
    for (prefix, suffix) in ends where attacks.count < Self.most {
      let attack = BacktrackAttack(cause: cause, prefix: prefix, pump: pump, suffix: suffix, mostPumps: mostPumps)
      if seen.insert(attack).inserted { attacks.append(attack) }
    }
  }

  private mutating func visit(_ node: PatternNode, before: String, after: String) {
    guard attacks.count < Self.most else { return }
    switch node {
    case .empty, .character, .bytes, .anything: return
    case .assertion(let inner), .atomic(let inner): visit(inner, before: before, after: after)
    case .choice(let nodes): for node in nodes { visit(node, before: before, after: after) }
    case .sequence(let items):
      for index in items.indices {
        addRow(items, from: index, before: before, after: after)
        guard !items[index].isPlain else { continue }
        visit(
          items[index], before: before + items[..<index].map(\.example).joined(),
          after: items[(index + 1)...].map(\.example).joined() + after)
      }
    case .repetition(let body, let times):
      if times.kind != .possessive, !body.isPlain, times.maximum.map({ $0 > 2 }) ?? true {
        addNested(body, times, before: before, after: after)
      }
      visit(body, before: before, after: after)
    }
  }

  private mutating func addNested(
    _ body: PatternNode, _ times: PatternNode.Repetition, before: String, after: String
  ) {
    let most = times.minimum > 2 ? times.minimum - 1 : nil
    for pump in body.pumps { add(.nested, before, pump, after, mostPumps: most) }
    // A counted repetition one short of its count goes through all ways to fill it for each character after it.
    guard let most else { return }
    let filled = before + String(repeating: body.example, count: most)
    for filler in body.endlessCharacters.compactMap(\.representative) {
      add(.nested, filled, String(filler), after)
    }
  }

  /// Repetitions in a row, the first of them at `first`.
  private mutating func addRow(_ items: [PatternNode], from first: Int, before: String, after: String) {
    guard let own = items[first].endless else { return }
    var shared = own
    var isSame = true
    var count = 1
    var last = first
    var between = ""
    var pump = ""
    var index = first + 1
    while index < items.count {
      let item = items[index]
      if let other = item.endless, !shared.intersection(other).isEmpty {
        shared = shared.intersection(other)
        isSame = isSame && other == own
        count += 1
        last = index
        pump += between
        between = ""
      } else if !item.isOptional {
        guard let text = item.example(within: shared) else { break }
        between += text
      }
      index += 1
    }
    guard count > 1 else { return }
    let start = before + items[..<first].map(\.example).joined()
    let end = items[(last + 1)...].map(\.example).joined() + after
    if pump.isEmpty {
      for character in shared.representatives { add(isSame ? .doubled : .overlapping, start, String(character), end) }
    } else {
      add(.separated, start, pump, end)
    }
  }
}

/// ASCII characters but line breaks and NUL, one bit each.
struct ASCIISet: Equatable {
  private var bits: UInt128 = 0

  init(_ set: CharacterClass) {
    for byte in set.asciiMembers where byte != 0 && byte != 0x0A && byte != 0x0D { bits |= 1 << UInt128(byte) }
  }

  init(_ byte: UInt8) { if byte < 0x80 { bits = 1 << UInt128(byte) } }

  var isEmpty: Bool { bits == 0 }

  func contains(_ byte: UInt8) -> Bool { byte < 0x80 && bits >> UInt128(byte) & 1 == 1 }

  func intersection(_ other: ASCIISet) -> ASCIISet {
    var both = self
    both.bits &= other.bits
    return both
  }

  func union(_ other: ASCIISet) -> ASCIISet {
    var all = self
    all.bits |= other.bits
    return all
  }

  /// A member that logs have, if there is one.
  var representative: Character? { representatives.first }

  /// Members unlike each other, three at most.
  var representatives: [Character] {
    var found: [Character] = "a0 .-_/:=,\"'(AZ~".filter { contains($0.asciiValue ?? 0x80) }.prefix(3).map(\.self)
    if found.isEmpty, let first = (UInt8(0)..<0x80).first(where: contains) {
      found = [Character(Unicode.Scalar(first))]
    }
    return found
  }
}

extension PatternNode {
  /// Matches in one way only: characters in a row, each once.
  fileprivate var isPlain: Bool {
    switch self {
    case .empty, .character, .bytes: true
    case .sequence(let nodes): nodes.allSatisfy(\.isPlain)
    case .assertion, .choice, .repetition, .atomic, .anything: false
    }
  }

  fileprivate var isOptional: Bool {
    switch self {
    case .empty, .assertion: true
    case .character, .anything: false
    case .bytes(let bytes): bytes.isEmpty
    case .sequence(let nodes): nodes.allSatisfy(\.isOptional)
    case .choice(let nodes): nodes.contains(where: \.isOptional)
    case .repetition(let node, let times): times.minimum == 0 || node.isOptional
    case .atomic(let node): node.isOptional
    }
  }

  /// The set of a node that is one character.
  private var characters: ASCIISet? {
    switch self {
    case .character(let set): ASCIISet(set)
    case .bytes(let bytes): bytes.count == 1 ? ASCIISet(bytes[0]) : nil
    case .choice(let nodes):
      nodes.reduce(ASCIISet(CharacterClass())) { all, node in node.characters.flatMap { all?.union($0) } }
    case .empty, .assertion, .sequence, .repetition, .atomic, .anything: nil
    }
  }

  /// What a repetition without end, of single characters, repeats; it gives back what it took.
  fileprivate var endless: ASCIISet? {
    guard case .repetition(let body, let times) = self, times.maximum == nil, times.kind != .possessive else {
      return nil
    }
    return body.characters
  }

  /// Sets of all repetitions without end in it.
  fileprivate var endlessCharacters: [ASCIISet] {
    if let endless { return [endless] }
    switch self {
    case .empty, .character, .bytes, .anything, .assertion: return []
    case .sequence(let nodes), .choice(let nodes): return nodes.flatMap(\.endlessCharacters)
    case .repetition(let node, _), .atomic(let node): return node.endlessCharacters
    }
  }

  /// Sets of all single characters in it.
  private var allCharacters: [ASCIISet] {
    switch self {
    case .character(let set): return [ASCIISet(set)]
    case .bytes(let bytes): return bytes.map(ASCIISet.init)
    case .empty, .anything, .assertion: return []
    case .sequence(let nodes), .choice(let nodes): return nodes.flatMap(\.allCharacters)
    case .repetition(let node, _), .atomic(let node): return node.allCharacters
    }
  }

  /// Texts that a repetition of this may take in more than one way.
  fileprivate var pumps: [String] {
    var pumps: [String] = []
    func add(_ text: String) { if !text.isEmpty, !pumps.contains(text), pumps.count < 12 { pumps.append(text) } }
    add(example)
    add(fullExample)
    for choice in choices { for node in choice { add(node.example) } }
    let others = allCharacters
    for endless in endlessCharacters {
      for other in others {
        if let character = endless.intersection(other).representative { add(String(character)) }
      }
    }
    return pumps
  }

  private var choices: [[PatternNode]] {
    switch self {
    case .choice(let nodes): return [nodes] + nodes.flatMap(\.choices)
    case .sequence(let nodes): return nodes.flatMap(\.choices)
    case .repetition(let node, _), .atomic(let node): return node.choices
    case .empty, .character, .bytes, .anything, .assertion: return []
    }
  }

  /// A text that it matches, as short as may be.
  fileprivate var example: String { example(repetitions: 0) }

  /// A text that it matches with all that may be missing.
  private var fullExample: String { example(repetitions: 1) }

  private func example(repetitions: Int) -> String {
    switch self {
    case .empty, .assertion, .anything: return ""
    case .character(let set):
      if let character = ASCIISet(set).representative { return String(character) }
      if case .some(let scalars) = set.beyond, let scalar = scalars.first { return String(Character(scalar)) }
      return "é"
    case .bytes(let bytes): return String(decoding: bytes, as: UTF8.self)
    case .sequence(let nodes): return nodes.map { $0.example(repetitions: repetitions) }.joined()
    case .choice(let nodes): return nodes.first?.example(repetitions: repetitions) ?? ""
    case .atomic(let node): return node.example(repetitions: repetitions)
    case .repetition(let node, let times):
      let count = min(max(times.minimum, min(repetitions, times.maximum ?? repetitions)), 64)
      return String(repeating: node.example(repetitions: repetitions), count: count)
    }
  }

  /// A text that it matches of these characters alone.
  fileprivate func example(within set: ASCIISet) -> String? {
    switch self {
    case .empty, .assertion: return ""
    case .anything: return nil
    case .character(let own): return ASCIISet(own).intersection(set).representative.map { String($0) }
    case .bytes(let bytes):
      return bytes.allSatisfy(set.contains) ? String(decoding: bytes, as: UTF8.self) : nil
    case .sequence(let nodes):
      var text = ""
      for node in nodes {
        guard let part = node.example(within: set) else { return nil }
        text += part
      }
      return text
    case .choice(let nodes): return nodes.lazy.compactMap { $0.example(within: set) }.first
    case .atomic(let node): return node.example(within: set)
    case .repetition(let node, let times):
      guard times.minimum > 0 else { return "" }
      return node.example(within: set).map { String(repeating: $0, count: min(times.minimum, 64)) }
    }
  }
}
