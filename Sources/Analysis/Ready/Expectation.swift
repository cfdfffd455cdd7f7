internal import TraceCore

/// A figure of a log with the limit that it must keep: `p95 where route = "/api/spots" < 300 ms`.
///
/// What the figure is asked of is a `Measure`, as in a placeholder of `skein fill`. It has one value: no `by`.
package struct Expectation: Sendable {
  package enum Comparison: String, Sendable, CaseIterable {
    case atMost = "<="
    case atLeast = ">="
    case less = "<"
    case greater = ">"
    case equal = "="

    func holds(_ value: Double, _ limit: Double) -> Bool {
      switch self {
      case .atMost: value <= limit
      case .atLeast: value >= limit
      case .less: value < limit
      case .greater: value > limit
      case .equal: value == limit
      }
    }

    /// More of it can only speak against it.
    var isCeiling: Bool { self == .atMost || self == .less || self == .equal }
    /// Less of it can only speak against it.
    var isFloor: Bool { self == .atLeast || self == .greater || self == .equal }
  }

  package var measure: Measure
  package var comparison: Comparison
  /// Shares 0 to 1, rates a second, durations in nanoseconds, else counts.
  package var limit: Double
  /// As written.
  package var text: String

  /// What is wrong, at the character `offset` of the text, from 0.
  package struct Fault: Error, Sendable, Equatable {
    package var message: String
    package var offset: Int
  }

  private static let examples = "`error_rate < 2 %`, `p95 where route = \"/api/spots\" < 300 ms`"

  package init(parsing text: String) throws(Fault) {
    let characters = Array(text)
    guard let (comparison, place) = Expectation.comparison(in: characters) else {
      throw Fault(message: "what the figure must be is missing: \(Expectation.examples)", offset: characters.count)
    }
    do throws(MeasureReader.Fault) {
      measure = try MeasureReader.read(String(characters[..<place]))
    } catch {
      throw Fault(message: error.message, offset: error.offset)
    }
    if measure.group != nil {
      throw Fault(
        message: "`by` gives several values, and one is compared; write an expectation for each, with `where`",
        offset: 0)
    }
    if case .named(let name) = measure.place {
      throw Fault(
        message: "there are no named spans here: write times in place of '\(name)', as \(MeasureSpan.examples)",
        offset: 0)
    }
    self.comparison = comparison
    self.text = text
    var start = place + comparison.rawValue.count
    while start < characters.count, characters[start].isWhitespace { start += 1 }
    var end = characters.count
    while end > start, characters[end - 1].isWhitespace { end -= 1 }
    let value = String(characters[start..<end])
    guard let limit = try Expectation.limit(value, of: measure.figure, at: start) else {
      let form = Expectation.example(measure.figure)
      throw Fault(
        message: value.isEmpty
          ? "the limit is missing: `\(measure.figure.name) \(comparison.rawValue) \(form)`"
          : "'\(value)' is no limit of \(measure.figure.name); write for example \(form)",
        offset: start)
    }
    self.limit = limit
  }

  /// The last comparison outside of quotes and parentheses: those before it are the condition's.
  private static func comparison(in text: [Character]) -> (Comparison, place: Int)? {
    var found: (Comparison, Int)?
    var depth = 0
    var quote: Character?
    var place = 0
    while place < text.count {
      let character = text[place]
      if let open = quote {
        if character == "\\", open != "`" { place += 1 } else if character == open { quote = nil }
      } else if "\"'`".contains(character) {
        quote = character
      } else if character == "(" {
        depth += 1
      } else if character == ")" {
        depth = max(0, depth - 1)
      } else if depth == 0,
        let comparison = Comparison.allCases.first(where: { text[place...].starts(with: $0.rawValue) }),
        place == 0 || text[place - 1] != "!"
      {
        found = (comparison, place)
        place += comparison.rawValue.count
        continue
      }
      place += 1
    }
    return found
  }

  private static func limit(_ text: String, of figure: Measure.Figure, at offset: Int) throws(Fault) -> Double? {
    switch figure {
    case .first, .last:
      throw Fault(message: "\(figure.name) is a time, and times are not compared here", offset: 0)
    case .inFlight, .inFlightPeak, .inFlightPeakAt:
      throw Fault(
        message: "\(figure.name) is not compared here: a gate's throughput and latency say what a service bears",
        offset: 0)
    case .requests, .errors, .clientErrors, .unfinished, .traces:
      return Int64(text).flatMap { $0 >= 0 ? Double($0) : nil }
    case .errorRate:
      guard text.last == "%" else { return nil }
      let digits = text.dropLast().last == " " ? text.dropLast(2) : text.dropLast()
      return Double(digits).flatMap { (0...100).contains($0) ? $0 / 100 : nil }
    case .rate: return OptionValue.rate(text).flatMap { $0 >= 0 ? $0 : nil }
    case .quantile, .max, .duration: return OptionValue.duration(text).flatMap { $0 >= 0 ? Double($0) : nil }
    }
  }

  private static func example(_ figure: Measure.Figure) -> String {
    switch figure.dimension {
    case .share: "2 %"
    case .rate: "10/s"
    case .time: "300 ms"
    case nil: "100"
    }
  }
}
