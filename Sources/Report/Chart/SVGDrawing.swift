internal import TraceCore

/// A picture in SVG, put together from the few shapes that charts need. What it looks like is said by classes, which
/// `ChartStyle` knows; what it says to those who cannot see it by a title and a description.
///
/// Texts and attributes are escaped here. Coordinates are written with one decimal, by integer arithmetic. No script, no
/// reference to anything outside, no style attribute.
struct SVGDrawing: Sendable {
  /// A name for files and ids: letters, digits and hyphens.
  let name: String
  let title: String
  let description: String
  let width: Int
  private(set) var height: Int
  private(set) var body = ""

  enum Anchor: String { case start, middle, end }

  init(name: String, title: String, description: String, width: Int, height: Int) {
    self.name = name
    self.title = title
    self.description = description
    self.width = width
    self.height = height
  }

  /// As an element of a page. `id`s begin with the drawing's name, so that several stand in one page.
  var element: String {
    "<svg class=\"chart\" viewBox=\"0 0 \(width) \(height)\" role=\"img\" aria-labelledby=\"\(name)-title \(name)-desc\">"
      + labels + body + "</svg>"
  }

  /// As a file of its own, with its style and a ground, since nobody knows what it will stand on.
  var file: String {
    "<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"chart\" width=\"\(width)\" height=\"\(height)\" "
      + "viewBox=\"0 0 \(width) \(height)\" role=\"img\" aria-labelledby=\"\(name)-title \(name)-desc\">\n"
      + labels + "<style>\n\(ChartStyle.standalone)</style>\n"
      + "<rect class=\"ground\" width=\"\(width)\" height=\"\(height)\"/>" + body + "</svg>\n"
  }

  private var labels: String {
    "<title id=\"\(name)-title\">\(Escape.html(title))</title>\n"
      + "<desc id=\"\(name)-desc\">\(Escape.html(description))</desc>\n"
  }

  // MARK: Shapes

  mutating func rect(_ style: String, x: Double, y: Double, width: Double, height: Double) {
    body +=
      "<rect class=\"\(style)\" x=\"\(SVGDrawing.number(x))\" y=\"\(SVGDrawing.number(y))\" "
      + "width=\"\(SVGDrawing.number(width))\" height=\"\(SVGDrawing.number(height))\"/>\n"
  }

  mutating func line(_ style: String, x1: Double, y1: Double, x2: Double, y2: Double) {
    path(style, "M\(SVGDrawing.point(x1, y1))L\(SVGDrawing.point(x2, y2))")
  }

  /// - Parameter data: of `SVGDrawing.point` and letters alone.
  mutating func path(_ style: String, _ data: String) {
    guard !data.isEmpty else { return }
    body += "<path class=\"\(style)\" d=\"\(data)\"/>\n"
  }

  mutating func dot(_ style: String, x: Double, y: Double, radius: Double) {
    body +=
      "<circle class=\"\(style)\" cx=\"\(SVGDrawing.number(x))\" cy=\"\(SVGDrawing.number(y))\" "
      + "r=\"\(SVGDrawing.number(radius))\"/>\n"
  }

  mutating func text(_ style: String, x: Double, y: Double, _ anchor: Anchor = .start, _ text: String) {
    body +=
      "<text class=\"\(style)\" x=\"\(SVGDrawing.number(x))\" y=\"\(SVGDrawing.number(y))\" "
      + "text-anchor=\"\(anchor.rawValue)\">\(Escape.html(text))</text>\n"
  }

  // MARK: Numbers

  /// With at most one decimal.
  static func number(_ value: Double) -> String {
    guard value.isFinite, abs(value) < 1e12 else { return "0" }
    let tenths = Int64(saturating: (value * 10).rounded(.toNearestOrAwayFromZero))
    let sign = tenths < 0 ? "-" : ""
    let (whole, rest) = tenths.magnitude.quotientAndRemainder(dividingBy: 10)
    return rest == 0 ? "\(sign)\(whole)" : "\(sign)\(whole).\(rest)"
  }

  static func point(_ x: Double, _ y: Double) -> String { "\(number(x)) \(number(y))" }

  /// Columns of a terminal in units of a drawing, at the size of its small text.
  static func width(of text: String) -> Double { Double(DisplayWidth.of(text)) * 6.4 }
}
