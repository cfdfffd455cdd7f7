internal import TraceCore
package import Config

/// Values that rules and gates have and other files do not: durations and conditions.
extension MappingReader {
  /// Nanoseconds.
  package mutating func duration(_ key: String) -> Int64? {
    guard let value = value(key) else { return nil }
    guard let text = value.text, let duration = OptionValue.duration(text), duration > 0 else {
      fail(value, "'\(key)' is a duration with its unit, as 30s, 5m or 1h")
      return nil
    }
    return duration
  }

  /// A condition on a record.
  mutating func expression(_ key: String) -> FilterExpression? {
    guard let value = value(key), let text = text(of: value, key) else { return nil }
    return expression(text, at: value, key)
  }

  mutating func expression(_ text: String, at value: YAMLNode, _ key: String) -> FilterExpression? {
    do throws(FilterError) {
      return try FilterExpression(parsing: text)
    } catch {
      fail(value, error, text, key)
      return nil
    }
  }

  mutating func fail(_ value: YAMLNode, _ error: FilterError, _ text: String, _ key: String) {
    fail(value, "'\(key)': \(error.render(expression: text))")
  }
}
