// Python's logging, in its three styles: https://docs.python.org/3/library/logging.html#logrecord-attributes

extension LayoutSource {
  /// `%(levelname)-8s`.
  mutating func python(_ format: [UInt8]) throws(Problem) {
    var i = 0
    while i < format.count {
      guard format[i] == 0x25 else {
        literal(format[i])
        i += 1
        continue
      }
      if i + 1 < format.count && format[i + 1] == 0x25 {
        literal(0x25)
        i += 2
        continue
      }
      let directive = try LayoutSource.percentDirective(format, at: i)
      i = directive.end
      let isPadded = directive.width > 0
      try pythonField(
        directive.name, blanksBefore: isPadded && !directive.isLeft && directive.conversion == 0x73,
        blanksAfter: isPadded && directive.isLeft)
      if directive.name == "asctime" || directive.name == "asctimez" { skipFraction(format, &i, "%(msecs)", end: 0x64) }
    }
  }

  /// One `%(name)…s`.
  struct PercentDirective {
    var name: String
    /// `-` stands before the width.
    var isLeft: Bool
    var width: Int
    /// The letter at its end.
    var conversion: UInt8
    /// Offset after it.
    var end: Int
  }

  static func percentDirective(_ format: [UInt8], at i: Int) throws(Problem) -> PercentDirective {
    guard i + 1 < format.count, format[i + 1] == 0x28, let close = format[i...].firstIndex(of: 0x29) else {
      throw Problem(message: "column \(i + 1) of the format: after % a Python format has (name), as in %(message)s")
    }
    let name = String(decoding: format[(i + 2)..<close], as: UTF8.self)
    var j = close + 1
    var isLeft = false
    var width = 0
    while j < format.count, !isLetter(format[j]) {
      if format[j] == 0x2D { isLeft = true }
      // Only the digits before a point are the width.
      if format[j] == 0x2E { while j + 1 < format.count, format[j + 1] &- 0x30 < 10 { j += 1 } }
      if format[j] &- 0x30 < 10, width < 10_000 { width = width * 10 + Int(format[j] &- 0x30) }
      j += 1
    }
    guard j < format.count else {
      throw Problem(message: "column \(i + 1) of the format: %(\(name)) lacks its conversion, as in %(\(name))s")
    }
    return PercentDirective(name: name, isLeft: isLeft, width: width, conversion: format[j], end: j + 1)
  }

  /// `.%(msecs)03d` after a timestamp belongs to it, which takes its fraction itself.
  private func skipFraction(_ format: [UInt8], _ i: inout Int, _ directive: String, end: UInt8) {
    for separator in [".", ","] {
      let fraction = Array("\(separator)\(directive)".utf8)
      if format[i...].starts(with: fraction), let last = format[i...].firstIndex(of: end) {
        i = last + 1
        return
      }
    }
  }

  mutating func pythonField(_ name: String, blanksBefore: Bool, blanksAfter: Bool) throws(Problem) {
    if name == "levelprefix" {
      // uvicorn: the level, a colon, and blanks up to column nine.
      if blanksBefore { blanks() }
      field("level")
      literal(0x3A)
      add(TextLayout.Step(operation: .blanks))
      return
    }
    padded(before: blanksBefore, after: blanksAfter) { source in
      switch name {
      case "asctime", "created": source.time()
      case "levelname": source.field("level")
      case "levelno": source.add(TextLayout.Step(operation: .levelNumber), name)
      case "name": source.field("logger")
      case "message": source.field("message")
      case "request_line": source.field("request_line", quoted: source.isQuoted)
      case "otelTraceID", "dd.trace_id":
        // OpenTelemetry and Datadog write 0 where there is no trace.
        source.field("trace_id")
        source.zeroIsNull()
      case "exc_text", "exc_info", "stack_info": break
      default: source.field(name)
      }
    }
  }

  // MARK: style='{'

