/// Reads an expression into a tree.
///
///     or         = and { ("or" | "||") and }
///     and        = not { ("and" | "&&") not }
///     not        = ("not" | "!") not | term
///     term       = "(" or ")" | "has" "(" name ")" | name comparator value | name ["not"] "in" "(" value {"," value} ")"
///     trace term = ("any" | "all") "(" or ")" | "count" "(" or ")" comparator value | "reopened"
///
/// Recursive descent; nesting is limited, so no input overruns the stack. It knows no types: `FilterCompiler` does.
struct FilterParser {
  /// What the expression is about; a trace's may look at its records with `any`, `all`, `count`.
  enum Subject { case record, trace, recordsOfTrace }

  /// Parentheses, functions and `not` within each other. `TruthMachine`'s stacks rely on it.
  static let depthLimit = 50

  private var lexer: FilterLexer
  private var subject: Subject
  private var depth = 0

  /// - Throws: `FilterError` with the column of the first thing that makes no sense.
  static func parse(_ text: String, subject: Subject) throws(FilterError) -> FilterSyntax {
    var parser = FilterParser(lexer: FilterLexer(text), subject: subject)
    if try parser.lexer.peek() == .end {
      throw FilterError("the expression is empty: write for example `status >= 500`", column: 1)
    }
    let syntax = try parser.or()
    try parser.expectEnd()
    return syntax
  }

  private init(lexer: FilterLexer, subject: Subject) {
    self.lexer = lexer
    self.subject = subject
  }

  private func fail(_ message: String) -> FilterError { lexer.error(message, from: lexer.start, to: lexer.end) }

  private mutating func expectEnd() throws(FilterError) {
    switch try lexer.next() {
    case .end: return
    case .close: throw fail("this `)` closes nothing")
    case .comma: throw fail("a comma is allowed only in a list: `status in (500, 503)`")
    case .comparator, .isIn:
      throw fail("a comparison has one operator: join two with `and`, as in `a > 1 and a < 5`")
    case .name, .open, .not, .and, .or: throw fail("`and` or `or` is missing before this")
    }
  }

  private mutating func or() throws(FilterError) -> FilterSyntax {
    var parts = [try and()]
    while try lexer.peek() == .or {
      _ = try lexer.next()
      try expectTerm(after: lexer.tokenText)
      parts.append(try and())
    }
    return parts.count == 1 ? parts[0] : .or(parts)
  }

  private mutating func and() throws(FilterError) -> FilterSyntax {
    var parts = [try not()]
    while try lexer.peek() == .and {
      _ = try lexer.next()
      try expectTerm(after: lexer.tokenText)
      parts.append(try not())
    }
    return parts.count == 1 ? parts[0] : .and(parts)
  }

  private mutating func not() throws(FilterError) -> FilterSyntax {
    guard try lexer.peek() == .not else { return try term() }
    _ = try lexer.next()
    try expectTerm(after: lexer.tokenText)
    try enter()
    let part = try not()
    depth -= 1
    return .not(part)
  }

  private mutating func expectTerm(after word: String) throws(FilterError) {
    let (start, end) = (lexer.start, lexer.end)
    switch try lexer.peek() {
    case .end, .close: throw lexer.error("a comparison is missing after `\(word)`", from: start, to: end)
    default: return
    }
  }

  /// One level deeper; the caller takes it back.
  private mutating func enter() throws(FilterError) {
    depth += 1
    if depth > FilterParser.depthLimit {
      throw fail("this is nested more than \(FilterParser.depthLimit) levels deep")
    }
  }

  private mutating func term() throws(FilterError) -> FilterSyntax {
    switch try lexer.next() {
    case .open:
      return try enclosed { (parser) throws(FilterError) in try parser.or() }
    case .name(let text, let isQuoted):
      let name = FilterName(text: text, isQuoted: isQuoted, start: lexer.start, end: lexer.end)
      if !isQuoted, lexer.nextByte() == 0x28 { return try function(name) }
      return try comparison(of: name)
    case .end: throw fail("a comparison is missing here")
    case .close: throw fail("a comparison is missing before this `)`")
    case .comma: throw fail("a comma is allowed only in a list: `status in (500, 503)`")
    case .and, .or: throw fail("a comparison is missing before `\(lexer.tokenText)`")
    case .comparator, .isIn: throw fail("a field is missing before `\(lexer.tokenText)`")
    case .not: throw fail("`not` is not expected here")
    }
  }

  /// What `body` reads, between the `(` just taken and its `)`.
  private mutating func enclosed<Result>(
    _ body: (inout FilterParser) throws(FilterError) -> Result
  ) throws(FilterError) -> Result {
    let (start, end) = (lexer.start, lexer.end)
    try enter()
    if try lexer.peek() == .close {
      _ = try lexer.next()
      throw lexer.error("there is nothing between these parentheses", from: start, to: lexer.end)
    }
    let result = try body(&self)
    depth -= 1
    switch try lexer.next() {
    case .close: return result
    case .end: throw lexer.error("this `(` is never closed", from: start, to: end)
    case .comparator, .isIn:
      throw fail("a comparison has one operator: join two with `and`, as in `a > 1 and a < 5`")
    case .comma: throw fail("a comma is allowed only in a list: `status in (500, 503)`")
    default: throw fail("`and`, `or` or `)` is missing before this")
    }
  }

