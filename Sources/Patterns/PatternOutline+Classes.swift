/// A class between bounds: `upper` holds every character that could be in it, `lower` only those that surely are. What is
/// negated is negated from `lower`.
struct ClassBounds {
  var upper = CharacterClass()
  /// Only its ASCII part counts.
  var lower = CharacterClass()

  init() {}

  /// ASCII characters, known exactly.
  init(exactly set: CharacterClass) {
    upper = set
    lower = set
  }

  var negated: ClassBounds {
    var result = ClassBounds()
    result.upper = lower.complement
    result.lower = upper.complement
    return result
  }

  mutating func formUnion(_ other: ClassBounds) {
    upper.formUnion(other.upper)
    lower.formUnion(other.lower)
  }

  mutating func insert(_ range: ClosedRange<Unicode.Scalar>, caseless: Bool, isBytes: Bool) {
    let first = range.lowerBound.value
    let last = range.upperBound.value
    if first < 0x80 {
      var ascii = CharacterClass(UInt8(first)...UInt8(min(last, 0x7F)))
      if caseless { ascii.foldASCII() }
      lower.formUnion(ascii)
      // The Kelvin sign and the long s are the only characters beyond ASCII whose other case is in it.
      if caseless && !isBytes {
        if ascii.contains(UInt8(ascii: "k")) { ascii.insert(beyond: "\u{212A}") }
        if ascii.contains(UInt8(ascii: "s")) { ascii.insert(beyond: "\u{17F}") }
      }
      upper.formUnion(ascii)
    }
    guard last >= 0x80 else { return }
    if caseless || first != last { upper.beyond = .any } else { upper.insert(beyond: range.upperBound) }
    guard caseless && !isBytes else { return }
    if first <= 0x212A && last >= 0x212A { upper.formUnion(CharacterClass(of: "kK")) }
    if first <= 0x17F && last >= 0x17F { upper.formUnion(CharacterClass(of: "sS")) }
    // The Turkish letters: not today, but some languages fold them.
    if first <= 0x131 && last >= 0x130 { upper.formUnion(CharacterClass(of: "iI")) }
  }
}

/// What an escape stands for, within a class or outside.
enum EscapeMeaning {
  case character(Unicode.Scalar)
  case set(ClassBounds)
}

extension PatternParser {
  /// The escapes that mean the same within classes and outside; the backslash is taken.
  mutating func sharedEscape() throws(Lost) -> EscapeMeaning {
    guard let scalar = next else { throw Lost() }
    at += 1
    switch scalar {
    case "d": return .set(named("digit"))
    case "D": return .set(named("digit").negated)
    case "w": return .set(named("word"))
    case "W": return .set(named("word").negated)
    case "s": return .set(named("space"))
    case "S": return .set(named("space").negated)
    case "h", "H", "v", "V":
      var set = scalar == "h" || scalar == "H" ? CharacterClass(of: " \t") : CharacterClass(0x0A...0x0D)
      var bounds = ClassBounds(exactly: set)
      set.beyond = .any
      bounds.upper = set
      return .set(scalar == "h" || scalar == "v" ? bounds : bounds.negated)
    case "p", "P":
      if next == "{" { try skip(past: "}") } else { at += 1 }
      var bounds = ClassBounds()
      bounds.upper = .everything
      return .set(bounds)
    case "a": return .character("\u{07}")
    case "e": return .character("\u{1B}")
    case "f": return .character("\u{0C}")
    case "n": return .character("\n")
    case "r": return .character("\r")
    case "t": return .character("\t")
    case "c":
      guard let letter = next, letter.isASCII else { throw Lost() }
      at += 1
      let capital = letter >= "a" && letter <= "z" ? letter.value - 0x20 : letter.value
      return .character(Unicode.Scalar(UInt8(capital ^ 0x40)))
    case "0":
      return .character(try number(radix: 8, atMost: 2))
    case "o":
      guard next == "{" else { throw Lost() }
      return .character(try codePoint(in: "}", radix: 8))
    case "x":
      if next == "{" { return .character(try codePoint(in: "}")) }
      return .character(try number(radix: 16, atMost: 2))
    case "a"..."z", "A"..."Z", "1"..."9": throw Lost()
    default: return .character(scalar)
    }
  }

