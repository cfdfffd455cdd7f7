/// Compiles a layout from the text that people have in their service's own configuration: a Python logging format,
/// an nginx `log_format` or an Apache `LogFormat`, pasted as it stands.
package struct LayoutSource: Sendable {
  /// A format that cannot be compiled: what is wrong and where.
  package struct Problem: Error, Equatable, Sendable {
    package var message: String
  }

  private var layout: TextLayout
  private let catalog: FieldCatalog
  /// Literal bytes not yet put into a step.
  private var pending: ContiguousArray<UInt8> = []

  private init(name: String, source: String, catalog: FieldCatalog) {
    layout = TextLayout(name: name, source: source)
    self.catalog = catalog
  }

  /// The layout that `text` describes. Which of the three languages it is shows from its directives.
  package static func compile(
    _ text: String, name: String = "custom", catalog: FieldCatalog
  ) throws(Problem) -> TextLayout {
    let format = stripped(text)
    var source = LayoutSource(name: name, source: text, catalog: catalog)
    if format.contains("%(") {
      try source.python(Array(format.utf8))
    } else if format.contains("$") {
      try source.nginx(Array(format.utf8))
    } else if format.contains("%") {
      try source.apache(Array(format.utf8))
    } else {
      throw Problem(
        message:
          "'\(text)' is neither a layout's name nor a format: a Python format has %(name)s, an nginx log_format has "
          + "$variables, an Apache LogFormat has %h %t …")
    }
    source.flush()
    guard source.layout.steps.contains(where: { $0.operation != .literal && $0.operation != .blanks }) else {
      throw Problem(message: "'\(text)' has no field in it")
    }
    return source.layout
  }

  /// Whether `--layout`'s argument is a format and not a name.
  package static func isFormat(_ text: String) -> Bool { text.contains("%") || text.contains("$") }

  // MARK: Building

  private mutating func literal(_ byte: UInt8) { pending.append(byte) }

  /// Lets the pending literal end the step before it, or makes a step of it at the start of the line.
  private mutating func flush() {
    // Padding takes all blanks, also those that the format has behind it.
    if layout.steps.last?.operation == .blanks { pending = ContiguousArray(pending.drop { $0 == 0x20 }) }
    guard !pending.isEmpty else { return }
    let start = UInt16(layout.literals.count)
    let count = UInt16(pending.count)
    layout.literals.append(contentsOf: pending)
    if layout.steps.isEmpty { layout.steps.append(TextLayout.Step(operation: .literal)) }
    setLiteral(of: &layout.steps[layout.steps.count - 1], start, count)
    pending.removeAll()
  }

  private func setLiteral(of step: inout TextLayout.Step, _ start: UInt16, _ count: UInt16) {
    step.start = start
    step.count = count
    for (index, byte) in pending.prefix(8).enumerated() {
      step.word |= UInt64(byte) << (UInt64(index) * 8)
      step.mask |= 0xFF << (UInt64(index) * 8)
    }
  }

  private mutating func add(_ step: TextLayout.Step) {
    flush()
    layout.steps.append(step)
  }

  private mutating func field(_ name: String, quoted: Bool = false, unit: Int64 = 0, trims: Bool = false) {
    var target = catalog[name]
    if target.standard == .duration && target.unit == 0 { target.unit = unit }
    switch target.standard {
    case .time: add(TextLayout.Step(operation: .time))
    case .level: add(TextLayout.Step(operation: .level))
    case .message: add(TextLayout.Step(operation: .message))
    default:
      var step = TextLayout.Step(operation: quoted ? .quoted : .field, target: target, trims: trims)
      for byte in name.utf8 { step.name.fold(byte) }
      add(step)
    }
  }

  // MARK: Python logging, https://docs.python.org/3/library/logging.html#logrecord-attributes

  private mutating func python(_ format: [UInt8]) throws(Problem) {
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
      guard i + 1 < format.count, format[i + 1] == 0x28, let close = format[i...].firstIndex(of: 0x29) else {
        throw Problem(message: "column \(i + 1) of the format: after % a Python format has (name), as in %(message)s")
      }
      let name = String(decoding: format[(i + 2)..<close], as: UTF8.self)
      var j = close + 1
      var leftAligned = false
      var padded = false
      while j < format.count, !(format[j] | 0x20 >= 0x61 && format[j] | 0x20 <= 0x7A) {
        if format[j] == 0x2D { leftAligned = true }
        if format[j] >= 0x31 && format[j] <= 0x39 { padded = true }
        j += 1
      }
      guard j < format.count else {
        throw Problem(message: "column \(i + 1) of the format: %(\(name)) lacks its conversion, as in %(\(name))s")
      }
      let isText = format[j] == 0x73
      i = j + 1
      pythonField(name, blanksBefore: padded && !leftAligned && isText, blanksAfter: padded && leftAligned)
      // `.%(msecs)03d` belongs to the timestamp, which takes its fraction itself.
      if name == "asctime" || name == "asctimez" {
        for separator in [".", ","] {
          let fraction = Array("\(separator)%(msecs)".utf8)
          if format[i...].starts(with: fraction), let d = format[i...].firstIndex(of: 0x64) { i = d + 1 }
        }
      }
    }
  }

  private mutating func pythonField(_ name: String, blanksBefore: Bool, blanksAfter: Bool) {
    if blanksBefore { add(TextLayout.Step(operation: .blanks)) }
    switch name {
    case "asctime", "created": add(TextLayout.Step(operation: .time))
    case "levelname", "levelno": field("level")
    case "levelprefix":
      // uvicorn: the level, a colon, and blanks up to column nine.
      field("level")
      literal(0x3A)
      add(TextLayout.Step(operation: .blanks))
      return
    case "name": field("logger", trims: blanksAfter)
    case "message": field("message")
    case "request_line": field("request_line", quoted: true)
    case "status_code": field("status_code")
    default: field(name, trims: blanksAfter)
    }
    // A level ends where its letters do; other padded fields end at the next literal.
    if blanksAfter && layout.steps.last?.operation == .level { add(TextLayout.Step(operation: .blanks)) }
  }

  // MARK: nginx, https://nginx.org/en/docs/http/ngx_http_log_module.html#log_format

  private mutating func nginx(_ format: [UInt8]) throws(Problem) {
    var i = 0
    while i < format.count {
      guard format[i] == 0x24 else {
        literal(format[i])
        i += 1
        continue
      }
      var start = i + 1
      let braced = start < format.count && format[start] == 0x7B
      if braced { start += 1 }
      var end = start
      while end < format.count && LayoutSource.isNameByte(format[end]) { end += 1 }
      guard end > start else {
        throw Problem(message: "column \(i + 1) of the format: $ without a variable's name")
      }
      let name = String(decoding: format[start..<end], as: UTF8.self)
      let quoted = i > 0 && format[i - 1] == 0x22
      i = braced ? end + 1 : end
      switch name {
      case "time_local", "time_iso8601", "msec", "date_gmt", "date_local": add(TextLayout.Step(operation: .time))
      case "request": field("request_line", quoted: quoted)
      case "request_time":
        // Always with milliseconds; Apache's microseconds at the same place are not.
        field("request_time", unit: EventTime.nanosecondsPerSecond)
        layout.steps[layout.steps.count - 1].needsFraction = true
      case "http_x_request_id", "sent_http_x_request_id", "upstream_http_x_request_id":
        field("x_request_id", quoted: quoted)
      case "http_x_correlation_id": field("correlation_id", quoted: quoted)
      case "http_traceparent": field("traceparent", quoted: quoted)
      case "request_uri", "uri": field("path", quoted: quoted)
      case "request_method": field("method", quoted: quoted)
      // The upstream's own figures are a hop's, not the request's.
      default: field(name, quoted: quoted)
      }
    }
  }

  // MARK: Apache, https://httpd.apache.org/docs/2.4/mod/mod_log_config.html#formats

  private mutating func apache(_ format: [UInt8]) throws(Problem) {
    var i = 0
    while i < format.count {
      guard format[i] == 0x25 else {
        literal(format[i])
        i += 1
        continue
      }
      let quoted = i > 0 && format[i - 1] == 0x22
      let column = i + 1
      i += 1
      // Modifiers: status lists, < and >.
      while i < format.count,
        format[i] == 0x3E || format[i] == 0x3C || format[i] == 0x21 || format[i] == 0x2C
          || (format[i] >= 0x30 && format[i] <= 0x39)
      { i += 1 }
      var argument = ""
      if i < format.count, format[i] == 0x7B {
        guard let close = format[i...].firstIndex(of: 0x7D) else {
          throw Problem(message: "column \(column) of the format: %{ without its }")
        }
        argument = String(decoding: format[(i + 1)..<close], as: UTF8.self)
        i = close + 1
      }
      guard i < format.count else {
        throw Problem(message: "column \(column) of the format: % at the end; a percent sign is written %%")
      }
      let directive = format[i]
      i += 1
      if directive == 0x5E, i + 1 < format.count {
        i += 2
        field("apache_\(argument)", quoted: quoted)
        continue
      }
      apacheField(directive, argument, quoted: quoted)
    }
  }

  private mutating func apacheField(_ directive: UInt8, _ argument: String, quoted: Bool) {
    switch Character(Unicode.Scalar(directive)) {
    case "%": literal(0x25)
    case "t":
      if argument.isEmpty {
        literal(0x5B)
        add(TextLayout.Step(operation: .time))
        literal(0x5D)
      } else {
        add(TextLayout.Step(operation: .time))
      }
    case "r": field("request_line", quoted: quoted)
    case "s": field("status")
    case "m": field("method", quoted: quoted)
    case "U": field("path", quoted: quoted)
    case "D": field("request_duration", unit: 1_000)
    case "T":
      let unit: Int64 = argument == "ms" ? 1_000_000 : argument == "us" ? 1_000 : EventTime.nanosecondsPerSecond
      field("request_duration", unit: unit)
    case "i", "o", "C", "e", "n": field(argument, quoted: quoted)
    case "L": field("log_id", quoted: quoted)
    case "h", "a": field("remote_addr", quoted: quoted)
    case "u": field("remote_user", quoted: quoted)
    case "b", "B", "O": field("bytes_sent")
    case "v", "V": field("server_name", quoted: quoted)
    default: field("apache_\(Character(Unicode.Scalar(directive)))", quoted: quoted)
    }
  }

  // MARK: Pasted text

  private static func isNameByte(_ byte: UInt8) -> Bool {
    byte | 0x20 &- 0x61 < 26 || byte &- 0x30 < 10 || byte == 0x5F
  }

  /// Takes off what stands around a format in a configuration file: `log_format main '…' '…';`, `LogFormat "…" combined`.
  private static func stripped(_ text: String) -> String {
    var rest = Substring(text.trimmed)
    if rest.hasPrefix("log_format") {
      rest = rest.dropFirst("log_format".count)
      guard let quote = rest.firstIndex(where: { $0 == "'" || $0 == "\"" }) else { return String(rest) }
      var joined = ""
      rest = rest[quote...]
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
    if rest.hasPrefix("LogFormat") {
      rest = rest.dropFirst("LogFormat".count).drop(while: \.isWhitespace)
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
    return rest.contains("%") && rest.contains("\\\"") ? rest.split(separator: "\\").joined() : String(rest)
  }
}

extension String {
  /// Without blanks and newlines at both ends.
  var trimmed: String {
    let from = firstIndex { !$0.isWhitespace } ?? endIndex
    let to = lastIndex { !$0.isWhitespace }
    return to.map { String(self[from...$0]) } ?? ""
  }
}

// MARK: syslog

extension LayoutSource {
  /// RFC 3164 section 4.1: `<34>Nov 23 06:47:54 host app[123]: message`; the priority may be missing, as in /var/log/syslog,
  /// and the timestamp may be ISO 8601, as rsyslog writes it.
  static func syslog3164(catalog: FieldCatalog) -> TextLayout {
    var source = LayoutSource(
      name: "syslog", source: "RFC 3164: <PRI>Mmm dd hh:mm:ss host tag[pid]: message", catalog: catalog)
    source.add(TextLayout.Step(operation: .priority))
    source.add(TextLayout.Step(operation: .time))
    source.literal(0x20)
    source.field("host")
    source.literal(0x20)
    source.add(TextLayout.Step(operation: .tag, target: catalog["logger"]))
    source.add(TextLayout.Step(operation: .blanks))
    source.add(TextLayout.Step(operation: .message))
    source.flush()
    return source.layout
  }

  /// RFC 5424 section 6: `<34>1 2026-11-23T06:47:54.777Z host app 123 ID47 [sd] message`.
  static func syslog5424(catalog: FieldCatalog) -> TextLayout {
    var source = LayoutSource(
      name: "syslog5424", source: "RFC 5424: <PRI>1 timestamp host app procid msgid [data] message", catalog: catalog)
    source.add(TextLayout.Step(operation: .priority))
    for byte in "1 ".utf8 { source.literal(byte) }
    source.add(TextLayout.Step(operation: .time))
    for name in ["host", "logger", "procid", "msgid"] {
      source.literal(0x20)
      source.field(name)
    }
    source.literal(0x20)
    source.add(TextLayout.Step(operation: .structuredData))
    source.add(TextLayout.Step(operation: .blanks))
    source.add(TextLayout.Step(operation: .message))
    source.flush()
    return source.layout
  }
}

// MARK: W3C

extension LayoutSource {
  /// The layout that a `#Fields:` line names: W3C's Extended Log File Format, as IIS and CloudFront write it. Nil where no
  /// column is known.
  ///
  /// Columns stand apart by one blank or tab. `time-taken` is in milliseconds in IIS' logs and in seconds in CloudFront's,
  /// which have an `x-edge-…` column. https://www.w3.org/TR/WD-logfile
  static func w3c(_ columns: [String], separator: UInt8, catalog: FieldCatalog) -> TextLayout? {
    guard columns.contains("sc-status") || columns.contains("cs-method"), columns.count <= 64 else { return nil }
    var source = LayoutSource(name: "w3c", source: "#Fields: " + columns.joined(separator: " "), catalog: catalog)
    let isCloudFront = columns.contains { $0.hasPrefix("x-edge-") }
    var index = 0
    while index < columns.count {
      let name = columns[index]
      if index > 0 { source.literal(separator) }
      if name == "date", index + 1 < columns.count, columns[index + 1] == "time" {
        source.add(TextLayout.Step(operation: .time))
        index += 2
        continue
      }
      switch name {
      case "time-taken":
        source.field("request_duration", unit: isCloudFront ? EventTime.nanosecondsPerSecond : EventTime.nanosecondsPerMillisecond)
      case "cs-uri-stem": source.field("path")
      case "cs-method": source.field("method")
      case "sc-status": source.field("status")
      case "date", "time", "sc-bytes", "cs-bytes", "cs-username": source.field("w3c_\(name)")
      default: source.field(name)
      }
      index += 1
    }
    source.flush()
    return source.layout
  }
}
