/// Reads PCRE2's syntax (pcre2pattern(3)) into a tree that is never stronger than the pattern.
///
/// Recursive descent. Where it is lost it gives up the whole pattern, since it could no longer tell where a group ends.
struct PatternParser {
  /// What `(?…)` switches, as far as it changes what is matched.
  struct Flags {
    var caseless = false
    var dotAll = false
    var extended = false
    /// `xx`: blanks within classes are ignored too.
    var extendedMore = false
    var ungreedy = false
  }

  /// It is lost, or the pattern cannot have a useful outline.
  struct Lost: Error {}

  /// Groups within each other; the tree's readers recurse too.
  static let depthLimit = 100

  let text: [Unicode.Scalar]
  let isBytes: Bool
  private let isLiteral: Bool
  private let initialFlags: Flags
  var at = 0
  private var depth = 0
  /// `(*UCP)`: `\d`, `\w`, `\s` and POSIX classes reach beyond ASCII.
  private(set) var usesProperties = false
  /// `(*CR)` and the like: other characters end lines.
  private var hasOwnNewlines = false

  init(_ pattern: String, options: PatternOptions) {
    isBytes = options.contains(.bytes)
    isLiteral = options.contains(.literal)
    text = isBytes ? pattern.utf8.map { Unicode.Scalar($0) } : Array(pattern.unicodeScalars)
    var flags = Flags()
    flags.caseless = options.contains(.caseless)
    flags.dotAll = options.contains(.dotAll)
    flags.extended = options.contains(.extended)
    initialFlags = flags
  }

  mutating func parse() -> PatternNode {
    if isLiteral { return .sequence(text.map { literal($0, initialFlags) }) }
    do throws(Lost) {
      try startVerbs()
      var flags = initialFlags
      let node = try alternatives(&flags)
      return at == text.count ? node : .anything
    } catch {
      return .anything
    }
  }

  // MARK: Reading

  var next: Unicode.Scalar? { at < text.count ? text[at] : nil }

  func peek(_ distance: Int) -> Unicode.Scalar? { at + distance < text.count ? text[at + distance] : nil }

  mutating func take(_ scalar: Unicode.Scalar) -> Bool {
    guard next == scalar else { return false }
    at += 1
    return true
  }

  mutating func expect(_ scalar: Unicode.Scalar) throws(Lost) {
    guard take(scalar) else { throw Lost() }
  }

  /// Takes all up to `end`, and `end`.
  @discardableResult
  mutating func skip(past end: Unicode.Scalar) throws(Lost) -> ArraySlice<Unicode.Scalar> {
    let start = at
    while let scalar = next {
      at += 1
      if scalar == end { return text[start..<(at - 1)] }
    }
    throw Lost()
  }

  static func string(_ scalars: some Sequence<Unicode.Scalar>) -> String {
    var view = String.UnicodeScalarView()
    view.append(contentsOf: scalars)
    return String(view)
  }

  // MARK: The grammar

  /// `(*NAME)` at the very start.
  private mutating func startVerbs() throws(Lost) {
    while next == "(", peek(1) == "*" {
      let start = at
      at += 2
      let name = Self.string(try skip(past: ")"))
      switch name {
      case "UCP": usesProperties = true
      case "UTF", "NO_JIT", "NO_AUTO_POSSESS", "NO_START_OPT", "NO_DOTSTAR_ANCHOR", "NOTEMPTY", "NOTEMPTY_ATSTART",
        "LF",
        "BSR_ANYCRLF", "BSR_UNICODE":
        break
      case "CR", "CRLF", "ANYCRLF", "ANY", "NUL": hasOwnNewlines = true
      case _ where name.hasPrefix("LIMIT_"): break
      default:
        at = start
        return
      }
    }
  }

  /// Branches up to a `)` or the end. Switches set in one hold in those after it as well.
  mutating func alternatives(_ flags: inout Flags) throws(Lost) -> PatternNode {
    depth += 1
    guard depth <= Self.depthLimit else { throw Lost() }
    var branches = [try sequence(&flags)]
    while take("|") { branches.append(try sequence(&flags)) }
    depth -= 1
    return branches.count == 1 ? branches[0] : .choice(branches)
  }

