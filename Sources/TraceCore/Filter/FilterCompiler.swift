/// Gives names and literals their meaning: from a tree to checks and constants.
///
/// The place of type errors: what a field cannot be compared with is reported here, with its column.
struct FilterCompiler {
  private(set) var checks: ContiguousArray<FilterCheck> = []
  private(set) var constants = FilterCheck.Constants()
  private(set) var names = WantedNames()
  private let reader: LiteralReader

  init(expression: [UInt8]) { reader = LiteralReader(expression: expression) }

  /// Compiles a leaf about a record; gives the number of its check.
  mutating func add(_ syntax: FilterSyntax) throws(FilterError) -> Int {
    switch syntax {
    case .has(let name):
      checks.append(check(on: name, .has))
    case .comparison(let comparison):
      var check = check(on: comparison.field, FilterCheck.Operation(comparison.comparator))
      check.first = Int32(constants.items.count)
      try addItems(comparison, field: check.field)
      check.count = Int32(constants.items.count) - check.first
      checks.append(check)
    case .flag(let name):
      throw reader.error("`\(name.text)` is about a trace, not about a record", at: name)
    case .and, .or, .not, .any, .every, .count, .request:
      throw FilterError("any(…), all(…) and count(…) are about a trace, not about a record", column: 1)
    }
    return checks.count - 1
  }

  private mutating func check(on name: FilterName, _ operation: FilterCheck.Operation) -> FilterCheck {
    var check = FilterCheck(field: RecordField(name), operation: operation)
    if check.field == .wanted {
      check.name = Int32(names.slot(for: name.text))
      check.unit = NameUnit(fieldName: name.text)
    }
    return check
  }

  private mutating func addItems(_ comparison: FilterComparison, field: RecordField) throws(FilterError) {
    if case .integer(let kind) = field.kind {
      for range in try reader.integers(of: comparison, as: kind) {
        constants.items.append(.integers(range.lowerBound, range.upperBound))
      }
      return
    }
    if comparison.comparator == .matches {
      constants.patterns.append(try reader.pattern(of: comparison.literals[0]))
      constants.items.append(.pattern(Int32(constants.patterns.count - 1)))
      return
    }
    for literal in comparison.literals {
      if case .asLogged = field.kind, !literal.isQuoted, let item = try quantity(literal, comparison) {
        constants.items.append(item)
      } else {
        if comparison.comparator.isOrder, !literal.isQuoted, Quantity(literal.raw) != nil {
          throw reader.error(
            "\(comparison.field.text) is a text and has no order with a number: quote the value to compare texts",
            at: literal)
        }
        let (start, end) = constants.add(text: try reader.text(of: literal))
        constants.items.append(.text(start, end))
      }
    }
  }

  /// The bare word as number, range or class; nil where it is a text.
  private mutating func quantity(
    _ literal: FilterLiteral, _ comparison: FilterComparison
  ) throws(FilterError) -> FilterCheck.Item? {
    if literal.raw == "null" {
      throw reader.error(
        "null is no value: write `not has(\(comparison.field.text))`, or \"null\" in quotes for the text", at: literal)
    }
    let low: Quantity
    let high: Quantity
    if let value = Quantity(literal.raw) {
      (low, high) = (value, value)
    } else if let range = LiteralReader.statusClass(literal.raw), var value = Quantity("0") {
      value.value = ExactDecimal(range.lowerBound)
      low = value
      value.value = ExactDecimal(range.upperBound)
      high = value
    } else if let (first, last) = LiteralReader.split(range: literal.raw), let from = Quantity(first),
      let to = Quantity(last)
    {
      try reader.expectList(comparison, literal)
      guard from.kind == to.kind else { throw reader.error("both ends of a range need the same unit", at: literal) }
      guard from.value <= to.value else { throw reader.error("this range runs backwards", at: literal) }
      (low, high) = (from, to)
    } else {
      return nil
    }
    let (start, end) = constants.add(text: literal.raw)
    return .quantities(low.value, high.value, low.kind, start, end)
  }
}
