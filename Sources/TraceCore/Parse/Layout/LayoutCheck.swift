/// What has to be asked of a line beside whether a layout's steps fit it, so that a loose layout takes none from a stricter
/// one.
///
/// Two questions. `accepts`: whether the line is this layout's at all, where no stricter one has taken it. `isSettled`:
/// whether, in addition, none of the stricter ones can fit it; then they need not be tried. Both look at the line alone.
/// A test tries every layout first on lines of every other, and compares.
enum LayoutCheck: UInt8, BitwiseCopyable, Sendable {
  /// Nothing: what fits it fits nothing stricter.
  case none
  /// `python-bracket-name`, whose message may begin with the id of `python-request-id`.
  case bracketName
  /// `nginx-timed`, whose last field may be time and id of `nginx-request-id`.
  case nginxTimed
  /// `common`, whose last field takes whatever `combined` and others have after it.
  case common
  /// `uvicorn`: a level, a colon and any text.
  case levelPrefix
  /// `python-basic`: a level and a name between colons.
  case levelAndName
  /// `syslog`: after the time two words, of which the second ends in a colon.
  case syslog
  /// Pairs alone: a line without a time may have one that is no pair.
  case logfmt

  init(_ kind: LayoutSet.Kind) { self = kind == .logfmt ? .logfmt : .none }

  init(named name: String) {
    self =
      switch name {
      case "python-bracket-name": .bracketName
      case "nginx-timed": .nginxTimed
      case "common": .common
      case "uvicorn": .levelPrefix
      case "python-basic": .levelAndName
      case "syslog": .syslog
      default: .none
      }
  }

  /// Whether a line that fits the layout, which has filled `fields`, and nothing stricter belongs to it.
  func accepts(
    _ bytes: Span<UInt8>, _ start: Int, _ end: Int, _ fields: borrowing LineFields, _ times: inout TimestampParser
  ) -> Bool {
    switch self {
    case .none, .nginxTimed, .common, .logfmt: true
    case .bracketName:
      // Sleuth's `[app,<trace id>,<span id>]` stands at the same place.
      LayoutCheck.isLogger(bytes, fields.logger)
    case .levelPrefix, .levelAndName:
      !DotnetHead.isHead(bytes, start, end) && LayoutCheck.isLevelPrefix(bytes, start, end)
        && LayoutCheck.isText(bytes, start, end)
        && !LayoutCheck.beginsWithTime(bytes, fields.message.start, end, &times)
    case .syslog: LayoutCheck.isSyslog(bytes, start, end, &times)
    }
  }

  /// Whether it is certain that nothing stricter fits.
  @inline(never)
  func isSettled(
    _ bytes: Span<UInt8>, _ masks: Span<ByteMaskWindow>, _ start: Int, _ end: Int, _ fields: borrowing LineFields,
    _ times: inout TimestampParser
  ) -> Bool {
    switch self {
    case .none: true
    case .bracketName:
      // The message that the layout has found: what is in brackets at its start may have been taken off it.
      fields.logger.end + 2 < end && bytes[fields.logger.end + 2] != 0x5B
        && LayoutCheck.isLogger(bytes, fields.logger)
    case .nginxTimed, .common:
      LayoutCheck.isAccessTail(bytes, start, end, isTimed: self == .nginxTimed)
    case .levelPrefix:
      accepts(bytes, start, end, fields, &times)
        && LayoutCheck.isPlainMessage(bytes, masks, fields.message.start, end)
    case .levelAndName:
      accepts(bytes, start, end, fields, &times)
        && masks.first(from: fields.message.start, to: end) { $0.quotes } == end
    case .syslog: accepts(bytes, start, end, fields, &times)
    case .logfmt: fields.time != EventTime.none
    }
  }

  /// Neither a list nor a thread's name.
  private static func isLogger(_ bytes: Span<UInt8>, _ name: Slice) -> Bool {
    guard name.end > name.start else { return true }
    return ByteSearch.first(0x2C, in: bytes, from: name.start, to: name.end) == nil
      && !RequestIDShape.isThread(bytes, name.start, name.end)
  }