  private mutating func sequence(_ flags: inout Flags) throws(Lost) -> PatternNode {
    var items: [PatternNode] = []
    while let scalar = next {
      switch scalar {
      case "|", ")": return .sequence(items)
      case _ where flags.extended && Self.isPatternSpace(scalar): at += 1
      case "#" where flags.extended:
        guard !hasOwnNewlines else { throw Lost() }
        while let skipped = next, skipped != "\n" {
          _ = skipped
          at += 1
        }
      case "^", "$":
        at += 1
        items.append(.empty)
      case ".":
        at += 1
        items.append(dot(flags))
      case "[":
        at += 1
        items.append(try characterClass(flags))
      case "(":
        at += 1
        if let node = try group(&flags) { items.append(node) }
      case "\\":
        at += 1
        if take("Q") {
          while next != nil, !(next == "\\" && peek(1) == "E") {
            items.append(literal(text[at], flags))
            at += 1
          }
          at = min(at + 2, text.count)
        } else if !take("E") {
          items.append(try escape(flags))
        }
      case "*", "+", "?", "{":
        if scalar == "{", !isCount(at + 1) {
          at += 1
          items.append(literal(scalar, flags))
        } else {
          guard let item = items.popLast() else { throw Lost() }
          items.append(try repeated(item, flags))
        }
      default:
        at += 1
        items.append(literal(scalar, flags))
      }
    }
    return .sequence(items)
  }

  func literal(_ scalar: Unicode.Scalar, _ flags: Flags) -> PatternNode {
    guard scalar.isASCII || flags.caseless else {
      return .bytes(isBytes ? [UInt8(truncatingIfNeeded: scalar.value)] : Array(String(scalar).utf8))
    }
    var bounds = ClassBounds()
    bounds.insert(scalar...scalar, caseless: flags.caseless, isBytes: isBytes)
    return .character(bounds.upper)
  }

  private func dot(_ flags: Flags) -> PatternNode {
    var all = CharacterClass.everything
    if !flags.dotAll && !hasOwnNewlines { all.remove(0x0A) }
    return .character(all)
  }

