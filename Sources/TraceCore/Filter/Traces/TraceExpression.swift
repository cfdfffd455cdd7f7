package import Patterns

/// A compiled condition on a trace: `status >= 500 and any(level >= error) and count(logger = db.query) >= 10`.
///
/// Made for streams: nothing of a trace is kept but a few truths and counts.
/// - Plain fields are those of the closing record of its last request: `requestAtoms`, to be evaluated on each closing record.
/// - `any(E)`, `all(E)` and `count(E)` are about its records: `recordPredicates`, to be evaluated and counted on each record.
/// - `level` (the worst), `lines`, `records`, `requests`, `unfinished`, `tracebacks`, `errors`, `reopened`, `id`, `start` and
///   `end` are the trace's own: `TraceFacts`.
///
/// `evaluate` joins them when the trace is closed. Three-valued as `FilterExpression` is: a trace without a request has no
/// status, so `not (status < 500)` is unknown and does not match.
///
/// Meaning: docs/semantics.md#expressions.
package struct TraceExpression: Sendable {
  /// Predicates and atoms at most: what is kept for each open trace is bounded.
  package static let partLimit = 16

  /// As written.
  package let source: String
  /// The inside of each `any`, `all` and `count`; counted in `TraceFacts.counts`.
  package private(set) var recordPredicates: [FilterExpression]
  /// What is about the last request's closing record, in as few expressions as its structure allows; the last truth of
  /// each is in `TraceFacts.atoms`.
  package private(set) var requestAtoms: [FilterExpression]
  /// The truths of the atoms for a trace without a request.
  package let requestAtomDefaults: [Truth]
  /// Fields as logged that any part asks for, each once.
  package let fieldNames: [String]
  /// Whether any part looks at the route.
  package let needsRoute: Bool

  /// It asks only how many records a condition holds for, not for how many it does not: no `all(…)`, no `any(…)` under `not`.
  package let countsOnlyMatches: Bool

  private let program: TruthProgram
  private let tests: ContiguousArray<Test>
  private let ranges: ContiguousArray<ClosedRange<Int64>>
  private let idChecks: [FilterExpression]

  /// Something that `evaluate` finds out from the facts.
  private enum Test: Sendable, BitwiseCopyable {
    /// Number in `requestAtoms`.
    case atom(Int32)
    /// Numbers in `recordPredicates`.
    case any(Int32)
    case every(Int32)
    /// Number in `recordPredicates`; compared with `ranges[first ..< first + count]`.
    case count(Int32, FilterCheck.Operation, Int32, Int32)
    case own(TraceField, FilterCheck.Operation, Int32, Int32)
    /// Number in `idChecks`.
    case id(Int32)
  }

  /// Parses, checks types and takes apart.
  package init(parsing source: String) throws(FilterError) {
    self.source = source
    var parts = Parts(source: source)
    let syntax = Parts.grouped(try FilterParser.parse(source, subject: .trace))
    countsOnlyMatches = Parts.countsOnlyMatches(syntax, isNegated: false)
    program = try TruthProgram(syntax) { (leaf) throws(FilterError) in try parts.add(leaf) }
    recordPredicates = parts.recordPredicates
    requestAtoms = parts.requestAtoms
    tests = parts.tests
    ranges = parts.ranges
    idChecks = parts.idChecks
    let all = parts.recordPredicates + parts.requestAtoms
    var names = WantedNames()
    for part in all { names.add(part.fieldNames) }
    fieldNames = names.names
    needsRoute = all.contains(where: \.needsRoute)
    let scratch = MatchScratch()
    let nothing: [UInt8] = []
    requestAtomDefaults = parts.requestAtoms.map {
      $0.evaluate(LineFields(), line: .missing, route: nothing.span, bytes: nothing.span, scratch: scratch)
    }
  }

  /// Fits all parts to a catalog; `names` are the `FieldCatalog.wantedNames` in their order.
  package mutating func bind(wantedNames names: [String]) {
    for i in recordPredicates.indices { recordPredicates[i].bind(wantedNames: names) }
    for i in requestAtoms.indices { requestAtoms[i].bind(wantedNames: names) }
  }

  /// The fields asked for that are not among `seenNames`, with the name that was perhaps meant.
  package func unknownFields(given seenNames: Set<String>) -> [UnknownField] {
    UnknownField.all(of: fieldNames, given: seenNames)
  }

  /// What the expression says about a closed trace; `id` are the bytes of its request id.
  package func evaluate(_ facts: borrowing TraceFacts, id: Span<UInt8>, scratch: MatchScratch) -> Truth {
    var machine = TruthMachine()
    while let number = machine.next(program) {
      switch tests[number] {
      case .atom(let atom): machine.answer(facts.atoms[Int(atom)])
      case .any(let predicate):
        let counts = facts.counts[Int(predicate)]
        machine.answer(counts.yes > 0 ? .yes : counts.unknown > 0 ? .unknown : .no)
      case .every(let predicate):
        let counts = facts.counts[Int(predicate)]
        machine.answer(counts.no > 0 ? .no : counts.unknown > 0 ? .unknown : .yes)
      case .count(let predicate, let operation, let first, let count):
        machine.answer(compare(Int64(facts.counts[Int(predicate)].yes), operation, first, count))
      case .own(let field, let operation, let first, let count):
        let value = field.value(in: facts)
        if operation == .has {
          machine.answer(Truth(value != nil))
        } else if let value {
          machine.answer(compare(value, operation, first, count))
        } else {
          machine.answer(.unknown)
        }
      case .id(let check):
        machine.answer(truth(ofID: id, check: idChecks[Int(check)], scratch: scratch))
      }
    }
    return machine.value
  }

  private func compare(_ value: Int64, _ operation: FilterCheck.Operation, _ first: Int32, _ count: Int32) -> Truth {
    for range in ranges[Int(first)..<Int(first + count)]
    where FilterCheck.compare(operation, value, range.lowerBound, range.upperBound) {
      return .yes
    }
    return .no
  }

  /// As a record's id: the same check on a line that consists of the id.
  private func truth(ofID id: Span<UInt8>, check: FilterExpression, scratch: MatchScratch) -> Truth {
    var fields = LineFields()
    fields.requestID = id.count > 0 ? Slice(0, id.count) : .missing
    return check.evaluate(fields, line: .missing, route: id.extracting(0..<0), bytes: id, scratch: scratch)
  }
}