  /// After the last quote: ` 200 12` of `common`, ` 0.004` of `nginx-timed`.
  private static func isAccessTail(_ bytes: Span<UInt8>, _ start: Int, _ end: Int, isTimed: Bool) -> Bool {
    guard let quote = ByteSearch.last(0x22, in: bytes, from: start, to: end), quote + 2 < end,
      bytes[quote + 1] == 0x20
    else { return false }
    let blank = ByteSearch.first(0x20, in: bytes, from: quote + 2, to: end)
    if isTimed { return blank == nil }
    guard let blank, blank == quote + 5 else { return false }
    return (2...4).allSatisfy { bytes[quote + $0] &- 0x30 < 10 }
      && ByteSearch.first(0x20, in: bytes, from: blank + 1, to: end) == nil
  }

  /// The words before the message are as frameworks write them: `INFO`, `info`, never `Error: …`, which is an exception's
  /// line in half of all languages, nor Go's `panic: …`.
  private static func isLevelPrefix(_ bytes: Span<UInt8>, _ start: Int, _ end: Int) -> Bool {
    var i = start
    var capitals = 0
    while i < end, (bytes[i] | 0x20) &- 0x61 < 26 {
      if bytes[i] < 0x60 { capitals += 1 }
      i += 1
    }
    let length = i - start
    // Go's race detector reports over several lines.
    if capitals == length {
      return length > 0 && !ByteSearch.begins(bytes, at: start, end: end, with: "WARNING: DATA RACE")
    }
    return capitals == 0 && length > 1 && !ByteSearch.begins(bytes, at: start, end: end, with: "panic:")
  }

  /// Whether the line's beginning is text of any encoding: without control bytes, but for tabs and what colours it. Noise can
  /// begin like `E:`.
  private static func isText(_ bytes: Span<UInt8>, _ start: Int, _ end: Int) -> Bool {
    for i in start..<min(end, start + 256) {
      let byte = bytes[i]
      if byte < 0x20 ? byte != 0x09 && byte != 0x1B && byte != 0x0D : byte == 0x7F { return false }
    }
    return true
  }

  /// Whether a text begins with a timestamp, in brackets or not. A bare number is any number.
  static func beginsWithTime(
    _ bytes: Span<UInt8>, _ start: Int, _ end: Int, _ times: inout TimestampParser
  ) -> Bool {
    var i = start
    while i < end, bytes[i] == 0x20 || bytes[i] == 0x5B || bytes[i] == 0x28 || bytes[i] == 0x09 { i += 1 }
    guard let shape = TimestampParser.likelyShape(bytes, i, end), shape != .epoch else { return false }
    return times.parseAnew(bytes, i, end) != nil
  }

  /// A message without a quote (an access line has some) that begins with a letter.
  private static func isPlainMessage(
    _ bytes: Span<UInt8>, _ masks: Span<ByteMaskWindow>, _ start: Int, _ end: Int
  ) -> Bool {
    guard start < end, (bytes[start] | 0x20) &- 0x61 < 26, bytes[start - 1] == 0x20 || bytes[start - 1] == 0x09 else {
      return false
    }
    return masks.first(from: start, to: end) { $0.quotes } == end
  }

  /// What tells a host and a tag from a level and a logger: a priority, the timestamp of RFC 3164, an offset in numbers as
  /// rsyslog writes it, or the number of a process after the tag.
  private static func isSyslog(
    _ bytes: Span<UInt8>, _ start: Int, _ end: Int, _ times: inout TimestampParser
  ) -> Bool {
    if bytes[start] == 0x3C { return true }
    guard let time = times.memory.rememberedSecond(bytes, start, end) ?? times.parseAnew(bytes, start, end) else {
      return false
    }
    let host = time.end + 1
    guard host < end, ClockText.isLetterOrDigit(bytes[host]) else { return false }
    let hostEnd = ByteSearch.first(0x20, in: bytes, from: host, to: end) ?? end
    if hostEnd - host <= 11, Level(word: bytes, from: host, to: hostEnd) != nil { return false }
    if time.shape == .syslog { return true }
    if time.hasZone, time.end - start > 6, bytes[time.end - 3] == 0x3A,
      bytes[time.end - 6] == 0x2B || bytes[time.end - 6] == 0x2D
    {
      return true
    }
    var i = hostEnd + 1
    while i < end, bytes[i] != 0x5B, bytes[i] != 0x3A, bytes[i] != 0x20 { i += 1 }
    return i + 1 < end && bytes[i] == 0x5B && bytes[i + 1] &- 0x30 < 10
  }
}

extension TextLayout {
  /// What a line that fits it has to be asked in addition. Pasted formats are their owner's business.
  var check: LayoutCheck { LayoutCheck(named: name) }
}