  /// Pattern_White_Space, as `x` skips it.
  private static func isPatternSpace(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0x09...0x0D, 0x20, 0x85, 0x200E, 0x200F, 0x2028, 0x2029: true
    default: false
    }
  }

  /// Whether `{` is followed by what some version of PCRE2 takes for a count.
  private func isCount(_ start: Int) -> Bool {
    var digits = false
    var commas = 0
    for index in start..<text.count {
      switch text[index] {
      case "0"..."9": digits = true
      case ",": commas += 1
      case " ", "\t": break
      case "}": return digits && commas <= 1
      default: return false
      }
    }
    return false
  }

  private mutating func repeated(_ item: PatternNode, _ flags: Flags) throws(Lost) -> PatternNode {
    var times = PatternNode.Repetition(0, nil)
    var isPlain = true
    switch next {
    case "*": at += 1
    case "+":
      at += 1
      times.minimum = 1
    case "?":
      at += 1
      times.maximum = 1
    default:
      at += 1
      let parts = try skip(past: "}").split(separator: ",", omittingEmptySubsequences: false)
      // `{,3}` and blanks are a count since 10.43 and text before.
      isPlain = parts[0].first.map { Self.isDigit($0) } ?? false
      let numbers = parts.map { part in Int(Self.string(part.filter { Self.isDigit($0) })) }
      for part in parts where part.contains(where: { !Self.isDigit($0) }) { isPlain = false }
      times.minimum = numbers[0] ?? 0
      times.maximum = parts.count == 1 ? times.minimum : numbers[1]
      if let maximum = times.maximum, maximum < times.minimum { throw Lost() }
    }
    if take("+") {
      times.kind = .possessive
    } else if take("?") {
      times.kind = flags.ungreedy ? .greedy : .lazy
    } else if flags.ungreedy {
      times.kind = .lazy
    }
    return isPlain ? .repetition(item, times) : .anything
  }

  private static func isDigit(_ scalar: Unicode.Scalar) -> Bool { scalar >= "0" && scalar <= "9" }

  // MARK: Escapes outside of classes

  private mutating func escape(_ flags: Flags) throws(Lost) -> PatternNode {
    guard let scalar = next else { throw Lost() }
    switch scalar {
    case "b", "B", "A", "Z", "z", "G", "K":
      at += 1
      return .empty
    case "R":
      at += 1
      var breaks = CharacterClass(0x0A...0x0D)
      breaks.beyond = .any
      return .repetition(.character(breaks), .init(1, 2))
    case "N":
      at += 1
      if next == "{", peek(1) == "U" { return literal(try codePoint(in: "}"), flags) }
      return dot(Flags())
    case "X", "C":
      at += 1
      return .anything
    case "1"..."9":
      // A back reference, or an octal number where there are not that many groups.
      while let digit = next, Self.isDigit(digit) { at += 1 }
      return .anything
    case "g", "k":
      at += 1
      switch next {
      case "{": try skip(past: "}")
      case "<": try skip(past: ">")
      case "'":
        at += 1
        try skip(past: "'")
      default:
        if scalar == "k" { throw Lost() }
        if next == "+" || next == "-" { at += 1 }
        guard let digit = next, Self.isDigit(digit) else { throw Lost() }
        while let digit = next, Self.isDigit(digit) { at += 1 }
      }
      return .anything
    default:
      switch try sharedEscape() {
      case .character(let scalar): return literal(scalar, flags)
      case .set(let bounds): return .character(bounds.upper)
      }
    }
  }

  // MARK: Groups

  /// What comes after a `(`. Nil where it matches nothing and nothing repeats it: a comment, a switch.
  private mutating func group(_ flags: inout Flags) throws(Lost) -> PatternNode? {
    if take("*") { return try verb(flags) }
    guard take("?") else { return try closed(flags) }
    guard let scalar = next else { throw Lost() }
    at += 1
    switch scalar {
    case "#":
      try skip(past: ")")
      return nil
    case ":", "|": return try closed(flags)
    case ">": return .atomic(try closed(flags))
    case "=", "!", "*": return .assertion(try closed(flags))
    case "<":
      if let mark = next, mark == "=" || mark == "!" || mark == "*" {
        at += 1
        return .assertion(try closed(flags))
      }
      try skip(past: ">")
      return try closed(flags)
    case "'":
      try skip(past: "'")
      return try closed(flags)
    case "P":
      if take("<") {
        try skip(past: ">")
        return try closed(flags)
      }
      guard next == "=" || next == ">" else { throw Lost() }
      try skip(past: ")")
      return .anything
    case "R", "&", "+", "0"..."9":
      try skip(past: ")")
      return .anything
    case "-" where next.map { Self.isDigit($0) } == true:
      try skip(past: ")")
      return .anything
    case "C":
      try callout()
      return nil
    case "(":
      if next == "?" || next == "*" {
        _ = try group(&flags)
      } else {
        try skip(past: ")")
      }
      _ = try closed(flags)
      return .anything
    default:
      at -= 1
      return try switches(&flags)
    }
  }

  /// Branches and the `)`; what they switch ends with it.
  private mutating func closed(_ flags: Flags) throws(Lost) -> PatternNode {
    var inner = flags
    let node = try alternatives(&inner)
    try expect(")")
    return node
  }

  /// `(?i)`, `(?i-s:…)`, `(?^x)`.
  private mutating func switches(_ flags: inout Flags) throws(Lost) -> PatternNode? {
    var changed = flags
    if take("^") {
      changed = Flags()
      changed.ungreedy = flags.ungreedy
    }
    var on = true
    while let scalar = next {
      at += 1
      switch scalar {
      case "-": on = false
      case "i": changed.caseless = on
      case "s": changed.dotAll = on
      case "U": changed.ungreedy = on
      case "x":
        changed.extended = on
        changed.extendedMore = on && take("x")
      // These change what the tree does not show, or only make the pattern stronger.
      case "m", "n", "J", "r": break
      case "a":
        while let more = next, "DSWPT".unicodeScalars.contains(more) { at += 1 }
      case ")":
        flags = changed
        return nil
      case ":": return try closed(changed)
      default: throw Lost()
      }
    }
    throw Lost()
  }

  /// `(?C…)`: a number, or a text between delimiters.
  private mutating func callout() throws(Lost) {
    if let quote = next, "`'\"^%#${".unicodeScalars.contains(quote) {
      at += 1
      let end: Unicode.Scalar = quote == "{" ? "}" : quote
      repeat { try skip(past: end) } while take(end)
    }
    try skip(past: ")")
  }

  /// `(*NAME)`, `(*NAME:text)`, `(*name:pattern)`.
  private mutating func verb(_ flags: Flags) throws(Lost) -> PatternNode? {
    let start = at
    while let scalar = next, scalar != ":", scalar != ")" { at += 1 }
    switch Self.string(text[start..<at]) {
    case "pla", "positive_lookahead", "plb", "positive_lookbehind", "nla", "negative_lookahead", "nlb",
      "negative_lookbehind", "napla", "non_atomic_positive_lookahead", "naplb", "non_atomic_positive_lookbehind":
      try expect(":")
      return .assertion(try closed(flags))
    case "atomic":
      try expect(":")
      return .atomic(try closed(flags))
    case "sr", "script_run", "asr", "atomic_script_run":
      try expect(":")
      return try closed(flags)
    // They only keep it from matching elsewhere. `(*ACCEPT)` is another thing: what follows it need not match.
    case "COMMIT", "PRUNE", "SKIP", "THEN", "FAIL", "F", "MARK", "":
      try skip(past: ")")
      return .empty
    default: throw Lost()
    }
  }
}
