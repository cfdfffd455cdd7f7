/// Values of command-line options, read as expressions read theirs: `300ms`, `2h`, `10MB`, `2026-11-23T06:50:00Z`.
package enum OptionValue {
  /// Nanoseconds; nil if it is no duration with a unit.
  package static func duration(_ text: String) -> Int64? {
    guard let quantity = Quantity(text), quantity.kind == .duration else { return nil }
    return quantity.value.integer
  }

  /// Bytes, with a unit or without; nil for anything else.
  package static func bytes(_ text: String) -> Int? {
    guard let quantity = Quantity(text), quantity.kind == .size || quantity.kind == .plain else { return nil }
    return quantity.value.integer.flatMap { Int(exactly: $0) }
  }

  /// Nanoseconds of event time; UTC where no zone stands in it.
  package static func time(_ text: String) -> Int64? { TimeLiteral.parse(text) }
}
