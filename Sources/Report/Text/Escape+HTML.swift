/// Text of a log in HTML and SVG: characters of a page, never markup of it.
extension Escape {
  /// For text and for attributes in double quotes. Controls become visible as on a terminal, so no NUL, lone CR or bidi
  /// character reaches the page; noncharacters, which XML does not allow, become U+FFFD.
  package static func html(_ text: String) -> String {
    var out = ""
    out.reserveCapacity(text.utf8.count + 16)
    for scalar in terminal(text).unicodeScalars {
      switch scalar {
      case "&": out += "&amp;"
      case "<": out += "&lt;"
      case ">": out += "&gt;"
      case "\"": out += "&quot;"
      case "'": out += "&#39;"
      case "\u{FFFE}", "\u{FFFF}": out += "\u{FFFD}"
      default: out.unicodeScalars.append(scalar)
      }
    }
    return out
  }
}
