/// Text of a log in Markdown: nothing in it may become a link, an image, a mention, a table cell or HTML.
extension Escape {
  /// For running text and cells of tables.
  package static func markdown(_ text: String) -> String {
    var out = ""
    for character in terminal(text) {
      switch character {
      case "\\", "`", "*", "_", "[", "]", "|", "~", "#", "!": out += "\\\(character)"
      case "<": out += "&lt;"
      case ">": out += "&gt;"
      case "&": out += "&amp;"
      // Forges turn a name behind it into a mention, escaped or not.
      case "@": out += "&#64;"
      case ":": out += text.contains("://") ? "&#58;" : ":"
      default: out.append(character)
      }
    }
    return out
  }

  /// For the inside of `code` in a cell of a table.
  package static func code(_ text: String) -> String {
    terminal(text).replacing("`", with: "'").replacing("|", with: "\\|")
  }
}
