internal import Patterns

/// What an expression says about one record, comparison by comparison: for people who wonder why it does not match. Evaluates
/// every comparison, also those that no longer matter; slow.
package struct FilterExplanation: Sendable, Equatable {
  /// One comparison.
  package struct Check: Sendable, Equatable {
    /// As an expression writes it: `status >= 500`. With its `not`, where one stands right before it.
    package var text: String
    /// Name of the field.
    package var field: String
    /// The field's value as text; nil where the record does not have it.
    package var value: String?
    package var truth: Truth
  }

  /// The whole expression.
  package var source: String
  package var truth: Truth
  package var checks: [Check]
}

extension FilterExpression {
  /// Patterns that it searches with.
  package var patterns: [String] { compiled.constants.patterns.map(\.pattern) }

  /// Explains what `evaluate` says, with the same parameters.
  func explanation(
    _ fields: borrowing LineFields, line: Slice, route: Span<UInt8>, bytes: Span<UInt8>
  ) -> FilterExplanation {
    let scratch = MatchScratch()
    let truth = evaluate(fields, line: line, route: route, bytes: bytes, scratch: scratch)
    var checks: [FilterExplanation.Check] = []
    let steps = compiled.program.steps
    for (index, step) in steps.enumerated() {
      guard case .test(let number) = step else { continue }
      var isNegated = false
      if index + 1 < steps.count, case .not = steps[index + 1] { isNegated = true }
      let check = compiled.checks[Int(number)]
      let own = compiled.truth(of: check, fields, line: line, route: route, bytes: bytes, scratch: scratch)
      let slot = check.field == .wanted ? Int(compiled.slots[Int(check.name)]) : -1
      checks.append(
        FilterExplanation.Check(
          text: compiled.text(of: check, isNegated: isNegated), field: compiled.fieldName(of: check),
          value: fields.text(of: check.field, slot: slot, line: line, route: route, bytes: bytes),
          truth: isNegated ? own.negated : own))
    }
    return FilterExplanation(source: source, truth: truth, checks: checks)
  }
}

extension FilterExpression.Compiled {
  fileprivate func fieldName(of check: FilterCheck) -> String {
    check.field == .wanted ? fieldNames[Int(check.name)] : check.field.name
  }

  /// The comparison as it could stand in an expression.
  fileprivate func text(of check: FilterCheck, isNegated: Bool) -> String {
    let name = fieldName(of: check)
    let values = (Int(check.first)..<Int(check.first + check.count)).map { text(of: constants.items[$0], check) }
    let operation: String
    switch check.operation {
    case .has: return (isNegated ? "not " : "") + "has(\(name))"
    case .isIn: return "\(name) \(isNegated ? "not in" : "in") (\(values.joined(separator: ", ")))"
    case .equal: operation = isNegated ? "!=" : "="
    case .matches: operation = isNegated ? "!~" : "~"
    case .less: operation = "<"
    case .lessOrEqual: operation = "<="
    case .greater: operation = ">"
    case .greaterOrEqual: operation = ">="
    }
    let comparison = "\(name) \(operation) \(values.joined(separator: ", "))"
    let isWord = ["=", "!=", "~", "!~"].contains(operation)
    return isNegated && !isWord ? "not (\(comparison))" : comparison
  }

  private func text(of item: FilterCheck.Item, _ check: FilterCheck) -> String {
    switch item {
    case .integers(let low, let high):
      return low == high
        ? FieldText.integer(low, of: check.field)
        : "\(FieldText.integer(low, of: check.field))..\(FieldText.integer(high, of: check.field))"
    case .quantities(_, _, _, let first, let last): return pool(first, last)
    case .text(let first, let last): return "\"\(pool(first, last))\""
    case .pattern(let number): return "\"\(constants.patterns[Int(number)].pattern)\""
    }
  }

  private func pool(_ first: Int32, _ last: Int32) -> String {
    String(decoding: constants.pool[Int(first)..<Int(last)], as: UTF8.self)
  }
}

/// Values of skein's own fields as expressions write them.
private enum FieldText {
  static func integer(_ value: Int64, of field: RecordField) -> String {
    switch field {
    case .duration: duration(value)
    case .level: Level(rawValue: UInt8(clamping: value))?.name ?? String(value)
    case .time: EventTime.rfc3339(value)
    default: String(value)
    }
  }

  /// `812.5ms`.
  static func duration(_ nanoseconds: Int64) -> String {
    let micros = nanoseconds / 1_000
    guard micros % 1_000 != 0 else { return "\(micros / 1_000)ms" }
    var fraction = String(micros % 1_000 + 1_000).dropFirst()
    while fraction.last == "0" { fraction = fraction.dropLast() }
    return "\(micros / 1_000).\(fraction)ms"
  }
}

extension LineFields {
  /// A field's value as text; nil where the line does not have it, or has it twice.
  func text(
    of field: RecordField, slot: Int, line: Slice, route: Span<UInt8>, bytes: Span<UInt8>
  ) -> String? {
    if ambiguous & field.ambiguityBit != 0 { return nil }
    switch field {
    case .status: return status == 0 ? nil : String(status)
    case .duration: return duration < 0 ? nil : FieldText.duration(duration)
    case .level: return level == .none ? nil : level.name
    case .time: return time == EventTime.none ? nil : EventTime.rfc3339(time)
    case .route: return route.isEmpty ? nil : LineFields.text(route, 0, route.count)
    case .method: return text(method, bytes)
    case .path: return text(path, bytes)
    case .logger: return text(logger, bytes)
    case .message: return text(message, bytes)
    case .id: return text(requestID, bytes)
    case .line: return text(line, bytes)
    case .instance: return instance.isEmpty ? nil : String(decoding: instance, as: UTF8.self)
    case .wanted:
      guard slot >= 0, slot < wanted.count else { return nil }
      switch wanted[slot].kind {
      case .missing, .null, .ambiguous: return nil
      case .text, .number, .bool, .composite: return text(wanted[slot].slice, bytes)
      }
    }
  }

  private func text(_ slice: Slice, _ bytes: Span<UInt8>) -> String? {
    if slice.isMissing { return nil }
    return slice.isInArena
      ? LineFields.text(arena.span, slice.start, slice.end) : LineFields.text(bytes, slice.start, slice.end)
  }

  private static func text(_ bytes: Span<UInt8>, _ start: Int, _ end: Int) -> String {
    var text: [UInt8] = []
    for i in start..<end { text.append(bytes[i]) }
    return String(decoding: text, as: UTF8.self)
  }
}

extension FilterExpression {
  /// Whether skein itself knows what a name means, whatever the log calls its fields.
  package static func isOwnField(_ name: String) -> Bool { RecordField.names[name] != nil }
}
