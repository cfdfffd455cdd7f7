/// How text for people is to look: colour, width and character set, decided by the caller (terminal, NO_COLOR, options).
///
/// A value without any knowledge of the terminal. Without colour nothing may be lost but emphasis.
package struct Style: Sendable, Equatable {
  /// Whether SGR escapes are written.
  package var color: Bool
  /// Columns that a line may take; nil: as many as it needs.
  package var width: Int?
  /// Whether characters outside ASCII may be written by skein itself (the log's own text is passed in any case).
  package var unicode: Bool

  package init(color: Bool = false, width: Int? = nil, unicode: Bool = true) {
    self.color = color
    self.width = width.map { max($0, Style.narrowest) }
    self.unicode = unicode
  }

  /// Narrower terminals are written to as if they were this wide.
  package static let narrowest = 20

  /// Emphasis of a piece of text.
  package enum Paint: String, Sendable {
    case bold = "1"
    case dim = "2"
    case red = "31"
    case green = "32"
    case yellow = "33"
    case cyan = "36"
    case boldRed = "1;31"
  }

  /// `text` in `paint`, or as it is where there is no colour or nothing to paint.
  package func painted(_ text: String, _ paint: Paint?) -> String {
    guard color, let paint, !text.isEmpty else { return text }
    return "\u{1B}[\(paint.rawValue)m\(text)\u{1B}[0m"
  }

  /// The mark of text that was cut.
  package var ellipsis: String { unicode ? "…" : "..." }
  /// The horizontal line of separators, one column wide.
  package var rule: String { unicode ? "─" : "-" }
  /// Between the parts of a heading.
  package var dot: String { unicode ? " · " : ", " }
  /// Between the ends of a span of time.
  package var dash: String { unicode ? "–" : "-" }
  /// In front of continuation lines.
  package var margin: String { unicode ? "│ " : "| " }
}
