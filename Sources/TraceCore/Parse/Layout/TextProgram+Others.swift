// The steps that few layouts have, out of the way of the usual ones.

extension TextProgram {
  /// Runs any step; returns where its literal has to stand, or -1 if it does not fit.
  func other(
    _ index: Int, _ bytes: Span<UInt8>, _ masks: Span<ByteMaskWindow>, _ at: Int, _ end: Int,
    _ fields: inout LineFields, _ catalog: FieldCatalog, _ times: inout TimestampParser
  ) -> Int {
    let step = steps[index]
    switch step.operation {
    case .literal:
      return at
    case .blanks:
      var stop = at
      while stop < end && (bytes[stop] == 0x20 || bytes[stop] == 0x09) { stop += 1 }
      return stop
    case .time:
      guard let time = times.parse(bytes, from: at, to: end) else { return -1 }
      if fields.admits(.time, rank: 0, byLayout: true) {
        fields.time = time.time
        fields.timeHasZone = time.hasZone
      }
      return time.end
    case .level:
      guard let found = TextProgram.level(bytes, at, end) else { return -1 }
      if fields.admits(.level, rank: 0, byLayout: true) { fields.level = found.level }
      return found.end
    case .field:
      let stop = wholeClosing(index, bytes, masks, at, end)
      guard stop >= 0 else { return -1 }
      // A logger's name is one word; else `LEVEL: some text: more` would be taken for one.
      if step.target.standard == .logger {
        guard TextProgram.isWord(bytes, masks, at, stop), at < stop || !step.isGuarded else { return -1 }
      }
      if step.isGuarded && !TextProgram.isPossible(step, bytes, at, stop) { return -1 }
      take(step, bytes, at, stop, &fields, &times)
      return stop
    case .quoted:
      guard let stop = quotedEnd(index, bytes, at, end) else { return -1 }
      take(step, bytes, at, stop, &fields, &times)
      return stop
    case .message:
      let stop = wholeClosing(index, bytes, masks, at, end)
      guard stop >= 0 else { return -1 }
      if fields.admits(.message, rank: 0, byLayout: true) { fields.message = Slice(at, stop) }
      fields.takePairs(bytes, masks, at, stop, catalog: catalog, times: &times)
      return stop
    case .priority:
      return priority(bytes, at, end, &fields)
    case .structuredData:
      return structuredData(bytes, masks, at, end, &fields, catalog, &times) ?? -1
    case .tag:
      return tag(bytes, at, end, step, &fields, &times) ?? -1
    case .timeFormat:
      guard let time = times.parse(bytes, from: at, to: end, format: timeFormats[Int(step.format)]) else { return -1 }
      if time.time != EventTime.none, fields.admits(.time, rank: 0, byLayout: true) {
        fields.time = time.time
        fields.timeHasZone = time.hasZone
      }
      return time.end
    case .levelNumber:
      guard let (decimal, stop) = DecimalNumber.parse(bytes, from: at, to: end), let number = decimal.integer(upTo: 100)
      else { return -1 }
      let level = Level(python: Int(number))
      if level != .none, fields.admits(.level, rank: 1, byLayout: true) { fields.level = level }
      return stop
    case .requestLine:
      let stop = requestLineEnd(index, bytes, masks, at, end)
      guard stop >= 0 else { return -1 }
      take(step, bytes, at, stop, &fields, &times)
      return stop
    case .pairs:
      let stop = wholeClosing(index, bytes, masks, at, end)
      guard stop >= 0 else { return -1 }
      let isBraced = stop &- at >= 2 && bytes[at] == 0x7B && bytes[stop &- 1] == 0x7D
      fields.takePairs(
        bytes, masks, isBraced ? at &+ 1 : at, isBraced ? stop &- 1 : stop, catalog: catalog, times: &times)
      return stop
    }
  }

  /// Where a field ends: before its closing literal, at the end of the line where it has none, or -1.
  private func wholeClosing(
    _ index: Int, _ bytes: Span<UInt8>, _ masks: Span<ByteMaskWindow>, _ start: Int, _ end: Int
  ) -> Int {
    guard instructions[index].count > 0 else { return end }
    var from = start
    while true {
      let hit = closing(instructions[index], bytes, masks, from, end)
      guard hit < end else { return -1 }
      if matches(index, bytes, hit) { return hit }
      from = hit + 1
    }
  }

  /// Where a request line without quotes ends: after its protocol, or where any field would.
  private func requestLineEnd(
    _ index: Int, _ bytes: Span<UInt8>, _ masks: Span<ByteMaskWindow>, _ start: Int, _ end: Int
  ) -> Int {
    var from = start
    while let blank = ByteSearch.first(0x20, in: bytes, from: from, to: end) {
      if ByteSearch.begins(bytes, at: blank, end: end, with: " HTTP/") {
        var stop = blank + 6
        while stop < end, bytes[stop] &- 0x30 < 10 || bytes[stop] == 0x2E { stop += 1 }
        let count = Int(instructions[index].count)
        let isClosed = count == 0 ? stop == end : stop &+ count <= end && matches(index, bytes, stop)
        if stop > blank + 6, isClosed { return stop }
      }
      from = blank + 1
    }
    return wholeClosing(index, bytes, masks, start, end)
  }

