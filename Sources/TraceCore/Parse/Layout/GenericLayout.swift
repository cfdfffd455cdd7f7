/// Reads a line of which nobody named the layout: a timestamp near the start, a level word, the request id by its key or its
/// shape, `key=value` wherever they stand.
///
/// Refuses lines without a timestamp in their first words; it guesses nothing else that is not marked.
package struct GenericLayout: Sendable {
  /// A timestamp begins at most this many bytes into the line.
  static let timestampWithin = 64
  /// Words looked at behind the timestamp for a level and an id.
  private static let headerBytes = 200

  private var timeShape: TimestampShape?
  private var timeOffset = 0

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

  /// Looks where the last line had its timestamp, then at every start of a word.
  private mutating func timestamp(
    _ bytes: Span<UInt8>, _ start: Int, _ end: Int, _ times: inout TimestampParser
  ) -> (start: Int, value: ParsedTimestamp)? {
    if let timeShape, start + timeOffset < end,
      let value = times.parse(bytes, from: start + timeOffset, to: end, shape: timeShape),
      timeOffset == 0 || GenericLayout.isBoundary(bytes[start + timeOffset - 1])
    {
      return (start + timeOffset, value)
    }
    let limit = min(end, start + GenericLayout.timestampWithin)
    var i = start
    while i < limit {
      if i == start || GenericLayout.isBoundary(bytes[i - 1]) {
        if let value = times.parse(bytes, from: i, to: end), plausible(value, bytes, i, start) {
          timeShape = value.shape
          timeOffset = i - start
          return (i, value)
        }
      }
      i += 1
    }
    return nil
  }

  /// A bare number is an epoch only at the very start of a line; elsewhere it is any number.
  private func plausible(_ value: ParsedTimestamp, _ bytes: Span<UInt8>, _ at: Int, _ start: Int) -> Bool {
    value.shape != .epoch || at == start || (at == start + 1 && bytes[start] == 0x5B)
  }

  private static func isBoundary(_ byte: UInt8) -> Bool {
    byte == 0x20 || byte == 0x5B || byte == 0x28 || byte == 0x09 || byte == 0x22 || byte == 0x3D || byte == 0x7C
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
