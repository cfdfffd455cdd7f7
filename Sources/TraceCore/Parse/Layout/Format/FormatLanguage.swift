/// The language of a pasted format, told by its directives.
///
/// Formats of other programs whose directives look like these are refused by name: read as a wrong language, they would fit
/// nothing, or worse, something.
package enum FormatLanguage: String, Sendable {
  /// `%(asctime)s`, `{asctime}`, `$asctime`.
  case pythonPercent, pythonBrace, pythonDollar
  /// `%(h)s %({x-request-id}i)s`: Python's syntax with Apache's letters.
  case gunicorn
  /// `{time:YYYY-MM-DD} | {level}`.
  case loguru
  case nginx, apache
  /// logback, log4j, log4j2, log4net: `%d %-5level [%thread] %msg%n`.
  case log4j
  /// `{Timestamp:HH:mm:ss} [{Level:u3}] {Message}`.
  case serilog
  /// A format that writes a JSON object.
  case json

  /// Whether `--layout`'s argument is a format and not a name.
  package static func isFormat(_ text: String) -> Bool {
    text.contains("%") || text.contains("$") || text.contains("{") || text.contains(" :") || text.hasPrefix(":")
  }

  /// Nil where nothing in the text is a directive.
  package init?(of text: String) throws(LayoutSource.Problem) {
    if let name = FormatLanguage.refused(text) {
      throw LayoutSource.Problem(
        message: "this is a format of \(name), which is not read; describe its lines by a regular expression in a "
          + "layout file (docs/layouts.md) and give that to --layout")
    }
    let body = text.trimmed
    if body.hasPrefix("{"), let next = body.dropFirst().first(where: { !$0.isWhitespace }), next == "\"" || next == "}"
    {
      self = .json
      return
    }
    if body.contains("%(") {
      let names = FormatLanguage.names(body, from: "%(", to: ")")
      let isGunicorn = !names.isEmpty && names.allSatisfy { $0.count == 1 || $0.hasPrefix("{") }
      // `%(…)` is a group in logback.
      if !isGunicorn, FormatLanguage.isLog4j(body), !body.contains("%(message)"), !body.contains("%(asctime)") {
        self = .log4j
        return
      }
      self = isGunicorn ? .gunicorn : .pythonPercent
      return
    }
    let braced = FormatLanguage.names(body, from: "{", to: "}").map { $0.prefix { $0.isLetter || $0 == "_" } }
    if !body.contains("%"), !body.contains("$") {
      if braced.contains(where: { ["Timestamp", "Level", "Message"].contains($0) }) {
        self = .serilog
        return
      }
      if braced.contains(where: { FormatLanguage.pythonNames.contains(String($0)) }) {
        self = .pythonBrace
        return
      }
      if braced.contains("message"), braced.contains("time") || braced.contains("level") {
        self = .loguru
        return
      }
    }
    let variables = FormatLanguage.variables(body)
    if variables.contains(where: { FormatLanguage.pythonNames.contains($0) }) {
      self = .pythonDollar
    } else if FormatLanguage.isLog4j(body) {
      self = .log4j
    } else if !variables.isEmpty || (body.contains("$") && !body.contains("%")) {
      self = .nginx
    } else if body.contains("%") {
      self = .apache
    } else {
      return nil
    }
  }

  /// Attributes of Python's LogRecord that no other language has under these names.
  private static let pythonNames: Set<String> = [
    "asctime", "levelname", "levelno", "funcName", "lineno", "pathname", "processName", "threadName", "relativeCreated",
    "msecs",
  ]

  /// What is certain of log4j's family: a date, a level by its long name, or what ends a line.
  private static func isLog4j(_ text: String) -> Bool {
    let words = converters(text)
    let telling: Set<String> = [
      "d", "date", "utcdate", "msg", "message", "level", "logger", "thread", "clr", "highlight", "mdc", "le", "lo",
      "tn",
      "timestamp", "threadName", "kvp", "newline",
    ]
    if words.contains(where: { telling.contains($0) }) { return true }
    return words.contains("m") && words.contains("n") && !words.contains("h") && !words.contains("r")
  }

  /// The words after percent signs, without alignment; nothing that stands in a directive's braces.
  private static func converters(_ text: String) -> [String] {
    var words: [String] = []
    var rest = Substring(text)
    while let sign = rest.firstIndex(of: "%") {
      rest = rest[rest.index(after: sign)...].drop { $0 == "-" || $0 == "." || $0.isNumber }
      let word = rest.prefix { $0.isASCII && $0.isLetter }
      words.append(String(word))
      rest = rest[word.endIndex...]
      guard rest.first == "{", word.isEmpty || word != "highlight" && word != "style" else { continue }
      rest = rest[(rest.firstIndex(of: "}") ?? rest.startIndex)...]
    }
    return words
  }

  /// What stands between two marks, wherever that is.
  private static func names(_ text: String, from open: String, to close: Character) -> [String] {
    var names: [String] = []
    var rest = Substring(text)
    while let start = range(of: open, in: rest) {
      rest = rest[start...]
      guard let end = rest.firstIndex(of: close) else { break }
      names.append(String(rest[..<end]))
      rest = rest[end...]
    }
    return names
  }

  /// Where `word` has ended for the first time.
  private static func range(of word: String, in text: Substring) -> Substring.Index? {
    var at = text.startIndex
    while at < text.endIndex {
      if text[at...].hasPrefix(word) { return text.index(at, offsetBy: word.count) }
      at = text.index(after: at)
    }
    return nil
  }

  /// `$name` and `${name}`.
  private static func variables(_ text: String) -> [String] {
    text.split(separator: "$", omittingEmptySubsequences: false).dropFirst().map { part in
      String((part.first == "{" ? part.dropFirst() : part).prefix { $0.isLetter || $0.isNumber || $0 == "_" })
    }.filter { !$0.isEmpty }
  }

  // MARK: Refused

  /// The program whose format it is, if it is one of those that are not read.
  private static func refused(_ text: String) -> String? {
    func has(_ words: String...) -> Bool { words.contains { text.contains($0) } }
    if has("%START_TIME", "%REQ(", "%RESPONSE_CODE%", "%PROTOCOL%", "%DURATION%") { return "Envoy" }
    if has("%datetime%", "%level_name%", "%channel%") { return "Monolog" }
    if has("%1$t", "%4$s", "%5$s") { return "java.util.logging" }
    if has("${longdate}", "${shortdate}", "${date:", "${level:uppercase", "${level}", "${callsite}") { return "NLog" }
    if has("{{.", "{{ .") { return "a Go template" }
    if has(":method") && has(":url", ":status", ":response-time") { return "morgan" }
    if has("%{") && hasGrok(text) { return "Grok (Logstash)" }
    let words = converters(text)
    if words.contains(where: { ["ci", "ft", "ST", "HM", "TR", "tr", "ts", "ac"].contains($0) }), !has("%d") {
      return "HAProxy"
    }
    return nil
  }

  /// `%{IPORHOST:client}`, `%{COMBINEDAPACHELOG}`: what is Apache's has a letter after the brace.
  private static func hasGrok(_ text: String) -> Bool {
    var rest = Substring(text)
    while let start = range(of: "%{", in: rest) {
      rest = rest[start...]
      guard let end = rest.firstIndex(of: "}") else { return false }
      let name = rest[..<end]
      let word = name.prefix { $0.isUppercase || $0.isNumber || $0 == "_" }
      let next = rest[rest.index(after: end)...].first
      if !word.isEmpty, word.count == name.count || name[word.endIndex] == ":",
        next.map({ !$0.isLetter && $0 != "^" }) ?? true
      {
        return true
      }
      rest = rest[end...]
    }
    return false
  }
}
