// What stands in brackets in a header: `[thread]`, `[8165e189]`, `[orders,<trace>,<span>]`, `(request_id=…)`, `{request_id: …}`.

extension HeaderReader {
  /// Takes what the group `open ... close` says; `.message` where it is no column.
  mutating func group(
    _ bytes: Span<UInt8>, _ open: Int, _ close: Int, _ fields: inout LineFields, _ catalog: FieldCatalog,
    _ times: inout TimestampParser
  ) -> Column {
    var start = open + 1
    var stop = close
    while start < stop, bytes[start] == 0x20 { start += 1 }
    while stop > start, bytes[stop - 1] == 0x20 { stop -= 1 }
    guard start < stop else { return .header }
    switch bytes[open] {
    case UInt8(ascii: "{"): return braces(bytes, start, stop, &fields, catalog, &times)
    case UInt8(ascii: "<"):
      return Level(header: bytes, from: start, to: stop) != nil || isNumberOrName(bytes, start, stop)
        ? .header : .message
    case UInt8(ascii: "("): return parentheses(bytes, start, stop, &fields, catalog, &times)
    default: return brackets(bytes, start, stop, close, &fields, catalog, &times)
    }
  }

  private func isNumberOrName(_ bytes: Span<UInt8>, _ start: Int, _ stop: Int) -> Bool {
    HeaderReader.isNumber(bytes, start, stop) || HeaderReader.isName(bytes, start, stop)
  }

  private mutating func brackets(
    _ bytes: Span<UInt8>, _ start: Int, _ stop: Int, _ close: Int, _ fields: inout LineFields, _ catalog: FieldCatalog,
    _ times: inout TimestampParser
  ) -> Column {
    if HeaderReader.bracketLevel(bytes, start, stop) != nil { return .header }
    if stop == start + 1, bytes[start] == UInt8(ascii: "-") { return .header }
    if RequestIDShape.isCertain(bytes, start, stop, inBrackets: true) {
      takeID(bytes, start, stop, &fields)
      return .header
    }
    // Behind the logger a number of this length is no process.
    if hasLogger, stop - start >= 8, stop - start <= 36,
      RequestIDShape.mayStand(bytes, start, stop)
        || (start..<stop).allSatisfy({ bytes[$0] &- 0x30 < 10 })
    {
      takeID(bytes, start, stop, &fields)
      return .header
    }
    if HeaderReader.isNumber(bytes, start, stop) { return isStrict ? .message : .header }
    if ByteSearch.first(UInt8(ascii: ","), in: bytes, from: start, to: stop) != nil {
      return commaList(bytes, start, stop, &fields)
    }
    // Spring Boot's `[<trace id>-<span id>]`.
    if stop - start == 49, bytes[start + 32] == UInt8(ascii: "-"), RequestIDShape.isCertain(bytes, start, start + 32),
      (start + 33..<stop).allSatisfy({ bytes[$0] &- 0x30 < 10 || (bytes[$0] | 0x20) &- 0x61 < 6 })
    {
      takeID(bytes, start, start + 32, &fields)
      return .header
    }
    if isChi(bytes, start, stop) {
      takeID(bytes, start, stop, &fields)
      return .header
    }
    let blank = ByteSearch.first(0x20, in: bytes, from: start, to: stop)
    if ByteSearch.first(UInt8(ascii: "="), in: bytes, from: start, to: stop) != nil {
      // Pairs are read from the whole line.
      return .header
    }
    if let blank {
      // oslo's `[req-<uuid> user project …]`, `[pid 7:tid 9]`, `[request-id: <uuid>]`.
      if bytes[blank - 1] == UInt8(ascii: ":") {
        HeaderReader.takePair(bytes, start, blank - 1, blank + 1, stop, &fields, catalog, &times)
        return .header
      }
      // A user's part of it may be missing.
      let isNone =
        ByteSearch.begins(bytes, at: start, end: stop, with: "None ")
        || ByteSearch.begins(bytes, at: start, end: stop, with: "- ")
      let word = isNone ? blank + 1 : start
      let wordEnd = RequestPhrase.wordEnd(bytes, word, stop)
      if RequestIDShape.isCertain(bytes, word, wordEnd) {
        takeID(bytes, word, wordEnd, &fields)
        return .header
      }
      return !isStrict && columns < 3
        && (ByteSearch.begins(bytes, at: start, end: stop, with: "pid ") || !hasLevel || close < levelEnd
          || bytes[start] &- 0x30 < 10)
        ? .header : .message
    }
    guard isNumberOrName(bytes, start, stop) || bytes[start] &- 0x30 < 10 || bytes[start] == UInt8(ascii: "#") else {
      return .message
    }
    if isStrict { return isFile(bytes, start, stop) ? .header : .message }
    // A tag before a sentence belongs to it where no level has been said.
    guard hasLevel else { return .message }
    let isThread = RequestIDShape.isThread(bytes, start, stop)
    afterThread = isThread
    if close > levelEnd, !hasLogger, !isThread, HeaderReader.isName(bytes, start, stop), !isFile(bytes, start, stop),
      bracketName.isMissing
    {
      bracketName = Slice(start, stop)
    }
    return .header
  }

