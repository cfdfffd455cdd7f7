// What a few lines need after their layout: a second line, a line within syslog's, an exchange in words, a unit or a fraction
// that only the whole line tells.

extension LayoutSet {
  /// Where the line `start ..< end`, which has filled `fields`, is the head of a record whose message stands in the next line:
  /// adds what that line says, and returns where it ends; -1 otherwise.
  mutating func readSecondLine(
    _ bytes: Span<UInt8>, _ masks: Span<ByteMaskWindow>, _ start: Int, _ end: Int, _ fields: inout LineFields,
    _ times: inout TimestampParser
  ) -> Int {
    if end > start, bytes[end - 1] == UInt8(ascii: "]"), DotnetHead.isHead(bytes, start, end) {
      return readDotnet(bytes, masks, start, end, &fields, &times)
    }
    guard fields.requestID.isMissing else { return -1 }
    if fields.level != .none {
      readTailColumn(bytes, start, end, &fields, &times)
      return -1
    }
    guard TwoLineHead.isHead(bytes, start, end) else { return -1 }
    var next = end
    if next < bytes.count, bytes[next] == 0x0D { next += 1 }
    guard next < bytes.count, bytes[next] == 0x0A else { return -1 }
    next += 1
    var stop = ByteSearch.first(0x0A, in: bytes, from: next, to: bytes.count) ?? bytes.count
    if stop > next, bytes[stop - 1] == 0x0D { stop -= 1 }
    guard let second = TwoLineHead.second(bytes, next, stop) else { return -1 }
    fields.level = second.level
    // The head's words after its time: a class, and perhaps its method.
    fields.logger =
      second.logger.isMissing
      ? Slice(fields.message.start, RequestPhrase.wordEnd(bytes, fields.message.start, fields.message.end))
      : second.logger
    fields.message = second.message
    fields.takePairs(bytes, masks, second.message.start, stop, catalog: catalog, times: &times)
    if fields.mayTellMore(bytes) { tellMore(bytes, masks, hasHeader: true, &fields, &times) }
    return stop
  }

  /// Takes the scopes and the message of a record of .NET's console.
  private mutating func readDotnet(
    _ bytes: Span<UInt8>, _ masks: Span<ByteMaskWindow>, _ start: Int, _ end: Int, _ fields: inout LineFields,
    _ times: inout TimestampParser
  ) -> Int {
    guard let lines = DotnetHead.lines(bytes, after: end) else { return -1 }
    if !lines.scopes.isMissing {
      HeaderReader.takeScopes(bytes, lines.scopes.start, lines.scopes.end, &fields, catalog, &times)
    }
    if fields.logger.isMissing, let category = DotnetHead.category(bytes, start, end) {
      fields.logger = Slice(category.lowerBound, category.upperBound)
    }
    fields.message = lines.message
    fields.takePairs(bytes, masks, lines.message.start, lines.message.end, catalog: catalog, times: &times)
    if fields.mayTellMore(bytes) { tellMore(bytes, masks, hasHeader: true, &fields, &times) }
    return lines.message.end
  }

  /// Takes the column that stands after the record's stack trace.
  private func readTailColumn(
    _ bytes: Span<UInt8>, _ start: Int, _ end: Int, _ fields: inout LineFields, _ times: inout TimestampParser
  ) {
    guard !fields.saysNoID, TailColumn.isHead(bytes, start, end) else { return }
    let limit = min(bytes.count, start + JoinedLines.longest)
    var line = end
    var last = -1
    var lastEnd = end
    while true {
      if line < limit, bytes[line] == 0x0D { line += 1 }
      guard line + 1 < limit, bytes[line] == 0x0A, bytes[line + 1] == 0x20 || bytes[line + 1] == 0x09 else { break }
      last = line + 1
      lastEnd = ByteSearch.first(0x0A, in: bytes, from: last, to: limit) ?? limit
      line = lastEnd
      if lastEnd > last, bytes[lastEnd - 1] == 0x0D { lastEnd -= 1 }
    }
    guard last > 0, var name = TailColumn.start(bytes, last, lastEnd) else { return }
    var columnEnd = lastEnd
    var columns = 0
    // The columns from the last one on, as in a line (`takeBarColumns`).
    while columns < 6 {
      columns += 1
      var colon = name
      while bytes[colon] != UInt8(ascii: ":") { colon += 1 }
      var value = colon + 1
      while value < columnEnd, bytes[value] == 0x20 { value += 1 }
      HeaderReader.takePair(bytes, name, colon, value, columnEnd, &fields, catalog, &times)
      columnEnd = ByteSearch.last(UInt8(ascii: "|"), in: bytes, from: last, to: name) ?? last
      guard columnEnd > last, let before = TailColumn.start(bytes, last, columnEnd) else { return }
      name = before
    }
  }

