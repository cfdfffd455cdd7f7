package import Patterns
package import TraceCore

/// What a prefilter is to know of a rule.
package struct PrefilterRule: Sendable {
  /// What candidates call it.
  package var index: UInt32
  /// Of its pattern, where it has one.
  package var outline: PatternOutline?
  /// Texts of which one must occur in the text that the pattern is matched against, in either ASCII case; none if empty.
  package var keywords: [String]
  /// Whether what it matches may hold line breaks. Blocks of lines need not care: a rule sees one line at a time.
  package var acrossLines: Bool

  package init(index: UInt32, outline: PatternOutline?, keywords: [String] = [], acrossLines: Bool = false) {
    self.index = index
    self.outline = outline
    self.keywords = keywords
    self.acrossLines = acrossLines
  }
}

/// How the candidates of a set of rules are found. Immutable; each thread has a prefilter of its own made from it.
///
/// A rule is looked for by its pattern or by its keywords, whichever is rarer, and with Vectorscan where that is installed.
/// What cannot be looked for is in `alwaysRules`: the plan never misses a rule, it only may have no use.
package final class PrefilterPlan: Sendable {
  package enum Mode: Sendable {
    /// The fastest that there is.
    case automatic
    /// As where Vectorscan is not installed.
    case literals
    /// All rules are `alwaysRules`.
    case none
  }

  /// How a rule is looked for.
  package enum Method: Sendable, Equatable {
    /// Vectorscan runs this expression.
    case expression(String)
    /// One of these texts must occur.
    case literals([RequiredLiteral])
    /// It cannot be looked for.
    case always
  }

  /// More rules than this are looked for by their literals. Measured on a text log: with 100 rules Vectorscan is the faster
  /// (1.5 GB/s against 1.2), with 300 the slower (0.9 against 1.7), and takes half a second to compile.
  package static let expressionLimit = 250
  /// Literals that are not rarer than this, in bits, would be found on every line.
  static let leastRarity = 9.0

  /// Rules that callers must try on every line, ascending.
  package let alwaysRules: [Int]
  /// How each rule is looked for, in the order of the rules given.
  package let methods: [Method]
  /// What kept the compiled rules from being kept, or Vectorscan from being used although it is there; for `--verbose`.
  package let note: String?

  private let names: ContiguousArray<UInt32>
  private let table: LiteralTable?
  #if Vectorscan
    private let database: VectorscanDatabase?
  #endif

  /// Compiles where the cache has nothing: some ms for each rule. From the cache it takes about 1 ms.
  package init(rules: [PrefilterRule], mode: Mode = .automatic, cache: PrefilterCache = .none) {
    names = ContiguousArray(rules.map(\.index))
    var methods = [Method](repeating: .always, count: rules.count)
    var note: String?
    var rest = mode == .none ? [] : Array(rules.indices)
    #if Vectorscan
      var database: VectorscanDatabase?
      if mode == .automatic, rules.count <= Self.expressionLimit, let library = VectorscanLibrary.shared {
        var expressions: [VectorscanExpression] = []
        for index in rules.indices {
          guard let (text, outline) = rules[index].expression else { continue }
          expressions.append(
            VectorscanExpression(
              text: text, rule: UInt32(index), outline: outline, acrossLines: rules[index].acrossLines))
        }
        (database, note) = VectorscanDatabase.make(&expressions, library, cache)
        if database != nil {
          for expression in expressions { methods[Int(expression.rule)] = .expression(expression.text) }
          rest.removeAll { methods[$0] != .always }
        }
      }
      self.database = database
    #endif
    var wanted: [(text: RequiredLiteral, rule: UInt32)] = []
    for index in rest {
      guard let literals = rules[index].literals, literals.rarity >= Self.leastRarity else { continue }
      methods[index] = .literals(literals.literals)
      for text in literals.literals { wanted.append((text, UInt32(index))) }
    }
    table = wanted.isEmpty ? nil : LiteralTable(wanted, ruleCount: rules.count)
    alwaysRules = rules.indices.filter { methods[$0] == .always }.map { Int(rules[$0].index) }.sorted()
    self.methods = methods
    self.note = note
  }

  /// A prefilter for one thread. Keeps the plan's tables alive.
  package func makePrefilter() -> any LinePrefilter {
    var parts: [any LinePrefilter] = []
    #if Vectorscan
      if let database { parts.append(VectorscanPrefilter(database, names: names)) }
    #endif
    if let table { parts.append(LiteralPrefilter(table, names: names)) }
    return parts.count == 1 ? parts[0] : CombinedPrefilter(parts)
  }
}