/// A field of the trace itself.
enum TraceField: UInt8, Sendable, BitwiseCopyable {
  case level, lines, records, requests, unfinished, tracebacks, errors, reopened, start, end, id

  init?(_ name: FilterName) {
    guard !name.isQuoted, let field = TraceField.names[name.text] else { return nil }
    self = field
  }

  static let names: [String: TraceField] = [
    "level": .level, "lines": .lines, "records": .records, "requests": .requests, "unfinished": .unfinished,
    "tracebacks": .tracebacks, "errors": .errors, "reopened": .reopened, "start": .start, "end": .end, "id": .id,
    "request_id": .id, "trace_id": .id,
  ]

  /// What it is compared with; nil for the id, which is a text.
  var kind: LiteralReader.Kind? {
    switch self {
    case .level: .level
    case .lines, .records, .requests, .unfinished, .tracebacks, .errors: .count
    case .reopened: .flag
    case .start, .end: .time
    case .id: nil
    }
  }

  /// nil where the trace has none.
  func value(in facts: borrowing TraceFacts) -> Int64? {
    switch self {
    case .level: facts.level == .none ? nil : Int64(facts.level.rawValue)
    case .lines: facts.lines
    case .records: facts.records
    case .requests: facts.requests
    case .unfinished: facts.unfinished
    case .tracebacks: facts.tracebacks
    case .errors: facts.errors
    case .reopened: facts.reopened ? 1 : 0
    case .start: facts.start == EventTime.none ? nil : facts.start
    case .end: facts.end == EventTime.none ? nil : facts.end
    case .id: nil
    }
  }
}

extension TraceExpression {
  /// Sorts the leaves of an expression by what they are about.
  private struct Parts {
    let source: String
    let reader: LiteralReader
    var recordPredicates: [FilterExpression] = []
    var requestAtoms: [FilterExpression] = []
    var idChecks: [FilterExpression] = []
    var tests: ContiguousArray<Test> = []
    var ranges: ContiguousArray<ClosedRange<Int64>> = []
    /// To find equal parts again.
    private var predicateSyntax: [FilterSyntax] = []
    private var atomSyntax: [FilterSyntax] = []

    init(source: String) {
      self.source = source
      reader = LiteralReader(expression: Array(source.utf8))
    }

    /// The same expression with what is about the request alone gathered: in `a and any(x) and b` the atoms a and b are
    /// neighbours. `and` and `or` are commutative, with unknown too.
    static func grouped(_ syntax: FilterSyntax) -> FilterSyntax {
      switch syntax {
      case .and(let parts): joined(parts.map(grouped)) { .and($0) }
      case .or(let parts): joined(parts.map(grouped)) { .or($0) }
      case .not(let part): isAtom(part) ? .request(syntax) : .not(grouped(part))
      default: isAtom(syntax) ? .request(syntax) : syntax
      }
    }

