/// A line of a page with its emphasis: skein's own words and text of the log alike, not escaped yet.
///
/// Whoever writes it out escapes every run, whatever it says; there is no run that is passed as it is.
struct PageText: Sendable, Equatable, ExpressibleByStringInterpolation {
  enum Run: Sendable, Equatable {
    case plain(String)
    case strong(String)
    /// Names, values and text of the log, in the font of code.
    case code(String)
    /// Said in passing.
    case faint(String)
  }

  var runs: [Run]

  init(_ runs: [Run] = []) { self.runs = runs }
  init(_ text: String) { runs = text.isEmpty ? [] : [.plain(text)] }
  init(stringLiteral text: String) { self.init(text) }
  init(stringInterpolation: Interpolation) { runs = stringInterpolation.runs }

  static func code(_ text: String) -> PageText { PageText([.code(text)]) }
  static func strong(_ text: String) -> PageText { PageText([.strong(text)]) }

  var isEmpty: Bool { runs.isEmpty }

  /// Without emphasis: for titles and descriptions of charts.
  var plain: String {
    runs.map { run in
      switch run {
      case .plain(let text), .strong(let text), .code(let text), .faint(let text): text
      }
    }.joined()
  }

  static func + (a: PageText, b: PageText) -> PageText { PageText(a.runs + b.runs) }
  static func += (a: inout PageText, b: PageText) { a.runs += b.runs }

  struct Interpolation: StringInterpolationProtocol {
    var runs: [Run] = []

    init(literalCapacity: Int, interpolationCount: Int) {}
    mutating func appendLiteral(_ text: String) { if !text.isEmpty { runs.append(.plain(text)) } }
    mutating func appendInterpolation(_ text: String) { appendLiteral(text) }
    mutating func appendInterpolation(_ number: Int) { appendLiteral(CountText.text(number)) }
    mutating func appendInterpolation(_ text: PageText) { runs += text.runs }
    mutating func appendInterpolation(code text: String) { runs.append(.code(text)) }
    mutating func appendInterpolation(strong text: String) { runs.append(.strong(text)) }
    mutating func appendInterpolation(faint text: String) { runs.append(.faint(text)) }
  }
}

extension [PageText] {
  /// `a, b and c`
  func list(isWhole: Bool = true) -> PageText {
    var out = PageText()
    for (i, text) in enumerated() {
      if i > 0 { out += PageText(i == count - 1 && isWhole ? " and " : ", ") }
      out += text
    }
    return isWhole ? out : out + ", …"
  }
}
