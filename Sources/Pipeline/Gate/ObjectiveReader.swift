package import Analysis
internal import Config
internal import TraceCore

/// Reads what an objective says: `p95 < 300 ms`, `error_rate < baseline + 1 %`, `ratio(status = 429) < 1 %`.
///
///     objective = metric ("<" | "<=" | "=" | ">=" | ">") limit
///     metric    = name | name "(" inside ")"
///     limit     = value | [number "*"] "baseline" [("+" | "-") value]
package struct ObjectiveReader {
  /// What is wrong, at the character `offset` of the text, from 0.
  package struct Fault: Error, Equatable {
    package var message: String
    package var offset: Int
  }

  private let text: [Character]

  /// - Parameter text: of one objective.
  package static func read(_ text: String) throws(Fault) -> Objective {
    try ObjectiveReader(text: Array(text)).read(text)
  }

  private static let examples = "`error_rate < 2 %`, `p95 < 300 ms`"
  private static let metrics = [
    "error_rate", "unfinished_rate", "throughput", "ratio", "findings", "p50", "p90", "p95", "p99",
  ]

  private func read(_ source: String) throws(Fault) -> Objective {
    var at = skip(0)
    let nameStart = at
    while at < text.count, isWord(text[at]) { at += 1 }
    let name = String(text[nameStart..<at])
    guard !name.isEmpty else {
      throw Fault(message: "an objective begins with what is measured: \(Self.examples)", offset: nameStart)
    }
    at = skip(at)
    var inside: Range<Int>?
    if at < text.count, text[at] == "(" {
      let end = try closing(of: at)
      inside = at + 1..<end
      at = skip(end + 1)
    }
    let metric = try self.metric(name, at: nameStart, inside: inside)
    let comparison = try self.comparison(at: &at)
    guard at < text.count else {
      throw Fault(message: "the limit is missing after `\(comparison)`: \(Self.examples)", offset: text.count)
    }
    let (limit, fieldIsDuration) = try self.limit(from: at, metric)
    return try objective(source, metric, comparison, limit, fieldIsDuration, at)
  }

  // MARK: The metric

  private func metric(_ name: String, at offset: Int, inside: Range<Int>?) throws(Fault) -> Objective.Metric {
    let trimmed = inside.map { String(text[$0]).trimmed } ?? ""
    func refuseInside() throws(Fault) {
      if let inside {
        throw Fault(
          message: "\(name) cannot have anything in parentheses; write `where:` beside it", offset: inside.lowerBound)
      }
    }
    switch name {
    case "error_rate":
      try refuseInside()
      return .errorRate
    case "unfinished_rate":
      try refuseInside()
      return .unfinishedRate
    case "throughput":
      try refuseInside()
      return .throughput
    case "findings":
      guard let severity = ["P0", "P1", "P2", "P3"].firstIndex(of: trimmed.uppercased()) else {
        throw Fault(
          message: "findings(…) needs the mildest severity that counts: `findings(P1) = 0` is about P0 and P1",
          offset: inside?.lowerBound ?? offset)
      }
      return .findings(worst: severity)
    case "ratio":
      guard let inside, !trimmed.isEmpty else {
        throw Fault(
          message: "ratio(…) needs a condition on requests: `ratio(status = 429) < 1 %`",
          offset: inside?.lowerBound ?? offset)
      }
      return .ratio(try expression(inside))
    default:
      if let quantile = try self.quantile(name, at: offset) {
        guard let inside else { return .quantile(q: quantile, of: .duration) }
        guard !trimmed.isEmpty else {
          throw Fault(
            message: "the name of a field is missing: `\(name)(db_ms) < 100 ms`; without one leave the parentheses out",
            offset: inside.lowerBound)
        }
        if trimmed == "duration" { return .quantile(q: quantile, of: .duration) }
        return .quantile(q: quantile, of: .field(GateField(name: trimmed, isDuration: true)))
      }
      let near = NameSuggestion.closest(to: name, in: Self.metrics).map { "; did you mean '\($0)'?" }
      throw Fault(
        message: "nothing is measured by the name '\(name)'"
          + (near
            ?? "; there are error_rate, unfinished_rate, throughput, p95 (any percentile), ratio(…) and findings(…)"),
        offset: offset)
    }
  }

  /// `p95`, `p99.9`; nil for another word.
  private func quantile(_ name: String, at offset: Int) throws(Fault) -> Double? {
    guard name.first == "p", name.count > 1 else { return nil }
    let digits = name.dropFirst()
    guard digits.allSatisfy({ $0.isASCII && ($0.isNumber || $0 == ".") }), let percent = Double(digits) else {
      return nil
    }
    guard percent > 0, percent < 100 else {
      let meant =
        digits.count == 3 && digits.first == "9" ? "; did you mean p\(digits.prefix(2)).\(digits.suffix(1))?" : ""
      throw Fault(
        message: "\(name) is no percentile: it must be above p0 and below p100\(meant)", offset: offset)
    }
    return percent / 100
  }

  private func expression(_ range: Range<Int>) throws(Fault) -> FilterExpression {
    do throws(FilterError) {
      return try FilterExpression(parsing: String(text[range]))
    } catch {
      throw Fault(message: error.message, offset: range.lowerBound + error.column - 1)
    }
  }

  // MARK: The comparison

  private func comparison(at place: inout Int) throws(Fault) -> String {
    for sign in ["<=", ">=", "<", ">", "==", "=", "≤", "≥"] where text[min(place, text.count)...].starts(with: sign) {
      let start = place
      place = skip(place + sign.count)
      switch sign {
      case "==": throw Fault(message: "write `=`", offset: start)
      case "≤": return "<="
      case "≥": return ">="
      default: return sign
      }
    }
    throw Fault(message: "a comparison (<, <=, >, >=) is missing here: \(Self.examples)", offset: place)
  }

  // MARK: The limit

  /// - Returns: the limit, and, of a field, whether it is a duration.
  private func limit(from start: Int, _ metric: Objective.Metric) throws(Fault) -> (Objective.Limit, Bool) {
    let rest = String(text[start...])
    guard let word = rest.firstRange(of: "baseline") else {
      let (value, isDuration) = try value(rest.trimmed, metric, at: start)
      return (Objective.Limit(offset: value), isDuration)
    }
    var factor = 1.0
    let before = String(rest[..<word.lowerBound]).trimmed
    if !before.isEmpty {
      guard before.last == "*", let number = Double(String(before.dropLast()).trimmed), number > 0, number.isFinite
      else {
        throw Fault(
          message: "before `baseline` there must be a number above 0 and `*`: `1.2 * baseline`", offset: start)
      }
      factor = number
    }
    let after = String(rest[word.upperBound...]).trimmed
    let offset = start + rest.distance(from: rest.startIndex, to: word.upperBound)
    guard let sign = after.first else {
      return (Objective.Limit(factor: factor, offset: 0), isDurationByName(metric))
    }
    guard sign == "+" || sign == "-" else {
      throw Fault(
        message: "after `baseline` there must be `+` or `-` and a value: `baseline + 1 %`", offset: skip(offset))
    }
    let (value, isDuration) = try value(String(after.dropFirst()).trimmed, metric, at: skip(skip(offset) + 1))
    return (Objective.Limit(factor: factor, offset: sign == "+" ? value : -value), isDuration)
  }

  /// Whether the name of the field tells a unit of time.
  private func isDurationByName(_ metric: Objective.Metric) -> Bool {
    guard case .quantile(_, .field(let field)) = metric else { return true }
    return OptionValue.measure("1", ofField: field.name, asDuration: true) != nil
  }

  private func value(_ word: String, _ metric: Objective.Metric, at offset: Int) throws(Fault) -> (Double, Bool) {
    let number = Double(word)
    switch metric {
    case .errorRate, .unfinishedRate, .ratio:
      if word.last == "%", let percent = Double(String(word.dropLast()).trimmed), percent.isFinite {
        return (percent / 100, false)
      }
      throw Fault(message: "the limit of a share is given in percent, as 2 %; '\(word)' is not", offset: offset)
    case .throughput:
      if let rate = OptionValue.rate(word) { return (rate, false) }
      throw Fault(message: "the limit of throughput is given as 5/s or 300/min; '\(word)' is not", offset: offset)
    case .findings:
      if let count = Int(word), count >= 0 { return (Double(count), false) }
      throw Fault(message: "the limit of findings is a whole number; '\(word)' is not", offset: offset)
    case .quantile(_, .duration):
      if let duration = OptionValue.duration(word) { return (Double(duration), true) }
      let hint = number == nil ? "as 300 ms or 1.5s" : "as \(word) ms"
      throw Fault(message: "the limit of a duration is given with its unit, \(hint); '\(word)' is not", offset: offset)
    case .quantile(_, .field(let field)):
      if let duration = OptionValue.duration(word) { return (Double(duration), true) }
      guard let number, number.isFinite else {
        throw Fault(
          message: "the limit is a number, or a duration with its unit as 100 ms; '\(word)' is neither", offset: offset)
      }
      if isDurationByName(metric) {
        throw Fault(
          message: "\(field.name) is a duration by its name: give the limit its unit, as \(word) ms", offset: offset)
      }
      return (number * 1_000, false)
    }
  }

  // MARK: All of it

  private func objective(
    _ source: String, _ metric: Objective.Metric, _ sign: String, _ limit: Objective.Limit, _ isDuration: Bool,
    _ offset: Int
  ) throws(Fault) -> Objective {
    var metric = metric
    var comparison = Objective.Comparison(rawValue: sign) ?? .lessOrEqual
    if case .quantile(let q, .field(let field)) = metric {
      metric = .quantile(q: q, of: .field(GateField(name: field.name, isDuration: isDuration)))
    }
    if case .findings = metric {
      guard !limit.isRelative else { throw Fault(message: "findings are compared with a number", offset: offset) }
      guard comparison.isCeiling, sign != "<" || limit.offset > 0 else {
        throw Fault(message: "findings are limited from above: `= 0` or `< 3`", offset: offset)
      }
      if sign == "=" {
        guard limit.offset == 0 else {
          throw Fault(
            message: "`=` is for none at all (`= 0`); write `<= \(Int(saturating: limit.offset))`", offset: offset)
        }
        comparison = .lessOrEqual
      }
    } else {
      guard sign != "=" else {
        throw Fault(message: "an exact value is never proven: write `<` or `>`", offset: offset)
      }
      try check(limit, metric, comparison, offset)
    }
    return Objective(text: source.trimmed, metric: metric, comparison: comparison, limit: limit)
  }

  /// Limits that nothing can meet, or everything does.
  private func check(
    _ limit: Objective.Limit, _ metric: Objective.Metric, _ comparison: Objective.Comparison, _ offset: Int
  ) throws(Fault) {
    guard !limit.isRelative else { return }
    switch metric {
    case .errorRate, .unfinishedRate, .ratio:
      if limit.offset <= 0 {
        throw Fault(
          message: comparison.isCeiling
            ? "a share under 0 % is never proven, however many requests there are; give a small limit, as 0.1 %"
            : "a share is always 0 % or more: give a limit above it", offset: offset)
      }
      if limit.offset >= 1 {
        throw Fault(
          message: comparison.isCeiling
            ? "a share is always 100 % or less: give a limit below it"
            : "a share over 100 % is never proven; give a limit below it, as 99.9 %", offset: offset)
      }
    case .throughput, .quantile:
      if limit.offset <= 0 { throw Fault(message: "the limit is above 0", offset: offset) }
    case .findings: break
    }
  }

  // MARK: Characters

  private func skip(_ place: Int) -> Int {
    var place = place
    while place < text.count, text[place].isWhitespace { place += 1 }
    return place
  }

  private func isWord(_ character: Character) -> Bool {
    character.isLetter || character.isNumber || character == "_" || character == "." || character == "-"
  }

  /// The parenthesis that closes the one at `open`; those in quotes do not count.
  private func closing(of open: Int) throws(Fault) -> Int {
    var depth = 0
    var quote: Character?
    var place = open
    while place < text.count {
      let character = text[place]
      if let end = quote {
        if character == "\\" { place += 1 } else if character == end { quote = nil }
      } else if character == "\"" || character == "'" {
        quote = character
      } else if character == "(" {
        depth += 1
      } else if character == ")" {
        depth -= 1
        if depth == 0 { return place }
      }
      place += 1
    }
    throw Fault(message: "this `(` is never closed", offset: open)
  }
}

extension String {
  /// Without blanks at both ends.
  fileprivate var trimmed: String {
    var part = self[...]
    while part.first?.isWhitespace == true { part = part.dropFirst() }
    while part.last?.isWhitespace == true { part = part.dropLast() }
    return String(part)
  }
}
