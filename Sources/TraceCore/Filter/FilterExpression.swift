internal import Config
package import Patterns

/// A compiled condition on one record: `status >= 500 and route ~ "^/api" and duration > 300ms and level >= warn`.
///
/// Three-valued: a comparison with a missing, null or ambiguous field is unknown, also under `not`; a record matches if the
/// result is yes. It sees the fields of one line and nothing else; conditions on traces are `TraceExpression`.
/// Immutable once bound; shared by threads, each with its own `MatchScratch`.
///
/// Meaning: docs/semantics.md#expressions.
package struct FilterExpression: Sendable {
  /// As written.
  package var source: String { compiled.source }
  /// Fields as logged that it asks for, each once, in the order of first use: what the `FieldCatalog` must look out for.
  package var fieldNames: [String] { compiled.fieldNames }
  /// Fields with a meaning of their own that it asks for (`status`, `route`, ...), each once, in the order of first use.
  package var standardNames: [String] {
    var names: [String] = []
    for check in compiled.checks where check.field != .wanted && !names.contains(check.field.name) {
      names.append(check.field.name)
    }
    return names
  }
  /// Whether it looks at the route, which then has to be made (`RouteName`) where none is logged.
  package var needsRoute: Bool { compiled.needsRoute }
  /// A pattern that the message of every record matches for which it holds, where it says so: `message ~ "…"` among the
  /// parts of an `and`.
  package private(set) var requiredMessagePattern: Regex?
  /// What a record must have for it to hold.
  var needs: RecordNeeds { compiled.needs }
  /// Whether it searches with patterns.
  package var usesPatterns: Bool { !compiled.constants.patterns.isEmpty }

  /// All of it, in one place: the expression is evaluated on every record, and copying an array for that counts references.
  final class Compiled: Sendable {
    let source: String
    let fieldNames: [String]
    let needsRoute: Bool
    let needs: RecordNeeds
    let program: TruthProgram
    let checks: ContiguousArray<FilterCheck>
    let constants: FilterCheck.Constants
    /// Slot in `LineFields.wanted` for each of `fieldNames`, or -1.
    let slots: ContiguousArray<Int32>

    init(
      source: String, program: TruthProgram, checks: ContiguousArray<FilterCheck>, constants: FilterCheck.Constants,
      fieldNames: [String], slots: ContiguousArray<Int32>, needs: RecordNeeds
    ) {
      self.needs = needs
      self.source = source
      self.program = program
      self.checks = checks
      self.constants = constants
      self.fieldNames = fieldNames
      self.slots = slots
      needsRoute = checks.contains { $0.field == .route }
    }
  }

  private(set) var compiled: Compiled

  /// Parses, checks types and compiles. Some µs, and what its patterns take.
  ///
  /// Bound to a catalog whose wanted names are its own `fieldNames`, until `bind` says otherwise.
  package init(parsing source: String) throws(FilterError) {
    try self.init(try FilterParser.parse(source, subject: .record), source: source)
  }

  /// From a part of an expression; `source` is the whole of it, for columns.
  init(_ syntax: FilterSyntax, source: String) throws(FilterError) {
    var compiler = FilterCompiler(expression: Array(source.utf8))
    let program = try TruthProgram(syntax) { (leaf) throws(FilterError) in try compiler.add(leaf) }
    let names = compiler.names.names
    compiled = Compiled(
      source: source, program: program, checks: compiler.checks, constants: compiler.constants, fieldNames: names,
      slots: ContiguousArray((0..<Int32(names.count))), needs: RecordNeeds(syntax))
    let parts: [FilterSyntax] = if case .and(let parts) = syntax { parts } else { [syntax] }
    for case .comparison(let comparison) in parts where comparison.comparator == .matches {
      guard RecordField(comparison.field) == .message else { continue }
      requiredMessagePattern = try LiteralReader(expression: Array(source.utf8)).pattern(of: comparison.literals[0])
      break
    }
  }

  /// The same expression for one thread alone: what threads share, they count references of against each other.
  func unshared() -> FilterExpression {
    var copy = self
    copy.compiled = Compiled(
      source: source, program: compiled.program, checks: compiled.checks, constants: compiled.constants,
      fieldNames: fieldNames, slots: compiled.slots, needs: compiled.needs)
    return copy
  }

  /// Fits it to a catalog that serves several: `names` are the `FieldCatalog.wantedNames` in their order.
  ///
  /// A field that is not among them is missing in every record.
  package mutating func bind(wantedNames names: [String]) {
    let folded = names.map { WantedNames.folded($0) }
    // The last of two that are folded alike is the one that the catalog serves.
    compiled = Compiled(
      source: source, program: compiled.program, checks: compiled.checks, constants: compiled.constants,
      fieldNames: fieldNames,
      slots: ContiguousArray(fieldNames.map { Int32(folded.lastIndex(of: WantedNames.folded($0)) ?? -1) }),
      needs: compiled.needs)
  }

  /// The fields asked for that are not among `seenNames`, with the name that was perhaps meant.
  package func unknownFields(given seenNames: Set<String>) -> [UnknownField] {
    UnknownField.all(of: fieldNames, given: seenNames)
  }
}

/// A field in an expression that never occurred in the input.
package struct UnknownField: Sendable, Equatable {
  package var name: String
  /// The nearest name that did occur or that skein itself knows.
  package var suggestion: String?

  /// Those of `names` that are not among `seenNames` (compared as the catalog does: `X-User` is `x_user`).
  static func all(of names: [String], given seenNames: Set<String>) -> [UnknownField] {
    let seen = Set(seenNames.map { WantedNames.folded($0) })
    let candidates = seenNames.union(RecordField.names.keys)
    return names.filter { !seen.contains(WantedNames.folded($0)) }.map {
      UnknownField(name: $0, suggestion: NameSuggestion.closest(to: $0, in: candidates))
    }
  }
}
