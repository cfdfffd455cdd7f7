/// Reads a line of which nobody named the layout: a timestamp near the start, a level word, the request id by its key or its
/// shape, `key=value` wherever they stand.
///
/// Refuses lines without a timestamp in their first words; it guesses nothing else that is not marked.
package struct GenericLayout: Sendable {
  /// A timestamp begins at most this many bytes into the line.
  static let timestampWithin = 64
  /// Words looked at behind the timestamp for a level and an id.
  private static let headerBytes = 200

  package init() {}

  /// Whether `start ..< end` fits; then `fields` holds what was found.
  mutating func parse(
    _ bytes: Span<UInt8>, _ masks: Span<ByteMasks.Window>, from start: Int, to end: Int,
    into fields: inout LineFields, catalog: FieldCatalog, times: inout TimestampParser
  ) -> Bool {
    // An indented line is a continuation, whatever stands in it.
    guard start < end, bytes[start] != 0x20, bytes[start] != 0x09,
      let time = timestamp(bytes, start, end, &times)
    else { return false }
    fields.time = time.value.time
    fields.timeHasZone = time.value.hasZone
    _ = fields.admits(.time, rank: 0, byLayout: true)
    // A level may stand before the time: `INFO 2026-11-23 …`, `[error] 2026 …`.
    if time.start > start { level(bytes, start, time.start, &fields) }
    var at = time.value.end
    while at < end,
      bytes[at] == 0x5D || bytes[at] == 0x20 || bytes[at] == 0x2D || bytes[at] == 0x7C || bytes[at] == 0x3A
    {
      at += 1
    }
    if fields.level == .none { level(bytes, at, min(end, at + GenericLayout.headerBytes), &fields) }
    fields.takePairs(bytes, masks, at, end, catalog: catalog, times: &times)
    if fields.requestID.isMissing, let id = idByShape(bytes, at, min(end, at + GenericLayout.headerBytes)) {
      if fields.admits(.requestID, rank: .max, byLayout: false) { fields.requestID = id }
    }
    if fields.message.isMissing { fields.message = Slice(at, end) }
    return true
  }

  /// Reads a text of which only its wrapper says the time: a level word at its start, and its pairs.
  func read(
    wrapped bytes: Span<UInt8>, _ masks: Span<ByteMasks.Window>, from start: Int, to end: Int,
    into fields: inout LineFields, catalog: FieldCatalog, times: inout TimestampParser
  ) {
    var word = start
    if word < end, bytes[word] == 0x5B || bytes[word] == 0x28 { word += 1 }
    var stop = word
    while stop < end && GenericLayout.isLetter(bytes[stop]) { stop += 1 }
    let closes =
      stop < end && stop > word + 1 && (word > start ? bytes[stop] == 0x5D || bytes[stop] == 0x29 : bytes[stop] == 0x3A)
    let isCapital = stop > word + 1 && (word..<stop).allSatisfy { bytes[$0] < 0x60 }
    if closes || isCapital, stop == end || bytes[stop] != 0x3D, let level = Level(word: bytes, from: word, to: stop),
      fields.admits(.level, rank: 0, byLayout: true)
    {
      fields.level = level
    }
    fields.takePairs(bytes, masks, start, end, catalog: catalog, times: &times)
    if fields.message.isMissing { fields.message = Slice(start, end) }
  }

  /// Looks at every start of a word. What the line itself does not say, an earlier one is not asked for.
  private func timestamp(
    _ bytes: Span<UInt8>, _ start: Int, _ end: Int, _ times: inout TimestampParser
  ) -> (start: Int, value: ParsedTimestamp)? {
    let limit = min(end, start + GenericLayout.timestampWithin)
    var i = start
    var isWordStart = true
    while i < limit {
      let byte = bytes[i]
      guard TimestampParser.isLetterOrDigit(byte) else {
        isWordStart = GenericLayout.isBoundary(byte)
        i += 1
        continue
      }
      if isWordStart, let format = times.format, let value = times.parse(bytes, from: i, to: end, format: format),
        value.time != EventTime.none
      {
        return GenericLayout.isHeader(bytes, start, i, value.end, end) ? (i, value) : nil
      }
      // A bare number is an epoch only at the very start of a line; elsewhere it is any number.
      if isWordStart, TimestampParser.mayBegin(bytes, i, end),
        let shape = TimestampParser.likelyShape(bytes, i, end),
        shape != .epoch || i == start || (i == start + 1 && bytes[start] == 0x5B),
        let value = times.parseAnew(bytes, i, end, shape)
      {
        return GenericLayout.isHeader(bytes, start, i, value.end, end) ? (i, value) : nil
      }
      isWordStart = false
      i += 1
      while i < limit, TimestampParser.isLetterOrDigit(bytes[i]) { i += 1 }
    }
    return nil
  }

  /// Whether a timestamp at `time` is the line's own: nothing in front of it says that a message, an exception or a value
  /// speaks of it.
  private static func isHeader(
    _ bytes: Span<UInt8>, _ start: Int, _ time: Int, _ timeEnd: Int, _ end: Int
  ) -> Bool {
    // The rest of a torn JSON object: the end of a string that has begun in front of the line, or of an object.
    if timeEnd < end, bytes[timeEnd] == 0x22,
      time == start || bytes[time - 1] != 0x22 || bytes[end - 1] == 0x7D
    {
      return false
    }
    if time <= start + 1 { return true }
    switch LineShape(of: bytes, from: start, to: end) {
    case .exceptionName, .chained, .tracebackHead, .stackFrame, .margin, .sql, .context, .blank, .indented: return false
    case .bracketed:
      // `[pid: 7|app: 0] … [time]` and `[INFO] time`, not `[SQL: … time …]`.
      guard bytes[start] == 0x5B else { return false }
      if bytes[time - 1] == 0x5B { return true }
      return ByteSearch.first(0x5D, in: bytes, from: start, to: time) != nil
    case .nameColon, .other: break
    }
    // A quote opens the line or a pair's value; the member of a torn JSON object is no header.
    if bytes[time - 1] == 0x22, bytes[time - 2] != 0x3D { return false }
    // The word before it: `scheduled at 2026-…` is prose.
    guard bytes[time - 1] == 0x20 else { return true }
    var word = time - 1
    while word > start, bytes[word - 1] != 0x20 { word -= 1 }
    let length = time - 1 - word
    return word == start
      || !prepositions.contains {
        $0.utf8CodeUnitCount == length && ByteSearch.begins(bytes, at: word, end: time, with: $0)
      }
  }

  private static let prepositions: [StaticString] = [
    "at", "on", "in", "by", "to", "is", "of", "was", "for", "and", "from", "till", "until", "since", "after", "than",
    "before", "between", "expires", "expired", "due",
  ]

  /// Whether a word can begin after the byte: a blank, a tab, or one of `" ( = [ |`. A bit for each.
  @inline(__always)
  private static func isBoundary(_ byte: UInt8) -> Bool {
    let bits: UInt64 = byte < 0x40 ? 0x2000_0105_0000_0200 : 0x1000_0000_0800_0000
    return byte < 0x80 && bits >> UInt64(byte & 0x3F) & 1 == 1
  }

  /// The first word of `start ..< end` that names a level; lower-case single letters and words of prose do not count.
  private func level(_ bytes: Span<UInt8>, _ start: Int, _ end: Int, _ fields: inout LineFields) {
    var i = start
    var words = 0
    while i < end && words < 5 {
      while i < end && !GenericLayout.isLetter(bytes[i]) { i += 1 }
      let wordStart = i
      while i < end && GenericLayout.isLetter(bytes[i]) { i += 1 }
      guard i > wordStart else { return }
      words += 1
      let isWhole = i == end || !(bytes[i] &- 0x30 < 10 || bytes[i] == 0x2E || bytes[i] == 0x5F || bytes[i] == 0x3D)
      let isCapital = bytes[wordStart] < 0x60
      let inBrackets = wordStart > start && bytes[wordStart - 1] == 0x5B && i < end && bytes[i] == 0x5D
      if isWhole && (isCapital || inBrackets || words == 1) && (i - wordStart > 1 || inBrackets),
        let level = Level(word: bytes, from: wordStart, to: i)
      {
        if fields.admits(.level, rank: 0, byLayout: true) { fields.level = level }
        return
      }
    }
  }

  private static func isLetter(_ byte: UInt8) -> Bool { (byte | 0x20) &- 0x61 < 26 }

  /// A UUID or 32 hex digits (a W3C or B3 trace id, uuid4().hex) standing as a word of its own.
  private func idByShape(_ bytes: Span<UInt8>, _ start: Int, _ end: Int) -> Slice? {
    var i = start
    while i < end {
      let wordStart = i
      var hex = 0
      var dashes = 0
      var digits = 0
      while i < end, GenericLayout.isHex(bytes[i]) || bytes[i] == 0x2D {
        if bytes[i] == 0x2D { dashes += 1 } else { hex += 1 }
        if bytes[i] &- 0x30 < 10 { digits += 1 }
        i += 1
      }
      let atBoundary = wordStart == start || !GenericLayout.isWordByte(bytes[wordStart - 1])
      let closed = i == end || !GenericLayout.isWordByte(bytes[i])
      if atBoundary && closed && hex == 32 && digits > 0 && (dashes == 0 || dashes == 4) { return Slice(wordStart, i) }
      while i < end && GenericLayout.isWordByte(bytes[i]) { i += 1 }
      i += 1
    }
    return nil
  }

  private static func isHex(_ byte: UInt8) -> Bool { byte &- 0x30 < 10 || (byte | 0x20) &- 0x61 < 6 }
  private static func isWordByte(_ byte: UInt8) -> Bool {
    isLetter(byte) || byte &- 0x30 < 10 || byte == 0x5F || byte == 0x2D || byte >= 0x80
  }
}