  /// `executor-thread-1`, `MSC service thread 1-2`.
  private func isThread(_ bytes: Span<UInt8>, _ start: Int, _ stop: Int) -> Bool {
    if RequestIDShape.isThread(bytes, start, stop) { return true }
    guard bytes[stop - 1] &- 0x30 < 10 else { return false }
    if hasLogger || !bracketName.isMissing, hasLevel {
      // WildFly's `(default task-1)`, `(ServerService Thread Pool -- 12)`, after the logger.
      var digits = stop
      while digits > start, bytes[digits - 1] &- 0x30 < 10 { digits -= 1 }
      if digits > start + 4,
        ByteSearch.begins(bytes, at: digits - 5, end: stop, with: "task-")
          || ByteSearch.begins(bytes, at: digits - 3, end: stop, with: "-- ")
      {
        return true
      }
    }
    return (start..<stop).contains { ByteSearch.begins(bytes, at: $0, end: stop, with: "thread ") }
  }

  /// `orders.py:41`, `queue.go:128`.
  private func isFile(_ bytes: Span<UInt8>, _ start: Int, _ stop: Int) -> Bool {
    guard let colon = ByteSearch.last(UInt8(ascii: ":"), in: bytes, from: start, to: stop) else { return false }
    return colon + 1 < stop && (colon + 1..<stop).allSatisfy { bytes[$0] &- 0x30 < 10 }
  }

  /// go-chi's `host/abcdef-000017`.
  private func isChi(_ bytes: Span<UInt8>, _ start: Int, _ stop: Int) -> Bool {
    guard stop - start >= 14, bytes[stop - 7] == UInt8(ascii: "-"),
      (stop - 6..<stop).allSatisfy({ bytes[$0] &- 0x30 < 10 }),
      let slash = ByteSearch.last(UInt8(ascii: "/"), in: bytes, from: start, to: stop), slash > start
    else { return false }
    return stop - slash >= 12 && ByteSearch.first(0x20, in: bytes, from: start, to: stop) == nil
  }

  /// Sleuth's `[app,<trace id>,<span id>,false]`, `[<trace id>,<span id>]`: the first certain part is the id, an empty one
  /// says that there is none.
  private func commaList(
    _ bytes: Span<UInt8>, _ start: Int, _ stop: Int, _ fields: inout LineFields
  ) -> Column {
    var part = start
    var parts = 0
    while part <= stop {
      let comma = ByteSearch.first(UInt8(ascii: ","), in: bytes, from: part, to: stop) ?? stop
      var first = part
      while first < comma, bytes[first] == 0x20 { first += 1 }
      guard ByteSearch.first(0x20, in: bytes, from: first, to: comma) == nil else { return .message }
      if RequestIDShape.isCertain(bytes, first, comma, inBrackets: true), comma - first >= 16 {
        takeID(bytes, first, comma, &fields)
      }
      parts += 1
      part = comma + 1
    }
    return parts <= 5 ? .header : .message
  }

  private mutating func parentheses(
    _ bytes: Span<UInt8>, _ start: Int, _ stop: Int, _ fields: inout LineFields, _ catalog: FieldCatalog,
    _ times: inout TimestampParser
  ) -> Column {
    // Semantic Logger's `(42.0ms)`.
    if bytes[start] &- 0x30 < 10,
      case .nanoseconds(let duration) = DurationText.read(bytes, from: start, to: stop, unit: 0)
    {
      if fields.admits(.duration, rank: 200, byLayout: false) { fields.duration = duration }
      return .header
    }
    if ByteSearch.first(UInt8(ascii: "="), in: bytes, from: start, to: stop) != nil { return .header }
    if RequestIDShape.isCertain(bytes, start, stop, inBrackets: true) {
      takeID(bytes, start, stop, &fields)
      return .header
    }
    if hasLevel, isThread(bytes, start, stop) { return .header }
    guard !isStrict, isNumberOrName(bytes, start, stop) else { return .message }
    if !hasLogger, HeaderReader.isDotted(bytes, start, stop) { takeLogger(start, stop, &fields) }
    return .header
  }

  /// Semantic Logger's `{request_id: …, user: …}`; an object belongs to the message.
  private func braces(
    _ bytes: Span<UInt8>, _ start: Int, _ stop: Int, _ fields: inout LineFields, _ catalog: FieldCatalog,
    _ times: inout TimestampParser
  ) -> Column {
    guard !HeaderReader.isQuoteOrColon(bytes[start]) else { return .message }
    var part = start
    while part < stop {
      let comma = ByteSearch.first(UInt8(ascii: ","), in: bytes, from: part, to: stop) ?? stop
      var first = part
      while first < comma, bytes[first] == 0x20 { first += 1 }
      if let colon = ByteSearch.first(UInt8(ascii: ":"), in: bytes, from: first, to: comma), colon > first {
        var value = colon + 1
        while value < comma, bytes[value] == 0x20 { value += 1 }
        HeaderReader.takePair(bytes, first, colon, value, comma, &fields, catalog, &times)
      }
      part = comma + 1
    }
    return .header
  }
}
