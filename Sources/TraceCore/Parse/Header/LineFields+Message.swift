// What a message says beside its pairs: a header of its own, an exchange in words, an object at its end, columns after bars.

extension LineFields {
  /// Whether the message of the line may say more than its pairs: asked of every line, by its first and its last byte.
  @inline(__always)
  func mayTellMore(_ bytes: Span<UInt8>) -> Bool {
    guard status == 0 || requestID.isMissing, !message.isMissing, !message.isInArena, message.count >= 8 else {
      return false
    }
    let last = bytes[message.end &- 1]
    return RequestPhrase.mayBegin(bytes[message.start]) || last == UInt8(ascii: "}") || last == UInt8(ascii: ":")
      || (last == UInt8(ascii: ")") && level >= .error)
  }

  /// Reads the message of a line whose pairs are taken.
  ///
  /// - Parameter hasHeader: the layout does not part the whole header from the message: what stands at its start in brackets
  ///   is one.
  @inline(never)
  mutating func readMessage(
    _ bytes: Span<UInt8>, _ masks: Span<ByteMaskWindow>, hasHeader: Bool, catalog: FieldCatalog,
    json: inout JSONLine, times: inout TimestampParser
  ) {
    if hasHeader, bytes[message.start] == UInt8(ascii: "[") || bytes[message.start] == UInt8(ascii: "(") {
      var start = HeaderReader.read(
        bytes, from: message.start, to: message.end, isStrict: true, into: &self, catalog: catalog, times: &times)
      if start + 2 < message.end, start > message.start, bytes[start] == UInt8(ascii: "-"), bytes[start + 1] == 0x20 {
        start += 2
      }
      if start < message.end { message = Slice(start, message.end) }
    }
    if bytes[message.end &- 1] == UInt8(ascii: ":"), LineShape.isRubyHead(bytes, message.start, message.end) {
      hasException = true
    }
    if requestID.isMissing, readsOn, bytes[message.end &- 1] == UInt8(ascii: ")") {
      let line = lineStart(bytes)
      if MonologTail.isHead(bytes, line, message.end) {
        MonologTail.read(bytes, line, message.end, &self, catalog, &times)
      }
    }
    if bytes[message.end &- 1] == UInt8(ascii: "}") { readTail(bytes, masks, catalog, &json, &times) }
    guard status == 0, path.isMissing else { return }
    if let phrase = RequestPhrase.read(bytes, message.start, message.end, isServer: isServerLogger(bytes)) {
      take(phrase, bytes)
    }
  }

  /// Where the line of the message begins.
  private func lineStart(_ bytes: Span<UInt8>) -> Int {
    (ByteSearch.last(0x0A, in: bytes, from: 0, to: message.start) ?? -1) + 1
  }

  private mutating func readTail(
    _ bytes: Span<UInt8>, _ masks: Span<ByteMaskWindow>, _ catalog: FieldCatalog, _ json: inout JSONLine,
    _ times: inout TimestampParser
  ) {
    var from = message.start
    var tries = 0
    while tries < 4, let start = TailObject.start(bytes, from, message.start, message.end) {
      let isObject = JSONScanner.value(bytes, start, message.end, depth: 0) == message.end
      if isObject {
        json.take(tail: bytes, masks, from: start, to: message.end, into: &self, times: &times)
        return
      }
      if TailObject.read(bytes, start, message.end, &self, catalog, &times) { return }
      from = start + 1
      tries += 1
    }
  }

  /// Takes what a phrase says, after every key that says it.
  mutating func take(_ phrase: RequestPhrase, _ bytes: Span<UInt8>) {
    if !phrase.method.isMissing, admits(.method, rank: 254, byLayout: false) { method = phrase.method }
    if !phrase.path.isMissing, admits(.path, rank: 254, byLayout: false) { path = phrase.path }
    if phrase.status > 0, admits(.status, rank: 254, byLayout: false) { status = phrase.status }
    if phrase.duration >= 0 {
      if admits(.duration, rank: 254, byLayout: false) { duration = phrase.duration }
    } else if phrase.isWithoutUnit, duration < 0 {
      durationWithoutUnit = true
    }
    if !phrase.id.isMissing, requestID.isMissing, !saysNoID, admits(.requestID, rank: 254, byLayout: false) {
      requestID = phrase.id
    }
    // Of a request whose path stands in another line of the trace, if at all.
    if phrase.isPathless, requestID.isMissing { _ = admits(.requestLine, rank: 254, byLayout: false) }
  }

  /// Takes the id of Echo's request log, which calls it `id`: `"id":"…","remote_ip":"…"`.
  @inline(never)
  mutating func takeEchoID(_ bytes: Span<UInt8>, _ start: Int, _ end: Int) {
    let limit = min(end, start + 200)
    var from = start
    while let quote = ByteSearch.first(0x22, in: bytes, from: from, to: limit) {
      if ByteSearch.begins(bytes, at: quote, end: end, with: "\"id\":\"") {
        guard let close = ByteSearch.first(0x22, in: bytes, from: quote + 6, to: end),
          ByteSearch.begins(bytes, at: close, end: end, with: "\",\"remote_ip\":"),
          let id = LineFields.requestID(bytes, Slice(quote + 6, close))
        else { return }
        if admits(.requestID, rank: 254, byLayout: true) { requestID = id }
        return
      }
      from = quote + 1
    }
  }

  /// Whether the logger's name says that it tells what its own server answered: `sanic.access`.
  private func isServerLogger(_ bytes: Span<UInt8>) -> Bool {
    guard !logger.isMissing, !logger.isInArena else { return false }
    let suffix: StaticString = ".access"
    return logger.count >= 7 && ByteSearch.begins(bytes, at: logger.end - 7, end: logger.end, with: suffix)
  }

  /// Takes the columns `|name: value` at a message's end (NLog), and cuts them off.
  mutating func takeBarColumns(_ bytes: Span<UInt8>, catalog: FieldCatalog, times: inout TimestampParser) {
    var columns = 0
    while columns < 6, !message.isMissing,
      let bar = ByteSearch.last(UInt8(ascii: "|"), in: bytes, from: message.start, to: message.end)
    {
      var key = bar + 1
      while key < message.end, bytes[key] == 0x20 { key += 1 }
      var colon = key
      while colon < message.end, KeyByte.isOfKey(bytes[colon]) { colon += 1 }
      guard colon > key, colon < message.end, bytes[colon] == UInt8(ascii: ":") else { return }
      var value = colon + 1
      while value < message.end, bytes[value] == 0x20 { value += 1 }
      HeaderReader.takePair(bytes, key, colon, value, message.end, &self, catalog, &times)
      var stop = bar
      while stop > message.start, bytes[stop - 1] == 0x20 { stop -= 1 }
      message = Slice(message.start, stop)
      columns += 1
    }
  }
}