extension PrefilterPlan: CustomStringConvertible {
  /// One line: how many rules are looked for in which way.
  package var description: String {
    var expressions = 0
    var literals = 0
    for method in methods {
      switch method {
      case .expression: expressions += 1
      case .literals: literals += 1
      case .always: break
      }
    }
    var parts: [String] = []
    if expressions > 0 { parts.append("\(expressions) by Vectorscan") }
    if literals > 0 { parts.append("\(literals) by their literals") }
    if !alwaysRules.isEmpty || parts.isEmpty { parts.append("\(alwaysRules.count) on every line") }
    return parts.joined(separator: ", ")
  }
}

extension PrefilterPlan.Method: CustomStringConvertible {
  /// For people who wonder why a rule is slow.
  package var description: String {
    switch self {
    case .expression(let text): return "Vectorscan: \(text)"
    case .literals(let literals):
      return "literals: "
        + literals.map { literal in
          // Whatever it holds, on one line.
          let text = String(decoding: literal.bytes, as: UTF8.self).debugDescription
          return literal.isCaseless ? text + " in any case" : text
        }.joined(separator: ", ")
    case .always: return "tried on every line: its pattern requires nothing that is rare"
    }
  }
}

extension PrefilterRule {
  /// One of the keywords, where they can be looked for.
  private var keywordLiterals: RequiredLiterals? {
    guard !keywords.isEmpty, keywords.allSatisfy({ $0.utf8.count >= 2 }) else { return nil }
    return RequiredLiterals(keywords.map { RequiredLiteral($0, isCaseless: true) })
  }

  /// The rarer of what the pattern requires and the keywords.
  var literals: RequiredLiterals? {
    guard let required = outline?.requiredLiterals else { return keywordLiterals }
    guard let keywords = keywordLiterals, keywords.rarity > required.rarity else { return required }
    return keywords
  }

  /// The rarer of the pattern and the keywords, as an expression and what it was made from, where Vectorscan can be trusted
  /// with it: releases of it miss matches of expressions that need no two literal bytes in a row
  /// (docs/decisions/0012-vectorscan-is-checked.md).
  var expression: (text: String, outline: PatternOutline)? {
    let keywords = keywordLiterals
    if let outline, outline.longestRun >= Self.leastRun, outline.rarity >= keywords?.rarity ?? 0,
      let text = outline.byteExpression(acrossLines: acrossLines)
    {
      return (text, outline)
    }
    guard let literals, literals.minimumLength >= Self.leastRun, literals.rarity >= PrefilterPlan.leastRarity else {
      return nil
    }
    let outline = PatternOutline(anyOf: literals.literals)
    return outline.byteExpression(acrossLines: acrossLines).map { ($0, outline) }
  }

  /// Literal bytes in a row that an expression for Vectorscan requires.
  private static let leastRun = 2
}

/// Several prefilters as one, or none.
final class CombinedPrefilter: LinePrefilter {
  private let parts: [any LinePrefilter]

  init(_ parts: [any LinePrefilter]) { self.parts = parts }

  func scan(_ bytes: Span<UInt8>, into candidates: inout ContiguousArray<RuleCandidate>) {
    let start = candidates.count
    for part in parts { part.scan(bytes, into: &candidates) }
    candidates.sortByOffset(from: start)
  }
}
