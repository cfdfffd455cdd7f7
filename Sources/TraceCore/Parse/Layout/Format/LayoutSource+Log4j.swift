// Patterns of logback, log4j, log4j2 and log4net: https://logback.qos.ch/manual/layouts.html#conversionWord,
// https://logging.apache.org/log4j/2.x/manual/pattern-layout.html

extension LayoutSource {
  /// `%d{yyyy-MM-dd HH:mm:ss.SSS} [%thread] %-5level %logger{36} [%X{requestId}] - %msg%n`.
  mutating func log4j(_ format: String) throws(Problem) {
    _ = try log4j(Array(LayoutSource.withDefaults(format)), isGroup: false)
  }

  /// One conversion word and what belongs to it.
  private struct Conversion {
    /// Column of its percent sign, from 1.
    var column: Int
    var isLeft = false
    var width = 0
    var name = ""
    var options: [String] = []
  }

  /// Names of the conversion words, the longest of which that a word begins with is meant.
  private static let log4jNames: [String] = [
    "date", "utcdate", "d", "level", "le", "p", "thread", "threadName", "threadId", "threadPriority", "tn", "tid", "tp",
    "t", "T",
    "logger", "lo", "c", "class", "C", "file", "F", "line", "L", "method", "M", "location", "l", "message", "msg", "m",
    "newline", "n", "X", "mdc", "MDC", "property", "properties", "P", "kvp", "marker", "markerSimpleName", "relative",
    "r", "pid", "processId", "exception", "ex", "throwable", "xException", "xEx", "xThrowable", "rException", "rEx",
    "rThrowable", "wEx", "wex", "nopex", "nopexception", "caller", "sequenceNumber", "sn", "uuid", "u", "x", "NDC",
    "ndc",
    "K", "map", "MAP", "maxLen", "maxLength", "highlight", "style", "clr", "enc", "encode", "replace", "equals",
    "equalsIgnoreCase", "notEmpty", "varsNotEmpty", "variablesNotEmpty", "appdomain", "identity", "username",
    "timestamp",
    "hostName", "contextName", "cn", "esb", "black", "red", "green", "yellow", "blue", "magenta", "cyan", "white",
    "gray",
    "boldRed", "boldGreen", "boldYellow", "boldBlue", "boldMagenta", "boldCyan", "boldWhite", "faint", "endOfBatch",
    "fqcn", "N", "nano",
  ]

  /// - Returns: false once the line has ended.
  private mutating func log4j(_ text: [Character], isGroup: Bool) throws(Problem) -> Bool {
    var i = 0
    while i < text.count {
      if text[i] == "\\", i + 1 < text.count {
        switch text[i + 1] {
        case "t": literal(0x09)
        case "n": return false
        case "\\", "(", ")", "%", "_": if text[i + 1] != "_" { literal(String(text[i + 1])) }
        default: literal("\\" + String(text[i + 1]))
        }
        i += 2
        continue
      }
      guard text[i] == "%" else {
        literal(String(text[i]))
        i += 1
        continue
      }
      if i + 1 < text.count, text[i + 1] == "%" {
        literal(0x25)
        i += 2
        continue
      }
      var conversion = Conversion(column: i + 1)
      i += 1
      LayoutSource.alignment(text, &i, &conversion)
      if i < text.count, text[i] == "(" {
        let body = try LayoutSource.enclosed(text, &i, "(", ")", conversion.column)
        if try !group(body, conversion) { return false }
        continue
      }
      let word = text[i...].prefix { $0.isASCII && $0.isLetter }
      guard let name = LayoutSource.log4jNames.filter({ String(word).hasPrefix($0) }).max(by: { $0.count < $1.count })
      else {
        throw Problem(
          message: "column \(conversion.column) of the format: %\(String(word)) is no conversion word that is read here"
        )
      }
      conversion.name = name
      i += name.count
      if i < text.count, text[i] == "(", LayoutSource.takesGroup(name) {
        let body = try LayoutSource.enclosed(text, &i, "(", ")", conversion.column)
        while i < text.count, text[i] == "{" { _ = try LayoutSource.enclosed(text, &i, "{", "}", conversion.column) }
        if try !group(body, conversion) { return false }
        continue
      }
      while i < text.count, text[i] == "{" {
        conversion.options.append(String(try LayoutSource.enclosed(text, &i, "{", "}", conversion.column)))
      }
      if try !convert(conversion) { return false }
    }
    return true
  }

  private static func takesGroup(_ name: String) -> Bool {
    ![
      "date", "d", "level", "p", "thread", "t", "logger", "c", "message", "msg", "m", "n", "X", "mdc", "C", "F", "L",
      "M",
    ].contains(name)
  }

  /// `-5`, `5.5`, `-20.-20`.
  private static func alignment(_ text: [Character], _ i: inout Int, _ conversion: inout Conversion) {
    if i < text.count, text[i] == "-" {
      conversion.isLeft = true
      i += 1
    }
    while i < text.count, let digit = text[i].wholeNumberValue, text[i].isASCII {
      if conversion.width < 10_000 { conversion.width = conversion.width * 10 + digit }
      i += 1
    }
    guard i + 1 < text.count, text[i] == ".", text[i + 1] == "-" || text[i + 1].isNumber else { return }
    i += 2
    while i < text.count, text[i].isNumber { i += 1 }
  }

