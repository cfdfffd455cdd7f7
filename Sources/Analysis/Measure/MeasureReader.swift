internal import Config
internal import TraceCore

/// Reads what a placeholder asks for: `MEASURE p95 where route = "/api/spots" from baseline in ms`.
///
///     placeholder = "MEASURE" measure
///     measure     = figure { "where" EXPR | "from" SPAN | "by" FIELD | "in" UNIT }     each at most once, in any order
///     SPAN        = NAME | [TIME] ".." [TIME]
///
/// The four words end what stands before them, but for those in quotes and parentheses (and the `in` of `status in (…)`).
/// They are read in any case.
package struct MeasureReader {
  /// What is wrong, at the character `offset` of the text, from 0.
  package struct Fault: Error, Sendable, Equatable {
    package var message: String
    package var offset: Int

    package init(message: String, offset: Int) {
      self.message = message
      self.offset = offset
    }
  }

  private enum Keyword: String, CaseIterable { case `where`, from, by, `in` }

  /// A part of the text without blanks at its ends.
  private struct Part {
    var text: String
    var offset: Int
  }

  private let text: [Character]

  private init(_ text: String) { self.text = Array(text) }

  /// What stands between the brackets, the word MEASURE with it.
  package static func read(placeholder text: String) throws(Fault) -> Measure {
    let word = "MEASURE"
    return try MeasureReader(text).read(from: text.uppercased().hasPrefix(word) ? word.count : 0)
  }

  /// A measure alone.
  package static func read(_ text: String) throws(Fault) -> Measure { try MeasureReader(text).read(from: 0) }

  private static let examples = "`p95 where route = \"/api/spots\"`, `error_rate from baseline`, `requests by version`"

  private func read(from start: Int) throws(Fault) -> Measure {
    let (head, clauses) = try split(from: start)
    guard !head.text.isEmpty else {
      throw Fault(message: "what is to be measured is missing: \(Self.examples)", offset: head.offset)
    }
    var measure = Measure(try figure(head))
    for (keyword, part) in clauses {
      switch keyword {
      case .where: measure.condition = try expression(part)
      case .from: measure.place = try place(part)
      case .by: measure.group = try field(part)
      case .in: measure.unit = try unit(part, of: measure.figure)
      }
    }
    try check(measure, clauses)
    return measure
  }

  // MARK: The parts

  /// The figure, and what comes after each keyword.
  private func split(from start: Int) throws(Fault) -> (Part, [(Keyword, Part)]) {
    var borders: [(keyword: Keyword, start: Int, end: Int)] = []
    var depth = 0
    var place = start
    while place < text.count {
      let character = text[place]
      if character == "\"" || character == "'" || character == "`" {
        place = try closing(place)
      } else if character == "(" {
        depth += 1
      } else if character == ")" {
        depth = max(0, depth - 1)
      } else if depth == 0, isWord(character), place == start || !isWord(text[place - 1]) {
        var end = place
        while end < text.count, isWord(text[end]) { end += 1 }
        if let keyword = Keyword(rawValue: String(text[place..<end]).lowercased()), begins(keyword, end) {
          guard !borders.contains(where: { $0.keyword == keyword }) else {
            throw Fault(message: "`\(keyword.rawValue)` is here for the second time", offset: place)
          }
          borders.append((keyword, place, end))
        }
        place = end
        continue
      }
      place += 1
    }
    func part(_ from: Int, _ to: Int) -> Part {
      var (from, to) = (from, to)
      while from < to, text[from].isWhitespace { from += 1 }
      while to > from, text[to - 1].isWhitespace { to -= 1 }
      return Part(text: String(text[from..<to]), offset: from)
    }
    let clauses = borders.indices.map { index in
      let next = index + 1 < borders.count ? borders[index + 1].start : text.count
      return (borders[index].keyword, part(borders[index].end, next))
    }
    return (part(start, borders.first?.start ?? text.count), clauses)
  }

  /// Whether the word that ends at `end` is no operator of an expression: `status in (500, 503)`.
  private func begins(_ keyword: Keyword, _ end: Int) -> Bool {
    guard keyword == .in else { return true }
    var next = end
    while next < text.count, text[next].isWhitespace { next += 1 }
    return next == text.count || text[next] != "("
  }

  /// Where the quote at `start` ends.
  private func closing(_ start: Int) throws(Fault) -> Int {
    var place = start + 1
    while place < text.count {
      if text[place] == "\\", text[start] != "`" { place += 1 } else if text[place] == text[start] { return place }
      place += 1
    }
    throw Fault(message: "this quote is never closed", offset: start)
  }

  private func isWord(_ character: Character) -> Bool {
    character.isLetter || character.isNumber || character == "_" || character == "." || character == "-"
      || character == "/" || character == "%"
  }

  // MARK: The figure

  private static let figures: [(name: String, figure: Measure.Figure)] = [
    ("requests", .requests), ("errors", .errors), ("client_errors", .clientErrors), ("unfinished", .unfinished),
    ("error_rate", .errorRate), ("rate", .rate), ("max", .max), ("in_flight", .inFlight),
    ("in_flight_peak", .inFlightPeak), ("in_flight_peak_at", .inFlightPeakAt), ("traces", .traces), ("first", .first),
    ("last", .last), ("duration", .duration),
  ]

  /// What people call some of them.
  private static let otherNames = [
    "count": "requests", "median": "p50", "maximum": "max", "throughput": "rate", "rps": "rate", "start": "first",
    "end": "last", "errorrate": "error_rate", "error": "errors", "failures": "errors", "failed": "errors",
    "5xx": "errors", "4xx": "client_errors", "latency": "p95", "concurrency": "in_flight", "inflight": "in_flight",
    "parallel": "in_flight", "peak": "in_flight_peak",
  ]

  private func figure(_ part: Part) throws(Fault) -> Measure.Figure {
    let name = part.text.lowercased()
    if let known = Self.figures.first(where: { $0.name == name }) { return known.figure }
    if let quantile = try quantile(name, at: part.offset) { return quantile }
    if ["average", "avg", "mean"].contains(name) {
      throw Fault(message: "there is no average: it hides the slow requests; write p50 or p95", offset: part.offset)
    }
    if let blank = part.text.firstIndex(where: \.isWhitespace), try isFigure(part.text[..<blank].lowercased()) {
      throw Fault(
        message: "the figure is followed by `where`, `from`, `by` or `in`: \(Self.examples)",
        offset: part.offset + part.text.distance(from: part.text.startIndex, to: blank) + 1)
    }
    let near =
      Self.otherNames[name]
      ?? NameSuggestion.closest(to: name, in: Self.figures.map(\.name) + ["p50", "p90", "p95", "p99"])
    throw Fault(
      message: "nothing is measured by the name '\(part.text)'"
        + (near.map { "; did you mean '\($0)'?" }
          ?? "; there are \(Self.figures.map(\.name).joined(separator: ", ")) and p95 (any percentile)"),
      offset: part.offset)
  }

  private func isFigure(_ name: String) throws(Fault) -> Bool {
    if Self.figures.contains(where: { $0.name == name }) { return true }
    return try quantile(name, at: 0) != nil
  }

  /// `p95`, `p99.9`; nil for another word.
  private func quantile(_ name: String, at offset: Int) throws(Fault) -> Measure.Figure? {
    let digits = name.dropFirst()
    guard name.first == "p", !digits.isEmpty, digits.allSatisfy({ $0.isASCII && ($0.isNumber || $0 == ".") }),
      let percent = Double(digits)
    else { return nil }
    guard percent > 0, percent < 100, digits.utf8.count <= 10 else {
      let meant =
        digits.count == 3 && digits.first == "9" ? "; did you mean p\(digits.prefix(2)).\(digits.suffix(1))?" : ""
      throw Fault(message: "\(name) is no percentile: it must be above p0 and below p100\(meant)", offset: offset)
    }
    return .quantile(q: percent / 100, name: name)
  }

  // MARK: Behind the keywords

  private func expression(_ part: Part) throws(Fault) -> FilterExpression {
    guard !part.text.isEmpty else {
      throw Fault(message: "the condition is missing: `where route = \"/api/spots\"`", offset: part.offset)
    }
    do throws(FilterError) {
      return try FilterExpression(parsing: part.text)
    } catch {
      throw Fault(message: error.message, offset: part.offset + error.column - 1)
    }
  }

  private func place(_ part: Part) throws(Fault) -> Measure.Place {
    guard !part.text.isEmpty else {
      throw Fault(message: "the span is missing: `from baseline`, or \(MeasureSpan.examples)", offset: part.offset)
    }
    if !part.text.contains("..") {
      if MeasureSpan.isName(part.text) { return .named(part.text) }
      throw Fault(
        message: "'\(part.text)' is neither the name of a span nor FROM..TO, as \(MeasureSpan.examples) "
          + "(a field called from must be in backquotes)", offset: part.offset)
    }
    do throws(MeasureSpan.Fault) {
      return .span(try MeasureSpan(parsing: part.text))
    } catch {
      throw Fault(message: error.message, offset: part.offset + error.offset)
    }
  }

  private func field(_ part: Part) throws(Fault) -> String {
    var name = part.text[...]
    if name.count > 2, name.first == "`", name.last == "`" { name = name.dropFirst().dropLast() }
    guard !name.isEmpty, !name.contains(where: \.isWhitespace) else {
      throw Fault(
        message: name.isEmpty
          ? "the field is missing: `by version`" : "'\(name)' is not one field; write for example `by version`",
        offset: part.offset)
    }
    return String(name)
  }

  private func unit(_ part: Part, of figure: Measure.Figure) throws(Fault) -> MeasureUnit {
    guard let unit = MeasureUnit(name: part.text) else {
      let list = figure.dimension.map { "; \(figure.name) is given \(Self.units($0))" } ?? ""
      throw Fault(
        message: part.text.isEmpty
          ? "the unit is missing: `in ms`"
          : "'\(part.text)' is not a unit\(list) (a list of values must be in parentheses: `status in (500, 503)`)",
        offset: part.offset)
    }
    guard unit.dimension == figure.dimension else {
      let hint = figure.dimension.map { "it is given \(Self.units($0))" } ?? "it has none; leave `in` out"
      throw Fault(message: "\(unit.name) is no unit of \(figure.name): \(hint)", offset: part.offset)
    }
    return unit
  }

  private static func units(_ dimension: MeasureUnit.Dimension) -> String {
    "in " + MeasureUnit.allCases.filter { $0.dimension == dimension }.map(\.name).joined(separator: ", ")
  }

  // MARK: Together

  /// What makes no sense together.
  private func check(_ measure: Measure, _ clauses: [(keyword: Keyword, part: Part)]) throws(Fault) {
    func offset(_ keyword: Keyword) -> Int { clauses.first { $0.keyword == keyword }?.part.offset ?? 0 }
    let name = measure.figure.name
    if measure.condition != nil {
      if measure.figure.isAboutLog {
        throw Fault(
          message: "\(name) is about all records of the log, and a condition chooses requests: leave `where` out",
          offset: offset(.where))
      }
      if measure.figure == .unfinished {
        throw Fault(
          message: "an unfinished request has no closing record that a condition could look at: leave `where` out",
          offset: offset(.where))
      }
    }
    if measure.figure == .traces, measure.place != .whole {
      throw Fault(message: "traces are counted over the whole log: leave `from` out", offset: offset(.from))
    }
    if measure.group != nil {
      if measure.figure.isAboutLog {
        throw Fault(message: "\(name) is about the whole log: leave `by` out", offset: offset(.by))
      }
      if measure.figure.isInFlight {
        throw Fault(message: "\(name) is of all requests together: leave `by` out", offset: offset(.by))
      }
      if !measure.figure.isInStats {
        throw Fault(
          message: "by a field there are p50, p90, p95 and p99; \(name) is not among them", offset: offset(.by))
      }
    }
  }
}

extension MeasureSpan {
  /// Whether a word can be the name of a span: letters, digits, `_` and `-`, a letter first.
  package static func isName(_ word: String) -> Bool {
    word.first?.isLetter == true && word.allSatisfy { $0.isLetter || $0.isNumber || $0 == "_" || $0 == "-" }
  }
}