  /// `{levelname:<8}`; `{{` is a brace.
  mutating func pythonBrace(_ format: [UInt8]) throws(Problem) {
    try braces(format) { source, name, spec in
      let padding = LayoutSource.padding(spec, isTextLeft: name != "lineno" && name != "process" && name != "thread")
      do throws(Problem) {
        try source.pythonField(name, blanksBefore: padding.before, blanksAfter: padding.after)
      } catch {
        return error
      }
      return nil
    }
  }

  /// Goes through a format with fields in braces.
  ///
  /// - Parameter field: takes the field's name, without a conversion (`!r`), and what comes after its colon.
  mutating func braces(
    _ format: [UInt8], _ field: (inout LayoutSource, _ name: String, _ spec: String) -> Problem?
  ) throws(Problem) {
    var i = 0
    while i < format.count {
      let byte = format[i]
      if byte == 0x7B || byte == 0x7D, i + 1 < format.count, format[i + 1] == byte {
        literal(byte)
        i += 2
        continue
      }
      guard byte == 0x7B else {
        literal(byte)
        i += 1
        continue
      }
      guard let close = format[i...].firstIndex(of: 0x7D) else {
        throw Problem(message: "column \(i + 1) of the format: { without its }; a brace alone is written {{")
      }
      let body = String(decoding: format[(i + 1)..<close], as: UTF8.self)
      let colon = body.firstIndex(of: ":") ?? body.endIndex
      let name = String(body[..<colon].prefix { $0 != "!" })
      let spec = colon == body.endIndex ? "" : String(body[body.index(after: colon)...])
      guard !name.isEmpty else {
        throw Problem(message: "column \(i + 1) of the format: a field in braces has a name, as {message}")
      }
      if let problem = field(&self, name, spec) { throw problem }
      i = close + 1
      if name == "asctime" { skipFraction(format, &i, "{msecs", end: 0x7D) }
    }
  }

  /// Where a format specification (`<8`, ` >5`, `8`) puts blanks.
  static func padding(_ spec: String, isTextLeft: Bool = true) -> (before: Bool, after: Bool) {
    guard spec.contains(where: { $0 >= "1" && $0 <= "9" }) else { return (false, false) }
    if spec.contains("<") { return (false, true) }
    if spec.contains(">") || spec.contains("=") { return (true, false) }
    if spec.contains("^") { return (true, true) }
    // `06.3f` is padded by zeros.
    if spec.hasPrefix("0") || spec.hasPrefix(".") { return (false, false) }
    return isTextLeft ? (false, true) : (true, false)
  }

  // MARK: style='$'

  /// `$asctime ${levelname}`; `$$` is a dollar.
  mutating func pythonDollar(_ format: [UInt8]) throws(Problem) {
    var i = 0
    while i < format.count {
      guard format[i] == 0x24 else {
        literal(format[i])
        i += 1
        continue
      }
      if i + 1 < format.count, format[i + 1] == 0x24 {
        literal(0x24)
        i += 2
        continue
      }
      let variable = try LayoutSource.variable(format, at: i)
      i = variable.end
      try pythonField(variable.name, blanksBefore: false, blanksAfter: false)
      if variable.name == "asctime" {
        skipFraction(format, &i, "$msecs", end: 0x73)
        skipFraction(format, &i, "${msecs}", end: 0x7D)
      }
    }
  }

  /// `$name` or `${name}`.
  static func variable(_ format: [UInt8], at i: Int) throws(Problem) -> (name: String, end: Int) {
    var start = i + 1
    let braced = start < format.count && format[start] == 0x7B
    if braced { start += 1 }
    var end = start
    while end < format.count && isNameByte(format[end]) { end += 1 }
    guard end > start else {
      throw Problem(message: "column \(i + 1) of the format: $ without a variable's name")
    }
    guard !braced || (end < format.count && format[end] == 0x7D) else {
      throw Problem(message: "column \(i + 1) of the format: ${ without its }")
    }
    return (String(decoding: format[start..<end], as: UTF8.self), braced ? end + 1 : end)
  }
}