  /// What stands between a mark at `i` and its fellow, with marks inside in pairs.
  private static func enclosed(
    _ text: [Character], _ i: inout Int, _ open: Character, _ close: Character, _ column: Int
  ) throws(Problem) -> [Character] {
    var depth = 0
    let start = i + 1
    while i < text.count {
      if text[i] == "\\" {
        i += 2
        continue
      }
      if text[i] == open { depth += 1 }
      if text[i] == close {
        depth -= 1
        if depth == 0 {
          i += 1
          return Array(text[start..<(i - 1)])
        }
      }
      i += 1
    }
    throw Problem(message: "column \(column) of the format: \(open) without its \(close)")
  }

  private mutating func group(_ body: [Character], _ conversion: Conversion) throws(Problem) -> Bool {
    if conversion.width > 0, !conversion.isLeft { blanks() }
    let goesOn = try log4j(body, isGroup: true)
    if conversion.width > 0, conversion.isLeft { blanks() }
    return goesOn
  }

  private mutating func convert(_ conversion: Conversion) throws(Problem) -> Bool {
    let option = conversion.options.first ?? ""
    switch conversion.name {
    case "n", "newline": return false
    case "ex", "exception", "throwable", "xEx", "xException", "xThrowable", "rEx", "rException", "rThrowable", "wEx",
      "wex", "nopex", "nopexception", "caller":
      // On lines of their own.
      return true
    case "highlight", "style", "clr", "maxLen", "maxLength", "enc", "encode", "replace", "equals", "equalsIgnoreCase":
      return try group(Array(option), conversion)
    case "notEmpty", "varsNotEmpty", "variablesNotEmpty":
      throw Problem(
        message:
          "column \(conversion.column) of the format: the text of %\(conversion.name) may be missing, which a format "
          + "cannot say; describe the lines by a regular expression in a layout file (docs/layouts.md)")
    default: break
    }
    var format: TimeFormat?
    if ["d", "date", "utcdate"].contains(conversion.name) { format = try LayoutSource.date(option, conversion.column) }
    padded(before: conversion.width > 0 && !conversion.isLeft, after: conversion.width > 0 && conversion.isLeft) {
      source in
      switch conversion.name {
      case "d", "date", "utcdate": source.time(format)
      case "p", "level", "le": source.field("level")
      case "c", "logger", "lo": source.field("logger")
      case "m", "msg", "message": source.field("message")
      case "X", "mdc", "MDC", "property", "properties", "P", "K", "map", "MAP":
        let name = LayoutSource.mdcName(option)
        if name.isEmpty { source.add(TextLayout.Step(operation: .pairs), "%X") } else { source.field(name) }
      case "kvp": source.add(TextLayout.Step(operation: .pairs), "%kvp")
      default: source.field("log4j_\(conversion.name)")
      }
    }
    return true
  }

  /// `requestId:-none` without its default. Several names are all written as pairs.
  private static func mdcName(_ option: String) -> String {
    let name = option.split(separator: ":", maxSplits: 1).first.map { String($0).trimmed } ?? ""
    return name.contains(",") ? "" : name
  }

  /// The form of `%d{…}`; nil where it is one of the known ones.
  private static func date(_ option: String, _ column: Int) throws(Problem) -> TimeFormat? {
    var pattern = option.trimmed
    if pattern.hasPrefix("\""), let close = pattern.dropFirst().firstIndex(of: "\"") {
      pattern = String(pattern[pattern.index(after: pattern.startIndex)..<close])
    } else if let comma = pattern.lastIndex(of: ","), pattern[comma...].contains("/") || pattern.hasSuffix(", UTC") {
      // logback's second option is a time zone: `HH:mm:ss, Europe/Berlin`.
      pattern = String(pattern[..<comma])
    }
    do throws(TimeFormat.Problem) {
      switch pattern {
      case "", "DEFAULT", "DEFAULT_MICROS", "DEFAULT_NANOS", "DEFAULT_PERIOD", "UNIX", "UNIX_MILLIS", "STRICT":
        return nil
      case "ABSOLUTE", "ABSOLUTE_MICROS", "ABSOLUTE_NANOS", "ABSOLUTE_PERIOD":
        return try TimeFormat(pattern: "HH:mm:ss,SSS", dialect: .java)
      case "DATE", "DATE_PERIOD": return try TimeFormat(pattern: "dd MMM yyyy HH:mm:ss,SSS", dialect: .java)
      case "COMPACT": return try TimeFormat(pattern: "yyyyMMddHHmmssSSS", dialect: .java)
      default: return pattern.hasPrefix("ISO8601") ? nil : try TimeFormat(pattern: pattern, dialect: .java)
      }
    } catch {
      throw Problem(message: "column \(column) of the format: \(error.message)")
    }
  }

  /// Puts the defaults of Spring Boot's `${NAME:-default}` in; a variable without one is a field of unknown text.
  private static func withDefaults(_ format: String) -> [Character] {
    var out: [Character] = []
    let text = Array(format)
    var i = 0
    while i < text.count {
      guard text[i] == "$", i + 1 < text.count, text[i + 1] == "{" else {
        out.append(text[i])
        i += 1
        continue
      }
      var depth = 0
      var stop = i + 1
      while stop < text.count {
        if text[stop] == "{" { depth += 1 }
        if text[stop] == "}" {
          depth -= 1
          if depth == 0 { break }
        }
        stop += 1
      }
      let body = Array(text[(i + 2)..<max(i + 2, min(stop, text.count))])
      i = min(stop + 1, text.count)
      let sign = body.indices.first { $0 + 1 < body.count && body[$0] == ":" && body[$0 + 1] == "-" }
      let preset = sign.map { Array(body[($0 + 2)...]) } ?? []
      if preset.isEmpty { out += Array("%pid") } else { out += withDefaults(String(preset)) }
    }
    return out
  }
}
