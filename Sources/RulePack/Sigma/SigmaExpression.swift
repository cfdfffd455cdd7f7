internal import Patterns
internal import TraceCore

/// Writes a Sigma rule's tests as an expression of skein's, in its own words, so that a person can read what is applied.
///
/// In Sigma a test on a missing field is false, and `not` of it true; an expression calls it unknown, also under `not`. So
/// under a `not` each test asks first whether the field is there: `not (has(path) and path ~ "x")`. Above any `not` unknown
/// and false come to the same. What stays unknown there too is a field that stands twice with different values, and a search
/// that PCRE2 gave up: such a record does not hit.
struct SigmaExpression {
  /// Why something cannot be written.
  struct Problem: Error {
    var message: String
  }

  private indirect enum Term {
    case atom(String)
    case and([Term])
    case or([Term])
    case not(Term)
  }

  /// - Throws: `Problem` where a test makes no sense on its field.
  static func write(_ node: SigmaNode) throws(Problem) -> String {
    print(try term(node, isUnderNot: false))
  }

  private static func term(_ node: SigmaNode, isUnderNot: Bool) throws(Problem) -> Term {
    switch node {
    case .and(let parts): return .and(try terms(parts, isUnderNot))
    case .or(let parts): return .or(try terms(parts, isUnderNot))
    case .not(let part): return .not(try term(part, isUnderNot: true))
    case .keywords(let keywords): return .atom("line ~ \(try quoted(pattern: keywords.pattern))")
    case .field(let test): return try term(test, isUnderNot: isUnderNot)
    }
  }

  private static func terms(_ parts: [SigmaNode], _ isUnderNot: Bool) throws(Problem) -> [Term] {
    var terms: [Term] = []
    for part in parts { terms.append(try term(part, isUnderNot: isUnderNot)) }
    return terms
  }

  // MARK: Fields

  private static func term(_ test: SigmaFieldTest, isUnderNot: Bool) throws(Problem) -> Term {
    switch test.field.kind {
    case .status: return try whole("status", status(test), test, isUnderNot)
    case .level: return try whole("level", level(test), test, isUnderNot)
    case .milliseconds: return try whole("duration", duration(test), test, isUnderNot)
    case .texts(let places, let part):
      var terms: [Term] = []
      var isMissing: [Term] = []
      for place in places {
        guard let name = place.written else { throw Problem(message: "no field can have the name '\(place.name)'") }
        if let found = try text(test, name, place, part, isUnderNot) { terms.append(found) }
        isMissing.append(.not(isThere(name, part)))
      }
      // Nothing is there only if none of the fields is.
      if test.asksForNothing { terms.append(.and(isMissing)) }
      return .or(terms)
    }
  }

