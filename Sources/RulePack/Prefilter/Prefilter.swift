internal import Patterns
package import TraceCore

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

  /// More rules than this are looked for by their literals. Measured on a text log: with 100 rules Vectorscan is the faster
  /// (1.5 GB/s against 1.2), with 300 the slower (0.9 against 1.7), and takes half a second to compile.
  package static let expressionLimit = 250

  /// Rules that callers must try on every line, ascending.
  package let alwaysRules: [Int]
  /// How each rule is looked for, in the order of the rules given.
  package let methods: [PrefilterMethod]
  /// What kept the compiled rules from being kept, or Vectorscan from being used although it is there; for `--verbose`.
  package let note: String?

  private let names: ContiguousArray<UInt32>
  private let table: LiteralTable?
  #if Vectorscan
    private let database: VectorscanDatabase?
  #endif

  /// Compiles where the cache has nothing: some ms for each rule. From the cache it takes less than 1 ms.
  package init(rules: [PrefilterRule], mode: Mode = .automatic, cache: PrefilterCache = .none) {
    names = ContiguousArray(rules.map(\.index))
    var content = PlanContent(methods: Array(repeating: .always, count: rules.count))
    var note: String?
    #if Vectorscan
      var database: VectorscanDatabase?
    #endif
    if mode != .none, !rules.isEmpty {
      #if Vectorscan
        let library = mode == .automatic && rules.count <= Self.expressionLimit ? VectorscanLibrary.shared : nil
        let key = PlanContent.key(rules, platform: library?.platform ?? Self.noLibrary)
      #else
        let key = PlanContent.key(rules, platform: Self.noLibrary)
      #endif
      var kept = cache.load(key).flatMap { PlanContent($0, ruleCount: rules.count) }
      #if Vectorscan
        if let found = kept, !found.database.isEmpty {
          database = library.flatMap { VectorscanDatabase(found.database, $0) }
          if database == nil { kept = nil }
        }
      #else
        // A plan with expressions is of no use to a program that has nothing to run them.
        if let found = kept, !found.database.isEmpty { kept = nil }
      #endif
      if let kept {
        content = kept
      } else {
        let outlined = rules.map(OutlinedRule.init)
        #if Vectorscan
          if let library { (database, note) = VectorscanDatabase.make(outlined, library, &content) }
        #endif
        content.addLiterals(outlined)
        // What kept Vectorscan from being used may be gone by the next run.
        if note == nil { note = cache.store(content.bytes, key) }
      }
    }
    #if Vectorscan
      self.database = database
    #endif
    methods = content.methods
    self.note = note
    table = LiteralTable(methods)
    alwaysRules = rules.indices.filter { content.methods[$0] == .always }.map { Int(rules[$0].index) }.sorted()
  }

  /// In place of a library's version and a processor.
  private static let noLibrary = "literals"

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
