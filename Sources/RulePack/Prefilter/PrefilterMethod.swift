package import Patterns

/// How a rule is looked for.
package enum PrefilterMethod: Sendable, Equatable {
  /// Vectorscan runs this expression.
  case expression(String)
  /// One of these texts must occur.
  case literals([RequiredLiteral])
  /// It cannot be looked for.
  case always
}

extension PrefilterMethod: CustomStringConvertible {
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