  private static func isThere(_ name: String, _ part: SigmaPart) -> Term {
    let field = Term.atom("has(\(name))")
    return part == .query ? .and([field, .atom(#"\#(name) ~ "\?""#)]) : field
  }

  /// A field of its own kind, with what was made of the test's values.
  private static func whole(
    _ name: String, _ terms: [Term], _ test: SigmaFieldTest, _ isUnderNot: Bool
  ) throws(Problem) -> Term {
    var all: [Term] = []
    if !terms.isEmpty { all.append(isUnderNot ? .and([.atom("has(\(name))"), .or(terms)]) : .or(terms)) }
    if test.asksForSomething { all.append(.atom("has(\(name))")) }
    if test.asksForNothing { all.append(.not(.atom("has(\(name))"))) }
    return .or(all)
  }

  /// What a place's value must be; nil where the test asks for no value.
  private static func text(
    _ test: SigmaFieldTest, _ name: String, _ place: SigmaField.Place, _ part: SigmaPart, _ isUnderNot: Bool
  ) throws(Problem) -> Term? {
    var terms: [Term] = []
    var exact: [String] = []
    var patterns: [SigmaPattern] = []
    var holdsForAll = false
    for value in test.values {
      switch value {
      case .nothing, .something: break
      case .number(let number): place.isOwn ? patterns.append(SigmaPattern(number, .whole)) : exact.append(number)
      case .compared(let comparison, let number):
        guard !place.isOwn else {
          throw Problem(message: "'\(test.field.name)' is a text and has no order with a number")
        }
        let order = Term.atom("\(name) \(comparison.rawValue) \(number)")
        // Of a text that is no number the order is unknown.
        terms.append(isUnderNot ? .and([.atom(#"\#(name) ~ "^-?\d+(?:\.\d+)?\z""#), order]) : order)
      case .regex(let regex):
        guard part.takesRegex else {
          throw Problem(
            message: "'\(test.field.name)' takes no regular expression; write contains, startswith or endswith")
        }
        terms.append(.atom("\(name) ~ \(try quoted(pattern: regex))"))
      case .text(let pattern):
        if pattern.holdsForAll {
          holdsForAll = true
        } else if part == .whole, let text = pattern.exactText, !(test.isCaseless && pattern.hasCase) {
          exact.append(quoted(text: text))
        } else {
          patterns.append(pattern)
        }
      }
    }
    if exact.count == 1 { terms.insert(.atom("\(name) = \(exact[0])"), at: 0) }
    if exact.count > 1 { terms.insert(.atom("\(name) in (\(exact.joined(separator: ", ")))"), at: 0) }
    if !patterns.isEmpty {
      let pattern = SigmaPattern.alternatives(patterns, of: part, isCaseless: test.isCaseless)
      terms.append(.atom("\(name) ~ \(try quoted(pattern: pattern))"))
    }
    // These are known of any record.
    if holdsForAll { return .atom("has(\(name))") }
    if test.asksForSomething { return isThere(name, part) }
    if terms.isEmpty { return nil }
    return isUnderNot ? .and([.atom("has(\(name))"), .or(terms)]) : .or(terms)
  }

  /// A status is one of 900 numbers: whatever is asked of its text, these are the ones that have it.
  private static func status(_ test: SigmaFieldTest) throws(Problem) -> [Term] {
    var wanted: Set<Int> = []
    var terms: [Term] = []
    for value in test.values {
      switch value {
      case .nothing, .something: break
      case .compared(let comparison, let number): terms.append(.atom("status \(comparison.rawValue) \(number)"))
      case .number(let number):
        guard let code = Int(number), 100...999 ~= code else {
          throw Problem(message: "'\(test.field.name)' is a number of 100 to 999: it is never \(number)")
        }
        wanted.insert(code)
      case .text(let pattern):
        if pattern.holdsForAll {
          terms.append(.atom("has(status)"))
        } else {
          let regex = SigmaPattern.alternatives([pattern], of: .whole, isCaseless: test.isCaseless)
          wanted.formUnion(try codes(matching: regex, test))
        }
      case .regex(let regex): wanted.formUnion(try codes(matching: regex, test))
      }
    }
    let codes = wanted.sorted()
    if codes.count == 1 { terms.insert(.atom("status = \(codes[0])"), at: 0) }
    if codes.count > 1 { terms.insert(.atom("status in (\(ranges(codes)))"), at: 0) }
    return terms
  }

  private static func codes(matching pattern: String, _ test: SigmaFieldTest) throws(Problem) -> [Int] {
    guard let regex = try? Regex(pattern) else { throw Problem(message: "the pattern \(pattern) is not valid") }
    let scratch = MatchScratch()
    let codes = (100...999).filter { code in
      let text = Array(String(code).utf8)
      if case .match = regex.firstMatch(in: text.span, from: 0, to: text.count, scratch: scratch) { return true }
      return false
    }
    guard !codes.isEmpty else {
      throw Problem(message: "'\(test.field.name)' is a number of 100 to 999: no such number is as asked here")
    }
    return codes
  }

  private static func ranges(_ codes: [Int]) -> String {
    var ranges: [ClosedRange<Int>] = []
    for code in codes {
      if let last = ranges.last, last.upperBound + 1 == code {
        ranges[ranges.count - 1] = last.lowerBound...code
      } else {
        ranges.append(code...code)
      }
    }
    return ranges.map { $0.count == 1 ? "\($0.lowerBound)" : "\($0.lowerBound)..\($0.upperBound)" }.joined(
      separator: ", ")
  }

  private static func level(_ test: SigmaFieldTest) throws(Problem) -> [Term] {
    var words: [String] = []
    for value in test.values {
      switch value {
      case .nothing, .something: break
      case .text(let pattern):
        guard let word = pattern.exactText?.lowercased(), word.allSatisfy(\.isLetter),
          (try? FilterExpression(parsing: "level = \(word)")) != nil
        else { fallthrough }
        words.append(word)
      case .number, .compared, .regex:
        throw Problem(
          message:
            "'\(test.field.name)' is compared with trace, debug, info, notice, warning, error or critical, and with"
            + " whole words only")
      }
    }
    if words.isEmpty { return [] }
    return [.atom(words.count == 1 ? "level = \(words[0])" : "level in (\(words.joined(separator: ", ")))")]
  }

  private static func duration(_ test: SigmaFieldTest) throws(Problem) -> [Term] {
    var terms: [Term] = []
    for value in test.values {
      switch value {
      case .nothing, .something: break
      case .number(let number): terms.append(.atom("duration = \(number)ms"))
      case .compared(let comparison, let number): terms.append(.atom("duration \(comparison.rawValue) \(number)ms"))
      case .text, .regex: throw Problem(message: "'\(test.field.name)' is compared with a number of milliseconds")
      }
    }
    return terms
  }

  // MARK: Quotes

  private static func quoted(text: String) -> String {
    var quoted = "\""
    for character in text {
      switch character {
      case "\\": quoted += "\\\\"
      case "\"": quoted += "\\\""
      case "\n": quoted += "\\n"
      case "\t": quoted += "\\t"
      case "\r": quoted += "\\r"
      case "\r\n": quoted += "\\r\\n"
      default: quoted.append(character)
      }
    }
    return quoted + "\""
  }

  /// Between quotes that do not stand in it, where that can be: an expression takes no other backslash off a pattern.
  private static func quoted(pattern: String) throws(Problem) -> String {
    if !pattern.contains("\"") { return "\"\(pattern)\"" }
    if !pattern.contains("'") { return "'\(pattern)'" }
    guard !pattern.contains(#"\Q"#) else {
      throw Problem(message: #"a pattern with both kinds of quotes and \Q is not read"#)
    }
    var quoted = "\""
    var isEscaped = false
    for character in pattern {
      // An escaped quote is the quote itself: both are written the same.
      if character == "\"" { quoted += isEscaped ? "\"" : "\\\"" } else { quoted.append(character) }
      isEscaped = character == "\\" && !isEscaped
    }
    return quoted + "\""
  }

  // MARK: Text

  private static func print(_ term: Term) -> String {
    switch term {
    case .atom(let text): text
    case .and(let parts):
      parts.count == 1 ? print(parts[0]) : parts.map { enclosed($0, in: .inAnd) }.joined(separator: " and ")
    case .or(let parts): parts.map { print($0) }.joined(separator: " or ")
    case .not(let part): "not \(enclosed(part, in: .inNot))"
    }
  }

  private enum Surroundings { case inAnd, inNot }

  private static func enclosed(_ term: Term, in surroundings: Surroundings) -> String {
    switch term {
    case .atom, .not: return print(term)
    case .and(let parts) where parts.count == 1: return enclosed(parts[0], in: surroundings)
    case .or(let parts) where parts.count == 1: return enclosed(parts[0], in: surroundings)
    case .and: return surroundings == .inAnd ? print(term) : "(\(print(term)))"
    case .or: return "(\(print(term)))"
    }
  }
}

extension SigmaFieldTest {
  /// A value of it is null.
  fileprivate var asksForNothing: Bool { values.contains { if case .nothing = $0 { true } else { false } } }

  fileprivate var asksForSomething: Bool { values.contains { if case .something = $0 { true } else { false } } }
}
