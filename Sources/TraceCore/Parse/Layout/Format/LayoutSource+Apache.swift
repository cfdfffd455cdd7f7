// Apache's LogFormat: https://httpd.apache.org/docs/2.4/mod/mod_log_config.html#formats, which Tomcat's access log follows.

extension LayoutSource {
  /// One directive.
  private struct ApacheDirective {
    /// Offset of its percent sign.
    var start: Int
    /// `>` or `<` stands in front.
    var hasModifier = false
    /// What stands in braces.
    var argument = ""
    var letter: UInt8
    /// Offset after it.
    var end: Int
  }

  /// - Parameter isTomcat: it is Tomcat's, whose `%D` were milliseconds up to version 9 and are microseconds from 10 on.
  mutating func apache(_ format: [UInt8], isTomcat: Bool) throws(Problem) {
    let durations = try LayoutSource.apacheDurations(format)
    // `%s` without `>` is how Tomcat's own patterns have it; there the unit of %D is unknown.
    let isDoubtful = isTomcat || durations.hasPlainStatus
    var i = 0
    while i < format.count {
      guard format[i] == 0x25 else {
        literal(format[i])
        i += 1
        continue
      }
      let quoted = isQuoted
      let directive = try LayoutSource.apacheDirective(format, at: i)
      i = directive.end
      switch directive.letter {
      case UInt8(ascii: "t") where !directive.argument.isEmpty:
        try apacheTime(directive, format, &i)
      case UInt8(ascii: "D"), UInt8(ascii: "T"):
        let name = directive.start == durations.finest ? "request_duration" : "apache_duration"
        field(name, unit: LayoutSource.apacheUnit(directive, isDoubtful: isDoubtful))
      case UInt8(ascii: "^"):
        // `%^FU` and the like.
        i = min(i + 2, format.count)
        field("apache_\(directive.argument)", quoted: quoted)
      default: apacheField(directive.letter, directive.argument, quoted: quoted)
      }
    }
  }

  private static func apacheUnit(_ directive: ApacheDirective, isDoubtful: Bool) -> Int64 {
    if directive.letter == UInt8(ascii: "D") { return isDoubtful ? 0 : 1_000 }
    switch directive.argument {
    case "ms": return EventTime.nanosecondsPerMillisecond
    case "us": return 1_000
    default: return EventTime.nanosecondsPerSecond
    }
  }

  /// Where the finest duration stands, whose rounded fellows are left out, and whether the status is a plain `%s`.
  private static func apacheDurations(_ format: [UInt8]) throws(Problem) -> (finest: Int, hasPlainStatus: Bool) {
    var finest = (unit: Int64.max, start: -1)
    var hasPlainStatus = false
    var i = 0
    while i < format.count {
      guard format[i] == 0x25 else {
        i += 1
        continue
      }
      let directive = try apacheDirective(format, at: i)
      i = directive.end
      if directive.letter == UInt8(ascii: "s") && !directive.hasModifier { hasPlainStatus = true }
      guard directive.letter == UInt8(ascii: "D") || directive.letter == UInt8(ascii: "T") else { continue }
      let unit = apacheUnit(directive, isDoubtful: false)
      if unit < finest.unit { finest = (unit, directive.start) }
    }
    return (finest.start, hasPlainStatus)
  }

  private static func apacheDirective(_ format: [UInt8], at start: Int) throws(Problem) -> ApacheDirective {
    var directive = ApacheDirective(start: start, letter: 0, end: start)
    var i = start + 1
    // Modifiers: status lists, < and >.
    while i < format.count,
      format[i] == 0x3E || format[i] == 0x3C || format[i] == 0x21 || format[i] == 0x2C || format[i] &- 0x30 < 10
    {
      if format[i] == 0x3E || format[i] == 0x3C { directive.hasModifier = true }
      i += 1
    }
    if i < format.count, format[i] == 0x7B {
      guard let close = format[i...].firstIndex(of: 0x7D) else {
        throw Problem(message: "column \(start + 1) of the format: %{ without its }")
      }
      directive.argument = String(decoding: format[(i + 1)..<close], as: UTF8.self)
      i = close + 1
    }
    guard i < format.count else {
      throw Problem(message: "column \(start + 1) of the format: % at the end; a percent sign is written %%")
    }
    directive.letter = format[i]
    directive.end = i + 1
    return directive
  }

  /// `%{%d/%b/%Y %T}t`, and `%{…}t.%{msec_frac}t %{%z}t`: several that make up one time.
  private mutating func apacheTime(_ first: ApacheDirective, _ format: [UInt8], _ i: inout Int) throws(Problem) {
    var text = LayoutSource.strptime(first.argument)
    while true {
      let between = format[i...].prefix { $0 != 0x25 }
      guard between.count <= 2, i + between.count < format.count else { break }
      let next = try LayoutSource.apacheDirective(format, at: i + between.count)
      guard next.letter == UInt8(ascii: "t"), !next.argument.isEmpty else { break }
      text += String(decoding: between, as: UTF8.self) + LayoutSource.strptime(next.argument)
      i = next.end
    }
    do throws(TimeFormat.Problem) {
      time(try TimeFormat(strptime: text))
    } catch {
      throw Problem(message: "column \(first.start + 1) of the format: \(error.message)")
    }
  }

  /// A format of `%{…}t` in strptime's letters.
  private static func strptime(_ argument: String) -> String {
    var text = argument
    for prefix in ["begin:", "end:"] where text.hasPrefix(prefix) { text = String(text.dropFirst(prefix.count)) }
    switch text {
    case "sec": return "%s"
    case "msec", "usec": return "%s"
    case "msec_frac", "usec_frac": return "%f"
    default: return text
    }
  }

  mutating func apacheField(_ directive: UInt8, _ argument: String, quoted: Bool) {
    switch Character(Unicode.Scalar(directive)) {
    case "%": literal(0x25)
    case "t":
      literal(0x5B)
      time()
      literal(0x5D)
    case "r": field("request_line", quoted: quoted)
    case "s": field("status")
    case "m": field("method", quoted: quoted)
    case "U": field("path", quoted: quoted)
    case "i", "o", "C", "e", "n": field(argument, quoted: quoted)
    case "L": field("log_id", quoted: quoted)
    case "h", "a": field("remote_addr", quoted: quoted)
    case "u": field("remote_user", quoted: quoted)
    case "b", "B", "O": field("bytes_sent")
    case "v", "V": field("server_name", quoted: quoted)
    default: field("apache_\(Character(Unicode.Scalar(directive)))", quoted: quoted)
    }
  }
}
