/// Values of command-line options, read as expressions read theirs: `300ms`, `2h`, `10MB`, `2026-11-23T06:50:00Z`.
package enum OptionValue {
  /// Nanoseconds; nil if it is no duration with a unit, or one of more than `EventTime.longestDuration`.
  package static func duration(_ text: String) -> Int64? {
    guard let quantity = Quantity(text), quantity.kind == .duration, let value = quantity.value.integer,
      value.magnitude <= EventTime.longestDuration.magnitude
    else { return nil }
    return value
  }

  /// Events a second: `10/s`, `600/min`, `5/h`; nil for anything else, and for what is not finite.
  package static func rate(_ text: String) -> Double? {
    for (unit, seconds) in [("/s", 1.0), ("/min", 60.0), ("/m", 60.0), ("/h", 3_600.0)] where text.hasSuffix(unit) {
      guard let rate = Double(text.dropLast(unit.utf8.count).filter { $0 != " " }), rate.isFinite else { return nil }
      return rate / seconds
    }
    return nil
  }

  /// Bytes, with a unit or without; nil for anything else.
  package static func bytes(_ text: String) -> Int? {
    guard let quantity = Quantity(text), quantity.kind == .size || quantity.kind == .plain else { return nil }
    return quantity.value.integer.flatMap { Int(exactly: $0) }
  }

  /// Nanoseconds of event time; UTC where no zone stands in it.
  package static func time(_ text: String) -> Int64? { TimeLiteral.parse(text) }

  /// A logged value as a number that a threshold can be compared with; nil where it is none or of another unit.
  ///
  /// - Parameters:
  ///   - field: the field's name, which may tell the unit of a plain number (`wait_ms`).
  ///   - asDuration: the threshold is a duration: then nanoseconds. Else a plain number as it stands.
  package static func measure(_ text: String, ofField field: String, asDuration: Bool) -> Double? {
    guard let quantity = Quantity(text) else { return nil }
    switch (quantity.kind, asDuration) {
    case (.duration, true), (.plain, false): return quantity.value.double
    case (.plain, true):
      guard case .duration(let factor, let power) = NameUnit(fieldName: field) else { return nil }
      return quantity.value.scaled(by: factor, power: power).double
    default: return nil
    }
  }
}
