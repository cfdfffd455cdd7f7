/// Reads a line of which nobody named the layout: a timestamp near the start, a level word, the request id by its key or its
/// shape, `key=value` wherever they stand.
///
/// Refuses lines without a timestamp in their first words; it guesses nothing else that is not marked.
package struct GenericLayout: Sendable {

  package init() {}

  /// Whether `start ..< end` fits; then `fields` holds what was found.
  mutating func parse(
    _ bytes: Span<UInt8>, _ masks: Span<ByteMaskWindow>, from start: Int, to end: Int,
    into fields: inout LineFields, catalog: FieldCatalog, times: inout TimestampParser
  ) -> Bool {
    // An indented line is a continuation, whatever stands in it.
    guard start < end, bytes[start] != 0x20, bytes[start] != 0x09 else { return false }
    guard let time = TimestampSearch.find(bytes, start, end, &times) else {
      return parseWithoutDate(bytes, masks, start, end, &fields, catalog, &times)
    }
    fields.time = time.value.time
    fields.timeHasZone = time.value.hasZone
    _ = fields.admits(.time, rank: 0, byLayout: true)
    // A level may stand before the time: `INFO 2026-11-23 …`, `[error] 2026 …`, klog's letter in it.
    if time.start > start { level(bytes, start, time.start, &fields) }
    if time.start > start, let level = GenericLayout.redisLevel(bytes, start, time.start, time.value.end, end),
      fields.admits(.level, rank: 0, byLayout: true)
    {
      fields.level = level
      fields.message = Slice(min(time.value.end + 3, end), end)
    }
    // systemd's `<6>`, as a service writes it to its standard output.
    if bytes[start] == 0x3C, time.start - start >= 3, time.start - start <= 5, bytes[time.start - 1] == 0x3E,
      let (number, stop) = DecimalNumber.parse(bytes, from: start + 1, to: time.start), stop == time.start - 1,
      let priority = number.integer(upTo: 191), let level = Level(syslog: Int(priority & 7)),
      fields.admits(.level, rank: 0, byLayout: true)
    {
      fields.level = level
    }
    if time.value.shape == .klog, let level = Level(word: bytes, from: time.start, to: time.start + 1) {
      if fields.admits(.level, rank: 0, byLayout: true) { fields.level = level }
    }
    readAfterTime(bytes, masks, time.value.end, end, &fields, catalog, &times)
    return true
  }

  /// The id in Vapor's `… [request-id: 8165E189-…] (App/routes.swift:12)`.
  private func takeVaporID(_ bytes: Span<UInt8>, _ start: Int, _ end: Int, _ fields: inout LineFields) {
    guard let open = ByteSearch.last(0x5B, in: bytes, from: start, to: end),
      ByteSearch.begins(bytes, at: open, end: end, with: "[request-id: "),
      let close = ByteSearch.first(0x5D, in: bytes, from: open, to: end), close > open + 13
    else { return }
    if fields.admits(.requestID, rank: 0, byLayout: false) { fields.requestID = Slice(open + 13, close) }
  }

  /// The id in `…, request_id: 8165e189-…` (slog's terminal form): a name that means an id, a colon, and a word that certainly
  /// is one.
  private func takeNamedID(
    _ bytes: Span<UInt8>, _ start: Int, _ end: Int, _ fields: inout LineFields, _ catalog: FieldCatalog
  ) {
    var from = start + 3
    while from < end, let colon = ByteSearch.first(0x3A, in: bytes, from: from, to: end) {
      from = colon + 1
      guard colon + 9 < end, bytes[colon + 1] == 0x20, (bytes[colon - 1] | 0x20) == UInt8(ascii: "d") else { continue }
      var key = colon
      while key > start, KeyByte.isOfKey(bytes[key - 1]) { key -= 1 }
      guard key < colon, key == start || KeyByte.opensWord(bytes[key - 1]) else { continue }
      let target = fields.keys.look(up: bytes, key, colon, in: catalog).target
      guard target.standard == .requestID else { continue }
      var stop = colon + 2
      while stop < end, bytes[stop] != 0x20, bytes[stop] != 0x2C, bytes[stop] != 0x29, bytes[stop] != 0x5D { stop += 1 }
      guard RequestIDShape.isCertain(bytes, colon + 2, stop) else { continue }
      if fields.admits(.requestID, rank: target.rank, byLayout: false) { fields.requestID = Slice(colon + 2, stop) }
      return
    }
  }

  /// Redis' sign for the level, which comes after its time: `7:M 23 Nov 2026 06:47:55.003 * Ready`.
  private static func redisLevel(
    _ bytes: Span<UInt8>, _ start: Int, _ time: Int, _ timeEnd: Int, _ end: Int
  ) -> Level? {
    guard time - start >= 4, bytes[time - 1] == 0x20, bytes[time - 3] == 0x3A, bytes[start] &- 0x30 < 10,
      timeEnd + 2 < end, bytes[timeEnd] == 0x20, bytes[timeEnd + 2] == 0x20
    else { return nil }
    return switch bytes[timeEnd + 1] {
    case 0x2E: .debug
    case 0x2D: .info
    case 0x2A: .notice
    case 0x23: .warning
    default: nil
    }
  }

  /// Reads the header at the start of a message that another layout has parted: a level, ids.
  func readHeader(
    of message: Slice, _ bytes: Span<UInt8>, _ fields: inout LineFields, _ catalog: FieldCatalog,
    _ times: inout TimestampParser
  ) {
    let start = HeaderReader.read(
      bytes, from: message.start, to: message.end, into: &fields, catalog: catalog, times: &times)
    fields.message = Slice(min(start, message.end), message.end)
  }

  /// Whether an exception with its stack stands in one line, as .NET's console writes it: `…   at Orders.Create(…) in …`.
  private static func hasFrames(_ bytes: Span<UInt8>, _ start: Int, _ end: Int) -> Bool {
    var from = start
    while let paren = ByteSearch.first(0x28, in: bytes, from: from, to: end) {
      // A frame's name has no blank; in front of it stands `   at `.
      let word = ByteSearch.wordStart(in: bytes, before: paren, from: start)
      if word - start >= 6, ByteSearch.begins(bytes, at: word - 6, end: word, with: "   at ") { return true }
      from = paren + 1
    }
    return false
  }

  /// Reads a line whose header has no date: a time of day and a level (`[06:47:55 INF] …`) or a request, or an id in brackets
  /// (`[8165e189-…] Started GET "/"`). It is a record without a time.
  private func parseWithoutDate(
    _ bytes: Span<UInt8>, _ masks: Span<ByteMaskWindow>, _ start: Int, _ end: Int, _ fields: inout LineFields,
    _ catalog: FieldCatalog, _ times: inout TimestampParser
  ) -> Bool {
    // The rest of a torn line may look like these.
    guard !times.refusesRests else { return false }
    if bytes[start] == 0x5B, let close = ByteSearch.first(0x5D, in: bytes, from: start, to: min(end, start + 90)),
      close + 1 == end || bytes[close + 1] == 0x20, RequestIDShape.isCertain(bytes, start + 1, close),
      close - start >= 33
    {
      readAfterTime(bytes, masks, start, end, &fields, catalog, &times)
      return true
    }
    if bytes[start] == 0x5B, let close = ByteSearch.first(0x5D, in: bytes, from: start, to: min(end, start + 14)),
      close + 1 < end, bytes[close + 1] == 0x20,
      (start + 1..<close).allSatisfy({ bytes[$0] == 0x20 || bytes[$0] &- 0x41 < 26 }),
      HeaderReader.bracketLevel(bytes, start + 1, close) != nil
    {
      readAfterTime(bytes, masks, start, end, &fields, catalog, &times)
      return true
    }
    if readDotnetHead(bytes, start, end, &fields) { return true }
    if readTimelessRequest(bytes, start, end, &fields) { return true }
    var clock = bytes[start] == 0x5B ? start + 1 : start
    // scala's `INFO 06:47:55.012 [io-1] …`.
    var word = clock
    while word < end, bytes[word] &- 0x41 < 26 { word += 1 }
    if word > clock + 2, word < end, bytes[word] == 0x20, let level = Level(header: bytes, from: clock, to: word),
      GenericLayout.clockEnd(bytes, RequestPhrase.afterBlanks(bytes, word, end), end) != nil
    {
      clock = RequestPhrase.afterBlanks(bytes, word, end)
      if fields.admits(.level, rank: 0, byLayout: true) { fields.level = level }
    }
    guard let clockEnd = GenericLayout.clockEnd(bytes, clock, end) else { return false }
    readAfterTime(bytes, masks, clockEnd, end, &fields, catalog, &times)
    if fields.level != .none { return true }
    guard fields.message.count >= 8, RequestPhrase.mayBegin(bytes[fields.message.start]),
      let phrase = RequestPhrase.read(bytes, fields.message.start, fields.message.end, isServer: false),
      phrase.status > 0
    else { return false }
    return true
  }

  private func readDotnetHead(
    _ bytes: Span<UInt8>, _ start: Int, _ end: Int, _ fields: inout LineFields
  ) -> Bool {
    guard let category = DotnetHead.category(bytes, start, end), category.lowerBound == start + 6,
      HeaderReader.isName(bytes, category.lowerBound, category.upperBound), let level = DotnetHead.level(bytes, start)
    else { return false }
    if fields.admits(.level, rank: 0, byLayout: true) { fields.level = level }
    if fields.admits(.logger, rank: 0, byLayout: true) {
      fields.logger = Slice(category.lowerBound, category.upperBound)
    }
    fields.message = Slice(start + 6, end)
    return true
  }

  /// A line that is nothing but a request with its status and duration, as morgan's `dev`, `tiny` and `short` are.
  private func readTimelessRequest(
    _ bytes: Span<UInt8>, _ start: Int, _ end: Int, _ fields: inout LineFields
  ) -> Bool {
    guard end - start > 16, bytes[start] &- 0x41 < 26 || bytes[start] &- 0x30 < 10 || bytes[start] == 0x3A else {
      return false
    }
    var at = start
    if bytes[start] &- 0x41 >= 26 {
      // `10.0.0.7 - GET /x HTTP/1.1 200 512 - 42.0 ms`: address and user.
      for _ in 0..<2 { at = RequestPhrase.wordEnd(bytes, at, end) + 1 }
    }
    guard at + 16 < end, RequestPhrase.isKnownMethod(bytes, at, RequestPhrase.wordEnd(bytes, at, end)),
      let phrase = RequestPhrase.read(bytes, at, end, isServer: false), phrase.status > 0, phrase.duration >= 0
    else { return false }
    fields.message = Slice(start, end)
    fields.take(phrase, bytes)
    return true
  }

  /// Where `06:47:55`, perhaps with a fraction, or zerolog's `6:47AM` ends; nil where none stands.
  private static func clockEnd(_ bytes: Span<UInt8>, _ start: Int, _ end: Int) -> Int? {
    if let kitchen = kitchenEnd(bytes, start, end) { return kitchen }
    guard end - start > 9, bytes[start + 2] == 0x3A, bytes[start + 5] == 0x3A else { return nil }
    for (place, limit) in [(0, 24), (3, 60), (6, 61)] {
      let value = ClockText.two(bytes, start + place)
      guard value >= 0, value < limit else { return nil }
    }
    var i = start + 8
    if bytes[i] == 0x2E || bytes[i] == 0x2C {
      i += 1
      while i < end, bytes[i] &- 0x30 < 10 { i += 1 }
    }
    return i < end && (bytes[i] == 0x20 || bytes[i] == 0x5D || bytes[i] == 0x09) ? i : nil
  }

  /// Go's `time.Kitchen`.
  private static func kitchenEnd(_ bytes: Span<UInt8>, _ start: Int, _ end: Int) -> Int? {
    var i = start
    while i < end, i < start + 2, bytes[i] &- 0x30 < 10 { i += 1 }
    guard i > start, i + 5 < end, bytes[i] == 0x3A, ClockText.two(bytes, i + 1) >= 0,
      bytes[i + 3] == UInt8(ascii: "A") || bytes[i + 3] == UInt8(ascii: "P"), bytes[i + 4] == UInt8(ascii: "M"),
      bytes[i + 5] == 0x20
    else { return nil }
    return i + 5
  }

  /// The header's other columns, pairs, and the message.
  private func readAfterTime(
    _ bytes: Span<UInt8>, _ masks: Span<ByteMaskWindow>, _ start: Int, _ end: Int, _ fields: inout LineFields,
    _ catalog: FieldCatalog, _ times: inout TimestampParser
  ) {
    var at = start
    while at < end, bytes[at] == 0x5D || bytes[at] == 0x2C || bytes[at] == 0x29 { at += 1 }
    fields.takePairs(bytes, masks, at, end, catalog: catalog, times: &times)
    var end = end
    while end > at, bytes[end - 1] == 0x20 { end -= 1 }
    let message = HeaderReader.read(bytes, from: at, to: end, into: &fields, catalog: catalog, times: &times)
    if fields.message.isMissing { fields.message = Slice(min(message, end), end) }
    if ByteSearch.first(0x7C, in: bytes, from: message, to: end) != nil {
      fields.takeBarColumns(bytes, catalog: catalog, times: &times)
    }
    if fields.requestID.isMissing, !fields.saysNoID, end > at, bytes[end - 1] == 0x29 || bytes[end - 1] == 0x5D {
      takeVaporID(bytes, message, end, &fields)
    }
    if fields.requestID.isMissing, !fields.saysNoID { takeNamedID(bytes, message, end, &fields, catalog) }
    if fields.level >= .error, GenericLayout.hasFrames(bytes, message, end) { fields.hasException = true }
  }

  /// Reads a text of which only its wrapper says the time: a level word at its start, and its pairs.
  func read(
    wrapped bytes: Span<UInt8>, _ masks: Span<ByteMaskWindow>, from start: Int, to end: Int,
    into fields: inout LineFields, catalog: FieldCatalog, times: inout TimestampParser
  ) {
    readAfterTime(bytes, masks, start, end, &fields, catalog, &times)
  }

  /// The level in front of a timestamp: in brackets, in capitals, or with a colon.
  private func level(_ bytes: Span<UInt8>, _ start: Int, _ end: Int, _ fields: inout LineFields) {
    var i = start
    var words = 0
    while i < end && words < 5 {
      while i < end && !GenericLayout.isLetter(bytes[i]) { i += 1 }
      let wordStart = i
      while i < end && GenericLayout.isLetter(bytes[i]) { i += 1 }
      guard i > wordStart else { return }
      words += 1
      let before: UInt8 = wordStart > start ? bytes[wordStart - 1] : 0x20
      let after: UInt8 = i < end ? bytes[i] : 0x20
      let isWhole = before == 0x20 || before == 0x5B || before == 0x3C || before == 0x7C
      let isClosed = after == 0x20 || after == 0x5D || after == 0x3E || after == 0x3A || after == 0x2C || after == 0x09
      let isCapital = (wordStart..<i).allSatisfy { bytes[$0] < 0x60 }
      let inBrackets = before == 0x5B || before == 0x3C
      // A lone letter begins the line: Ruby's `I, [`, tornado's `[I 261123`.
      guard isWhole, isClosed, isCapital || inBrackets || after == 0x3A || words == 1,
        i - wordStart > 1 || wordStart <= start + 1, inBrackets || !Level.isOrdinary(bytes, from: wordStart, to: i),
        let level = Level(header: bytes, from: wordStart, to: i)
      else { continue }
      if fields.admits(.level, rank: 0, byLayout: true) { fields.level = level }
      return
    }
  }

  private static func isLetter(_ byte: UInt8) -> Bool { (byte | 0x20) &- 0x61 < 26 }
}
