/// Text of a log in Markdown: nothing in it may become a link, an image, a mention, a table cell or HTML.
extension Escape {
  /// Of no width: forges and linkers look at the text that entities and backslashes have become, so what would be a link
  /// or a mention is broken by it.
  private static let apart = "&#8203;"

  /// For running text and cells of tables.
  package static func markdown(_ text: String) -> String {
    var out = ""
    for character in terminal(text) {
      switch character {
      case "\\", "`", "*", "_", "[", "]", "|", "~", "$": out += "\\\(character)"
      case "<": out += "&lt;"
      case ">": out += "&gt;"
      case "&": out += "&amp;"
      case "@": out += "@" + apart
      case "#", "!": out += "\\\(character)" + apart
      case "." where out.suffix(3).lowercased() == "www": out += "." + apart
      default: out.append(character)
      }
    }
    return out.replacing("://", with: ":\(apart)//")
  }

  /// For the inside of `code` in a cell of a table.
  package static func code(_ text: String) -> String {
    // A backslash in front would be one of a pair, and the bar the end of the cell.
    terminal(text).replacing("`", with: "'").replacing("\\|", with: "\\ |").replacing("|", with: "\\|")
  }
}
