/// HTML that cannot hold a text of the log as markup: what stands in the literal is skein's own, what is put into it is escaped.
///
///     let cell: ServiceMarkup = "<td>\(route)</td>"
///
/// A text goes in escaped (`Escape.html`, which makes controls visible as on a terminal), another piece of markup as it is.
/// Attributes stand in double quotes, so a text is safe in them too; addresses are made by `ServiceAddress` alone.
struct ServiceMarkup: Sendable, Equatable, ExpressibleByStringInterpolation {
  private(set) var html: String

  init() { html = "" }
  /// A text, escaped.
  init(_ text: String) { html = Escape.html(text) }
  init(_ drawing: SVGDrawing) { html = drawing.element }
  init(stringLiteral html: String) { self.html = html }
  init(stringInterpolation: Interpolation) { html = stringInterpolation.html }

  var isEmpty: Bool { html.isEmpty }

  static func + (a: ServiceMarkup, b: ServiceMarkup) -> ServiceMarkup {
    var sum = a
    sum += b
    return sum
  }

  static func += (a: inout ServiceMarkup, b: ServiceMarkup) { a.html += b.html }

  struct Interpolation: StringInterpolationProtocol {
    var html = ""

    init(literalCapacity: Int, interpolationCount: Int) { html.reserveCapacity(literalCapacity * 2) }
    mutating func appendLiteral(_ literal: String) { html += literal }
    mutating func appendInterpolation(_ text: String) { html += Escape.html(text) }
    mutating func appendInterpolation(_ markup: ServiceMarkup) { html += markup.html }
  }

  // MARK: Pieces

  /// A name, a value or a text of the log in the font of code, of at most so many columns.
  static func code(_ text: String, most columns: Int = 120) -> ServiceMarkup {
    "<code>\(IncidentText.clipped(text, columns))</code>"
  }

  static func faint(_ text: String) -> ServiceMarkup { "<span class=\"faint\">\(text)</span>" }

  /// For those who do not see the page.
  static func spoken(_ text: String) -> ServiceMarkup { "<span class=\"spoken\">\(text)</span>" }

  /// To the waterfall of a request. The head of an id is enough to tell requests apart; the whole is said on its page.
  static func trace(_ id: String?) -> ServiceMarkup {
    guard let id, !id.isEmpty else { return "" }
    return
      "<a href=\"\(ServiceAddress.trace(id))\">\(spoken("request "))<code>\(IncidentText.clipped(id, 9))</code></a>"
  }
}

extension [ServiceMarkup] {
  func joined(_ separator: ServiceMarkup = "") -> ServiceMarkup {
    var out = ServiceMarkup()
    for (i, markup) in enumerated() {
      if i > 0 { out += separator }
      out += markup
    }
    return out
  }
}
