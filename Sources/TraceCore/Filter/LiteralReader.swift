internal import Config
internal import Patterns

/// Reads what stands right of an operator as the kind of value that the field on the left has, or says what to write.
struct LiteralReader {
  /// Kinds that are compared as Int64.
  enum Kind: Sendable {
    /// 100 ... 999, also `5xx`.
    case status
    /// Nanoseconds, written with a unit.
    case duration
    /// `Level.rawValue`, written as a word.
    case level
    /// Nanoseconds of event time.
    case time
    /// A whole number of things (lines, records).
    case count
    /// 0 or 1, written `false` or `true`.
    case flag
  }

  /// The expression, for columns.
  let expression: [UInt8]

  func error(_ message: String, at literal: FilterLiteral) -> FilterError {
    FilterError(message, in: expression, from: literal.start, to: literal.end)
  }

  func error(_ message: String, at name: FilterName) -> FilterError {
    FilterError(message, in: expression, from: name.start, to: name.end)
  }

  /// The values that a comparison names, as ranges: `5xx` is 500...599, `300ms` is one number.
  func integers(of comparison: FilterComparison, as kind: Kind) throws(FilterError) -> [ClosedRange<Int64>] {
    let field = comparison.field
    if comparison.comparator == .matches {
      throw error(message(noPatternFor: field.text, kind), at: comparison.literals[0])
    }
    var ranges: [ClosedRange<Int64>] = []
    for literal in comparison.literals {
      let text = try text(of: literal)
      if let (first, last) = LiteralReader.split(range: text) {
        try expectList(comparison, literal)
        let low = try integer(first, as: kind, literal, field).lowerBound
        let high = try integer(last, as: kind, literal, field).upperBound
        guard low <= high else { throw error("this range runs backwards", at: literal) }
        ranges.append(low...high)
      } else {
        ranges.append(try integer(text, as: kind, literal, field))
      }
    }
    return ranges
  }

  /// Ranges stand in lists only.
  func expectList(_ comparison: FilterComparison, _ literal: FilterLiteral) throws(FilterError) {
    guard comparison.comparator != .isIn else { return }
    throw error("a range must be in a list: write `\(comparison.field.text) in (\(literal.raw))`", at: literal)
  }

  /// The text with its escapes taken off.
  func text(of literal: FilterLiteral) throws(FilterError) -> String {
    guard let text = literal.text else {
      throw error(#"a backslash stands before \ " ' n t r only: write `\\` for one of its own"#, at: literal)
    }
    return text
  }

  /// The compiled pattern right of `~`.
  func pattern(of literal: FilterLiteral) throws(FilterError) -> Regex {
    let quote = literal.isQuoted ? expression[literal.start] : 0
    do throws(PatternError) {
      return try Regex(literal.pattern(quote: quote))
    } catch {
      let start = min(literal.start + (literal.isQuoted ? 1 : 0) + error.offset, literal.end - 1)
      throw FilterError("this pattern is not valid: \(error.message)", in: expression, from: start, to: start + 1)
    }
  }

  /// `a..b` in two; nil where that is not what it looks like.
  static func split(range text: String) -> (first: String, last: String)? {
    let bytes = Array(text.utf8)
    guard bytes.count >= 4 else { return nil }
    for i in 1..<(bytes.count - 2) where bytes[i] == 0x2E && bytes[i + 1] == 0x2E {
      return (String(decoding: bytes[..<i], as: UTF8.self), String(decoding: bytes[(i + 2)...], as: UTF8.self))
    }
    return nil
  }

  /// `5xx` as 500...599.
  static func statusClass(_ text: String) -> ClosedRange<Int64>? {
    let bytes = Array(text.utf8)
    guard bytes.count == 3, bytes[0] &- 0x31 < 9, bytes[1] | 0x20 == 0x78, bytes[2] | 0x20 == 0x78 else { return nil }
    let low = Int64(bytes[0] &- 0x30) * 100
    return low...(low + 99)
  }

  private func integer(
    _ text: String, as kind: Kind, _ literal: FilterLiteral, _ field: FilterName
  ) throws(FilterError) -> ClosedRange<Int64> {
    switch kind {
    case .status:
      if let range = LiteralReader.statusClass(text) { return range }
      if let value = wholeNumber(text) { return value...value }
    case .count:
      if let value = wholeNumber(text) { return value...value }
    case .duration:
      let value = try duration(text, literal)
      return value...value
    case .level:
      let bytes = Array(text.utf8)
      if let level = Level(word: bytes.span, from: 0, to: bytes.count) {
        return Int64(level.rawValue)...Int64(level.rawValue)
      }
      // Words as people write them; `Level.name` has one of each.
      let words = ["trace", "debug", "info", "notice", "warn", "warning", "error", "critical", "fatal"]
      if let near = NameSuggestion.closest(to: text, in: words) {
        throw error("`\(text)` is no level: did you mean `\(near)`?", at: literal)
      }
    case .time:
      if let value = TimeLiteral.parse(text) { return value...value }
    case .flag:
      if text == "true" { return 1...1 }
      if text == "false" { return 0...0 }
    }
    throw error(message(expected: kind, field: field.text), at: literal)
  }

  private func wholeNumber(_ text: String) -> Int64? {
    guard let quantity = Quantity(text), quantity.kind == .plain else { return nil }
    return quantity.value.integer
  }

  private func duration(_ text: String, _ literal: FilterLiteral) throws(FilterError) -> Int64 {
    guard let quantity = Quantity(text), quantity.kind == .plain || quantity.kind == .duration else {
      throw error(message(expected: .duration, field: "duration"), at: literal)
    }
    if quantity.kind == .plain { throw error("duration needs a unit: write \(text)ms", at: literal) }
    guard let value = quantity.value.integer else {
      throw error("a duration is a whole number of nanoseconds, and less than 292 years", at: literal)
    }
    return value
  }

  private func message(expected kind: Kind, field: String) -> String {
    switch kind {
    case .status: "\(field) is a number: write `\(field) >= 500`, `\(field) = 5xx` or `\(field) in (404, 500..599)`"
    case .duration: "\(field) is compared with a time such as 300ms, 1.5s or 2m"
    case .level: "\(field) is compared with trace, debug, info, notice, warning, error or critical"
    case .time: "\(field) is compared with a time such as \"2026-11-23T06:50:00Z\""
    case .count: "\(field) is compared with a whole number"
    case .flag: "\(field) is true or false"
    }
  }

  private func message(noPatternFor field: String, _ kind: Kind) -> String {
    switch kind {
    case .status:
      "\(field) is a number and cannot be matched by a pattern: write `\(field) = 5xx` or `\(field) in (500, 503)`"
    case .level: "\(field) is ordered and cannot be matched by a pattern: write `\(field) >= warning`"
    case .flag: "\(field) takes no pattern: write `\(field) = true`"
    case .duration, .time, .count: "\(field) takes no pattern: compare it with < <= = != >= > or in"
    }
  }
}
