/// The parts of one wrapped line: how each `Wrapper` spells them. Nil for a line that does not fit.
struct WrappedLine: BitwiseCopyable {
  enum Encoding: UInt8, BitwiseCopyable {
    case plain
    /// The body of a JSON string, escapes included.
    case jsonString
    /// A JSON array of byte values, journald's way of writing what is not UTF-8.
    case byteArray
  }

  /// Offsets of the text that was wrapped.
  var start: Int
  var end: Int
  var encoding = Encoding.plain
  var time = EventTime.none
  var output = LineOrigin.Output.unknown
  var level = Level.none
  /// Offsets of the name of the unit or program; empty without one.
  var loggerStart = 0
  var loggerEnd = 0
  /// More of the line follows. (Docker's partial lines tell by the missing newline in their text instead.)
  var isPartial = false

  static func read(
    _ wrapper: Wrapper, _ bytes: Span<UInt8>, _ start: Int, _ end: Int, _ times: inout TimestampParser
  ) -> WrappedLine? {
    switch wrapper {
    case .dockerJSON: docker(bytes, start, end, &times)
    case .cri: cri(bytes, start, end, &times)
    case .compose: compose(bytes, start, end)
    case .kubectl: kubectl(bytes, start, end)
    case .journald: journald(bytes, start, end)
    case .otlp, .cloudwatch, .ansi: nil
    }
  }

  private static func docker(
    _ bytes: Span<UInt8>, _ start: Int, _ end: Int, _ times: inout TimestampParser
  ) -> WrappedLine? {
    var found: WrappedLine?
    var time = EventTime.none
    var output = LineOrigin.Output.unknown
    let isObject = members(bytes, start, end) { name, value, kind in
      if kind != UInt8(ascii: "\"") { return }
      if isEqual(bytes, name, "log") {
        found = WrappedLine(start: value.lowerBound + 1, end: value.upperBound - 1, encoding: .jsonString)
      } else if isEqual(bytes, name, "stream") {
        output = outputNamed(bytes, value.lowerBound + 1, value.upperBound - 1)
      } else if isEqual(bytes, name, "time") {
        time = times.parse(bytes, from: value.lowerBound + 1, to: value.upperBound - 1)?.time ?? EventTime.none
      }
    }
    // A service's own JSON may have a key `log`; Docker's has all of these.
    guard isObject, var line = found, time != EventTime.none || output != .unknown else { return nil }
    line.time = time
    line.output = output
    return line
  }

  private static func journald(_ bytes: Span<UInt8>, _ start: Int, _ end: Int) -> WrappedLine? {
    var found: WrappedLine?
    var time = EventTime.none
    var level = Level.none
    var program = start..<start
    var unit = start..<start
    let isObject = members(bytes, start, end) { name, value, kind in
      if isEqual(bytes, name, "MESSAGE") {
        if kind == UInt8(ascii: "\"") {
          found = WrappedLine(start: value.lowerBound + 1, end: value.upperBound - 1, encoding: .jsonString)
        } else if kind == UInt8(ascii: "["), isByteArray(bytes, value.lowerBound, value.upperBound) {
          found = WrappedLine(start: value.lowerBound, end: value.upperBound, encoding: .byteArray)
        }
      } else if isEqual(bytes, name, "__REALTIME_TIMESTAMP"), kind == UInt8(ascii: "\""),
        let (number, stop) = DecimalNumber.parse(bytes, from: value.lowerBound + 1, to: value.upperBound - 1),
        stop == value.upperBound - 1, let nanoseconds = number.scaled(by: 1_000), nanoseconds < EventTime.end
      {
        time = nanoseconds
      } else if isEqual(bytes, name, "PRIORITY"), kind == UInt8(ascii: "\""), value.count == 3 {
        level = Level(syslog: Int(bytes[value.lowerBound + 1]) - 0x30) ?? .none
      } else if kind == UInt8(ascii: "\""), isEqual(bytes, name, "SYSLOG_IDENTIFIER") {
        program = value.lowerBound + 1..<value.upperBound - 1
      } else if kind == UInt8(ascii: "\""), isEqual(bytes, name, "_SYSTEMD_UNIT") {
        unit = value.lowerBound + 1..<value.upperBound - 1
      }
    }
    guard isObject, var line = found, time != EventTime.none else { return nil }
    line.time = time
    line.level = level
    let logger = program.isEmpty ? unit : program
    // Names have no escapes.
    if ByteSearch.first(UInt8(ascii: "\\"), in: bytes, from: logger.lowerBound, to: logger.upperBound) == nil {
      (line.loggerStart, line.loggerEnd) = (logger.lowerBound, logger.upperBound)
    }
    return line
  }

