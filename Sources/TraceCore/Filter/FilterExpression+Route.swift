package import Patterns

/// What an expression says about the route, so that a route that does not exist is told from one without requests.
extension FilterExpression {
  /// The parts of an `and` (or the whole) that say positively which routes are meant, as an expression of its own, with the
  /// routes named in it; nil where nothing does.
  package func routeCondition() -> (expression: FilterExpression, names: [String])? {
    guard let syntax = try? FilterParser.parse(source, subject: .record) else { return nil }
    let parts: [FilterSyntax] = if case .and(let parts) = syntax { parts } else { [syntax] }
    let about = parts.filter(\.isAboutRoute)
    guard let first = about.first,
      let expression = try? FilterExpression(about.count == 1 ? first : .and(about), source: source)
    else { return nil }
    return (expression, about.flatMap(\.literals))
  }

  /// Whether it holds for a route of this name, where it looks at nothing but the route.
  package func holds(forRoute name: String, scratch: MatchScratch) -> Bool {
    let route = Array(name.utf8)
    let none: [UInt8] = []
    return evaluate(LineFields(), line: .missing, route: route.span, bytes: none.span, scratch: scratch) == .yes
  }
}

extension FilterSyntax {
  /// A comparison with the route that says what it is, or an `or` of such.
  fileprivate var isAboutRoute: Bool {
    switch self {
    case .comparison(let comparison): RecordField(comparison.field) == .route
    case .or(let parts): parts.allSatisfy(\.isAboutRoute)
    default: false
    }
  }

  fileprivate var literals: [String] {
    switch self {
    case .comparison(let comparison): comparison.comparator == .matches ? [] : comparison.literals.compactMap(\.text)
    case .or(let parts): parts.flatMap(\.literals)
    default: []
    }
  }
}