  private mutating func function(_ name: FilterName) throws(FilterError) -> FilterSyntax {
    _ = try lexer.next()  // the parenthesis
    switch name.text {
    case "has":
      return .has(
        try enclosed { (parser) throws(FilterError) in
          guard case .name(let text, let isQuoted) = try parser.lexer.next() else {
            throw parser.fail("has(…) needs the name of a field: `has(user_id)`")
          }
          return FilterName(text: text, isQuoted: isQuoted, start: parser.lexer.start, end: parser.lexer.end)
        })
    case "any", "all", "count":
      let inner = try records(of: name)
      guard name.text == "count" else { return name.text == "any" ? .any(inner) : .every(inner) }
      let syntax = try comparison(of: name)
      if case .comparison(let comparison) = syntax { return .count(inner, comparison) }
      if case .not(.comparison(let comparison)) = syntax { return .not(.count(inner, comparison)) }
      return syntax
    default:
      let known = subject == .trace ? "has(…), any(…), all(…) and count(…)" : "only has(…)"
      throw lexer.error("there is no function `\(name.text)`; there is \(known)", from: name.start, to: name.end)
    }
  }

  /// The expression between the parentheses of `any(`, `all(`, `count(`.
  private mutating func records(of name: FilterName) throws(FilterError) -> FilterSyntax {
    switch subject {
    case .trace: break
    case .record:
      throw lexer.error(
        "\(name.text)(…) looks at the records of a trace: it works where traces are selected (`traces --where`)",
        from: name.start, to: name.end)
    case .recordsOfTrace:
      throw lexer.error(
        "\(name.text)(…) cannot be inside any(…), all(…) or count(…)", from: name.start, to: name.end)
    }
    subject = .recordsOfTrace
    let inner = try enclosed { (parser) throws(FilterError) in try parser.or() }
    subject = .trace
    return inner
  }

  private mutating func comparison(of name: FilterName) throws(FilterError) -> FilterSyntax {
    if let byte = lexer.nextByte(), byte &- 0x30 < 10 || [0x22, 0x27, 0x2B, 0x2D].contains(byte) {
      throw lexer.errorAtNextWord(missingOperator(after: name))
    }
    switch try lexer.peek() {
    case .comparator(let comparator, let negated):
      _ = try lexer.next()
      let literal = try lexer.literal(after: lexer.tokenText)
      let comparison = FilterSyntax.comparison(
        FilterComparison(field: name, comparator: comparator, literals: [literal]))
      return negated ? .not(comparison) : comparison
    case .isIn:
      _ = try lexer.next()
      return .comparison(try list(for: name))
    case .not:
      _ = try lexer.next()
      guard try lexer.peek() == .isIn else {
        throw fail("only `not in` can follow a field: write `\(name.text) != …` or `not \(name.text) = …`")
      }
      _ = try lexer.next()
      return .not(.comparison(try list(for: name)))
    default:
      return try lonely(name)
    }
  }

  private mutating func list(for name: FilterName) throws(FilterError) -> FilterComparison {
    guard lexer.nextByte() == 0x28 else {
      throw lexer.errorAtNextWord("a list in parentheses is missing: `\(name.text) in (…, …)`")
    }
    _ = try lexer.next()
    let (start, end) = (lexer.start, lexer.end)
    var literals: [FilterLiteral] = []
    var context = "("
    while true {
      literals.append(try lexer.literal(after: context))
      switch lexer.nextByte() {
      case 0x2C: context = ","
      case 0x29: context = ")"
      case nil: throw lexer.error("this `(` is never closed", from: start, to: end)
      default: throw lexer.errorAtNextWord("a comma or `)` is missing before this")
      }
      _ = try lexer.next()
      if context == ")" { return FilterComparison(field: name, comparator: .isIn, literals: literals) }
    }
  }

  /// A name without an operator: right for `reopened`, else a slip.
  private mutating func lonely(_ name: FilterName) throws(FilterError) -> FilterSyntax {
    if subject == .trace, name.text == "reopened", !name.isQuoted { return .flag(name) }
    if name.text == "count" {
      throw lexer.error(
        "count(…) is compared with a number: `count(level >= error) >= 3`", from: name.start, to: name.end)
    }
    let message = "`\(name.text)` is not compared with anything: write `\(name.text) = …` or `has(\(name.text))`"
    guard case .name(let word, false) = try lexer.peek() else {
      throw lexer.error(message, from: name.start, to: name.end)
    }
    _ = try lexer.next()
    let meant = [
      "is": "=", "eq": "=", "equals": "=", "ne": "!=", "gt": ">", "ge": ">=", "gte": ">=", "lt": "<", "le": "<=",
      "lte": "<=",
      "like": "~", "contains": "~", "matches": "~", "between": "in (…)", "startswith": "~ \"^…\"",
      "endswith": "~ \"…$\"",
    ]
    if let operation = meant[word.lowercased()] {
      throw fail("`\(word)` is no operator here: write `\(name.text) \(operation)`")
    }
    throw fail(missingOperator(after: name))
  }

  private func missingOperator(after name: FilterName) -> String {
    "an operator is missing between `\(name.text)` and this: = != < <= > >= ~ !~ or in"
  }
}