  /// One word, with padding after it perhaps.
  private static func isWord(
    _ bytes: Span<UInt8>, _ masks: Span<ByteMaskWindow>, _ start: Int, _ end: Int
  ) -> Bool {
    let stop = masks.first(from: start, to: end) { $0.blanks }
    if stop == end { return true }
    var i = stop
    while i < end && bytes[i] == 0x20 { i += 1 }
    return i == end && stop > start
  }

  /// Whether a field of a layout known by name can hold the text: an id, a status, a size, nginx' seconds.
  private static func isPossible(_ step: TextLayout.Step, _ bytes: Span<UInt8>, _ start: Int, _ end: Int) -> Bool {
    if end == start + 1 && bytes[start] == 0x2D { return true }
    switch step.target.standard {
    case .requestID:
      guard let id = LineFields.requestID(bytes, Slice(start, end)) else { return true }
      return RequestIDShape.mayStand(bytes, id.start, id.end)
    case .status:
      guard end >= start + 3, end == start + 3 || bytes[start + 3] == 0x20 else { return false }
      return (start..<start + 3).allSatisfy { bytes[$0] &- 0x30 < 10 }
    case .duration where step.needsFraction:
      guard end - start >= 5, bytes[end - 4] == 0x2E else { return false }
      return (start..<end).allSatisfy { $0 == end - 4 || bytes[$0] &- 0x30 < 10 }
    case .none where step.isNumber:
      // nginx writes its process and thread as `7#7`.
      return start < end && (start..<end).allSatisfy { bytes[$0] &- 0x30 < 10 || bytes[$0] == 0x23 }
    default: return true
    }
  }

  /// As `wholeClosing`, but a backslash takes the next byte with it.
  private func quotedEnd(_ index: Int, _ bytes: Span<UInt8>, _ start: Int, _ end: Int) -> Int? {
    let length = Int(steps[index].count)
    guard length > 0 else { return end }
    var i = start
    while i + length <= end {
      if bytes[i] == 0x5C {
        i += 2
        continue
      }
      if matches(index, bytes, i) { return i }
      i += 1
    }
    return nil
  }

  private func take(
    _ step: TextLayout.Step, _ bytes: Span<UInt8>, _ start: Int, _ end: Int, _ fields: inout LineFields,
    _ times: inout TimestampParser
  ) {
    guard !step.target.isIgnored else { return }
    // Padding is no part of a value.
    var start = start
    var end = end
    while end > start && bytes[end - 1] == 0x20 { end -= 1 }
    while start < end && bytes[start] == 0x20 { start += 1 }
    let isNull =
      end == start || (step.dashIsNull && end == start + 1 && bytes[start] == 0x2D)
      || (step.zeroIsNull && end == start + 1 && bytes[start] == 0x30)
    fields.take(
      step.target, FieldValue(isNull ? .null : .text, Slice(start, end)), in: bytes, byLayout: true, times: &times)
  }

  /// `<34>` or `<34>1 ` (the version is a literal of the layout); RFC 5424 section 6.2.1: severity is PRI mod 8.
  func priority(_ bytes: Span<UInt8>, _ start: Int, _ end: Int, _ fields: inout LineFields) -> Int {
    guard start < end, bytes[start] == 0x3C else { return start }
    var i = start + 1
    var value = 0
    while i < end && i < start + 4 && bytes[i] &- 0x30 < 10 {
      value = value * 10 + Int(bytes[i] &- 0x30)
      i += 1
    }
    guard i < end, i > start + 1, bytes[i] == 0x3E, value <= 191 else { return start }
    if fields.admits(.level, rank: 0, byLayout: true) { fields.level = Level(syslog: value % 8) ?? .none }
    return i + 1
  }

  /// `-`, or `[id name="value" …]…`; the names are fields.
  func structuredData(
    _ bytes: Span<UInt8>, _ masks: Span<ByteMaskWindow>, _ start: Int, _ end: Int, _ fields: inout LineFields,
    _ catalog: FieldCatalog, _ times: inout TimestampParser
  ) -> Int? {
    guard start < end else { return nil }
    if bytes[start] == 0x2D { return start + 1 }
    var i = start
    while i < end && bytes[i] == 0x5B {
      var close = i + 1
      var inQuotes = false
      while close < end && (inQuotes || bytes[close] != 0x5D) {
        if bytes[close] == 0x5C { close += 1 } else if bytes[close] == 0x22 { inQuotes.toggle() }
        close += 1
      }
      guard close < end else { return nil }
      fields.takePairs(bytes, masks, i + 1, close, catalog: catalog, times: &times)
      i = close + 1
    }
    return i > start ? i : nil
  }

  /// RFC 3164 section 4.1.3: the tag ends at the first byte that is not alphanumeric; in use also `-_./` and `[pid]`.
  private func tag(
    _ bytes: Span<UInt8>, _ start: Int, _ end: Int, _ step: TextLayout.Step, _ fields: inout LineFields,
    _ times: inout TimestampParser
  ) -> Int? {
    var i = start
    while i < end && i < start + 64 && bytes[i] != 0x3A && bytes[i] != 0x5B && bytes[i] != 0x20 { i += 1 }
    guard i > start, i < end else { return nil }
    let nameEnd = i
    if bytes[i] == 0x5B {
      guard let close = ByteSearch.first(0x5D, in: bytes, from: i, to: end) else { return nil }
      i = close + 1
    }
    guard i < end, bytes[i] == 0x3A else { return nil }
    take(step, bytes, start, nameEnd, &fields, &times)
    return i + 1
  }
}