  private static func cri(
    _ bytes: Span<UInt8>, _ start: Int, _ end: Int, _ times: inout TimestampParser
  ) -> WrappedLine? {
    guard let time = times.parse(bytes, from: start, to: end, shape: .iso), time.hasZone, time.end + 9 < end,
      bytes[time.end] == UInt8(ascii: " "), bytes[time.end + 7] == UInt8(ascii: " ")
    else { return nil }
    let output = outputNamed(bytes, time.end + 1, time.end + 7)
    let tag = bytes[time.end + 8]
    guard output != .unknown, tag == UInt8(ascii: "F") || tag == UInt8(ascii: "P") else { return nil }
    // Further tags may follow after colons.
    var i = time.end + 9
    guard bytes[i] == UInt8(ascii: " ") || bytes[i] == UInt8(ascii: ":") else { return nil }
    while i < end, bytes[i] != UInt8(ascii: " ") { i += 1 }
    return WrappedLine(
      start: min(i + 1, end), end: end, time: time.time, output: output, isPartial: tag == UInt8(ascii: "P"))
  }

  private static func compose(_ bytes: Span<UInt8>, _ start: Int, _ end: Int) -> WrappedLine? {
    guard let name = composeName(bytes, start, end) else { return nil }
    var i = name.upperBound
    while i < end, bytes[i] == UInt8(ascii: " ") { i += 1 }
    guard i < end, bytes[i] == UInt8(ascii: "|") else { return nil }
    // `| `, `|ESC[0m ` (version 1) and `| ESC[0m` (version 2): the colour of the prefix ends here.
    i = ANSIEscapes.skip(bytes, i + 1, end)
    if i < end {
      if bytes[i] == UInt8(ascii: " ") {
        i += 1
      } else if bytes[i - 1] == UInt8(ascii: "|") {
        return nil
      }
    }
    if isReset(bytes, i, end) { i = ANSIEscapes.sequence(bytes, i, end) ?? i }
    return WrappedLine(start: i, end: end)
  }

  /// Offsets of the container's name in front of blanks and a bar, or nil.
  static func composeName(_ bytes: Span<UInt8>, _ start: Int, _ end: Int) -> Range<Int>? {
    let first = ANSIEscapes.skip(bytes, start, end)
    var i = first
    while i < end,
      ClockText.isLetterOrDigit(bytes[i]) || bytes[i] == UInt8(ascii: "-") || bytes[i] == UInt8(ascii: "_")
        || bytes[i] == UInt8(ascii: ".")
    {
      i += 1
    }
    guard i > first, i < end, bytes[i] == UInt8(ascii: " ") else { return nil }
    return first..<i
  }

  /// Whether `ESC[0m` or `ESC[m` stands at `start`.
  private static func isReset(_ bytes: Span<UInt8>, _ start: Int, _ end: Int) -> Bool {
    guard start + 2 < end, bytes[start] == 0x1B, bytes[start + 1] == UInt8(ascii: "[") else { return false }
    if bytes[start + 2] == UInt8(ascii: "m") { return true }
    return start + 3 < end && bytes[start + 2] == UInt8(ascii: "0") && bytes[start + 3] == UInt8(ascii: "m")
  }

  private static func kubectl(_ bytes: Span<UInt8>, _ start: Int, _ end: Int) -> WrappedLine? {
    guard end - start > 5, isEqual(bytes, start..<start + 5, "[pod/"),
      let close = ByteSearch.first(UInt8(ascii: "]"), in: bytes, from: start, to: min(end, start + 600)),
      let slash = ByteSearch.first(UInt8(ascii: "/"), in: bytes, from: start + 5, to: close), slash + 1 < close,
      close + 1 == end || bytes[close + 1] == UInt8(ascii: " ")
    else { return nil }
    return WrappedLine(start: min(close + 2, end), end: end)
  }

  // MARK: Signs of a wrapper in lines that were read as they stand