  /// Up to `count` digits; none are 0.
  mutating func number(radix: UInt32, atMost count: Int) throws(Lost) -> Unicode.Scalar {
    var value: UInt32 = 0
    var left = count
    while left > 0, let digit = digit(next), digit < radix {
      value = value * radix + digit
      at += 1
      left -= 1
    }
    return try scalar(value)
  }

  /// `{…}` with a number, or `{U+…}`.
  mutating func codePoint(in end: Unicode.Scalar, radix: Int = 16) throws(Lost) -> Unicode.Scalar {
    at += 1
    var digits = Self.string(try skip(past: end).filter { $0 != " " && $0 != "\t" })
    if digits.hasPrefix("U+") { digits.removeFirst(2) }
    guard let value = UInt32(digits, radix: radix) else { throw Lost() }
    return try scalar(value)
  }

  private func scalar(_ value: UInt32) throws(Lost) -> Unicode.Scalar {
    guard let scalar = Unicode.Scalar(value), !isBytes || value < 0x100 else { throw Lost() }
    return scalar
  }

  private func digit(_ scalar: Unicode.Scalar?) -> UInt32? {
    switch scalar {
    case .some("0"..."9"): scalar.map { $0.value - 0x30 }
    case .some("a"..."f"): scalar.map { $0.value - 0x61 + 10 }
    case .some("A"..."F"): scalar.map { $0.value - 0x41 + 10 }
    default: nil
    }
  }

  /// A POSIX class by its name, or none.
  private func posix(_ name: String, caseless: Bool) -> CharacterClass? {
    switch name {
    case "alpha": return CharacterClass(0x41...0x5A).union(CharacterClass(0x61...0x7A))
    case "lower": return caseless ? posix("alpha", caseless: false) : CharacterClass(0x61...0x7A)
    case "upper": return caseless ? posix("alpha", caseless: false) : CharacterClass(0x41...0x5A)
    case "alnum": return posix("alpha", caseless: false)?.union(CharacterClass(0x30...0x39))
    case "word": return posix("alnum", caseless: false)?.union(CharacterClass(of: "_"))
    case "digit": return CharacterClass(0x30...0x39)
    case "xdigit": return CharacterClass(of: "0123456789abcdefABCDEF")
    case "space": return CharacterClass(0x09...0x0D).union(CharacterClass(of: " "))
    case "blank": return CharacterClass(of: " \t")
    case "cntrl": return CharacterClass(0...0x1F).union(CharacterClass(0x7F...0x7F))
    case "ascii": return .ascii
    case "print": return CharacterClass(0x20...0x7E)
    case "graph": return CharacterClass(0x21...0x7E)
    case "punct":
      return CharacterClass(0x21...0x2F).union(CharacterClass(0x3A...0x40)).union(CharacterClass(0x5B...0x60))
        .union(CharacterClass(0x7B...0x7E))
    default: return nil
    }
  }

  /// A POSIX class; with `(*UCP)` it may reach beyond ASCII, and differ a little within.
  private func named(_ name: String, caseless: Bool = false) -> ClassBounds {
    let set = posix(name, caseless: caseless) ?? .ascii
    guard usesProperties else { return ClassBounds(exactly: set) }
    var bounds = ClassBounds(exactly: set)
    bounds.upper = .everything
    if name == "punct" || name == "graph" || name == "print" { bounds.lower = CharacterClass() }
    return bounds
  }

