/// An expression as it is written: a tree of names and literals, before anyone asks what they mean.
///
/// `!=`, `!~` and `not in` are `not` around their positive form: a missing field is unknown either way.
indirect enum FilterSyntax: Sendable, Equatable {
  /// Two or more parts.
  case and([FilterSyntax])
  case or([FilterSyntax])
  case not(FilterSyntax)
  case comparison(FilterComparison)
  case has(FilterName)
  /// A field alone; a term where it is a flag (`reopened`).
  case flag(FilterName)
  /// `any(…)`, `all(…)`: about the records of a trace.
  case any(FilterSyntax)
  case every(FilterSyntax)
  /// `count(…) >= 3`; the name is `count` and where it stands.
  case count(FilterSyntax, FilterComparison)
  /// In an expression about a trace: a part about the closing record of its request. `TraceExpression` puts it there.
  case request(FilterSyntax)

  /// Whether the two say the same, wherever they stand.
  func means(_ other: FilterSyntax) -> Bool { withoutPlaces == other.withoutPlaces }

  private var withoutPlaces: FilterSyntax {
    switch self {
    case .and(let parts): .and(parts.map(\.withoutPlaces))
    case .or(let parts): .or(parts.map(\.withoutPlaces))
    case .not(let part): .not(part.withoutPlaces)
    case .comparison(let comparison): .comparison(comparison.withoutPlaces)
    case .has(let name): .has(name.withoutPlace)
    case .flag(let name): .flag(name.withoutPlace)
    case .any(let part): .any(part.withoutPlaces)
    case .every(let part): .every(part.withoutPlaces)
    case .count(let part, let comparison): .count(part.withoutPlaces, comparison.withoutPlaces)
    case .request(let part): .request(part.withoutPlaces)
    }
  }
}

/// `field operator literal`, or `field in (literals)`.
struct FilterComparison: Sendable, Equatable {
  var field: FilterName
  var comparator: Comparator
  /// One, but for `isIn`: one or more.
  var literals: [FilterLiteral]

  fileprivate var withoutPlaces: FilterComparison {
    FilterComparison(field: field.withoutPlace, comparator: comparator, literals: literals.map(\.withoutPlace))
  }

  enum Comparator: UInt8, Sendable, BitwiseCopyable {
    case equal, less, lessOrEqual, greater, greaterOrEqual, matches, isIn

    var isOrder: Bool {
      switch self {
      case .less, .lessOrEqual, .greater, .greaterOrEqual: true
      case .equal, .matches, .isIn: false
      }
    }
  }
}

/// The name of a field; `start ..< end` are bytes of the expression.
struct FilterName: Sendable, Equatable {
  var text: String
  /// In backquotes: the field as logged, also where the name is one of skein's own.
  var isQuoted: Bool
  var start: Int
  var end: Int

  fileprivate var withoutPlace: FilterName { FilterName(text: text, isQuoted: isQuoted, start: 0, end: 0) }
}

/// What stands on the right; `start ..< end` are bytes of the expression, quotes included.
struct FilterLiteral: Sendable, Equatable {
  /// What stands between the quotes with its backslashes, or the bare word (`300 ms` without the blank).
  var raw: String
  var isQuoted: Bool
  var start: Int
  var end: Int

  fileprivate var withoutPlace: FilterLiteral { FilterLiteral(raw: raw, isQuoted: isQuoted, start: 0, end: 0) }

  /// The text that a pattern consists of: only the quote's own backslash is taken off, the others are the pattern's.
  func pattern(quote: UInt8) -> String {
    guard isQuoted else { return raw }
    return FilterLiteral.replacingEscapes(raw) { $0 == quote ? quote : nil } ?? raw
  }

  /// The text it stands for, or nil where a backslash stands before something it has no meaning with.
  var text: String? {
    guard isQuoted else { return raw }
    return FilterLiteral.replacingEscapes(raw, strict: true) { byte in
      switch byte {
      case 0x22, 0x27, 0x5C: byte
      case 0x6E: 0x0A
      case 0x74: 0x09
      case 0x72: 0x0D
      default: nil
      }
    }
  }

  private static func replacingEscapes(
    _ text: String, strict: Bool = false, _ replacement: (UInt8) -> UInt8?
  ) -> String? {
    var output: [UInt8] = []
    var bytes = text.utf8.makeIterator()
    while let byte = bytes.next() {
      guard byte == 0x5C, let escaped = bytes.next() else {
        output.append(byte)
        continue
      }
      if let replaced = replacement(escaped) {
        output.append(replaced)
      } else if strict {
        return nil
      } else {
        output += [byte, escaped]
      }
    }
    return String(decoding: output, as: UTF8.self)
  }
}