  /// Whether ` stdout F ` or the like stands after a timestamp at the start of a line.
  static func isCRI(_ bytes: Span<UInt8>, behind time: ParsedTimestamp, _ end: Int) -> Bool {
    guard time.shape == .iso, time.hasZone, time.end + 9 < end, bytes[time.end] == UInt8(ascii: " "),
      bytes[time.end + 7] == UInt8(ascii: " "),
      bytes[time.end + 4] == UInt8(ascii: "o") || bytes[time.end + 4] == UInt8(ascii: "e")
    else { return false }
    let tag = bytes[time.end + 8]
    return outputNamed(bytes, time.end + 1, time.end + 7) != .unknown
      && (tag == UInt8(ascii: "F") || tag == UInt8(ascii: "P"))
  }

  /// Whether a JSON object is an entry of journald's export.
  static func isJournald(_ bytes: Span<UInt8>, _ start: Int, _ end: Int) -> Bool {
    var from = start
    while let quote = ByteSearch.first(UInt8(ascii: "\""), in: bytes, from: from, to: end) {
      if ByteSearch.begins(bytes, at: quote, end: end, with: "\"__REALTIME_TIMESTAMP\"") {
        return journald(bytes, start, end) != nil
      }
      from = quote + 1
    }
    return false
  }

  // MARK: Parts

  private static func outputNamed(_ bytes: Span<UInt8>, _ start: Int, _ end: Int) -> LineOrigin.Output {
    if isEqual(bytes, start..<end, "stdout") { return .stdout }
    return isEqual(bytes, start..<end, "stderr") ? .stderr : .unknown
  }

  /// Visits the members of an object: name and value as they stand (quotes of the value included), and the value's first
  /// byte. False if it is not one valid object; then what was visited counts for nothing.
  static func members(
    _ bytes: Span<UInt8>, _ start: Int, _ end: Int, _ visit: (Range<Int>, Range<Int>, UInt8) -> Void
  ) -> Bool {
    var isEscaped = false
    var i = JSONScanner.skipSpace(bytes, start, end)
    guard i < end, bytes[i] == UInt8(ascii: "{") else { return false }
    i = JSONScanner.skipSpace(bytes, i + 1, end)
    while i < end, bytes[i] == UInt8(ascii: "\"") {
      let name = i + 1
      i = JSONScanner.string(bytes, name, end, isEscaped: &isEscaped)
      guard i >= 0 else { return false }
      let nameEnd = i - 1
      i = JSONScanner.skipSpace(bytes, i, end)
      guard i < end, bytes[i] == UInt8(ascii: ":") else { return false }
      let value = JSONScanner.skipSpace(bytes, i + 1, end)
      i = JSONScanner.value(bytes, value, end, depth: 1)
      guard i >= 0 else { return false }
      visit(name..<nameEnd, value..<i, bytes[value])
      i = JSONScanner.skipSpace(bytes, i, end)
      guard i < end else { return false }
      if bytes[i] == UInt8(ascii: "}") { return JSONScanner.skipSpace(bytes, i + 1, end) == end }
      guard bytes[i] == UInt8(ascii: ",") else { return false }
      i = JSONScanner.skipSpace(bytes, i + 1, end)
    }
    return false
  }

  static func isEqual(_ bytes: Span<UInt8>, _ range: Range<Int>, _ word: String) -> Bool {
    guard range.count == word.utf8.count else { return false }
    var i = range.lowerBound
    for byte in word.utf8 {
      if bytes[i] != byte { return false }
      i += 1
    }
    return true
  }

  /// Whether a checked JSON array holds whole numbers from 0 to 255 only.
  private static func isByteArray(_ bytes: Span<UInt8>, _ start: Int, _ end: Int) -> Bool {
    var isValid = true
    eachByte(bytes, start, end) { isValid = isValid && $0 <= 255 }
    var i = start
    while i < end {
      switch bytes[i] {
      case 0x30...0x39, UInt8(ascii: ","), UInt8(ascii: "["), UInt8(ascii: "]"), 0x20, 0x09, 0x0A, 0x0D: break
      default: return false
      }
      if i > start && bytes[i] == UInt8(ascii: "[") { return false }
      i += 1
    }
    return isValid
  }

  /// Visits the numbers of a checked array of whole numbers.
  static func eachByte(_ bytes: Span<UInt8>, _ start: Int, _ end: Int, _ visit: (Int) -> Void) {
    var value = -1
    for i in start..<end {
      let digit = bytes[i] &- 0x30
      if digit <= 9 {
        value = min(max(value, 0) * 10 + Int(digit), 1_000)
      } else if value >= 0 {
        visit(value)
        value = -1
      }
    }
  }
}
