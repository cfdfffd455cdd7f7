/// A format without what stands around it in a configuration file: `log_format main '…' '…';`, `LogFormat "…" combined`,
/// `<pattern>…</pattern>`, `pattern="…"`, `logging.pattern.console=…`.
struct FormatText {
  var text: String
  /// It stood in a file of Tomcat's, or is written as there.
  var isTomcat = false

  /// A format that stands alone.
  init(plain text: String) { self.text = text }

  init(_ given: String) {
    var rest = given.trimmed
    if let open = FormatText.end(of: "<pattern>", in: rest) ?? FormatText.end(of: "<Pattern>", in: rest) {
      rest = String(rest[open...].prefix { $0 != "<" }).trimmed
    }
    if rest.hasPrefix("pattern=\"") {
      isTomcat = true
      rest = String(rest.dropFirst("pattern=\"".count).prefix { $0 != "\"" })
    }
    if rest.hasPrefix("logging.pattern."), let sign = rest.firstIndex(of: "=") {
      rest = String(rest[rest.index(after: sign)...])
    }
    if rest.contains("&quot;") {
      isTomcat = true
      rest = FormatText.replacing("&quot;", "\"", in: rest)
    }
    for (entity, character) in [("&lt;", "<"), ("&gt;", ">"), ("&amp;", "&")] where rest.contains(entity) {
      rest = FormatText.replacing(entity, character, in: rest)
    }
    if rest.hasPrefix("log_format") {
      text = FormatText.nginx(rest)
    } else if rest.hasPrefix("LogFormat") {
      text = FormatText.apache(rest)
    } else {
      text = rest.contains("%") && rest.contains("\\\"") ? rest.split(separator: "\\").joined() : rest
    }
  }

  private static func end(of word: String, in text: String) -> String.Index? {
    var at = text.startIndex
    while at < text.endIndex {
      if text[at...].hasPrefix(word) { return text.index(at, offsetBy: word.count) }
      at = text.index(after: at)
    }
    return nil
  }

  private static func replacing(_ word: String, _ other: String, in text: String) -> String {
    var out = ""
    var rest = Substring(text)
    while let first = rest.first {
      if rest.hasPrefix(word) {
        out += other
        rest = rest.dropFirst(word.count)
      } else {
        out.append(first)
        rest = rest.dropFirst()
      }
    }
    return out
  }

  /// `log_format NAME [escape=…] '…' '…';`, or without quotes.
  private static func nginx(_ line: String) -> String {
    var rest = line.dropFirst("log_format".count).drop(while: \.isWhitespace)
    rest = rest.drop { !$0.isWhitespace && $0 != "'" && $0 != "\"" }.drop(while: \.isWhitespace)
    if rest.hasPrefix("escape=") { rest = rest.drop { !$0.isWhitespace }.drop(while: \.isWhitespace) }
    guard rest.first == "'" || rest.first == "\"" else {
      return String(rest.prefix { $0 != ";" }).trimmed
    }
    var joined = ""
    while let mark = rest.first, mark == "'" || mark == "\"" {
      rest = rest.dropFirst()
      var isEscaped = false
      var close: Substring.Index?
      for index in rest.indices where close == nil {
        if !isEscaped && rest[index] == mark {
          close = index
        } else if !isEscaped && rest[index] == "\\" {
          isEscaped = true
        } else {
          joined.append(rest[index])
          isEscaped = false
        }
      }
      guard let close else { return joined }
      rest = rest[rest.index(after: close)...].drop(while: \.isWhitespace)
    }
    return joined
  }

  /// `LogFormat "…" NAME`.
  private static func apache(_ line: String) -> String {
    let rest = line.dropFirst("LogFormat".count).drop(while: \.isWhitespace)
    guard rest.first == "\"" else { return String(rest) }
    var out = ""
    var escaped = false
    for character in rest.dropFirst() {
      if escaped {
        // A backslash at the end of a line goes on with the next.
        if !character.isNewline { out.append(character) }
        escaped = false
      } else if character == "\\" {
        escaped = true
      } else if character == "\"" {
        return out
      } else {
        out.append(character)
      }
    }
    return out
  }
}
