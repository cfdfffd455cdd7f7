internal import Patterns

/// A rule as a thread evaluates it.
struct CompiledRule {
  let target: Place
  let pattern: Regex?
  let keywords: [[UInt8]]
  /// Bound to the fields of all rules, or, of a rule without a text, to those of the plan.
  let condition: FilterExpression.Compiled?
  let values: [Value]
  let isDense: Bool

  enum Place: Equatable {
    case text, record, message, line, field(RecordField, slot: Int)

    /// Lines that continue a record belong to it.
    var hasContinuations: Bool { self == .text || self == .record }
  }
  enum Value { case capture(Int), field(RecordField, slot: Int) }

  init(_ rule: LineRule, names: WantedNames, boundTo bound: [String]) {
    func place(_ name: String) -> (RecordField, Int) {
      if let field = RecordField.names[name] { return (field, -1) }
      return (.wanted, names[name] ?? -1)
    }
    let target: Place =
      switch rule.target {
      case .text: .text
      case .record: .record
      case .message: .message
      case .line: .line
      case .field(let name): .field(place(name).0, slot: place(name).1)
      }
    let values = rule.values.map { (value: LineRule.Value) -> Value in
      switch value {
      case .capture(let group): .capture(group)
      case .field(let name): .field(place(name).0, slot: place(name).1)
      }
    }
    var condition = rule.condition
    condition?.bind(wantedNames: bound)
    self.target = target
    pattern = rule.pattern
    keywords = rule.keywords
    self.condition = condition?.unshared().compiled
    self.values = values
    isDense = rule.isDense
  }
}