    static func countsOnlyMatches(_ syntax: FilterSyntax, isNegated: Bool) -> Bool {
      switch syntax {
      case .and(let parts), .or(let parts): parts.allSatisfy { countsOnlyMatches($0, isNegated: isNegated) }
      case .not(let part): countsOnlyMatches(part, isNegated: !isNegated)
      case .any: !isNegated
      case .every: false
      case .comparison, .has, .flag, .count, .request: true
      }
    }

    private static func joined(_ parts: [FilterSyntax], _ join: ([FilterSyntax]) -> FilterSyntax) -> FilterSyntax {
      var atoms: [FilterSyntax] = []
      var others: [FilterSyntax] = []
      for part in parts {
        if case .request(let atom) = part { atoms.append(atom) } else { others.append(part) }
      }
      guard !atoms.isEmpty else { return join(others) }
      let atom = FilterSyntax.request(atoms.count == 1 ? atoms[0] : join(atoms))
      return others.isEmpty ? atom : join([atom] + others)
    }

    private static func isAtom(_ syntax: FilterSyntax) -> Bool {
      switch syntax {
      case .and(let parts), .or(let parts): parts.allSatisfy(isAtom)
      case .not(let part): isAtom(part)
      case .has(let name): TraceField(name) == nil
      case .comparison(let comparison): TraceField(comparison.field) == nil
      case .flag, .any, .every, .count, .request: false
      }
    }

    /// Compiles a leaf; gives the number of its test.
    mutating func add(_ leaf: FilterSyntax) throws(FilterError) -> Int {
      switch leaf {
      case .request(let syntax): tests.append(.atom(try atom(syntax)))
      case .any(let syntax): tests.append(.any(try predicate(syntax)))
      case .every(let syntax): tests.append(.every(try predicate(syntax)))
      case .count(let syntax, let comparison):
        let number = try predicate(syntax)
        let (operation, first, count) = try integers(comparison, as: .count)
        tests.append(.count(number, operation, first, count))
      case .flag(let name):
        let literal = FilterLiteral(raw: "true", isQuoted: false, start: name.start, end: name.end)
        let comparison = FilterComparison(field: name, comparator: .equal, literals: [literal])
        let (operation, first, count) = try integers(comparison, as: .flag)
        tests.append(.own(.reopened, operation, first, count))
      case .comparison(let comparison):
        let field = TraceField(comparison.field) ?? .id
        if let kind = field.kind {
          let (operation, first, count) = try integers(comparison, as: kind)
          tests.append(.own(field, operation, first, count))
        } else {
          try addID(leaf)
        }
      case .has(let name):
        if let field = TraceField(name), field != .id {
          tests.append(.own(field, .has, 0, 0))
        } else {
          try addID(leaf)
        }
      case .and, .or, .not: preconditionFailure("not a leaf")
      }
      return tests.count - 1
    }

    private mutating func addID(_ leaf: FilterSyntax) throws(FilterError) {
      idChecks.append(try FilterExpression(leaf, source: source))
      tests.append(.id(Int32(idChecks.count - 1)))
    }

    private mutating func integers(
      _ comparison: FilterComparison, as kind: LiteralReader.Kind
    ) throws(FilterError) -> (FilterCheck.Operation, Int32, Int32) {
      let first = Int32(ranges.count)
      ranges.append(contentsOf: try reader.integers(of: comparison, as: kind))
      return (FilterCheck.Operation(comparison.comparator), first, Int32(ranges.count) - first)
    }

    private mutating func predicate(_ syntax: FilterSyntax) throws(FilterError) -> Int32 {
      if let known = predicateSyntax.firstIndex(where: { $0.means(syntax) }) { return Int32(known) }
      guard recordPredicates.count < partLimit else {
        throw FilterError("there are more than \(partLimit) of any(…), all(…) and count(…)", column: 1)
      }
      recordPredicates.append(try FilterExpression(syntax, source: source))
      predicateSyntax.append(syntax)
      return Int32(recordPredicates.count - 1)
    }

    private mutating func atom(_ syntax: FilterSyntax) throws(FilterError) -> Int32 {
      if let known = atomSyntax.firstIndex(where: { $0.means(syntax) }) { return Int32(known) }
      guard requestAtoms.count < partLimit else {
        throw FilterError("there are more than \(partLimit) parts about the request: put them together", column: 1)
      }
      requestAtoms.append(try FilterExpression(syntax, source: source))
      atomSyntax.append(syntax)
      return Int32(requestAtoms.count - 1)
    }
  }
}
