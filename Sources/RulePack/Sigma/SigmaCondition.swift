internal import Config
internal import TraceCore

/// Reads a condition of a Sigma rule: `selection and not 1 of filter_*`.
///
///     or    = and { "or" and }
///     and   = not { "and" not }
///     not   = "not" not | term
///     term  = "(" or ")" | ("1" | "any" | "all") "of" ("them" | pattern) | name
///
/// What comes after a `|` counted events in old rules; Sigma has correlations for that now, and this refuses it.
struct SigmaCondition {
  /// What is wrong with it.
  struct Problem: Error {
    var message: String
  }

  private static let depthLimit = 20

  private let tokens: [String]
  private var position = 0
  private var depth = 0
  /// The searches that the rule defines, in their order.
  private let searches: [(name: String, node: SigmaNode)]

  /// - Throws: `Problem` with the first thing that makes no sense.
  static func parse(_ text: String, searches: [(name: String, node: SigmaNode)]) throws(Problem) -> SigmaNode {
    var condition = SigmaCondition(text, searches: searches)
    guard !condition.tokens.isEmpty else {
      throw Problem(message: "the condition is empty; name a search, as `selection`")
    }
    let node = try condition.or()
    if let token = condition.next() {
      throw token == ")"
        ? Problem(message: "this ) closes nothing") : Problem(message: "`and` or `or` is missing before '\(token)'")
    }
    return node
  }

  private init(_ text: String, searches: [(name: String, node: SigmaNode)]) {
    self.searches = searches
    var tokens: [String] = []
    var word = ""
    for character in text {
      let isMark = character == "(" || character == ")" || character == "|"
      if character.isWhitespace || isMark {
        if !word.isEmpty { tokens.append(word) }
        word = ""
        if isMark { tokens.append(String(character)) }
      } else {
        word.append(character)
      }
    }
    if !word.isEmpty { tokens.append(word) }
    self.tokens = tokens
  }

  private var peek: String? { position < tokens.count ? tokens[position] : nil }

  private func isNext(_ word: String) -> Bool { peek?.lowercased() == word }

  private mutating func next() -> String? {
    defer { position += 1 }
    return peek
  }

  private mutating func take(_ word: String) -> Bool {
    guard isNext(word) else { return false }
    position += 1
    return true
  }

  private mutating func or() throws(Problem) -> SigmaNode {
    var parts = [try and()]
    while take("or") { parts.append(try and()) }
    if isNext("|") {
      throw Problem(
        message:
          "what comes after | (count, near, …) is not supported: write a rule without it, and a correlation document that"
          + " counts its events (correlation: {type: event_count, …})")
    }
    if isNext("near") { throw Problem(message: "'near' is not read: write a correlation document of type temporal") }
    return parts.count == 1 ? parts[0] : .or(parts)
  }

  private mutating func and() throws(Problem) -> SigmaNode {
    var parts = [try not()]
    while take("and") { parts.append(try not()) }
    return parts.count == 1 ? parts[0] : .and(parts)
  }

  private mutating func not() throws(Problem) -> SigmaNode {
    guard take("not") else { return try term() }
    try enter()
    let part = try not()
    depth -= 1
    return .not(part)
  }

  private mutating func enter() throws(Problem) {
    depth += 1
    if depth > SigmaCondition.depthLimit {
      throw Problem(message: "the condition is nested more than \(SigmaCondition.depthLimit) deep")
    }
  }

  private mutating func term() throws(Problem) -> SigmaNode {
    guard let token = next() else { throw Problem(message: "a search is missing at the end of the condition") }
    if token == "(" {
      try enter()
      let node = try or()
      depth -= 1
      guard take(")") else { throw Problem(message: "a ( is never closed") }
      return node
    }
    if isNext("of"), !searches.contains(where: { $0.name == token }) {
      position += 1
      return try some(of: token)
    }
    if let search = searches.first(where: { $0.name == token }) { return search.node }
    if [")", "|", "and", "or", "not", "of", "near"].contains(token.lowercased()) {
      throw Problem(message: "a search is missing before '\(token)'")
    }
    throw Problem(message: unknown(token))
  }

  /// `1 of`, `all of`, after which stands what of.
  private mutating func some(of count: String) throws(Problem) -> SigmaNode {
    guard ["1", "any", "all"].contains(count.lowercased()) else {
      throw Problem(message: "'\(count) of' is not read; there is `1 of` and `all of`")
    }
    guard let pattern = next() else {
      throw Problem(message: "what `\(count) of` is about is missing: `them`, or `selection_*`")
    }
    let found =
      if pattern.lowercased() == "them" {
        searches.filter { !$0.name.hasPrefix("_") }
      } else {
        searches.filter { SigmaCondition.fits(Array($0.name)[...], Array(pattern)[...]) }
      }
    guard !found.isEmpty else {
      throw Problem(message: pattern.contains("*") ? "no search fits '\(pattern)'; \(known)" : unknown(pattern))
    }
    let nodes = found.map(\.node)
    if nodes.count == 1 { return nodes[0] }
    return count.lowercased() == "all" ? .and(nodes) : .or(nodes)
  }

  private func unknown(_ name: String) -> String {
    let near = NameSuggestion.closest(to: name, in: searches.map(\.name)).map { "; did you mean '\($0)'?" }
    return "there is no search '\(name)'\(near ?? "; \(known)")"
  }

  private var known: String { "there is \(searches.map(\.name).joined(separator: ", "))" }

  /// Whether a name fits a pattern with `*`.
  private static func fits(_ name: ArraySlice<Character>, _ pattern: ArraySlice<Character>) -> Bool {
    guard let first = pattern.first else { return name.isEmpty }
    if first == "*" {
      return fits(name, pattern.dropFirst()) || (!name.isEmpty && fits(name.dropFirst(), pattern))
    }
    return name.first == first && fits(name.dropFirst(), pattern.dropFirst())
  }
}