  /// Reads a JSON object that goes on over several lines and says a time.
  ///
  /// - Parameter lineEnd: the place of the first line's newline.
  /// - Returns: where the object ends; -1 where it is no record.
  @inline(never)
  mutating func readObject(
    _ bytes: Span<UInt8>, _ masks: Span<ByteMaskWindow>, _ start: Int, _ end: Int, _ lineEnd: Int,
    _ fields: inout LineFields, _ times: inout TimestampParser
  ) -> Int {
    guard let stop = JoinedLines.objectEnd(bytes, start, lineEnd: lineEnd) else { return -1 }
    guard read(index(of: .json), bytes, masks, start, stop, &fields, &times), fields.time != EventTime.none else {
      fields.reset()
      return -1
    }
    return stop
  }

  /// What few lines need: out of the way of the program, which is in line only as long as little else is there.
  @inline(never)
  mutating func finishText(
    _ index: Int, _ bytes: Span<UInt8>, _ masks: Span<ByteMaskWindow>, _ start: Int, _ end: Int,
    _ fields: inout LineFields, _ times: inout TimestampParser
  ) {
    if fields.durationWithoutUnit, LayoutSet.isLograge(bytes, start, end) {
      fields.reset()
      fields.bareDurationUnit = EventTime.nanosecondsPerMillisecond
      _ = program.parse(
        layout: index, bytes, masks, from: start, to: end, into: &fields, catalog: catalog, times: &times)
    }
    if index >= syslogText, index < textCount { readInner(bytes, masks, end, &fields, &times) }
    if fields.mayTellMore(bytes) { tellMore(bytes, masks, hasHeader: true, &fields, &times) }
  }

  /// Reads what a program has written into syslog as a line of its own, if it is one: syslog's time, tag and severity are for
  /// what it does not say.
  @inline(never)
  mutating func readInner(
    _ bytes: Span<UInt8>, _ masks: Span<ByteMaskWindow>, _ end: Int, _ fields: inout LineFields,
    _ times: inout TimestampParser
  ) {
    let start = fields.message.start
    guard !isInner, !fields.message.isMissing, start < end, texts.count > 0 else { return }
    let (time, hasZone, level, logger) = (fields.time, fields.timeHasZone, fields.level, fields.logger)
    let outer = fields
    isInner = true
    defer { isInner = false }
    var wrapper: Wrapper?
    let found = known(bytes, masks, start, end, &fields, &times, &wrapper)
    // A time in the middle of a text that nobody named is the text's.
    let isLine =
      found != nil && (fields.time != EventTime.none || fields.level != .none)
      && (found != index(of: .generic) || fields.time == EventTime.none
        || LayoutCheck.beginsWithTime(bytes, start, end, &times))
    guard isLine else {
      fields = outer
      if fields.level == .none || fields.requestID.isMissing {
        generic.readHeader(of: fields.message, bytes, &fields, catalog, &times)
      }
      return
    }
    // The program's own time is the finer one; another time than that of the line is of what the text speaks of.
    if fields.time == EventTime.none
      || fields.time.subtractingReportingOverflow(time).partialValue.magnitude > 2
        * UInt64(EventTime.nanosecondsPerSecond)
    {
      (fields.time, fields.timeHasZone) = (time, hasZone)
    }
    if fields.level == .none { fields.level = level }
    if fields.logger.isMissing { fields.logger = logger }
  }

  /// lograge's bare `duration` is in milliseconds: its lines have `controller=`, `action=` and `status=` beside it.
  @inline(never)
  static func isLograge(_ bytes: Span<UInt8>, _ start: Int, _ end: Int) -> Bool {
    var seen = 0
    var i = start
    while let sign = ByteSearch.first(0x3D, in: bytes, from: i, to: end) {
      if ByteSearch.begins(bytes, at: max(start, sign - 11), end: end, with: " controller=")
        || ByteSearch.begins(bytes, at: max(start, sign - 7), end: end, with: " action=")
      {
        seen += 1
      }
      i = sign + 1
    }
    return seen == 2
  }

  /// What the message of the line that was read last says beside its pairs.
  @inline(never)
  mutating func tellMore(
    _ bytes: Span<UInt8>, _ masks: Span<ByteMaskWindow>, hasHeader: Bool, _ fields: inout LineFields,
    _ times: inout TimestampParser
  ) {
    fields.readMessage(bytes, masks, hasHeader: hasHeader, catalog: catalog, json: &json, times: &times)
  }

  /// `{"instan`, as log4j2's JSON begins every line.
  static let instantHead: UInt64 = 0x6E61_7473_6E69_227B

  /// Adds the nanoseconds that log4j2 writes beside the seconds.
  @inline(never)
  func addInstant(_ bytes: Span<UInt8>, _ start: Int, _ end: Int, _ fields: inout LineFields) {
    var from = start
    while let quote = ByteSearch.first(0x22, in: bytes, from: from, to: min(end, start + 120)) {
      if ByteSearch.begins(bytes, at: quote, end: end, with: "\"nanoOfSecond\":"),
        let (number, _) = DecimalNumber.parse(bytes, from: quote + 15, to: end),
        let nanoseconds = number.integer(upTo: 999_999_999), fields.time % EventTime.nanosecondsPerSecond == 0
      {
        fields.time = fields.time.addingReportingOverflow(Int64(nanoseconds)).partialValue
        return
      }
      from = quote + 1
    }
  }
}