  /// `[:alpha:]` where one stands here; the `[` is not taken yet.
  private mutating func posixClass(_ flags: Flags) -> ClassBounds? {
    guard next == "[", peek(1) == ":" else { return nil }
    var index = at + 2
    var isNegated = false
    if index < text.count, text[index] == "^" {
      isNegated = true
      index += 1
    }
    let start = index
    while index < text.count, text[index] >= "a", text[index] <= "z" { index += 1 }
    let name = Self.string(text[start..<index])
    guard index + 1 < text.count, text[index] == ":", text[index + 1] == "]", posix(name, caseless: false) != nil else {
      return nil
    }
    at = index + 2
    let bounds = named(name, caseless: flags.caseless)
    return isNegated ? bounds.negated : bounds
  }

  /// What comes after a `[`.
  mutating func characterClass(_ flags: Flags) throws(Lost) -> PatternNode {
    // `[[:<:]]` and `[[:>:]]` are word boundaries.
    for mark in ["[:<:]]", "[:>:]]"] where text[at...].starts(with: mark.unicodeScalars) {
      at += 6
      return .empty
    }
    var isNegated = false
    // Nothing quoted, and with `xx` blanks, may stand in front of what is first.
    while true {
      if next == "\\", peek(1) == "E" {
        at += 2
      } else if next == "\\", peek(1) == "Q", peek(2) == "\\", peek(3) == "E" {
        at += 4
      } else if flags.extendedMore, next == " " || next == "\t" {
        at += 1
      } else if next == "^", !isNegated {
        isNegated = true
        at += 1
      } else {
        break
      }
    }
    var bounds = ClassBounds()
    var isQuoted = false
    var isFirst = true
    /// The character that a range could begin with.
    var open: Unicode.Scalar?
    var rangeBegan = false
    while true {
      guard let scalar = next else { throw Lost() }
      var meaning = EscapeMeaning.character(scalar)
      if isQuoted {
        if scalar == "\\", peek(1) == "E" {
          at += 2
          isQuoted = false
          continue
        }
        at += 1
      } else if scalar == "]", !isFirst {
        at += 1
        if rangeBegan { insert("-", &bounds, flags) }
        break
      } else if scalar == "\\" {
        at += 1
        if take("Q") {
          isQuoted = true
          continue
        }
        if take("E") { continue }
        meaning = try classEscape()
      } else if flags.extendedMore, scalar == " " || scalar == "\t" {
        at += 1
        continue
      } else if let set = posixClass(flags) {
        meaning = .set(set)
      } else {
        at += 1
        if scalar == "-", open != nil, !rangeBegan, next != "]" {
          rangeBegan = true
          isFirst = false
          continue
        }
      }
      isFirst = false
      switch meaning {
      case .set(let set):
        bounds.formUnion(set)
        if rangeBegan { insert("-", &bounds, flags) }
        open = nil
      case .character(let scalar):
        if rangeBegan, let first = open {
          guard first <= scalar else { throw Lost() }
          var range = ClassBounds()
          range.insert(first...scalar, caseless: flags.caseless, isBytes: isBytes)
          if flags.extendedMore {
            // With blanks around the hyphen it may be no range.
            range.lower = CharacterClass()
            range.upper.insert(UInt8(ascii: "-"))
          }
          bounds.formUnion(range)
          open = nil
        } else {
          insert(scalar, &bounds, flags)
          open = scalar
        }
      }
      rangeBegan = false
    }
    return .character(isNegated ? bounds.negated.upper : bounds.upper)
  }

  private func insert(_ scalar: Unicode.Scalar, _ bounds: inout ClassBounds, _ flags: Flags) {
    bounds.insert(scalar...scalar, caseless: flags.caseless, isBytes: isBytes)
  }

  private mutating func classEscape() throws(Lost) -> EscapeMeaning {
    guard let scalar = next else { throw Lost() }
    switch scalar {
    case "b":
      at += 1
      return .character("\u{08}")
    case "1"..."7":
      return .character(try number(radix: 8, atMost: 3))
    case "N" where peek(1) == "{" && peek(2) == "U":
      at += 1
      return .character(try codePoint(in: "}"))
    default: return try sharedEscape()
    }
  }
}
